import { LRUCache } from 'lru-cache';
import type { DeviceId } from '../../domain/account/devices.ts';
import type { DeviceLedger, DeviceRow } from '../../domain/activesync/ledger.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';

/** Devices whose rows are remembered, and for how long another node's keys may go unnoticed, in ms. */
const REMEMBERED = { max: 50_000, ttl: 60_000 } as const;

export interface RememberingLedger extends DeviceLedger {
  /** The row as it may have been a minute ago; what this node wrote since is in it. */
  recent(account: AccountId, device: DeviceId): Promise<DeviceRow>;
}

/**
 * A ledger that remembers the rows of devices, which every request asks for and hardly any changes. Whoever would
 * refuse somebody because of what was remembered asks again first.
 */
export const rememberedRows = (ledger: DeviceLedger): RememberingLedger => {
  const rows = new LRUCache<string, DeviceRow>(REMEMBERED);
  const place = (account: AccountId, device: DeviceId): string => `${account} ${device}`;
  const device: DeviceLedger['device'] = async (account, id) => {
    const row = await ledger.device(account, id);
    rows.set(place(account, id), row);
    return row;
  };
  return {
    ...ledger,
    device,
    recent: async (account, id) => rows.get(place(account, id)) ?? device(account, id),
    async saw(account, id, sight) {
      await ledger.saw(account, id, sight);
      const known = rows.get(place(account, id));
      if (known !== undefined) rows.set(place(account, id), { ...known, seen: sight });
    },
    async offer(account, id, key) {
      await ledger.offer(account, id, key);
      rows.delete(place(account, id));
    },
    async confirm(account, id, offered, confirmed) {
      const isDone = await ledger.confirm(account, id, offered, confirmed);
      rows.delete(place(account, id));
      return isDone;
    },
    async forget(account, id) {
      await ledger.forget(account, id);
      rows.delete(place(account, id));
    },
  };
};
