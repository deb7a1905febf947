import type { Component } from '../../domain/calendar/calendar.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import { type Grantee, type Grants, noGrants } from '../../domain/rights/grants.ts';
import type { Classification, Role } from '../../domain/rights/roles.ts';
import type { CollectionRow, Formerly } from '../../projections/collection/rows.ts';

/** A row in `pg`'s array mode. Cells become branded values here and nowhere else. */
export type Cells = readonly (string | number | boolean | null)[];

/** Columns of a collection's row, in the order `collectionFrom` wants them. */
export const collectionColumns =
  'c.stream, c.applied::text, c.kind, c.owner, c.status, c.components, c.created_at, c.modified_at, c.grants::text';
export const COLUMNS = 9;

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
    grants: grantsFrom(text(8)),
  };
};

/** As it was written; a grantee whose rights were taken back at once is null. */
const grantsFrom = (cell: string): Grants =>
  cell === '{}'
    ? noGrants
    : new Map(
        Object.entries(JSON.parse(cell) as Record<string, readonly Role[] | null>).flatMap(
          ([grantee, roles]) => (roles === null ? [] : [[grantee as Grantee, roles] as const]),
        ),
      );

/** Classifications as rows name them; none where there is no such text. */
export const classesFrom = (
  text: string | undefined,
): { readonly classes?: readonly Classification[] } =>
  text === undefined ? {} : { classes: text === '' ? [] : (text.split(',') as Classification[]) };

/** What a member was, from its JSON; none where it always was the same. */
export const formerlyFrom = (text: string | undefined): { readonly formerly?: Formerly } =>
  text === undefined || text === '{}'
    ? {}
    : {
        formerly: new Map(
          Object.entries(JSON.parse(text) as Record<string, string>).map(([classes, at]) => [
            classes,
            BigInt(at),
          ]),
        ),
      };
