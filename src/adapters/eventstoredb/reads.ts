import type {
  AllStreamResolvedEvent,
  EventStoreDBClient,
  Position as LogPosition,
  ReadPosition,
  ResolvedEvent,
  StreamingRead,
} from '@eventstore/db-client';
import type {
  Expected,
  Position,
  Recorded,
  Revision,
  StreamId,
} from '../../domain/kernel/event-store.ts';
import { StoreUnavailable } from '../../domain/kernel/event-store.ts';
import { BATCH, batches } from './batches.ts';
import {
  abortedWith,
  lasting,
  messageOf,
  type Patience,
  pause,
  pauseBefore,
  persistently,
  type StoreNotice,
  streamNotFound,
} from './faults.ts';
import { positionOf, recordedOf } from './recorded.ts';

export interface ReadParts {
  readonly client: EventStoreDBClient;
  readonly patience: Patience;
  readonly log: (notice: StoreNotice) => void;
}

/** Only the leader's answer is sure to hold what was just acknowledged. */
const LEADER = { requiresLeader: true } as const;
const READY = { highWaterMark: BATCH } as const;

/** Everything a short read yields; nothing for a stream that does not exist. */
const collect = async <T>(read: StreamingRead<T>, signal: AbortSignal): Promise<readonly T[]> => {
  const events: T[] = [];
  try {
    for await (const batch of batches<T>(read, signal)) events.push(...batch);
  } catch (error) {
    if (!streamNotFound(error)) throw error;
  } finally {
    read.cancel().catch(() => undefined);
  }
  return events;
};

/** At most `count` events of a stream from a revision on, raw. */
export const readSlice = (
  { client, patience, log }: ReadParts,
  stream: StreamId,
  from: Revision,
  count: number,
): Promise<readonly ResolvedEvent[]> =>
  persistently(
    (signal) =>
      collect(
        client.readStream(stream, { ...LEADER, fromRevision: from, maxCount: count }),
        signal,
      ),
    patience,
    (error) => log({ code: 'read-retried', stream, error: messageOf(error) }),
  );

/**
 * A stream's events in batches of what is at hand. A read that breaks off or falls silent continues
 * after the last event it yielded.
 * @throws StoreUnavailable when nothing came for as long as patience lasts.
 */
export async function* readStream(
  { client, patience, log }: ReadParts,
  stream: StreamId,
  from: Revision,
): AsyncGenerator<readonly Recorded[]> {
  let next = from;
  let retry = 0;
  let waitingSince = performance.now();
  for (;;) {
    if (patience.closed.aborted) throw new StoreUnavailable('EventStoreDB: closed');
    const { controller, release } = abortedWith(patience.closed);
    const { signal } = controller;
    let silence = setTimeout(() => controller.abort(), patience.attemptMs);
    let failure: unknown;
    const read = client.readStream(stream, { ...LEADER, fromRevision: next }, READY);
    try {
      for await (const batch of batches<ResolvedEvent>(read, signal)) {
        clearTimeout(silence);
        const recorded: Recorded[] = [];
        for (const resolved of batch) {
          const event = recordedOf(resolved);
          if (event !== undefined) recorded.push(event);
          else log({ code: 'foreign-event-skipped', stream });
          next = (resolved.event?.revision ?? next) + 1n;
        }
        if (recorded.length > 0) yield recorded;
        retry = 0;
        waitingSince = performance.now();
        silence = setTimeout(() => controller.abort(), patience.attemptMs);
      }
      if (!signal.aborted) return;
      failure = new StoreUnavailable(patience.closed.aborted ? 'closed' : 'no answer in time');
    } catch (error) {
      if (streamNotFound(error)) return;
      if (lasting(error)) throw error;
      failure = error;
    } finally {
      clearTimeout(silence);
      release();
      read.cancel().catch(() => undefined);
    }
    retry += 1;
    const wait = pauseBefore(retry);
    if (patience.closed.aborted || performance.now() - waitingSince + wait > patience.totalMs) {
      throw new StoreUnavailable(`EventStoreDB: ${messageOf(failure)}`, { cause: failure });
    }
    log({ code: 'read-retried', stream, error: messageOf(failure) });
    await pause(wait, patience.closed);
  }
}

/** How many streams are asked at once: enough to hide the round trip, few enough not to crowd others. */
const ASKED_AT_ONCE = 16;

/**
 * Last revision of each stream, asked in parallel: EventStoreDB has no question for several.
 * @throws StoreUnavailable
 */
export const readHeads = async (
  parts: ReadParts,
  streams: readonly StreamId[],
): Promise<ReadonlyMap<StreamId, Expected>> => {
  const { client, patience, log } = parts;
  const heads = new Map<StreamId, Expected>();
  const waiting = [...new Set(streams)];
  const ask = async (): Promise<void> => {
    for (let stream = waiting.pop(); stream !== undefined; stream = waiting.pop()) {
      const name = stream;
      const [last] = await persistently(
        (signal) =>
          collect(
            client.readStream(name, {
              ...LEADER,
              direction: 'backwards',
              fromRevision: 'end',
              maxCount: 1,
            }),
            signal,
          ),
        patience,
        (error) => log({ code: 'read-retried', stream: name, error: messageOf(error) }),
      );
      heads.set(name, last?.event?.revision ?? 'no-stream');
    }
  };
  await Promise.all(Array.from({ length: Math.min(ASKED_AT_ONCE, waiting.length) }, ask));
  return heads;
};

const readBackwards = (
  { client, patience, log }: ReadParts,
  from: ReadPosition,
  count: number,
): Promise<readonly AllStreamResolvedEvent[]> =>
  persistently(
    (signal) =>
      collect(
        client.readAll({ ...LEADER, direction: 'backwards', fromPosition: from, maxCount: count }),
        signal,
      ),
    patience,
    (error) => log({ code: 'read-retried', error: messageOf(error) }),
  );

const FIRST_PAGE = 16;
const LARGEST_PAGE = 512;

/**
 * Position of the newest event of ours, found backwards past the system's and others' events, which
 * the client cannot filter when reading.
 * @param known a position of ours from before: nothing older is looked at.
 * @throws StoreUnavailable
 */
export const readEnd = async (
  parts: ReadParts,
  known: Position | 'start',
): Promise<Position | 'start'> => {
  let from: ReadPosition = 'end';
  for (let count = FIRST_PAGE; ; count = Math.min(count * 4, LARGEST_PAGE)) {
    const page = await readBackwards(parts, from, count);
    for (const resolved of page) {
      const event = recordedOf(resolved);
      if (event !== undefined) return event.position;
      const position = positionOf(resolved.event?.position);
      if (known !== 'start' && position !== undefined && position <= known) return known;
    }
    const oldest: LogPosition | undefined = page.at(-1)?.event?.position;
    if (page.length < count || oldest === undefined) return known;
    from = oldest;
  }
};

/** Whether the server serves the log to us. Never throws. */
export const answers = async (
  { client, patience }: ReadParts,
  limitMs: number,
): Promise<boolean> => {
  const { closed } = patience;
  try {
    await persistently(
      (signal) =>
        collect(
          client.readAll({ ...LEADER, direction: 'backwards', fromPosition: 'end', maxCount: 1 }),
          signal,
        ),
      { attemptMs: limitMs, totalMs: 0, closed },
      () => undefined,
    );
    return true;
  } catch {
    return false;
  }
};
