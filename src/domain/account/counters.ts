/** How often something may happen before it is blocked. */
export interface Limit {
  /** Times within the interval; the one that reaches it blocks. */
  readonly count: number;
  /** Seconds in which they are counted, from the first on. */
  readonly interval: number;
  /** Seconds for which it is blocked then. */
  readonly block: number;
}

/** Something happened some more times. */
export interface Counted {
  /** What is counted, opaque. */
  readonly key: string;
  readonly times: number;
  readonly limit: Limit;
}

/**
 * Counts shared by all nodes: operational state, not events. Losing them unblocks everybody, and costs
 * nothing else. Throws when the database does not answer.
 */
export interface Counters {
  /** Counts all of these in one round trip; a key stands among them once. */
  add(counted: readonly Counted[]): Promise<void>;
  /** Everything that is blocked, on whatever node it was counted, with the milliseconds that are left. */
  blocked(): Promise<ReadonlyMap<string, number>>;
}
