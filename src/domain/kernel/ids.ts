/** Branded strings: an account's id can never be passed where a collection's is meant. */

/** Opaque UUID of an account. Never a login, so that renames and erasure stay cheap. */
export type AccountId = string & { readonly brand: 'AccountId' };
/** Opaque UUID of a group of the built-in user table. */
export type GroupId = string & { readonly brand: 'GroupId' };
/** Opaque UUID of a collection; the stream's name is made from it, see `streams.ts`. */
export type CollectionId = string & { readonly brand: 'CollectionId' };
/** Last path segment of an object's URL, decoded: `lunch.ics`. */
export type ResourceName = string & { readonly brand: 'ResourceName' };
/** Last path segment of a collection's URL, decoded: `personal`. */
export type Segment = string & { readonly brand: 'Segment' };
/** UID property of an iCalendar or vCard object (RFC 7986 §5.3, RFC 6350 §6.7.6). */
export type Uid = string & { readonly brand: 'Uid' };
/** Entity tag without its quotes: a digest of the octets served (RFC 9110 §8.8.3). */
export type ETag = string & { readonly brand: 'ETag' };
/** Schedule-Tag without its quotes (RFC 6638 §3.2.10). */
export type ScheduleTag = string & { readonly brand: 'ScheduleTag' };
/** RFC 3339 in UTC with milliseconds: `2026-01-01T00:00:00.000Z`. */
export type Instant = string & { readonly brand: 'Instant' };
/** Names one key of the vault. */
export type KeyId = string & { readonly brand: 'KeyId' };
/** Names one sealed body in the blob store. */
export type BlobRef = string & { readonly brand: 'BlobRef' };

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isUuid = (text: string): boolean => uuid.test(text);
