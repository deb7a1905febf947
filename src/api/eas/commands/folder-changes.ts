import type { PropertyChange } from '../../../domain/home/properties.ts';
import type { HomeCommand } from '../../../domain/home/home.ts';
import type { Element } from '../../../domain/activesync/data.ts';
import type { CollectionId, Segment } from '../../../domain/kernel/ids.ts';
import type { StreamId } from '../../../domain/kernel/event-store.ts';
import { collectionStream, streams } from '../../../domain/kernel/streams.ts';
import { derivedId } from '../../derived-id.ts';
import type { CommandName } from '../command-names.ts';
import {
  type Folder,
  folderDigest,
  foldersOf,
  type ItemClass,
  ROOT,
  serverIdOf,
} from '../folders.ts';
import { newKey, requestDigest, stepFrom } from '../hierarchy.ts';
import { folderStatuses, homeStatuses } from '../status.ts';
import type { Command, EasRequest } from '../table.ts';
import { fields, integer, optional, type Reader, required, text } from '../wbxml/read.ts';

const tag = (name: string, value: Element['value']): Element => ({
  tag: `folderhierarchy:${name}`,
  value,
});

type Status = number;

/** What a change came to: the folder that it is about, and what is said of it since; no digest: it is gone. */
interface Changed {
  readonly serverId: string;
  readonly digest?: string;
}

/** Does the change. A second time it finds done what it did, and answers alike. */
type Change = (request: EasRequest) => Promise<Changed | Status>;

const waitFor = async ({ services }: EasRequest, stream: StreamId, revision: unknown) => {
  if (typeof revision === 'bigint') await services.seen(stream, revision);
};

const changeHome = async (request: EasRequest, command: HomeCommand): Promise<Status> => {
  const { services, principal, by } = request;
  const stream = streams.home(principal.account);
  const done = await services.homes({ stream, owner: principal.account, command, by });
  if ('rejected' in done) return homeStatuses[done.rejected.kind];
  await waitFor(request, stream, done.revision);
  return folderStatuses.done;
};

/** Kinds of folders that people may make (MS-ASCMD 2.2.3.186.3). */
const creatable: Readonly<Record<number, ItemClass>> = {
  13: 'Calendar',
  14: 'Contacts',
  15: 'Tasks',
  17: 'Notes',
};
const components = { Calendar: 'VEVENT', Tasks: 'VTODO', Notes: 'VJOURNAL' } as const;

const NAME_LIMIT = 255;
const isName = (name: string): boolean =>
  name.trim() !== '' && name.length <= NAME_LIMIT && !/\p{Cc}/u.test(name);

const isSpecial = ({ type }: Folder): boolean => type >= 7 && type <= 10;

/** Whether another folder beside it has the name. */
const isTaken = (
  folders: readonly Folder[],
  itemClass: ItemClass,
  name: string,
  but: string,
): boolean =>
  folders.some(
    (one) => one.itemClass === itemClass && one.displayName === name && one.serverId !== but,
  );

const makeStream = async (
  request: EasRequest,
  itemClass: ItemClass,
  collection: CollectionId,
): Promise<void> => {
  const { services, principal, by } = request;
  const { account } = principal;
  const at = { owner: account, by };
  if (itemClass === 'Contacts') {
    const stream = streams.addressbook(collection);
    const command = { type: 'CreateAddressBook', owner: account } as const;
    const made = await services.addressBooks({ ...at, stream, command });
    await waitFor(request, stream, 'accepted' in made && made.revision);
    return;
  }
  const stream = streams.calendar(collection);
  const made = await services.calendars({
    ...{ ...at, stream },
    command: { type: 'CreateCalendar', owner: account, components: [components[itemClass]] },
  });
  await waitFor(request, stream, 'accepted' in made && made.revision);
};

/**
 * The collection's id follows from the request: one that was cut short between the collection and its answer, and is
 * repeated, finds what it made.
 */
const create =
  (digest: string, parentId: string, name: string, type: number): Change =>
  async (request) => {
    const { account } = request.principal;
    const itemClass = creatable[type];
    if (itemClass === undefined || !isName(name)) return folderStatuses.malformed;
    if (parentId !== ROOT) return folderStatuses.parentNotFound;
    const collection = derivedId(
      'folder of a device',
      `${account} ${request.device.id} ${digest}`,
    ) as CollectionId;
    const serverId = serverIdOf(itemClass, { collection });
    const folders = await foldersOf(request);
    if (isTaken(folders, itemClass, name, serverId)) return folderStatuses.exists;
    const made = { serverId, digest: folderDigest({ displayName: name, type }) };
    if (folders.some((one) => one.serverId === serverId)) return made;
    await makeStream(request, itemClass, collection);
    const status = await changeHome(request, {
      type: 'AddCollection',
      collection,
      kind: itemClass === 'Contacts' ? 'addressbook' : 'calendar',
      segment: collection.toUpperCase() as Segment,
      properties: { displayName: name },
    });
    return status === folderStatuses.done ? made : status;
  };

const rename =
  (serverId: string, parentId: string, name: string): Change =>
  async (request) => {
    const folders = await foldersOf(request);
    const folder = folders.find((one) => one.serverId === serverId);
    if (folder === undefined) return folderStatuses.notFound;
    if (isSpecial(folder)) return folderStatuses.exists;
    if (parentId !== ROOT) return folderStatuses.parentNotFound;
    if (!isName(name)) return folderStatuses.malformed;
    if (isTaken(folders, folder.itemClass, name, serverId)) return folderStatuses.exists;
    const change: PropertyChange = { displayName: name };
    const { collection } = folder.entry;
    const status = await changeHome(request, {
      type: 'ChangeCollectionProperties',
      ...{ collection, change },
    });
    if (status !== folderStatuses.done) return status;
    return { serverId, digest: folderDigest({ displayName: name, type: folder.type }) };
  };

const deleteStream = async (request: EasRequest, { entry, row }: Folder): Promise<void> => {
  const { services, principal, by } = request;
  const at = { owner: principal.account, by };
  const stream = collectionStream(entry.kind, entry.collection);
  const deleted =
    row.kind === 'calendar'
      ? await services.calendars({ ...at, stream, command: { type: 'DeleteCalendar' } })
      : await services.addressBooks({ ...at, stream, command: { type: 'DeleteAddressBook' } });
  await waitFor(request, stream, 'accepted' in deleted && deleted.revision);
};

const remove =
  (serverId: string): Change =>
  async (request) => {
    const folders = await foldersOf(request);
    const folder = folders.find((one) => one.serverId === serverId);
    if (folder === undefined) return folderStatuses.notFound;
    const { entry, itemClass } = folder;
    const beside = folders.filter((one) => one.entry.collection === entry.collection);
    // Tasks beside events are one collection: deleting them must not delete the events.
    if (isSpecial(folder) || (beside.length > 1 && itemClass !== 'Calendar'))
      return folderStatuses.special;
    // What one has subscribed to stays its owner's.
    if (entry.owner === undefined) await deleteStream(request, folder);
    const { collection } = entry;
    const status = await changeHome(request, { type: 'RemoveCollection', collection });
    return status === folderStatuses.done || status === folderStatuses.notFound
      ? { serverId }
      : status;
  };

const answer = (command: CommandName, status: Status, ...rest: readonly Element[]) => ({
  element: tag(command, [tag('Status', String(status)), ...rest]),
});

/** Does a change once, however often its request is repeated, and leads the device to the key behind it. */
const changing = async (
  request: EasRequest,
  name: CommandName,
  asked: { readonly syncKey: string; readonly digest: string; readonly change: Change },
) => {
  const done = (key: string, serverId: string) =>
    answer(
      name,
      folderStatuses.done,
      tag('SyncKey', key),
      ...(name === 'FolderCreate' ? [tag('ServerId', serverId)] : []),
    );
  const answered = await stepFrom(request, asked.syncKey, async ({ base, row }) => {
    if (base === undefined || row === undefined)
      return { result: answer(name, folderStatuses.wrongKey) };
    if (row.answered?.request === asked.digest)
      return { result: done(row.sent.key, row.answered.serverId) };
    if (base.key !== row.sent.key) return { result: answer(name, folderStatuses.wrongKey) };
    const changed = await asked.change(request);
    if (typeof changed === 'number') return { result: answer(name, changed) };
    const { serverId, digest } = changed;
    const key = newKey(row);
    const { [serverId]: _old, ...others } = base.folders;
    const folders = digest === undefined ? others : { ...others, [serverId]: digest };
    return {
      result: done(key, serverId),
      keep: {
        ...{ before: base, sent: { key, folders } },
        answered: { request: asked.digest, serverId },
      },
    };
  });
  return answered ?? answer(name, folderStatuses.wrongKey);
};

interface Asked {
  readonly syncKey: string;
  readonly serverId?: string | undefined;
  readonly parentId?: string | undefined;
  readonly displayName?: string | undefined;
  readonly type?: number | undefined;
}

const syncKey = required('folderhierarchy:SyncKey', text(64));
const serverId = required('folderhierarchy:ServerId', text(64));
const parentId = required('folderhierarchy:ParentId', text(64));
const displayName = required('folderhierarchy:DisplayName', text());

const commandOf = (
  name: 'FolderCreate' | 'FolderUpdate' | 'FolderDelete',
  source: string,
  read: Reader<Asked>,
  changeOf: (asked: Asked, digest: string) => Change,
): Command => ({
  ...{ name, source },
  since: '12.1',
  until: '16.1',
  root: `folderhierarchy:${name}`,
  status: 'folderhierarchy:Status',
  needsPolicy: true,
  inQuarantine: false,
  limit: 16 * 1024,
  mayBeEmpty: false,
  async handle(request) {
    const asked = request.read(read);
    const digest = requestDigest(
      ...[name, asked.syncKey, asked.serverId ?? '', asked.parentId ?? ''],
      ...[asked.displayName ?? '', String(asked.type ?? '')],
    );
    const change = changeOf(asked, digest);
    return changing(request, name, { syncKey: asked.syncKey, digest, change });
  },
});

/** Makes a calendar, an address book, a list of tasks or of notes. */
export const folderCreate = commandOf(
  'FolderCreate',
  'MS-ASCMD 2.2.1.2',
  fields({ syncKey, parentId, displayName, type: required('folderhierarchy:Type', integer) }),
  (asked, digest) => create(digest, asked.parentId ?? '', asked.displayName ?? '', asked.type ?? 0),
);

/** Gives a folder another name, as this account sees it. */
export const folderUpdate = commandOf(
  'FolderUpdate',
  'MS-ASCMD 2.2.1.6',
  fields({
    syncKey,
    serverId,
    parentId: optional('folderhierarchy:ParentId', text(64)),
    displayName,
  }),
  (asked) => rename(asked.serverId ?? '', asked.parentId ?? ROOT, asked.displayName ?? ''),
);

/** Deletes a collection with all that is in it, or ends a subscription. */
export const folderDelete = commandOf(
  'FolderDelete',
  'MS-ASCMD 2.2.1.3',
  fields({ syncKey, serverId }),
  (asked) => remove(asked.serverId ?? ''),
);
