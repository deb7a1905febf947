import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { DeviceId } from '../../src/domain/account/devices.ts';
import type {
  FolderPlace,
  FolderRow,
  HeldItem,
  SyncLedger,
} from '../../src/domain/activesync/sync-ledger.ts';
import type { AccountId, ETag, Instant, ResourceName } from '../../src/domain/kernel/ids.ts';

/** What every `SyncLedger` does. */
export const syncLedgerContract = (open: () => SyncLedger): void => {
  const someFolder = (): FolderPlace => ({
    account: randomUUID() as AccountId,
    device: 'PHONE' as DeviceId,
    folder: 'c1',
  });
  const row = (generation: number, more: Partial<FolderRow> = {}): FolderRow => ({
    generation,
    sent: { key: `${generation}-key`, at: generation, since: '-1', filter: 0 },
    repeats: 0,
    view: 'owner',
    options: { filter: 5, clientWins: true, bodies: [{ type: 1, truncationSize: 500 }] },
    ...more,
  });
  const item = (id: string, etag = 'one', ends?: string): HeldItem => ({
    id,
    name: `${id} ☎.ics` as ResourceName,
    etag: etag as ETag,
    ...(ends !== undefined && { ends: ends as Instant }),
  });
  const etags = async (ledger: SyncLedger, place: FolderPlace, at: number) =>
    Object.fromEntries(
      [...(await ledger.held(place, at, ['a', 'b', 'c']))].map(([id, { etag }]) => [id, etag]),
    );

  it('knows nothing of a folder that it never saw', async () => {
    const ledger = open();
    const place = someFolder();
    expect(await ledger.folders(place.account, place.device, ['c1'])).toEqual(new Map());
    expect(await ledger.held(place, 1, ['a'])).toEqual(new Map());
    expect(await ledger.ended(place, 1, '2030-01-01T00:00:00.000Z' as Instant, 10)).toEqual([]);
  });

  it('keeps a row only behind its predecessor', async () => {
    const ledger = open();
    const place = someFolder();
    const full = row(2, {
      before: { key: '1-key', at: 1, since: '7', filter: 4 },
      answered: {
        request: 'digest',
        commands: [{ kind: 'add', client: 'c', status: 1, held: item('a') }],
      },
      supported: ['Location'],
      repeats: 3,
    });
    expect(await ledger.keepFolder(place, row(2), { put: [], drop: [] })).toBe(false);
    expect(await ledger.keepFolder(place, row(1), { put: [], drop: [] })).toBe(true);
    expect(await ledger.keepFolder(place, row(1), { put: [], drop: [] })).toBe(false);
    const both = await Promise.all(
      [1, 2].map(() => ledger.keepFolder(place, full, { from: 1, put: [], drop: [] })),
    );
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await ledger.folders(place.account, place.device, ['c1', 'c2'])).toEqual(
      new Map([['c1', full]]),
    );
  });

  it('remembers two states of what a device has, and goes back to the first', async () => {
    const ledger = open();
    const place = someFolder();
    await ledger.keepFolder(place, row(1), { put: [item('a'), item('b')], drop: [] });
    const second = { from: 1, put: [item('b', 'two'), item('c')], drop: ['a'] };
    await ledger.keepFolder(place, row(2), second);
    expect(await etags(ledger, place, 1)).toEqual({ a: 'one', b: 'one' });
    expect(await etags(ledger, place, 2)).toEqual({ b: 'two', c: 'one' });
    // The same once more from the first: what the second said is forgotten.
    await ledger.keepFolder(place, row(3), { from: 1, put: [item('b', 'three')], drop: [] });
    expect(await etags(ledger, place, 1)).toEqual({ a: 'one', b: 'one' });
    expect(await etags(ledger, place, 3)).toEqual({ a: 'one', b: 'three' });
    await ledger.keepFolder(place, row(4));
    expect(await etags(ledger, place, 4)).toEqual({ a: 'one', b: 'three' });
    await ledger.keepFolder(place, row(5), { from: 3, put: [], drop: ['b'] });
    expect(await etags(ledger, place, 5)).toEqual({ a: 'one' });
    await ledger.keepFolder(place, row(6), { put: [], drop: [] });
    expect(await etags(ledger, place, 6)).toEqual({});
  });

  it('finds what ended', async () => {
    const ledger = open();
    const place = someFolder();
    const put = [
      item('a', 'one', '2020-01-01T00:00:00.000Z'),
      item('b', 'one', '2030-01-01T00:00:00.000Z'),
      item('c'),
    ];
    await ledger.keepFolder(place, row(1), { put, drop: [] });
    const before = '2025-01-01T00:00:00.000Z' as Instant;
    expect(await ledger.ended(place, 1, before, 10)).toEqual([put[0]]);
    expect(await ledger.ended(place, 1, before, 0)).toEqual([]);
  });

  it('remembers requests, and forgets devices and accounts', async () => {
    const ledger = open();
    const place = someFolder();
    const { account, device } = place;
    const other = { ...place, device: 'TABLET' as DeviceId };
    const ping = { heartbeat: 60, folders: ['c1'] };
    const sync = { folders: [{ id: 'c1', key: '1-key', window: 5 }], wait: 60 };
    await ledger.remember(account, device, { ping });
    await ledger.remember(account, device, { sync });
    expect(await ledger.lastRequests(account, device)).toEqual({ ping, sync });
    for (const one of [place, other])
      await ledger.keepFolder(one, row(1), { put: [item('a')], drop: [] });
    await ledger.forget(account, device);
    expect(await ledger.lastRequests(account, device)).toEqual({});
    expect(await ledger.held(place, 1, ['a'])).toEqual(new Map());
    expect((await ledger.held(other, 1, ['a'])).size).toBe(1);
    await ledger.purge(account);
    expect(await ledger.folders(account, other.device, ['c1'])).toEqual(new Map());
  });
};
