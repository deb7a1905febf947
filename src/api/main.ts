import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { migrateBlobs, postgresBlobStore } from '../adapters/blobs/postgres.ts';
import { eventCodec } from '../adapters/codec/event-codec.ts';
import { obstacleTo } from '../adapters/embedded/data-directory.ts';
import { openEmbedded } from '../adapters/embedded/launcher.ts';
import { eventStoreDbEventStore } from '../adapters/eventstoredb/event-store.ts';
import { migrateVault, postgresKeyVault } from '../adapters/keys/postgres.ts';
import { ldapSource } from '../adapters/ldap-source/ldap-source.ts';
import { argon2Passwords } from '../adapters/passwords/argon2.ts';
import { passwordMaking } from '../adapters/passwords/making.ts';
import { passwordSchemes } from '../adapters/passwords/schemes.ts';
import { postgresEventStore } from '../adapters/postgres/event-store.ts';
import { openPool } from '../adapters/postgres/pool.ts';
import { migrateLog } from '../adapters/postgres/schema.ts';
import { migrateReadModel, readModel } from '../adapters/readmodel/read-model.ts';
import { inspectConfiguration } from '../adapters/sogo-conf/inspect.ts';
import { loadSettings, type Settings } from '../adapters/sogo-conf/settings.ts';
import { signInSettings } from '../adapters/sogo-conf/sign-in.ts';
import { postgresCounters } from '../adapters/sign-in/counters.ts';
import { migrateSignIn } from '../adapters/sign-in/schema.ts';
import { postgresSessions } from '../adapters/sign-in/sessions.ts';
import { postgresSignInState } from '../adapters/sign-in/state.ts';
import type { SourceSettings } from '../adapters/sogo-conf/sources.ts';
import { sqlSource } from '../adapters/sql-source/sql-source.ts';
import { prometheus } from '../adapters/telemetry/prometheus.ts';
import type { Directory } from '../domain/account/directory.ts';
import type { UserSource } from '../domain/account/user-source.ts';
import { erasingOver } from './account-erasure.ts';
import { accountPagePlugin } from './account-page/plugin.ts';
import { assemble, type Foundation } from './assemble.ts';
import { type Given, text } from './cli/command.ts';
import { commands } from './cli/commands.ts';
import { runCommandLine } from './cli/run.ts';
import type { Serving } from './cli/serve.ts';
import type { Surroundings } from './cli/surroundings.ts';
import { untilAborted } from './cli/until-aborted.ts';
import { freeBusyDays } from './free-busy-days.ts';
import { closedInTime } from './http/closing.ts';
import { foldCaches } from './fold-caches.ts';
import { startPage, startPageHeaders } from './http/page/start-page.ts';
import { metricsPlugin, metricsServer } from './http/metrics.ts';
import { buildServer } from './http/server.ts';
import type { JsonParts } from './json/parts.ts';
import { jsonPlugin } from './json/plugin.ts';
import { type Log, logTo } from './log.ts';
import { metrics } from './metrics/catalogue.ts';
import { measureRequests } from './metrics/measure-requests.ts';
import { measuredLog } from './metrics/measured-log.ts';
import { type Exposition, silentMeter } from './metrics/meter.ts';
import { rememberedProofs } from './proofs.ts';
import { askedToStop, IMPATIENCE } from './stopping.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

const standardError = pino.destination({ dest: 2, sync: true });
const logFrom = (usual: string): Log =>
  logTo(standardError, process.env['DAYBOOK_LOG_LEVEL'] ?? usual);
const logAll = logFrom('info');
/** A command says by itself what it did; besides that, only what needs attention. */
const quietLog = logFrom('warn');

const stop = askedToStop();

const nameOf = (trouble: unknown): string => {
  const { code, name } = (trouble ?? {}) as { code?: unknown; name?: unknown };
  return String(code ?? name ?? trouble);
};

/**
 * `./data`, unless root started us where PostgreSQL's user may not enter, as in `/root`: then
 * `/var/lib/daybook`.
 */
const defaultDataDirectory = async (): Promise<string> => {
  const obstacle = await obstacleTo('data');
  if (obstacle === undefined) return resolve('data');
  const directory = '/var/lib/daybook';
  logAll('data-directory-chosen', { directory, obstacle });
  return directory;
};

/** Names this node to its equals: the same after a restart, and no other process's. */
const nodeId = ({ listen }: Settings, guest: boolean): string =>
  guest
    ? `${hostname()} guest ${process.pid}`
    : `${hostname()} ${'path' in listen ? listen.path : `${listen.host}:${listen.port}`}`;

/** The longest that people are let in by what a source said before it went away, in ms. */
const STALE_LIMIT = 300_000;

/** The directories that the settings name, in their order. None is asked anything yet. */
const directoriesOf = (
  { setting, domains }: Settings,
  sources: readonly SourceSettings[],
): readonly Directory[] => {
  const { proves } = rememberedProofs({ verify: passwordSchemes() });
  const parts = {
    domains: new Set(domains),
    domainBased: setting('SOGoEnableDomainBasedUID'),
    staleTrust: Math.min(STALE_LIMIT, setting('SOGoCacheCleanupInterval') * 1000),
    proves,
  };
  const { stored, value: makes } = passwordMaking();
  return sources.map((source) => {
    const report = (trouble: unknown): void =>
      logAll('user-source-trouble', { source: source.id, cause: nameOf(trouble) });
    if (source.kind === 'sql') return sqlSource({ ...source, ...parts, makes, report });
    return ldapSource({
      ...source,
      ...parts,
      authorities: setting('DaybookLDAPCertificates'),
      stored: (password) => stored(source.userPasswordAlgorithm, password),
      report,
    });
  });
};

/** The people who may log in beside the built-in table's. */
const sourcesOf = (settings: Settings): readonly UserSource[] =>
  directoriesOf(
    settings,
    settings.sources.filter(({ canAuthenticate }) => canAuthenticate),
  );

/** Opens what the settings name: the only place that knows which adapters there are. */
const lay = async (
  settings: Settings,
  { guest, log, meter }: Pick<Foundation, 'guest' | 'log' | 'meter'>,
): Promise<Foundation> => {
  const embedded =
    settings.databaseUrl === undefined
      ? await openEmbedded({
          dataDir: settings.dataDirectory ?? 'data',
          signal: stop.signal,
          log: ({ kind, ...fields }) => log(`embedded-${kind}`, fields),
        })
      : undefined;
  const url = settings.databaseUrl ?? embedded?.url ?? '';
  const trouble = (error: unknown): void => log('database-trouble', { cause: nameOf(error) });
  const pool = openPool({ url, max: guest ? 2 : 8, report: trouble });
  try {
    await migrateVault(pool);
    await migrateBlobs(pool);
    await migrateReadModel(pool);
    await migrateSignIn(pool);
    if (settings.eventStoreUrl === undefined) await migrateLog(pool);
    const store =
      settings.eventStoreUrl === undefined
        ? postgresEventStore({
            connection: { connectionString: url },
            readers: guest ? 2 : 4,
            report: (error) => log('store-trouble', { cause: nameOf(error) }),
            onTransaction: (appends) => meter.observe('daybook_log_transaction_appends', appends),
          })
        : eventStoreDbEventStore({
            connectionString: settings.eventStoreUrl,
            log: ({ code, ...fields }) => log(code, fields),
          });
    const vault = postgresKeyVault({ pool });
    const codec = eventCodec({ vault, newId: randomUUID });
    const blobs = postgresBlobStore({ pool, vault });
    const caches = foldCaches();
    const rows = readModel({ pool, logHere: settings.eventStoreUrl === undefined });
    return {
      store,
      vault,
      rows,
      codec,
      blobs,
      erasing: erasingOver({ remembering: [codec, blobs, caches], rows, blobs, vault }),
      hasher: argon2Passwords(),
      signIn: {
        sessions: postgresSessions({ pool }),
        counters: postgresCounters({ pool }),
        state: postgresSignInState({ pool }),
        ...signInSettings(settings.setting),
      },
      // A command beside a server lets nobody in.
      sources: guest ? [] : sourcesOf(settings),
      ...caches,
      pool: () => ({
        busy: pool.totalCount - pool.idleCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
      }),
      meter,
      pause: (attempt) => sleep(Math.random() * 10 * 2 ** attempt),
      resourceLimit: settings.resourceLimit,
      freeBusyDays: freeBusyDays((domain) =>
        settings.setting('SOGoFreeBusyDefaultInterval', domain),
      ),
      dialect: settings.setting('DaybookSOGoDialect') ? 'sogo' : 'rfc',
      nodeId: nodeId(settings, guest),
      guest,
      version,
      log,
      close: async () => {
        await store.close();
        await rows.close();
        await pool.end();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await pool.end();
    await embedded?.stop();
    throw error;
  }
};

/** What the command line chose among the settings, and where the data is when nobody chose. */
const settingsFor = async (given: Given): Promise<Settings> => {
  const [config, data, listen] = [
    text(given, 'config'),
    text(given, 'data'),
    text(given, 'listen'),
  ];
  const settings = await loadSettings({ config, data, listen }, process.env);
  return settings.databaseUrl === undefined && settings.dataDirectory === undefined
    ? { ...settings, dataDirectory: await defaultDataDirectory() }
    : settings;
};

const placeOf = ({ databaseUrl, dataDirectory, eventStoreUrl }: Settings): string => {
  const database = databaseUrl === undefined ? (dataDirectory ?? '') : 'PostgreSQL (DATABASE_URL)';
  return eventStoreUrl === undefined ? database : `EventStoreDB (the log) and ${database}`;
};

const prepare = async (given: Given): Promise<Serving> => {
  const settings = await settingsFor(given);
  const meter = prometheus(metrics);
  const log = measuredLog(logAll, meter);
  const daybook = assemble(await lay(settings, { guest: false, log, meter }));
  const exposition = async (): Promise<Exposition> =>
    meter.exposition([
      ...(await daybook.readings()),
      { name: 'daybook_requests_open', labels: [], value: openRequests() },
    ]);
  const { sessions, access, guard } = daybook.signIn;
  const { listen, notInEffect, doubts, setting } = settings;
  const web: JsonParts = {
    ...{ sessions, access, guard, log },
    times: signInSettings(setting).times,
    forgeryGuard: setting('SOGoXSRFValidationEnabled'),
  };
  const apart = settings.metricsListen;
  const app = buildServer(daybook.services, {
    log,
    healthy: async () => true,
    ready: daybook.readiness,
    page: (origin) => ({ headers: startPageHeaders, body: startPage({ origin, version }) }),
    trustedProxies: setting('DaybookTrustedProxies'),
    plugins: [
      jsonPlugin(web),
      accountPagePlugin(web),
      ...(apart === undefined ? [metricsPlugin(exposition, 'directly')] : []),
    ],
  });
  const openRequests = measureRequests(app, meter);
  return {
    daybook,
    app,
    listen,
    backlog: setting('WOListenQueueSize'),
    place: placeOf(settings),
    notInEffect,
    doubts,
    log,
    metrics: apart && { listen: apart, app: metricsServer(exposition) },
  };
};

const surroundings: Surroundings = {
  version,
  signal: stop.signal,
  open: async (given) => {
    const daybook = assemble(
      await lay(await settingsFor(given), { guest: true, log: quietLog, meter: silentMeter }),
    );
    await Promise.race([daybook.caughtUp(), untilAborted(stop.signal)]);
    if (!stop.signal.aborted) return daybook;
    await closedInTime(daybook.close, IMPATIENCE);
    throw new Interrupted();
  },
  directories: async (given) => {
    const settings = await loadSettings({ config: text(given, 'config') }, process.env);
    return directoriesOf(settings, settings.sources);
  },
  inspect: inspectConfiguration,
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`daybook: ${line}\n`),
};

/** Whoever asked the program to stop did so before it had begun. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

try {
  process.exitCode = await runCommandLine(commands(prepare), process.argv.slice(2), surroundings);
} catch (error) {
  const code = nameOf(error);
  if (stop.signal.aborted) process.exitCode = 130;
  else {
    logAll('server-failed', { cause: code });
    surroundings.complain(error instanceof Error ? error.message : String(error));
    process.exitCode = code === 'configuration-invalid' ? 2 : 1;
  }
}
// A connection to a database that hangs must not keep a process that is done.
if (stop.signal.aborted) setTimeout(() => process.exit(), IMPATIENCE).unref();
