import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import {
  type Appended,
  type Envelope,
  type Expected,
  RevisionConflict,
  StoreUnavailable,
} from '../../domain/kernel/event-store.ts';
import { isUuid } from '../../domain/kernel/ids.ts';
import {
  type Answer,
  type Append,
  answerOf,
  appendStatement,
  tellStatement,
} from './append-statement.ts';
import { asUnavailable, isPassing } from './failures.ts';
import { positionOf } from './rows.ts';
import { telling } from './telling.ts';

/** What one flush holds at the most; a single append larger than that goes alone. */
const FLUSH = { appends: 256, octets: 8 * 1024 * 1024 } as const;
/** About what an event costs besides its payload. */
const ENVELOPE_OCTETS = 512;

interface Waiting extends Append {
  readonly octets: number;
  /** When to give up asking again, in milliseconds of the monotonic clock. */
  readonly deadline: number;
  readonly settle: (appended: Appended) => void;
  readonly fail: (error: unknown) => void;
}

export interface AppenderParts {
  /** Of one connection: flushes follow each other. */
  readonly pool: Pool;
  /** Marks our own notifications. */
  readonly origin: string;
  /** For how long an append is tried anew when nobody said what became of it, in milliseconds. */
  readonly patience: number;
  /** Told of every batch that the log took, before its writers are. */
  readonly onAnswers: (batch: readonly Append[], answers: readonly Answer[]) => void;
}

export interface Appender {
  append(append: Append): Promise<Appended>;
  /** Refuses what waits and what comes; resolves when the flush under way is over. */
  close(): Promise<void>;
}

/**
 * Collects the appends that arrive while a flush is under way and writes them as one statement and
 * one transaction. A conflict fails its own append only. When the connection is lost the outcome is
 * unknown: the same appends are sent again until their patience is over, which is safe because the
 * log recognises their ids.
 */
export const appender = ({ pool, origin, patience, onAnswers }: AppenderParts): Appender => {
  const others = telling((end) => pool.query(tellStatement(end, origin)));
  let queue: Waiting[] = [];
  let flushing: Promise<void> | undefined;
  let failures = 0;
  let closed = false;

  const send = async (batch: readonly Waiting[]): Promise<void> => {
    const tells = others.isDue();
    const statement = appendStatement(tells ? origin : '', batch);
    const { rows } = await pool.query<unknown[]>(statement);
    // The driver's queries stay in memory longer than they are of use, and their payloads with them.
    statement.values?.splice(0);
    const answers = rows.map(answerOf);
    const stored = endOf(answers, 'stored');
    // What is there already may have been stored by a batch that did not tell and whose answer was lost.
    const repeated = endOf(answers, 'repeated');
    if (stored !== undefined) others.reached(stored, tells);
    else if (repeated !== undefined) others.reached(repeated, false);
    onAnswers(batch, answers);
    batch.forEach((waiting, index) => {
      const answer = answers[index];
      if (answer === undefined) waiting.fail(new StoreUnavailable('log.append left out an answer'));
      else if (answer.kind === 'conflict')
        waiting.fail(new RevisionConflict(waiting.stream, answer.actual));
      else waiting.settle({ revision: answer.revision, position: positionOf(answer.at) });
    });
  };

  /** Puts back what may be tried again and refuses the rest, whoever waited meanwhile included. */
  const postpone = (batch: readonly Waiting[], error: unknown): void => {
    const now = performance.now();
    const all = [...batch, ...queue];
    queue = all.filter(({ deadline }) => !closed && now < deadline);
    for (const { deadline, fail } of all) if (closed || now >= deadline) fail(asUnavailable(error));
  };

  /** Sends appends together, and one by one when something in them cannot be stored. */
  const flush = async (batch: readonly Waiting[]): Promise<void> => {
    const parts: (readonly Waiting[])[] = [batch];
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      try {
        await send(part);
        failures = 0;
      } catch (error) {
        if (isPassing(error)) {
          postpone([...part, ...parts.flat()], error);
          failures += 1;
          await sleep(Math.min(10 * 2 ** failures, 250));
          return;
        }
        if (part.length > 1) parts.push(...part.map((waiting) => [waiting]));
        else part[0]?.fail(error);
      }
    }
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      await flush(queue.splice(0, together(queue)));
      // Writers that were just answered get to send their next append along.
      await new Promise(setImmediate);
    }
    flushing = undefined;
  };

  return {
    append: ({ stream, expected, events }) =>
      new Promise((settle, fail) => {
        const flaw = closed
          ? new StoreUnavailable('the store is closed')
          : flawOf(expected, events);
        if (flaw !== undefined) {
          fail(flaw);
          return;
        }
        const octets = events.reduce(
          (total, { payload }) => total + payload.length + ENVELOPE_OCTETS,
          0,
        );
        const deadline = performance.now() + patience;
        queue.push({ stream, expected, events, octets, deadline, settle, fail });
        flushing ??= new Promise(setImmediate).then(run);
      }),
    close: async () => {
      closed = true;
      for (const waiting of queue) waiting.fail(new StoreUnavailable('the store is closed'));
      queue = [];
      await flushing;
      await others.close();
    },
  };
};

/** Where a batch's last event of a kind stands in the log. */
const endOf = (answers: readonly Answer[], kind: 'stored' | 'repeated'): bigint | undefined => {
  let end: bigint | undefined;
  for (const answer of answers) if (answer.kind === kind) end = answer.at;
  return end;
};

const INT4_MAX = 2 ** 31 - 1;
const INT8_MAX = 2n ** 63n - 1n;

/** Why an append cannot even be written down as parameters. */
const flawOf = (expected: Expected, events: readonly Envelope[]): RangeError | undefined => {
  if (events.length === 0) return new RangeError('an append needs at least one event');
  if (expected !== 'no-stream' && (expected < 0n || expected > INT8_MAX - BigInt(events.length)))
    return new RangeError(`no revision: ${expected}`);
  for (const { id, schemaVersion } of events) {
    if (!isUuid(id)) return new RangeError(`no UUID: ${id}`);
    if (!Number.isInteger(schemaVersion) || Math.abs(schemaVersion) > INT4_MAX)
      return new RangeError(`no schema version: ${schemaVersion}`);
  }
  return undefined;
};

/** How many from the head of the queue make one flush: at least one. */
const together = (queue: readonly Waiting[]): number => {
  let total = 0;
  for (const [count, { octets }] of queue.entries()) {
    total += octets;
    if (count === FLUSH.appends || (count > 0 && total > FLUSH.octets)) return count;
  }
  return queue.length;
};
