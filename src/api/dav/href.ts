import type { ItemPath } from '../../domain/files/tree.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { Delegation } from '../../domain/rights/delegation.ts';
import { DAV_ROOT } from './path.ts';
import type { CollectionResource } from './resource.ts';
import { endingBelow } from './workarounds.ts';
import { dav } from './xml/names.ts';
import { type Markup, textElement } from './xml/write.ts';

/** Path segment of the home of each kind. */
export const homeSegments = {
  calendar: 'Calendar',
  addressbook: 'Contacts',
} as const satisfies Record<CollectionKind, string>;

/** Path segments below a principal: the groups of those who act for him. */
export const calendarProxies = {
  read: 'calendar-proxy-read',
  write: 'calendar-proxy-write',
} as const satisfies Record<Delegation, string>;

/** Path segment of the place of plain files. */
export const FILES = 'Files';

/** Path segment below a principal: what he is told about sharing. */
export const NOTIFICATIONS = 'notifications';

/** Path segment below a principal: when somebody is busy, as one file to be read (SOGo, Outlook). */
export const FREE_BUSY = 'freebusy.ifb';

/** Path segments below the home of calendars (RFC 6638 §2). */
export const scheduling = { inbox: 'inbox', outbox: 'outbox' } as const;

/** Query of a collection's `DAV:add-member` URL (RFC 5995 §3). */
export const ADD_MEMBER = 'add-member';

/** Percent-encodes one segment; `@` stays, as RFC 3986 §3.3 allows and most clients write it. */
const encodeSegment = (segment: string): string =>
  plain.test(segment) ? segment : encodeURIComponent(segment).replaceAll('%40', '@');

/** Most names are written as they are. */
const plain = /^[\w.~@-]*$/;

export const hrefs = {
  root: `${DAV_ROOT}/`,
  principal: (login: string): string => `${DAV_ROOT}/${encodeSegment(login)}/`,
  calendarProxy: (login: string, of: Delegation): string =>
    `${DAV_ROOT}/${encodeSegment(login)}/${calendarProxies[of]}/`,
  notifications: (login: string): string => `${DAV_ROOT}/${encodeSegment(login)}/${NOTIFICATIONS}/`,
  home: (login: string, kind: CollectionKind): string =>
    `${DAV_ROOT}/${encodeSegment(login)}/${homeSegments[kind]}/`,
  collection: ({ principal, entry }: Pick<CollectionResource, 'principal' | 'entry'>): string =>
    `${DAV_ROOT}/${encodeSegment(principal.login)}/${homeSegments[entry.kind]}/${encodeSegment(entry.segment)}/`,
  scheduling: (login: string, box: keyof typeof scheduling): string =>
    `${hrefs.home(login, 'calendar')}${scheduling[box]}/`,
  object: (collection: CollectionResource, name: string): string =>
    `${hrefs.collection(collection)}${encodeSegment(name)}`,
  /** A file or folder among the files. */
  item: (login: string, at: ItemPath, folder: boolean): string =>
    [`${DAV_ROOT}/${encodeSegment(login)}/${FILES}`, ...at.map(encodeSegment)].join('/') +
    (folder ? '/' : ''),
} as const;

/** A child's href below the request's own spelling of its parent. */
export const below = (raw: string, segment: string): string =>
  `${raw}${raw.endsWith('/') ? '' : '/'}${encodeSegment(segment)}`;

/**
 * A child collection's. It has a slash at the end (RFC 4918 §5.2), unless whoever asks left out his own:
 * as in SOGo, whose clients compare hrefs as text.
 */
export const collectionBelow = (raw: string, segment: string): string =>
  `${below(raw, segment)}${endingBelow(raw)}`;

/** `<D:href>` */
export const hrefElement = (href: string): Markup => textElement(HREF, href);

export const HREF = dav('href');
