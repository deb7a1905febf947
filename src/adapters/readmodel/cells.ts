import type { DeadProperties } from '../../domain/collection/dead-properties.ts';
import type { Component } from '../../domain/calendar/calendar.ts';
import type { AccountId, BlobRef, Instant, ResourceName } from '../../domain/kernel/ids.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { Grantee, Grants } from '../../domain/rights/grants.ts';
import { noGrants } from '../../domain/rights/grants.ts';
import type { Classification, Role } from '../../domain/rights/roles.ts';
import type {
  CollectionRow,
  Filled,
  Formerly,
  MemberRow,
  Tombstone,
} from '../../projections/collection/rows.ts';

/** A row in `pg`'s array mode. Cells become branded values here and nowhere else. */
export type Cells = readonly (string | number | boolean | null)[];

/** Columns of a collection's row, in the order `collectionFrom` wants them. */
export const collectionColumns =
  'c.stream, c.applied, c.kind, c.owner, c.status, c.components, c.created_at, c.modified_at, c.grants::text';
const COLUMNS = 9;
/** Columns of a page before those of its member: the collection's, and the head of its stream. */
export const PAGE_HEAD_WIDTH = COLUMNS + 1;

/** The column after the collection's, if the log was asked. */
export const headFrom = (cells: Cells): { readonly head?: bigint } =>
  typeof cells[COLUMNS] === 'string' ? { head: BigInt(cells[COLUMNS]) } : {};

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

/** Columns of a member's row, in the order the functions below want them; `m` or a page of them. */
export const memberColumns =
  'm.name, m.revision, m.gone, m.uid, m.component, m.etag, m.size, m.created_at, m.modified_at, m.dead, m.classes, m.formerly::text';
/** The same as one text for a whole page: the driver takes a microsecond for each cell, JSON for each row. */
export const membersAsJson = (key: 'revision' | 'name'): string =>
  `json_agg(json_build_array(${memberColumns.replace('m.revision', 'm.revision::text')}) order by m.${key})::text`;
export const contentColumns = 'm.body, m.blob';

/** The rows of a page in the order of their keys; as `page` asked for them. */
export const memberCells = (rows: readonly Cells[]): readonly Cells[] => {
  const first = rows[0]?.[PAGE_HEAD_WIDTH];
  // A collection without members is one row whose member is null.
  if (first === null || first === undefined) return [];
  return rows[0]?.length === PAGE_HEAD_WIDTH + 1
    ? (JSON.parse(first as string) as readonly Cells[])
    : rows;
};

export const memberFrom = (cells: Cells, at: number): MemberRow =>
  ({
    name: cells[at],
    revision: BigInt(cells[at + 1] as string),
    uid: cells[at + 3],
    component: cells[at + 4],
    etag: cells[at + 5],
    size: cells[at + 6],
    createdAt: cells[at + 7],
    modifiedAt: cells[at + 8],
    ...deadFrom(cells[at + 9]),
    ...classesFrom(cells[at + 10]),
    ...formerlyFrom(cells[at + 11]),
  }) as MemberRow;

const deadFrom = (cell: Cells[number] | undefined): { readonly dead?: DeadProperties } =>
  typeof cell === 'string'
    ? { dead: new Map(JSON.parse(cell) as readonly (readonly [string, string])[]) }
    : {};

/** As it was written; a grantee whose rights were taken back at once is null. */
const grantsFrom = (cell: string): Grants =>
  cell === '{}'
    ? noGrants
    : new Map(
        Object.entries(JSON.parse(cell) as Record<string, readonly Role[] | null>).flatMap(
          ([grantee, roles]) => (roles === null ? [] : [[grantee as Grantee, roles] as const]),
        ),
      );

export const classesFrom = (
  cell: Cells[number] | undefined,
): { readonly classes?: readonly Classification[] } =>
  typeof cell === 'string'
    ? { classes: cell === '' ? [] : (cell.split(',') as Classification[]) }
    : {};

export const formerlyFrom = (cell: Cells[number] | undefined): { readonly formerly?: Formerly } =>
  typeof cell !== 'string' || cell === '{}'
    ? {}
    : {
        formerly: new Map(
          Object.entries(JSON.parse(cell) as Record<string, string>).map(([classes, at]) => [
            classes,
            BigInt(at),
          ]),
        ),
      };

export const filledFrom = (cells: Cells, at: number): Filled => ({
  ...memberFrom(cells, at),
  content:
    cells[at + 12] === null
      ? { kind: 'blob', ref: cells[at + 13] as BlobRef, size: cells[at + 6] as number }
      : { kind: 'inline', octets: Buffer.from(cells[at + 12] as string) },
});

/** What stands for a tombstone where these can be among the rows; else `undefined`. */
export const tombstoneFrom = (cells: Cells, at: number): Tombstone | undefined =>
  cells[at + 2] === true
    ? {
        name: cells[at] as ResourceName,
        revision: BigInt(cells[at + 1] as string),
        gone: true,
        ...formerlyFrom(cells[at + 11]),
      }
    : undefined;
