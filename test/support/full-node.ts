import { postgresSyncLedger } from '../../src/adapters/eas-ledger/postgres-sync.ts';
import { postgresDeviceLedger } from '../../src/adapters/eas-ledger/postgres.ts';
import { migrateDeviceLedger } from '../../src/adapters/eas-ledger/schema.ts';
import { autodiscoverPlugin } from '../../src/api/eas/autodiscover.ts';
import { easPlugin } from '../../src/api/eas/plugin.ts';
import type { EasSettings } from '../../src/api/eas/parts.ts';
import { noEasSettings } from './eas.ts';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrateBlobs, postgresBlobStore } from '../../src/adapters/blobs/postgres.ts';
import { eventCodec } from '../../src/adapters/codec/event-codec.ts';
import { httpFeed } from '../../src/adapters/feeds/http-feed.ts';
import { migrateFeeds, postgresFeedSchedule } from '../../src/adapters/feeds/schedule.ts';
import { migrateVault, postgresKeyVault } from '../../src/adapters/keys/postgres.ts';
import { postgresJobs } from '../../src/adapters/jobs/jobs.ts';
import { migrateJobs } from '../../src/adapters/jobs/schema.ts';
import { postgresLocks } from '../../src/adapters/locks/locks.ts';
import { migrateLocks } from '../../src/adapters/locks/schema.ts';
import { readArrivedMail } from '../../src/adapters/mime/arrived-mail.ts';
import { postgresCheckpoints } from '../../src/adapters/outbox/checkpoints.ts';
import { postgresOutbox } from '../../src/adapters/outbox/outbox.ts';
import { migrateOutbox } from '../../src/adapters/outbox/schema.ts';
import { argon2Passwords } from '../../src/adapters/passwords/argon2.ts';
import { postgresEventStore } from '../../src/adapters/postgres/event-store.ts';
import { postgresNodes } from '../../src/adapters/postgres/nodes.ts';
import { migrateLog } from '../../src/adapters/postgres/schema.ts';
import { migrateReadModel, readModel } from '../../src/adapters/readmodel/read-model.ts';
import { postgresCounters } from '../../src/adapters/sign-in/counters.ts';
import { migrateSignIn } from '../../src/adapters/sign-in/schema.ts';
import { postgresOneTimeNotes } from '../../src/adapters/sign-in/one-time-notes.ts';
import { postgresSessions } from '../../src/adapters/sign-in/sessions.ts';
import { postgresSignInState } from '../../src/adapters/sign-in/state.ts';
import { erasingOver } from '../../src/api/account-erasure.ts';
import { accountPagePlugin } from '../../src/api/account-page/plugin.ts';
import { assemble } from '../../src/api/assemble.ts';
import { foldCaches } from '../../src/api/fold-caches.ts';
import type { BookSource } from '../../src/api/books/directories.ts';
import type { Daybook } from '../../src/api/daybook.ts';
import type { DomainSettings } from '../../src/api/domains.ts';
import { buildServer } from '../../src/api/http/server.ts';
import { jsonPlugin } from '../../src/api/json/plugin.ts';
import { silentMeter } from '../../src/api/metrics/meter.ts';
import type { Elsewhere } from '../../src/api/sign-in/elsewhere.ts';
import type { BusyRules } from '../../src/api/scheduling/busy-rules.ts';
import type { SignInLimits } from '../../src/api/sign-in/guard.ts';
import { waysIn } from '../../src/api/single-sign-on/ways-in.ts';
import type { ChangingSource } from '../../src/api/sign-in/own-password.ts';
import type { PasswordHasher } from '../../src/domain/account/password.ts';
import type { Choices } from '../../src/domain/preferences/preferences.ts';
import type { SendMail } from '../../src/domain/mail/transport.ts';
import { byRights, type Logged, noSharingSettings, usualPreferences } from './dav.ts';

export interface NodeOptions {
  /** Of a database of its own; several nodes may share one. */
  readonly url: string;
  readonly limits?: Partial<SignInLimits>;
  readonly sources?: readonly ChangingSource[];
  readonly books?: readonly BookSource[];
  readonly hasher?: PasswordHasher;
  readonly times?: { readonly idle: number; readonly lifetime: number };
  readonly forgeryGuard?: boolean;
  /** Who proves people besides. */
  readonly elsewhere?: Elsewhere;
  readonly publicUrl?: string;
  /** Where to listen; any free port when absent. */
  readonly port?: number;
  readonly trustedProxies?: readonly string[];
  readonly domains?: Partial<DomainSettings>;
  /** What people of a domain have who have not chosen, where it is something else than for all tests. */
  readonly usual?: (domain: string | undefined) => Partial<Choices>;
  readonly wantsSecondFactor?: (domain: string | undefined) => boolean;
  /** Where links in mails lead, where forgotten passwords are replaced. */
  readonly recovery?: string;
  readonly passwordChange?: boolean;
  /** Private networks that web calendars may come from. */
  readonly feedNetworks?: readonly string[];
  /** Whether people are told of their rights by mail. */
  readonly rightsNotices?: boolean;
  /** Takes mail; without one, none is written. */
  readonly sendMail?: SendMail;
  /** What is configured of free and busy time, where not `byRights`. */
  readonly busy?: Partial<BusyRules>;
  /** Whether reminders are mailed now (SOGoEnableEMailAlarms); absent: no. */
  readonly reminders?: () => boolean;
  readonly activeSync?: Partial<EasSettings>;
  /** Messages that somebody may cause in a minute; absent: any. */
  readonly messages?: number;
}

/** All of Daybook in this process, put together as `main.ts` does, over real HTTP and PostgreSQL. */
export interface FullNode {
  readonly daybook: Daybook;
  readonly url: string;
  readonly logged: readonly Logged[];
  readonly pool: pg.Pool;
  stop(): Promise<void>;
}

const noDomains: DomainSettings = {
  names: new Set(),
  domainBased: false,
  groups: [],
  offered: [],
  suffix: undefined,
  admitted: undefined,
};

const generous = { count: 1000, interval: 60, block: 60 } as const;
const noLimit = { ...generous, count: 0 } as const;

export const startNode = async (options: NodeOptions): Promise<FullNode> => {
  const { trustedProxies, url, sources = [], forgeryGuard = true } = options;
  const domainSettings = { ...noDomains, ...options.domains };
  const pool = new pg.Pool({ connectionString: url, max: 6 });
  pool.on('error', () => undefined);
  await migrateVault(pool);
  await migrateBlobs(pool);
  await migrateReadModel(pool);
  await migrateSignIn(pool);
  await migrateFeeds(pool);
  await migrateOutbox(pool);
  await migrateJobs(pool);
  await migrateLocks(pool);
  await migrateDeviceLedger(pool);
  await migrateLog(pool);
  const logged: Logged[] = [];
  const log = (code: Logged['code'], fields: Logged['fields'] = {}): void => {
    logged.push({ code, fields });
  };
  const store = postgresEventStore({ connection: { connectionString: url } });
  const vault = postgresKeyVault({ pool });
  const rows = readModel({ pool, logHere: true });
  const times = options.times ?? { idle: 3600, lifetime: 36_000 };
  const codec = eventCodec({ vault, newId: randomUUID });
  const blobs = postgresBlobStore({ pool, vault });
  const caches = foldCaches();
  const outbox = postgresOutbox({ pool, vault });
  const locks = postgresLocks({ pool, listen: { connectionString: url } });
  const daybook = assemble({
    ...{ store, vault, rows, sources, log },
    ...{ codec, blobs, ...caches },
    books: options.books ?? [],
    erasing: erasingOver({ remembering: [codec, blobs, outbox, caches], rows, blobs, vault }),
    locks,
    feeds: {
      schedule: postgresFeedSchedule({ pool }),
      fetch: httpFeed({ networks: options.feedNetworks ?? [], agent: 'Daybook/test' }),
    },
    mail: {
      outbox,
      checkpoints: postgresCheckpoints({ pool }),
      read: readArrivedMail,
      send: options.sendMail ?? (async () => ({ kind: 'sent' })),
      policy: {
        reminders: () => options.reminders?.() ?? false,
        remindersAnywhere: () => options.reminders?.() ?? false,
        invitations: () => options.sendMail !== undefined,
        folderNotices: () => options.sendMail !== undefined,
        folderNoticesAnywhere: () => options.sendMail !== undefined,
        rightsNotices: () => options.rightsNotices === true,
        rightsNoticesAnywhere: () => options.rightsNotices === true,
        publicUrl: options.publicUrl,
        mailDomain: () => 'acme.com',
        recoveryFrom: () => 'noreply@acme.com',
        from: () => undefined,
      },
      limits: { messages: { ...generous, count: options.messages ?? 0 }, recipients: noLimit },
    },
    jobs: postgresJobs({ pool }),
    activeSync: {
      ledger: postgresDeviceLedger({ pool }),
      sync: postgresSyncLedger({ pool }),
      settings: { ...noEasSettings, ...options.activeSync },
    },
    hasher: options.hasher ?? argon2Passwords(),
    signIn: {
      sessions: postgresSessions({ pool }),
      counters: postgresCounters({ pool }),
      state: postgresSignInState({ pool }),
      limits: { failures: generous, requests: { ...generous, count: 0 }, ...options.limits },
      times,
      notes: postgresOneTimeNotes({ pool }),
      recovery: {
        isAnywhere: () => options.recovery !== undefined,
        isOn: () => options.recovery !== undefined,
        publicUrl: () => options.recovery,
      },
      wantsSecondFactor: (domain) => options.wantsSecondFactor?.(domain) ?? false,
      elsewhere: () => ({ publicUrl: options.publicUrl, ...options.elsewhere }),
    },
    pause: (attempt) => sleep(attempt),
    resourceLimit: 1_000_000,
    nodes: postgresNodes({ connectionString: url, report: () => undefined }),
    domains: domainSettings,
    nodeId: randomUUID(),
    dialect: 'rfc',
    unserved: [],
    publicAccess: false,
    unexported: [],
    freeBusyDays: () => [7, 7],
    busyRules: () => ({ ...byRights, ...options.busy }),
    sharingSettings: () => noSharingSettings,
    usualPreferences: (domain) => ({ ...usualPreferences, ...options.usual?.(domain) }),
    pool: () => ({ busy: 0, idle: 0, waiting: 0 }),
    meter: silentMeter,
    guest: false,
    version: 'test',
    close: async () => {
      await locks.close();
      await store.close();
      await rows.close();
      await pool.end();
    },
  });
  const { sessions, access, guard, password } = daybook.signIn;
  const { way, plugins } = waysIn(daybook.signIn, log);
  const byProxy = () => daybook.signIn.others.byProxy;
  const passwordChange = options.passwordChange ?? false;
  const { services, webCalendars, recovery } = daybook;
  const web = {
    ...{ sessions, access, guard, times, forgeryGuard, log, webCalendars, password },
    ...{ passwordChange, way, byProxy, recovery },
    domains: domainSettings,
    services,
    configured: () => ({ SOGoShortDateFormat: '%d-%b-%y' }),
  };
  const app = buildServer(daybook.services, {
    log,
    healthy: async () => true,
    ready: daybook.readiness,
    page: () => ({ headers: {}, body: '' }),
    ...(trustedProxies && { trustedProxies: () => trustedProxies }),
    plugins: [
      easPlugin(daybook.services, daybook.activeSync),
      autodiscoverPlugin(daybook.services, daybook.activeSync),
      jsonPlugin(web),
      accountPagePlugin(web),
      ...plugins,
    ],
  });
  const origin = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  await daybook.caughtUp();
  return {
    daybook,
    url: origin,
    logged,
    pool,
    async stop() {
      await app.close();
      await daybook.close();
    },
  };
};

/** A browser's cookies, and the requests it makes with them. */
export interface Browser {
  readonly cookies: Map<string, string>;
  /** JSON, with the token against forgery when there is one. */
  json(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** A form, as a page of the same site sends it. */
  form(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** @param address What a proxy says of where it comes from. */
export const browser = (node: { readonly url: string }, address = '192.0.2.7'): Browser => {
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, 'x-forwarded-for': address, ...(init.headers as object) };
    const answer = await fetch(`${node.url}${path}`, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes('Max-Age=0')) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  return {
    cookies,
    json: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          'x-xsrf-token': cookies.get('XSRF-TOKEN') ?? '',
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    form: (path, fields, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: node.url,
          ...headers,
        },
        body: new URLSearchParams({ xsrf: cookies.get('XSRF-TOKEN') ?? '', ...fields }).toString(),
      }),
    get: (path, headers = {}) => ask(path, { headers }),
  };
};

/** A PROPFIND with Basic credentials: its status. */
export const davStatus = async (
  node: { readonly url: string },
  login: string,
  password: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> => {
  const answer = await fetch(`${node.url}/SOGo/dav/`, {
    method: 'PROPFIND',
    headers: {
      depth: '0',
      'x-forwarded-for': '192.0.2.7',
      authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`,
      ...headers,
    },
  });
  await answer.body?.cancel();
  return answer.status;
};
