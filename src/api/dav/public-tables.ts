import type { Principal } from '../services.ts';
import { tables } from './assembly.ts';
import { isNobody } from './public.ts';
import type { Place, Tables } from './tables.ts';

/** What there is for who did not sign in: nothing that changes something, and nothing that asks about people. */
const methods: ReadonlySet<string> = new Set(['OPTIONS', 'GET', 'HEAD', 'PROPFIND', 'REPORT']);
const reports: ReadonlySet<string> = new Set([
  'calendar-query',
  'calendar-multiget',
  'free-busy-query',
  'addressbook-query',
  'addressbook-multiget',
  'sync-collection',
]);
/** `root` is `/SOGo/dav/public/` here, which tells of nobody. */
const silent: ReadonlySet<Place> = new Set(['root', 'principal', 'known-principal']);

const publicTables: Tables = {
  methods: tables.methods
    .filter(({ name }) => methods.has(name))
    .map((row) =>
      row.name === 'OPTIONS' ? row : { ...row, on: row.on.filter((place) => !silent.has(place)) },
    ),
  reports: tables.reports.filter(({ name }) => reports.has(name.replace(/^.*\}/, ''))),
  properties: tables.properties,
};

/** All that DAV does for somebody. */
export const tablesFor = (principal: Principal | undefined): Tables =>
  principal !== undefined && isNobody(principal) ? publicTables : tables;
