import { devicePolicies } from '../device-policies.ts';
import { webUrl } from '../network-types.ts';
import { acting, domain, needless, system } from '../row.ts';
import { bool, integer, seconds } from '../scalar-types.ts';

/** ActiveSync. */
export const activesyncParameters = {
  SOGoMaximumPingInterval: acting(system(seconds, 'longest wait of a Ping', 3540)),
  SOGoMaximumSyncInterval: acting(system(seconds, 'longest wait of a Sync', 3540)),
  SOGoInternalSyncInterval: needless(
    system(seconds, 'between two looks while waiting', 10),
    'nobody looks: who waits is woken by the change',
  ),
  SOGoMaximumSyncResponseSize: acting(
    system(integer('KiB'), 'about the largest answer to Sync; 0: 2048', 0),
  ),
  SOGoMaximumSyncWindowSize: acting(
    system(integer(), 'most changes of a folder in one answer; 0: as asked', 0),
  ),
  SOGoEASDebugEnabled: acting(
    system(bool, 'log what devices ask and are answered, as XML without secrets', false),
  ),
  SOGoMaximumPictureSize: acting(system(integer('octets'), 'largest picture of a person', 102400)),
  SOGoEASSearchInBody: system(bool, 'searches look into bodies', false),
  SOGoEASDisableUI: system(bool, 'hide ActiveSync in the web', false),
  DaybookActiveSyncEnabled: acting(domain(bool, 'whether devices may come over ActiveSync', true)),
  DaybookActiveSyncURL: acting(
    domain(
      webUrl,
      'where a domain’s devices are served, as https://eas.acme.com/Microsoft-Server-ActiveSync; unset: here',
    ),
  ),
  DaybookDevicePolicies: acting(
    domain(devicePolicies, 'what devices have to do: docs/administration/devices.md'),
  ),
  DaybookDeviceQuarantine: acting(
    domain(bool, 'whether new devices wait until `daybook device allow` lets them in', false),
  ),
  DaybookMaximumDevices: acting(
    domain(integer('devices', { min: 1, max: 100 }), 'most devices of one person', 25),
  ),
};
