import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const configuration = join(root, '.dependency-cruiser.cjs');

interface Rules {
  readonly forbidden: readonly { readonly name: string }[];
}
interface Verdict {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly rule: { readonly name: string };
      /** The other files of a cycle; it is told once, from any of them. */
      readonly cycle?: readonly { readonly name: string }[];
    }[];
  };
}

const rules = (createRequire(import.meta.url)(configuration) as Rules).forbidden.map(
  ({ name }) => name,
);

/** One import that each sentence of docs/developer/house.md forbids: rule, importing file, import. */
const planted: readonly (readonly [rule: string, from: string, specifier: string])[] = [
  ['domain-imports-only-itself', 'src/domain/planted/node.ts', 'node:fs'],
  ['domain-imports-only-itself', 'src/domain/planted/crypto.ts', 'node:crypto'],
  ['domain-imports-only-itself', 'src/domain/planted/package.ts', 'fastify'],
  ['domain-imports-only-itself', 'src/domain/planted/projection.ts', '../../projections/a.ts'],
  ['domain-imports-only-itself', 'src/domain/planted/adapter.ts', '../../adapters/memory/a.ts'],
  ['domain-imports-only-itself', 'src/domain/planted/api.ts', '../../api/a.ts'],
  ['only-icalendar-and-vcard-import-ical.js', 'src/domain/calendar/planted.ts', 'ical.js'],
  ['only-icalendar-and-vcard-import-ical.js', 'src/api/dav/planted.ts', 'ical.js'],
  [
    'projections-import-the-domain',
    'src/projections/planted/adapter.ts',
    '../../adapters/memory/a.ts',
  ],
  ['projections-import-the-domain', 'src/projections/planted/api.ts', '../../api/a.ts'],
  ['projections-import-the-domain', 'src/projections/planted/node.ts', 'node:timers'],
  ['projections-import-the-domain', 'src/projections/planted/package.ts', 'pg'],
  ['only-the-projections-runtime-imports-rxjs', 'src/projections/planted/rxjs.ts', 'rxjs'],
  ['only-the-projections-runtime-imports-rxjs', 'src/api/planted/rxjs.ts', 'rxjs'],
  ['adapters-do-not-import-the-api', 'src/adapters/memory/api.ts', '../../api/a.ts'],
  ['adapters-do-not-import-each-other', 'src/adapters/postgres/other.ts', '../memory/a.ts'],
  ['adapters-are-named-with-their-libraries', 'src/adapters/planted/package.ts', 'pg'],
  ['blobs-imports-its-own-library', 'src/adapters/blobs/planted.ts', 'protobufjs'],
  ['codec-imports-its-own-library', 'src/adapters/codec/planted.ts', 'pg'],
  ['eas-ledger-imports-its-own-library', 'src/adapters/eas-ledger/planted.ts', 'nodemailer'],
  ['embedded-imports-its-own-library', 'src/adapters/embedded/planted.ts', 'fastify'],
  ['eventstoredb-imports-its-own-library', 'src/adapters/eventstoredb/planted.ts', 'pg'],
  ['feeds-imports-its-own-library', 'src/adapters/feeds/planted.ts', 'fastify'],
  ['keys-imports-its-own-library', 'src/adapters/keys/planted.ts', 'protobufjs'],
  ['ldap-source-imports-its-own-library', 'src/adapters/ldap-source/planted.ts', 'pg'],
  ['memory-imports-its-own-library', 'src/adapters/memory/planted.ts', 'pg'],
  ['mime-imports-its-own-library', 'src/adapters/mime/planted.ts', 'pg'],
  ['imap-imports-its-own-library', 'src/adapters/imap/planted.ts', 'pg'],
  ['jobs-imports-its-own-library', 'src/adapters/jobs/planted.ts', 'nodemailer'],
  ['outbox-imports-its-own-library', 'src/adapters/outbox/planted.ts', 'nodemailer'],
  ['locks-imports-its-own-library', 'src/adapters/locks/planted.ts', 'nodemailer'],
  ['passwords-imports-its-own-library', 'src/adapters/passwords/planted.ts', 'pg'],
  ['postgres-imports-its-own-library', 'src/adapters/postgres/planted.ts', 'protobufjs'],
  ['readmodel-imports-its-own-library', 'src/adapters/readmodel/planted.ts', 'fastify'],
  ['saml-imports-its-own-library', 'src/adapters/saml/planted.ts', 'pg'],
  ['sign-in-imports-its-own-library', 'src/adapters/sign-in/planted.ts', 'fastify'],
  ['smtp-imports-its-own-library', 'src/adapters/smtp/planted.ts', 'pg'],
  ['sogo-conf-imports-its-own-library', 'src/adapters/sogo-conf/planted.ts', 'pg'],
  ['single-sign-on-imports-its-own-library', 'src/adapters/single-sign-on/planted.ts', 'pg'],
  ['sql-source-imports-its-own-library', 'src/adapters/sql-source/planted.ts', 'saxes'],
  ['telemetry-imports-its-own-library', 'src/adapters/telemetry/planted.ts', 'pg'],
  ['only-the-composition-imports-adapters', 'src/api/dav/adapter.ts', '../../adapters/memory/a.ts'],
  ['only-the-composition-imports-adapters', 'src/api/cli/main.ts', '../../adapters/memory/a.ts'],
  ['api-knows-no-storage', 'src/api/planted/pg.ts', 'pg'],
  ['api-knows-no-storage', 'src/api/planted/client.ts', '@eventstore/db-client'],
  ['api-knows-no-storage', 'src/api/planted/directory.ts', 'ldapts'],
  ['src-imports-nothing-beside-it', 'src/api/planted/test.ts', '../../../test/a.ts'],
  ['src-imports-nothing-beside-it', 'src/adapters/memory/test.ts', '../../../test/a.ts'],
  ['src-imports-no-development-dependency', 'src/api/planted/dev.ts', 'vitest'],
  ['no-cycles', 'src/api/planted/cycle.ts', './cycle-back.ts'],
  ['imports-resolve', 'src/api/planted/lost.ts', './there-is-no-such-file.ts'],
];

/** Imports the rooms allow, one or more for each that a rule comes near to. */
const allowed: readonly (readonly [from: string, specifier: string])[] = [
  ['src/domain/allowed/domain.ts', '../a.ts'],
  ['src/projections/allowed/domain.ts', '../../domain/a.ts'],
  ['src/projections/runtime/allowed.ts', 'rxjs'],
  ['src/adapters/memory/node.ts', 'node:crypto'],
  ['src/adapters/memory/codec.ts', '../codec/a.ts'],
  ['src/adapters/memory/port.ts', '../../projections/a.ts'],
  ['src/adapters/postgres/pg.ts', 'pg'],
  ['src/adapters/codec/protobuf.ts', 'protobufjs'],
  ['src/adapters/eventstoredb/client.ts', '@eventstore/db-client'],
  ['src/api/allowed/projection.ts', '../../projections/a.ts'],
  ['src/api/allowed/http.ts', 'fastify'],
  ['src/api/allowed/node.ts', 'node:http'],
  ['src/api/main.ts', '../adapters/memory/a.ts'],
  ['src/api/composition/rest.ts', '../../adapters/memory/a.ts'],
];

/** Files that the planted imports lead to. */
const targets: readonly (readonly [path: string, text: string])[] = [
  'src/domain/a.ts',
  'src/projections/a.ts',
  'src/adapters/memory/a.ts',
  'src/adapters/codec/a.ts',
  'src/api/a.ts',
  'test/a.ts',
].map((path) => [path, 'export const a = 1;\n'] as const);

const importing = (specifier: string): string =>
  `import * as imported from '${specifier}';\nexport const used = imported;\n`;

const cruise = (folder: string): Verdict => {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [program, 'src', '--config', configuration, '--output-type', 'json'],
    { cwd: folder, encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Verdict;
};

describe('the rooms of docs/developer/house.md', () => {
  let folder: string;
  let verdict: Verdict;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'daybook-rooms-'));
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    symlinkSync(join(root, 'package.json'), join(folder, 'package.json'));
    for (const [path, text] of targets) write(path, text);
    for (const [, from, specifier] of planted) write(from, importing(specifier));
    for (const [from, specifier] of allowed) write(from, importing(specifier));
    write('src/api/planted/cycle-back.ts', importing('./cycle.ts'));
    verdict = cruise(folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const brokenBy = (file: string): readonly string[] =>
    verdict.summary.violations
      .filter(({ from, cycle = [] }) => from === file || cycle.some(({ name }) => name === file))
      .map(({ rule }) => rule.name);

  it.each(planted)('%s: refuses what is planted in %s (%s)', (rule, from) => {
    expect(brokenBy(from)).toContain(rule);
  });

  it.each(allowed)('allows %s to import %s', (from) => {
    expect(brokenBy(from)).toEqual([]);
  });

  it('have a planted import for every rule', () => {
    const covered = new Set(planted.map(([rule]) => rule));
    expect(rules.filter((rule) => !covered.has(rule))).toEqual([]);
  });

  it('are looked at: the parser sees every file of this tree', () => {
    const files = targets.length - 1 + planted.length + allowed.length;
    expect(verdict.summary.totalCruised).toBeGreaterThanOrEqual(files);
  });
});
