import type { ProjectionName } from '../../projections/projection.ts';

/**
 * The PostgreSQL schema a projection's tables are in: its own name; with `_next` while a rebuild fills
 * new ones; with `_old` once these took their place. Statements are made once, from these names only.
 */
export type Schema = ProjectionName | `${ProjectionName}_next`;

/**
 * Milliseconds, 32 days. Calendar objects no longer than that, most of them, are found by when they
 * start; the few others, and those whose bounds nobody knows, by when they end.
 */
export const SHORT = 2_764_800_000;

/** Tables that every projection has: whose they are, how far they are, and what could not be applied. */
const runtimeTables = (schema: Schema): string => `
create table ${schema}.about (version integer not null);
create table ${schema}.checkpoints (
  partition smallint primary key,
  place text collate "C" not null default '',
  epoch bigint not null default 0,
  holder text,
  held_until timestamptz
) with (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
insert into ${schema}.checkpoints (partition) select generate_series(0, 15);
create unlogged table ${schema}.unbroken (partition smallint primary key, epoch bigint not null);
create table ${schema}.nodes (node text primary key, until timestamptz not null);
create table ${schema}.parked (
  stream text collate "C" primary key,
  revision bigint not null,
  code text not null,
  message text not null,
  at timestamptz not null default now()
);
`;

const tables: Record<ProjectionName, (schema: Schema) => string> = {
  // kind, owner and status are null where the stream's first event was erased. fresh is for the
  // statement that writes a member: whether its batch knows better than an older row when it was created.
  // classes: what CLASS says in a calendar object, null for all else. formerly: when it ceased to be of
  // others. first_classes and first_revision are for the statement that writes a member: what the first
  // event of its batch made of it, so that the older row's classes get their end.
  // starts and ends are milliseconds, UTC, that no occurrence reaches out of; null when nobody knows.
  // certain is whether there is an occurrence in every range that holds both. taking: what time it takes
  // from starts to ends, whoever asks (`Taking`); null when its text says.
  collection: (schema) => `
create table ${schema}.collections (
  stream text collate "C" primary key,
  applied bigint not null,
  kind text,
  owner text,
  status text,
  components text,
  created_at text,
  modified_at text,
  grants jsonb not null default '{}'
) with (fillfactor = 60);
create table ${schema}.members (
  stream text collate "C" not null,
  name text collate "C" not null,
  revision bigint not null,
  gone boolean not null,
  fresh boolean not null,
  uid text,
  component text,
  etag text,
  size integer,
  created_at text,
  modified_at text,
  body text,
  blob text,
  dead text,
  starts double precision,
  ends double precision,
  classes text,
  formerly jsonb not null default '{}',
  first_classes text,
  first_revision bigint,
  certain boolean not null default false,
  taking text,
  schedule_tag text,
  primary key (stream, name)
);
create table ${schema}.heard (
  stream text collate "C" not null,
  uid text collate "C" not null,
  heard jsonb not null,
  primary key (uid, stream)
);
create index on ${schema}.heard (stream);
create index on ${schema}.members using hash (uid) where not gone;
create index on ${schema}.members (stream, revision);
create index on ${schema}.members (stream, starts) where not gone and ends - starts <= ${SHORT};
create index on ${schema}.members (stream, ends)
  where not gone and (starts is null or ends - starts > ${SHORT});
`,
  home: (schema) => `
create table ${schema}.homes (
  stream text collate "C" primary key,
  applied bigint not null
) with (fillfactor = 60);
create table ${schema}.entries (
  stream text collate "C" not null,
  collection text collate "C" not null,
  kind text not null,
  segment text not null,
  properties jsonb not null,
  owner text,
  primary key (stream, collection)
);
`,
  // Everything about the person is null once the account was removed.
  account: (schema) => `
create table ${schema}.accounts (
  stream text collate "C" primary key,
  applied bigint not null,
  login text collate "C",
  display_name text,
  mail text,
  password_hash text,
  opened_at text,
  app_passwords jsonb,
  second_factor boolean
);
create index on ${schema}.accounts (login);
create index on ${schema}.accounts (lower(mail));
`,
};

/** Statements that make a projection's empty tables in a schema of their own. */
export const creation = (name: ProjectionName, schema: Schema, version: number): string => `
create schema ${schema};
${runtimeTables(schema)}
insert into ${schema}.about values (${Math.trunc(version)});
${tables[name](schema)}`;
