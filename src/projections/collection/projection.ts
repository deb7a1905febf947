import type { DeadProperties } from '../../domain/collection/dead-properties.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { classesOf, type Component } from '../../domain/calendar/calendar.ts';
import { type Content, sizeOf } from '../../domain/kernel/content.ts';
import type { Recorded, Revision } from '../../domain/kernel/event-store.ts';
import type {
  AccountId,
  ETag,
  Instant,
  ResourceName,
  ScheduleTag,
  Uid,
} from '../../domain/kernel/ids.ts';
import type { KeptHeard } from '../../domain/scheduling/kept.ts';
import type { Erased } from '../../domain/kernel/ports.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { Classes } from '../../domain/rights/access.ts';
import type { Grantee } from '../../domain/rights/grants.ts';
import type { Role } from '../../domain/rights/roles.ts';
import type { Projection } from '../projection.ts';
import type { Earlier, Filled, Formerly, MemberRow, Tombstone } from './rows.ts';

/** What the first of these events made of a name, so that what it was before gets its end. */
interface Begun {
  readonly first: { readonly classes: string | undefined; readonly revision: Revision };
}

/** A name that these events leave without a member. */
export type Dropped = Tombstone & Begun;

/** A member as these events leave it. */
export interface Stored extends Filled, Begun {
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
  readonly members: Map<ResourceName, Stored | Dropped>;
  /** Roles given, or `null` where they were taken back. */
  readonly grants: Map<Grantee, readonly Role[] | null>;
  /** What was heard of others, by UID. */
  readonly heard: Map<Uid, KeptHeard>;
}

/** Classifications as one text, by which rows and `formerly` name them. */
export const classesText = (classes: Classes): string => classes.join();

const textOf = (member: { readonly classes?: Classes } | undefined): string | undefined =>
  member?.classes === undefined ? undefined : classesText(member.classes);

/** What a name has been, when it ceases to be of some classifications at a revision. */
const ended = (
  formerly: Formerly | undefined,
  was: string | undefined,
  is: string | undefined,
  at: Revision,
): { readonly formerly?: Formerly } => {
  if (was === undefined || was === is) return formerly === undefined ? {} : { formerly };
  return { formerly: new Map([...(formerly ?? []), [was, at]]) };
};

/** A member or tombstone, with what only the name's older row knows. */
export const afterEarlier = <Row extends Stored | Dropped>(
  member: Row,
  earlier: Earlier | undefined,
): Row => {
  if (earlier === undefined) return member;
  const { classes, revision } = member.first;
  const before = ended(earlier.formerly, textOf(earlier), classes, revision).formerly;
  const formerly = before && new Map([...before, ...(member.formerly ?? [])]);
  const { createdAt } = earlier;
  return {
    ...member,
    ...(formerly === undefined ? {} : { formerly }),
    ...(createdAt === undefined || 'gone' in member || member.fresh ? {} : { createdAt }),
  };
};

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
    readonly classes?: Classes;
    readonly scheduleTag?: ScheduleTag;
  },
  content: Content,
  { revision }: Recorded,
  at: Instant,
): void => {
  if (delta.deleted) return;
  const before = delta.members.get(name);
  const isNew = before === undefined || 'gone' in before;
  const { classes, scheduleTag } = facts;
  const is = textOf(facts);
  const was = isNew ? undefined : textOf(before);
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
    ...(classes === undefined ? {} : { classes }),
    ...(scheduleTag === undefined ? {} : { scheduleTag }),
    ...ended(before?.formerly, was, is, revision),
    first: before?.first ?? { classes: is, revision },
    fresh: before !== undefined && ('gone' in before || before.fresh),
  });
};

const dropped = (delta: CollectionDelta, name: ResourceName, { revision }: Recorded): void => {
  if (delta.deleted) return;
  const before = delta.members.get(name);
  const was = before === undefined || 'gone' in before ? undefined : textOf(before);
  delta.members.set(name, {
    name,
    revision,
    gone: true,
    ...ended(before?.formerly, was, undefined, revision),
    first: before?.first ?? { classes: undefined, revision },
  });
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
    case 'CalendarObjectStored': {
      const facts = { ...event.facts, classes: classesOf(event.facts, event.content) };
      stored(delta, event.name, facts, event.content, recorded, at);
      break;
    }
    case 'AddressObjectStored': {
      const facts = { ...event.facts, component: event.facts.component ?? 'VCARD' } as const;
      stored(delta, event.name, facts, event.content, recorded, at);
      break;
    }
    case 'CalendarObjectDeleted':
    case 'AddressObjectDeleted':
      dropped(delta, event.name, recorded);
      break;
    case 'SchedulingMessageHeard':
      if (!delta.deleted) delta.heard.set(event.uid, event.heard);
      // Nothing that is served has changed.
      return delta;
    case 'RightsGranted':
      delta.grants.set(event.to, event.roles);
      break;
    case 'RightsRevoked':
      delta.grants.set(event.from, null);
      break;
    case 'CalendarDeleted':
    case 'AddressBookDeleted':
      delta.deleted = true;
      delta.members.clear();
      delta.heard.clear();
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
  version: 7,
  categories: ['calendar', 'addressbook'],
  empty: () => ({ deleted: false, members: new Map(), grants: new Map(), heard: new Map() }),
  fold,
};
