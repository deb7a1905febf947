import type { DeviceId } from '../account/devices.ts';
import type { AccountId, Instant } from '../kernel/ids.ts';

/** A policy key and the digest of the policy that it stands for. */
export interface PolicyKey {
  /** A decimal number of 32 bits, never 0. */
  readonly key: string;
  readonly policy: string;
}

/** When and as what a device was seen last. */
export interface DeviceSight {
  readonly at: Instant;
  readonly agent: string;
  readonly protocolVersion: string;
  /** '' when nobody knows. */
  readonly address: string;
}

/** What is remembered of one device besides its events. */
export interface DeviceRow {
  /** Given in the first phase of Provision last. */
  readonly offered?: PolicyKey;
  /** The one that its requests have to carry. */
  readonly confirmed?: PolicyKey;
  readonly seen?: DeviceSight;
}

/** One state of the list of folders that was sent to a device. */
export interface SentHierarchy {
  /** The SyncKey that stands for it. */
  readonly key: string;
  /** ServerId of each folder, with a digest of what was said of it. */
  readonly folders: Readonly<Record<string, string>>;
}

/** A change of folders that was answered, so that its repetition is answered alike. */
export interface AnsweredChange {
  /** Digest of the request. */
  readonly request: string;
  readonly serverId: string;
}

/** The list of folders as a device knows it: what was sent last, and what was sent before that. */
export interface HierarchyRow {
  /** Counts every change of this row. */
  readonly generation: number;
  readonly sent: SentHierarchy;
  /** Absent after the first. */
  readonly before?: SentHierarchy;
  /** The change that led from `before` to `sent`, where one did. */
  readonly answered?: AnsweredChange;
}

/**
 * What ActiveSync remembers of devices besides their events: operational state. Losing it costs devices a new
 * Provision and a new list of folders, and never data.
 *
 * @throws StoreUnavailable when the tables do not answer.
 */
export interface DeviceLedger {
  device(account: AccountId, device: DeviceId): Promise<DeviceRow>;
  saw(account: AccountId, device: DeviceId, sight: DeviceSight): Promise<void>;
  /** Remembers a key that was handed out and has to be confirmed. */
  offer(account: AccountId, device: DeviceId, key: PolicyKey): Promise<void>;
  /** Sets the key that counts from now on; whether `offered` is still the one that was offered last. */
  confirm(
    account: AccountId,
    device: DeviceId,
    offered: string,
    confirmed: PolicyKey,
  ): Promise<boolean>;
  hierarchy(account: AccountId, device: DeviceId): Promise<HierarchyRow | undefined>;
  /** Writes a row if its predecessor is still there: the one of the generation before, or none for the first. */
  keepHierarchy(account: AccountId, device: DeviceId, row: HierarchyRow): Promise<boolean>;
  /** Every account that a device was seen of, with when each was. */
  seen(account?: AccountId): Promise<
    readonly {
      readonly account: AccountId;
      readonly device: DeviceId;
      readonly seen: DeviceSight;
    }[]
  >;
  forget(account: AccountId, device: DeviceId): Promise<void>;
  purge(account: AccountId): Promise<void>;
}
