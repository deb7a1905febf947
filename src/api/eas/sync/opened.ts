import type { Context, ItemClass } from '../../../domain/activesync/item-class.ts';
import type {
  FolderOptions,
  FolderPlace,
  FolderRow,
} from '../../../domain/activesync/sync-ledger.ts';
import { isAtLeast } from '../../../domain/activesync/version.ts';
import type { Asker } from '../../../domain/rights/access.ts';
import { viewText } from '../../../domain/rights/access.ts';
import type { CollectionRows } from '../../../projections/collection/rows.ts';
import type { Principal } from '../../principal.ts';
import { viewedBy } from '../../viewing.ts';
import { type Folder, foldersOf } from '../folders.ts';
import type { EasRequest } from '../table.ts';

/** A folder with all that reading and changing it for a device needs. */
export interface OpenFolder {
  readonly request: EasRequest;
  readonly folder: Folder;
  readonly place: FolderPlace;
  readonly asker: Asker;
  /** As whoever asks sees it. */
  readonly rows: CollectionRows;
  readonly itemClass: ItemClass;
  /** Whose it is; absent where nobody knows any more. */
  readonly owner: Principal | undefined;
  /** Without what differs from item to item. */
  contextFor(options: FolderOptions, supported?: readonly string[]): Context;
  /** What of it is seen and in which words it is told: whoever saw another begins anew. */
  readonly view: string;
}

/** Version 16 tells of appointments in other words than those before. */
const dialectOf = ({ itemClass }: Folder, { version }: EasRequest): string =>
  itemClass === 'Calendar' && isAtLeast(version, '16.0') ? '16' : '';

/** The folders of a request's account, opened as they are asked for; by ServerId. */
export const folderOpening = async (request: EasRequest) => {
  const { services, principal, device, parts, version } = request;
  const [folders, asker, preferences] = await Promise.all([
    foldersOf(request),
    services.sharing.askerOf(principal),
    services.preferencesOf(principal),
  ]);
  const byId = new Map(folders.map((folder) => [folder.serverId, folder]));
  const { collections, blobs } = services;
  const rows = viewedBy({ rows: collections, blobs, asker });
  return {
    ids: [...byId.keys()],
    folders,
    async open(id: string): Promise<OpenFolder | undefined> {
      const folder = byId.get(id);
      const itemClass = folder && parts.classes[folder.itemClass];
      if (folder === undefined || itemClass === undefined) return undefined;
      const { owner } = folder.row;
      const whose =
        owner === principal.account ? principal : await services.sharing.personWith(owner);
      return {
        ...{ request, folder, asker, rows, itemClass, owner: whose },
        place: { account: principal.account, device: device.id, folder: id },
        view: `${viewText(folder.access)} ${dialectOf(folder, request)}`,
        contextFor: (options, supported) => ({
          version,
          owner: {
            name: whose?.displayName ?? '',
            addresses: [whose?.mail ?? ''].filter((mail) => mail !== ''),
          },
          zone: preferences.timeZone,
          now: Date.parse(services.now()),
          uid: '',
          deviceType: device.type,
          ...(supported && { supported: new Set(supported) }),
          bodies: options.bodies,
          masked: false,
          pictureLimit: parts.settings.picture,
        }),
      };
    },
  };
};
export type FolderOpening = Awaited<ReturnType<typeof folderOpening>>;

/** What a client that said nothing wants. */
export const usualOptions: FolderOptions = { filter: 0, clientWins: false, bodies: [] };

export const contextOf = (opened: OpenFolder, row: Pick<FolderRow, 'options' | 'supported'>) =>
  opened.contextFor(row.options, row.supported);
