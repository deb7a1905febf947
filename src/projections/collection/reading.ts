import type { Expected, Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { TimeRange } from '../../domain/icalendar/time-range.ts';
import { PATIENCE_MS, type ReadingParts, reaches, type Tail, tailOf } from '../tail.ts';
import {
  type EarlierRows,
  filled,
  overByName,
  overByRevision,
  overlayOf,
  overRow,
  slim,
} from './overlay.ts';
import { discard, type Pages } from './pages.ts';
import { type CollectionDelta, collectionProjection } from './projection.ts';
import type {
  Candidate,
  Change,
  CollectionRow,
  CollectionRows,
  CollectionTables,
  MemberRow,
  Snapshot,
  TagRow,
  Taken,
  Tombstone,
  UidRows,
} from './rows.ts';

interface Parts extends ReadingParts {
  readonly rows: CollectionTables;
}

/** Asks the tables, for so many rows more than the question needs. */
type Ask<Row> = (more: number) => Promise<Snapshot<Row> | undefined>;

/** Rows that are as new as the head, or a tail that makes them so. */
interface Current<Row> {
  readonly snapshot: Snapshot<Row> | undefined;
  readonly tail?: Tail<CollectionDelta>;
}

/**
 * `CollectionRows` that never show a collection older than its head was when the question came: where
 * the rows are behind, they are waited for briefly and then completed from the log, in memory. Works
 * without any projector, from the log alone.
 * @throws what the tables, the store and the codec throw.
 */
export const consistentCollectionRows = (parts: Parts): CollectionRows => {
  const { rows } = parts;

  const over = async <Row extends TagRow | Tombstone>(
    stream: StreamId,
    ask: Ask<Row>,
    lay: (pages: Pages<Row>, delta: CollectionDelta, earlier: EarlierRows) => Pages<Row>,
    bounded = false,
  ): Promise<Snapshot<Row> | undefined> => {
    const { snapshot, tail } = await current(parts, stream, ask, bounded);
    if (tail === undefined) return snapshot;
    const collection = overRow(stream, snapshot?.collection, tail);
    if (collection === undefined) return undefined;
    if (snapshot === undefined)
      return { collection, members: lay(noPages(), tail.delta, new Map()) };
    if (tail.delta.deleted) {
      // Nothing is left of it, and nobody reads on to find that out.
      await discard(snapshot.members);
      return { collection, members: noPages() };
    }
    const earlier = await earlierRows(rows, stream, tail.delta).catch(async (error: unknown) => {
      await discard(snapshot.members);
      throw error;
    });
    return { collection, members: lay(snapshot.members, tail.delta, earlier) };
  };

  return {
    collections: (streams) => currentRows(parts, streams),
    changes(stream, since, limit) {
      const isNews = (row: Change): Change | undefined => (row.revision > since ? row : undefined);
      return over<Change>(
        stream,
        (more) => rows.changes(stream, since, limit + more),
        (pages, delta, earlier) =>
          overByRevision(
            pages,
            overlayOf(delta, (member) => isNews(slim(member)), earlier),
            limit,
          ),
        true,
      );
    },
    all: (stream) => over<MemberRow>(stream, () => rows.all(stream), overLive),
    tags: (stream) => over<TagRow>(stream, () => rows.tags(stream), overLive),
    allFilled: (stream) =>
      over(
        stream,
        () => rows.allFilled(stream),
        (pages, delta, earlier) => overByRevision(pages, overlayOf(delta, filled, earlier)),
      ),
    candidates: (stream, narrowing) =>
      over<Candidate>(
        stream,
        () => rows.candidates(stream, narrowing),
        (pages, delta, earlier) => overByRevision(pages, overlayOf(delta, filled, earlier)),
      ),
    taking: (streams, range) => currentTaking(parts, streams, range),
    named(stream, names) {
      const asked = new Set(names);
      return over(
        stream,
        () => rows.named(stream, names),
        (pages, delta, earlier) =>
          overByName(
            pages,
            overlayOf(
              delta,
              (member) => (asked.has(member.name) ? filled(member) : undefined),
              earlier,
            ),
          ),
      );
    },
  };
};

/** Live members with those that a tail has. */
const overLive = <Row extends TagRow>(
  pages: Pages<Row | MemberRow>,
  delta: CollectionDelta,
  earlier: EarlierRows,
): Pages<Row | MemberRow> =>
  overByRevision<Row | MemberRow>(
    pages,
    overlayOf<Row | MemberRow>(delta, (member) => live(slim(member)), earlier),
  );

const live = (row: MemberRow | Tombstone): MemberRow | undefined =>
  'gone' in row ? undefined : row;

async function* noPages(): AsyncGenerator<never> {}

const earlierRows = async (
  rows: CollectionTables,
  stream: StreamId,
  { members }: CollectionDelta,
): Promise<EarlierRows> =>
  members.size === 0 ? new Map() : rows.earlier(stream, [...members.keys()]);

/**
 * `UidRows` that wait until the rows are as new as the heads were when the question came. Where they do not become so in time, they
 * answer what they have: whoever then stores is told by the log that it was not so.
 */
export const consistentUidRows = (parts: Parts): UidRows => ({
  async withUid(streams, uid) {
    await currentRows(parts, streams);
    return parts.rows.withUid(streams, uid);
  },
});

/** Rows, and the head as it was when the question came or later; in one round trip, as a rule. */
const withHead = async <Row>(
  { rows, store }: Parts,
  stream: StreamId,
  ask: Ask<Row>,
): Promise<{ readonly snapshot: Snapshot<Row> | undefined; readonly head: Expected }> => {
  const asked = ask(0);
  if (rows.headsIncluded === true) {
    const snapshot = await asked;
    if (snapshot?.head !== undefined) return { snapshot, head: snapshot.head };
  }
  const [snapshot, heads] = await Promise.all([asked, store.heads([stream])]).catch(
    async (error: unknown) => {
      // Whichever failed, nobody will read what the tables answered.
      await asked.then((one) => discard(one?.members)).catch(() => undefined);
      throw error;
    },
  );
  return { snapshot, head: heads.get(stream) ?? 'no-stream' };
};

/** Asks rows and head at once; only where the rows are behind is more than one round trip needed. */
const current = async <Row>(
  parts: Parts,
  stream: StreamId,
  ask: Ask<Row>,
  bounded: boolean,
): Promise<Current<Row>> => {
  const { snapshot, head } = await withHead(parts, stream, ask);
  if (reaches(appliedOf(snapshot), head)) return { snapshot };
  await discard(snapshot?.members);
  if (head !== 'no-stream') await parts.seen(stream, head, PATIENCE_MS);
  return completed(parts, stream, head, ask, bounded);
};

/**
 * Rows, and the tail they lack. A bounded question must be asked for as many more rows as the tail may
 * take away, so that a page is short only when there is nothing beyond it.
 */
const completed = async <Row>(
  parts: Parts,
  stream: StreamId,
  head: Expected,
  ask: Ask<Row>,
  bounded: boolean,
): Promise<Current<Row>> => {
  for (let more = 0; ; ) {
    const snapshot = await ask(more);
    const applied = appliedOf(snapshot);
    if (reaches(applied, head)) return { snapshot };
    try {
      const tail = await tailOf(collectionProjection, parts, stream, applied);
      const { size } = tail.delta.members;
      if (!bounded || size <= more) return { snapshot, tail };
      // Twice: the tail may grow while it is asked for anew.
      more = 2 * size;
    } catch (error) {
      await discard(snapshot?.members);
      throw error;
    }
    await discard(snapshot?.members);
  }
};

/** Those that are behind are left to be read one by one, which waits for them or completes them. */
const currentTaking = async (
  { rows, store }: Parts,
  streams: readonly StreamId[],
  range: TimeRange,
): Promise<ReadonlyMap<StreamId, Taken>> => {
  const [found, heads] = await Promise.all([
    rows.taking(streams, range),
    rows.headsIncluded === true ? undefined : store.heads(streams),
  ]);
  return new Map(
    [...found].map(([stream, taken]): [StreamId, Taken] => {
      const head = heads?.get(stream) ?? taken.head ?? 'no-stream';
      if (reaches(taken.collection.applied, head)) return [stream, taken];
      return [stream, { collection: taken.collection }];
    }),
  );
};

const appliedOf = (snapshot: { readonly collection: CollectionRow } | undefined): Expected =>
  snapshot?.collection.applied ?? 'no-stream';

const currentRows = async (
  parts: Parts,
  streams: readonly StreamId[],
): Promise<ReadonlyMap<StreamId, CollectionRow>> => {
  const { rows, store, seen } = parts;
  const [found, heads] = await Promise.all([rows.collections(streams), store.heads(streams)]);
  const behind = (these: ReadonlyMap<StreamId, CollectionRow>): [StreamId, Revision][] =>
    [...heads].flatMap(([stream, head]) =>
      head === 'no-stream' || reaches(these.get(stream)?.applied ?? 'no-stream', head)
        ? []
        : [[stream, head]],
    );
  const late = behind(found);
  if (late.length === 0) return found;
  await Promise.all(late.map(([stream, head]) => seen(stream, head, PATIENCE_MS)));
  const again = await rows.collections(late.map(([stream]) => stream));
  const result = new Map([...found, ...again]);
  for (const [stream] of behind(result)) {
    const row = result.get(stream);
    const tail = await tailOf(collectionProjection, parts, stream, row?.applied ?? 'no-stream');
    const complete = overRow(stream, row, tail);
    if (complete !== undefined) result.set(stream, complete);
  }
  return result;
};
