import type { DeadProperties } from '../../domain/collection/dead-properties.ts';
import type { Component } from '../../domain/calendar/calendar.ts';
import type { Busy, Invitation } from '../../domain/icalendar/free-busy.ts';
import type { Narrowing } from '../../domain/icalendar/filter.ts';
import type { TimeRange } from '../../domain/icalendar/time-range.ts';
import type { Content } from '../../domain/kernel/content.ts';
import type { Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type {
  AccountId,
  ETag,
  Instant,
  ResourceName,
  ScheduleTag,
  Uid,
} from '../../domain/kernel/ids.ts';
import type { KeptHeard } from '../../domain/scheduling/kept.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { Classes } from '../../domain/rights/access.ts';
import type { Grants } from '../../domain/rights/grants.ts';

/** What the projection knows of one collection. */
export interface CollectionRow {
  readonly stream: StreamId;
  readonly kind: CollectionKind;
  readonly owner: AccountId;
  readonly status: 'live' | 'deleted';
  /** Empty for an address book. */
  readonly components: readonly Component[];
  /** Revision of the last event these rows include. */
  readonly applied: Revision;
  readonly createdAt: Instant;
  readonly modifiedAt: Instant;
  /** What its owner gave to others. */
  readonly grants: Grants;
}

/**
 * What a member's classifications were, as one text each (`classesText`), and the revision at which they
 * ceased to be. Absent when they were never others: so that whoever sees only some learns of every object
 * that he does not see any more, and of no other.
 */
export type Formerly = ReadonlyMap<string, Revision>;

/** One live member, as far as clients ask that compare tags: they do so of all members at once. */
export interface TagRow {
  readonly name: ResourceName;
  /** A VLIST is one of SOGo's contact lists, in an address book. */
  readonly component: Component | 'VCARD' | 'VLIST';
  readonly etag: ETag;
  /** Revision of the event that last changed it. */
  readonly revision: Revision;
  /** Absent when it has none. */
  readonly dead?: DeadProperties;
  /** Of a calendar object; empty where nobody knows them. */
  readonly classes?: Classes;
  /** Of a calendar object that others take part in. */
  readonly scheduleTag?: ScheduleTag;
  readonly formerly?: Formerly;
  /** Whether whoever asks sees only when it is: no row of the tables, but what is made of one. */
  readonly masked?: true;
}

/** One live member, without its octets. */
export interface MemberRow extends TagRow {
  readonly uid: Uid;
  /** Length in octets. */
  readonly size: number;
  readonly createdAt: Instant;
  readonly modifiedAt: Instant;
}

/** Whether a component is one of an address book. */
export const isAddressComponent = (component: string): component is 'VCARD' | 'VLIST' =>
  component === 'VCARD' || component === 'VLIST';

/** A name that was a member once and is none now. */
export interface Tombstone {
  readonly name: ResourceName;
  readonly revision: Revision;
  readonly gone: true;
  /** What it was when it was deleted among them. */
  readonly formerly?: Formerly;
}

export interface MemberContent {
  readonly content: Content;
}

export type Change = MemberRow | Tombstone;
export type Filled = MemberRow & MemberContent;
/** A member that may lie in a time range; `certain` where it does, as can be said without reading it. */
export type Candidate = Filled & { readonly certain?: boolean };

/** What of a member may take time in a range: the time, whoever asks, or the content that says it. */
export type TakingMember = { readonly classes?: Classes } & (
  | { readonly time: Busy; readonly invitation?: Invitation }
  | { readonly content: Content }
);

/** Of one calendar. */
export interface Taken {
  readonly collection: CollectionRow;
  /** The stream's head in the log at the same moment, where rows and log share a database. */
  readonly head?: Revision;
  /** Absent when it is too much to be answered at once: ask for the candidates. */
  readonly members?: readonly TakingMember[];
}

/** Rows of one collection as one snapshot saw them: `collection.applied` and `members` always agree. */
export interface Snapshot<Member> {
  readonly collection: CollectionRow;
  /** The stream's head in the log at the same moment, where rows and log share a database. */
  readonly head?: Revision;
  /** In pages; ordered by revision for `changes` and `all`, by name for `named`. Read it to its end or `return()`. */
  readonly members: AsyncIterable<readonly Member[]>;
}

/** What one calendar has to do with a UID. */
export interface WithUid {
  readonly stream: StreamId;
  readonly member?: Filled;
  /** What its owner has heard of others about it. */
  readonly heard?: KeptHeard;
}

/** Objects by their UIDs, whoever asks. */
export interface UidRows {
  /** What some live calendars have to do with a UID; those with nothing are absent. In one round trip. */
  withUid(streams: readonly StreamId[], uid: Uid): Promise<readonly WithUid[]>;
}

/** The tables themselves, beneath whatever makes their answers current. */
export interface CollectionTables extends CollectionRows, UidRows {
  /** What some names were, those that never were any left out; in one round trip. */
  earlier(
    stream: StreamId,
    names: readonly ResourceName[],
  ): Promise<ReadonlyMap<ResourceName, Earlier>>;
}

/** What only a name's older row knows, when something happened to it since. */
export interface Earlier {
  /** Absent for a tombstone. */
  readonly createdAt?: Instant;
  /** Absent for what had none. */
  readonly classes?: Classes;
  readonly formerly?: Formerly;
}

/**
 * The collection projection's tables as readers see them. Every answer is one snapshot; `undefined`
 * means that the projection has not heard of the stream (yet).
 */
export interface CollectionRows {
  /** Whether snapshots carry `head`, so that nobody need ask the log for it. */
  readonly headsIncluded?: boolean;
  /** The collections' own rows, in one round trip; those unknown are absent. */
  collections(streams: readonly StreamId[]): Promise<ReadonlyMap<StreamId, CollectionRow>>;
  /**
   * Members and tombstones whose revision is above `since` (at most `limit`), by revision.
   * A member changed twice appears once, at its last revision.
   */
  changes(stream: StreamId, since: Revision, limit: number): Promise<Snapshot<Change> | undefined>;
  /** All live members, by revision; with their octets, or with no more than their tags. */
  all(stream: StreamId): Promise<Snapshot<MemberRow> | undefined>;
  tags(stream: StreamId): Promise<Snapshot<TagRow> | undefined>;
  allFilled(stream: StreamId): Promise<Snapshot<Filled> | undefined>;
  /**
   * Live members of a calendar that may lie in a time range, with their octets, by revision: at least all
   * that do. Those of another component, and those whose bounds do not reach it, are left out.
   */
  candidates(stream: StreamId, narrowing: Narrowing): Promise<Snapshot<Candidate> | undefined>;
  /** What may take time in a range, of some calendars at once; in two round trips at most, unless rows are behind. */
  taking(streams: readonly StreamId[], range: TimeRange): Promise<ReadonlyMap<StreamId, Taken>>;
  /** The live ones among some names, with their octets, by name. */
  named(stream: StreamId, names: readonly ResourceName[]): Promise<Snapshot<Filled> | undefined>;
}
