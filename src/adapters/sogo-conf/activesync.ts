import type { DevicePolicy } from '../../domain/activesync/policy.ts';
import { ADMITS } from './device-policies.ts';
import type { Lookup } from './hierarchy.ts';
import { dictionaryOf } from './read-values.ts';
import type { Dictionary } from './value-type.ts';

/** What a configuration says of ActiveSync. */
export interface ActiveSyncSettings {
  enabled(domain: string | undefined): boolean;
  policies(domain: string | undefined): ReadonlyMap<string, DevicePolicy>;
  quarantine(domain: string | undefined): boolean;
  devices(domain: string | undefined): number;
  url(domain: string | undefined): string | undefined;
  readonly picture: number;
  readonly longestPing: number;
  readonly longestSync: number;
  readonly window: number;
  readonly octets: number;
  readonly debug: boolean;
}

const policyFrom = (values: Dictionary): DevicePolicy => ({
  demands: new Map(
    [...values].filter(
      (entry): entry is [string, boolean | number] =>
        entry[0] !== ADMITS && (typeof entry[1] === 'boolean' || typeof entry[1] === 'number'),
    ),
  ),
  admitsOthers: values.get(ADMITS) === true,
});

/** What `DaybookDevicePolicies` says for people of a domain. */
const devicePoliciesOf = (
  setting: Lookup,
  domain: string | undefined,
): ReadonlyMap<string, DevicePolicy> =>
  new Map(
    [...dictionaryOf(setting('DaybookDevicePolicies', domain))].map(([name, values]) => [
      name.startsWith('@') ? name : name.normalize('NFC').toLowerCase(),
      policyFrom(dictionaryOf(values)),
    ]),
  );

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
  get longestPing() {
    return setting('SOGoMaximumPingInterval');
  },
  get longestSync() {
    return setting('SOGoMaximumSyncInterval');
  },
  get window() {
    return setting('SOGoMaximumSyncWindowSize');
  },
  get octets() {
    return setting('SOGoMaximumSyncResponseSize') * 1024;
  },
  get debug() {
    return setting('SOGoEASDebugEnabled');
  },
});
