import type { DeviceCommand, DeviceRejection, Devices } from '../../domain/account/devices.ts';
import type { ItemClass, ItemClassName } from '../../domain/activesync/item-class.ts';
import type { SyncLedger } from '../../domain/activesync/sync-ledger.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { DevicePolicy } from '../../domain/activesync/policy.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import type { Log } from '../log.ts';
import type { RememberingLedger } from './remembered-rows.ts';

/** What the configuration says of ActiveSync; each may say something else a moment later. */
export interface EasSettings {
  /** DaybookActiveSyncEnabled. */
  enabled(domain: string | undefined): boolean;
  /** DaybookDevicePolicies: by login, by `@group` and for everybody (`*`), in the order of the file. */
  policies(domain: string | undefined): ReadonlyMap<string, DevicePolicy>;
  /** DaybookDeviceQuarantine. */
  quarantine(domain: string | undefined): boolean;
  /** DaybookMaximumDevices. */
  devices(domain: string | undefined): number;
  /** DaybookActiveSyncURL: where the domain's people are served, if that is said. */
  url(domain: string | undefined): string | undefined;
  /** SOGoMaximumPictureSize, in octets. */
  readonly picture: number;
  /** SOGoMaximumPingInterval, in seconds. */
  readonly longestPing: number;
  /** SOGoMaximumSyncInterval, in seconds. */
  readonly longestSync: number;
  /** SOGoMaximumSyncWindowSize: changes of one folder in an answer; 0: as many as there may be. */
  readonly window: number;
  /** SOGoMaximumSyncResponseSize, in octets; 0: nothing is said. */
  readonly octets: number;
  /** SOGoEASDebugEnabled. */
  readonly debug: boolean;
}

/** The devices of accounts. */
export interface DeviceDesk {
  /** As they are. */
  of(account: AccountId): Promise<Devices>;
  /** @returns why not, or undefined when it is done */
  tell(
    account: AccountId,
    command: DeviceCommand,
    by: Provenance,
  ): Promise<DeviceRejection | undefined>;
}

/** What ActiveSync stands on besides the services of all protocols. */
export interface EasParts {
  readonly settings: EasSettings;
  readonly desk: DeviceDesk;
  readonly ledger: RememberingLedger;
  readonly sync: SyncLedger;
  readonly classes: Readonly<Partial<Record<ItemClassName, ItemClass>>>;
  /** Calls back with each revision of a stream that has come, until the answer is called. */
  watch(stream: StreamId, told: () => void): () => void;
  readonly log: Log;
}
