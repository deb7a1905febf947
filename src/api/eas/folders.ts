import { createHash } from 'node:crypto';
import type { Component } from '../../domain/calendar/calendar.ts';
import { type HomeEntry, PERSONAL } from '../../domain/home/home.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import { collectionStream } from '../../domain/kernel/streams.ts';
import { type Access, accessTo } from '../../domain/rights/access.ts';
import { classifications } from '../../domain/rights/roles.ts';
import type { CollectionRow } from '../../projections/collection/rows.ts';
import { isBarred } from '../dav/barred.ts';
import { notesOf } from './notes.ts';
import type { EasRequest } from './table.ts';

/** The classes of items that are served (MS-ASCMD 2.2.3.27). */
export type ItemClass = 'Calendar' | 'Contacts' | 'Tasks' | 'Notes';

/** One folder as a device sees it: a collection, or what of it is of one class. */
export interface Folder {
  readonly serverId: string;
  readonly displayName: string;
  /** MS-ASCMD 2.2.3.186.2 */
  readonly type: number;
  readonly itemClass: ItemClass;
  /** Which components of a calendar are its items; absent: those of an address book. */
  readonly component?: Component;
  readonly entry: HomeEntry;
  readonly stream: StreamId;
  /** Of the collection as its own tables have it. */
  readonly row: CollectionRow;
  readonly access: Access;
  /** Whether nothing in it may be changed at all. */
  readonly isReadOnly: boolean;
}

type Asking = Pick<EasRequest, 'services' | 'principal' | 'device' | 'version'>;

interface View {
  readonly itemClass: ItemClass;
  /** Before the collection's id in a ServerId: the same collection may be several folders. */
  readonly letter: string;
  readonly component?: Component;
  /** Types of the account's own first one, and of all others. */
  readonly types: readonly [first: number, other: number];
}

const views = {
  events: { itemClass: 'Calendar', letter: 'c', component: 'VEVENT', types: [8, 13] },
  tasks: { itemClass: 'Tasks', letter: 't', component: 'VTODO', types: [7, 15] },
  notes: { itemClass: 'Notes', letter: 'n', component: 'VJOURNAL', types: [10, 17] },
  cards: { itemClass: 'Contacts', letter: 'a', types: [9, 14] },
} as const satisfies Record<string, View>;

/** The root of all folders (MS-ASCMD 2.2.3.123). */
export const ROOT = '0';

/** Of a folder that no program need know what to do with. */
const UNKNOWN_TYPE = 18;

/**
 * `outlookContacts` of Outlook 2013 and later: it does not know what to do with a second folder of contacts, and stops
 * synchronizing the first one, unless that is of an unknown type.
 */
const isOutlook = (type: string): boolean => /^WindowsOutlook/i.test(type);

/** Notes are a folder of their own where nothing but notes is in the calendar: who keeps a diary among events sees those. */
const viewsOf = ({ kind, components }: CollectionRow): readonly View[] => {
  if (kind === 'addressbook') return [views.cards];
  const has = (component: Component): boolean => components.includes(component);
  return [
    ...(has('VEVENT') ? [views.events] : []),
    ...(has('VTODO') ? [views.tasks] : []),
    ...(has('VJOURNAL') && !has('VEVENT') ? [views.notes] : []),
  ];
};

/** Whether somebody wants a collection on devices: their personal ones always, others as they said, else their own. */
const isWanted = ({ segment, owner, properties }: HomeEntry): boolean =>
  (segment === PERSONAL && owner === undefined) ||
  (properties.synchronize ?? (owner === undefined && properties.source === undefined));

const isReadOnly = (entry: HomeEntry, access: Access): boolean =>
  entry.properties.source !== undefined ||
  !(
    access.isOwner ||
    access.create ||
    access.erase ||
    classifications.some((one) => access.levels[one] === 'modify')
  );

export const serverIdOf = (itemClass: ItemClass, { collection }: Pick<HomeEntry, 'collection'>) => {
  const view = Object.values(views).find((one) => one.itemClass === itemClass);
  return `${view?.letter ?? ''}${collection.replaceAll('-', '')}`;
};

const typeOf = (asking: Asking, view: View, entry: HomeEntry): number => {
  const isOwn = entry.owner === undefined;
  const isFirst =
    isOwn &&
    (view.itemClass === 'Notes'
      ? entry.collection === notesOf(asking.principal.account)
      : entry.segment === PERSONAL);
  const [first, other] = view.types;
  if (isFirst) return first;
  return view.itemClass === 'Contacts' && isOutlook(asking.device.type) ? UNKNOWN_TYPE : other;
};

/**
 * The folders of somebody's home that a device is shown, in the home's order: of every collection that they want
 * there and have a right on, what is of a class that the version has. There are no folders of mail.
 */
export const foldersOf = async (asking: Asking): Promise<readonly Folder[]> => {
  const { services, principal, version } = asking;
  const [home, asker] = await Promise.all([
    services.home(principal.account),
    services.sharing.askerOf(principal),
  ]);
  const entries = home.entries.filter(
    (entry) => isWanted(entry) && !isBarred(principal, entry.kind),
  );
  const placed = entries.map((entry) => ({
    entry,
    stream: collectionStream(entry.kind, entry.collection),
  }));
  const rows = await services.collections.collections(placed.map(({ stream }) => stream));
  return placed.flatMap(({ entry, stream }): Folder[] => {
    const row = rows.get(stream);
    const access = row?.status === 'live' ? accessTo(asker, row) : undefined;
    if (row === undefined || access === undefined) return [];
    return viewsOf(row)
      .filter(({ itemClass }) => itemClass !== 'Notes' || version !== '12.1')
      .map((view) => ({
        serverId: serverIdOf(view.itemClass, entry),
        displayName: entry.properties.displayName ?? entry.segment,
        type: typeOf(asking, view, entry),
        itemClass: view.itemClass,
        ...(view.component === undefined ? {} : { component: view.component }),
        ...{ entry, stream, row, access },
        isReadOnly: isReadOnly(entry, access),
      }));
  });
};

/** What is said of a folder, as a text that is another when something else is said. */
export const folderDigest = ({ displayName, type }: Pick<Folder, 'displayName' | 'type'>): string =>
  createHash('sha256')
    .update(JSON.stringify([ROOT, displayName, type]))
    .digest('base64url')
    .slice(0, 16);
