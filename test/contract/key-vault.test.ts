import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryKeyVault } from '../../src/adapters/keys/memory.ts';
import { migrateVault, postgresKeyVault } from '../../src/adapters/keys/postgres.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import { freshDatabase, startPostgres } from '../support/postgres.ts';
import { keyVaultContract } from './key-vault.contract.ts';

const memory = memoryKeyVault();
keyVaultContract('memory', async () => memory);

const database = await freshDatabase();
const pools: pg.Pool[] = [];
const pool = (url = database.url, options = ''): pg.Pool => {
  const made = new pg.Pool({ connectionString: url, options, max: 4 });
  // A killed server ends idle connections too; the pool replaces them.
  made.on('error', () => undefined);
  pools.push(made);
  return made;
};
/** Without this, what a lazy session wrote is on the disk 200 ms later anyway. */
const sleepyWalWriter = async (own: pg.Pool): Promise<void> => {
  await own.query(`alter system set wal_writer_delay = '10s'`);
  await own.query('select pg_reload_conf()');
  // The WAL writer obeys after its current nap; a commit wakes it from a longer one.
  await own.query('create table waking as select 1');
  await own.query('select pg_sleep(0.5)');
};
afterAll(async () => {
  await Promise.all(pools.map((each) => each.end()));
  await database.drop();
});

keyVaultContract('PostgreSQL', async () => {
  const own = pool();
  await migrateVault(own);
  return postgresKeyVault({ pool: own });
});

describe('the key vault in PostgreSQL', () => {
  it('is migrated from many nodes at once, and again, without losing a key', async () => {
    const own = pool();
    const vault = postgresKeyVault({ pool: own });
    const owner = randomUUID() as AccountId;
    await migrateVault(own);
    const { id } = await vault.keyOf(owner);
    await Promise.all(Array.from({ length: 4 }, () => migrateVault(own)));
    expect((await vault.keyOf(owner)).id).toBe(id);
  });

  it('says that it passes when the database is gone (503, not 500)', async () => {
    const server = await startPostgres();
    const own = pool(server.url);
    await migrateVault(own);
    const vault = postgresKeyVault({ pool: own });
    const owner = randomUUID() as AccountId;
    const { id } = await vault.keyOf(owner);
    await server.stop();
    for (const question of [vault.keyOf(owner), vault.secrets([id]), vault.destroy(owner)])
      await expect(question).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('keeps keys made and keys destroyed through a crash, even in sessions that need not wait for the disk', async () => {
    const server = await startPostgres();
    try {
      await sleepyWalWriter(pool(server.url));
      const lazy = pool(server.url, '-c synchronous_commit=off -c jit=off');
      await migrateVault(lazy);
      const vault = postgresKeyVault({ pool: lazy });
      const [kept, gone] = [randomUUID() as AccountId, randomUUID() as AccountId];
      const { id: destroyed } = await vault.keyOf(gone);
      await vault.destroy(gone);
      const { id, secret } = await vault.keyOf(kept);
      await server.kill();
      await server.restart();
      const after = postgresKeyVault({ pool: pool(server.url) });
      expect([...((await after.secrets([id, destroyed])).get(id) ?? [])]).toEqual([...secret]);
      await expect(after.keyOf(gone)).rejects.toMatchObject({ code: 'key-destroyed' });
    } finally {
      await server.stop();
    }
  });
});
