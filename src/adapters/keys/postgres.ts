import type { Pool } from 'pg';
import type { AccountId, KeyId } from '../../domain/kernel/ids.ts';
import type { KeyVault, VaultKey } from '../../domain/kernel/ports.ts';
import { asking } from './asking.ts';
import { KeyDestroyed } from './key-destroyed.ts';
import { newKey } from './new-key.ts';

/**
 * Makes the vault's table if it is not there; safe to run from many processes at once.
 * A row outlives its secret: an owner whose key was destroyed never gets another.
 */
export const migrateVault = async (pool: Pool): Promise<void> => {
  await pool.query(`
    select pg_advisory_xact_lock(hashtext('daybook.vault'));
    create schema if not exists vault;
    create table if not exists vault.keys (
      id text collate "C" primary key,
      owner text collate "C" not null unique,
      secret bytea check (octet_length(secret) = 32),
      made_at timestamptz not null default now(),
      destroyed_at timestamptz,
      check ((secret is null) = (destroyed_at is not null))
    );
  `);
};

/**
 * Turns synchronous commit on for one statement and its commit, whatever the session says: a key that
 * a crash forgets takes all that it sealed along, and one that a crash brings back undoes an erasure.
 */
const durable = `durable as materialized (select set_config('synchronous_commit', 'on', true))`;

const current = 'select id, secret from vault.keys where owner = $1';

/** Answers no row when another process made the key meanwhile. */
const make = `
  with ${durable}
  insert into vault.keys (owner, id, secret)
  select $1, $2, $3 from durable
  on conflict (owner) do nothing
  returning id, secret`;

const destroy = `
  with ${durable}
  insert into vault.keys (owner, id, destroyed_at)
  select $1, $2, now() from durable
  on conflict (owner) do update set secret = null, destroyed_at = now()
  where keys.destroyed_at is null`;

interface Row {
  readonly id: KeyId;
  readonly secret: Uint8Array | null;
}

/**
 * The vault as a table of the pool's database (`migrateVault`). Back it up apart from the log.
 * Throws KeyDestroyed and StoreUnavailable.
 */
export const postgresKeyVault = ({ pool }: { readonly pool: Pool }): KeyVault => {
  const find = async (owner: AccountId): Promise<Row | undefined> =>
    (await asking(pool.query<Row>(current, [owner]))).rows[0];

  const found = async (owner: AccountId): Promise<Row> => {
    const held = await find(owner);
    if (held !== undefined) return held;
    const { id, secret } = newKey();
    const { rows } = await asking(pool.query<Row>(make, [owner, id, secret]));
    const made = rows[0] ?? (await find(owner));
    if (made === undefined) throw new Error(`the key of ${owner} was deleted by hand`);
    return made;
  };

  return {
    async keyOf(owner): Promise<VaultKey> {
      const { id, secret } = await found(owner);
      if (secret === null) throw new KeyDestroyed(owner);
      return { id, secret };
    },
    idOf: async (owner) => (await find(owner))?.id,
    async secrets(ids) {
      if (ids.length === 0) return new Map();
      const { rows } = await asking(
        pool.query<{ id: KeyId; secret: Uint8Array }>(
          'select id, secret from vault.keys where id = any($1::text[]) and secret is not null',
          [ids],
        ),
      );
      return new Map(rows.map(({ id, secret }) => [id, secret]));
    },
    async destroy(owner) {
      await asking(pool.query(destroy, [owner, newKey().id]));
    },
  };
};
