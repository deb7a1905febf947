import {
  conflictsWith,
  type Lock,
  LOCK_BOUNDS,
  locksBelow,
  type LockToken,
} from '../../src/domain/locks/lock.ts';
import type { Locks } from '../../src/domain/locks/locks.ts';

/** Locks in this process. */
export const memoryLocks = (): Locks => {
  const locks = new Map<string, { readonly lock: Lock; readonly endsAt: number }>();
  const live = (): readonly Lock[] =>
    [...locks.values()].flatMap(({ lock, endsAt }) => {
      const secondsLeft = Math.ceil((endsAt - Date.now()) / 1000);
      return secondsLeft > 0 ? [{ ...lock, secondsLeft }] : [];
    });
  const put = (lock: Lock, seconds: number): void =>
    void locks.set(lock.token, { lock, endsAt: Date.now() + seconds * 1000 });
  return {
    held: async (trees) => live().filter(({ place }) => trees.includes(place.tree)),
    async take(lock) {
      const held = live().filter(({ place }) => place.tree === lock.place.tree);
      const conflicts = conflictsWith(held, lock);
      if (conflicts.length > 0) return { kind: 'conflict', with: conflicts };
      if (live().filter(({ account }) => account === lock.account).length >= LOCK_BOUNDS.locks)
        return { kind: 'full' };
      put(lock, lock.secondsLeft);
      return { kind: 'taken' };
    },
    async refresh(token: LockToken, seconds) {
      const lock = live().find((one) => one.token === token);
      if (lock !== undefined) put(lock, seconds);
      return lock !== undefined;
    },
    release: async (token) => locks.delete(token),
    async releaseAt(place) {
      const held = live().filter((lock) => lock.place.tree === place.tree);
      const same = held.filter((lock) => lock.place.at.join('/') === place.at.join('/'));
      for (const { token } of [...same, ...locksBelow(held, place)]) locks.delete(token);
    },
    all: async () => live(),
    async purge(account) {
      for (const lock of live()) if (lock.account === account) locks.delete(lock.token);
    },
    close: async () => {},
  };
};
