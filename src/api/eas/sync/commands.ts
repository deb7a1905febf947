import type { Data } from '../../../domain/activesync/data.ts';
import { withoutInstance } from '../../../domain/activesync/calendar/calendar.ts';
import type { Context, Merged } from '../../../domain/activesync/item-class.ts';
import type { AnsweredCommand, HeldItem } from '../../../domain/activesync/sync-ledger.ts';
import type { ETag, ResourceName } from '../../../domain/kernel/ids.ts';
import { derivedId } from '../../derived-id.ts';
import { itemIdOf } from './item-id.ts';
import { heldOf, type Item, itemsNamed } from './items.ts';
import type { OpenFolder } from './opened.ts';
import { itemStatuses } from './statuses.ts';
import { deleteItem, writeItem, type Written } from './writing.ts';

/** What a client wants done with an item. */
export type ClientCommand =
  | { readonly kind: 'add'; readonly clientId: string; readonly data: Data }
  | {
      readonly kind: 'change';
      readonly id: string;
      readonly instance: string | undefined;
      readonly data: Data;
    }
  | { readonly kind: 'delete'; readonly id: string; readonly instance: string | undefined };

/** What commands are done with. */
export interface Doing {
  readonly opened: OpenFolder;
  /** SyncKey of the request: what it adds follows from it, so that repeating it adds nothing. */
  readonly key: string;
  readonly context: Context;
  readonly clientWins: boolean;
  /** What the device has, by ServerId. */
  readonly held: ReadonlyMap<string, HeldItem>;
  /** What there is, of what the device has. */
  readonly items: ReadonlyMap<ResourceName, Item>;
}

/** What a command is called in the ledger. */
export const clientNameOf = (command: ClientCommand): string =>
  command.kind === 'add' ? command.clientId : `${command.id} ${command.instance ?? ''}`;

const ATTEMPTS = 3;

const nothing = '' as ETag;

const answerTo = (
  command: ClientCommand,
  status: number,
  rest: Pick<AnsweredCommand, 'held' | 'dropped' | 'again'> = {},
): AnsweredCommand => ({
  kind: command.kind,
  client: clientNameOf(command),
  status,
  ...rest,
});

const currentItem = async (opened: OpenFolder, name: ResourceName): Promise<Item | undefined> =>
  (await itemsNamed(opened, [name])).get(name);

/** The item as it will be read once it is written. */
const heldAs = (opened: OpenFolder, name: ResourceName, text: string, etag: ETag): HeldItem => {
  const { ends } = heldOf(opened, { member: { name, etag }, text } as Item);
  return { id: itemIdOf(name), name, etag, ...(ends && { ends }) };
};

type Add = Extract<ClientCommand, { kind: 'add' }>;

/** What has the UID already is changed: some devices add what they got an invitation to. */
const addOver = async (doing: Doing, command: Add, holder: ResourceName) => {
  const { opened, context } = doing;
  const item = await currentItem(opened, holder);
  if (item === undefined || item.member.masked === true)
    return answerTo(command, itemStatuses.unusable);
  const merged = opened.itemClass.merge(item.text, command.data, context);
  if ('refused' in merged) return answerTo(command, merged.refused);
  const written = await writeItem(opened, holder, merged.object, item);
  if (!('etag' in written)) return answerTo(command, itemStatuses.unusable);
  return answerTo(command, itemStatuses.done, {
    held: heldAs(opened, holder, merged.object, written.etag),
  });
};

const add = async (doing: Doing, command: Add): Promise<AnsweredCommand> => {
  const { opened, key, context } = doing;
  const { account, device, folder } = opened.place;
  const origin = [account, device, folder, key, command.clientId].join(' ');
  const uid = derivedId('item of a device', origin);
  const suffix = opened.folder.row.kind === 'calendar' ? 'ics' : 'vcf';
  const name = `${uid}.${suffix}` as ResourceName;
  const merged = opened.itemClass.merge(undefined, command.data, { ...context, uid });
  if ('refused' in merged) return answerTo(command, merged.refused);
  const written = await writeItem(opened, name, merged.object, undefined);
  if ('etag' in written)
    return answerTo(command, itemStatuses.done, {
      held: heldAs(opened, name, merged.object, written.etag),
    });
  if (written.refused === 'same-uid') return addOver(doing, command, written.holder);
  if (written.refused !== 'changed') return answerTo(command, itemStatuses.unusable);
  // It was added when the request came first, and nobody could say so.
  const item = await currentItem(opened, name);
  return item === undefined
    ? answerTo(command, itemStatuses.unusable)
    : answerTo(command, itemStatuses.done, { held: heldOf(opened, item) });
};

type Change = Extract<ClientCommand, { kind: 'change' }>;

/** The server's word stands, and the device hears it. */
const overruled = (command: ClientCommand, name: ResourceName, dropped?: string) =>
  answerTo(command, itemStatuses.conflict, {
    again: name,
    ...(dropped === undefined ? {} : { dropped }),
  });

const changeOnce = async (
  { opened, clientWins }: Doing,
  command: ClientCommand,
  held: HeldItem,
  item: Item,
  merge: (text: string) => Merged,
): Promise<AnsweredCommand | 'again'> => {
  const { name } = held;
  const { member, text } = item;
  if (member.masked === true) return overruled(command, name);
  const merged = merge(text);
  if ('refused' in merged) return answerTo(command, merged.refused, { again: name });
  const isNews = member.etag !== held.etag;
  // What others changed is still to be told, where it was not replaced.
  const known = (etag: ETag) => heldAs(opened, name, merged.object, isNews ? nothing : etag);
  if (merged.object === text)
    return answerTo(command, itemStatuses.done, { held: known(member.etag) });
  if (isNews && !clientWins) return overruled(command, name);
  const written: Written = await writeItem(opened, name, merged.object, item);
  if ('etag' in written) return answerTo(command, itemStatuses.done, { held: known(written.etag) });
  if (written.refused === 'changed') return 'again';
  if (written.refused === 'gone') return answerTo(command, itemStatuses.gone);
  return written.refused === 'not-allowed'
    ? overruled(command, name)
    : answerTo(command, itemStatuses.unusable, { again: name });
};

const changeBy = async (
  doing: Doing,
  command: ClientCommand,
  id: string,
  merge: (text: string) => Merged,
): Promise<AnsweredCommand> => {
  const held = doing.held.get(id);
  if (held === undefined) return answerTo(command, itemStatuses.gone);
  let item = doing.items.get(held.name) ?? (await currentItem(doing.opened, held.name));
  for (let attempt = 0; attempt < ATTEMPTS && item !== undefined; attempt += 1) {
    const answer: AnsweredCommand | 'again' = await changeOnce(doing, command, held, item, merge);
    if (answer !== 'again') return answer;
    item = await currentItem(doing.opened, held.name);
  }
  // Deleting beats changing.
  return item === undefined ? answerTo(command, itemStatuses.gone) : overruled(command, held.name);
};

const change = (doing: Doing, command: Change): Promise<AnsweredCommand> => {
  const { id, instance, data } = command;
  const { opened, context } = doing;
  const told = instance === undefined ? context : { ...context, instance };
  return changeBy(doing, command, id, (text) => opened.itemClass.merge(text, data, told));
};

type Delete = Extract<ClientCommand, { kind: 'delete' }>;

const erase = async (doing: Doing, command: Delete): Promise<AnsweredCommand> => {
  const { id, instance } = command;
  const held = doing.held.get(id);
  if (held === undefined) return answerTo(command, itemStatuses.gone);
  if (instance !== undefined && doing.opened.folder.itemClass === 'Calendar') {
    const { context } = doing;
    const changed = await changeBy(doing, command, id, (text) =>
      withoutInstance(text, instance, context),
    );
    return changed;
  }
  const item = doing.items.get(held.name) ?? (await currentItem(doing.opened, held.name));
  if ((await deleteItem(doing.opened, held.name, item)) === 'not-allowed')
    return overruled(command, held.name, id);
  return answerTo(command, itemStatuses.done, { dropped: id });
};

const doOne = (doing: Doing, command: ClientCommand): Promise<AnsweredCommand> => {
  if (command.kind === 'add') return add(doing, command);
  return command.kind === 'change' ? change(doing, command) : erase(doing, command);
};

/**
 * Does what a client wants. Commands are handed over together, so that they are appended together; those on one item
 * follow each other.
 */
export const doAll = async (
  doing: Doing,
  commands: readonly ClientCommand[],
): Promise<readonly AnsweredCommand[]> => {
  const queues = new Map<string, Promise<AnsweredCommand>>();
  return Promise.all(
    commands.map((command) => {
      const item = command.kind === 'add' ? `+${command.clientId}` : command.id;
      const before = queues.get(item);
      const answer = before
        ? before.then((last) => doOne(following(doing, last), command))
        : doOne(doing, command);
      queues.set(item, answer);
      return answer;
    }),
  );
};

/** What follows on one item finds what came before it. */
const following = (doing: Doing, last: AnsweredCommand): Doing => {
  const held = new Map(doing.held);
  if (last.dropped !== undefined) held.delete(last.dropped);
  if (last.held !== undefined) held.set(last.held.id, last.held);
  return { ...doing, held, items: new Map() };
};
