import type { Element } from '../../../domain/activesync/data.ts';
import type { LastRequests } from '../../../domain/activesync/sync-ledger.ts';
import { StoreUnavailable } from '../../../domain/kernel/event-store.ts';
import { streams } from '../../../domain/kernel/streams.ts';
import { folderDigest } from '../folders.ts';
import { baseOf, countFor } from '../sync/folder-step.ts';
import { type FolderOpening, folderOpening } from '../sync/opened.ts';
import type { Command, EasRequest } from '../table.ts';
import { startWaiting } from '../waiting.ts';
import { fields, integer, optional, repeated, required, text } from '../wbxml/read.ts';

const tag = (name: string, value: Element['value']): Element => ({ tag: `ping:${name}`, value });

/** Statuses of Ping (MS-ASCMD 2.2.3.177.11). */
const pingStatuses = {
  nothing: 1,
  changes: 2,
  incomplete: 3,
  wrongInterval: 5,
  tooManyFolders: 6,
  hierarchyChanged: 7,
  serverError: 8,
} as const;

const MOST_FOLDERS = 200;

const readPing = fields({
  heartbeat: optional('ping:HeartbeatInterval', integer),
  folders: optional(
    'ping:Folders',
    fields({
      all: repeated('ping:Folder', fields({ id: required('ping:Id', text(64)) }), 2000),
    }),
  ),
});

const answer = (status: number, ...rest: readonly Element[]) => ({
  element: tag('Ping', [tag('Status', String(status)), ...rest]),
});

/** Seconds that one may wait. */
const LEAST = 60;

type Wanted = NonNullable<LastRequests['ping']>;

/** What is asked for, with what was asked for last time where a part is missing. */
const wantedBy = async (request: EasRequest): Promise<Partial<Wanted>> => {
  const { parts, principal, device, body } = request;
  const asked = body.length === 0 ? undefined : request.read(readPing);
  const folders = asked?.folders?.all.map(({ id }) => id) ?? [];
  const { heartbeat } = asked ?? {};
  if (heartbeat !== undefined && folders.length > 0) return { heartbeat, folders };
  const { ping } = await parts.sync.lastRequests(principal.account, device.id);
  return { ...ping, ...(heartbeat && { heartbeat }), ...(folders.length > 0 && { folders }) };
};

/** What devices were told of and did not fetch: told twice, it is not told again. */
const toldOf = new Map<string, number>();
const MOST_TOLD = 50_000;
const OFTEN = 2;

/** Whether somebody may be told of something once more. */
const mayTell = (what: string): boolean => {
  const times = (toldOf.get(what) ?? 0) + 1;
  toldOf.delete(what);
  toldOf.set(what, times);
  const [oldest] = toldOf.keys();
  if (toldOf.size > MOST_TOLD && oldest !== undefined) toldOf.delete(oldest);
  return times <= OFTEN;
};

/** Whether the list of folders is another than the one the device has. */
const isHierarchyOld = async (
  { parts, principal, device }: EasRequest,
  { folders }: FolderOpening,
): Promise<boolean> => {
  const row = await parts.ledger.hierarchy(principal.account, device.id);
  if (row === undefined) return false;
  const { key, folders: sent } = row.sent;
  const isSame =
    Object.keys(sent).length === folders.length &&
    folders.every((folder) => sent[folder.serverId] === folderDigest(folder));
  const now = folders.map(folderDigest).join();
  return !isSame && mayTell(`${principal.account} ${device.id} ${key} ${now}`);
};

/** The folders, of those that the device has begun with, in which there is something it does not know. */
const changedIn = async (
  request: EasRequest,
  opening: FolderOpening,
  ids: readonly string[],
): Promise<readonly string[]> => {
  const { parts, principal, device } = request;
  const rows = await parts.sync.folders(principal.account, device.id, ids);
  const changed: string[] = [];
  for (const [id, row] of rows) {
    const opened = await opening.open(id);
    const base = baseOf(row, row.sent.key);
    if (opened === undefined || base === undefined) continue;
    if (row.view !== opened.view || (await countFor(opened, base, 1)) > 0) {
      const at = `${row.sent.key} ${opened.folder.row.applied} ${opened.view}`;
      if (mayTell(`${principal.account} ${device.id} ${id} ${at}`)) changed.push(id);
    }
  }
  return changed;
};

const looked = async (request: EasRequest, opening: FolderOpening, ids: readonly string[]) => {
  if (await isHierarchyOld(request, opening)) return answer(pingStatuses.hierarchyChanged);
  const changed = await changedIn(request, opening, ids);
  return changed.length === 0
    ? undefined
    : answer(
        pingStatuses.changes,
        tag(
          'Folders',
          changed.map((id) => tag('Folder', id)),
        ),
      );
};

const waited = async (request: EasRequest, { heartbeat, folders }: Wanted) => {
  const opening = await folderOpening(request);
  const wanted = new Set(folders);
  const known = opening.folders.filter(({ serverId }) => wanted.has(serverId));
  if (known.length === 0) return answer(pingStatuses.hierarchyChanged);
  const home = streams.home(request.principal.account);
  const watched = [...known.map(({ stream }) => stream), home];
  const waiter = startWaiting(request, watched, heartbeat * 1000);
  try {
    let current = opening;
    for (;;) {
      const news = await looked(request, current, folders);
      if (news !== undefined) return news;
      if ((await waiter.next()) !== 'changed') return answer(pingStatuses.nothing);
      current = await folderOpening(request);
    }
  } finally {
    waiter.close();
  }
};

/** Tells a device when there is something to fetch, as long as it wants to wait. It changes no key. */
export const ping: Command = {
  name: 'Ping',
  source: 'MS-ASCMD 2.2.1.13',
  since: '12.1',
  until: '16.1',
  root: 'ping:Ping',
  status: 'ping:Status',
  needsPolicy: false,
  inQuarantine: false,
  limit: 64 * 1024,
  mayBeEmpty: true,
  async handle(request) {
    const { parts, principal, device } = request;
    const { heartbeat, folders } = await wantedBy(request);
    if (heartbeat === undefined || folders === undefined) return answer(pingStatuses.incomplete);
    const longest = Math.max(parts.settings.longestPing, LEAST);
    const legal = Math.min(Math.max(heartbeat, LEAST), longest);
    if (legal !== heartbeat)
      return answer(pingStatuses.wrongInterval, tag('HeartbeatInterval', String(legal)));
    if (folders.length > MOST_FOLDERS)
      return answer(pingStatuses.tooManyFolders, tag('MaxFolders', String(MOST_FOLDERS)));
    const wanted = { heartbeat, folders };
    try {
      await parts.sync.remember(principal.account, device.id, { ping: wanted });
      return await waited(request, wanted);
    } catch (error) {
      if (error instanceof StoreUnavailable) return answer(pingStatuses.serverError);
      throw error;
    }
  },
};
