import type { Data } from './data.ts';
import type { Version } from './version.ts';

/** The classes of items that have a mapping of their own (MS-ASCMD 2.2.3.27). */
export type ItemClassName = 'Calendar' | 'Contacts' | 'Tasks' | 'Notes';

/** In which form and length a client wants bodies (MS-ASAIRS 2.2.2.12), in its order of preference. */
export interface BodyPreference {
  /** 1 is plain text, 2 is HTML; others are passed over here. */
  readonly type: number;
  /** Octets of UTF-8; absent for everything. */
  readonly truncationSize?: number;
  /** Rather nothing in this form than a part. */
  readonly allOrNone?: boolean;
  /** Characters of plain text to show in lists, at most 255. */
  readonly preview?: number;
}

/** Who asks, with what, and what must be known to answer. Nothing of it is looked up here. */
export interface Context {
  readonly version: Version;
  /** Whose collection it is, as attendees and organizers name them; addresses bare, the main one first. */
  readonly owner: { readonly name: string; readonly addresses: readonly string[] };
  /** The user's time zone: an IANA name. */
  readonly zone: string;
  /** Now; milliseconds. */
  readonly now: number;
  /** The UID for an item that brings none. */
  readonly uid: string;
  /** As the device names its type, any letter case. */
  readonly deviceType: string;
  /**
   * Names of the elements that the client manages (`Location`, without code page), as Sync's Supported has
   * them (MS-ASCMD 2.2.3.179): absent, it manages all; empty, none.
   */
  readonly supported?: ReadonlySet<string>;
  readonly bodies: readonly BodyPreference[];
  /** Whether the viewer may see nothing but dates and times. */
  readonly masked: boolean;
  /** Octets of a picture, before base64; a larger one is not sent. */
  readonly pictureLimit: number;
  /** The instance that a Change is of (16.x: airsyncbase:InstanceId), as it was sent. */
  readonly instance?: string;
  /** What the client is to ask with for an attachment, by its place in the object; absent where none are served. */
  readonly fileReference?: (place: string) => string;
}

export type Merged =
  | { readonly object: string }
  /** Status of the command in Sync (MS-ASCMD 2.2.3.177.17): 6, what was sent cannot be used. */
  | { readonly refused: 6 };

/** How the items of a class are told to clients, and what becomes of what clients tell. Total: nothing throws. */
export interface ItemClass {
  /**
   * A stored object as application data; `undefined` where it has no form in ActiveSync (a group of contacts)
   * or cannot be read. It is then not sent, and not asked about again before it changes.
   */
  toData(object: string, context: Context): Data | undefined;
  /**
   * A stored object with what a client says of it; or a new one, where none is stored. Only what differs
   * from what the client was told is touched: where nothing does, the stored text itself comes back.
   */
  merge(stored: string | undefined, data: Data, context: Context): Merged;
}
