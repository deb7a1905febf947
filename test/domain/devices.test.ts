import { describe, expect, test } from 'vitest';
import { type AccountEvent, account } from '../../src/domain/account/account.ts';
import { type DeviceId, deviceIdFrom } from '../../src/domain/account/devices.ts';
import { fold, given } from '../support/given.ts';

const device = 'PHONE' as DeviceId;
const opened: AccountEvent = {
  type: 'AccountOpened',
  login: 'jane',
  displayName: 'Jane Doe',
  mail: 'jane@example.com',
};
const first = {
  device,
  deviceType: 'iPhone',
  agent: 'Apple-iPhone11C8/2007.75',
  protocolVersion: '16.1',
  standing: 'allowed',
} as const;
const connected: AccountEvent = { type: 'DeviceConnected', ...first };
const connect = { type: 'ConnectDevice', ...first } as const;
const standing = (standing: 'allowed' | 'blocked' | 'quarantined') =>
  ({ type: 'ChangeDeviceStanding', device, standing }) as const;
const wipe = { type: 'RequestDeviceWipe', device, scope: 'device' } as const;
const asked: AccountEvent = { type: 'DeviceWipeRequested', device, scope: 'device' };
const wiped: AccountEvent = { type: 'DeviceWipeRecorded', device, succeeded: true };
const devices = (...events: readonly AccountEvent[]) =>
  fold(account, [opened, connected, ...events]).devices.get(device);

describe('the devices of an account', () => {
  test('are connected once, of an open account alone', () => {
    given(account, opened).when(connect).records(connected);
    given(account, opened, connected).when(connect).records();
    given(account).when(connect).refuses({ kind: 'AccountNotFound' });
  });

  test('are so many at most', () => {
    const other = 'TABLET' as DeviceId;
    const one = { ...connect, device: other, most: 1 };
    given(account, opened, connected).when(one).refuses({ kind: 'TooManyDevices', limit: 1 });
    given(account, opened, connected, { type: 'DeviceForgotten', device })
      .when(one)
      .records({ ...connected, device: other });
    const many = Array.from(
      { length: 100 },
      (_, index): AccountEvent => ({
        ...connected,
        device: `PHONE${index}` as DeviceId,
      }),
    );
    given(account, opened, ...many)
      .when({ ...one, most: 1000 })
      .refuses({ kind: 'TooManyDevices', limit: 100 });
  });

  test('call themselves what can be shown', () => {
    for (const wrong of ['a\u0000b', 'x'.repeat(1025), '\ud800'])
      given(account, opened)
        .when({ ...connect, agent: wrong })
        .refuses({ kind: 'UnusableDevice' });
    expect(deviceIdFrom('appl-1.2_3')).toBe('APPL-1.2_3');
    for (const wrong of ['', 'a b', 'a,b', 'a/b', 'ä', 'x'.repeat(65)])
      expect(deviceIdFrom(wrong)).toBeUndefined();
  });

  test('say what they are, and are recorded when that is something else', () => {
    const describe = { type: 'DescribeDevice', device, details: { model: 'X', os: 'Y' } } as const;
    const described = { type: 'DeviceDescribed', device, details: describe.details } as const;
    given(account, opened, connected).when(describe).records(described);
    given(account, opened, connected, described).when(describe).records();
    expect(devices(described)?.details).toEqual({ model: 'X', os: 'Y' });
    given(account, opened).when(describe).refuses({ kind: 'DeviceNotFound' });
  });

  test('are blocked and allowed, and told so once', () => {
    const blocked = { type: 'DeviceStandingChanged', device, standing: 'blocked' } as const;
    given(account, opened, connected).when(standing('blocked')).records(blocked);
    given(account, opened, connected, blocked).when(standing('blocked')).records();
    given(account, opened, connected).when(standing('allowed')).records();
    expect(devices(blocked)?.standing).toBe('blocked');
  });

  test('are wiped when asked, say what became of it, and begin anew when they are allowed again', () => {
    given(account, opened, connected).when(wipe).records(asked);
    given(account, opened, connected, asked).when(wipe).records();
    const record = { type: 'RecordDeviceWipe', device, succeeded: true } as const;
    given(account, opened, connected).when(record).refuses({ kind: 'DeviceNotWiping' });
    given(account, opened, connected, asked).when(record).records(wiped);
    given(account, opened, connected, asked, wiped)
      .when(record)
      .refuses({ kind: 'DeviceNotWiping' });
    expect(devices(asked, wiped)?.wipe).toEqual({ scope: 'device', state: 'done' });
    const allowed = { type: 'DeviceStandingChanged', device, standing: 'allowed' } as const;
    given(account, opened, connected, asked, wiped).when(standing('allowed')).records(allowed);
    expect(devices(asked, wiped, allowed)?.wipe).toBeUndefined();
  });

  test('take a policy, so far', () => {
    const record = { type: 'RecordDevicePolicy', device, policy: 'd', extent: 'part' } as const;
    const recorded = { type: 'DevicePolicyRecorded', device, policy: 'd', extent: 'part' } as const;
    given(account, opened, connected).when(record).records(recorded);
    given(account, opened, connected, recorded).when(record).records();
    expect(devices(recorded)?.policy).toEqual({ digest: 'd', extent: 'part' });
  });

  test('are gone with the account', () => {
    expect(fold(account, [opened, connected, { type: 'AccountRemoved' }]).devices.size).toBe(0);
  });
});
