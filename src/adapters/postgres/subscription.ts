import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Position, Recorded } from '../../domain/kernel/event-store.ts';
import { numberOf, readAfter, readEnd } from './rows.ts';
import type { Tail } from './tail.ts';

export interface SubscriptionParts {
  readonly pool: Pool;
  readonly tail: Tail;
  /** Told of every failed read; the subscription tries again by itself. */
  readonly report: (trouble: unknown) => void;
}

/** Longest wait between two tries to read from a server that is away, in milliseconds. */
const LONGEST_PAUSE = 1_000;

/**
 * Follows the log from a position. At the end of the log it takes what this node appends from memory
 * and reads the table for the rest. It leaves no gap because every position up to the highest one
 * heard of is read or handed over, and positions are committed in order (docs/adr/0004).
 */
export async function* subscription(
  { pool, tail, report }: SubscriptionParts,
  after: Position | 'start',
  signal: AbortSignal,
): AsyncGenerator<readonly Recorded[], void, undefined> {
  if (signal.aborted) return;
  const standing = tail.stand(numberOf(after));
  const insist = <T>(ask: () => Promise<T>): Promise<T | undefined> =>
    orAborted(retried(ask, signal, report), signal);
  try {
    const end = await insist(() => readEnd(pool));
    if (end !== undefined) tail.reaches(end);
    while (!signal.aborted) {
      const handed = standing.take();
      if (handed.length > 0) {
        yield handed;
      } else if (standing.behind()) {
        standing.reading();
        const page = await insist(() => readAfter(pool, standing.at));
        const last = page?.events.at(-1);
        standing.moved(last === undefined ? standing.at : numberOf(last.position));
        if (signal.aborted || page === undefined) return;
        if (last !== undefined) yield page.events;
        // The log is shorter than was heard: a server was restored. Ask on, but gently.
        else await pause(LONGEST_PAUSE, signal);
      } else {
        await standing.change(signal);
      }
    }
  } finally {
    standing.leave();
  }
}

/** Asks until there is an answer, or the signal aborts. */
const retried = async <T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  report: (trouble: unknown) => void,
): Promise<T | undefined> => {
  for (let wait = 25; !signal.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    try {
      return await ask();
    } catch (error) {
      report(error);
      await pause(wait, signal);
    }
  }
  return undefined;
};

/** Waits so many milliseconds, or until the signal aborts. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** The answer, or undefined as soon as the signal aborts. */
const orAborted = async <T>(
  answer: Promise<T | undefined>,
  signal: AbortSignal,
): Promise<T | undefined> => {
  let abort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    abort = () => resolve(undefined);
    signal.addEventListener('abort', abort);
  });
  if (signal.aborted) return undefined;
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
