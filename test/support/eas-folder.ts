import type { Data, Element } from '../../src/domain/activesync/data.ts';
import { all, childrenOf, type EasAnswered, type EasDevice, el, textAt } from './eas.ts';

/** What came of a Sync of one folder. */
export interface Synced {
  readonly status: string | undefined;
  readonly key: string;
  readonly more: boolean;
  readonly added: readonly Told[];
  readonly changed: readonly Told[];
  readonly deleted: readonly string[];
  readonly soft: readonly string[];
  /** Answers to commands: what, ClientId or ServerId, Status, ServerId. */
  readonly responses: readonly Response[];
  readonly raw: EasAnswered;
}
interface Told {
  readonly id: string;
  readonly data: Data;
}
interface Response {
  readonly tag: string;
  readonly client: string | undefined;
  readonly id: string | undefined;
  readonly status: string | undefined;
  readonly data: Data;
}

export const keyless = (name: string, ...value: readonly (Element | string)[]): Element =>
  el(`airsync:${name}`, ...value);

export const folderOf = (id: string, key: string, ...rest: readonly Element[]): Element =>
  keyless('Collection', keyless('SyncKey', key), keyless('CollectionId', id), ...rest);

export const syncOf = (...folders: readonly Element[]): Element =>
  keyless('Sync', keyless('Collections', ...folders));

const partsOf = (collection: Element | undefined, part: string, name: string) =>
  childrenOf(childrenOf(collection).find(({ tag }) => tag === `airsync:${part}`)).filter(
    ({ tag }) => tag === `airsync:${name}`,
  );
const idOf = (element: Element): string => textAt(element, 'airsync:ServerId') ?? '';
const dataIn = (element: Element): Data =>
  childrenOf(childrenOf(element).find(({ tag }) => tag === 'airsync:ApplicationData'));

const textOf = (value: Element['value'] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const syncedFrom = (raw: EasAnswered, id: string, key: string): Synced => {
  const collection = all(raw.root, 'airsync:Collection').find(
    (one) => textAt(one, 'airsync:CollectionId') === id,
  );
  const told = (name: string) =>
    partsOf(collection, 'Commands', name).map((one) => ({ id: idOf(one), data: dataIn(one) }));
  const status = collection ?? raw.root;
  const found = childrenOf(status).find(({ tag }) => tag === 'airsync:Status')?.value;
  return {
    status: raw.octets.length === 0 ? 'empty' : textOf(found),
    key: textAt(collection, 'airsync:SyncKey') ?? key,
    more: childrenOf(collection).some(({ tag }) => tag === 'airsync:MoreAvailable'),
    added: told('Add'),
    changed: told('Change'),
    deleted: told('Delete').map((one) => one.id),
    soft: told('SoftDelete').map((one) => one.id),
    responses: childrenOf(
      childrenOf(collection).find(({ tag }) => tag === 'airsync:Responses'),
    ).map((one) => ({
      tag: one.tag.replace('airsync:', ''),
      client: textAt(one, 'airsync:ClientId'),
      id: textAt(one, 'airsync:ServerId'),
      status: textOf(childrenOf(one).find(({ tag }) => tag === 'airsync:Status')?.value),
      data: dataIn(one),
    })),
    raw,
  };
};

/** One folder as a device keeps it: by ServerId what it was told. */
export interface FolderCopy {
  readonly id: string;
  key: string;
  readonly items: Map<string, Data>;
  /** One request, whose answer is taken in. */
  sync(...rest: readonly Element[]): Promise<Synced>;
  /** One request with a key, whose answer is not taken in. */
  ask(key: string, ...rest: readonly Element[]): Promise<Synced>;
  /** Requests until there is no more; how many. */
  pull(...rest: readonly Element[]): Promise<number>;
  take(synced: Synced): void;
}

export const folderCopy = (device: EasDevice, id: string): FolderCopy => {
  const copy: FolderCopy = {
    id,
    key: '0',
    items: new Map(),
    async ask(key, ...rest) {
      return syncedFrom(await device.send('Sync', syncOf(folderOf(id, key, ...rest))), id, key);
    },
    take({ key, added, changed, deleted, soft }) {
      copy.key = key;
      for (const one of [...added, ...changed]) copy.items.set(one.id, one.data);
      for (const gone of [...deleted, ...soft]) copy.items.delete(gone);
    },
    async sync(...rest) {
      const synced = await copy.ask(copy.key, ...rest);
      copy.take(synced);
      return synced;
    },
    async pull(...rest) {
      for (let count = 1; ; count += 1) if (!(await copy.sync(...rest)).more) return count;
    },
  };
  return copy;
};

/** ServerId of the first folder of a type, and of a name where one is given. */
export const folderOfType = async (
  device: EasDevice,
  type: string,
  name?: string,
): Promise<string> => {
  const { root } = await device.send(
    'FolderSync',
    el('folderhierarchy:FolderSync', el('folderhierarchy:SyncKey', '0')),
  );
  const found = all(root, 'folderhierarchy:Add').find(
    (one) =>
      textAt(one, 'folderhierarchy:Type') === type &&
      (name === undefined || textAt(one, 'folderhierarchy:DisplayName') === name),
  );
  return textAt(found, 'folderhierarchy:ServerId') ?? '';
};
