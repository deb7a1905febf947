import type pg from 'pg';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { Instant, ResourceName } from '../../domain/kernel/ids.ts';
import type {
  Change,
  CollectionTables,
  Filled,
  MemberRow,
  Tombstone,
} from '../../projections/collection/rows.ts';
import {
  type Cells,
  classesFrom,
  formerlyFrom,
  PAGE_HEAD_WIDTH,
  collectionColumns,
  collectionFrom,
  contentColumns,
  filledFrom,
  memberColumns,
  memberFrom,
  membersAsJson,
  tombstoneFrom,
} from './cells.ts';
import { inCells } from './faults.ts';
import { SHORT } from './schema.ts';
import type { Streaming } from './held-snapshot.ts';
import { listing, PAGE, type PageQuery } from './listing.ts';

/** What a member's content adds to a page. */
const weight = 'case when m.body is null then 0 else m.size end';

/** Columns that only a page's first row needs: the others would carry them in vain. */
const once = (columns: string): string =>
  columns
    .split(', ')
    .map((column) => `case when m.nth is null or m.nth = 1 then ${column} end`)
    .join(', ');

/**
 * Members of `$1` after `$2`, at most `$3`; a page of contents stops at `PAGE.octets`. One row a member
 * where contents are asked for, else one row for all.
 */
const page = (
  withHead: boolean,
  columns: string,
  condition: string,
  key: 'revision' | 'name',
  bounded: boolean,
): string => {
  const rows = `select ${columns} from collection.members m
    where m.stream = c.stream and ${condition} order by m.${key} limit $3`;
  // Asked once for the collection, not once for each of its members.
  const head = withHead
    ? 'select max(e.revision) as head from log.event e where e.stream = c.stream'
    : 'select null as head';
  const from = `from collection.collections c cross join lateral (${head}) h`;
  const where = 'where c.stream = $1 and c.status is not null';
  if (!bounded)
    return `select ${collectionColumns}, h.head, m.members ${from}
      left join lateral (select ${membersAsJson(key)} as members from (${rows}) m) m on true ${where}`;
  const within = `select * from (
      select *, sum(weight) over (order by ${key}) - weight as before,
        row_number() over (order by ${key}) as nth from (${rows}) m
    ) m where before < ${PAGE.octets} order by ${key}`;
  return `select ${once(collectionColumns)}, ${once('h.head')}, ${memberColumns}, ${contentColumns}
    ${from} left join lateral (${within}) m on true ${where}`;
};

const slim = memberColumns;
const full = `${memberColumns}, ${contentColumns}, ${weight} as weight`;
const statementsFor = (withHead: boolean) =>
  ({
    changes: page(withHead, slim, 'm.revision > $2', 'revision', false),
    all: page(withHead, slim, 'm.revision > $2 and not m.gone', 'revision', false),
    allFilled: page(withHead, full, 'm.revision > $2 and not m.gone', 'revision', true),
    candidates: page(
      withHead,
      full,
      `m.revision > $2 and not m.gone and ($4::text[] is null or m.component = any($4::text[]))
        and ((m.ends - m.starts <= ${SHORT} and m.starts >= $5::float8 - ${SHORT}
            and m.starts <= $6::float8 and m.ends >= $5)
          or ((m.starts is null or m.ends - m.starts > ${SHORT})
            and (m.starts is null or m.starts <= $6 and m.ends >= $5)))`,
      'revision',
      true,
    ),
    everything: page(withHead, full, 'm.revision > $2', 'revision', true),
    named: page(
      withHead,
      full,
      'm.name > $2 and m.name = any($4::text[]) and not m.gone',
      'name',
      true,
    ),
    earlier: `select m.name, m.created_at, m.classes, m.formerly::text from collection.members m
      where m.stream = $1 and m.name = any($2::text[])`,
    collections: `select ${collectionColumns} from collection.collections c
      where c.stream = any($1::text[]) and c.status is not null`,
  }) as const;

type Statements = ReturnType<typeof statementsFor>;

const byRevision = <Member extends MemberRow | Tombstone>(
  statements: Statements,
  name: keyof Statements,
  stream: StreamId,
  since: bigint,
  from: (cells: Cells) => Member,
): PageQuery<Member> => ({
  name: `collection ${name}`,
  text: statements[name],
  values: (after, rows) => [stream, after, rows],
  first: String(since),
  keyOf: ({ revision }) => String(revision),
  memberFrom: from,
  weightOf,
});

const weightOf = (member: MemberRow | Tombstone | Filled): number =>
  'content' in member && member.content.kind === 'inline' ? member.size : 0;

const at = PAGE_HEAD_WIDTH;
/** Cells of a page that is one text begin with the member's own. */
const ALONE = 0;

export interface CollectionReading extends CollectionTables {
  /** Members with their octets, and tombstones. */
  everything(stream: StreamId): ReturnType<typeof listing<Filled | Tombstone>>;
}

/**
 * The collection projection's tables, read.
 * @param objects where `named` reads on: it is also asked by those who read another listing just then,
 * and must not wait for the connections that they hold.
 * @param logHere whether the log is in the same database, so that its heads can be read along.
 */
export const readingCollections = (
  pool: pg.Pool,
  streaming: Streaming,
  objects: Streaming,
  logHere: boolean,
): CollectionReading => {
  const statements = statementsFor(logHere);
  return {
    headsIncluded: logHere,
    async collections(streams) {
      if (streams.length === 0) return new Map();
      const text = statements.collections;
      const { rows } = await inCells(pool, { name: 'collections', text, values: [streams] });
      return new Map(rows.map((cells) => [cells[0] as StreamId, collectionFrom(cells)]));
    },
    async earlier(stream, names) {
      const query = { name: 'earlier', text: statements.earlier };
      const { rows } = await inCells(pool, { ...query, values: [stream, names] });
      return new Map(
        rows.map(([name, createdAt, classes, formerly]) => [
          name as ResourceName,
          {
            ...(createdAt === null ? {} : { createdAt: createdAt as Instant }),
            ...classesFrom(classes),
            ...formerlyFrom(formerly),
          },
        ]),
      );
    },
    changes: (stream, since, limit) =>
      listing<Change>(
        pool,
        streaming,
        byRevision(
          statements,
          'changes',
          stream,
          since,
          (cells) => tombstoneFrom(cells, ALONE) ?? memberFrom(cells, ALONE),
        ),
        limit,
      ),
    all: (stream) =>
      listing(
        pool,
        streaming,
        byRevision(statements, 'all', stream, -1n, (cells) => memberFrom(cells, ALONE)),
      ),
    allFilled: (stream) =>
      listing(
        pool,
        streaming,
        byRevision(statements, 'allFilled', stream, -1n, (cells) => filledFrom(cells, at)),
      ),
    everything: (stream) =>
      listing(
        pool,
        streaming,
        byRevision(
          statements,
          'everything',
          stream,
          -1n,
          (cells) => tombstoneFrom(cells, at) ?? filledFrom(cells, at),
        ),
      ),
    candidates: (stream, { components, from, to }) => {
      const { name: _name, ...query } = byRevision(statements, 'candidates', stream, -1n, (cells) =>
        filledFrom(cells, at),
      );
      return listing<Filled>(pool, streaming, {
        ...query,
        values: (after, rows) => [stream, after, rows, components ?? null, from, to],
      });
    },
    named: (stream, names) =>
      listing<Filled>(pool, objects, {
        name: 'collection named',
        text: statements.named,
        values: (after, rows) => [stream, after, rows, names],
        first: '',
        keyOf: ({ name }: { readonly name: ResourceName }) => name,
        memberFrom: (cells) => filledFrom(cells, at),
        weightOf,
      }),
  };
};
