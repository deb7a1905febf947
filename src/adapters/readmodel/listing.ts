import type pg from 'pg';
import type { CollectionRow, Snapshot } from '../../projections/collection/rows.ts';
import { type Page as MembersPage, pageFrom } from './page.ts';
import { inCells } from './faults.ts';
import { heldSnapshot, ListingTooSlow, type Streaming } from './held-snapshot.ts';

/** One page asked of one collection: what follows a key, at most so many rows. */
export interface PageQuery<Member> {
  /** Absent: planned anew for each question, where the best way depends on what is asked. */
  readonly name?: string;
  readonly text: string;
  /** Asks for the first page instead, where a way is quick that would be slow with many. */
  readonly firstly?: { readonly name: string; readonly text: string };
  /** `$1` is the stream; after is the key of the last row of the page before. */
  values(after: string, rows: number): readonly unknown[];
  /** The key that comes before all. */
  readonly first: string;
  keyOf(member: Member): string;
  /** Whether no other can follow this one. */
  isLast?(member: Member, collection: CollectionRow): boolean;
  membersFrom(page: MembersPage): readonly Member[];
  /** Octets that the page counts for this member, against `PAGE.octets`; 0 where contents are not read. */
  weightOf(member: Member): number;
}

/** Rows, and octets of their contents, that are read and kept in memory together. */
export const PAGE = { rows: 1000, octets: 2 * 1024 * 1024 } as const;

interface Page<Member> {
  readonly collection: CollectionRow;
  readonly head?: bigint;
  readonly members: readonly Member[];
  readonly isLast: boolean;
}

const read = async <Member>(
  on: pg.Pool | pg.PoolClient,
  query: PageQuery<Member>,
  after: string,
  count: number,
): Promise<Page<Member> | undefined> => {
  const { name, text } = after === query.first ? (query.firstly ?? query) : query;
  const named = name === undefined ? {} : { name };
  const [row] = await inCells(on, { ...named, text, values: query.values(after, count) });
  if (row === undefined) return undefined;
  const { collection, head, members: found } = pageFrom(row);
  const members = found === undefined ? [] : query.membersFrom(found);
  const octets = members.reduce((sum, member) => sum + query.weightOf(member), 0);
  const last = members.at(-1);
  const isLast =
    (members.length < count && octets < PAGE.octets) ||
    (last !== undefined && query.isLast?.(last, collection) === true);
  return { collection, ...head, members, isLast };
};

/**
 * Collection and members as one snapshot saw them: one statement where a page is enough, else a
 * read-only transaction, page by page as they are read. It ends with the last page, with `return()`,
 * on any error, and when its time is over. Where others wait for the connection of a reader that takes
 * nothing, they get it, and the listing goes on in another transaction if the collection is the same.
 */
export const listing = async <Member>(
  pool: pg.Pool,
  streaming: Streaming,
  query: PageQuery<Member>,
  limit = Infinity,
): Promise<Snapshot<Member> | undefined> => {
  const known = `${query.name ?? ''} ${String(query.values(query.first, 0)[0])}`;
  if (limit > PAGE.rows && long.has(known)) return streamed(streaming, query, limit);
  const page = await read(pool, query, query.first, Math.min(limit, PAGE.rows));
  if (page === undefined) return undefined;
  if (page.isLast || page.members.length >= limit)
    return { ...headOf(page), collection: page.collection, members: inHand([page.members]) };
  if (long.size >= LONG) long.clear();
  long.add(known);
  return streamed(streaming, query, limit);
};

/**
 * Listings that took more than a page when they were last asked for: their first page is not asked for
 * twice. One that has become short again costs two small statements more.
 */
const long = new Set<string>();
const LONG = 10_000;

/** Pages that are there already. */
const inHand = <Member>(
  pages: readonly (readonly Member[])[],
): AsyncIterable<readonly Member[]> => {
  const filled = pages.filter((page) => page.length > 0);
  return {
    async *[Symbol.asyncIterator]() {
      yield* filled;
    },
  };
};

const streamed = async <Member>(
  streaming: Streaming,
  query: PageQuery<Member>,
  limit: number,
): Promise<Snapshot<Member> | undefined> => {
  const snapshot = heldSnapshot(streaming);
  const next = (after: string, left: number): Promise<Page<Member> | undefined> =>
    snapshot.ask((on) => read(on, query, after, Math.min(left, PAGE.rows)));
  let page = await next(query.first, limit);
  if (page === undefined) {
    await snapshot.end();
    return undefined;
  }
  const { collection } = page;
  const head = headOf(page);
  let left = limit;
  let coming: Promise<Page<Member> | undefined> | undefined;
  let ending: Promise<void> | undefined;

  const arrived = async (): Promise<void> => {
    if (coming === undefined) return;
    const asked = coming;
    coming = undefined;
    page = undefined;
    const came = await asked;
    if (came?.collection.applied === collection.applied) {
      page = came;
      return;
    }
    // Names may be looked up anew in any statement, and find the tables of a rebuild, whose rows this
    // snapshot does not see; and a new snapshot may see newer rows. Better no answer than half of one.
    await snapshot.end();
    throw snapshot.renewed() ? new ListingTooSlow() : new TablesExchanged();
  };

  // Not a generator: one that was never begun would not run its `finally` on `return()`.
  const members: AsyncIterableIterator<readonly Member[]> = {
    [Symbol.asyncIterator]: () => members,
    async next() {
      await arrived();
      if (page === undefined || page.members.length === 0) {
        await (ending ?? snapshot.end());
        return { done: true, value: undefined };
      }
      const value = page.members;
      left -= value.length;
      const last = value.at(-1);
      if (page.isLast || left <= 0 || last === undefined) {
        page = undefined;
        // Whoever has it all need not wait for the connection to be given back.
        ending = snapshot.end();
        return { done: false, value };
      }
      // Asked for while this page is being written.
      coming = next(query.keyOf(last), left);
      coming.catch(noted);
      return { done: false, value };
    },
    async return() {
      coming = undefined;
      page = undefined;
      await (ending ?? snapshot.end());
      return { done: true, value: undefined };
    },
  };
  return { ...head, collection, members };
};

const noted = (): void => undefined;

const headOf = ({ head }: Page<unknown>): { readonly head?: bigint } =>
  head === undefined ? {} : { head };

/** A rebuild ended while a long listing was being read. */
class TablesExchanged extends Error {
  override readonly name = 'TablesExchanged';
  readonly code = 'tables-exchanged';
  constructor() {
    super('the projection was rebuilt while a listing was being read');
  }
}
