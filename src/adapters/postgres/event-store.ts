import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type EventStore, StoreUnavailable } from '../../domain/kernel/event-store.ts';
import { recordedBy } from './append-statement.ts';
import { appender } from './appender.ts';
import { asUnavailable } from './failures.ts';
import { positionOf, readEnd, readHeads, readStream } from './rows.ts';
import { subscription } from './subscription.ts';
import { logTail } from './tail.ts';
import { wakeUp } from './wake-up.ts';

export interface PostgresParts {
  /** Where the database is, as the driver takes it: `{ connectionString }`. Migrated: see `migrateLog`. */
  readonly connection: pg.ClientConfig;
  /** Connections for reading; one more appends, and one listens once somebody subscribes. */
  readonly readers?: number;
  /** How long an append of unknown outcome is tried anew before it is refused, in milliseconds. */
  readonly patience?: number;
  /** Told of troubles that the store gets over by itself, for a log. */
  readonly report?: (trouble: unknown) => void;
  /** Told how many appends each transaction held. */
  readonly onTransaction?: (appends: number) => void;
}

/**
 * Bounds of every wait for the server, in milliseconds. `turn`: until a reading connection is free,
 * or made.
 */
const WAIT = {
  connect: 2_000,
  turn: 5_000,
  statement: 5_000,
  health: 1_000,
  close: 3_000,
} as const;

/*
 * Whatever the database's defaults are: an answered append is on disk; each statement inside
 * log.append sees what was committed before it got the lock; and pages are read along an index, as
 * the planner must be told: it likes to fetch the whole rest of a stream and sort it instead.
 */
const settings = `
  set synchronous_commit = on;
  set default_transaction_isolation = 'read committed';
  set enable_seqscan = off;
  set enable_bitmapscan = off;
  set enable_sort = off;
  set jit = off;
  set plan_cache_mode = force_generic_plan`;

/**
 * The event log in a PostgreSQL database (15 or newer), shared by any number of nodes. Positions are
 * gapless and in the order of commits (docs/adr/0004-append-order.md).
 */
export const postgresEventStore = ({
  connection,
  readers = 4,
  patience = 2_000,
  report = () => undefined,
  onTransaction = () => undefined,
}: PostgresParts): EventStore => {
  const origin = randomUUID();
  const bounded: pg.ClientConfig = {
    ...connection,
    connectionTimeoutMillis: WAIT.connect,
    // The server gives up a little earlier than we do: then the outcome is known.
    statement_timeout: WAIT.statement - 500,
    query_timeout: WAIT.statement,
  };
  const poolOf = (config: pg.PoolConfig): pg.Pool => {
    const pool = new pg.Pool({
      ...bounded,
      ...config,
      // oxlint-disable-next-line typescript/no-misused-promises -- typed void, but the pool awaits it
      onConnect: (client) => client.query(settings),
    });
    pool.on('error', report);
    return pool;
  };
  const reading = poolOf({ max: readers, connectionTimeoutMillis: WAIT.turn });
  const writing = poolOf({ max: 1, idleTimeoutMillis: 0 });
  const closing = new AbortController();
  const tail = logTail();

  const appends = appender({
    pool: writing,
    origin,
    patience,
    onAnswers: (batch, answers) => {
      onTransaction(batch.length);
      let end = 0n;
      let stored = 0;
      answers.forEach((answer, index) => {
        if (answer.kind === 'repeated') tail.reaches(answer.at);
        if (answer.kind !== 'stored') return;
        end = answer.at;
        stored += batch[index]?.events.length ?? 0;
      });
      if (stored > 0)
        tail.committed(end - BigInt(stored) + 1n, end, () => recordedBy(batch, answers));
    },
  });

  const others = wakeUp({
    connection: bounded,
    origin,
    onEnd: tail.reaches,
    look: async () => {
      if (tail.watched()) tail.reaches(await readEnd(reading));
    },
    report,
  });

  /** Asks the server, once the store is open; passing troubles become the port's. */
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    if (closing.signal.aborted) throw new StoreUnavailable('the store is closed');
    return question().catch((error: unknown) => {
      throw asUnavailable(error);
    });
  };

  return {
    append: (stream, expected, events) => appends.append({ stream, expected, events }),
    async *read(stream, from) {
      for (let at = from, more = true; more; ) {
        const page = await ask(() => readStream(reading, stream, at));
        const last = page.events.at(-1);
        if (last === undefined) return;
        yield page.events;
        at = last.revision + 1n;
        more = page.more;
      }
    },
    heads: (streams) => ask(() => readHeads(reading, streams)),
    end: async () => {
      const end = await ask(() => readEnd(reading));
      return end === 0n ? 'start' : positionOf(end);
    },
    subscribe: (after, signal) => {
      others.start();
      const until = AbortSignal.any([signal, closing.signal]);
      return subscription({ pool: reading, tail, report }, after, until);
    },
    healthy: async () => {
      if (closing.signal.aborted) return false;
      const late = sleep(WAIT.health, false, { ref: false });
      const answered = reading.query('select 1').then(
        () => true,
        () => false,
      );
      return Promise.race([answered, late]);
    },
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      const ended = appends
        .close()
        .then(() => Promise.all([others.close(), writing.end(), reading.end()]))
        .catch(report);
      await Promise.race([ended, sleep(WAIT.close, undefined, { ref: false })]);
    },
  };
};
