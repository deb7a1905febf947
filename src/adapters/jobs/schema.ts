import type pg from 'pg';

/**
 * Makes the table if it is not there; safe to run from many processes at once. `turn` changes whenever a job is put or
 * taken, so that who took it before has no say any more.
 */
export const migrateJobs = async (pool: pg.Pool): Promise<void> => {
  await pool.query(`
    select pg_advisory_xact_lock(hashtext('daybook.jobs'));
    create schema if not exists jobs;
    create table if not exists jobs.jobs (
      kind text collate "C" not null,
      key text collate "C" not null,
      account text collate "C" not null,
      scope text collate "C" not null,
      due_at timestamptz not null,
      note text not null,
      state text not null default 'waiting' check (state in ('waiting', 'failed')),
      attempts integer not null default 0,
      turn bigint not null default 0,
      trouble text,
      holder text,
      leased_until timestamptz not null default '-infinity',
      failed_at timestamptz,
      primary key (kind, key)
    ) with (fillfactor = 80);
    create index if not exists jobs_due on jobs.jobs (due_at) where state = 'waiting';
    create index if not exists jobs_scope on jobs.jobs (kind, scope);
    create index if not exists jobs_account on jobs.jobs (account);
    create index if not exists jobs_failed on jobs.jobs (failed_at) where state = 'failed';
  `);
};
