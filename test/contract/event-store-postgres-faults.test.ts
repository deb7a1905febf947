import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresEventStore } from '../../src/adapters/postgres/event-store.ts';
import { migrateLog } from '../../src/adapters/postgres/schema.ts';
import { type EventStore, StoreUnavailable } from '../../src/domain/kernel/event-store.ts';
import { freshDatabase } from '../support/postgres.ts';
import {
  envelope,
  envelopes,
  follow,
  newStream,
  pause,
  readAll,
  within,
} from './event-store/samples.ts';

/** Stands between driver and server, and can fall silent or swallow a reply. */
interface Wire {
  readonly url: string;
  /** `flows`; `silent`: passes nothing on; `deaf`: cuts a connection when an append is answered. */
  mode: 'flows' | 'silent' | 'deaf';
  /** Connections cut while deaf. */
  cuts: number;
  close(): Promise<void>;
}

const wireTo = async (url: string): Promise<Wire> => {
  const real = new URL(url.replace('postgresql:///', 'postgresql://x/'));
  const target = join(real.searchParams.get('host') ?? '', '.s.PGSQL.5432');
  const dir = await mkdtemp(join(tmpdir(), 'daybook-wire-'));
  const sockets = new Set<Socket>();
  const appending = new Set<Socket>();
  const pass = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on('data', (octets) => {
      if (wire.mode === 'silent') return;
      if (octets.includes('log-append')) appending.add(to);
      if (wire.mode === 'deaf' && appending.has(from)) {
        wire.cuts += 1;
        from.destroy();
      } else to.write(octets);
    });
  };
  const listening: Server = createServer((near) => {
    const far = createConnection(target);
    pass(near, far);
    pass(far, near);
  });
  listening.listen(join(dir, '.s.PGSQL.5432'));
  await once(listening, 'listening');
  real.searchParams.set('host', dir);
  const wire: Wire = {
    url: real.href.replace('postgresql://x/', 'postgresql:///'),
    mode: 'flows',
    cuts: 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      listening.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return wire;
};

describe('PostgreSQL log behind a bad wire', () => {
  let wire: Wire;
  let store: EventStore;
  beforeAll(async () => {
    const { url } = await freshDatabase();
    const pool = new pg.Pool({ connectionString: url });
    await migrateLog(pool);
    await pool.end();
    wire = await wireTo(url);
    store = postgresEventStore({ connection: { connectionString: wire.url } });
  }, 60_000);
  afterAll(async () => {
    await store.close();
    await wire.close();
  });

  it('answers an append whose reply was lost after it was committed, and stores it once', async () => {
    const streams = [newStream(), newStream()] as const;
    await store.append(streams[0], 'no-stream', [envelope()]);
    const follower = follow(store, await store.end(), new Set(streams));
    await pause(200);
    wire.cuts = 0;
    wire.mode = 'deaf';
    const events = envelopes(2);
    const appended = Promise.all([
      store.append(streams[0], 0n, events),
      store.append(streams[1], 'no-stream', envelopes(3)),
    ]);
    while (wire.cuts === 0) await pause(2);
    wire.mode = 'flows';
    const [first, second] = await within(5_000, 'the repeated append', appended);
    expect([first.revision, second.revision]).toEqual([2n, 2n]);
    const stored = await readAll(store, streams[0]);
    expect(stored.slice(1).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    expect(stored.at(-1)?.position).toBe(first.position);
    // Told by a repeated answer, subscribers read what they were not handed.
    expect((await follower.reaches(5, 900)).map(({ revision }) => revision)).toEqual([
      1n,
      2n,
      0n,
      1n,
      2n,
    ]);
    await follower.stop();
  }, 20_000);

  it('refuses an append within ten seconds when the server falls silent, and recovers', async () => {
    const stream = newStream();
    const events = [envelope()];
    const follower = follow(store, await store.end(), new Set([stream]));
    await pause(200);
    wire.mode = 'silent';
    expect(await within(1_500, 'healthy', store.healthy())).toBe(false);
    const calls = Promise.allSettled([
      store.append(stream, 'no-stream', events),
      store.heads([stream]),
    ]);
    const reason: unknown = expect.any(StoreUnavailable);
    for (const outcome of await within(10_000, 'calls to a silent server', calls))
      expect(outcome).toEqual({ status: 'rejected', reason });
    wire.mode = 'flows';
    expect((await store.append(stream, 'no-stream', events)).revision).toBe(0n);
    await follower.reaches(1, 10_000);
    await follower.stop();
    expect(await readAll(store, stream)).toHaveLength(1);
  }, 40_000);
});
