/** What goes wrong with one append. */
export type AppendFault =
  /** No answer ever, and nothing stored. */
  | 'lost'
  /** Stored, but no answer ever. */
  | 'reply-lost'
  /** UNAVAILABLE, and nothing stored. */
  | 'unavailable'
  /** The same after a while. */
  | 'unavailable-later'
  /** Stored, then UNAVAILABLE. */
  | 'unavailable-after-commit'
  /** Stored once its answer is no longer awaited. */
  | 'late'
  /** Refused although all its events are there: what a server says that forgot them. */
  | 'repeat-forgotten'
  /** Answered without the position. */
  | 'no-position'
  | 'access-denied'
  /** A wrong revision refused with a status, as plain appends once were. */
  | 'conflict-as-status'
  /** Sent to the leader, which is this very node. */
  | 'not-leader';

/** What goes wrong with one read. */
type ReadFault =
  | { readonly kind: 'silent' }
  | { readonly kind: 'unavailable'; readonly after: number };

/** Faults waiting for the calls they are meant for, first come first served. */
export interface Faults {
  /** For the coming appends, one each. */
  readonly appends: AppendFault[];
  /** For the coming reads (not subscriptions), one each. */
  readonly reads: ReadFault[];
  /** Before every answer to an append, ms. */
  delayMs: number;
  /** Whether the cluster's members are kept from whoever asks. */
  gossipFails: boolean;
  /** How many append calls came in. */
  appendCalls: number;
  /** After which position each subscription was asked for, -1n for the start. */
  readonly subscribedAfter: bigint[];
}

export const noFaults = (): Faults => ({
  appends: [],
  reads: [],
  delayMs: 0,
  gossipFails: false,
  appendCalls: 0,
  subscribedAfter: [],
});
