import { charactersOf, withDead } from '../collection/dead-properties.ts';
import type { FilesEvent, FilesState } from './changes.ts';
import {
  copyOf,
  emptyFolder,
  type Item,
  type ItemPath,
  itemAt,
  type Folder,
  measure,
  minus,
  parentAt,
  plus,
} from './tree.ts';

/** What an event makes of a tree, whose folders it changes in place. */
export const evolve = (state: FilesState, event: FilesEvent): FilesState => {
  const { root } = state;
  switch (event.type) {
    case 'FileStored': {
      const { path, etag, mediaType, content, at } = event;
      const before = itemAt(root, path);
      const kept = before?.kind === 'file' ? before : { createdAt: at, dead: new Map() };
      const { createdAt, dead } = kept;
      const file = { kind: 'file', etag, type: mediaType, content, dead } as const;
      return hung(state, path, { ...file, createdAt, modifiedAt: at });
    }
    case 'FolderMade':
      return hung(state, event.path, emptyFolder(event.dead, event.at));
    case 'ItemPropertiesChanged': {
      const item = itemAt(root, event.path);
      if (item === undefined) return state;
      const dead = withDead(item.dead, event.dead);
      const changed = put(root, event.path, { ...item, dead });
      const characters = state.total.characters + charactersOf(dead) - charactersOf(item.dead);
      return { root: changed, total: { ...state.total, characters } };
    }
    case 'ItemCopied': {
      const source = itemAt(root, event.from);
      return source === undefined
        ? state
        : hung(state, event.to, copyOf(source, event.shallow, event.at));
    }
    case 'ItemMoved': {
      const source = itemAt(root, event.from);
      return source === undefined ? state : hung(hung(state, event.from), event.to, source);
    }
    case 'ItemRemoved':
      return hung(state, event.path);
  }
};

/** The tree with an item at a path, in the place of whatever was there; without one, with nothing there. */
const hung = ({ root, total }: FilesState, path: ItemPath, item?: Item): FilesState => {
  const before = measure(itemAt(root, path));
  return { root: put(root, path, item), total: plus(minus(total, before), measure(item)) };
};

const put = (root: Folder, path: ItemPath, item: Item | undefined): Folder => {
  const name = path.at(-1);
  if (name === undefined) return item?.kind === 'folder' ? item : root;
  const items = parentAt(root, path)?.items;
  if (item === undefined) items?.delete(name);
  else items?.set(name, item);
  return root;
};
