import type { PropertyChange } from '../../domain/home/properties.ts';
import type { HomeDelta } from '../../projections/home/projection.ts';
import type { Step } from '../../projections/runtime/writing.ts';
import type { Schema } from './schema.ts';
import { fenced, type Writing } from './tables.ts';

const parts = (schema: Schema): string => `heads as (
  insert into ${schema}.homes as h (stream, applied)
  select * from unnest($4::text[], $5::bigint[])
  on conflict (stream) do update set applied = greatest(h.applied, excluded.applied)
), added as (
  insert into ${schema}.entries (stream, collection, kind, segment, properties, owner)
  select a.stream, a.collection, a.kind, a.segment, jsonb_strip_nulls(a.properties), a.owner
  from jsonb_to_recordset($6::jsonb)
    a(stream text, collection text, kind text, segment text, properties jsonb, owner text)
  on conflict (stream, collection) do update set
    kind = excluded.kind, segment = excluded.segment, properties = excluded.properties,
    owner = excluded.owner
), changed as (
  update ${schema}.entries e
  set properties = jsonb_strip_nulls(e.properties || c.properties
    || jsonb_build_object('dead', (e.properties -> 'dead') || (c.properties -> 'dead')))
  from jsonb_to_recordset($7::jsonb) c(stream text, collection text, properties jsonb)
  where e.stream = c.stream and e.collection = c.collection
), removed as (
  delete from ${schema}.entries e
  using jsonb_to_recordset($8::jsonb) r(stream text, collection text)
  where e.stream = r.stream and e.collection = r.collection
)`;

/** One statement for the homes' rows and entries. Properties are one JSON object with `dead` inside. */
export const writingHomes = (schema: Schema): Writing<HomeDelta> => {
  const text = fenced(schema, parts(schema));
  return {
    streams: 'homes',
    statement: (steps) => ({ name: 'apply', text, values: valuesOf(steps) }),
  };
};

/** `$6` to `$8`: entries added, changed and removed. */
const valuesOf = (steps: readonly Step<HomeDelta>[]): readonly string[] => {
  const entries = steps.flatMap(({ stream, delta }) =>
    [...delta].map(([collection, change]) => ({ stream, collection, change })),
  );
  const added = entries.flatMap(({ stream, collection, change }) => {
    if (change.kind !== 'added') return [];
    const { kind, segment, properties, owner } = change.entry;
    return [{ stream, collection, kind, segment, owner, properties: jsonOf(properties) }];
  });
  const changed = entries.flatMap(({ stream, collection, change }) =>
    change.kind === 'changed' ? [{ stream, collection, properties: jsonOf(change.change) }] : [],
  );
  const removed = entries.flatMap(({ stream, collection, change }) =>
    change.kind === 'removed' ? [{ stream, collection }] : [],
  );
  return [added, changed, removed].map((rows) => JSON.stringify(rows));
};

const jsonOf = (properties: PropertyChange): object => ({
  ...properties,
  dead: Object.fromEntries(properties.dead ?? []),
});
