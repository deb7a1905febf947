import type { HomeEntry } from '../../../domain/home/home.ts';
import { below } from '../href.ts';
import type { DavRequest, Subject, View } from '../tables.ts';
import { type ExportForm, exportForms } from './exports.ts';

interface Listed {
  readonly href: string;
  readonly subject: Subject;
}

/** A file that has all of a collection in it. */
export const exportAt = (
  href: string,
  { kind }: HomeEntry,
  form: ExportForm,
  view: View,
): Listed => ({ href, subject: { place: `${kind}-export`, view, form } });

/** Those beside a collection, where it is handed out whole. */
export const exportsBeside = (
  { services, path }: DavRequest,
  entry: HomeEntry,
  view: View,
): readonly Listed[] =>
  services.unexported?.includes(entry.kind) === true
    ? []
    : Object.entries(exportForms[entry.kind]).map(([ending, [form]]) =>
        exportAt(below(path.raw, `${entry.segment}${ending}`), entry, form, view),
      );
