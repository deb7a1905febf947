import type { AccountId, Instant } from '../kernel/ids.ts';

/** Names a session to its owner; nothing can be opened with it. */
export type SessionId = string & { readonly brand: 'SessionId' };

/** What a session owes to an identity provider. */
export interface ProviderPart {
  /** Names the provider's kind. */
  readonly provider: string;
  /** What the provider may name the sign-in by when it ends it: digests. */
  readonly keys: readonly string[];
  /** What the provider will want to see again, sealed for who holds the session's token. */
  readonly sealed: string;
}

/** Somebody signed in with a browser, until he signs out, is away too long, or time is up. */
export interface Session {
  readonly id: SessionId;
  readonly account: AccountId;
  /** `half`: the password was right, and the code of the second factor is still to come. */
  readonly kind: 'full' | 'half';
  readonly startedAt: Instant;
  /** To some minutes. */
  readonly seenAt: Instant;
  /** Program and version: `Firefox/145.0`. */
  readonly client: string;
  /** '' when it can't be told. */
  readonly address: string;
  /** The identity provider that proved it; absent: a password did. */
  readonly provider?: string;
}

/** A session to come, in seconds from now. */
export interface NewSession
  extends Pick<Session, 'id' | 'account' | 'kind' | 'client' | 'address'> {
  readonly proof?: ProviderPart;
  /** How long it may be left alone. */
  readonly idle: number;
  /** How long it may last at the most. */
  readonly lifetime: number;
}

/**
 * Sessions of all nodes: operational state, not events. Losing them makes people sign in again. A session
 * is found by the digest of its token, which alone is kept. Throws when the database does not answer.
 */
export interface Sessions {
  start(digest: string, session: NewSession): Promise<void>;
  /** A session that is not over; asking makes it last. */
  find(digest: string): Promise<Session | undefined>;
  /** Full ones, newest first. */
  of(account: AccountId): Promise<readonly Session[]>;
  /** Whether there was such a one. */
  end(account: AccountId, id: SessionId): Promise<boolean>;
  /** All but one, if one is named. */
  endAll(account: AccountId, but?: SessionId): Promise<void>;
  /** What an identity provider ends, on all nodes; how many there were. */
  endBy(provider: string, keys: readonly string[]): Promise<number>;
  /** What a session owes to its provider; `undefined` for nothing. */
  proof(id: SessionId): Promise<ProviderPart | undefined>;
  /** Whether it is time, after so many seconds, to ask the provider again: says so to one caller alone. */
  dueForCheck(id: SessionId, after: number): Promise<boolean>;
  reseal(id: SessionId, sealed: string): Promise<void>;
}
