import { randomBytes } from 'node:crypto';
import type { Data } from '../../../domain/activesync/data.ts';
import type { Context } from '../../../domain/activesync/item-class.ts';
import type {
  AnsweredCommand,
  FolderOptions,
  FolderRow,
  HeldItem,
  SentFolder,
} from '../../../domain/activesync/sync-ledger.ts';
import { RevisionConflict } from '../../../domain/kernel/event-store.ts';
import type { ResourceName } from '../../../domain/kernel/ids.ts';
import { requestDigest } from '../hierarchy.ts';
import { type ClientCommand, clientNameOf, doAll } from './commands.ts';
import { dataOf, itemsNamed } from './items.ts';
import { contextOf, type OpenFolder, usualOptions } from './opened.ts';
import { type Page, scanned, type Told } from './scan.ts';
import { syncStatuses } from './statuses.ts';
import { filterFor, isWider, windowStart } from './window.ts';

/** What a request asks of one folder. */
export interface FolderRequest {
  readonly key: string;
  /** What the client says of how it wants the folder; absent: as before. */
  readonly options: FolderOptions | undefined;
  readonly supported: readonly string[] | undefined;
  readonly wantsChanges: boolean;
  readonly commands: readonly ClientCommand[];
  /** ServerIds. */
  readonly fetches: readonly string[];
  readonly limit: number;
  readonly octets: number;
}

export interface Fetched {
  readonly id: string;
  /** Absent where there is none. */
  readonly data: Data | undefined;
}

export type FolderResult =
  | { readonly status: number }
  | { readonly status: 1; readonly unchanged: true; readonly key: string }
  | {
      readonly status: 1;
      readonly key: string;
      readonly told: readonly Told[];
      readonly more: boolean;
      readonly answered: readonly AnsweredCommand[];
      readonly fetched: readonly Fetched[];
    };

/** How often a row is read again that another request of the same device has changed. */
const ATTEMPTS = 8;

const newKey = (generation: number): string => `${generation}-${randomBytes(6).toString('hex')}`;

const done = (key: string, rest: Partial<Extract<FolderResult, { told: unknown }>> = {}) => ({
  ...{ status: 1 as const, key, told: [], more: false, answered: [], fetched: [] },
  ...rest,
});

/** A state that a request may stand on; `isLast`: nothing was sent since. */
interface Base {
  readonly row: FolderRow;
  readonly state: SentFolder;
  readonly isLast: boolean;
}

/** What stands behind a key; `undefined` where it is neither of the last two. */
export const baseOf = (row: FolderRow | undefined, key: string): Base | undefined => {
  if (row === undefined) return undefined;
  if (key === row.sent.key) return { row, state: row.sent, isLast: true };
  return key === row.before?.key ? { row, state: row.before, isLast: false } : undefined;
};

/** What a device has by what it did itself. */
const ownOf = (answered: readonly AnsweredCommand[]): ReadonlyMap<string, HeldItem | undefined> => {
  const own = new Map<string, HeldItem | undefined>();
  for (const { dropped, held } of answered) {
    if (dropped !== undefined) own.set(dropped, undefined);
    if (held !== undefined) own.set(held.id, held);
  }
  return own;
};

const addedBy = (answered: readonly AnsweredCommand[]): ReadonlySet<string> =>
  new Set(answered.flatMap(({ kind, held }) => (kind === 'add' && held ? [held.id] : [])));

/** Does commands that were not done when the same request came before; answers all in their order. */
const carriedOut = async (
  opened: OpenFolder,
  base: Base,
  asked: FolderRequest,
  context: Context,
  options: FolderOptions,
): Promise<readonly AnsweredCommand[]> => {
  const { commands, key } = asked;
  if (commands.length === 0) return [];
  const { request, place } = opened;
  const before = base.isLast ? undefined : base.row.answered;
  const isSame = before?.request === digestOf(commands);
  const known = new Map(
    (before?.commands ?? [])
      .filter(({ kind }) => isSame || kind === 'add')
      .map((one) => [`${one.kind} ${one.client}`, one]),
  );
  const nameOf = (command: ClientCommand) => `${command.kind} ${clientNameOf(command)}`;
  const fresh = commands.filter((command) => !known.has(nameOf(command)));
  const ids = fresh.flatMap((command) => (command.kind === 'add' ? [] : [command.id]));
  const held = await request.parts.sync.held(place, base.state.at, ids);
  const items = await itemsNamed(
    opened,
    [...held.values()].map(({ name }) => name),
  );
  const { clientWins } = options;
  const answers = await doAll({ opened, key, context, clientWins, held, items }, fresh);
  let next = 0;
  return commands.flatMap((command) => {
    const one = known.get(nameOf(command)) ?? answers[next++];
    return one === undefined ? [] : [one];
  });
};

const digestOf = (commands: readonly ClientCommand[]): string =>
  requestDigest(
    JSON.stringify(commands, (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );

const fetchedOf = async (
  opened: OpenFolder,
  ids: readonly string[],
  held: (ids: readonly string[]) => Promise<ReadonlyMap<string, HeldItem>>,
  context: Context,
): Promise<readonly Fetched[]> => {
  if (ids.length === 0) return [];
  const known = await held(ids);
  const items = await itemsNamed(
    opened,
    [...known.values()].map(({ name }) => name),
  );
  return ids.map((id) => {
    const name = known.get(id)?.name;
    const item = name === undefined ? undefined : items.get(name);
    return { id, data: item && dataOf(opened, item, context) };
  });
};

/** Where changes are looked for: from the beginning, where a filter shows what one before it hid. */
const sinceOf = ({ since, filter }: SentFolder, now: number): string =>
  isWider(now, filter) ? '-1' : since;

/** Deliveries of one page that may fail before its items are sent one by one, and before the first is left out. */
const PATIENCE = { alone: 3, skip: 6 } as const;

interface Step {
  readonly result: FolderResult;
  /** What is kept if nobody was quicker. */
  keep?(): Promise<boolean>;
}

const prime = (opened: OpenFolder, asked: FolderRequest, row: FolderRow | undefined): Step => {
  if (asked.commands.length > 0) return { result: { status: syncStatuses.malformed } };
  const generation = (row?.generation ?? 0) + 1;
  const key = newKey(generation);
  const options = asked.options ?? usualOptions;
  const { request, place, folder, view } = opened;
  const filter = filterFor(folder.itemClass, options.filter);
  return {
    result: done(key),
    keep: () =>
      request.parts.sync.keepFolder(
        place,
        {
          ...{ generation, view, options, repeats: 0 },
          sent: { key, at: generation, since: '-1', filter },
          ...(asked.supported && { supported: asked.supported }),
        },
        { put: [], drop: [] },
      ),
  };
};

/** What a device has once it was told all of it. */
const changeBy = (
  own: ReadonlyMap<string, HeldItem | undefined>,
  told: readonly Told[],
): { readonly put: readonly HeldItem[]; readonly drop: readonly string[] } => {
  const after = new Map(own);
  for (const one of told)
    if ('held' in one) after.set(one.held.id, one.held);
    else after.set(one.id, undefined);
  return {
    put: [...after.values()].filter((item) => item !== undefined),
    drop: [...after].flatMap(([id, item]) => (item === undefined ? [id] : [])),
  };
};

/** What the device could not take, again and again, counts as told. */
const skippedIn = (opened: OpenFolder, page: Page, repeats: number): Page => {
  const [first] = page.told;
  if (repeats < PATIENCE.skip || first === undefined || !('held' in first)) return page;
  const { account, device, folder } = opened.place;
  opened.request.parts.log('activesync-item-skipped', {
    ...{ account, device, folder },
    item: first.held.name,
  });
  return page;
};

const advance = async (opened: OpenFolder, base: Base, asked: FolderRequest): Promise<Step> => {
  const { request, place, folder, view } = opened;
  const { row, state, isLast } = base;
  if (row.view !== view) return { result: { status: syncStatuses.wrongKey } };
  const options = asked.options ?? row.options;
  const context = contextOf(opened, { ...row, options });
  const filter = filterFor(folder.itemClass, options.filter);
  const answered = await carriedOut(opened, base, asked, context, options);
  const own = ownOf(answered);
  const again = [...new Set(answered.flatMap((one) => one.again ?? []))] as ResourceName[];
  const repeats = isLast ? 0 : row.repeats + 1;
  const scan = {
    ...{ at: state.at, own, again, context, later: addedBy(answered) },
    since: sinceOf(state, filter),
    window: windowStart(filter, context.now),
    limit: repeats >= PATIENCE.alone ? 1 : asked.limit,
    octets: asked.octets,
  };
  const page = asked.wantsChanges
    ? await scanned(opened, scan)
    : { told: [], since: state.since, more: false };
  if (page === undefined) return { result: { status: syncStatuses.folderGone } };
  skippedIn(opened, page, repeats);
  const fetched = await fetchedOf(
    opened,
    asked.fetches,
    (ids) => request.parts.sync.held(place, state.at, ids),
    context,
  );
  const isSilent = page.told.length + answered.length === 0 && !page.more;
  const isSame = isSilent && isLast && JSON.stringify(options) === JSON.stringify(row.options);
  if (isSame) {
    const result: FolderResult =
      fetched.length === 0
        ? { status: 1, unchanged: true, key: state.key }
        : done(state.key, { fetched });
    if (page.since === state.since && row.before === undefined) return { result };
    // The device has its last answer, and what was none of its business need not be looked at again.
    const { before: _before, answered: _answered, ...rest } = row;
    const sent = { ...state, since: page.since };
    const confirmed = { ...rest, generation: row.generation + 1, sent, repeats: 0 };
    return { result, keep: () => request.parts.sync.keepFolder(place, confirmed) };
  }
  const generation = row.generation + 1;
  const key = newKey(generation);
  // What could not be digested is left out of the answer, and remembered as if it had been taken.
  const told = repeats >= PATIENCE.skip ? page.told.slice(1) : page.told;
  return {
    result: done(key, { told, more: page.more, answered, fetched }),
    keep: () =>
      request.parts.sync.keepFolder(
        place,
        {
          ...{ generation, view, options, repeats },
          sent: { key, at: generation, since: page.since, filter },
          before: state,
          ...(row.supported && { supported: row.supported }),
          ...(answered.length > 0 && {
            answered: { request: digestOf(asked.commands), commands: answered },
          }),
        },
        { from: state.at, ...changeBy(own, page.told) },
      ),
  };
};

/** Requests of one device for one folder, one after the other. */
const queues = new Map<string, Promise<unknown>>();

const inTurn = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
  const before = queues.get(name) ?? Promise.resolve();
  const result = before.then(work, work);
  const settled = result.catch(() => undefined);
  queues.set(name, settled);
  try {
    return await result;
  } finally {
    if (queues.get(name) === settled) queues.delete(name);
  }
};

/**
 * One step of a device with a folder: its commands are done, and it is told what changed. What it leads to is kept
 * before it is answered; where another request came in between, it is done anew.
 */
export const stepFolder = (opened: OpenFolder, asked: FolderRequest): Promise<FolderResult> => {
  const { request, place } = opened;
  const { account, device, folder } = place;
  return inTurn(`${account} ${device} ${folder}`, async () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const row = (await request.parts.sync.folders(account, device, [folder])).get(folder);
      const base = baseOf(row, asked.key);
      if (asked.key !== '0' && base === undefined) return { status: syncStatuses.wrongKey };
      const step =
        base === undefined ? prime(opened, asked, row) : await advance(opened, base, asked);
      if (step.keep === undefined || (await step.keep())) return step.result;
    }
    throw new RevisionConflict(opened.folder.stream, 'no-stream');
  });
};

/** How much a device would be told that comes with a key: as `stepFolder`, and nothing is kept. */
export const countFor = async (
  opened: OpenFolder,
  { row, state }: Base,
  limit: number,
  asked: FolderOptions | undefined = undefined,
): Promise<number> => {
  const options = asked ?? row.options;
  const context = contextOf(opened, { ...row, options });
  const filter = filterFor(opened.folder.itemClass, options.filter);
  const page = await scanned(opened, {
    ...{ at: state.at, own: new Map(), again: [], later: new Set<string>() },
    ...{ context, limit, octets: Infinity },
    since: sinceOf(state, filter),
    window: windowStart(filter, context.now),
  });
  return page?.told.length ?? 0;
};

/** Whether an answer says anything. */
export const isNews = (result: FolderResult): boolean => !('unchanged' in result);
