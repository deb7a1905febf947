import type { Component } from '../../domain/calendar/calendar.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { CollectionRow } from '../../projections/collection/rows.ts';

/** A row in `pg`'s array mode. Cells become branded values here and nowhere else. */
export type Cells = readonly (string | number | boolean | null)[];

/** Columns of a collection's row, in the order `collectionFrom` wants them. */
export const collectionColumns =
  'c.stream, c.applied::text, c.kind, c.owner, c.status, c.components, c.created_at, c.modified_at';
export const COLUMNS = 8;

export const collectionFrom = (cells: Cells): CollectionRow => {
  const text = (at: number): string => cells[at] as string;
  return {
    stream: text(0) as StreamId,
    applied: BigInt(text(1)),
    kind: text(2) as CollectionKind,
    owner: text(3) as AccountId,
    status: text(4) as CollectionRow['status'],
    components: text(5) === '' ? [] : (text(5).split(',') as Component[]),
    createdAt: text(6) as Instant,
    modifiedAt: text(7) as Instant,
  };
};
