import { applyChange, type PropertyChange } from '../../domain/home/properties.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { entryOf, type HomeEntry } from '../../domain/home/home.ts';
import type { CollectionId } from '../../domain/kernel/ids.ts';
import type { Erased } from '../../domain/kernel/ports.ts';
import type { Projection } from '../projection.ts';

/** What some consecutive events do to one entry of a home. */
export type EntryDelta =
  | { readonly kind: 'added'; readonly entry: HomeEntry }
  /** `change` is for whatever properties the row has. */
  | { readonly kind: 'changed'; readonly change: PropertyChange }
  | { readonly kind: 'removed' };

export type HomeDelta = Map<CollectionId, EntryDelta>;

/** One change that does what the first and then the second would do. */
const both = (first: PropertyChange, second: PropertyChange): PropertyChange => {
  if (first.dead === undefined) return { ...first, ...second };
  return { ...first, ...second, dead: new Map([...first.dead, ...(second.dead ?? [])]) };
};

const changed = (before: EntryDelta | undefined, change: PropertyChange): EntryDelta => {
  switch (before?.kind) {
    case undefined:
      return { kind: 'changed', change };
    case 'changed':
      return { kind: 'changed', change: both(before.change, change) };
    case 'added': {
      const properties = applyChange(before.entry.properties, change);
      return { kind: 'added', entry: { ...before.entry, properties } };
    }
    case 'removed':
      return before;
  }
};

const fold = (delta: HomeDelta, event: DomainEvent | Erased): HomeDelta => {
  switch (event.type) {
    case 'CollectionAdded':
      return delta.set(event.collection, { kind: 'added', entry: entryOf(event) });
    case 'CollectionPropertiesChanged':
      return delta.set(event.collection, changed(delta.get(event.collection), event.change));
    case 'CollectionRemoved':
      return delta.set(event.collection, { kind: 'removed' });
    default:
      return delta;
  }
};

/** Entries with a delta laid over them, in the order of `HomeRow`. */
export const overEntries = (
  entries: readonly HomeEntry[],
  delta: HomeDelta,
): readonly HomeEntry[] => {
  const result = new Map(entries.map((entry) => [entry.collection, entry]));
  for (const [collection, change] of delta) {
    const before = result.get(collection);
    if (change.kind === 'added') result.set(collection, change.entry);
    else if (change.kind === 'removed') result.delete(collection);
    else if (before !== undefined)
      result.set(collection, {
        ...before,
        properties: applyChange(before.properties, change.change),
      });
  }
  return inOrder([...result.values()]);
};

/** By kind, then order property (those without one last), then segment. */
export const inOrder = (entries: readonly HomeEntry[]): readonly HomeEntry[] =>
  entries.toSorted(
    (a, b) =>
      compare(a.kind, b.kind) ||
      compare(a.properties.order ?? Infinity, b.properties.order ?? Infinity) ||
      compare(a.segment, b.segment),
  );

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** What each account's home holds. */
export const homeProjection: Projection<HomeDelta> = {
  name: 'home',
  version: 2,
  categories: ['home'],
  empty: () => new Map(),
  fold,
};
