import type pg from 'pg';

/**
 * Makes the tables of what is known of signing in, if they are not there; safe to run from many processes
 * at once. Nothing here is truth: dropping the schema makes people sign in again, and that is all.
 */
export const migrateSignIn = async (pool: pg.Pool): Promise<void> => {
  await pool.query(`
    select pg_advisory_xact_lock(hashtext('daybook.sign_in'));
    create schema if not exists sign_in;
    create table if not exists sign_in.sessions (
      digest text collate "C" primary key,
      id text collate "C" not null unique,
      account text collate "C" not null,
      kind text not null check (kind in ('full', 'half')),
      client text not null,
      address text not null,
      idle integer not null,
      started_at timestamptz not null default now(),
      seen_at timestamptz not null default now(),
      ends_at timestamptz not null
    );
    alter table sign_in.sessions
      add column if not exists provider text collate "C",
      add column if not exists provider_keys text[] collate "C",
      add column if not exists provider_sealed text collate "C",
      add column if not exists provider_checked_at timestamptz;
    create index if not exists sessions_provider on sign_in.sessions using gin (provider_keys);
    create index if not exists sessions_account on sign_in.sessions (account);
    create table if not exists sign_in.proxy_grants (
      iou text collate "C" primary key,
      sealed bytea not null,
      ends_at timestamptz not null
    );
    create table if not exists sign_in.uses (
      app_password text collate "C" primary key,
      account text collate "C" not null,
      used_at timestamptz not null,
      client text not null,
      address text not null
    );
    create index if not exists uses_account on sign_in.uses (account);
    create table if not exists sign_in.steps (
      account text collate "C" primary key,
      step integer not null
    );
    create unlogged table if not exists sign_in.counters (
      key text collate "C" primary key,
      times integer not null,
      most integer not null,
      block integer not null,
      ends_at timestamptz not null,
      blocked_until timestamptz
    );
    create index if not exists counters_blocked on sign_in.counters (blocked_until);
    create table if not exists sign_in.notes (
      key text collate "C" primary key,
      note text not null,
      ends_at timestamptz not null
    );
    create index if not exists notes_ends on sign_in.notes (ends_at);
  `);
};
