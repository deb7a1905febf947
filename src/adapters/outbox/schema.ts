import type pg from 'pg';

/**
 * Makes the tables if they are not there; safe to run from many processes at once. What waits in `messages` is in
 * no other place until it was sent; `lane` is a digest of the recipient, within which messages keep their order.
 */
export const migrateOutbox = async (pool: pg.Pool): Promise<void> => {
  await pool.query(`
    select pg_advisory_xact_lock(hashtext('daybook.outbox'));
    create schema if not exists outbox;
    create table if not exists outbox.messages (
      key text collate "C" primary key,
      place bigint generated always as identity,
      account text collate "C" not null,
      lane text collate "C" not null,
      sealed_with text collate "C",
      sealed bytea,
      state text not null default 'waiting'
        check (state in ('waiting', 'sent', 'failed', 'discarded')),
      attempts integer not null default 0,
      trouble text,
      status integer,
      put_at timestamptz not null default now(),
      due_at timestamptz not null default now(),
      holder text,
      leased_until timestamptz not null default '-infinity',
      settled_at timestamptz,
      check ((state in ('waiting', 'failed')) = (sealed is not null))
    );
    create index if not exists messages_due on outbox.messages (due_at) where state = 'waiting';
    create index if not exists messages_lane on outbox.messages (lane, place) where state = 'waiting';
    create index if not exists messages_account on outbox.messages (account);
    create index if not exists messages_settled on outbox.messages (settled_at);
    create table if not exists outbox.reactions (
      reaction text collate "C" primary key,
      place text collate "C" not null,
      holder text,
      leased_until timestamptz not null default '-infinity'
    );
  `);
};
