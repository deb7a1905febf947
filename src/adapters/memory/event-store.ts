import {
  type Envelope,
  type EventStore,
  type Expected,
  type Position,
  type Recorded,
  RevisionConflict,
  StoreUnavailable,
  type StreamId,
} from '../../domain/kernel/event-store.ts';

/** Events to a batch, so that readers meet page borders here as they do elsewhere. */
const PAGE = 500;

/** A log that lives as long as the object does: for tests. */
export const memoryEventStore = (): EventStore => {
  const log: Recorded[] = [];
  const streams = new Map<StreamId, Recorded[]>();
  const waiting = new Set<() => void>();
  let closed = false;

  const open = (): void => {
    if (closed) throw new StoreUnavailable('the store is closed');
  };
  const eventsOf = (stream: StreamId): readonly Recorded[] => streams.get(stream) ?? [];
  const head = (stream: StreamId): Expected => eventsOf(stream).at(-1)?.revision ?? 'no-stream';

  const append = (stream: StreamId, expected: Expected, events: readonly Envelope[]) => {
    if (events.length === 0) throw new RangeError('an append needs at least one event');
    const stored = streams.get(stream) ?? [];
    const at = expected === 'no-stream' ? 0 : Number(expected) + 1;
    if (at === stored.length) {
      for (const event of events) {
        const revision = BigInt(stored.length);
        const recorded = { ...event, stream, revision, position: positionOf(log.length) };
        stored.push(recorded);
        log.push(recorded);
      }
      streams.set(stream, stored);
      for (const wake of waiting) wake();
    } else if (!events.every(({ id }, index) => stored[at + index]?.id === id)) {
      throw new RevisionConflict(stream, head(stream));
    }
    const last = stored[at + events.length - 1];
    if (last === undefined) throw new RevisionConflict(stream, head(stream));
    return { revision: last.revision, position: last.position };
  };

  /** Resolves at the next append, or when the signal aborts. */
  const change = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      waiting.add(wake);
      signal.addEventListener('abort', wake);
    });

  return {
    append: async (stream, expected, events) => {
      open();
      return append(stream, expected, events);
    },
    async *read(stream, from) {
      open();
      for (let at = Number(from); at < eventsOf(stream).length; at += PAGE)
        yield eventsOf(stream).slice(at, at + PAGE);
    },
    heads: async (asked) => {
      open();
      return new Map(asked.map((stream) => [stream, head(stream)]));
    },
    end: async () => {
      open();
      return log.at(-1)?.position ?? 'start';
    },
    async *subscribe(after, signal) {
      let next = after === 'start' ? 0 : Number(after) + 1;
      while (!signal.aborted) {
        const batch = log.slice(next, next + PAGE);
        next += batch.length;
        if (batch.length > 0) yield batch;
        else await change(signal);
      }
    },
    healthy: async () => !closed,
    close: async () => {
      closed = true;
    },
  };
};

const positionOf = (index: number): Position => String(index).padStart(20, '0') as Position;
