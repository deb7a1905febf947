import { accept, type Decider, type Decision, reject } from '../kernel/decision.ts';
import type { AccountId, CollectionId, Segment } from '../kernel/ids.ts';
import type { CollectionKind } from '../kernel/streams.ts';
import {
  applyChange,
  type CollectionProperties,
  effectiveChange,
  noProperties,
  type PropertyChange,
  withinLimits,
} from './properties.ts';

/** The collection of each kind that every account has and keeps. */
export const PERSONAL = 'personal' as Segment;
/** A home with more collections than this takes no new ones. */
export const COLLECTION_LIMIT = 1000;

/** One collection as its account sees it. */
export interface HomeEntry {
  readonly collection: CollectionId;
  readonly kind: CollectionKind;
  readonly segment: Segment;
  readonly properties: CollectionProperties;
  /** Whose it is, of one that the account has subscribed to; absent: its own. */
  readonly owner?: AccountId;
}

export type HomeCommand =
  /** First use: gives a home that never held anything its personal calendar and address book. */
  | {
      readonly type: 'ProvisionHome';
      readonly calendar: CollectionId;
      readonly addressBook: CollectionId;
    }
  | {
      readonly type: 'AddCollection';
      readonly collection: CollectionId;
      readonly kind: CollectionKind;
      readonly segment: Segment;
      readonly properties: PropertyChange;
      readonly owner?: AccountId;
    }
  | {
      readonly type: 'ChangeCollectionProperties';
      readonly collection: CollectionId;
      readonly change: PropertyChange;
    }
  | { readonly type: 'RemoveCollection'; readonly collection: CollectionId };

export type HomeEvent =
  | {
      readonly type: 'CollectionAdded';
      readonly collection: CollectionId;
      readonly kind: CollectionKind;
      readonly segment: Segment;
      readonly properties: PropertyChange;
      readonly owner?: AccountId;
    }
  | {
      readonly type: 'CollectionPropertiesChanged';
      readonly collection: CollectionId;
      readonly change: PropertyChange;
    }
  | { readonly type: 'CollectionRemoved'; readonly collection: CollectionId };

export type HomeRejection =
  | { readonly kind: 'SegmentTaken'; readonly holder: CollectionId }
  /** The collection hangs in this home already, somewhere else. */
  | { readonly kind: 'CollectionExists' }
  | { readonly kind: 'CollectionNotFound' }
  | { readonly kind: 'PersonalCollectionStays' }
  | { readonly kind: 'TooManyCollections'; readonly limit: number }
  | { readonly kind: 'PropertiesTooLarge' };

export interface HomeState {
  /** Whether the home was ever given its personal collections. */
  readonly provisioned: boolean;
  readonly entries: Map<CollectionId, HomeEntry>;
}

type Answer = Decision<HomeEvent, HomeRejection>;

const added = (kind: CollectionKind, collection: CollectionId, displayName: string): HomeEvent => ({
  type: 'CollectionAdded',
  collection,
  kind,
  segment: PERSONAL,
  properties: { displayName },
});

const add = (
  command: Extract<HomeCommand, { type: 'AddCollection' }>,
  { entries }: HomeState,
): Answer => {
  const { collection, kind, segment, owner } = command;
  for (const entry of entries.values())
    if (entry.kind === kind && entry.segment === segment)
      return reject({ kind: 'SegmentTaken', holder: entry.collection });
  if (entries.has(collection)) return reject({ kind: 'CollectionExists' });
  if (entries.size >= COLLECTION_LIMIT)
    return reject({ kind: 'TooManyCollections', limit: COLLECTION_LIMIT });
  if (!withinLimits(applyChange(noProperties, command.properties)))
    return reject({ kind: 'PropertiesTooLarge' });
  const properties = effectiveChange(noProperties, command.properties) ?? {};
  const of = owner === undefined ? {} : { owner };
  return accept({ type: 'CollectionAdded', collection, kind, segment, properties, ...of });
};

const decide = (command: HomeCommand, state: HomeState): Answer => {
  if (command.type === 'ProvisionHome')
    return state.provisioned
      ? accept()
      : accept(
          added('calendar', command.calendar, 'Personal Calendar'),
          added('addressbook', command.addressBook, 'Personal Address Book'),
        );
  if (command.type === 'AddCollection') return add(command, state);
  const entry = state.entries.get(command.collection);
  if (entry === undefined) return reject({ kind: 'CollectionNotFound' });
  if (command.type === 'RemoveCollection')
    return entry.segment === PERSONAL
      ? reject({ kind: 'PersonalCollectionStays' })
      : accept({ type: 'CollectionRemoved', collection: command.collection });
  const change = effectiveChange(entry.properties, command.change);
  if (change === undefined) return accept();
  if (!withinLimits(applyChange(entry.properties, change)))
    return reject({ kind: 'PropertiesTooLarge' });
  return accept({ type: 'CollectionPropertiesChanged', collection: command.collection, change });
};

/** The entry that an addition begins. */
export const entryOf = (added: Extract<HomeEvent, { type: 'CollectionAdded' }>): HomeEntry => {
  const { collection, kind, segment, owner } = added;
  const properties = applyChange(noProperties, added.properties);
  return { collection, kind, segment, properties, ...(owner === undefined ? {} : { owner }) };
};

const evolve = (state: HomeState, event: HomeEvent): HomeState => {
  const { entries } = state;
  switch (event.type) {
    case 'CollectionAdded': {
      entries.set(event.collection, entryOf(event));
      return state.provisioned ? state : { ...state, provisioned: true };
    }
    case 'CollectionPropertiesChanged': {
      const entry = entries.get(event.collection);
      if (entry !== undefined)
        entries.set(event.collection, {
          ...entry,
          properties: applyChange(entry.properties, event.change),
        });
      return state;
    }
    case 'CollectionRemoved':
      entries.delete(event.collection);
      return state;
  }
};

/** Which collections an account has, where they hang, and what it calls them. One stream an account. */
export const home: Decider<HomeCommand, HomeState, HomeEvent, HomeRejection> = {
  initial: () => ({ provisioned: false, entries: new Map() }),
  decide,
  evolve,
};
