import type { ResourceName } from '../kernel/ids.ts';
import {
  areSame,
  charactersOf,
  type DeadChange,
  type DeadProperties,
  withDead,
} from './dead-properties.ts';
import type { MemberFacts, Members } from './members.ts';

/** Bounds on the dead properties of one object, and of all objects of a collection together. */
export const MEMBER_PROPERTY_LIMITS = {
  properties: 50,
  characters: 16_384,
  inAll: 4 * 1024 ** 2,
} as const;

const none: DeadProperties = new Map();

/** Facts with these dead properties, or without any. */
const withProperties = <Facts extends MemberFacts>(facts: Facts, dead: DeadProperties): Facts => {
  const { dead: _before, ...others } = facts;
  return (dead.size === 0 ? others : { ...others, dead }) as Facts;
};

/**
 * Facts as they are stored: what they say of dead properties, else what the name had, since PUT leaves them
 * alone (RFC 4918 §9.7.1) and COPY and MOVE bring those of their source (§9.8.2).
 */
export const keepingProperties = <Facts extends MemberFacts>(
  facts: Facts,
  current: Facts | undefined,
): Facts => withProperties(facts, facts.dead ?? current?.dead ?? none);

/** Whether storing one over the other would change nothing. */
export const isSameMember = (one: MemberFacts, other: MemberFacts | undefined): boolean =>
  one.etag === other?.etag && areSame(one.dead ?? none, other.dead ?? none);

export const changeProperties = <Facts extends MemberFacts>(
  facts: Facts,
  change: DeadChange,
): Facts => withProperties(facts, withDead(facts.dead ?? none, change));

/** Whether a collection still keeps its bounds with these facts under a name. */
export const isWithinPropertyLimits = <Facts extends MemberFacts>(
  members: Members<Facts>,
  name: ResourceName,
  { dead = none }: Facts,
): boolean => {
  const now = charactersOf(dead);
  const before = charactersOf(members.byName.get(name)?.dead ?? none);
  if (now <= before) return true;
  const { properties, characters, inAll } = MEMBER_PROPERTY_LIMITS;
  if (dead.size > properties || now > characters) return false;
  let all = now - before;
  for (const member of members.byName.values())
    if (member.dead !== undefined) all += charactersOf(member.dead);
  return all <= inAll;
};
