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
    create table if not exists eas.folders (
      id bigint generated always as identity primary key,
      account text collate "C" not null,
      device text collate "C" not null,
      folder text collate "C" not null,
      generation integer not null,
      sent jsonb not null,
      before jsonb,
      answered jsonb,
      repeats integer not null,
      view text not null,
      supported jsonb,
      options jsonb not null,
      unique (account, device, folder)
    );
    create table if not exists eas.items (
      folder_id bigint not null references eas.folders on delete cascade,
      id text collate "C" not null,
      born integer not null,
      gone integer,
      name text collate "C" not null,
      etag text collate "C" not null,
      ends timestamptz,
      primary key (folder_id, id, born)
    );
    create index if not exists items_gone on eas.items (folder_id, gone) where gone is not null;
    create index if not exists items_born on eas.items (folder_id, born);
    create index if not exists items_ends on eas.items (folder_id, ends) where ends is not null;
    create table if not exists eas.requests (
      account text collate "C" not null,
      device text collate "C" not null,
      sync jsonb,
      ping jsonb,
      primary key (account, device)
    );
  `);
};
