import type pg from 'pg';

/**
 * Makes the tables if they are not there; safe to run from many processes at once. What is in them is operational:
 * devices that are not found here begin anew.
 */
export const migrateDeviceLedger = async (pool: pg.Pool): Promise<void> => {
  await pool.query(`
    select pg_advisory_xact_lock(hashtext('daybook.eas'));
    create schema if not exists eas;
    create table if not exists eas.devices (
      account text collate "C" not null,
      device text collate "C" not null,
      offered_key text,
      offered_policy text,
      confirmed_key text,
      confirmed_policy text,
      seen_at timestamptz,
      agent text not null default '',
      protocol_version text not null default '',
      address text not null default '',
      primary key (account, device)
    );
    create table if not exists eas.hierarchies (
      account text collate "C" not null,
      device text collate "C" not null,
      generation integer not null,
      sent jsonb not null,
      before jsonb,
      answered jsonb,
      primary key (account, device)
    );
  `);
};
