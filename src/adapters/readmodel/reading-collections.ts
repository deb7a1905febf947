import type pg from 'pg';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { Instant, ResourceName } from '../../domain/kernel/ids.ts';
import type {
  Candidate,
  Change,
  CollectionTables,
  Filled,
  TagRow,
  Tombstone,
} from '../../projections/collection/rows.ts';
import { classesFrom, collectionColumns, collectionFrom, formerlyFrom } from './cells.ts';
import {
  bodies,
  candidatesFrom,
  changesFrom,
  contentColumns,
  filledChangesFrom,
  filledFrom,
  memberColumns,
  membersAsJson,
  membersFrom,
  type Page,
  tagsAsJson,
  tagsFrom,
} from './page.ts';
import { inCells } from './faults.ts';
import { SHORT } from './schema.ts';
import type { Streaming } from './held-snapshot.ts';
import { listing, PAGE, type PageQuery } from './listing.ts';

/** What a member's content adds to a page. */
const weight = 'case when m.body is null then 0 else m.size end';

/** What a statement asks for. */
interface Asked {
  readonly key: 'revision' | 'name';
  /** Columns of the members, as `m`. */
  readonly columns: string;
  /** Where they are, in each of these apart. */
  readonly conditions: readonly string[];
  readonly withContents: boolean;
  /** Whether no more than tags are wanted. */
  readonly tagsAlone?: boolean;
  /** Whether the columns say which members are certain. */
  readonly judged?: boolean;
}

/**
 * Members of `$1` after `$2`, at most `$3`, in one row; a page of contents stops at `PAGE.octets`. What is
 * asked after stands behind a `select` of its own, so that the server sees no use in planning for it anew.
 */
const page = (
  withHead: boolean,
  { key, columns, conditions, withContents, judged, tagsAlone }: Asked,
): string => {
  const each = conditions.map(
    (condition) =>
      `select ${columns} from collection.members m where m.stream = $1 and ${condition}`,
  );
  const rows = `${each.join(' union all ')} order by ${key} limit (select $3::bigint)`;
  const within = `select * from (
      select *, sum(weight) over (order by ${key} rows unbounded preceding) - weight as before
      from (${rows}) m
    ) m where before < ${PAGE.octets} order by ${key}`;
  // Asked once for the collection, not once for each of its members.
  const head = withHead
    ? '(select max(e.revision)::text from log.event e where e.stream = $1)'
    : 'null';
  const found = withContents
    ? `(select ${membersAsJson(true, judged)} as members, ${bodies} as bodies from (${within}) m) m`
    : `(select ${tagsAlone === true ? tagsAsJson : membersAsJson(false)} as members from (${rows}) m) m`;
  return `select json_build_array(${collectionColumns}, ${head}, m.members)::text
      ${withContents ? ', m.bodies' : ''}
    from collection.collections c, ${found} where c.stream = $1 and c.status is not null`;
};

const slim = { key: 'revision', columns: memberColumns, withContents: false } as const;
const full = {
  key: 'revision',
  columns: `${memberColumns}, ${contentColumns}, ${weight} as weight`,
  withContents: true,
} as const;
const since = 'm.revision > (select $2::bigint)';
const live = `${since} and not m.gone`;

/** Candidates between `from` and `to`: those that are short, those that are not, those nobody knows. */
export const reaching = (from: string, to: string): readonly string[] => [
  `m.ends - m.starts <= ${SHORT} and m.starts >= ${from} - ${SHORT}
    and m.starts <= ${to} and m.ends >= ${from}`,
  `m.ends - m.starts > ${SHORT} and m.starts <= ${to} and m.ends >= ${from}`,
  'm.starts is null and m.ends is null',
];

const judgedIn = (from: string, to: string) =>
  ({
    ...full,
    columns: `${full.columns}, m.certain and m.starts > ${from} and m.ends < ${to} as inside`,
    judged: true,
  }) as const;

const statementsFor = (withHead: boolean) => {
  const wanted = `${live} and ($4::text[] is null or m.component = any($4::text[]))`;
  const [from, to] = ['(select $5::float8)', '(select $6::float8)'];
  const anywhere = reaching('$5::float8', '$6::float8').map((condition) => `(${condition})`);
  return {
    changes: page(withHead, { ...slim, conditions: [since] }),
    all: page(withHead, { ...slim, conditions: [live] }),
    tags: page(withHead, { ...slim, conditions: [live], tagsAlone: true }),
    allFilled: page(withHead, { ...full, conditions: [live] }),
    // Planned anew for each question: which way is best depends on how much of the calendar is asked for.
    candidates: page(withHead, {
      ...judgedIn('$5::float8', '$6::float8'),
      conditions: [`${wanted} and (${anywhere.join(' or ')})`],
    }),
    // Planned once: by time.
    nearCandidates: page(withHead, {
      ...judgedIn(from, to),
      conditions: reaching(from, to).map((condition) => `${wanted} and ${condition}`),
    }),
    everything: page(withHead, { ...full, conditions: [since] }),
    named: page(withHead, {
      ...full,
      key: 'name',
      conditions: ['m.name > (select $2::text) and m.name = any($4::text[]) and not m.gone'],
    }),
    earlier: `select m.name, m.created_at, m.classes, m.formerly::text from collection.members m
      where m.stream = $1 and m.name = any($2::text[])`,
    collections: `select ${collectionColumns} from collection.collections c
      where c.stream = any($1::text[]) and c.status is not null`,
  } as const;
};

/** Milliseconds, some months. What is asked for less than that is found by time alone. */
const NEAR = 8_000_000_000;

type Statements = ReturnType<typeof statementsFor>;

const byRevision = <Member extends TagRow | Tombstone>(
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

const weightOf = (member: TagRow | Tombstone | Filled): number =>
  'content' in member && member.content.kind === 'inline' ? member.size : 0;

export interface CollectionReading extends Omit<CollectionTables, 'taking' | 'withUid'> {
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
      const rows = await inCells(pool, { name: 'collections', text, values: [streams] });
      return new Map(rows.map((cells) => [cells[0] as StreamId, collectionFrom(cells)]));
    },
    async earlier(stream, names) {
      const query = { name: 'earlier', text: statements.earlier };
      const rows = await inCells(pool, { ...query, values: [stream, names] });
      return new Map(
        rows.map(([name, createdAt, classes, formerly]) => [
          name as ResourceName,
          {
            ...(createdAt === null ? {} : { createdAt: createdAt as Instant }),
            ...classesFrom(typeof classes === 'string' ? classes : undefined),
            ...formerlyFrom(typeof formerly === 'string' ? formerly : undefined),
          },
        ]),
      );
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
    tags: (stream) =>
      listing<TagRow>(pool, streaming, byRevision(statements, 'tags', stream, -1n, tagsFrom)),
    allFilled: (stream) =>
      listing(pool, streaming, byRevision(statements, 'allFilled', stream, -1n, filledFrom)),
    everything: (stream) =>
      listing(
        pool,
        streaming,
        byRevision(statements, 'everything', stream, -1n, filledChangesFrom),
      ),
    candidates: (stream, { components, from, to }) => {
      const asked = byRevision(statements, 'candidates', stream, -1n, candidatesFrom);
      const { name: _name, ...query } = asked;
      return listing<Candidate>(pool, streaming, {
        ...query,
        ...(to - from < NEAR
          ? { firstly: { name: 'near candidates', text: statements.nearCandidates } }
          : {}),
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
