import { type CollectionKind, streams } from '../../../domain/kernel/streams.ts';
import type { StreamId } from '../../../domain/kernel/event-store.ts';
import type { LockPlace } from '../../../domain/locks/lock.ts';
import type { Resource } from '../resource.ts';
import type { Place, Subject } from '../tables.ts';

/** Where something can be locked; `unmapped`: by making a file there (RFC 4918 §7.3). */
export const lockable = [
  'calendar',
  'addressbook',
  'calendar-object',
  'address-object',
  'folder',
  'file',
] as const satisfies readonly Place[];

/**
 * What a lock on a resource is on, whichever of its URLs it has; `undefined` where nothing can be locked. A
 * subscription is what it shows.
 */
export const placeToLock = (resource: Resource): LockPlace | undefined => {
  switch (resource.kind) {
    case 'collection':
      return { tree: resource.stream, at: [] };
    case 'object':
      return { tree: resource.collection.stream, at: [resource.name] };
    case 'folder':
    case 'file':
    case 'unmapped':
      return { tree: streams.files(resource.principal.account), at: resource.at };
    default:
      return undefined;
  }
};

/** The same of a listed resource. `at`: where among the files it is. */
export const placeOfSubject = (
  subject: Subject,
  at: readonly string[] | undefined,
): LockPlace | undefined => {
  if ('member' in subject) return { tree: subject.row.stream, at: [subject.member.name] };
  if ('row' in subject) return { tree: subject.row.stream, at: [] };
  return 'total' in subject || 'file' in subject
    ? at && { tree: streams.files(subject.view.whose.account), at }
    : undefined;
};

/** Trees in which a listing of a resource may show something locked. */
export const treesOf = (
  resource: Resource,
  below: readonly { readonly kind: CollectionKind; readonly stream: StreamId }[],
): readonly StreamId[] => {
  if (resource.kind === 'home')
    return below.filter(({ kind }) => kind === resource.of).map(({ stream }) => stream);
  const place = placeToLock(resource);
  return place === undefined ? [] : [place.tree];
};
