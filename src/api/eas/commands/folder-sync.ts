import type { Element } from '../../../domain/activesync/data.ts';
import { type Folder, folderDigest, foldersOf, ROOT } from '../folders.ts';
import { type Known, newKey, stepFrom } from '../hierarchy.ts';
import { provideNotes } from '../notes.ts';
import { folderStatuses } from '../status.ts';
import type { Command, EasRequest } from '../table.ts';
import { fields, required, text } from '../wbxml/read.ts';

const tag = (name: string, value: Element['value']): Element => ({
  tag: `folderhierarchy:${name}`,
  value,
});

const readRequest = fields({ syncKey: required('folderhierarchy:SyncKey', text(64)) });

/** What is to be told, in the order of the schema (MS-ASCMD 2.2.3.24). */
interface Changes {
  readonly updated: readonly Folder[];
  readonly deleted: readonly string[];
  readonly added: readonly Folder[];
}

const changesSince = (
  before: Readonly<Record<string, string>>,
  folders: readonly Folder[],
): Changes => {
  const now = new Set(folders.map(({ serverId }) => serverId));
  return {
    updated: folders.filter(
      (folder) =>
        before[folder.serverId] !== undefined && before[folder.serverId] !== folderDigest(folder),
    ),
    deleted: Object.keys(before).filter((serverId) => !now.has(serverId)),
    added: folders.filter(({ serverId }) => before[serverId] === undefined),
  };
};

const described = ({ serverId, displayName, type }: Folder): Element['value'] => [
  tag('ServerId', serverId),
  tag('ParentId', ROOT),
  tag('DisplayName', displayName),
  tag('Type', String(type)),
];

const written = (key: string, { updated, deleted, added }: Changes): Element =>
  tag('FolderSync', [
    tag('Status', String(folderStatuses.done)),
    tag('SyncKey', key),
    tag('Changes', [
      tag('Count', String(updated.length + deleted.length + added.length)),
      ...updated.map((folder) => tag('Update', described(folder))),
      ...deleted.map((serverId) => tag('Delete', [tag('ServerId', serverId)])),
      ...added.map((folder) => tag('Add', described(folder))),
    ]),
  ]);

const told = (folders: readonly Folder[]): Readonly<Record<string, string>> =>
  Object.fromEntries(folders.map((folder) => [folder.serverId, folderDigest(folder)]));

const step = async (request: EasRequest, known: Known) => {
  const folders = await foldersOf(request);
  const changes = changesSince(known.base?.folders ?? {}, folders);
  const { row } = known;
  const { updated, deleted, added } = changes;
  const isSame = updated.length + deleted.length + added.length === 0;
  // A key that stands for what there is still does: the device need not write down another.
  if (known.base !== undefined && known.isLast && isSame)
    return { result: written(known.base.key, changes) };
  const key = newKey(row);
  // Whoever begins anew without having lost anything may still use the key it had.
  const before = known.base ?? row?.sent;
  return {
    result: written(key, changes),
    keep: { sent: { key, folders: told(folders) }, ...(before === undefined ? {} : { before }) },
  };
};

/**
 * Which folders there are, as differences to what the device knows. Beginning with key 0 lists all and touches nothing
 * else: what devices know of the contents of folders stays good.
 */
export const folderSync: Command = {
  name: 'FolderSync',
  source: 'MS-ASCMD 2.2.1.5',
  since: '12.1',
  until: '16.1',
  root: 'folderhierarchy:FolderSync',
  status: 'folderhierarchy:Status',
  needsPolicy: true,
  inQuarantine: false,
  limit: 16 * 1024,
  mayBeEmpty: false,
  async handle(request) {
    const { syncKey } = request.read(readRequest);
    if (request.version !== '12.1') await provideNotes(request);
    const element = await stepFrom(request, syncKey, (known) => step(request, known));
    return {
      element: element ?? tag('FolderSync', [tag('Status', String(folderStatuses.wrongKey))]),
    };
  },
};
