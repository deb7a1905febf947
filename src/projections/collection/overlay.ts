import type { ResourceName } from '../../domain/kernel/ids.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import { noGrants } from '../../domain/rights/grants.ts';
import type { Tail } from '../tail.ts';
import { changedPages, inPages, type Pages } from './pages.ts';
import { grantsAfter } from './grants.ts';
import { afterEarlier, type CollectionDelta, type Dropped, type Stored } from './projection.ts';
import type { CollectionRow, Earlier, Filled, MemberRow, TagRow, Tombstone } from './rows.ts';

const PAGE = 1000;

/** A collection's row with the tail laid over it; `undefined` while nothing ever created it. */
export const overRow = (
  stream: StreamId,
  row: CollectionRow | undefined,
  { delta, applied }: Tail<CollectionDelta>,
): CollectionRow | undefined => {
  const { created, deleted, modifiedAt, grants } = delta;
  if (applied === 'no-stream') return row;
  if (created === undefined && row === undefined) return undefined;
  const base =
    created === undefined
      ? row
      : {
          stream,
          kind: created.kind,
          owner: created.owner,
          components: created.components,
          status: 'live' as const,
          createdAt: created.at,
          modifiedAt: created.at,
          grants: noGrants,
        };
  return (
    base && {
      ...base,
      applied,
      status: deleted ? 'deleted' : base.status,
      modifiedAt: modifiedAt ?? base.modifiedAt,
      grants: grantsAfter(base.grants, grants),
    }
  );
};

/** What a tail says to one question: the rows it answers with, and whose rows are out of date. */
export interface Overlay<Row extends TagRow | Tombstone> {
  readonly changed: ReadonlyMap<ResourceName, unknown>;
  /** Everything that was there is gone. */
  readonly emptied: boolean;
  readonly rows: readonly Row[];
}

export const overlayOf = <Row extends TagRow | Tombstone>(
  { deleted, members }: CollectionDelta,
  rowOf: (member: Stored | Dropped) => Row | undefined,
  earlier: EarlierRows,
): Overlay<Row> => ({
  changed: members,
  emptied: deleted,
  rows: [...members.values()].flatMap(
    (member) => rowOf(afterEarlier(member, earlier.get(member.name))) ?? [],
  ),
});

/** For names that something happened to again: what only their old rows know. */
export type EarlierRows = ReadonlyMap<ResourceName, Earlier>;

const stillThere = <Row extends TagRow | Tombstone>(
  page: readonly Row[],
  { changed, emptied }: Overlay<Row>,
): readonly Row[] => (emptied ? [] : page.filter(({ name }) => !changed.has(name)));

/**
 * Pages by revision with an overlay: rows it changes are left out where they were and come at the end,
 * being newer than all others. At most `limit` rows in all.
 */
export const overByRevision = <Row extends TagRow | Tombstone>(
  pages: Pages<Row>,
  overlay: Overlay<Row>,
  limit = Infinity,
): Pages<Row> => {
  let left = limit;
  const within = (rows: readonly Row[]): readonly Row[] => {
    const page = rows.slice(0, left);
    left -= page.length;
    return page;
  };
  const newest = overlay.rows.toSorted((a, b) => (a.revision < b.revision ? -1 : 1));
  return changedPages(
    pages,
    (page) => within(stillThere(page, overlay)),
    () => inPages(within(newest), PAGE),
  );
};

/** Pages by name with an overlay. */
export const overByName = <Row extends MemberRow>(
  pages: Pages<Row>,
  overlay: Overlay<Row>,
): Pages<Row> => {
  let pending = overlay.rows.toSorted(byName);
  return changedPages(
    pages,
    (page) => {
      const last = page.at(-1);
      const isDue = (row: Row): boolean => last !== undefined && byName(row, last) <= 0;
      const due = pending.filter(isDue);
      pending = pending.slice(due.length);
      return [...stillThere(page, overlay), ...due].toSorted(byName);
    },
    () => inPages(pending, PAGE),
  );
};

/** As the tables order names: by code points. */
const byName = (a: { readonly name: string }, b: { readonly name: string }): number => {
  const end = Math.min(a.name.length, b.name.length);
  for (let at = 0; at < end; at += 1) {
    const difference = weightAt(a.name, at) - weightAt(b.name, at);
    if (difference !== 0) return difference;
  }
  return a.name.length - b.name.length;
};

/** Puts surrogates, which stand for code points above U+FFFF, above all other code units. */
const weightAt = (text: string, at: number): number => {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
};

/** Without octets, for answers that do not carry them. */
export const slim = (member: Stored | Dropped): MemberRow | Tombstone => {
  if ('gone' in member) return tombstone(member);
  const { content: _content, fresh: _fresh, first: _first, ...row } = member;
  return row;
};

export const tombstone = ({ first: _first, ...row }: Dropped): Tombstone => row;

export const filled = (member: Stored | Dropped): Filled | undefined => {
  if ('gone' in member) return undefined;
  const { fresh: _fresh, first: _first, ...row } = member;
  return row;
};
