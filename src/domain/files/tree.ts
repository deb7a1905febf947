import { charactersOf, type DeadProperties } from '../collection/dead-properties.ts';
import { type Content, sizeOf } from '../kernel/content.ts';
import type { ETag, Instant, Segment } from '../kernel/ids.ts';

/** Where an item hangs: decoded path segments from the root, which itself is `[]`. */
export type ItemPath = readonly Segment[];

/** One file. Replaced when it changes, never changed in place. */
export interface PlainFile {
  readonly kind: 'file';
  readonly etag: ETag;
  /** Media type, as the client said it. */
  readonly type: string;
  readonly content: Content;
  readonly createdAt: Instant;
  readonly modifiedAt: Instant;
  readonly dead: DeadProperties;
}

/** One folder. Its items are changed in place, all else is replaced. */
export interface Folder {
  readonly kind: 'folder';
  /** Absent for the root, which every account has. */
  readonly createdAt?: Instant;
  readonly dead: DeadProperties;
  readonly items: Map<Segment, Item>;
}

export type Item = PlainFile | Folder;

/** What some items come to. */
export interface Measure {
  readonly items: number;
  readonly octets: number;
  /** Of dead properties. */
  readonly characters: number;
}

export const emptyFolder = (dead: DeadProperties, createdAt?: Instant): Folder => ({
  kind: 'folder',
  dead,
  items: new Map(),
  ...(createdAt === undefined ? {} : { createdAt }),
});

/** What hangs at a path below a folder; `undefined` where nothing does. */
export const itemAt = (root: Folder, path: ItemPath): Item | undefined => {
  let item: Item | undefined = root;
  for (const segment of path) item = item?.kind === 'folder' ? item.items.get(segment) : undefined;
  return item;
};

/** The folder that something at a path hangs in. */
export const parentAt = (root: Folder, path: ItemPath): Folder | undefined => {
  const parent = itemAt(root, path.slice(0, -1));
  return parent?.kind === 'folder' ? parent : undefined;
};

/** Whether `path` is `ancestor` or lies below it. */
export const isWithin = (path: ItemPath, ancestor: ItemPath): boolean =>
  ancestor.every((segment, index) => path[index] === segment);

/** An item with everything in it. */
export const measure = (item: Item | undefined): Measure => {
  if (item === undefined) return { items: 0, octets: 0, characters: 0 };
  const characters = charactersOf(item.dead);
  if (item.kind === 'file') return { items: 1, octets: sizeOf(item.content), characters };
  return [...item.items.values()].map(measure).reduce(plus, { items: 1, octets: 0, characters });
};

export const plus = (one: Measure, other: Measure): Measure => ({
  items: one.items + other.items,
  octets: one.octets + other.octets,
  characters: one.characters + other.characters,
});

export const minus = (one: Measure, other: Measure): Measure => ({
  items: one.items - other.items,
  octets: one.octets - other.octets,
  characters: one.characters - other.characters,
});

/** How many folders deep an item goes, itself included. */
export const heightOf = (item: Item): number =>
  item.kind === 'file'
    ? 1
    : 1 + [...item.items.values()].map(heightOf).reduce((a, b) => Math.max(a, b), 0);

/** The same item once more, as COPY makes it (RFC 4918 §9.8.2, §9.8.3); `shallow` leaves members out. */
export const copyOf = (item: Item, shallow: boolean, at: Instant): Item => {
  if (item.kind === 'file') return { ...item, createdAt: at };
  const copied = emptyFolder(item.dead, at);
  if (!shallow)
    for (const [name, each] of item.items) copied.items.set(name, copyOf(each, false, at));
  return copied;
};
