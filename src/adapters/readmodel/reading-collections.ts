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
import { collectionColumns, collectionFrom } from './cells.ts';
import {
  bodies,
  changesFrom,
  contentColumns,
  filledChangesFrom,
  filledFrom,
  memberColumns,
  membersAsJson,
  membersFrom,
  type Page,
} from './page.ts';
import { inCells } from './faults.ts';
import { SHORT } from './schema.ts';
import type { Streaming } from './held-snapshot.ts';
import { listing, PAGE, type PageQuery } from './listing.ts';

/** What a member's content adds to a page. */
const weight = 'case when m.body is null then 0 else m.size end';

/**
 * Members of `$1` after `$2`, at most `$3`, in one row; a page of contents stops at `PAGE.octets`. What is
 * asked after stands behind a `select` of its own, so that the server sees no use in planning for it anew.
 */
const page = (
  withHead: boolean,
  columns: string,
  condition: string,
  key: 'revision' | 'name',
  withContents: boolean,
): string => {
  const rows = `select ${columns} from collection.members m
    where m.stream = $1 and ${condition} order by m.${key} limit (select $3::bigint)`;
  const within = `select * from (
      select *, sum(weight) over (order by ${key} rows unbounded preceding) - weight as before
      from (${rows}) m
    ) m where before < ${PAGE.octets} order by ${key}`;
  // Asked once for the collection, not once for each of its members.
  const head = withHead
    ? '(select max(e.revision)::text from log.event e where e.stream = $1)'
    : 'null';
  const members = withContents
    ? `(select ${membersAsJson(true)} as members, ${bodies} as bodies from (${within}) m) m`
    : `(select ${membersAsJson(false)} as members from (${rows}) m) m`;
  return `select json_build_array(${collectionColumns}, ${head}, m.members)::text
      ${withContents ? ', m.bodies' : ''}
    from collection.collections c, ${members} where c.stream = $1 and c.status is not null`;
};

const since = 'm.revision > (select $2::bigint)';
const slim = memberColumns;
const full = `${memberColumns}, ${contentColumns}, ${weight} as weight`;
const statementsFor = (withHead: boolean) =>
  ({
    changes: page(withHead, slim, since, 'revision', false),
    all: page(withHead, slim, `${since} and not m.gone`, 'revision', false),
    allFilled: page(withHead, full, `${since} and not m.gone`, 'revision', true),
    candidates: page(
      withHead,
      full,
      `${since} and not m.gone and ($4::text[] is null or m.component = any($4::text[]))
        and ((m.ends - m.starts <= ${SHORT} and m.starts >= $5::float8 - ${SHORT}
            and m.starts <= $6::float8 and m.ends >= $5)
          or ((m.starts is null or m.ends - m.starts > ${SHORT})
            and (m.starts is null or m.starts <= $6 and m.ends >= $5)))`,
      'revision',
      true,
    ),
    everything: page(withHead, full, since, 'revision', true),
    named: page(
      withHead,
      full,
      'm.name > (select $2::text) and m.name = any($4::text[]) and not m.gone',
      'name',
      true,
    ),
    creationTimes: `select m.name, m.created_at from collection.members m
      where m.stream = $1 and m.name = any($2::text[]) and not m.gone`,
    collections: `select ${collectionColumns} from collection.collections c
      where c.stream = any($1::text[]) and c.status is not null`,
  }) as const;

type Statements = ReturnType<typeof statementsFor>;

const byRevision = <Member extends MemberRow | Tombstone>(
  statements: Statements,
  name: keyof Statements,
  stream: StreamId,
  since: bigint,
  from: (page: Page) => readonly Member[],
): PageQuery<Member> => ({
  name: `collection ${name}`,
  text: statements[name],
  values: (after, rows) => [stream, after, rows],
  first: String(since),
  keyOf: ({ revision }) => String(revision),
  isLast: ({ revision }, { applied }) => revision >= applied,
  membersFrom: from,
  weightOf,
});

const weightOf = (member: MemberRow | Tombstone | Filled): number =>
  'content' in member && member.content.kind === 'inline' ? member.size : 0;

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
    async creationTimes(stream, names) {
      const query = { name: 'creation times', text: statements.creationTimes };
      const { rows } = await inCells(pool, { ...query, values: [stream, names] });
      return new Map(rows.map(([name, at]) => [name as ResourceName, at as Instant]));
    },
    changes: (stream, since, limit) =>
      listing<Change>(
        pool,
        streaming,
        byRevision(statements, 'changes', stream, since, changesFrom),
        limit,
      ),
    all: (stream) =>
      listing(pool, streaming, byRevision(statements, 'all', stream, -1n, membersFrom)),
    allFilled: (stream) =>
      listing(pool, streaming, byRevision(statements, 'allFilled', stream, -1n, filledFrom)),
    everything: (stream) =>
      listing(
        pool,
        streaming,
        byRevision(statements, 'everything', stream, -1n, filledChangesFrom),
      ),
    candidates: (stream, { components, from, to }) => {
      const { name: _name, ...query } = byRevision(
        statements,
        'candidates',
        stream,
        -1n,
        filledFrom,
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
        membersFrom: filledFrom,
        weightOf,
      }),
  };
};
