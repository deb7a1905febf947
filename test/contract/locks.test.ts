import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresLocks } from '../../src/adapters/locks/locks.ts';
import { migrateLocks } from '../../src/adapters/locks/schema.ts';
import type { StreamId } from '../../src/domain/kernel/event-store.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import type { Lock } from '../../src/domain/locks/lock.ts';
import type { Locks } from '../../src/domain/locks/locks.ts';
import { memoryLocks } from '../support/memory-locks.ts';
import { freshDatabase } from '../support/postgres.ts';

const newLock = (tree: StreamId, at: readonly string[] = [], more: Partial<Lock> = {}): Lock => ({
  token: `urn:uuid:${randomUUID()}`,
  place: { tree, at },
  ...{ root: '/x', scope: 'exclusive', depth: 'infinity', owner: '<a/>', secondsLeft: 60 },
  account: 'ada' as AccountId,
  ...more,
});
const newTree = (): StreamId => `calendar-${randomUUID()}`;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let pool: pg.Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 6 });
  await migrateLocks(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const postgres = (): Locks => postgresLocks({ pool, listen: { connectionString: database.url } });

describe.each([
  ['in memory', memoryLocks],
  ['in PostgreSQL', postgres],
  ['in PostgreSQL, hearing nothing', () => postgresLocks({ pool })],
])('locks %s', (_, make) => {
  it('are held until they are released, with all that was said of them', async () => {
    const locks = make();
    const lock = newLock(newTree(), ['a', 'b/c']);
    expect(await locks.take(lock)).toEqual({ kind: 'taken' });
    const { secondsLeft: _left, ...said } = lock;
    expect(await locks.held([lock.place.tree, newTree()])).toMatchObject([said]);
    expect(await locks.refresh(lock.token, 3000)).toBe(true);
    expect((await locks.held([lock.place.tree]))[0]?.secondsLeft).toBeGreaterThan(2900);
    expect(await locks.release(lock.token)).toBe(true);
    expect(await locks.release(lock.token)).toBe(false);
    expect(await locks.refresh(lock.token, 3000)).toBe(false);
    expect(await locks.held([lock.place.tree])).toEqual([]);
    await locks.close();
  });

  it('are taken by one of many who want them at once', async () => {
    const locks = make();
    const tree = newTree();
    const wanted = Array.from({ length: 8 }, (__, index) =>
      newLock(tree, index % 2 === 0 ? [] : ['a']),
    );
    const takings = await Promise.all(wanted.map((one) => locks.take(one)));
    const taken = takings.filter(({ kind }) => kind === 'taken');
    const held = await locks.held([tree]);
    expect(taken.length).toBe(held.length);
    // Those on the whole and on its part exclude each other.
    expect(held).toHaveLength(1);
    const [conflict] = takings.filter((one) => one.kind === 'conflict');
    expect(conflict).toMatchObject({ with: [{ token: held[0]?.token }] });
    await locks.close();
  });

  it('end with what they are on, and with their account', async () => {
    const locks = make();
    const tree = newTree();
    const account = randomUUID() as AccountId;
    for (const at of [['a'], ['ab'], ['a', 'b'], ['c']])
      await locks.take(newLock(tree, at, { depth: '0', account }));
    await locks.releaseAt({ tree, at: ['a'] });
    const left = (await locks.held([tree])).map(({ place }) => place.at[0]);
    expect(new Set(left)).toEqual(new Set(['ab', 'c']));
    await locks.purge(account);
    expect(await locks.held([tree])).toEqual([]);
    await locks.close();
  });
});

describe('locks of two nodes', () => {
  it('hold on the other at once, and survive the end of both', async () => {
    const [one, other] = [postgres(), postgres()];
    // Both hear, so that they ask for no tree they know nothing of.
    const first = newLock(newTree());
    await one.take(first);
    await expect.poll(() => other.held([first.place.tree]), { timeout: 10_000 }).toHaveLength(1);
    for (let round = 0; round < 20; round += 1) {
      const lock = newLock(newTree());
      expect(await other.held([lock.place.tree])).toEqual([]);
      await one.take(lock);
      await expect
        .poll(() => other.held([lock.place.tree]), { timeout: 10_000, interval: 1 })
        .toHaveLength(1);
    }
    await Promise.all([one.close(), other.close()]);
    const later = postgres();
    await expect.poll(() => later.held([first.place.tree])).toHaveLength(1);
    await later.close();
  });

  it('are asked for in the table while a node hears nothing, and known to it when it hears again', async () => {
    const deaf = postgres();
    const lock = newLock(newTree());
    await expect.poll(async () => deaf.held([newTree()])).toEqual([]);
    await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query like 'listen %' and pid <> pg_backend_pid()`,
    );
    const writer = postgresLocks({ pool });
    await writer.take(lock);
    await expect.poll(() => deaf.held([lock.place.tree]), { timeout: 10_000 }).toHaveLength(1);
    await deaf.close();
  });

  it('are no more when their time is over', async () => {
    const locks = postgres();
    const lock = newLock(newTree(), [], { secondsLeft: 60 });
    await locks.take(lock);
    await pool.query(`update locks.held set ends_at = now() where token = $1`, [lock.token]);
    expect(await locks.held([lock.place.tree])).toEqual([]);
    expect(await locks.refresh(lock.token, 60)).toBe(false);
    expect(await locks.release(lock.token)).toBe(false);
    expect(await locks.take(newLock(lock.place.tree))).toEqual({ kind: 'taken' });
    await locks.close();
  });
});
