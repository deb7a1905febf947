import type { ETag, ResourceName, Uid } from '../kernel/ids.ts';
import type { DeadProperties } from './dead-properties.ts';
import { isSameOrigin, type Origin } from './origin.ts';

/** What every decision about a collection's member needs to know of it; its octets travel beside it. */
export interface MemberFacts {
  readonly uid: Uid;
  readonly etag: ETag;
  /** Where it was before; absent unless it was moved here and not stored again since. */
  readonly movedFrom?: Origin;
  /** Absent when it has none; in a command, when it is to keep what it has. */
  readonly dead?: DeadProperties;
}

/** The members of one collection and who holds which UID. Changed in place by `put` and `drop`. */
export interface Members<Facts extends MemberFacts> {
  readonly byName: Map<ResourceName, Facts>;
  readonly holderOf: Map<Uid, ResourceName>;
}

export const noMembers = <Facts extends MemberFacts>(): Members<Facts> => ({
  byName: new Map(),
  holderOf: new Map(),
});

export const putMember = <Facts extends MemberFacts>(
  members: Members<Facts>,
  name: ResourceName,
  facts: Facts,
): void => {
  dropMember(members, name);
  members.byName.set(name, facts);
  members.holderOf.set(facts.uid, name);
};

export const dropMember = <Facts extends MemberFacts>(
  members: Members<Facts>,
  name: ResourceName,
): void => {
  const previous = members.byName.get(name);
  if (previous === undefined) return;
  members.byName.delete(name);
  // Members may share a UID where that was allowed; the last one stored holds it.
  if (members.holderOf.get(previous.uid) === name) members.holderOf.delete(previous.uid);
};

/**
 * The resource that keeps `name` from holding `uid`, if any: another member that holds it, or the
 * member itself when it would change its UID (RFC 4791 §5.3.2.1, RFC 6352 §6.3.2.1 `no-uid-conflict`).
 */
export const uidHolder = <Facts extends MemberFacts>(
  members: Members<Facts>,
  name: ResourceName,
  uid: Uid,
  mayChange = false,
): ResourceName | undefined => {
  const current = members.byName.get(name);
  if (current !== undefined && current.uid !== uid && !mayChange) return name;
  const holder = members.holderOf.get(uid);
  return holder === name ? undefined : holder;
};

/**
 * Whether a member is what a move brings, brought already: one that was cut short before the source
 * was deleted, and is asked for again.
 */
export const hasArrived = (current: MemberFacts | undefined, facts: MemberFacts): boolean =>
  current?.movedFrom !== undefined &&
  facts.movedFrom !== undefined &&
  isSameOrigin(current.movedFrom, facts.movedFrom) &&
  current.etag === facts.etag;
