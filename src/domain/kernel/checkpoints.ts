import type { Position } from './event-store.ts';

/**
 * How far whoever reacts to the log has come, and which node does it now. Every method may throw `StoreUnavailable`.
 */
export interface Checkpoints {
  /**
   * Takes a reaction for a node, or keeps it, for so many seconds, and answers after which event it goes on; `undefined` while another
   * node has it. One that nobody had begun begins after `first`. A node of the same name gets it at once.
   */
  hold(
    reaction: string,
    node: string,
    first: Position | 'start',
    seconds: number,
  ): Promise<Position | 'start' | undefined>;
  /** Whether it is still this node's, and now goes on after that event. */
  move(reaction: string, node: string, to: Position): Promise<boolean>;
  /** Gives it back, to be taken by another node. */
  release(reaction: string, node: string): Promise<void>;
  /** Forgets how far it has come: it begins anew. */
  drop(reaction: string): Promise<void>;
}
