import type pg from 'pg';

/** Told to all nodes: in which tree a lock was taken. */
export const CHANNEL = 'daybook_locks';

/** Makes the table if it is not there; safe to run from many processes at once. Dropping it ends all locks. */
export const migrateLocks = async (pool: pg.Pool): Promise<void> => {
  await pool.query(`
    select pg_advisory_xact_lock(hashtext('daybook.locks'));
    create schema if not exists locks;
    create table if not exists locks.held (
      token text collate "C" primary key,
      tree text collate "C" not null,
      at text[] not null,
      root text not null,
      scope text not null check (scope in ('exclusive', 'shared')),
      depth text not null check (depth in ('0', 'infinity')),
      account text collate "C" not null,
      owner text not null,
      taken_at timestamptz not null default now(),
      ends_at timestamptz not null
    );
    create index if not exists held_tree on locks.held (tree);
    create index if not exists held_account on locks.held (account);
  `);
};
