import type { DeviceId } from '../../domain/account/devices.ts';
import type { DeviceLedger, DeviceRow, HierarchyRow } from '../../domain/activesync/ledger.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';

/** A ledger that lives as long as its process. */
export const memoryDeviceLedger = (): DeviceLedger => {
  const devices = new Map<string, DeviceRow>();
  const hierarchies = new Map<string, HierarchyRow>();
  const at = (account: AccountId, device: DeviceId): string => `${account} ${device}`;
  const merge = (place: string, change: DeviceRow): void => {
    devices.set(place, { ...devices.get(place), ...change });
  };
  return {
    device: async (account, device) => devices.get(at(account, device)) ?? {},
    async saw(account, device, seen) {
      merge(at(account, device), { seen });
    },
    async offer(account, device, offered) {
      merge(at(account, device), { offered });
    },
    async confirm(account, device, key, confirmed) {
      const place = at(account, device);
      if (devices.get(place)?.offered?.key !== key) return false;
      merge(place, { confirmed });
      return true;
    },
    hierarchy: async (account, device) => hierarchies.get(at(account, device)),
    async keepHierarchy(account, device, row) {
      const place = at(account, device);
      if ((hierarchies.get(place)?.generation ?? 0) !== row.generation - 1) return false;
      hierarchies.set(place, row);
      return true;
    },
    seen: async (account) =>
      [...devices].flatMap(([place, { seen }]) => {
        const [whose = '', device = ''] = place.split(' ');
        if (seen === undefined || (account !== undefined && whose !== account)) return [];
        return [{ account: whose as AccountId, device: device as DeviceId, seen }];
      }),
    async forget(account, device) {
      devices.delete(at(account, device));
      hierarchies.delete(at(account, device));
    },
    async purge(account) {
      for (const rows of [devices, hierarchies])
        for (const place of rows.keys()) if (place.startsWith(`${account} `)) rows.delete(place);
    },
  };
};
