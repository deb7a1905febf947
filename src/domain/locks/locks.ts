import type { StreamId } from '../kernel/event-store.ts';
import type { AccountId } from '../kernel/ids.ts';
import type { Lock, LockPlace, LockToken } from './lock.ts';

/** What came of wanting a lock. */
export type Taking =
  | { readonly kind: 'taken' }
  | { readonly kind: 'conflict'; readonly with: readonly Lock[] }
  /** The account holds as many as it may. */
  | { readonly kind: 'full' };

/**
 * Locks that are in force, shared by all nodes; they end by themselves. Operational state, not history: losing it
 * loses no data. Every method may throw `StoreUnavailable`.
 */
export interface Locks {
  /** Those in some trees. Asks nobody where there is known to be none. */
  held(trees: readonly StreamId[]): Promise<readonly Lock[]>;
  /** Takes one where nothing conflicts, whoever else asks at the same moment. */
  take(lock: Lock): Promise<Taking>;
  /** Lets one last so many seconds from now; whether it is still there. */
  refresh(token: LockToken, seconds: number): Promise<boolean>;
  /** Ends one; whether it was there. */
  release(token: string): Promise<boolean>;
  /** Ends those on something that is gone, and on what was below it. */
  releaseAt(place: LockPlace): Promise<void>;
  /** All there are, the oldest first, a thousand at most. */
  all(): Promise<readonly Lock[]>;
  /** Ends all of an account's. */
  purge(account: AccountId): Promise<void>;
  close(): Promise<void>;
}
