import type { FilesState } from '../../../domain/files/changes.ts';
import { type ItemPath, itemAt, parentAt } from '../../../domain/files/tree.ts';
import type { Segment } from '../../../domain/kernel/ids.ts';
import type { Principal } from '../../services.ts';
import type { Resource } from '../resource.ts';

export type FolderResource = Extract<Resource, { readonly kind: 'folder' }>;
export type FileResource = Extract<Resource, { readonly kind: 'file' }>;
export type UnmappedResource = Extract<Resource, { readonly kind: 'unmapped' }>;
/** A place in `/SOGo/dav/USER/Files/`. */
export type FilesResource = FolderResource | FileResource | UnmappedResource;

/** What a path below `Files` means. */
export const filesResource = (
  principal: Principal,
  state: FilesState,
  segments: readonly string[],
): Resource => {
  const at: ItemPath = segments.map((segment) => segment as Segment);
  const item = itemAt(state.root, at);
  if (item?.kind === 'folder')
    return { kind: 'folder', principal, at, folder: item, total: state.total };
  if (item?.kind === 'file') return { kind: 'file', principal, at, file: item };
  return parentAt(state.root, at) === undefined
    ? { kind: 'nothing', orphan: true }
    : { kind: 'unmapped', principal, at };
};

/** Whether a resource is one of the `Files`, there or not. */
export const isInFiles = (resource: Resource): resource is FilesResource =>
  resource.kind === 'folder' || resource.kind === 'file' || resource.kind === 'unmapped';
