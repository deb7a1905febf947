import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Workaround, workarounds } from '../../src/api/dav/workarounds.ts';

const root = resolve(import.meta.dirname, '../..');
const all: readonly (readonly [string, Workaround])[] = Object.entries(workarounds);

const HEAD = `# Workarounds for clients

What Daybook does for one client, against the letter of an RFC or beyond it. Made from \`src/api/dav/workarounds.ts\`, where
all of it is; \`npx vitest run test/house -u\` makes it anew. User-Agent is looked at in
SOGo's dialect alone, for one header (sogo-dialect.md): whoever behaves the same way is served the same way.
`;

const sections = all.map(
  ([
    name,
    {
      client,
      versions,
      symptom,
      remedy,
      test: [file],
    },
  ]) =>
    `\n## ${client}\n\n| | |\n|---|---|\n| name | \`${name}\` |\n| versions | ${versions} |\n| without it | ${symptom} |\n| what is done | ${remedy} |\n| test | \`${file}\` |\n`,
);

describe('docs/protocols/workarounds.md', () => {
  it('is what the table says (written anew by vitest -u)', async () => {
    await expect(HEAD + sections.join('')).toMatchFileSnapshot(
      join(root, 'docs/protocols/workarounds.md'),
    );
  });
});

describe('a workaround', () => {
  it.each(all)('%s has a test of the name it gives', (_, { test: [file, name] }) => {
    expect(readFileSync(join(root, file), 'utf8')).toContain(name);
  });

  it.each(all)('%s is named where it is done', (name) => {
    const source = readFileSync(join(root, 'src/api/dav/workarounds.ts'), 'utf8');
    const others = readdirSync(join(root, 'src/api'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('workarounds.ts'))
      .map((path) => readFileSync(join(root, 'src/api', path), 'utf8'));
    const [, done] =
      new RegExp(`^/\\*\\* \`${name}\`.*\\nexport const (\\w+)`, 'm').exec(source) ?? [];
    expect(others.some((text) => text.includes(done ?? `\`${name}\` of workarounds.ts`))).toBe(
      true,
    );
  });
});

describe('src', () => {
  it('decides nothing by the User-Agent header but in one place, and keeps it for people to read', () => {
    const readers = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
      (path) =>
        path.endsWith('.ts') &&
        /['"]user-agent['"]/i.test(readFileSync(join(root, 'src', path), 'utf8')),
    );
    // The log's provenance, and by which program a session or an app password was used last.
    // ActiveSync's list of devices shows what each calls itself; the feeds' adapter says who it is itself.
    expect(readers.toSorted()).toEqual([
      'adapters/feeds/http-feed.ts',
      'api/dav/incoming.ts',
      // In SOGo's dialect, which has it so.
      'api/dav/workarounds.ts',
      'api/eas/request.ts',
      'api/http/browser-session.ts',
      'api/http/identify.ts',
    ]);
  });
});
