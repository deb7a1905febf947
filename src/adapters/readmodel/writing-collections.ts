import { boundsOf } from '../../domain/icalendar/bounds.ts';
import { type Taking, takingOf } from '../../domain/icalendar/taking.ts';
import { calendarTimes } from '../../domain/icalendar/times.ts';
import { knownZones } from '../../domain/icalendar/zones/zones.ts';
import {
  classesText,
  type CollectionDelta,
  type Dropped,
  type Stored,
} from '../../projections/collection/projection.ts';
import { isAddressComponent } from '../../projections/collection/rows.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { Schema } from './schema.ts';
import { fenced, type Writing } from './tables.ts';

const heads = (schema: Schema): string => `heads as (
  insert into ${schema}.collections as c
    (stream, applied, kind, owner, status, components, created_at, modified_at, grants)
  select * from unnest($4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::jsonb[])
  on conflict (stream) do update set
    applied = greatest(c.applied, excluded.applied),
    kind = coalesce(excluded.kind, c.kind),
    owner = coalesce(excluded.owner, c.owner),
    status = coalesce(excluded.status, c.status),
    components = coalesce(excluded.components, c.components),
    created_at = coalesce(excluded.created_at, c.created_at),
    modified_at = coalesce(excluded.modified_at, c.modified_at),
    grants = jsonb_strip_nulls(c.grants || excluded.grants)
)`;

const members = (schema: Schema): string => `members as (
  insert into ${schema}.members as m (stream, name, revision, gone, uid, component, etag, size,
    created_at, modified_at, body, blob, fresh, starts, ends, certain, dead, classes, formerly,
    first_classes, first_revision, taking, schedule_tag)
  select * from unnest($13::text[], $14::text[], $15::bigint[], $16::boolean[], $17::text[],
    $18::text[], $19::text[], $20::int[], $21::text[], $22::text[], $23::text[], $24::text[],
    $25::boolean[], $26::float8[], $27::float8[], $28::boolean[], $29::text[], $30::text[],
    $31::jsonb[], $32::text[], $33::bigint[], $34::text[], $35::text[])
  on conflict (stream, name) do update set
    revision = excluded.revision, gone = excluded.gone, uid = excluded.uid,
    component = excluded.component, etag = excluded.etag, size = excluded.size,
    created_at = case when m.gone or excluded.gone or excluded.fresh then excluded.created_at
      else m.created_at end,
    modified_at = excluded.modified_at, body = excluded.body, blob = excluded.blob,
    starts = excluded.starts, ends = excluded.ends, certain = excluded.certain,
    dead = excluded.dead, classes = excluded.classes, taking = excluded.taking,
    schedule_tag = excluded.schedule_tag,
    formerly = m.formerly || case
      when m.classes is null or m.classes is not distinct from excluded.first_classes then '{}'
      else jsonb_build_object(m.classes, excluded.first_revision::text) end || excluded.formerly
  where m.revision < excluded.revision
)`;

const emptied = (schema: Schema): string => `emptied as (
  delete from ${schema}.members m where m.stream = any($39::text[])
), forgotten as (
  delete from ${schema}.heard h where h.stream = any($39::text[])
)`;

const heard = (schema: Schema): string => `heard as (
  insert into ${schema}.heard (stream, uid, heard)
  select * from unnest($36::text[], $37::text[], $38::jsonb[])
  on conflict (uid, stream) do update set heard = excluded.heard
)`;

/** One statement for the collections' rows, their members and tombstones. */
export const writingCollections = (schema: Schema): Writing<CollectionDelta> => {
  const parts = [heads(schema), members(schema), heard(schema)];
  const usual = fenced(schema, parts.join(', '));
  const emptying = fenced(schema, [...parts, emptied(schema)].join(', '));
  return {
    streams: 'collections',
    statement(steps) {
      const times = remembering();
      const rows = steps.flatMap(({ stream, delta }) =>
        [...delta.members.values()].map((member) => memberColumns(stream, member, times)),
      );
      const values = [
        ...transposed(
          steps.map(({ delta }) => headColumns(delta)),
          7,
        ),
        ...transposed(rows, 23),
        ...transposed(
          steps.flatMap(({ stream, delta }) =>
            [...delta.heard].map(([uid, what]) => [stream, uid, JSON.stringify(what)]),
          ),
          3,
        ),
      ];
      const gone = steps.filter(({ delta }) => delta.deleted).map(({ stream }) => stream);
      return gone.length === 0
        ? { name: 'apply', text: usual, values }
        : { name: 'apply and empty', text: emptying, values: [...values, gone] };
    },
  };
};

/** `$6` to `$12`; null leaves a column as it is, and takes a grantee's rights away. */
const headColumns = ({
  created,
  deleted,
  modifiedAt,
  grants,
}: CollectionDelta): readonly unknown[] => [
  created?.kind ?? null,
  created?.owner ?? null,
  deleted ? 'deleted' : created === undefined ? null : 'live',
  created?.components.join(',') ?? null,
  created?.at ?? null,
  modifiedAt ?? null,
  JSON.stringify(Object.fromEntries(grants)),
];

/** `$13` to `$35`. */
const memberColumns = (
  stream: StreamId,
  member: Stored | Dropped,
  times: typeof timeColumns,
): readonly unknown[] => {
  const { name, revision, formerly, first } = member;
  const past = JSON.stringify(
    Object.fromEntries([...(formerly ?? [])].map(([classes, at]) => [classes, String(at)])),
  );
  const begun = [past, first.classes ?? null, String(first.revision)];
  const key = [stream, name, String(revision)];
  if ('gone' in member)
    return [
      ...key,
      true,
      ...Array<null>(8).fill(null),
      false,
      null,
      null,
      false,
      null,
      null,
      ...begun,
      null,
      null,
    ];
  const { uid, component, etag, size, createdAt, modifiedAt, content, dead, classes, fresh } =
    member;
  const tag = member.scheduleTag ?? null;
  const body = content.kind === 'inline' ? textOf(content.octets) : null;
  const blob = content.kind === 'blob' ? content.ref : null;
  const row = [...key, false, uid, component, etag, size, createdAt, modifiedAt, body, blob, fresh];
  const kept = dead === undefined ? null : JSON.stringify([...dead]);
  const classed = classes === undefined ? null : classesText(classes);
  const { bounds, taking } = times(body, component);
  return [...row, ...bounds, kept, classed, ...begun, taking, tag];
};

interface TimeColumns {
  readonly bounds: readonly [starts: number | null, ends: number | null, certain: boolean];
  readonly taking: string | null;
}

/** Null where a query has to look itself: a blob is not read here, and a card is in no time range. */
const timeColumns = (body: string | null, component: string): TimeColumns => {
  if (body === null || isAddressComponent(component)) return unknown;
  const reading = calendarTimes(body);
  if ('invalid' in reading) return unknown;
  const bounds = boundsOf(reading.times, knownZones);
  const isCertain = bounds?.certain === true && reading.times.component === component;
  return {
    bounds: [bounds?.start ?? Infinity, bounds?.end ?? -Infinity, isCertain],
    taking: takingText(takingOf(body, bounds)),
  };
};

/** `none`, a kind of time, or JSON with an invitation. */
const takingText = (taking: Taking | undefined): string | null => {
  if (taking === undefined || taking === 'none') return taking ?? null;
  return taking.invitation === undefined ? taking.type : JSON.stringify(taking);
};

/** Many people may be given the same object at once: it is read once. */
const remembering = (): typeof timeColumns => {
  const known = new Map<string, TimeColumns>();
  return (body, component) => {
    if (body === null) return unknown;
    const columns = known.get(body) ?? timeColumns(body, component);
    known.set(body, columns);
    return columns;
  };
};

const unknown: TimeColumns = { bounds: [null, null, false], taking: null };

/** Refuses what is not UTF-8 rather than storing other octets than the client sent; keeps a BOM. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const textOf = (octets: Uint8Array): string => decoder.decode(octets);

/** Rows of so many columns as that many arrays. */
export const transposed = (
  rows: readonly (readonly unknown[])[],
  columns: number,
): readonly (readonly unknown[])[] =>
  Array.from({ length: columns }, (_, column) => rows.map((row) => row[column]));
