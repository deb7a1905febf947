import type { AccountId, Instant } from '../kernel/ids.ts';
import type { AppPasswordId } from './app-passwords.ts';

/** When an app password was used last, and by whom. */
export interface LastUse {
  /** To a quarter of an hour. */
  readonly at: Instant;
  /** Program and version: `DAVx5/4.4`. */
  readonly client: string;
  /** '' when it can't be told. */
  readonly address: string;
}

/**
 * What is known of signing in that is worth no event: it changes at every use, and losing it does no harm.
 * Throws when the database does not answer.
 */
export interface SignInState {
  /** Notes several uses in one round trip. */
  used(uses: ReadonlyMap<AppPasswordId, LastUse & { readonly account: AccountId }>): Promise<void>;
  lastUses(account: AccountId): Promise<ReadonlyMap<AppPasswordId, LastUse>>;
  /**
   * Takes a time step of the second factor (RFC 6238 §5.2): `false` when this one or a later one was taken
   * before, on whatever node, so that nobody can use a code that he saw somebody type.
   */
  takeStep(account: AccountId, step: number): Promise<boolean>;
  /** Forgets the account. */
  forget(account: AccountId): Promise<void>;
}
