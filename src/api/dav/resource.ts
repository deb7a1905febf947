import type { ItemPath, Folder, Measure, PlainFile } from '../../domain/files/tree.ts';
import type { HomeEntry } from '../../domain/home/home.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { ResourceName, Segment } from '../../domain/kernel/ids.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { Book } from '../books/book.ts';
import type { Known } from '../books/principals.ts';
import type { ExportForm } from './forms/exports.ts';
import type { Asker } from '../../domain/rights/access.ts';
import type { Delegation } from '../../domain/rights/delegation.ts';
import type { Principal } from '../services.ts';

/**
 * What a path under `/SOGo/dav/` means to whoever asks. What they have no rights on is `nothing`, as is
 * whatever does not exist. `principal` is always in whose tree it is.
 */
export type Resource =
  /** `/SOGo/dav/` */
  | { readonly kind: 'root' }
  /** `/SOGo/dav/USER/`: principal and home of USER in one. */
  | { readonly kind: 'principal'; readonly principal: Principal }
  /** `/SOGo/dav/USER/` of somebody else whom a directory knows, `/SOGo/dav/@ID/` of a group. */
  | { readonly kind: 'known-principal'; readonly principal: Principal; readonly known: Known }
  /** `/SOGo/dav/USER/Calendar/`, `/SOGo/dav/USER/Contacts/` */
  | { readonly kind: 'home'; readonly principal: Principal; readonly of: CollectionKind }
  /** `/SOGo/dav/USER/calendar-proxy-read/`, `/SOGo/dav/USER/calendar-proxy-write/` */
  | { readonly kind: 'calendar-proxy'; readonly principal: Principal; readonly of: Delegation }
  /** `/SOGo/dav/USER/notifications/`, one's own alone. */
  | { readonly kind: 'notifications'; readonly principal: Principal }
  /** A path of a notification; whether there is one is for the method to see. */
  | { readonly kind: 'notification'; readonly principal: Principal; readonly name: string }
  /** `/SOGo/dav/USER/freebusy.ifb` */
  | { readonly kind: 'free-busy'; readonly principal: Principal }
  /** `/SOGo/dav/USER/Calendar/inbox/`, `/SOGo/dav/USER/Calendar/outbox/` (RFC 6638 §2) */
  | { readonly kind: 'schedule-inbox'; readonly principal: Principal }
  | { readonly kind: 'schedule-outbox'; readonly principal: Principal }
  | CollectionResource
  /** A path of an object in a collection of a home; whether either lives is for the method to see. */
  | {
      readonly kind: 'object';
      readonly principal: Principal;
      readonly collection: CollectionResource;
      readonly name: ResourceName;
    }
  /** `ID.ics`, `ID.vcf` or `ID.xml` beside a collection: the whole of it as one file, to be read only. */
  | {
      readonly kind: 'export';
      readonly principal: Principal;
      readonly collection: CollectionResource;
      /** Last path segment, decoded. */
      readonly name: string;
      /** What its ending offers, the usual one first. */
      readonly forms: readonly [ExportForm, ...ExportForm[]];
    }
  /** A directory, as an address book in the home of address books. */
  | DirectoryResource
  /** A path of an entry's card in a directory; whether there is one is for the method to see. */
  | {
      readonly kind: 'directory-card';
      readonly principal: Principal;
      readonly directory: DirectoryResource;
      /** Last path segment, decoded. */
      readonly name: string;
    }
  /** A free place in a home, where MKCALENDAR or MKCOL may make a collection. */
  | {
      readonly kind: 'vacant';
      readonly principal: Principal;
      readonly of: CollectionKind;
      readonly segment: Segment;
    }
  /** A folder of `/SOGo/dav/USER/Files/`, which is one itself. */
  | {
      readonly kind: 'folder';
      readonly principal: Principal;
      readonly at: ItemPath;
      readonly folder: Folder;
      /** Of all the account's files. */
      readonly total: Measure;
    }
  | {
      readonly kind: 'file';
      readonly principal: Principal;
      readonly at: ItemPath;
      readonly file: PlainFile;
    }
  /** A free place in a folder (RFC 4918 §3, "unmapped"), for PUT and MKCOL. */
  | { readonly kind: 'unmapped'; readonly principal: Principal; readonly at: ItemPath }
  /** `orphan`: below a missing collection of the principal's own, where PUT and MKCOL say 409, not 404. */
  | { readonly kind: 'nothing'; readonly orphan: boolean };

export interface DirectoryResource {
  readonly kind: 'directory';
  readonly principal: Principal;
  readonly book: Book;
}

export interface CollectionResource {
  readonly kind: 'collection';
  /** In whose tree it is. */
  readonly principal: Principal;
  /** Whose it is: somebody else than that where one has subscribed to it. */
  readonly owner: Principal;
  readonly entry: HomeEntry;
  readonly stream: StreamId;
}

/** Whoever asks, with what rights depend on. */
export interface Viewer extends Principal {
  readonly asker: Asker;
}

/** In whose tree a resource is: that of whoever asks, where it is in nobody's. */
export const treeOf = (resource: Resource, viewer: Viewer): Principal =>
  'principal' in resource ? resource.principal : viewer;

/** Whether a tree is that of whoever asks, or as good as that. */
export const isAtHome = (resource: Resource, viewer: Viewer): boolean =>
  viewer.asker.isSuperuser || treeOf(resource, viewer).account === viewer.account;
