import type { AccountId, Instant } from '../kernel/ids.ts';
import type { MailTrouble, OutgoingMail } from './transport.ts';

/** Names what a message was caused by, in letters that a Message-ID may have: the same cause, the same key. */
export type MailKey = string & { readonly brand: 'MailKey' };

/** A message somebody else's program is to be handed, to one recipient. */
export interface NewMail {
  readonly key: MailKey;
  /** Whose key seals it, and with whom it is erased. */
  readonly account: AccountId;
  readonly mail: OutgoingMail;
}

/** `held-already`: the same cause was put before. `full`: too much of this account waits already. `too-large`: see `MAIL_BOUNDS`. */
export type Putting = 'put' | 'held-already' | 'full' | 'too-large';

/** Messages of one account that may wait, and characters of one as it is kept. */
export const MAIL_BOUNDS = { waiting: 1000, characters: 1_000_000 } as const;

/** A message this node may try to send until its lease runs out. */
export interface ClaimedMail {
  readonly key: MailKey;
  readonly mail: OutgoingMail;
  /** Which try this is, from 1. */
  readonly attempt: number;
  readonly putAt: Instant;
}

/** What a try came to; after `later` it is tried again in so many seconds. */
export type MailOutcome =
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'failed';
      readonly trouble: MailTrouble;
      readonly status?: number | undefined;
    }
  | {
      readonly kind: 'later';
      readonly seconds: number;
      readonly trouble: MailTrouble;
      readonly status?: number | undefined;
    };

export const mailStates = ['waiting', 'sent', 'failed', 'discarded'] as const;
export type MailState = (typeof mailStates)[number];

/** How a message stands, without what is in it. */
export interface MailStanding {
  readonly key: MailKey;
  readonly account: AccountId;
  readonly state: MailState;
  readonly attempts: number;
  readonly trouble?: string;
  readonly status?: number;
  readonly putAt: Instant;
  /** When it is tried next; absent when it is no longer. */
  readonly dueAt?: Instant;
  readonly settledAt?: Instant;
}

/**
 * Messages to be sent, kept until they are: durable once `put` has answered, shared by all nodes. Those to one
 * recipient are tried in the order in which they were put. What was settled is remembered for a month without its
 * contents, so that a cause handled twice sends one message. Every method may throw `StoreUnavailable`.
 */
export interface Outbox {
  /** @throws KeyDestroyed when the account was erased. */
  put(message: NewMail): Promise<Putting>;
  /** Takes due ones, which nobody else is given for as long as `MAIL_LEASE`, in seconds. */
  claim(node: string, limit: number): Promise<readonly ClaimedMail[]>;
  /** Says what came of a try; changes nothing when the lease ran out and somebody else took it. */
  settle(claimed: Pick<ClaimedMail, 'key' | 'attempt'>, outcome: MailOutcome): Promise<void>;
  /** Gives back what a node of this name had claimed before it was killed. */
  giveBack(node: string): Promise<void>;
  /** How many wait to be sent. */
  waiting(): Promise<number>;
  /** Those of a state, oldest first, a thousand at most. */
  list(state: MailState): Promise<readonly MailStanding[]>;
  /** Makes what waits due now, and lets what failed begin anew; one, or all. Answers how many. */
  retry(key: string | undefined): Promise<number>;
  /** Gives up one that waits or failed, and lets go of its contents; whether there was one. */
  discard(key: string): Promise<boolean>;
  /** Forgets what was settled more than a month ago. */
  tidy(): Promise<void>;
  /** Removes all of an account. */
  purge(account: AccountId): Promise<void>;
}

/** Longer than any try takes. */
export const MAIL_LEASE = 180;

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** How long a message is tried, in seconds: four to five days (RFC 5321 §4.5.4.1). */
export const GIVE_UP_AFTER = 5 * DAY;

/** Seconds until the next try after so many: a minute first, twice as long each time, an hour at the most. */
export const untilNextTry = (attempt: number): number =>
  Math.min(HOUR, MINUTE * 2 ** Math.min(attempt - 1, 10));
