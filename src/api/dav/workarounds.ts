import type { IncomingHttpHeaders } from 'node:http';
import type { Dialect } from '../services.ts';
import type { Depth } from './depth.ts';
import type { Place } from './tables.ts';
import { caldav, dav, type Name } from './xml/names.ts';

/**
 * What is done for one client only, against the letter of an RFC or beyond it. All of it is in this file:
 * `workarounds` says for whom and why and is printed as docs/protocols/workarounds.md, and the functions
 * below it do it. None looks at User-Agent, but where SOGo's dialect has it: whoever behaves the same way is served
 * the same way.
 */
export interface Workaround {
  readonly client: string;
  readonly versions: string;
  /** What goes wrong without it. */
  readonly symptom: string;
  /** What is done. */
  readonly remedy: string;
  /** The test that pins it: its file, and a part of its name. */
  readonly test: readonly [file: string, name: string];
}

export const workarounds = {
  escapedLogin: {
    client: 'iOS',
    versions: '18.4 and later',
    symptom: 'A login that is a mail address is sent with `%40` for its `@`: 401 for ever.',
    remedy: '`%40` in the login of Basic credentials is read as `@`.',
    test: ['test/protocol/caldav/auth.test.ts', 'takes a login with %40 for @ (iOS)'],
  },
  principalAliases: {
    client: 'macOS Contacts, and others that were given a host name alone',
    versions: 'all',
    symptom:
      'The account cannot be set up: the principal is looked for where Apple’s server has it.',
    remedy:
      '`/`, `/principals/` and `/principals/users/` answer PROPFIND as `/SOGo/dav/` does, and principals below them.',
    test: ['test/protocol/caldav/discovery.test.ts', 'names the current user at %s (RFC 5397)'],
  },
  featuresInPropfind: {
    client: 'iOS, macOS Calendar and Contacts',
    versions: 'all',
    symptom:
      'What the server can is not asked with OPTIONS but read from the answer to the first PROPFIND; nothing is found there.',
    remedy:
      'Answers to PROPFIND carry the `DAV` header, which RFC 4918 §10.1 asks for in OPTIONS only.',
    test: [
      'test/protocol/dialogues/apple.test.ts',
      'reads in the first answer what the server can',
    ],
  },
  homeMethods: {
    client: 'Evolution',
    versions: 'all that have a browser of collections',
    symptom:
      'The browser of collections offers neither “New calendar” nor “New address book”: it looks for the methods in `Allow` of the home, not of the place to be.',
    remedy:
      'OPTIONS on a home names MKCALENDAR and MKCOL, which the free places in it have. 405 names what the home itself has.',
    test: [
      'test/protocol/caldav/options.test.ts',
      'names on homes what can be made in them (Evolution)',
    ],
  },
  depthBesideLevel: {
    client: 'python-caldav, and others that are older than RFC 6578',
    versions: 'up to 0.11; iOS 5 and Mac OS X 10.7',
    symptom:
      'Sends `Depth: 1` with a sync-collection that also says `sync-level` 1, or instead of it, as drafts had it; RFC 6578 §3.2 wants 400 for both.',
    remedy: 'Depth 1 means the same as `sync-level` 1 and does not contradict it.',
    test: [
      'test/protocol/caldav/sync-collection.test.ts',
      'with Depth: 1 beside level 1 is served: clients older than the RFC send both',
    ],
  },
  queryDepth: {
    client: 'Those that leave the Depth header of addressbook-query out',
    versions: 'all',
    symptom:
      'Searches find nobody: without the header RFC 6352 §8.6 has it ask about the address book alone.',
    remedy: 'Without the header it asks about the members, as with Depth 1.',
    test: [
      'test/protocol/carddav/query.test.ts',
      'asks about the members without a Depth header too, but not with Depth 0',
    ],
  },
  childSlash: {
    client: 'SOGo Connector, and others written for SOGo',
    versions: 'all',
    symptom:
      'Compares hrefs as text: collections that were asked for without a slash are not known again with one.',
    remedy:
      'Collections in an answer have the slash of RFC 4918 §5.2 only where the requested URL has one.',
    test: ['test/protocol/caldav/discovery.test.ts', 'no slash in, no slash out'],
  },
  misnamedCollation: {
    client: 'Programs written for SOGo, which never looks at collations',
    versions: 'all',
    symptom: 'Asks for the collation `i;unicasemap`, which is none: 403, and nobody is found.',
    remedy: '`i;unicasemap` is taken for `i;unicode-casemap`.',
    test: [
      'test/protocol/carddav/query.test.ts',
      'i;unicasemap, as programs for SOGo call i;unicode-casemap',
    ],
  },
  misnamedProperty: {
    client: 'Programs written for SOGo, whose column is called so',
    versions: 'all',
    symptom: 'Filters calendars by `TITLE`, a property that no object has: nothing is found.',
    remedy: 'A `prop-filter` on `TITLE` looks at the `SUMMARY`.',
    test: [
      'test/protocol/caldav/title-filter.test.ts',
      'a filter on %s finds events by their summary',
    ],
  },
  davTransparency: {
    client: 'tsdav',
    versions: '1.1',
    symptom:
      'Writes `opaque` and `transparent` in the namespace `DAV:`: a calendar cannot be left out of free and busy times.',
    remedy: 'The choice of schedule-calendar-transp is taken from that namespace too.',
    test: [
      'test/protocol/caldav/proppatch.test.ts',
      'takes its choice from the namespace DAV: too, where tsdav 1.1 puts it',
    ],
  },
  repeatedProperty: {
    client: 'tsdav',
    versions: '1.1',
    symptom: 'Sets a list by naming its property once for each item: all but the last were lost.',
    remedy: 'Values of one property of a home that follow each other are one value.',
    test: [
      'test/protocol/carddav/categories.test.ts',
      'are taken from several elements that follow each other, as tsdav writes lists',
    ],
  },
} as const satisfies Readonly<Record<string, Workaround>>;

/** `escapedLogin` */
export const loginAsTyped = (login: string): string => login.replaceAll('%40', '@');

/** `principalAliases`: paths, by segments, below which only principals stand. */
export const principalAliases: readonly (readonly string[])[] = [
  ['principals', 'users'],
  ['principals'],
];

/** `homeMethods`: what `Allow` names beside a place's own methods when OPTIONS asks. */
export const methodsWithin = (place: Place): readonly string[] => {
  if (place === 'calendar-home') return ['MKCALENDAR', 'MKCOL'];
  return place === 'addressbook-home' ? ['MKCOL'] : [];
};

/** `childSlash`: what a collection's href ends with, below a requested path as it was sent. */
export const endingBelow = (raw: string): string => (raw.endsWith('/') ? '/' : '');

/** `misnamedCollation` */
export const collationNamed = (name: string): string =>
  name === 'i;unicasemap' ? 'i;unicode-casemap' : name;

/** `misnamedProperty` */
export const propertyNamed = (name: string): string => (name === 'TITLE' ? 'SUMMARY' : name);

/** `misnamedProperty`, in cards. */
export const cardPropertyNamed = (name: string): string => (name === 'MAIL' ? 'EMAIL' : name);

/** `davTransparency`: values of schedule-calendar-transp (RFC 6638 §9.1). */
export const transparencies: ReadonlyMap<Name, 'opaque' | 'transparent'> = new Map([
  [caldav('opaque'), 'opaque'],
  [caldav('transparent'), 'transparent'],
  [dav('opaque'), 'opaque'],
  [dav('transparent'), 'transparent'],
]);

/** `depthBesideLevel`: whether a Depth header agrees with a `sync-level`, which may be missing. */
export const agrees = (depth: Depth, level: string | undefined): boolean =>
  level === undefined ? depth !== '0' : depth === '0' || (depth === '1' && level === '1');

/** Whether an answer to PROPFIND has the `DAV` header: in SOGo's dialect it is for Apple's programs alone. */
export const tellsFeatures = (dialect: Dialect, headers: IncomingHttpHeaders): boolean =>
  dialect !== 'sogo' || APPLE.test(headers['user-agent'] ?? '');

const APPLE =
  /\b(?:DAVKit|CalendarStore|iCal|CalendarAgent|AddressBook|dataaccessd|iOS|macOS|Mac[ +_]OS[ +_]X)\b/;
