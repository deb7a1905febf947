import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { BlobRef, KeyId } from '../../domain/kernel/ids.ts';
import type { BlobStore, KeyVault } from '../../domain/kernel/ports.ts';
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
    end $body$;
  `);
};

/** The commit waits for the disk whatever the session says: an event will point at what is stored here. */
const put = `
  with durable as materialized (select set_config('synchronous_commit', 'on', true))
  insert into blobs.blobs (ref, sealed_with, sealed) select $1, $2, $3 from durable`;

const purge = 'delete from blobs.blobs where sealed_with = $1';

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
export interface ErasableBlobs extends BlobStore, Pick<KeyRing, 'forget'> {
  /** Removes all that a key has sealed; reads the whole table's references. @throws StoreUnavailable */
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
  };
};

const context = (ref: BlobRef): string => `blob\n${ref}`;
