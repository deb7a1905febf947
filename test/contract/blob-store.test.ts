import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryBlobStore } from '../../src/adapters/blobs/memory.ts';
import { migrateBlobs, postgresBlobStore } from '../../src/adapters/blobs/postgres.ts';
import { memoryKeyVault } from '../../src/adapters/keys/memory.ts';
import type { AccountId, BlobRef, KeyId } from '../../src/domain/kernel/ids.ts';
import { freshDatabase, startPostgres } from '../support/postgres.ts';
import { blobStoreContract } from './blob-store.contract.ts';

const vault = memoryKeyVault();
const memory = { vault, blobs: memoryBlobStore({ vault }) };
blobStoreContract('memory', async () => memory);

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

blobStoreContract('PostgreSQL', async () => {
  const own = pool();
  await migrateBlobs(own);
  return { vault, blobs: postgresBlobStore({ pool: own, vault }) };
});

describe('the blob store in PostgreSQL', () => {
  const owner = randomUUID() as AccountId;

  it('is migrated from many nodes at once, and again, without losing a blob', async () => {
    const own = pool();
    await Promise.all(Array.from({ length: 4 }, () => migrateBlobs(own)));
    const blobs = postgresBlobStore({ pool: own, vault });
    const ref = await blobs.put(owner, Uint8Array.of(1));
    await migrateBlobs(own);
    expect([...((await blobs.get(ref)) ?? [])]).toEqual([1]);
  });

  it('is migrated again without waiting for whoever reads a blob', async () => {
    const own = pool();
    await migrateBlobs(own);
    const reader = await own.connect();
    try {
      await reader.query('begin; select from blobs.blobs');
      await expect(
        migrateBlobs(pool(database.url, '-c lock_timeout=500')),
      ).resolves.toBeUndefined();
    } finally {
      reader.release(true);
    }
  });

  it('is migrated from before it was known how old a blob is: as old as the migration', async () => {
    const old = await freshDatabase();
    const own = pool(old.url);
    try {
      await own.query(`
        create schema blobs;
        create table blobs.blobs (ref text collate "C" primary key,
          sealed_with text collate "C" not null, sealed bytea not null);
        insert into blobs.blobs values ('old', 'key', '')`);
      await migrateBlobs(own);
      const blobs = postgresBlobStore({ pool: own, vault });
      expect(await blobs.doubtful(60_000, 10)).toEqual([]);
      expect(await blobs.doubtful(0, 10)).toEqual(['old']);
      await blobs.purge('key' as KeyId);
      expect(await blobs.doubtful(0, 10)).toEqual([]);
    } finally {
      await old.drop();
    }
  });

  it('finds what an owner has without reading all blobs', async () => {
    const own = pool();
    await migrateBlobs(own);
    const client = await own.connect();
    try {
      await client.query('begin; set local enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain delete from blobs.blobs where sealed_with = 'x'`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join(' ');
      expect(plan).toContain('blobs_sealed_with');
    } finally {
      client.release(true);
    }
  });

  it('says that it passes when the database is gone (503, not 500)', async () => {
    const server = await startPostgres();
    const own = pool(server.url);
    await migrateBlobs(own);
    const blobs = postgresBlobStore({ pool: own, vault });
    const ref = await blobs.put(owner, Uint8Array.of(7));
    await server.stop();
    for (const question of [blobs.get(ref), blobs.put(owner, Uint8Array.of(8))])
      await expect(question).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('holds nothing readable', async () => {
    const own = pool();
    const ref = await postgresBlobStore({ pool: own, vault }).put(
      owner,
      new TextEncoder().encode('BEGIN:VCALENDAR SECRET'.repeat(5000)),
    );
    const { rows } = await own.query<{ found: number }>(
      `select position('SECRET'::bytea in sealed) as found from blobs.blobs where ref = $1`,
      [ref],
    );
    expect(rows).toEqual([{ found: 0 }]);
  });

  it('notices octets that were changed, and octets moved to another reference', async () => {
    const own = pool();
    const blobs = postgresBlobStore({ pool: own, vault });
    const put = (octet: number): Promise<BlobRef> => blobs.put(owner, Uint8Array.of(octet));
    const [changed, source, target] = [await put(1), await put(2), await put(3)];
    await own.query(
      `update blobs.blobs set sealed = set_byte(sealed, 13, get_byte(sealed, 13) # 1) where ref = $1`,
      [changed],
    );
    await own.query(
      `update blobs.blobs set sealed = (select sealed from blobs.blobs where ref = $1) where ref = $2`,
      [source, target],
    );
    for (const ref of [changed, target]) {
      await expect(blobs.get(ref)).rejects.toMatchObject({ code: 'blob-tampered' });
      await expect(blobs.getAll([source, ref])).rejects.toMatchObject({ code: 'blob-tampered' });
    }
  });

  it('is durable before it answers, even in sessions that need not wait for the disk', async () => {
    const server = await startPostgres();
    try {
      await sleepyWalWriter(pool(server.url));
      const lazy = pool(server.url, '-c synchronous_commit=off');
      await migrateBlobs(lazy);
      const blobs = postgresBlobStore({ pool: lazy, vault });
      const ref = await blobs.put(owner, Uint8Array.of(7));
      await server.kill();
      await server.restart();
      const after = postgresBlobStore({ pool: pool(server.url), vault });
      expect([...((await after.get(ref)) ?? [])]).toEqual([7]);
    } finally {
      await server.stop();
    }
  });
});
