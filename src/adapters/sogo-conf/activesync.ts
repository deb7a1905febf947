import type { DevicePolicy } from '../../domain/activesync/policy.ts';
import { devicePoliciesOf } from './device-policies.ts';
import type { Lookup } from './hierarchy.ts';

/** What a configuration says of ActiveSync. */
export interface ActiveSyncSettings {
  enabled(domain: string | undefined): boolean;
  policies(domain: string | undefined): ReadonlyMap<string, DevicePolicy>;
  quarantine(domain: string | undefined): boolean;
  devices(domain: string | undefined): number;
  url(domain: string | undefined): string | undefined;
  readonly picture: number;
  readonly debug: boolean;
}

/** As it is now, each time it is asked. */
export const activeSyncSettings = (setting: Lookup): ActiveSyncSettings => ({
  enabled: (domain) => setting('DaybookActiveSyncEnabled', domain),
  policies: (domain) => devicePoliciesOf(setting, domain),
  quarantine: (domain) => setting('DaybookDeviceQuarantine', domain),
  devices: (domain) => setting('DaybookMaximumDevices', domain),
  url: (domain) => setting('DaybookActiveSyncURL', domain),
  get picture() {
    return setting('SOGoMaximumPictureSize');
  },
  get debug() {
    return setting('SOGoEASDebugEnabled');
  },
});
