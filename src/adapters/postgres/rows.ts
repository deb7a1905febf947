import type { CustomTypesConfig, Pool } from 'pg';
import type {
  Expected,
  Position,
  Recorded,
  Revision,
  StreamId,
} from '../../domain/kernel/event-store.ts';

/** Twenty digits hold any bigint, so that positions sort as strings. */
export const positionOf = (number: bigint): Position =>
  String(number).padStart(20, '0') as Position;

/** 0n stands before the first event. */
export const numberOf = (position: Position | 'start'): bigint =>
  position === 'start' ? 0n : BigInt(position);

/** Most events, and about most payload octets (one event more may come), that a page holds. */
const PAGE = { events: 1_000, octets: 4 * 1024 * 1024 } as const;

export interface Page {
  readonly events: readonly Recorded[];
  /** Whether more stood behind this page when it was read. */
  readonly more: boolean;
}

// As the server wrote them: the driver's own parsing costs more than it gives here.
const verbatim: CustomTypesConfig = { getTypeParser: () => (text: unknown) => text };

const columns = `position, stream, revision, id, type, schema_version, occurred_at, actor,
  on_behalf_of, via, correlation_id, causation_id, sealed_with, payload`;

const bounded = (where: string, order: 'position' | 'revision'): string => `
  select ${columns} from (
    select ${columns}, octet_length(payload) as size,
      sum(octet_length(payload)) over (order by ${order} rows unbounded preceding) as total
    from log.event where ${where} order by ${order} limit ${PAGE.events}
  ) page where total - size < ${PAGE.octets} order by ${order}`;

const statements = {
  stream: { name: 'log-read', text: bounded('stream = $1 and revision >= $2', 'revision') },
  after: { name: 'log-after', text: bounded('position > $1', 'position') },
  end: { name: 'log-end', text: 'select coalesce(max(position), 0) from log.event' },
  heads: {
    name: 'log-heads',
    text: `select asked.name, newest.revision from unnest($1::text[]) as asked (name)
      cross join lateral (
        select e.revision from log.event e where e.stream = asked.name
        order by e.revision desc limit 1
      ) newest`,
  },
} as const;

type Texts = readonly string[];

const rowsOf = async (
  pool: Pool,
  statement: { readonly name: string; readonly text: string },
  values: readonly unknown[],
): Promise<readonly Texts[]> => {
  const result = await pool.query<string[]>({
    ...statement,
    values: [...values],
    rowMode: 'array',
    types: verbatim,
  });
  const { rows } = result;
  // The driver's queries hang together until V8 looks through the whole heap, and what they hold with them.
  result.rows = [];
  return rows;
};

/** @param row as `columns` names them. */
const recorded = (row: Texts): Recorded => {
  const text = (column: number): string => row[column] ?? '';
  return {
    position: positionOf(BigInt(text(0))),
    stream: text(1) as StreamId,
    revision: BigInt(text(2)),
    id: text(3),
    type: text(4),
    schemaVersion: Number(text(5)),
    occurredAt: text(6),
    actor: text(7),
    onBehalfOf: text(8),
    via: text(9),
    correlationId: text(10),
    causationId: text(11),
    sealedWith: text(12),
    // bytea arrives as `\x` and hexadecimal digits.
    payload: Buffer.from(text(13).slice(2), 'hex'),
  };
};

const pageOf = (rows: readonly Texts[]): Page => {
  const events = rows.map(recorded);
  const octets = events.reduce((total, { payload }) => total + payload.length, 0);
  return { events, more: events.length === PAGE.events || octets >= PAGE.octets };
};

export const readStream = async (pool: Pool, stream: StreamId, from: Revision): Promise<Page> =>
  pageOf(await rowsOf(pool, statements.stream, [stream, from]));

export const readAfter = async (pool: Pool, position: bigint): Promise<Page> =>
  pageOf(await rowsOf(pool, statements.after, [position]));

/** Number of the newest event; 0n when the log is empty. */
export const readEnd = async (pool: Pool): Promise<bigint> => {
  const rows = await rowsOf(pool, statements.end, []);
  return BigInt(rows[0]?.[0] ?? 0);
};

export const readHeads = async (
  pool: Pool,
  streams: readonly StreamId[],
): Promise<ReadonlyMap<StreamId, Expected>> => {
  const heads = new Map<StreamId, Expected>(streams.map((stream) => [stream, 'no-stream']));
  if (heads.size === 0) return heads;
  for (const [stream, revision] of await rowsOf(pool, statements.heads, [[...heads.keys()]]))
    heads.set(stream as StreamId, BigInt(revision ?? ''));
  return heads;
};
