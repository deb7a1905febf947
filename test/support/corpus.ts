import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file of `test/corpus`: its name without folder, and its text, byte for byte UTF-8. */
export interface CorpusFile {
  readonly name: string;
  readonly text: string;
}

/** The files of a folder below `test/corpus`, by name. */
export const corpus = (folder: string): readonly CorpusFile[] => {
  const path = join(import.meta.dirname, '..', 'corpus', folder);
  return readdirSync(path)
    .sort()
    .map((name) => ({ name, text: readFileSync(join(path, name), 'utf8') }));
};

/** Folders below a folder of `test/corpus`. */
export const corpora = (folder: string): readonly string[] =>
  readdirSync(join(import.meta.dirname, '..', 'corpus', folder)).sort();
