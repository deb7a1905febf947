import type { Element } from '../../../domain/activesync/data.ts';
import type { LastRequests } from '../../../domain/activesync/sync-ledger.ts';
import { streams } from '../../../domain/kernel/streams.ts';
import { EasRefusal } from '../errors.ts';
import { tag, writtenFolder } from '../sync/answer.ts';
import { type FolderResult, isNews, stepFolder } from '../sync/folder-step.ts';
import { type FolderOpening, folderOpening } from '../sync/opened.ts';
import {
  type AskedCollection,
  type AskedSync,
  commandsFrom,
  optionsFrom,
  readSync,
} from '../sync/request.ts';
import { sizeOf } from '../sync/scan.ts';
import { syncStatuses } from '../sync/statuses.ts';
import type { Command, EasAnswer, EasRequest } from '../table.ts';
import { startWaiting } from '../waiting.ts';

/** What the whole of a request is answered with. */
const refused = (status: number, limit?: number): EasAnswer => ({
  element: tag('Sync', [
    tag('Status', String(status)),
    ...(limit === undefined ? [] : [tag('Limit', String(limit))]),
  ]),
});

/** One folder of a request. */
type Asked = Partial<AskedCollection> & { readonly id: string; readonly key: string };

interface Plan {
  readonly folders: readonly Asked[];
  /** Seconds. */
  readonly wait: number | undefined;
  readonly window: number | undefined;
}

/** Seconds that may be waited, in the words of either element (MS-ASCMD 2.2.3.79 and 2.2.3.198). */
const WAITS = { least: 60, most: 3540 } as const;

const waitOf = (
  { wait, heartbeat }: AskedSync,
  most: number,
): number | undefined | { readonly refused: EasAnswer } => {
  if (wait !== undefined && heartbeat !== undefined)
    return { refused: refused(syncStatuses.malformed) };
  const unit = wait === undefined ? 1 : 60;
  const seconds = wait === undefined ? heartbeat : wait * unit;
  if (seconds === undefined || seconds === 0) return undefined;
  const legal = Math.min(Math.max(seconds, WAITS.least), Math.max(most, WAITS.least));
  return legal === seconds
    ? seconds
    : { refused: refused(syncStatuses.wrongWait, Math.floor(legal / unit)) };
};

/** What was asked for last time, with the keys that the device still has. */
const remembered = async (
  { parts, principal, device }: EasRequest,
  last: NonNullable<LastRequests['sync']>,
): Promise<readonly Asked[] | undefined> => {
  const rows = await parts.sync.folders(
    principal.account,
    device.id,
    last.folders.map(({ id }) => id),
  );
  const folders = last.folders.map(({ id, key, window }) =>
    rows.get(id)?.sent.key === key ? { id, key, window } : undefined,
  );
  // A device that was answered since says with which key: this may be a request that it repeats.
  return folders.every((one) => one !== undefined) ? folders : undefined;
};

const isWhole = (one: AskedCollection): one is AskedCollection & Asked =>
  one.id !== undefined && one.key !== undefined;

/** What a request comes to, with what it leaves out. */
const planned = async (
  request: EasRequest,
  asked: AskedSync | undefined,
): Promise<Plan | { readonly refused: EasAnswer }> => {
  const { parts, principal, device } = request;
  const wait = asked && waitOf(asked, parts.settings.longestSync);
  if (typeof wait === 'object') return wait;
  const said = asked?.collections?.all ?? [];
  if (said.some((one) => !isWhole(one))) return { refused: refused(syncStatuses.malformed) };
  const folders = said.filter(isWhole);
  if (asked !== undefined && asked.partial === undefined)
    return { folders, wait, window: asked.window };
  const { sync } = await parts.sync.lastRequests(principal.account, device.id);
  const names = new Set(folders.map(({ id }) => id));
  const others =
    sync &&
    (await remembered(request, {
      ...sync,
      folders: sync.folders.filter(({ id }) => !names.has(id)),
    }));
  if (sync === undefined || others === undefined)
    return { refused: refused(syncStatuses.incomplete) };
  return {
    folders: [...others, ...folders],
    wait: wait ?? sync.wait,
    window: asked?.window ?? sync.window,
  };
};

/** Changes of one answer where nobody says how many (MS-ASCMD 2.2.3.199). */
const WINDOW = { usual: 100, most: 512 } as const;
/** Octets of one answer where nothing is configured. */
const OCTETS = 2 * 1024 * 1024;

const windowOf = (asked: number | undefined, { parts }: EasRequest): number => {
  const most = Math.min(parts.settings.window || WINDOW.most, WINDOW.most);
  const wanted = asked ?? WINDOW.usual;
  return Math.min(wanted === 0 ? most : wanted, most);
};

/** What is left of one answer. */
const roomFor = (request: EasRequest, plan: Plan) => {
  let items = plan.window === undefined ? Infinity : windowOf(plan.window, request);
  let octets = request.parts.settings.octets || OCTETS;
  return {
    isFull: () => items <= 0 || octets <= 0,
    limit: (window: number | undefined) => Math.min(windowOf(window, request), items),
    octets: () => octets,
    took(result: FolderResult): void {
      if (!('told' in result)) return;
      items -= result.told.length;
      for (const one of result.told) octets -= 'data' in one ? sizeOf(one.data) : 50;
    },
  };
};

const stepOf = async (
  opening: FolderOpening,
  asked: Asked,
  room: ReturnType<typeof roomFor>,
): Promise<FolderResult> => {
  const opened = await opening.open(asked.id);
  if (opened === undefined) return { status: syncStatuses.hierarchyChanged };
  if (asked.conversations === true) return { status: syncStatuses.malformed };
  const { commands, fetches } = commandsFrom(asked.commands ?? []);
  return stepFolder(opened, {
    key: asked.key,
    options: optionsFrom(asked.options ?? []),
    supported: asked.supported?.map((element) => element.tag.replace(/^.*:/, '')),
    wantsChanges: asked.getChanges ?? true,
    ...{ commands, fetches },
    limit: room.limit(asked.window),
    octets: room.octets(),
  });
};

interface Answered {
  readonly asked: Asked;
  readonly result: FolderResult;
}

/** Every folder in its turn, as long as there is room in the answer. */
const stepAll = async (request: EasRequest, plan: Plan): Promise<readonly Answered[]> => {
  const opening = await folderOpening(request);
  const room = roomFor(request, plan);
  const answered: Answered[] = [];
  for (const asked of plan.folders) {
    // What there is no room for is asked for again; its commands cannot wait.
    if (room.isFull() && (asked.commands ?? []).length === 0) continue;
    const result = await stepOf(opening, asked, room);
    room.took(result);
    answered.push({ asked, result });
  }
  return answered;
};

const written = ({ version }: EasRequest, answered: readonly Answered[]): Element =>
  tag('Sync', [
    tag(
      'Collections',
      answered.map(({ asked: { id, key, itemClass }, result }) =>
        writtenFolder({ id, key, itemClass: version === '12.1' ? itemClass : undefined }, result),
      ),
    ),
  ]);

const answerOf = (request: EasRequest, answered: readonly Answered[]): EasAnswer => {
  const news = answered.filter(({ result }) => isNews(result));
  return news.length === 0 ? 'nothing' : { element: written(request, news) };
};

/** Waits until there is something to tell; `nothing` where there is not. */
const waited = async (request: EasRequest, plan: Plan, seconds: number): Promise<EasAnswer> => {
  const opening = await folderOpening(request);
  const ids = new Set(plan.folders.map(({ id }) => id));
  const watched = opening.folders
    .filter(({ serverId }) => ids.has(serverId))
    .map(({ stream }) => stream);
  const home = streams.home(request.principal.account);
  const waiter = startWaiting(request, [...watched, home], seconds * 1000);
  try {
    for (;;) {
      const answer = answerOf(request, await stepAll(request, plan));
      if (answer !== 'nothing' || (await waiter.next()) !== 'changed') return answer;
    }
  } finally {
    waiter.close();
  }
};

/**
 * Brings folders of a device and of the server together. A key is that of what the device was told; asked for again
 * with the one before, the same is done and told, and nothing twice.
 */
export const sync: Command = {
  name: 'Sync',
  source: 'MS-ASCMD 2.2.1.21',
  since: '12.1',
  until: '16.1',
  root: 'airsync:Sync',
  status: 'airsync:Status',
  needsPolicy: true,
  inQuarantine: false,
  limit: 16 * 1024 * 1024,
  mayBeEmpty: true,
  async handle(request) {
    const asked = request.body.length === 0 ? undefined : request.read(readSync);
    const plan = await planned(request, asked);
    if ('refused' in plan) return plan.refused;
    if (plan.folders.length === 0) return refused(syncStatuses.malformed);
    if (new Set(plan.folders.map(({ id }) => id)).size < plan.folders.length)
      throw new EasRefusal('InvalidXml', 'A folder is there twice.');
    const { folders, wait, window } = plan;
    if (asked !== undefined)
      await request.parts.sync.remember(request.principal.account, request.device.id, {
        sync: {
          folders: folders.map((one) => ({
            ...{ id: one.id, key: one.key },
            ...(one.window !== undefined && { window: one.window }),
          })),
          ...(wait !== undefined && { wait }),
          ...(window !== undefined && { window }),
        },
      });
    const isChange = folders.some(({ commands = [] }) => commands.length > 0);
    if (wait !== undefined && !isChange) return waited(request, plan, wait);
    return answerOf(request, await stepAll(request, plan));
  },
};
