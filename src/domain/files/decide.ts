import { charactersOf, withDead } from '../collection/dead-properties.ts';
import { holds } from '../collection/precondition.ts';
import { sizeOf } from '../kernel/content.ts';
import { accept, type Decision, reject } from '../kernel/decision.ts';
import type { ETag } from '../kernel/ids.ts';
import type { FilesCommand, FilesEvent, FilesRejection, FilesState, Transfer } from './changes.ts';
import { FILE_LIMITS } from './limits.ts';
import {
  copyOf,
  emptyFolder,
  type Item,
  itemAt,
  heightOf,
  isWithin,
  type Measure,
  measure,
  minus,
  parentAt,
  plus,
} from './tree.ts';

type Answer = Decision<FilesEvent, FilesRejection>;
type Command<Type extends FilesCommand['type']> = Extract<FilesCommand, { type: Type }>;

const tagOf = (item: Item | undefined): ETag | undefined =>
  item?.kind === 'file' ? item.etag : undefined;

/** Why so much more cannot be kept. */
const excess = (total: Measure): FilesRejection | undefined => {
  if (total.items > FILE_LIMITS.items) return { kind: 'TooManyItems' };
  if (total.octets > FILE_LIMITS.octets) return { kind: 'NoRoom' };
  return total.characters > FILE_LIMITS.characters ? { kind: 'PropertiesTooLarge' } : undefined;
};

const store = (command: Command<'StoreFile'>, { root, total }: FilesState): Answer => {
  const { path, etag, mediaType, content, at, when } = command;
  const parent = parentAt(root, path);
  if (parent === undefined) return reject({ kind: 'ParentNotFound' });
  const current = itemAt(root, path);
  if (current?.kind === 'folder') return reject({ kind: 'FolderInTheWay' });
  if (!holds(when, current?.etag))
    return reject({ kind: 'PreconditionFailed', current: current?.etag });
  if (current?.etag === etag && current.type === mediaType) return accept();
  if (path.length > FILE_LIMITS.depth) return reject({ kind: 'TooDeep' });
  const before = measure(current);
  const after = { ...before, items: 1, octets: sizeOf(content) };
  const why = excess(plus(minus(total, before), after));
  if (why !== undefined) return reject(why);
  const replaced = current === undefined ? {} : { replaced: current.etag };
  return accept({ type: 'FileStored', path, etag, mediaType, content, at, ...replaced });
};

const make = ({ path, dead, at }: Command<'MakeFolder'>, { root, total }: FilesState): Answer => {
  if (itemAt(root, path) !== undefined) return reject({ kind: 'ItemExists' });
  if (parentAt(root, path) === undefined) return reject({ kind: 'ParentNotFound' });
  if (path.length > FILE_LIMITS.depth) return reject({ kind: 'TooDeep' });
  const folder = emptyFolder(dead, at);
  if (!withinLimits(folder)) return reject({ kind: 'PropertiesTooLarge' });
  const why = excess(plus(total, measure(folder)));
  return why === undefined ? accept({ type: 'FolderMade', path, dead, at }) : reject(why);
};

const withinLimits = ({ dead }: Item): boolean =>
  dead.size <= FILE_LIMITS.properties && charactersOf(dead) <= FILE_LIMITS.itemCharacters;

const change = (command: Command<'ChangeItemProperties'>, state: FilesState): Answer => {
  const { path, when } = command;
  const item = itemAt(state.root, path);
  if (!holds(when, tagOf(item)))
    return reject({ kind: 'PreconditionFailed', current: tagOf(item) });
  if (item === undefined) return reject({ kind: 'ItemNotFound' });
  const dead = new Map(
    [...command.dead].filter(([name, xml]) => xml !== (item.dead.get(name) ?? null)),
  );
  if (dead.size === 0) return accept();
  const changed = { ...item, dead: withDead(item.dead, dead) };
  const more = charactersOf(changed.dead) - charactersOf(item.dead);
  const total = { ...state.total, characters: state.total.characters + more };
  if (!withinLimits(changed) || (more > 0 && excess(total) !== undefined))
    return reject({ kind: 'PropertiesTooLarge' });
  return accept({ type: 'ItemPropertiesChanged', path, dead });
};

/** What COPY and MOVE have in common: the source, and whether something is at the destination. */
const transfer = (
  { from, to, overwrite, when }: Transfer,
  { root }: FilesState,
): { readonly source: Item; readonly target: Item | undefined } | FilesRejection => {
  const source = itemAt(root, from);
  if (!holds(when, tagOf(source))) return { kind: 'PreconditionFailed', current: tagOf(source) };
  if (source === undefined) return { kind: 'ItemNotFound' };
  if (isWithin(to, from) || isWithin(from, to)) return { kind: 'WithinItself' };
  if (parentAt(root, to) === undefined) return { kind: 'ParentNotFound' };
  const target = itemAt(root, to);
  if (target !== undefined && !overwrite)
    return { kind: 'PreconditionFailed', current: tagOf(target) };
  return { source, target };
};

const copy = (command: Command<'CopyItem'>, state: FilesState): Answer => {
  const found = transfer(command, state);
  if ('kind' in found) return reject(found);
  const { source, target } = found;
  const { from, to, shallow, at } = command;
  const more = measure(shallow ? copyOf(source, true, at) : source);
  if (more.items > FILE_LIMITS.copied) return reject({ kind: 'TooManyItems' });
  if (to.length - 1 + (shallow ? 1 : heightOf(source)) > FILE_LIMITS.depth)
    return reject({ kind: 'TooDeep' });
  const why = excess(plus(minus(state.total, measure(target)), more));
  if (why !== undefined) return reject(why);
  return accept({ type: 'ItemCopied', from, to, shallow, at, overwrote: target !== undefined });
};

const move = (command: Command<'MoveItem'>, state: FilesState): Answer => {
  const found = transfer(command, state);
  if ('kind' in found) return reject(found);
  const { from, to } = command;
  if (to.length - 1 + heightOf(found.source) > FILE_LIMITS.depth)
    return reject({ kind: 'TooDeep' });
  return accept({ type: 'ItemMoved', from, to, overwrote: found.target !== undefined });
};

const remove = ({ path, when }: Command<'RemoveItem'>, { root }: FilesState): Answer => {
  const item = itemAt(root, path);
  if (path.length === 0) return reject({ kind: 'RootStays' });
  if (!holds(when, tagOf(item)))
    return reject({ kind: 'PreconditionFailed', current: tagOf(item) });
  return item === undefined
    ? reject({ kind: 'ItemNotFound' })
    : accept({ type: 'ItemRemoved', path });
};

/** What a command comes to in a tree. */
export const decide = (command: FilesCommand, state: FilesState): Answer => {
  switch (command.type) {
    case 'StoreFile':
      return store(command, state);
    case 'MakeFolder':
      return make(command, state);
    case 'ChangeItemProperties':
      return change(command, state);
    case 'CopyItem':
      return copy(command, state);
    case 'MoveItem':
      return move(command, state);
    case 'RemoveItem':
      return remove(command, state);
  }
};
