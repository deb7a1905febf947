/**
 * What all nodes remember for a while, and what counts once: a message that was seen, an answer that its
 * browser comes to fetch. Operational state, not events. Throws when the database does not answer.
 */
export interface OneTimeNotes {
  /** Notes a text under a key for so many seconds; `false` where there is one already, on whatever node. */
  note(key: string, text: string, seconds: number): Promise<boolean>;
  /** Takes it away. One caller alone gets it; `undefined` when it is gone, or was never there. */
  take(key: string): Promise<string | undefined>;
}
