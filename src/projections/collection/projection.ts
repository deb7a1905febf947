import type { DeadProperties } from '../../domain/collection/dead-properties.ts';
import type { DomainEvent } from '../../domain/events.ts';
import type { Component } from '../../domain/calendar/calendar.ts';
import { type Content, sizeOf } from '../../domain/kernel/content.ts';
import type { Recorded } from '../../domain/kernel/event-store.ts';
import type { AccountId, ETag, Instant, ResourceName, Uid } from '../../domain/kernel/ids.ts';
import type { Erased } from '../../domain/kernel/ports.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { Projection } from '../projection.ts';
import type { Filled, MemberRow, Tombstone } from './rows.ts';

/** A member as these events leave it. */
export interface Stored extends Filled {
  /** Whether these events also created it; if not, a row that is there already knows `createdAt` better. */
  readonly fresh: boolean;
}

/** What some consecutive events do to a collection's rows. */
export interface CollectionDelta {
  created?: {
    readonly kind: CollectionKind;
    readonly owner: AccountId;
    readonly components: readonly Component[];
    readonly at: Instant;
  };
  /** A deleted collection has no members and no tombstones: `members` is empty and stays so. */
  deleted: boolean;
  /** When the last of the events happened; absent when they changed nothing. */
  modifiedAt?: Instant;
  readonly members: Map<ResourceName, Stored | Tombstone>;
}

const created = (
  delta: CollectionDelta,
  kind: CollectionKind,
  owner: AccountId,
  components: readonly Component[],
  at: Instant,
): void => {
  delta.created = { kind, owner, components, at };
};

const stored = (
  delta: CollectionDelta,
  name: ResourceName,
  facts: {
    readonly uid: Uid;
    readonly etag: ETag;
    readonly component: MemberRow['component'];
    readonly dead?: DeadProperties;
  },
  content: Content,
  { revision }: Recorded,
  at: Instant,
): void => {
  if (delta.deleted) return;
  const before = delta.members.get(name);
  const isNew = before === undefined || 'gone' in before;
  delta.members.set(name, {
    name,
    uid: facts.uid,
    component: facts.component,
    etag: facts.etag,
    size: sizeOf(content),
    revision,
    createdAt: isNew ? at : before.createdAt,
    modifiedAt: at,
    content,
    ...(facts.dead === undefined ? {} : { dead: facts.dead }),
    fresh: before !== undefined && ('gone' in before || before.fresh),
  });
};

const dropped = (delta: CollectionDelta, name: ResourceName, { revision }: Recorded): void => {
  if (!delta.deleted) delta.members.set(name, { name, revision, gone: true });
};

const fold = (
  delta: CollectionDelta,
  event: DomainEvent | Erased,
  recorded: Recorded,
): CollectionDelta => {
  const at = recorded.occurredAt as Instant;
  switch (event.type) {
    case 'CalendarCreated':
      created(delta, 'calendar', event.owner, event.components, at);
      break;
    case 'AddressBookCreated':
      created(delta, 'addressbook', event.owner, [], at);
      break;
    case 'CalendarObjectStored':
      stored(delta, event.name, event.facts, event.content, recorded, at);
      break;
    case 'AddressObjectStored': {
      const facts = { ...event.facts, component: event.facts.component ?? 'VCARD' } as const;
      stored(delta, event.name, facts, event.content, recorded, at);
      break;
    }
    case 'CalendarObjectDeleted':
    case 'AddressObjectDeleted':
      dropped(delta, event.name, recorded);
      break;
    case 'CalendarDeleted':
    case 'AddressBookDeleted':
      delta.deleted = true;
      delta.members.clear();
      break;
    default:
      return delta;
  }
  delta.modifiedAt = at;
  return delta;
};

/** Collections, their members and the names that were members once. */
export const collectionProjection: Projection<CollectionDelta> = {
  name: 'collection',
  version: 4,
  categories: ['calendar', 'addressbook'],
  empty: () => ({ deleted: false, members: new Map() }),
  fold,
};
