import type { Expected, Position, Revision, StreamId } from '../../domain/kernel/event-store.ts';

/** Streams are spread over this many partitions, which nodes lease one by one. */
export const PARTITIONS = 16;

/** How far the events of one partition are in the rows. `''` is before the log's first event. */
export type Place = Position | '';

/** A partition as its holder knows it. Its epoch grows with every change of hands. */
export interface Lease {
  readonly partition: number;
  readonly epoch: bigint;
  readonly place: Place;
}

/** An event that could not be applied, and with it its stream. Says nothing of what is in the event. */
export interface Parked {
  readonly stream: StreamId;
  readonly revision: Revision;
  /** The error's own code where it has one, else its name. */
  readonly code: string;
  readonly message: string;
}

/** What consecutive events did to the rows of one stream. */
export interface Step<Delta> {
  readonly stream: StreamId;
  /** Revision of the last of the events. */
  readonly applied: Revision;
  readonly delta: Delta;
}

/** What a node learns when it renews its leases. */
export interface Tended {
  /** Live nodes besides this one. */
  readonly others: number;
  /** Those of the leases that were still this node's, and are for another term. */
  readonly kept: readonly number[];
  /** Partitions that other nodes hold now. */
  readonly elsewhere: readonly number[];
}

/** Who is asking for leases, and for how long. */
export interface Node {
  /** Whoever has the same name takes over its own leases at once: stable over restarts, unique at a time. */
  readonly id: string;
  readonly leaseMs: number;
  /** A guest is not counted among the nodes and takes only what nobody holds. */
  readonly guest: boolean;
}

/** The write side of one projection's tables. All methods throw `ReadModelUnavailable` on passing faults. */
export interface ProjectionTables<Delta> {
  /**
   * Rows, applied revisions and places, in one transaction and one round trip: at most one step a
   * stream, and the leases of all their partitions, with the places once the steps are applied.
   * `false`: some lease is no longer held at its epoch, and nothing at all was written.
   */
  apply(leases: readonly Lease[], steps: readonly Step<Delta>[]): Promise<boolean>;
  /** Notes that a stream stops here. `false`: the lease is no longer held. */
  park(lease: Lease, parked: Parked): Promise<boolean>;
  /** Revision of the stream's last event in the rows. */
  applied(stream: StreamId): Promise<Expected>;
  parked(): Promise<readonly Parked[]>;
  /** Version of the projection that filled the tables. */
  version(): Promise<number>;
  /** Renews leases and notes their places. */
  tend(node: Node, leases: readonly Lease[]): Promise<Tended>;
  /**
   * Takes up to `count` partitions that are free, expired or this node's own from before, except those
   * in `held`; none when the tables are not of this version.
   */
  acquire(
    node: Node,
    count: number,
    held: readonly number[],
    version: number,
  ): Promise<readonly Lease[]>;
  release(leases: readonly Lease[]): Promise<void>;
  /** Says that the node is gone. */
  leave(node: Node): Promise<void>;
}

/** Empty tables beside the live ones, to be filled and put in their place. */
export interface Shadow<Delta> {
  readonly tables: ProjectionTables<Delta>;
  /**
   * Puts them in the live ones' place, in one transaction. Whoever held a lease on the live ones has
   * lost it then, and goes on from the new tables' places.
   */
  flip(): Promise<void>;
  /** Drops them, unless flipped, and lets others rebuild. */
  close(): Promise<void>;
}

export interface ProjectionStorage<Delta> extends ProjectionTables<Delta> {
  /** Waits while another process rebuilds the same projection. */
  shadow(signal?: AbortSignal): Promise<Shadow<Delta>>;
}

/** The tables cannot be reached, or said to ask again: nothing is wrong with what was asked. */
export class ReadModelUnavailable extends Error {
  override readonly name = 'ReadModelUnavailable';
  readonly code = 'read-model-unavailable';
}
