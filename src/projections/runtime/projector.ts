import type { Recorded, StreamId } from '../../domain/kernel/event-store.ts';
import { handles, type Projection, type ProjectionName } from '../projection.ts';
import { backoff, isGuilty, nameOf, pause } from './faults.ts';
import { holdings } from './holdings.ts';
import { isolate } from './isolate.ts';
import { partitionOf } from './partition.ts';
import type { ProjectorParts } from './parts.ts';
import { stepsOf } from './steps.ts';
import type { Lease, Place, ProjectionStorage, ProjectionTables } from './writing.ts';

/** One projection at work: the partitions this node holds, and what events do to them. */
export interface Projector {
  readonly name: ProjectionName;
  handles(stream: StreamId): boolean;
  holds(stream: StreamId): boolean;
  /** Partitions held, and those that other nodes held at the last look. */
  held(): readonly Lease[];
  elsewhere(): readonly number[];
  /** Streams that stopped at an event which could not be applied. */
  parkedStreams(): number;
  /**
   * Renews, gives away and takes leases. Call it between batches, never during one.
   * @throws ReadModelUnavailable
   */
  tend(): Promise<void>;
  /**
   * Applies events that follow on those of the last call, in log order. Waits as long as the tables
   * cannot be reached. `false`: a lease was lost and nothing is known of the batch; tend, and feed
   * again from the earliest place.
   */
  process(events: readonly Recorded[]): Promise<boolean>;
  /** Gives all leases back. */
  close(): Promise<void>;
}

/** A projection with its tables, whatever its deltas are. */
export interface Projected {
  readonly name: ProjectionName;
  readonly version: number;
  handles(stream: StreamId): boolean;
  applied: ProjectionTables<unknown>['applied'];
  storedVersion(): Promise<number>;
  projector(parts: ProjectorParts): Projector;
  shadow(signal?: AbortSignal): Promise<ShadowProjection>;
}

/** New tables of a projection that are being filled. */
export interface ShadowProjection {
  projector(parts: ProjectorParts): Projector;
  flip(): Promise<void>;
  close(): Promise<void>;
}

/** Binds a projection to where its rows are. */
export const projected = <Delta>(
  projection: Projection<Delta>,
  storage: ProjectionStorage<Delta>,
): Projected => ({
  name: projection.name,
  version: projection.version,
  handles: (stream) => handles(projection, stream),
  applied: (stream) => storage.applied(stream),
  storedVersion: () => storage.version(),
  projector: (parts) => projectorOf(projection, storage, parts),
  shadow: async (signal) => {
    const shadow = await storage.shadow(signal);
    return {
      projector: (parts) => projectorOf(projection, shadow.tables, parts),
      flip: () => shadow.flip(),
      close: () => shadow.close(),
    };
  },
});

const projectorOf = <Delta>(
  projection: Projection<Delta>,
  tables: ProjectionTables<Delta>,
  parts: ProjectorParts,
): Projector => {
  const { codec, report, tell, signal } = parts;
  const holding = holdings(projection, tables, parts);
  const { places, parked } = holding;

  const isNew = ({ stream, position }: Recorded): boolean => {
    const lease = places.get(partitionOf(stream));
    return lease !== undefined && position > lease.place && !parked.has(stream);
  };

  const write = async (events: readonly Recorded[], last: Place): Promise<boolean> => {
    const steps = await stepsOf(projection, codec, events);
    const leases = leasesOf(steps, places).map((lease) => ({ ...lease, place: last }));
    if (!(await tables.apply(leases, steps))) return false;
    for (const { stream, applied } of steps) tell(stream, applied);
    return true;
  };

  return {
    name: projection.name,
    handles: (stream) => handles(projection, stream),
    holds: (stream) => places.has(partitionOf(stream)),
    held: () => [...places.values()],
    elsewhere: holding.elsewhere,
    parkedStreams: () => parked.size,
    tend: holding.tend,
    close: holding.close,
    async process(events) {
      const last = events.at(-1)?.position;
      if (last === undefined) return true;
      const mine = events.filter((event) => handles(projection, event.stream) && isNew(event));
      for (let attempt = 1; mine.length > 0; attempt += 1) {
        try {
          if (await write(mine, last)) break;
          return false;
        } catch (error) {
          if (signal.aborted) return false;
          if (isGuilty(error, attempt)) {
            const outcome = await isolate(projection, tables, parts, mine, holding);
            if (outcome === 'lost') return false;
            if (outcome === 'done') break;
          }
          const cause = nameOf(error);
          report({ code: 'projection-waiting', projection: projection.name, cause });
          await pause(backoff(attempt), signal);
        }
      }
      for (const [partition, lease] of places)
        if (lease.place < last) places.set(partition, { ...lease, place: last });
      return true;
    },
  };
};

/** The leases under which some streams are written. */
const leasesOf = (
  steps: readonly { readonly stream: StreamId }[],
  places: ReadonlyMap<number, Lease>,
): readonly Lease[] =>
  [...new Set(steps.map(({ stream }) => partitionOf(stream)))].flatMap(
    (partition) => places.get(partition) ?? [],
  );
