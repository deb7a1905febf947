import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresEventStore } from '../../src/adapters/postgres/event-store.ts';
import { migrateLog } from '../../src/adapters/postgres/schema.ts';
import type { EventStore, StreamId } from '../../src/domain/kernel/event-store.ts';
import { RevisionConflict } from '../../src/domain/kernel/event-store.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import {
  envelope,
  envelopes,
  follow,
  newStream,
  pause,
  readAll,
  revisionsOf,
  upTo,
} from './event-store/samples.ts';
import { eventStoreContract } from './event-store.contract.ts';

let server: TestPostgres;
const open = async (): Promise<EventStore> =>
  postgresEventStore({ connection: { connectionString: server.url } });

beforeAll(async () => {
  server = await startPostgres();
  const pool = new pg.Pool({ connectionString: server.url });
  // Twice at once, as two nodes that start together do, and once more on what is there.
  await Promise.all([migrateLog(pool), migrateLog(pool)]);
  await migrateLog(pool);
  await pool.end();
}, 60_000);
afterAll(async () => {
  await server.stop();
}, 60_000);

eventStoreContract('postgres', open, {
  fault: { lose: () => server.kill(), giveBack: () => server.restart() },
});

describe('PostgreSQL log, shared by several nodes', () => {
  const nodes: EventStore[] = [];
  beforeAll(async () => {
    nodes.push(await open(), await open(), await open());
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
  });
  const node = (index: number): EventStore => {
    const store = nodes[index];
    if (store === undefined) throw new Error('no such node');
    return store;
  };

  /** Appends until the stream's writers together appended so many; conflicts are met by looking again. */
  const contend = async (store: EventStore, stream: StreamId, count: number): Promise<void> => {
    for (let written = 0; written < count; ) {
      const head = (await store.heads([stream])).get(stream) ?? 'no-stream';
      try {
        await store.append(stream, head, envelopes(1 + (written % 2)));
        written += 1;
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
      }
    }
  };

  it('commits in the order of positions, so that a third node never sees a gap', async () => {
    const streams = [newStream(), newStream(), newStream(), newStream()] as const;
    const before = await node(2).end();
    const follower = follow(node(2), before, new Set(streams));
    const writers = Array.from({ length: 32 }, (_, index) =>
      contend(node(index % 2), streams[index % 4] ?? streams[0], 12),
    );
    await Promise.all(writers);
    const events = 32 * 18;
    const seen = await follower.reaches(events);
    await pause(50);
    await follower.stop();
    expect(seen).toHaveLength(events);
    // Nobody else writes here: the positions themselves have no gap.
    const first = BigInt(before) + 1n;
    expect(seen.map(({ position }) => BigInt(position))).toEqual(
      upTo(events).map((index) => first + index),
    );
    for (const stream of streams) expect(revisionsOf(seen).get(stream)).toEqual(upTo(events / 4));
  }, 60_000);

  it('wakes a node by NOTIFY when another one appended', async () => {
    const stream = newStream();
    const follower = follow(node(1), await node(1).end(), new Set([stream]));
    await pause(300);
    const waits: number[] = [];
    let expected: bigint | 'no-stream' = 'no-stream';
    for (let round = 1; round <= 8; round += 1) {
      // Spread over more than a second, so that the look which is taken every second explains few.
      await pause(170);
      expected = (await node(0).append(stream, expected, [envelope()])).revision;
      const appended = performance.now();
      await follower.reaches(round);
      waits.push(performance.now() - appended);
    }
    await follower.stop();
    expect(waits.sort((one, other) => one - other)[5]).toBeLessThan(100);
  }, 30_000);

  it('mixes what it appends itself with what others append, in one order', async () => {
    const streams = [newStream(), newStream()] as const;
    const before = await node(0).end();
    const set = new Set<StreamId>(streams);
    const followers = [follow(node(0), before, set), follow(node(1), before, set)];
    const write = async (store: EventStore, stream: StreamId): Promise<void> => {
      let expected: bigint | 'no-stream' = 'no-stream';
      for (let written = 0; written < 60; written += 1)
        expected = (await store.append(stream, expected, [envelope()])).revision;
    };
    await Promise.all([write(node(0), streams[0]), write(node(1), streams[1])]);
    const [one, other] = await Promise.all(followers.map((follower) => follower.reaches(120)));
    await Promise.all(followers.map((follower) => follower.stop()));
    expect(one?.map(({ id }) => id)).toEqual(other?.map(({ id }) => id));
    for (const stream of streams) expect(revisionsOf(one ?? []).get(stream)).toEqual(upTo(60));
  }, 30_000);

  it('finds an event of another node within two seconds when its notification is lost', async () => {
    const stream = newStream();
    const follower = follow(node(1), await node(1).end(), new Set([stream]));
    await pause(300);
    const pool = new pg.Pool({ connectionString: server.url });
    const event = envelope();
    // As another node would, but silently.
    await pool.query(
      `insert into log.event select max(position) + 1, $1, 0, $2, 'CalendarObjectStored', 1, $3,
         'system', '', '', '', '', '', '' from log.event`,
      [stream, event.id, event.occurredAt],
    );
    expect((await follower.reaches(1, 2_000)).map(({ id }) => id)).toEqual([event.id]);
    await follower.stop();
    await pool.end();
  });

  it('reconnects the connection that listens', async () => {
    const stream = newStream();
    const follower = follow(node(1), await node(1).end(), new Set([stream]));
    await pause(300);
    const pool = new pg.Pool({ connectionString: server.url });
    const ended = await pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'",
    );
    expect(ended.rowCount).toBeGreaterThan(0);
    await pause(500);
    const listening = await pool.query(
      "select 1 from pg_stat_activity where query ilike 'listen%' and state = 'idle'",
    );
    expect(listening.rowCount).toBe(ended.rowCount);
    await node(0).append(stream, 'no-stream', [envelope()]);
    await follower.reaches(1, 2_000);
    await follower.stop();
    await pool.end();
  });
});

describe('PostgreSQL log, one batch', () => {
  let store: EventStore;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(async () => {
    await store.close();
  });

  it('fails alone an append that cannot be stored', async () => {
    const bad = [
      envelope({ via: 'a text that holds \u0000' }),
      envelope({ id: 'no uuid' }),
      envelope({ schemaVersion: 1.5 }),
    ];
    const streams = Array.from({ length: 12 }, () => newStream());
    const outcomes = await Promise.allSettled(
      streams.map((stream, index) =>
        store.append(stream, 'no-stream', [bad[index - 4] ?? envelope(), envelope()]),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      streams.map((_, index) => (bad[index - 4] === undefined ? 'fulfilled' : 'rejected')),
    );
    for (const [index, stream] of streams.entries())
      expect(await readAll(store, stream)).toHaveLength(bad[index - 4] === undefined ? 2 : 0);
  });

  it('takes a chain of appends to one stream that nobody waited for', async () => {
    const stream = newStream();
    const expected = ['no-stream', 1n, 3n, 5n, 7n] as const;
    const answers = await Promise.all(
      expected.map((revision) => store.append(stream, revision, envelopes(2))),
    );
    expect(answers.map(({ revision }) => revision)).toEqual([1n, 3n, 5n, 7n, 9n]);
    expect(await readAll(store, stream)).toHaveLength(10);
  });

  it('refuses an append of nothing', async () => {
    await expect(store.append(newStream(), 'no-stream', [])).rejects.toBeInstanceOf(RangeError);
  });

  it('is flushed in parts when more arrives than one batch holds', async () => {
    const streams = Array.from({ length: 600 }, () => newStream());
    await Promise.all(streams.map((stream) => store.append(stream, 'no-stream', [envelope()])));
    expect(new Set((await store.heads(streams)).values())).toEqual(new Set([0n]));
    const big = Array.from({ length: 14 }, () => newStream());
    const payload = Buffer.alloc(1024 * 1024, 7);
    await Promise.all(
      big.map((stream) => store.append(stream, 'no-stream', [envelope({ payload })])),
    );
    const follower = follow(store, 'start', new Set(big));
    const seen = await follower.reaches(14);
    await follower.stop();
    expect(seen.every((event) => payload.equals(event.payload))).toBe(true);
  }, 30_000);
});

describe('PostgreSQL log, a server that does not answer', () => {
  it('is refused within bounded time when no server is there', async () => {
    const troubles: unknown[] = [];
    const store = postgresEventStore({
      connection: { connectionString: 'postgresql:///postgres?host=/nonexistent&user=daybook' },
      patience: 300,
      report: (trouble) => troubles.push(trouble),
    });
    const abort = new AbortController();
    const subscribed = (async () => {
      for await (const _ of store.subscribe('start', abort.signal)) throw new Error('an event');
    })();
    const begun = performance.now();
    await expect(store.append(newStream(), 'no-stream', [envelope()])).rejects.toEqual(
      expect.objectContaining({ code: 'store-unavailable' }),
    );
    expect(performance.now() - begun).toBeLessThan(1_500);
    expect(await store.healthy()).toBe(false);
    abort.abort();
    await subscribed;
    expect(troubles.length).toBeGreaterThan(0);
    await store.close();
  });

  it('is not waited for by an append that another transaction keeps from the log', async () => {
    const pool = new pg.Pool({ connectionString: server.url });
    const holder = await pool.connect();
    const store = await open();
    const stream = newStream();
    const events = [envelope()];
    try {
      await holder.query('begin');
      await holder.query('lock table log.event in exclusive mode');
      const begun = performance.now();
      await expect(store.append(stream, 'no-stream', events)).rejects.toEqual(
        expect.objectContaining({ code: 'store-unavailable' }),
      );
      expect(performance.now() - begun).toBeLessThan(10_000);
    } finally {
      await holder.query('rollback');
      holder.release();
    }
    expect((await store.append(stream, 'no-stream', events)).revision).toBe(0n);
    expect(await readAll(store, stream)).toHaveLength(1);
    await store.close();
    await pool.end();
  }, 30_000);

  it('ends its subscriptions when it is closed', async () => {
    const store = await open();
    const ended = (async () => {
      for await (const _ of store.subscribe(await store.end(), new AbortController().signal));
    })();
    await pause(100);
    await store.close();
    await expect(ended).resolves.toBeUndefined();
  });
});
