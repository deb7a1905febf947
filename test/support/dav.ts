import type { PrincipalSource } from '../../src/api/built-in-directory.ts';
import { randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryBlobStore } from '../../src/adapters/blobs/memory.ts';
import { eventCodec } from '../../src/adapters/codec/event-codec.ts';
import { memoryKeyVault } from '../../src/adapters/keys/memory.ts';
import { memoryEventStore } from '../../src/adapters/memory/event-store.ts';
import { fileTrees } from '../../src/api/file-trees.ts';
import { type BookSource, directoriesOver } from '../../src/api/books/directories.ts';
import { provisionedHome } from '../../src/api/homes.ts';
import { buildServer, type ServerParts } from '../../src/api/http/server.ts';
import type { LogCode } from '../../src/api/log.ts';
import { sharing, type SharingSettings } from '../../src/api/sharing.ts';
import type { UserSource } from '../../src/domain/account/user-source.ts';
import type { BusyRules } from '../../src/api/scheduling/busy-rules.ts';
import { knownPreferences } from '../../src/api/scheduling/known-preferences.ts';
import type { Principal, Services } from '../../src/api/services.ts';
import { addressBook } from '../../src/domain/addressbook/addressbook.ts';
import { calendar } from '../../src/domain/calendar/calendar.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { FilesEvent, FilesState } from '../../src/domain/files/changes.ts';
import { files } from '../../src/domain/files/files.ts';
import { home } from '../../src/domain/home/home.ts';
import type { Decider } from '../../src/domain/kernel/decision.ts';
import type { EventStore, StreamId } from '../../src/domain/kernel/event-store.ts';
import { foldTail, type Folded, unfolded } from '../../src/domain/kernel/fold.ts';
import { notifications } from '../../src/domain/notifications/notifications.ts';
import {
  type Choices,
  preferences,
  preferencesOver,
} from '../../src/domain/preferences/preferences.ts';
import { streams } from '../../src/domain/kernel/streams.ts';
import { knowledge } from '../../src/api/knowledge.ts';
import { handling } from '../../src/domain/kernel/handle.ts';
import { apart } from '../../src/domain/account/visibility.ts';
import type { AccountId, CollectionId, Instant } from '../../src/domain/kernel/ids.ts';
import type { EventCodec } from '../../src/domain/kernel/ports.ts';
import { memoryLocks } from './memory-locks.ts';
import { type ProcessEvent, schedulingProcess } from '../../src/domain/scheduling/process.ts';
import type { CalendarEvent } from '../../src/domain/calendar/calendar.ts';
import type { AccountRow } from '../../src/projections/account/rows.ts';
import {
  schedulingOver,
  type SchedulingParts,
  type WorkingScheduling,
} from '../../src/api/scheduling/scheduling.ts';
import { memoryCollectionRows, memoryHomeRows, memoryUidRows } from './memory-rows.ts';

/** A DAV server in this process: the real layers over a log in memory, reached over real HTTP. */
export interface DavServer {
  readonly url: string;
  readonly port: number;
  readonly services: Services;
  readonly scheduling: WorkingScheduling;
  readonly store: EventStore;
  readonly codec: EventCodec<DomainEvent>;
  /** Lines logged so far. */
  readonly logged: readonly Logged[];
  /** A request as alice, unless told otherwise. `path` goes out exactly as it is. */
  send(method: string, path: string, options?: RequestOptions): Promise<Answered>;
  stop(): Promise<void>;
}

export interface Logged {
  readonly code: LogCode;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** `alice:secret` when absent; null sends no credentials. */
  readonly credentials?: string | null;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface DavServerOptions {
  readonly limits?: Partial<Services['limits']>;
  readonly dialect?: Services['dialect'];
  /** What is configured of sharing, where not nothing. */
  readonly sharing?: Partial<SharingSettings>;
  /** What is configured of free and busy time, where not `byRights`. */
  readonly busy?: Partial<BusyRules>;
  /** Groups by name, with the logins in them, as a directory `staff` knows them. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly books?: readonly BookSource[];
  /** Stands in for parts of the services, to make them fail. */
  readonly wrap?: (services: Services) => Services;
  readonly parts?: Partial<ServerParts>;
  /** More people than those who are always there. */
  readonly people?: readonly Principal[];
  readonly scheduling?: Partial<Pick<SchedulingParts, 'step' | 'mailOut' | 'log'>>;
}

/** All with the password `secret`. Bob has no mail address. */
export const principals = {
  alice: {
    account: 'a11ce000-0000-4000-8000-000000000001' as AccountId,
    login: 'alice',
    displayName: 'Alice Liddell',
    mail: 'alice@example.org',
  },
  bob: {
    account: 'b0b00000-0000-4000-8000-000000000002' as AccountId,
    login: 'bob@example.org',
    displayName: '',
    mail: '',
  },
  carol: {
    account: 'ca401000-0000-4000-8000-000000000003' as AccountId,
    login: 'carol',
    displayName: 'Carol',
    mail: 'carol@example.org',
  },
} as const satisfies Record<string, Principal>;

/** As much of a directory as rights ask for. */
const directoryOf = (groups: NonNullable<DavServerOptions['groups']>): UserSource => {
  const entry = (id: string) => ({ source: 'staff', id, kind: 'group', mails: [] });
  const directory = {
    id: 'staff',
    authenticate: async () => undefined,
    lookup: async () => undefined,
    close: async () => {},
    find: async ({ id = '' }: { readonly id?: string }) =>
      groups[id] === undefined ? undefined : entry(id),
    groupsOf: async (login: string) =>
      Object.entries(groups).flatMap(([id, logins]) => (logins.includes(login) ? [entry(id)] : [])),
    search: async () => [],
  };
  return directory;
};

const rowsOf = (people: readonly Principal[]): readonly AccountRow[] =>
  people.map((principal) => ({
    ...principal,
    passwordHash: 'x',
    openedAt: '2026-01-01T00:00:00.000Z' as Instant,
  }));

/** Who has no right is told nothing. */
export const byRights: BusyRules = {
  toldToAll: false,
  offHours: false,
  dayStart: '08:00',
  dayEnd: '18:00',
};

export const usualPreferences: Choices = {
  timeZone: 'UTC',
  weekStart: 1,
  language: 'en',
  contactsCategories: [],
};

const noPrincipals: PrincipalSource = {
  find: async () => undefined,
  search: async () => [],
  members: async () => undefined,
  groupsOf: async () => [],
  book: { ids: async () => ({ ids: [], isComplete: true }), entries: async () => [] },
};

export const noSharingSettings: SharingSettings = {
  superusers: new Set(),
  usual: { calendar: [], addressbook: [] },
  folderFormat: '%{FolderName} (%{UserName} <%{Email}>)',
};

const servicesOver = (store: EventStore, options: DavServerOptions) => {
  const everybody: readonly Principal[] = [...Object.values(principals), ...(options.people ?? [])];
  const accountRows = rowsOf(everybody);
  const vault = memoryKeyVault();
  const codec = eventCodec({ vault, newId: randomUUID });
  const now = () => new Date().toISOString() as Instant;
  const handle = <Command, State, Event extends DomainEvent, Rejection>(
    decider: Decider<Command, State, Event, Rejection>,
  ) =>
    handling(decider, {
      store,
      codec: codec as unknown as EventCodec<Event>,
      cache: new Map<StreamId, Folded<State>>(),
      pause: async () => {},
    });
  const calendars = handle(calendar);
  const addressBooks = handle(addressBook);
  const homes = handle(home);
  const preferring = preferences(knowledge);
  const seen = async () => {};
  const homeRows = memoryHomeRows({ store, codec });
  const homeOf = provisionedHome({
    rows: homeRows,
    homes,
    calendars,
    addressBooks,
    seen,
    provenance: () => ({
      actor: 'system',
      via: 'test',
      at: now(),
      correlationId: randomUUID(),
      causationId: randomUUID(),
    }),
  });
  const chosenOf = async (account: AccountId) => {
    const log = { store, codec: codec as unknown as EventCodec<never> };
    const stream = streams.preferences(account);
    return (await foldTail(preferring, log, stream, unfolded(preferring))).state;
  };
  const services: Services & { readonly scheduling: WorkingScheduling } = {
    calendars,
    addressBooks,
    homes,
    files: handle(files),
    filesOf: fileTrees({
      store,
      codec: codec as unknown as EventCodec<FilesEvent>,
      cache: new Map<StreamId, Folded<FilesState>>(),
    }),
    collections: memoryCollectionRows({ store, codec }),
    home: homeOf,
    homeHint: homeOf,
    homesOf: homeRows.homes,
    preferencesOf: async (person) =>
      preferencesOver(await chosenOf(person.account), usualPreferences),
    preferencesOfAll: knownPreferences({
      ...{ store, chosenOf, none: preferring.initial() },
      over: (_, chosen) => preferencesOver(chosen, usualPreferences),
    }),
    changePreferences: handle(preferring),
    notify: handle(notifications),
    notificationsOf: async (account) => {
      const log = { store, codec: codec as unknown as EventCodec<never> };
      const stream = streams.notifications(account);
      return (await foldTail(notifications, log, stream, unfolded(notifications))).state;
    },
    sharing: sharing({
      accounts: {
        byLogin: async (login) => accountRows.find((row) => row.login === login),
        byId: async (account) => accountRows.find((row) => row.account === account),
        all: async function* () {
          yield accountRows;
        },
      },
      sources: options.groups === undefined ? [] : [directoryOf(options.groups)],
      settings: () => ({ ...noSharingSettings, ...options.sharing }),
      adopt: async () => undefined,
      groups: { find: async () => undefined, groupsOf: async () => [] },
      domains: { of: () => undefined, maySee: async () => true },
      watch: () => () => {},
      trust: 0,
    }),
    directories: directoriesOver(
      options.books ?? [],
      { of: ({ mail }) => mail.split('@')[1], visibility: async () => apart },
      () => noPrincipals,
    ),
    blobs: memoryBlobStore({ vault }),
    locks: memoryLocks(),
    seen,
    authenticate: async (login, password) =>
      password === 'secret' ? everybody.find((principal) => principal.login === login) : undefined,
    guard: { tooMany: () => undefined, tooManyFrom: () => undefined },
    now,
    newCollectionId: () => randomUUID() as CollectionId,
    limits: { resource: 1_000_000, xml: 200_000, hrefs: 1000, ...options.limits },
    dialect: options.dialect ?? 'rfc',
    domains: {
      of: () => undefined,
      visibility: async () => apart,
      maySee: async () => true,
    },
    freeBusyDays: () => [7, 7],
    busyRules: () => ({ ...byRights, ...options.busy }),
    get scheduling() {
      return scheduling;
    },
  };
  const scheduling = schedulingOver({
    ...{ services, store },
    accounts: {
      byMails: async (mails) => accountRows.filter(({ mail }) => mails.includes(mail)),
    },
    uids: memoryUidRows({ store, codec }),
    codec: codec as unknown as EventCodec<CalendarEvent>,
    processCodec: codec as unknown as EventCodec<ProcessEvent>,
    process: handle(schedulingProcess),
    provenance: (via) => ({
      ...{ actor: 'system', via: `${via} daybook/test`, at: now() },
      ...{ correlationId: randomUUID(), causationId: randomUUID() },
    }),
    log: () => {},
    age: 0,
    ...options.scheduling,
  });
  return { codec, scheduling, services: options.wrap?.(services) ?? services };
};

/** Starts a server of its own on a free port of the loopback interface. */
export const startDav = async (options: DavServerOptions = {}): Promise<DavServer> => {
  const store = memoryEventStore();
  const { codec, scheduling, services } = servicesOver(store, options);
  const logged: Logged[] = [];
  const app = buildServer(services, {
    log: (code, fields = {}) => {
      logged.push({ code, fields });
    },
    healthy: async () => true,
    ready: async () => ({ ready: true, parts: { store: true } }),
    page: (origin) => ({ headers: { 'content-type': 'text/html' }, body: `<p>${origin}</p>` }),
    ...options.parts,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    services,
    scheduling,
    store,
    codec,
    logged,
    send: (method, path, sent) => send(port, method, path, sent),
    async stop() {
      await app.close();
      await store.close();
    },
  };
};

const send = (
  port: number,
  method: string,
  path: string,
  { headers = {}, body, credentials = 'alice:secret' }: RequestOptions = {},
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const authorization =
      credentials === null
        ? {}
        : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
    const octets = typeof body === 'string' ? Buffer.from(body) : body;
    const length =
      octets === undefined || 'transfer-encoding' in headers
        ? {}
        : { 'content-length': String(octets.length) };
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: { ...authorization, ...length, ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', reject)
          .on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString(),
            }),
          );
      },
    );
    request.on('error', reject).end(octets);
  });
