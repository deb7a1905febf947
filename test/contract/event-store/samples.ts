import { randomUUID } from 'node:crypto';
import type {
  Envelope,
  EventStore,
  Position,
  Recorded,
  Revision,
  StreamId,
} from '../../../src/domain/kernel/event-store.ts';
import { StoreUnavailable } from '../../../src/domain/kernel/event-store.ts';

export const newStream = (category = 'contract'): StreamId => `${category}-${randomUUID()}`;

export const envelope = (fields: Partial<Envelope> = {}): Envelope => ({
  id: randomUUID(),
  type: 'CalendarObjectStored',
  schemaVersion: 1,
  occurredAt: '2026-01-02T03:04:05.678Z',
  actor: randomUUID(),
  onBehalfOf: '',
  via: 'caldav contract/1.0',
  correlationId: randomUUID(),
  causationId: randomUUID(),
  sealedWith: randomUUID(),
  payload: Buffer.from('BEGIN:VCALENDAR'),
  ...fields,
});

export const envelopes = (count: number): readonly Envelope[] =>
  Array.from({ length: count }, () => envelope());

/** Resolves after so many milliseconds. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** The promise's answer, or an error once so many milliseconds have gone. */
export const within = async <T>(ms: number, what: string, promise: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

export const readAll = async (
  store: EventStore,
  stream: StreamId,
  from: Revision = 0n,
): Promise<readonly Recorded[]> => {
  const events: Recorded[] = [];
  for await (const batch of store.read(stream, from)) events.push(...batch);
  return events;
};

const ofTheLog: readonly string[] = ['stream', 'revision', 'position'];

/** What was appended, without the log's own fields, payload as text that compares. */
export const plain = (recorded: Recorded): object =>
  Object.fromEntries(
    Object.entries(comparable(recorded)).filter(([field]) => !ofTheLog.includes(field)),
  );
export const comparable = (event: Envelope): object => ({
  ...event,
  payload: Buffer.from(event.payload).toString('hex'),
});

/** Asks again, with the same ids, while the store says that it does not know. */
export const appendInsisting = async (
  store: EventStore,
  stream: StreamId,
  expected: Revision | 'no-stream',
  events: readonly Envelope[],
): Promise<Revision> => {
  const until = Date.now() + 30_000;
  for (;;) {
    try {
      return (await store.append(stream, expected, events)).revision;
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || Date.now() > until) throw error;
      await pause(50);
    }
  }
};

/** Follows the log in the background and keeps what concerns the given streams. */
export interface Follower {
  readonly seen: readonly Recorded[];
  /** Waits until so many events were seen in all. */
  reaches(count: number, ms?: number): Promise<readonly Recorded[]>;
  /** Aborts, and waits for the subscription's end. */
  stop(): Promise<void>;
}

export const follow = (
  store: EventStore,
  after: Position | 'start',
  streams: ReadonlySet<StreamId>,
  eachBatch: () => Promise<void> = async () => undefined,
): Follower => {
  const seen: Recorded[] = [];
  const abort = new AbortController();
  let changed = (): void => undefined;
  const run = async (): Promise<void> => {
    for await (const batch of store.subscribe(after, abort.signal)) {
      for (const event of batch) if (streams.has(event.stream)) seen.push(event);
      changed();
      await eachBatch();
    }
  };
  const ended = run();
  ended.catch(() => changed());
  const reached = (count: number): Promise<void> =>
    new Promise((resolve) => {
      changed = () => (seen.length >= count ? resolve() : undefined);
      changed();
    });
  return {
    seen,
    reaches: async (count, ms = 20_000) => {
      const what = `a subscription awaiting ${count} events`;
      const early = ended.then(() => {
        throw new Error('the subscription ended by itself');
      });
      await within(ms, what, Promise.race([reached(count), early])).catch((error: unknown) => {
        throw new Error(`${String(error)} (${seen.length} seen)`);
      });
      return seen;
    },
    stop: async () => {
      abort.abort();
      await within(1_000, 'the end of an aborted subscription', ended);
    },
  };
};

/** Revisions of each stream in the order seen: gapless from 0 when nothing is lost or doubled. */
export const revisionsOf = (
  events: readonly Recorded[],
): ReadonlyMap<StreamId, readonly Revision[]> => {
  const revisions = new Map<StreamId, Revision[]>();
  for (const { stream, revision } of events) {
    const list = revisions.get(stream) ?? [];
    list.push(revision);
    revisions.set(stream, list);
  }
  return revisions;
};

/** 0n, 1n, … so many. */
export const upTo = (count: number): readonly Revision[] =>
  Array.from({ length: count }, (_, index) => BigInt(index));
