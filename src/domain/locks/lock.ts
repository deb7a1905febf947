import type { StreamId } from '../kernel/event-store.ts';
import type { AccountId } from '../kernel/ids.ts';

/** `urn:uuid:…`: names one lock for ever (RFC 4918 §6.5). */
export type LockToken = `urn:uuid:${string}`;

/** What a lock is on, whichever URL it was named by: a collection or somebody's files, and what is below. */
export interface LockPlace {
  readonly tree: StreamId;
  /** Segments below it; none for the tree itself. */
  readonly at: readonly string[];
}

/** A write lock (RFC 4918 §7). */
export interface Lock {
  readonly token: LockToken;
  readonly place: LockPlace;
  /** The URL path it was taken at. */
  readonly root: string;
  readonly scope: 'exclusive' | 'shared';
  readonly depth: '0' | 'infinity';
  /** Who took it; nobody else can use its token. */
  readonly account: AccountId;
  /** What the client says of its owner: the content of `DAV:owner`, as XML text that stands by itself. */
  readonly owner: string;
  /** Until it ends by itself. */
  readonly secondsLeft: number;
}

export const LOCK_BOUNDS = {
  /** No lock lasts longer without being refreshed, in seconds: nobody is kept out for ever by who went away. */
  longest: 3600,
  shortest: 10,
  /** Of one account. */
  locks: 1000,
  /** Characters of what a client says of the owner. */
  owner: 4096,
} as const;

const isAtOrBelow = (at: readonly string[], above: readonly string[]): boolean =>
  at.length >= above.length && above.every((segment, index) => segment === at[index]);

/** The locks that hold something: on itself, or deep ones above it. All are of its tree. */
export const locksOn = (held: readonly Lock[], { at }: LockPlace): readonly Lock[] =>
  held.filter(
    ({ place, depth }) =>
      isAtOrBelow(at, place.at) && (depth === 'infinity' || place.at.length === at.length),
  );

/** The locks on what is below something. */
export const locksBelow = (held: readonly Lock[], { at }: LockPlace): readonly Lock[] =>
  held.filter(({ place }) => place.at.length > at.length && isAtOrBelow(place.at, at));

/** The locks that keep another from being taken (RFC 4918 §6.1, §6.2). */
export const conflictsWith = (
  held: readonly Lock[],
  wanted: Pick<Lock, 'place' | 'scope' | 'depth'>,
): readonly Lock[] => {
  const near = [
    ...locksOn(held, wanted.place),
    ...(wanted.depth === 'infinity' ? locksBelow(held, wanted.place) : []),
  ];
  return near.filter(({ scope }) => scope === 'exclusive' || wanted.scope === 'exclusive');
};

/** What a change would do, as far as locks care. */
export interface Touched {
  readonly place: LockPlace;
  /** Whether with everything below it. */
  readonly deep: boolean;
  /** Whether it comes into its parent or goes out of it: locks on that hold it too (RFC 4918 §7.4). */
  readonly joins: boolean;
}

/** Who changes something, and which tokens were handed over. */
export interface Submitted {
  readonly account: AccountId;
  readonly tokens: ReadonlySet<string>;
}

/**
 * The locks that keep a change from being made. Of several on one resource, which are shared ones, the token of any
 * opens it (RFC 4918 §7); one that somebody else took opens nothing.
 */
export const obstaclesTo = (
  held: readonly Lock[],
  { place, deep, joins }: Touched,
  { account, tokens }: Submitted,
): readonly Lock[] => {
  const parent = { ...place, at: place.at.slice(0, -1) };
  const groups = [
    locksOn(held, place),
    ...(joins && place.at.length > 0 ? [locksOn(held, parent)] : []),
    ...(deep ? byPlace(locksBelow(held, place)) : []),
  ];
  return groups.flatMap((locks) =>
    locks.some((lock) => lock.account === account && tokens.has(lock.token)) ? [] : locks,
  );
};

const byPlace = (locks: readonly Lock[]): readonly (readonly Lock[])[] => {
  const groups = new Map<string, Lock[]>();
  for (const lock of locks) {
    const key = JSON.stringify(lock.place.at);
    groups.set(key, [...(groups.get(key) ?? []), lock]);
  }
  return [...groups.values()];
};
