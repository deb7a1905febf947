import type { Data } from '../../../domain/activesync/data.ts';
import type { Context } from '../../../domain/activesync/item-class.ts';
import type { HeldItem } from '../../../domain/activesync/sync-ledger.ts';
import type { Instant, ResourceName } from '../../../domain/kernel/ids.ts';
import type { Change } from '../../../projections/collection/rows.ts';
import { itemIdOf } from './item-id.ts';
import { dataOf, heldOf, isItemOf, type Item, itemsNamed } from './items.ts';
import type { OpenFolder } from './opened.ts';

/** Something to tell a device. */
export type Told =
  | { readonly kind: 'add' | 'change'; readonly held: HeldItem; readonly data: Data }
  /** `soft`: it is out of the device's window, and there all the same. */
  | { readonly kind: 'delete' | 'soft'; readonly id: string };

/** What is told at once, and how far that brings the device. */
export interface Page {
  readonly told: readonly Told[];
  /** Decimal. */
  readonly since: string;
  readonly more: boolean;
}

/** Where a scan begins. */
export interface Scan {
  /** Generation of the state that the device is in; what it did since is in `own`. */
  readonly at: number;
  readonly since: string;
  /** What the device has by what it did itself; undefined: what it has no more. By ServerId. */
  readonly own: ReadonlyMap<string, HeldItem | undefined>;
  /** What it has to be told again, whether it changed or not. */
  readonly again: readonly ResourceName[];
  /** ServerIds that the device learns of by this answer: what became of them since is for the next one. */
  readonly later: ReadonlySet<string>;
  /** What ended before is not told. */
  readonly window: Instant | undefined;
  readonly limit: number;
  /** Octets, about; one thing is told however long it is. */
  readonly octets: number;
  readonly context: Context;
}

/** Changes that are looked at together. */
const BATCH = 256;

/** About how many octets elements take. */
export const sizeOf = (data: Data): number => {
  let size = 0;
  for (const { value } of data)
    size +=
      8 + (typeof value === 'string' || value instanceof Uint8Array ? value.length : sizeOf(value));
  return size;
};

const isOut = ({ ends }: HeldItem, window: Instant | undefined): boolean =>
  window !== undefined && ends !== undefined && ends < window;

/** What an item as it is means to a device that has it so. */
const toldOf = (
  opened: OpenFolder,
  scan: Scan,
  item: Item,
  held: HeldItem | undefined,
): Told | undefined => {
  const now = heldOf(opened, item);
  if (isOut(now, scan.window)) return held && { kind: 'soft', id: now.id };
  const data = dataOf(opened, item, scan.context);
  if (data === undefined) return held && { kind: 'delete', id: now.id };
  return { kind: held === undefined ? 'add' : 'change', held: now, data };
};

const heldBy = async (
  { request, place }: OpenFolder,
  { at, own }: Scan,
  ids: readonly string[],
): Promise<(id: string) => HeldItem | undefined> => {
  const held = await request.parts.sync.held(place, at, ids);
  return (id) => (own.has(id) ? own.get(id) : held.get(id));
};

/** What a batch of changes means, in its order; with the revision that each leads to. */
const readBatch = async (
  opened: OpenFolder,
  scan: Scan,
  batch: readonly Change[],
): Promise<readonly { readonly told: Told | undefined; readonly revision: bigint }[]> => {
  const held = await heldBy(
    opened,
    scan,
    batch.map(({ name }) => itemIdOf(name)),
  );
  const isNews = (change: Change): boolean =>
    !('gone' in change) &&
    isItemOf(opened, change.component) &&
    held(itemIdOf(change.name))?.etag !== change.etag;
  const items = await itemsNamed(
    opened,
    batch.filter(isNews).map(({ name }) => name),
  );
  return batch.map((change) => {
    const { name, revision } = change;
    const id = itemIdOf(name);
    const there = held(id);
    if ('gone' in change || !isItemOf(opened, change.component))
      return { revision, told: there && { kind: 'delete', id } };
    const item = items.get(name);
    // Not there any more: another change says so.
    const told = item && isNews(change) ? toldOf(opened, scan, item, there) : undefined;
    return { revision, told };
  });
};

const idOf = (told: Told): string => ('held' in told ? told.held.id : told.id);

/** What is told until it is as much as one answer may hold. */
const filling = ({ limit, octets }: Scan) => {
  const told = new Map<string, Told>();
  let size = 0;
  return {
    told,
    /** Whether there was room. */
    take(one: Told): boolean {
      const id = idOf(one);
      if (told.has(id)) return true;
      const more = 'data' in one ? sizeOf(one.data) : 50;
      if (told.size >= limit || (told.size > 0 && size + more > octets)) return false;
      told.set(id, one);
      size += more;
      return true;
    },
  };
};

const toldAgain = async (opened: OpenFolder, scan: Scan): Promise<readonly Told[]> => {
  const ids = scan.again.map(itemIdOf);
  const [items, held] = await Promise.all([
    itemsNamed(opened, scan.again),
    heldBy(opened, scan, ids),
  ]);
  return scan.again.flatMap((name) => {
    const item = items.get(name);
    return (item && toldOf(opened, scan, item, held(itemIdOf(name)))) ?? [];
  });
};

/** What the device has of which the time is over. */
const ended = async ({ request, place }: OpenFolder, scan: Scan): Promise<readonly Told[]> => {
  if (scan.window === undefined) return [];
  const { at, own, window, limit } = scan;
  const items = await request.parts.sync.ended(place, at, window, limit + own.size + 1);
  return items.filter(({ id }) => !own.has(id)).map(({ id }) => ({ kind: 'soft', id }));
};

/**
 * What a device is to be told of a folder: first what it has to be told again, then changes in the order of their
 * revisions, so that whatever does not fit follows from where this ended. `undefined` when the folder is gone.
 */
export const scanned = async (opened: OpenFolder, scan: Scan): Promise<Page | undefined> => {
  const { rows, folder } = opened;
  const page = filling(scan);
  let { since } = scan;
  let heldBack: string | undefined;
  const pageOf = (more: boolean): Page => ({
    told: [...page.told.values()],
    since: heldBack ?? since,
    more,
  });
  for (const told of [...(await toldAgain(opened, scan)), ...(await ended(opened, scan))])
    if (!page.take(told)) return pageOf(true);
  for (;;) {
    const most = Math.min(BATCH, scan.limit + 1);
    const snapshot = await rows.changes(folder.stream, BigInt(since), most);
    if (snapshot === undefined || snapshot.collection.status !== 'live') return undefined;
    const batch: Change[] = [];
    for await (const changes of snapshot.members) batch.push(...changes);
    for (const { told, revision } of await readBatch(opened, scan, batch)) {
      if (told !== undefined && scan.later.has(idOf(told))) heldBack ??= since;
      else if (told !== undefined && !page.take(told)) return pageOf(true);
      since = String(revision);
    }
    if (batch.length >= most) continue;
    since = String(snapshot.collection.applied);
    return pageOf(false);
  }
};
