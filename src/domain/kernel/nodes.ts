/** What one node was told by another when it asked. */
export interface NodeAnswer {
  /** The node's name. */
  readonly node: string;
  /** `undefined`: it did not answer in time. */
  readonly text: string | undefined;
}

/**
 * Words between the servers on one database. Nothing of them is kept: who does not listen at that moment does
 * not hear. Long texts are cut.
 */
export interface Nodes {
  /** Answers whatever is asked, until closed; a lost connection is made again. */
  listen(node: string, answer: (question: string) => Promise<string>): Promise<void>;
  /** Asks every node that listens, and waits for all of them, so many milliseconds at most. */
  ask(question: string, patience: number): Promise<readonly NodeAnswer[]>;
  close(): Promise<void>;
}
