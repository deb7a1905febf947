import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/api/cli/commands.ts';
import { catalogue } from '../../src/api/log.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const filesBelow = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !path.includes('generated'))
    .map((path) => join(folder, path));

const documents = ['README.md', ...filesBelow('docs', '.md')];
const sources = filesBelow('src', '.ts');
const adrs = filesBelow('docs/adr', '.md').filter((path) => !path.endsWith('README.md'));

/** The cells of a document's table rows, heads and rules left out, backquotes too. */
const rowsOf = (path: string): readonly (readonly string[])[] =>
  read(path)
    .split('\n')
    .filter((line, index, lines) => line.startsWith('| ') && !lines[index + 1]?.startsWith('|--'))
    .map((line) =>
      line
        .replaceAll('`', '')
        .replace(/^\| | \|$/g, '')
        .split(' | '),
    );

const sorted = (words: Iterable<string>): readonly string[] =>
  [...new Set(words)].sort((one, other) => (one < other ? -1 : 1));

/** Every match's first group, with the file it was found in. */
const found = (paths: readonly string[], pattern: RegExp): readonly (readonly [string, string])[] =>
  paths.flatMap((path) =>
    [...read(path).matchAll(pattern)].map(([, word = '']) => [path, word] as const),
  );

describe('docs/operations/errors.md', () => {
  const listed = rowsOf('docs/operations/errors.md').map(([code = '']) => code);
  const coded = [
    ...found(sources, /readonly code = '([a-z-]+)'/g),
    ...found(['src/api/http/faults.ts'], /\bcode: '([a-z-]+)'/g),
  ].map(([, code]) => code);

  it('lists every code that a fault carries, and no other, in order', () => {
    expect(coded.length).toBeGreaterThan(10);
    expect(listed).toEqual(sorted(coded));
  });

  it('says of each what happened and what to do', () => {
    for (const cells of rowsOf('docs/operations/errors.md')) {
      expect(cells).toHaveLength(4);
      for (const cell of cells) expect(cell.trim()).not.toBe('');
    }
  });
});

describe('docs/operations/log.md', () => {
  it('lists the whole catalogue of log lines, as it is (written anew by vitest -u)', async () => {
    const lines = Object.entries(catalogue).map(
      ([code, [level, message]]) => `| \`${code}\` | ${level} | ${message} |\n`,
    );
    const head = read('docs/operations/log.md').split(/(?<=\|---\|---\|---\|\n)/)[0] ?? '';
    await expect(head + lines.join('')).toMatchFileSnapshot(join(root, 'docs/operations/log.md'));
  });
});

describe('docs/adr', () => {
  it('numbers its records from 0001 without a gap', () => {
    const numbers = adrs.map((path) => /\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1] ?? '');
    expect(sorted(numbers)).toEqual(adrs.map((_, index) => String(index + 1).padStart(4, '0')));
  });

  it('has a table of all of them', () => {
    const listed = found(['docs/adr/README.md'], /\]\((\d{4}-[a-z0-9-]+\.md)\)/g);
    expect(listed.map(([, name]) => `docs/adr/${name}`)).toEqual(sorted(adrs));
  });

  it.each(adrs)('%s says its status, and all that a record says', (path) => {
    expect(read(path).match(/^# \d{4}: .+/)).not.toBeNull();
    expect(read(path).match(/^Status: (accepted|superseded by \[\d{4}\])/m)).not.toBeNull();
    const headings = [...read(path).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(
      expect.arrayContaining([
        'Context',
        'Decision',
        'Consequences',
        'Alternatives',
        'What would change our mind',
      ]),
    );
  });
});

describe('docs/glossary.md', () => {
  it('has each word once, in order', () => {
    const words = rowsOf('docs/glossary.md').map(([word = '']) => word.toLowerCase());
    expect(words.length).toBeGreaterThan(50);
    expect(words).toEqual(sorted(words));
  });
});

describe('documents', () => {
  it('lead nowhere that is not there', () => {
    const lost = found(documents, /\]\((?!https?:|#|mailto:)([^)#\s]+)/g).filter(
      ([path, target]) => !existsSync(join(root, dirname(path), target)),
    );
    expect(lost).toEqual([]);
  });

  it('are there when sources mention them', () => {
    const mentioned = found(sources, /\b(docs\/(?:[\w-]+\/)*[\w.-]+\w)/g).filter(
      ([, target]) =>
        !existsSync(join(root, target)) && !adrs.some((path) => path.startsWith(`${target}-`)),
    );
    expect(mentioned).toEqual([]);
  });

  it('name files of the project that exist', () => {
    const named = found(documents, /`((?:src|test|scripts|bench|docs)\/[\w./-]+\.(?:ts|mjs|md))`/g);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(([, target]) => !existsSync(join(root, target)))).toEqual([]);
  });
});

describe('README.md', () => {
  it('opens with npm start and npm test, and no other command before them', () => {
    const [first = ''] = /```sh\n(.*?)```/s.exec(read('README.md'))?.slice(1) ?? [];
    const commands = first
      .trim()
      .split('\n')
      .map((line) => line.replace(/\s*#.*/, ''));
    expect(commands).toEqual(['npm start', 'npm test']);
  });

  it('lists every command of the program, and no other, in the order of its help', () => {
    const [, table = ''] = /\n## Commands\n(.*?)\n\| environment/s.exec(read('README.md')) ?? [];
    const listed = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, usage = '']) =>
      usage.replace(/ \[?[A-Z].*/, ''),
    );
    const prepare = () => Promise.reject(new Error('only its names are asked for'));
    expect(listed).toEqual(commands(prepare).map(({ name }) => name));
  });

  it('and the developers’ pages name only npm scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = found(documents, /`npm run ([a-z]+)/g).map(([, name]) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
