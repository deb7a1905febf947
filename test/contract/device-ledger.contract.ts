import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { DeviceId } from '../../src/domain/account/devices.ts';
import type { DeviceLedger, HierarchyRow } from '../../src/domain/activesync/ledger.ts';
import type { AccountId, Instant } from '../../src/domain/kernel/ids.ts';

/** What every `DeviceLedger` does. */
export const deviceLedgerContract = (open: () => DeviceLedger): void => {
  const someone = (): [AccountId, DeviceId] => [randomUUID() as AccountId, 'PHONE' as DeviceId];
  const sight = {
    at: '2026-01-01T10:00:00.000Z' as Instant,
    agent: 'Android-Mail/2025.11',
    protocolVersion: '16.1',
    address: '192.0.2.7',
  };
  const offered = { key: '4294967294', policy: 'one' };
  const confirmed = { key: '17', policy: 'one' };
  const row = (generation: number, more: Partial<HierarchyRow> = {}): HierarchyRow => ({
    generation,
    sent: { key: `${generation}-key`, folders: { c1: 'digest ☎' } },
    ...more,
  });

  it('knows nothing of a device that it never saw', async () => {
    const ledger = open();
    const [account, device] = someone();
    expect(await ledger.device(account, device)).toEqual({});
    expect(await ledger.hierarchy(account, device)).toBeUndefined();
    expect(await ledger.seen(account)).toEqual([]);
  });

  it('remembers when and as what a device was seen last', async () => {
    const ledger = open();
    const [account, device] = someone();
    await ledger.saw(account, device, sight);
    const later = { ...sight, at: '2026-01-02T10:00:00.000Z' as Instant, agent: 'another' };
    await ledger.saw(account, device, later);
    expect(await ledger.device(account, device)).toEqual({ seen: later });
    expect(await ledger.seen(account)).toEqual([{ account, device, seen: later }]);
    expect((await ledger.seen()).filter((one) => one.account === account)).toHaveLength(1);
  });

  it('confirms the key that was offered last, as often as that is said, and no other', async () => {
    const ledger = open();
    const [account, device] = someone();
    expect(await ledger.confirm(account, device, offered.key, confirmed)).toBe(false);
    await ledger.offer(account, device, { key: '1', policy: 'old' });
    await ledger.offer(account, device, offered);
    expect(await ledger.confirm(account, device, '1', confirmed)).toBe(false);
    expect(await ledger.confirm(account, device, offered.key, confirmed)).toBe(true);
    expect(await ledger.confirm(account, device, offered.key, confirmed)).toBe(true);
    await ledger.saw(account, device, sight);
    expect(await ledger.device(account, device)).toEqual({ offered, confirmed, seen: sight });
  });

  it('replaces a list of folders only by the one that follows it', async () => {
    const ledger = open();
    const [account, device] = someone();
    expect(await ledger.keepHierarchy(account, device, row(2))).toBe(false);
    expect(await ledger.keepHierarchy(account, device, row(1))).toBe(true);
    expect(await ledger.keepHierarchy(account, device, row(1))).toBe(false);
    const second = row(2, { before: row(1).sent, answered: { request: 'r', serverId: 'c1' } });
    expect(await ledger.keepHierarchy(account, device, second)).toBe(true);
    expect(await ledger.hierarchy(account, device)).toEqual(second);
    const tries = await Promise.all(
      [1, 2, 3].map(() => ledger.keepHierarchy(account, device, row(3))),
    );
    expect(tries.filter(Boolean)).toHaveLength(1);
    expect(await ledger.hierarchy(account, device)).toEqual(row(3));
  });

  it('forgets one device, or all of an account', async () => {
    const ledger = open();
    const [account, device] = someone();
    const other = 'TABLET' as DeviceId;
    for (const one of [device, other]) {
      await ledger.saw(account, one, sight);
      await ledger.keepHierarchy(account, one, row(1));
    }
    await ledger.forget(account, device);
    expect(await ledger.device(account, device)).toEqual({});
    expect(await ledger.hierarchy(account, device)).toBeUndefined();
    expect(await ledger.hierarchy(account, other)).toEqual(row(1));
    await ledger.purge(account);
    expect(await ledger.seen(account)).toEqual([]);
    expect(await ledger.hierarchy(account, other)).toBeUndefined();
  });
};
