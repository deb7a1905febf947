import type { DeviceId } from '../account/devices.ts';
import type { BodyPreference } from './item-class.ts';
import type { AccountId, ETag, Instant, ResourceName } from '../kernel/ids.ts';

/** One item that a device has. */
export interface HeldItem {
  /** Its ServerId. */
  readonly id: string;
  readonly name: ResourceName;
  /** Of what the device was told, or told us, last. */
  readonly etag: ETag;
  /** When it falls out of windows of dates; absent: never. */
  readonly ends?: Instant;
}

/** One state of a folder that a device was brought to. */
export interface SentFolder {
  /** The SyncKey that stands for it. */
  readonly key: string;
  /** The generation that made it. */
  readonly at: number;
  /** Decimal; changes up to this revision of the collection were told. -1 for none. */
  readonly since: string;
  /** FilterType in force. */
  readonly filter: number;
}

/** What became of one command of a device (MS-ASCMD 2.2.3.2 Add, .24 Change, .42 Delete). */
export interface AnsweredCommand {
  readonly kind: 'add' | 'change' | 'delete';
  /** What the client calls it: ClientId of an Add, ServerId of others, with what instance is meant. */
  readonly client: string;
  readonly status: number;
  /** What the device has since, where it is another than before. */
  readonly held?: HeldItem;
  /** ServerId of what the device has no more. */
  readonly dropped?: string;
  /** Name of what it has to be told again. */
  readonly again?: ResourceName;
}

/** The commands of one request, so that repeating it does nothing twice. */
export interface AnsweredCommands {
  /** Digest of all of them. */
  readonly request: string;
  readonly commands: readonly AnsweredCommand[];
}

/** What a client said of how it wants a folder; said once, it holds until it says otherwise. */
export interface FolderOptions {
  readonly filter: number;
  /** Whether what the client says replaces what was changed here meanwhile (MS-ASCMD 2.2.3.34). */
  readonly clientWins: boolean;
  readonly bodies: readonly BodyPreference[];
}

/** What a device knows of a folder: what was sent last, and what was sent before that. */
export interface FolderRow {
  /** Counts every change of this row. */
  readonly generation: number;
  readonly sent: SentFolder;
  /** Absent after the first. */
  readonly before?: SentFolder;
  /** The commands that led from `before` to `sent`, where there were any. */
  readonly answered?: AnsweredCommands;
  /** How often what led from `before` to `sent` was asked for again. */
  readonly repeats: number;
  /** What of the collection is seen, and in which words it is told. */
  readonly view: string;
  /** Elements that the client manages; absent: all. */
  readonly supported?: readonly string[];
  readonly options: FolderOptions;
}

/** What changes in what a device has of a folder, from one of its states on. */
export interface HeldChange {
  /** Generation of the state that it begins at; absent: with nothing. */
  readonly from?: number;
  readonly put: readonly HeldItem[];
  /** ServerIds. */
  readonly drop: readonly string[];
}

/** What empty requests ask for again. */
export interface LastRequests {
  readonly sync?: {
    readonly folders: readonly {
      readonly id: string;
      readonly key: string;
      readonly window?: number;
    }[];
    /** Seconds. */
    readonly wait?: number;
    readonly window?: number;
  };
  readonly ping?: {
    /** Seconds. */
    readonly heartbeat: number;
    readonly folders: readonly string[];
  };
}

/**
 * What devices know of the contents of folders: operational state. Losing it costs a device another first
 * synchronization, and never data.
 *
 * @throws StoreUnavailable when the tables do not answer.
 */
export interface SyncLedger {
  folders(
    account: AccountId,
    device: DeviceId,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, FolderRow>>;
  /** What of some ServerIds the device had at a state, by ServerId. */
  held(
    place: FolderPlace,
    at: number,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, HeldItem>>;
  /** Of what the device had at a state, what ended before a time; so many at most. */
  ended(
    place: FolderPlace,
    at: number,
    before: Instant,
    limit: number,
  ): Promise<readonly HeldItem[]>;
  /**
   * Writes a row if its predecessor is still there, and what the device has with it; whether it did. States
   * between `change.from` and the row are forgotten. Without a change the device has what it had.
   */
  keepFolder(place: FolderPlace, row: FolderRow, change?: HeldChange): Promise<boolean>;
  lastRequests(account: AccountId, device: DeviceId): Promise<LastRequests>;
  /** Replaces those that are given. */
  remember(account: AccountId, device: DeviceId, requests: LastRequests): Promise<void>;
  forget(account: AccountId, device: DeviceId): Promise<void>;
  purge(account: AccountId): Promise<void>;
}

/** A folder as one device has it. */
export interface FolderPlace {
  readonly account: AccountId;
  readonly device: DeviceId;
  /** Its ServerId. */
  readonly folder: string;
}
