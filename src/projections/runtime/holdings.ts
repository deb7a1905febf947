import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { Projection } from '../projection.ts';
import type { ProjectorParts } from './parts.ts';
import { type Lease, PARTITIONS, type ProjectionTables } from './writing.ts';

/** What one node holds of one projection. */
export interface Holdings {
  /** By partition. `place` is how far this node is, which the tables may learn a little later. */
  readonly places: Map<number, Lease>;
  /** Streams whose events are passed over. */
  readonly parked: Set<StreamId>;
  elsewhere(): readonly number[];
  tend(): Promise<void>;
  close(): Promise<void>;
}

/** Leases of the projection's partitions: shared equally among the nodes that are alive. */
export const holdings = <Delta>(
  { name, version }: Projection<Delta>,
  tables: ProjectionTables<Delta>,
  { node, report }: Pick<ProjectorParts, 'node' | 'report'>,
): Holdings => {
  const places = new Map<number, Lease>();
  const parked = new Set<StreamId>();
  let elsewhere: readonly number[] = [];

  /** Gives the last ones of a list back; the next tending of another node takes them. */
  const giveBack = async (surplus: readonly Lease[]): Promise<void> => {
    for (const { partition } of surplus) places.delete(partition);
    await tables.release(surplus);
  };

  return {
    places,
    parked,
    elsewhere: () => elsewhere,
    async tend() {
      const tended = await tables.tend(node, [...places.values()]);
      const lost = [...places.keys()].filter((partition) => !tended.kept.includes(partition));
      for (const partition of lost) places.delete(partition);
      if (lost.length > 0) report({ code: 'leases-lost', projection: name, count: lost.length });
      elsewhere = tended.elsewhere;
      const share = shareOf(node.guest, tended.others);
      if (places.size > share) await giveBack([...places.values()].slice(share));
      if (places.size >= share) return;
      const taken = await tables.acquire(node, share - places.size, [...places.keys()], version);
      for (const lease of taken) places.set(lease.partition, lease);
      if (taken.length === 0) return;
      elsewhere = elsewhere.filter((partition) => !places.has(partition));
      parked.clear();
      for (const { stream } of await tables.parked()) parked.add(stream);
    },
    async close() {
      await giveBack([...places.values()]);
      await tables.leave(node);
    },
  };
};

const shareOf = (guest: boolean, others: number): number =>
  guest ? (others > 0 ? 0 : PARTITIONS) : Math.ceil(PARTITIONS / (others + 1));
