import pg from 'pg';
import type { Expected, StreamId } from '../../domain/kernel/event-store.ts';
import type {
  Lease,
  Parked,
  Place,
  ProjectionTables,
  Step,
} from '../../projections/runtime/writing.ts';
import { asking } from './faults.ts';
import type { Schema } from './schema.ts';

/** How a projection's steps become a statement. */
export interface Writing<Delta> {
  /**
   * `$1` to `$3` are the leases, see `fence`; `$4` and `$5` stream and applied revision of each step;
   * the projection's own begin at `$6`.
   */
  statement(steps: readonly Step<Delta>[]): {
    readonly name: string;
    readonly text: string;
    readonly values: readonly unknown[];
  };
  /** The table with `stream` and `applied`. */
  readonly streams: 'collections' | 'homes' | 'accounts';
}

/**
 * Projectors do not wait for the disk, so a crash of the database takes their last transactions back,
 * while they remember having written them. An unlogged table is emptied by the same crash: a lease
 * that is not in it is lost, and whoever held it begins again at the place that is left.
 */
const unbroken = (schema: Schema): string =>
  `join ${schema}.unbroken u on u.partition = f.partition and u.epoch = f.epoch`;

/**
 * Head and tail of every write statement. `$1` to `$3`: partition, epoch and place of each lease. Moves
 * the places, which locks those rows until commit; a lease that is not held at its epoch is one row
 * less, and the whole statement then fails by dividing by nought.
 */
export const fenced = (schema: Schema, parts: string): string => `
with fence as (
  update ${schema}.checkpoints c set place = greatest(c.place, f.place)
  from unnest($1::int[], $2::bigint[], $3::text[]) f(partition, epoch, place)
    ${unbroken(schema)}
  where c.partition = f.partition and c.epoch = f.epoch
  returning 1
), ${parts}
select 1 / (count(*) = cardinality($1::int[]))::int from fence`;

/** SQLSTATE division_by_zero, of which there is only one in these statements. */
const FENCED = '22012';

interface Row {
  readonly [column: string]: string | null;
}

/** The write side of the tables in one schema. */
export const tablesIn = <Delta>(
  pool: pg.Pool,
  schema: Schema,
  writing: Writing<Delta>,
): ProjectionTables<Delta> => {
  const ask = async <R extends pg.QueryResultRow>(
    name: string,
    text: string,
    given: readonly unknown[],
  ): Promise<pg.QueryResult<R>> => {
    const values = [...given];
    const result = await asking(pool.query<R>({ name: `${schema} ${name}`, text, values }));
    // The driver's queries stay in memory longer than they are of use (see `inCells`).
    values.length = 0;
    return result;
  };

  return {
    async apply(leases, steps) {
      const { name, text, values } = writing.statement(steps);
      const streams = steps.map(({ stream }) => stream);
      const revisions = steps.map(({ applied }) => String(applied));
      return unlessFenced(ask(name, text, [...columnsOf(leases), streams, revisions, ...values]));
    },
    async park(lease, { stream, revision, code, message }) {
      const values = [...columnsOf([lease]), stream, String(revision), code, message];
      return unlessFenced(ask('park', parking(schema), values));
    },
    async applied(stream) {
      const text = `select applied from ${schema}.${writing.streams} where stream = $1`;
      const { rows } = await ask<{ applied: string }>('applied', text, [stream]);
      return rows[0] === undefined ? 'no-stream' : (BigInt(rows[0].applied) satisfies Expected);
    },
    async parked() {
      const text = `select stream, revision, code, message from ${schema}.parked order by stream`;
      const { rows } = await ask<Row>('parked', text, []);
      return rows.map(parkedFrom);
    },
    async version() {
      const { rows } = await ask<{ version: number }>(
        'version',
        `select version from ${schema}.about`,
        [],
      );
      return rows[0]?.version ?? 0;
    },
    async tend({ id, leaseMs, guest }, leases) {
      const { rows } = await ask<{ others: number; kept: number[]; elsewhere: number[] }>(
        'tend',
        tending(schema),
        [id, leaseMs, guest, ...columnsOf(leases)],
      );
      return rows[0] ?? { others: 0, kept: [], elsewhere: [] };
    },
    async acquire({ id, leaseMs }, count, heldNow, version) {
      const { rows } = await ask<{ partition: number; epoch: string; place: string }>(
        'acquire',
        acquisition(schema),
        [id, leaseMs, count, heldNow, version],
      );
      return rows.map(({ partition, epoch, place }) => ({
        partition,
        epoch: BigInt(epoch),
        place: place as Place,
      }));
    },
    async release(leases) {
      if (leases.length > 0) await ask('release', releasing(schema), columnsOf(leases));
    },
    async leave({ id }) {
      const text = `delete from ${schema}.nodes where node = $1 or until < now() - interval '1 day'`;
      await ask('leave', text, [id]);
    },
  };
};

/** Whether the statement was done; `false` when a lease is not held. */
const unlessFenced = async (statement: Promise<unknown>): Promise<boolean> => {
  try {
    await statement;
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === FENCED) return false;
    throw error;
  }
};

const parking = (schema: Schema): string =>
  fenced(
    schema,
    `parking as (
  insert into ${schema}.parked (stream, revision, code, message)
  values ($4, $5::bigint, $6, $7)
  on conflict (stream) do nothing
)`,
  );

const tending = (schema: Schema): string => `
with alive as (
  insert into ${schema}.nodes (node, until)
  select $1, now() + $2 * interval '1 millisecond' where not $3
  on conflict (node) do update set until = excluded.until
), renewed as (
  update ${schema}.checkpoints c
  set held_until = now() + $2 * interval '1 millisecond', place = greatest(c.place, f.place)
  from unnest($4::int[], $5::bigint[], $6::text[]) f(partition, epoch, place)
    ${unbroken(schema)}
  where c.partition = f.partition and c.epoch = f.epoch
  returning c.partition
)
select
  (select count(*)::int from ${schema}.nodes where node <> $1 and until > now()) as others,
  array(select partition from renewed) as kept,
  array(
    select partition from ${schema}.checkpoints
    where holder is not null and holder <> $1 and held_until > now()
  ) as elsewhere`;

/**
 * Waits for the disk, alone among these statements: an epoch that a crash took back would be given
 * again, to another node than the one that remembers it.
 */
const acquisition = (schema: Schema): string => `
with durable as materialized (
  select set_config('synchronous_commit', 'on', true)
), taken as (
  update ${schema}.checkpoints c
  set holder = $1, epoch = c.epoch + 1, held_until = now() + $2 * interval '1 millisecond'
  from durable
  where c.partition in (
    select partition from ${schema}.checkpoints
    where (holder is null or holder = $1 or held_until < now())
      and partition <> all($4::int[])
      and exists (select from ${schema}.about where version = $5)
    order by partition
    limit $3
    for update skip locked
  )
  returning c.partition, c.epoch, c.place
), noted as (
  insert into ${schema}.unbroken (partition, epoch) select partition, epoch from taken
  on conflict (partition) do update set epoch = excluded.epoch
)
select partition, epoch, place from taken`;

const releasing = (schema: Schema): string => `
update ${schema}.checkpoints c
set holder = null, held_until = null, epoch = c.epoch + 1, place = greatest(c.place, f.place)
from unnest($1::int[], $2::bigint[], $3::text[]) f(partition, epoch, place)
  ${unbroken(schema)}
where c.partition = f.partition and c.epoch = f.epoch`;

const columnsOf = (leases: readonly Lease[]): readonly unknown[] => [
  leases.map(({ partition }) => partition),
  leases.map(({ epoch }) => String(epoch)),
  leases.map(({ place }) => place),
];

const parkedFrom = ({ stream, revision, code, message }: Row): Parked => ({
  stream: stream as StreamId,
  revision: BigInt(revision ?? 0),
  code: code ?? '',
  message: message ?? '',
});
