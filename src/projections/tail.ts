import type { EventStore, Expected, Revision, StreamId } from '../domain/kernel/event-store.ts';
import type { Opening, Projection } from './projection.ts';

/** What both consistent readers stand on. */
export interface ReadingParts {
  readonly store: Pick<EventStore, 'heads' | 'read'>;
  readonly codec: Opening;
  /** Whether the rows include the revision, waiting so many milliseconds at most for it. Never fails. */
  seen(stream: StreamId, revision: Revision, timeoutMs: number): Promise<boolean>;
}

/** How long a reader waits for the projection before it looks into the log itself. */
export const PATIENCE_MS = 200;

/** Whether rows that include `applied` are at least as new as `head`. */
export const reaches = (applied: Expected, head: Expected): boolean =>
  head === 'no-stream' || (applied !== 'no-stream' && applied >= head);

export interface Tail<Delta> {
  readonly delta: Delta;
  /** Revision of the last event folded. */
  readonly applied: Expected;
}

/** What the log has of a stream after a revision, folded. @throws what the store and the codec throw. */
export const tailOf = async <Delta>(
  projection: Projection<Delta>,
  { store, codec }: Pick<ReadingParts, 'store' | 'codec'>,
  stream: StreamId,
  after: Expected,
): Promise<Tail<Delta>> => {
  let delta = projection.empty();
  let applied = after;
  for await (const batch of store.read(stream, after === 'no-stream' ? 0n : after + 1n)) {
    const events = await codec.open(batch);
    for (const [index, recorded] of batch.entries()) {
      const event = events[index];
      if (event !== undefined) delta = projection.fold(delta, event, recorded);
      applied = recorded.revision;
    }
  }
  return { delta, applied };
};
