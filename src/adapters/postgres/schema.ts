import type pg from 'pg';

/** Named by `pg_notify` when the log grew; the payload is `<last position> <origin>`. */
export const CHANNEL = 'daybook_log';

/** Keys of the advisory locks, unlikely to be anybody else's in the same database. */
const MIGRATION_LOCK = 4_151_001;
const APPEND_LOCK = 4_151_002;

/*
 * `position` is the order of the whole log, without gaps, and the order of commits: see
 * docs/adr/0004-append-order.md. Payloads are sealed, hence incompressible: `external` saves the try.
 */
const tables = `
create schema if not exists log;
create table if not exists log.event (
  position bigint primary key,
  stream text collate "C" not null,
  revision bigint not null check (revision >= 0),
  id uuid not null,
  type text not null,
  schema_version integer not null,
  occurred_at text not null,
  actor text not null,
  on_behalf_of text not null,
  via text not null,
  correlation_id text not null,
  causation_id text not null,
  sealed_with text not null,
  payload bytea not null,
  unique (stream, revision)
);
do $body$ begin
  -- Only once: it waits for every reader of the table, and every reader for it.
  if exists (select from pg_attribute where attrelid = 'log.event'::regclass
      and attname = 'payload' and attstorage <> 'e') then
    alter table log.event alter column payload set storage external;
  end if;
end $body$;
`;

/*
 * One batch of appends. Appends are given by place (the number of their stream in `streams`),
 * expected revision (-1: none) and count of events; the event columns hold the events of all appends
 * one after the other. Without an origin, the other nodes are not told. One row comes back for each
 * append, in order:
 *   stored    revision and position of its last event
 *   repeated  the same, of events with these ids that were there already
 *   conflict  the stream's actual head (-1: none), no position
 *
 * Volatile plpgsql on purpose: every statement inside takes a snapshot of its own, so that what is
 * read after the lock was granted is what the previous holder committed. One statement with CTEs
 * would see the log as it was before it waited.
 */
const append = `
create or replace function log.append(
  origin text, streams text[], places integer[], expected bigint[], counts integer[],
  ids uuid[], types text[], schema_versions integer[], occurred_ats text[], actors text[],
  on_behalf_ofs text[], vias text[], correlation_ids text[], causation_ids text[],
  sealed_withs text[], payloads bytea[]
) returns table (answer text, revision bigint, at bigint)
language plpgsql volatile as $body$
#variable_conflict use_column
declare
  heads bigint[];
  start bigint;
  last bigint;
  head bigint;
  again bigint;
  place integer;
  before integer := 0;
  event_places integer[] := array_fill(null::integer, array[cardinality(ids)]);
  event_revisions bigint[] := array_fill(null::bigint, array[cardinality(ids)]);
  event_positions bigint[] := array_fill(null::bigint, array[cardinality(ids)]);
begin
  perform pg_advisory_xact_lock(${APPEND_LOCK});
  select coalesce((select max(e.position) from log.event e), 0), array(
      select coalesce(
          (select e.revision from log.event e where e.stream = asked.name
            order by e.revision desc limit 1), -1)
        from unnest(streams) as asked (name))
    into start, heads;
  last := start;

  for i in 1 .. cardinality(places) loop
    place := places[i];
    head := heads[place];
    answer := 'conflict';
    revision := head;
    at := null;
    if head = expected[i] then
      for j in 1 .. counts[i] loop
        event_places[before + j] := place;
        event_revisions[before + j] := head + j;
        event_positions[before + j] := last + j;
      end loop;
      head := head + counts[i];
      last := last + counts[i];
      heads[place] := head;
      answer := 'stored';
      revision := head;
      at := last;
    elsif expected[i] + counts[i] <= head then
      -- Perhaps asked again: the same ids at the same place, in the table or earlier in this batch.
      select max(same.position) into again from (
        select e.revision, e.id, e.position from log.event e where e.stream = streams[place]
          and e.revision > expected[i] and e.revision <= expected[i] + counts[i]
        union all
        select b.revision, b.id, b.position
          from unnest(event_places, event_revisions, ids, event_positions)
            as b (place, revision, id, position)
          where b.place = places[i]
            and b.revision > expected[i] and b.revision <= expected[i] + counts[i]
      ) same
      where same.id = ids[before + (same.revision - expected[i])::integer]
      having count(*) = counts[i];
      if again is not null then
        answer := 'repeated';
        revision := expected[i] + counts[i];
        at := again;
      end if;
    end if;
    before := before + counts[i];
    return next;
  end loop;

  if last > start then
    insert into log.event (position, stream, revision, id, type, schema_version, occurred_at, actor,
        on_behalf_of, via, correlation_id, causation_id, sealed_with, payload)
      select b.position, streams[b.place], b.revision, b.id, b.type, b.schema_version,
        b.occurred_at, b.actor, b.on_behalf_of, b.via, b.correlation_id, b.causation_id,
        b.sealed_with, b.payload
      from unnest(event_positions, event_places, event_revisions, ids, types, schema_versions,
          occurred_ats, actors, on_behalf_ofs, vias, correlation_ids, causation_ids, sealed_withs,
          payloads)
        as b (position, place, revision, id, type, schema_version, occurred_at, actor, on_behalf_of,
          via, correlation_id, causation_id, sealed_with, payload)
      where b.position is not null;
    if origin <> '' then
      perform pg_notify('${CHANNEL}', last || ' ' || origin);
    end if;
  end if;
end
$body$;
`;

/**
 * Creates what the log needs in the database and leaves alone what is there. Several nodes may call
 * it at once. Needs the right to create a schema.
 * @throws what the driver throws.
 */
export const migrateLog = async (pool: Pick<pg.Pool, 'query'>): Promise<void> => {
  // Several statements in one simple query are one transaction, so the lock spans them all.
  await pool.query(
    `set local client_min_messages = warning;
     select pg_advisory_xact_lock(${MIGRATION_LOCK});${tables}${append}`,
  );
};
