import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { BlobRef, KeyId } from '../../domain/kernel/ids.ts';
import type { BlobStore, DoubtfulBlobs, KeyVault } from '../../domain/kernel/ports.ts';
import { type KeyRing, keyRing } from '../codec/key-ring.ts';
import { openOctets, sealOctets } from '../codec/sealing.ts';
import { asking } from './asking.ts';
import { BlobTampered } from './faults.ts';
import { checkSize } from './limit.ts';

/** Makes the blobs' table if it is not there; safe to run from many processes at once. */
export const migrateBlobs = async (pool: Pool): Promise<void> => {
  await pool.query(`
    select pg_advisory_xact_lock(hashtext('daybook.blobs'));
    create schema if not exists blobs;
    create table if not exists blobs.blobs (
      ref text collate "C" primary key,
      sealed_with text collate "C" not null,
      sealed bytea not null
    );
    do $body$ begin
      -- Sealed octets look random: trying to compress them is wasted. Only once: it waits for every
      -- reader of the table, and every reader for it.
      if exists (select from pg_attribute where attrelid = 'blobs.blobs'::regclass
          and attname = 'sealed' and attstorage <> 'e') then
        alter table blobs.blobs alter column sealed set storage external;
      end if;
      -- Of blobs from before these columns nobody knows better: they are as old as this statement.
      if not exists (select from pg_attribute where attrelid = 'blobs.blobs'::regclass
          and attname = 'kept') then
        alter table blobs.blobs
          add column put_at timestamptz not null default now(),
          add column kept boolean not null default false;
      end if;
      if to_regclass('blobs.blobs_sealed_with') is null then
        create index blobs_sealed_with on blobs.blobs (sealed_with);
        create index blobs_doubtful on blobs.blobs (put_at) where not kept;
      end if;
    end $body$;
  `);
};

/** The commit waits for the disk whatever the session says: an event will point at what is stored here. */
const put = `
  with durable as materialized (select set_config('synchronous_commit', 'on', true))
  insert into blobs.blobs (ref, sealed_with, sealed) select $1, $2, $3 from durable`;

const purge = 'delete from blobs.blobs where sealed_with = $1';

const keep = 'update blobs.blobs set kept = true where ref = any($1::text[]) and not kept';

const doubtful = `
  select ref from blobs.blobs
  where not kept and put_at <= now() - $1 * interval '1 millisecond' order by put_at limit $2`;

const SWEEP = `hashtext('daybook.blobs.sweep')`;

const select = 'select ref, sealed_with, sealed from blobs.blobs where ref = any($1::text[])';

interface Row {
  readonly ref: BlobRef;
  readonly sealed_with: KeyId;
  readonly sealed: Uint8Array;
}

export interface BlobStoreParts {
  readonly pool: Pool;
  readonly vault: KeyVault;
}

/** What erasing an account asks of the blobs. */
export interface ErasableBlobs extends DoubtfulBlobs, Pick<KeyRing, 'forget'> {
  /** Removes all that a key has sealed. @throws StoreUnavailable */
  purge(key: KeyId): Promise<void>;
}

/**
 * Blobs as rows of the pool's database (`migrateBlobs`), each sealed with its owner's key and bound to
 * its reference. Equal octets are stored as often as they are put: a shared blob would tell one
 * owner what another has, and could not be erased.
 *
 * `put` throws BlobTooLarge and what the vault throws; reading throws BlobTampered; all of
 * them StoreUnavailable.
 */
export const postgresBlobStore = ({ pool, vault }: BlobStoreParts): ErasableBlobs => {
  const ring = keyRing(vault);
  const getAll: BlobStore['getAll'] = async (refs) => {
    const opened = new Map<BlobRef, Uint8Array>();
    if (refs.length === 0) return opened;
    const { rows } = await asking(pool.query<Row>(select, [refs]));
    const secrets = await ring.secrets(new Set(rows.map((row) => row.sealed_with)));
    for (const { ref, sealed_with, sealed } of rows) {
      const secret = secrets.get(sealed_with);
      if (secret === undefined) continue;
      const result = openOctets(secret, sealed, context(ref));
      if ('failed' in result) throw new BlobTampered(ref);
      opened.set(ref, result.octets);
    }
    return opened;
  };
  return {
    forget: ring.forget,
    async purge(key) {
      await asking(pool.query(purge, [key]));
    },
    async put(owner, octets) {
      checkSize(octets);
      const { id, secret } = await ring.of(owner);
      const ref = randomUUID() as BlobRef;
      await asking(pool.query(put, [ref, id, sealOctets(secret, octets, context(ref))]));
      return ref;
    },
    get: async (ref) => (await getAll([ref])).get(ref),
    getAll,
    async remove(ref) {
      await asking(pool.query('delete from blobs.blobs where ref = $1', [ref]));
    },
    async keep(refs) {
      if (refs.length > 0) await asking(pool.query(keep, [refs]));
    },
    async doubtful(ageMs, most) {
      const { rows } = await asking(pool.query<{ ref: BlobRef }>(doubtful, [ageMs, most]));
      return rows.map(({ ref }) => ref);
    },
    async alone(work) {
      const client = await asking(pool.connect());
      try {
        const { rows } = await asking(
          client.query<{ mine: boolean }>(`select pg_try_advisory_lock(${SWEEP}) as mine`),
        );
        if (rows[0]?.mine !== true) return false;
        await work();
        return true;
      } finally {
        // The lock goes with the connection.
        client.release(true);
      }
    },
  };
};

const context = (ref: BlobRef): string => `blob\n${ref}`;
