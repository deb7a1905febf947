import type { DeviceId } from '../../domain/account/devices.ts';
import type {
  FolderPlace,
  FolderRow,
  HeldItem,
  LastRequests,
  SyncLedger,
} from '../../domain/activesync/sync-ledger.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';

interface Version {
  readonly item: HeldItem;
  readonly born: number;
  gone: number | undefined;
}

interface Kept {
  readonly row: FolderRow;
  readonly items: Map<string, Version[]>;
}

const wasThere = ({ born, gone }: Version, at: number): boolean =>
  born <= at && (gone === undefined || gone > at);

/** As a state had them, and nothing of what came after it or ended at it. */
const rolledBack = (items: Kept['items'], from: number): Kept['items'] =>
  new Map(
    [...items].flatMap(([id, versions]): [string, Version[]][] => {
      const left = versions
        .filter((one) => wasThere(one, from))
        .map(({ item, born }) => ({ item, born, gone: undefined }));
      return left.length === 0 ? [] : [[id, left]];
    }),
  );

/** A ledger that lives as long as its process. */
export const memorySyncLedger = (): SyncLedger => {
  const folders = new Map<string, Kept>();
  const requests = new Map<string, LastRequests>();
  const at = (account: AccountId, device: DeviceId): string => `${account} ${device}`;
  const placed = ({ account, device, folder }: FolderPlace): string =>
    `${at(account, device)} ${folder}`;
  const had = (place: FolderPlace, generation: number): readonly HeldItem[] =>
    [...(folders.get(placed(place))?.items.values() ?? [])].flatMap((versions) =>
      versions.filter((one) => wasThere(one, generation)).map(({ item }) => item),
    );
  const removeAll = (prefix: string): void => {
    for (const rows of [folders, requests])
      for (const key of rows.keys()) if (`${key} `.startsWith(`${prefix} `)) rows.delete(key);
  };
  return {
    folders: async (account, device, ids) =>
      new Map(
        ids.flatMap((folder): [string, FolderRow][] => {
          const kept = folders.get(placed({ account, device, folder }));
          return kept === undefined ? [] : [[folder, kept.row]];
        }),
      ),
    async held(place, generation, ids) {
      const asked = new Set(ids);
      return new Map(
        had(place, generation).flatMap((item): [string, HeldItem][] =>
          asked.has(item.id) ? [[item.id, item]] : [],
        ),
      );
    },
    ended: async (place, generation, before, limit) =>
      had(place, generation)
        .filter(({ ends }) => ends !== undefined && ends < before)
        .slice(0, limit),
    async keepFolder(place, row, change) {
      const key = placed(place);
      const kept = folders.get(key);
      if ((kept?.row.generation ?? 0) !== row.generation - 1) return false;
      if (change === undefined) {
        folders.set(key, { row, items: kept?.items ?? new Map<string, Version[]>() });
        return true;
      }
      const { from, put, drop } = change;
      const items = new Map<string, Version[]>();
      if (from !== undefined)
        for (const [id, versions] of rolledBack(kept?.items ?? new Map<string, Version[]>(), from))
          items.set(id, versions);
      for (const id of [...drop, ...put.map((item) => item.id)])
        for (const version of items.get(id) ?? []) version.gone = row.generation;
      for (const item of put)
        items.set(item.id, [
          ...(items.get(item.id) ?? []),
          { item, born: row.generation, gone: undefined },
        ]);
      folders.set(key, { row, items });
      return true;
    },
    lastRequests: async (account, device) => requests.get(at(account, device)) ?? {},
    async remember(account, device, given) {
      requests.set(at(account, device), { ...requests.get(at(account, device)), ...given });
    },
    async forget(account, device) {
      removeAll(at(account, device));
    },
    async purge(account) {
      removeAll(account);
    },
  };
};
