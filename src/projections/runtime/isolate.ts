import type { Recorded, StreamId } from '../../domain/kernel/event-store.ts';
import type { Projection } from '../projection.ts';
import { isPassing, nameOf } from './faults.ts';
import type { Holdings } from './holdings.ts';
import { partitionOf } from './partition.ts';
import type { ProjectorParts } from './parts.ts';
import { stepsOf } from './steps.ts';
import type { ProjectionTables } from './writing.ts';

/**
 * Applies a batch that failed as a whole stream by stream, and a stream that fails event by event;
 * the event at fault parks its stream, and all others go on. Places stay where they are, so that
 * a crash in the middle begins again; what was applied already is passed over then.
 * `again`: the tables went away meanwhile. `lost`: a lease did.
 */
export const isolate = async <Delta>(
  projection: Projection<Delta>,
  tables: ProjectionTables<Delta>,
  { codec, report, tell }: Pick<ProjectorParts, 'codec' | 'report' | 'tell'>,
  batch: readonly Recorded[],
  { places, parked }: Holdings,
): Promise<'done' | 'lost' | 'again'> => {
  const attempt = async (stream: StreamId, events: readonly Recorded[]): Promise<boolean> => {
    const lease = places.get(partitionOf(stream));
    if (lease === undefined) return false;
    const steps = await stepsOf(projection, codec, events);
    if (!(await tables.apply([lease], steps))) return false;
    for (const step of steps) tell(step.stream, step.applied);
    return true;
  };

  const park = async (event: Recorded, error: unknown): Promise<boolean> => {
    const { stream, revision, type, schemaVersion } = event;
    const lease = places.get(partitionOf(stream));
    const code = nameOf(error);
    const message = `${type} ${schemaVersion}: ${code}`;
    if (lease === undefined) return false;
    if (!(await tables.park(lease, { stream, revision, code, message }))) return false;
    parked.add(stream);
    report({ code: 'stream-parked', projection: projection.name, stream, revision, message });
    return true;
  };

  /** One by one, until one fails. */
  const crawl = async (stream: StreamId, events: readonly Recorded[]): Promise<boolean> => {
    for (const event of events) {
      try {
        if (!(await attempt(stream, [event]))) return false;
      } catch (error) {
        if (isPassing(error)) throw error;
        return park(event, error);
      }
    }
    return true;
  };

  try {
    for (const [stream, all] of byStream(batch)) {
      if (parked.has(stream)) continue;
      const applied = await tables.applied(stream);
      const events = all.filter(({ revision }) => applied === 'no-stream' || revision > applied);
      try {
        if (events.length > 0 && !(await attempt(stream, events))) return 'lost';
      } catch (error) {
        if (isPassing(error)) throw error;
        if (!(await crawl(stream, events))) return 'lost';
      }
    }
    return 'done';
  } catch (error) {
    if (isPassing(error)) return 'again';
    throw error;
  }
};

const byStream = (events: readonly Recorded[]): ReadonlyMap<StreamId, readonly Recorded[]> => {
  const streams = new Map<StreamId, Recorded[]>();
  for (const event of events) {
    const others = streams.get(event.stream);
    if (others === undefined) streams.set(event.stream, [event]);
    else others.push(event);
  }
  return streams;
};
