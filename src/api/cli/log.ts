import { canonicalLogin } from '../../domain/account/login.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { type ItemPath, isWithin } from '../../domain/files/tree.ts';
import type { Position, Recorded, StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountId, Segment } from '../../domain/kernel/ids.ts';
import { isUuid } from '../../domain/kernel/ids.ts';
import type { Erased } from '../../domain/kernel/ports.ts';
import { collectionStream, streams } from '../../domain/kernel/streams.ts';
import type { Daybook } from '../daybook.ts';
import { FILES } from '../dav/href.ts';
import { type Command, flag, type Given, text, UsageError } from './command.ts';
import type { Surroundings } from './surroundings.ts';

/** Which events are wanted; absent means all. */
interface Wanted {
  readonly stream?: StreamId;
  readonly account?: {
    /** Of its own stream, which says also that it was erased. */
    readonly stream: StreamId;
    /** Seals its events; absent when there are none. */
    readonly key: string | undefined;
  };
  readonly object?: string;
  /** Of files: this one, or all in this folder. */
  readonly item?: ItemPath;
  readonly since?: string;
  readonly until?: string;
}

const accountOf = async (daybook: Daybook, login: string): Promise<AccountId> => {
  if (isUuid(login)) return login as AccountId;
  const row = await daybook.accountRows.byLogin(canonicalLogin(login));
  if (row === undefined) throw new UsageError(`there is no account '${login}'`);
  return row.account;
};

const homes = { Calendar: 'calendar', Contacts: 'addressbook' } as const;

/**
 * `ada/Calendar/personal` or `ada/Files/letters`, with or without `/SOGo/dav/` in front, or a stream's own
 * name.
 */
const placeOf = async (
  daybook: Daybook,
  path: string,
): Promise<Pick<Wanted, 'stream' | 'item'>> => {
  if (!path.includes('/') && isUuid(path.slice(path.indexOf('-') + 1)))
    return { stream: path as StreamId };
  const parts = path.replace(/^\/?(SOGo\/dav\/)?/, '').split('/');
  const [login = '', of = '', segment = '', ...deeper] = decoded(parts);
  if (of === FILES) {
    const item = [segment, ...deeper].filter((part) => part !== '') as Segment[];
    return { stream: streams.files(await accountOf(daybook, login)), item };
  }
  const kind = Object.entries(homes).find(([name]) => name === of)?.[1];
  if (kind === undefined || segment === '')
    throw new UsageError(
      `'${path}' names no collection: expected USER/Calendar/NAME, USER/Contacts/NAME or USER/Files/PATH`,
    );
  const home = await daybook.services.home(await accountOf(daybook, login));
  const entry = home.entries.find(
    (candidate) => candidate.kind === kind && candidate.segment === (segment as Segment),
  );
  if (entry === undefined) throw new UsageError(`there is no collection '${path}'`);
  return { stream: collectionStream(kind, entry.collection) };
};

const decoded = (parts: readonly string[]): readonly string[] => {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    throw new UsageError(`'${parts.join('/')}' is not valid percent encoding`);
  }
};

const instant = (given: Given, name: string): string | undefined => {
  const typed = text(given, name);
  if (typed === undefined) return undefined;
  const time = new Date(typed);
  if (Number.isNaN(time.getTime()))
    throw new UsageError(`--${name} takes a date or time as 2026-11-22 or 2026-11-22T10:00:00Z`);
  return time.toISOString();
};

const wantedBy = async (given: Given, daybook: Daybook): Promise<Wanted> => {
  const [named, collection] = [text(given, 'account'), text(given, 'collection')];
  const account = named === undefined ? undefined : await accountOf(daybook, named);
  const [object, since, until] = [
    text(given, 'object'),
    instant(given, 'since'),
    instant(given, 'until'),
  ];
  return {
    ...(collection === undefined ? {} : await placeOf(daybook, collection)),
    ...(account === undefined
      ? {}
      : {
          account: { stream: streams.account(account), key: await daybook.vault.idOf(account) },
        }),
    ...(object === undefined ? {} : { object }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
};

const fromOutside = (wanted: Wanted, { stream, sealedWith, occurredAt }: Recorded): boolean =>
  (wanted.stream === undefined || wanted.stream === stream) &&
  (wanted.account === undefined ||
    wanted.account.key === sealedWith ||
    wanted.account.stream === stream) &&
  (wanted.since === undefined || occurredAt >= wanted.since) &&
  (wanted.until === undefined || occurredAt < wanted.until);

const fromInside = ({ object, item }: Wanted, event: DomainEvent | Erased): boolean =>
  (object === undefined || ('name' in event && event.name === object)) &&
  (item === undefined || item.length === 0 || concerns(event, item));

/** Whether an event is about an item, about something in it, or takes along or away a folder that it is in. */
const concerns = (event: DomainEvent | Erased, item: ItemPath): boolean => {
  switch (event.type) {
    case 'FileStored':
    case 'FolderMade':
    case 'ItemPropertiesChanged':
      return isWithin(event.path, item);
    case 'ItemRemoved':
      return touches(event.path, item);
    case 'ItemCopied':
    case 'ItemMoved':
      return touches(event.from, item) || touches(event.to, item);
    default:
      return false;
  }
};

const touches = (path: ItemPath, item: ItemPath): boolean =>
  isWithin(path, item) || isWithin(item, path);

/** Octets as text, maps as objects; a stored hash is nobody's business. */
function plain(this: Readonly<Record<string, unknown>>, key: string): unknown {
  // Not the second argument: a Buffer has turned itself into an array of numbers there.
  const value = this[key];
  if (key === 'passwordHash') return '(hidden)';
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}

const described = (
  recorded: Recorded,
  { type, ...event }: DomainEvent | Erased,
  actor: string,
  withContent: boolean,
): string => {
  const { payload: _, position, stream, revision, occurredAt, id, ...envelope } = recorded;
  const shown = withContent || !('content' in event) ? event : { ...event, content: undefined };
  return JSON.stringify(
    {
      position,
      stream,
      revision: Number(revision),
      occurredAt,
      ...envelope,
      type,
      actorLogin: actor,
      id,
      event: shown,
    },
    plain,
  );
};

/** Batches of the log as asked: one stream's or everybody's, up to now or on and on. */
async function* batches(
  { store }: Daybook,
  { stream }: Wanted,
  follow: boolean,
  signal: AbortSignal,
): AsyncGenerator<readonly Recorded[]> {
  const end = await store.end();
  if (stream !== undefined) {
    for await (const batch of store.read(stream, 0n))
      yield batch.filter(({ position }) => end === 'start' || position <= end);
    if (follow) yield* store.subscribe(end, signal);
    return;
  }
  if (end === 'start' && !follow) return;
  for await (const batch of store.subscribe('start', signal)) {
    const past = (position: Position | undefined): boolean =>
      !follow && end !== 'start' && position !== undefined && position >= end;
    yield past(batch.at(-1)?.position) ? batch.filter(({ position }) => position <= end) : batch;
    if (past(batch.at(-1)?.position)) return;
  }
}

export const logCommand: Command<Surroundings> = {
  name: 'log',
  summary: 'print events, decoded, a JSON object a line',
  operands: [],
  options: [
    { name: 'account', value: 'NAME', summary: "only events of this account's own things" },
    {
      name: 'collection',
      value: 'PATH',
      summary:
        'only this: USER/Calendar/NAME, USER/Contacts/NAME, USER/Files, a file or folder in it, or a stream',
    },
    { name: 'object', value: 'NAME', summary: 'only this object: lunch.ics' },
    { name: 'since', value: 'TIME', summary: 'only events at or after this time' },
    { name: 'until', value: 'TIME', summary: 'only events before this time' },
    { name: 'no-content', summary: "leave the clients' octets out" },
    {
      name: 'follow',
      short: 'f',
      summary: 'go on with new events as they come, until interrupted',
    },
  ],
  details: 'Events come in the order of the log. Times are RFC 3339. Works while the server runs.',
  async run(given, surroundings) {
    const daybook = await surroundings.open(given);
    const { signal, print } = surroundings;
    try {
      const wanted = await wantedBy(given, daybook);
      const logins = new Map<string, string>();
      const loginOf = async (actor: string): Promise<string> => {
        const known = logins.get(actor);
        if (known !== undefined || !isUuid(actor)) return known ?? '';
        const login = (await daybook.accountRows.byId(actor as AccountId))?.login ?? '';
        logins.set(actor, login);
        return login;
      };
      for await (const batch of batches(daybook, wanted, flag(given, 'follow'), signal)) {
        const candidates = batch.filter((recorded) => fromOutside(wanted, recorded));
        const events = await daybook.codec.open(candidates);
        for (const [index, recorded] of candidates.entries()) {
          const event = events[index];
          if (event !== undefined && fromInside(wanted, event))
            print(
              described(recorded, event, await loginOf(recorded.actor), !flag(given, 'no-content')),
            );
        }
      }
      return 0;
    } finally {
      await daybook.close();
    }
  },
};
