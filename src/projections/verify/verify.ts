import type { DomainEvent } from '../../domain/events.ts';
import type { EventStore, Expected, Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { Erased } from '../../domain/kernel/ports.ts';
import { handles, type Opening, type Projection, type ProjectionName } from '../projection.ts';
import { placeOf } from '../runtime/feed.ts';
import type { Parked } from '../runtime/writing.ts';
import { reaches } from '../tail.ts';
import type { Difference, Finding } from './finding.ts';

export interface VerifyParts {
  readonly store: EventStore;
  readonly codec: Opening;
  readonly comparisons: readonly Comparison[];
  /** Streams looked at so far, and of how many. */
  onProgress?(done: number, total: number): void;
  /** How long rows may be behind before that is a finding; 2000 milliseconds. */
  readonly patienceMs?: number;
}

/** What the log says of a stream up to a revision, each event changed by `change` before it is folded. */
export type FoldTo = <Delta>(
  projection: Projection<Delta>,
  applied: Expected,
  change?: (event: DomainEvent | Erased) => Promise<DomainEvent | Erased>,
) => Promise<Delta>;

/** How one projection's rows are compared with the log. */
export interface Comparison extends Pick<Projection<never>, 'categories'> {
  readonly name: ProjectionName;
  streams(): AsyncIterable<readonly StreamId[]>;
  parked(): Promise<readonly Parked[]>;
  applied(stream: StreamId): Promise<Expected>;
  /** Reads the rows first, then folds the log to where the rows are. */
  compare(
    stream: StreamId,
    fold: FoldTo,
  ): Promise<{ readonly applied: Expected; readonly differences: readonly Difference[] }>;
}

/**
 * Folds the whole log and compares it with the projections' rows, stream by stream, each at its rows'
 * own revision: it can run beside a live server. No findings: what is served is what was recorded.
 * @throws what the store, the codec and the tables throw.
 */
export async function* verify(parts: VerifyParts): AsyncGenerator<Finding> {
  const { comparisons, onProgress } = parts;
  const heads = await allHeads(parts.store);
  let done = 0;
  const parked = new Set<StreamId>();
  for (const comparison of comparisons) {
    const { name } = comparison;
    for (const { stream } of await comparison.parked()) {
      parked.add(stream);
      yield {
        projection: name,
        stream,
        problem: 'parked',
        of: 'stream',
        applied: await comparison.applied(stream),
      };
    }
    for await (const page of comparison.streams())
      for (const stream of page)
        if (!heads.has(stream) && !(await isInLog(parts.store, stream)))
          yield { projection: name, stream, problem: 'unknown', of: 'stream' };
  }
  for (const [stream, head] of heads) {
    const comparison = comparisons.find((one) => handles(one, stream));
    if (comparison !== undefined) {
      // A parked stream stays behind, however long one waits.
      const patienceMs = parked.has(stream) ? 0 : parts.patienceMs;
      yield* verifyStream(
        { ...parts, ...(patienceMs === undefined ? {} : { patienceMs }) },
        comparison,
        stream,
        head,
      );
    }
    done += 1;
    onProgress?.(done, heads.size);
  }
}

async function* verifyStream(
  { store, codec, patienceMs = 2000 }: VerifyParts,
  comparison: Comparison,
  stream: StreamId,
  head: Revision,
): AsyncGenerator<Finding> {
  const projection = comparison.name;
  const until = performance.now() + patienceMs;
  let at = await comparison.applied(stream);
  while (!reaches(at, head) && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    at = await comparison.applied(stream);
  }
  const fold: FoldTo = async (of, applied, change = async (event) => event) => {
    let delta = of.empty();
    if (applied === 'no-stream') return delta;
    for await (const batch of store.read(stream, 0n)) {
      const wanted = batch.filter(({ revision }) => revision <= applied);
      const events = await Promise.all((await codec.open(wanted)).map(change));
      for (const [index, recorded] of wanted.entries()) {
        const event = events[index];
        if (event !== undefined) delta = of.fold(delta, event, recorded);
      }
      if (wanted.length < batch.length) break;
    }
    return delta;
  };
  const { applied, differences } = await comparison.compare(stream, fold);
  if (!reaches(applied, head))
    yield { projection, stream, problem: 'behind', of: 'stream', applied };
  const [last] = (await store.heads([stream])).values();
  if (last !== undefined && !reaches(last, applied))
    yield { projection, stream, problem: 'ahead', of: 'stream', applied };
  for (const difference of differences) yield { projection, stream, ...difference };
}

const isInLog = async (store: EventStore, stream: StreamId): Promise<boolean> =>
  ((await store.heads([stream])).get(stream) ?? 'no-stream') !== 'no-stream';

/** The last revision of every stream in the log, which is read once for it. */
const allHeads = async (store: EventStore): Promise<ReadonlyMap<StreamId, Revision>> => {
  const heads = new Map<StreamId, Revision>();
  const end = placeOf(await store.end());
  if (end === '') return heads;
  const abort = new AbortController();
  try {
    for await (const batch of store.subscribe('start', abort.signal)) {
      for (const { stream, revision } of batch) heads.set(stream, revision);
      const last = batch.at(-1);
      if (last !== undefined && last.position >= end) break;
    }
  } finally {
    abort.abort();
  }
  return heads;
};
