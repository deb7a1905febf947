import type { StreamId } from './event-store.ts';
import type { AccountId, CollectionId } from './ids.ts';

/** Stream names are a category and an opaque id; see docs/adr/0002-stream-names.md. */
export const streams = {
  calendar: (id: CollectionId): StreamId => `calendar-${id}`,
  addressbook: (id: CollectionId): StreamId => `addressbook-${id}`,
  home: (account: AccountId): StreamId => `home-${account}`,
  files: (account: AccountId): StreamId => `files-${account}`,
  preferences: (account: AccountId): StreamId => `preferences-${account}`,
  /** What somebody is told about sharing. */
  notifications: (account: AccountId): StreamId => `notifications-${account}`,
  /** What a web calendar's feed is told; `id` is the calendar's. */
  webcalendar: (id: CollectionId): StreamId => `webcalendar-${id}`,
  /** What an object of somebody's meant for others; `digest`: a UUID made from account and UID. */
  scheduling: (digest: string): StreamId => `scheduling-${digest}`,
  account: (account: AccountId): StreamId => `account-${account}`,
  /** `digest`: a UUID made from the canonical login (`account/login.ts`). */
  login: (digest: string): StreamId => `login-${digest}`,
  /** `table`: a UUID that names the table whose groups they are. */
  groups: (table: string): StreamId => `groups-${table}`,
  /** The one there is (`INSTALLATION` of `api/server-ids.ts`). */
  installation: (id: string): StreamId => `installation-${id}`,
} as const;

export type CollectionKind = 'calendar' | 'addressbook';
export type Category = keyof typeof streams;

export const collectionStream = (kind: CollectionKind, id: CollectionId): StreamId =>
  streams[kind](id);

/** `['calendar', '6f1c…']`; the category may be one this version does not know. */
export const splitStream = (stream: StreamId): readonly [category: string, id: string] => {
  const hyphen = stream.indexOf('-');
  return [stream.slice(0, hyphen), stream.slice(hyphen + 1)];
};
