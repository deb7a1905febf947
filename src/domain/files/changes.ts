import type { Precondition } from '../collection/precondition.ts';
import type { Content } from '../kernel/content.ts';
import type { ETag, Instant } from '../kernel/ids.ts';
import type { DeadChange, DeadProperties } from '../collection/dead-properties.ts';
import type { Folder, ItemPath, Measure } from './tree.ts';

export type FilesCommand =
  | {
      readonly type: 'StoreFile';
      readonly path: ItemPath;
      readonly etag: ETag;
      readonly mediaType: string;
      readonly content: Content;
      readonly at: Instant;
      readonly when: Precondition;
    }
  | {
      readonly type: 'MakeFolder';
      readonly path: ItemPath;
      readonly dead: DeadProperties;
      readonly at: Instant;
    }
  | {
      readonly type: 'ChangeItemProperties';
      readonly path: ItemPath;
      readonly dead: DeadChange;
      readonly when: Precondition;
    }
  /** `shallow`: a folder without what is in it (RFC 4918 §9.8.3, Depth 0). */
  | (Transfer & { readonly type: 'CopyItem'; readonly shallow: boolean; readonly at: Instant })
  | (Transfer & { readonly type: 'MoveItem' })
  | { readonly type: 'RemoveItem'; readonly path: ItemPath; readonly when: Precondition };

/** What COPY and MOVE are told. */
export interface Transfer {
  readonly from: ItemPath;
  readonly to: ItemPath;
  /** Whether what is at `to` may be replaced (RFC 4918 §10.6). */
  readonly overwrite: boolean;
  /** About `from`. */
  readonly when: Precondition;
}

export type FilesEvent =
  | {
      readonly type: 'FileStored';
      readonly path: ItemPath;
      readonly etag: ETag;
      readonly mediaType: string;
      readonly content: Content;
      readonly at: Instant;
      /** What the path held before; absent when it was free. */
      readonly replaced?: ETag;
    }
  | {
      readonly type: 'FolderMade';
      readonly path: ItemPath;
      readonly dead: DeadProperties;
      readonly at: Instant;
    }
  | {
      readonly type: 'ItemPropertiesChanged';
      readonly path: ItemPath;
      readonly dead: DeadChange;
    }
  | {
      readonly type: 'ItemCopied';
      readonly from: ItemPath;
      readonly to: ItemPath;
      readonly shallow: boolean;
      readonly at: Instant;
      /** Whether something was at `to`, and is gone now with everything in it. */
      readonly overwrote: boolean;
    }
  | {
      readonly type: 'ItemMoved';
      readonly from: ItemPath;
      readonly to: ItemPath;
      readonly overwrote: boolean;
    }
  /** With everything in it. */
  | { readonly type: 'ItemRemoved'; readonly path: ItemPath };

export type FilesRejection =
  /** `current` is a file's tag; folders have none. */
  | { readonly kind: 'PreconditionFailed'; readonly current: ETag | undefined }
  | { readonly kind: 'ItemNotFound' }
  | { readonly kind: 'ItemExists' }
  /** What the path would hang in is not there, or no folder. */
  | { readonly kind: 'ParentNotFound' }
  | { readonly kind: 'FolderInTheWay' }
  | { readonly kind: 'RootStays' }
  /** One of two paths lies within the other. */
  | { readonly kind: 'WithinItself' }
  | { readonly kind: 'TooDeep' }
  | { readonly kind: 'TooManyItems' }
  | { readonly kind: 'NoRoom' }
  | { readonly kind: 'PropertiesTooLarge' };

export interface FilesState {
  readonly root: Folder;
  /** Everything, the root included. */
  readonly total: Measure;
}
