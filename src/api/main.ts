import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pino } from 'pino';
import { obstacleTo } from '../adapters/embedded/data-directory.ts';
import { inspectConfiguration } from '../adapters/sogo-conf/inspect.ts';
import { type Chosen, loadSettings, type Settings } from '../adapters/sogo-conf/settings.ts';
import { userDefaults } from '../adapters/sogo-conf/user-defaults.ts';
import { prometheus } from '../adapters/telemetry/prometheus.ts';
import { accountPagePlugin } from './account-page/plugin.ts';
import { assemble } from './assemble.ts';
import { type Given, text } from './cli/command.ts';
import { commands } from './cli/commands.ts';
import { runCommandLine } from './cli/run.ts';
import type { Serving } from './cli/serve.ts';
import type { Surroundings } from './cli/surroundings.ts';
import { untilAborted } from './cli/until-aborted.ts';
import { directoriesOf, peopleIn, sourcesWanted } from './composition/directories.ts';
import { layFoundation } from './composition/foundation.ts';
import { liveSignIn } from './composition/live-parts.ts';
import { reloadable } from './composition/reloadable.ts';
import { nameOfTrouble } from './composition/trouble.ts';
import { keepHeapSmall } from './heap.ts';
import { autodiscoverPlugin } from './eas/autodiscover.ts';
import { easPlugin } from './eas/plugin.ts';
import { closedInTime } from './http/closing.ts';
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
import { waysIn } from './single-sign-on/ways-in.ts';
import { askedToStop, IMPATIENCE, onHangUp } from './stopping.ts';
import { timeZonePlugin } from './timezones/plugin.ts';

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

const chosenBy = (given: Given): Chosen => ({
  config: text(given, 'config'),
  data: text(given, 'data'),
  listen: text(given, 'listen'),
});

/** What the command line chose among the settings, and where the data is when nobody chose. */
const settingsFor = async (given: Given): Promise<Settings> => {
  const settings = await loadSettings(chosenBy(given), process.env);
  return settings.databaseUrl === undefined && settings.dataDirectory === undefined
    ? { ...settings, dataDirectory: await defaultDataDirectory() }
    : settings;
};

const placeOf = ({ databaseUrl, dataDirectory, eventStoreUrl }: Settings): string => {
  const database = databaseUrl === undefined ? (dataDirectory ?? '') : 'PostgreSQL (DATABASE_URL)';
  return eventStoreUrl === undefined ? database : `EventStoreDB (the log) and ${database}`;
};

const prepare = async (given: Given): Promise<Serving> => {
  keepHeapSmall();
  const meter = prometheus(metrics);
  const log = measuredLog(logAll, meter);
  const { settings, sources, books, reload, alongside } = reloadable(await settingsFor(given), {
    load: () => loadSettings(chosenBy(given), process.env),
    log,
  });
  const daybook = assemble(
    await layFoundation(settings, {
      ...{ guest: false, log, meter, version, sources, books, alongside },
      signal: stop.signal,
    }),
  );
  onHangUp(stop, reload);
  const exposition = async (): Promise<Exposition> =>
    meter.exposition([
      ...(await daybook.readings()),
      { name: 'daybook_requests_open', labels: [], value: openRequests() },
    ]);
  const { sessions, access, guard, password } = daybook.signIn;
  const { listen, notInEffect, doubts, setting } = settings;
  const { way, plugins } = waysIn(daybook.signIn, log);
  const web: JsonParts = {
    ...{ sessions, access, guard, password, log },
    times: liveSignIn(settings).times,
    domains: daybook.domains.settings,
    get passwordChange() {
      return setting('SOGoPasswordChangeEnabled');
    },
    get forgeryGuard() {
      return setting('SOGoXSRFValidationEnabled');
    },
    webCalendars: daybook.webCalendars,
    recovery: daybook.recovery,
    services: daybook.services,
    configured: (principal) => userDefaults(setting, daybook.domains.of(principal)),
    way,
    byProxy: () => daybook.signIn.others.byProxy,
  };
  const apart = settings.metricsListen;
  const app = buildServer(daybook.services, {
    log,
    healthy: async () => true,
    ready: daybook.readiness,
    page: (origin) => ({ headers: startPageHeaders, body: startPage({ origin, version }) }),
    trustedProxies: () => setting('DaybookTrustedProxies'),
    plugins: [
      easPlugin(daybook.services, daybook.activeSync),
      autodiscoverPlugin(daybook.services, daybook.activeSync),
      jsonPlugin(web),
      accountPagePlugin(web),
      ...plugins,
      timeZonePlugin({ version, guard }),
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
    reload,
    metrics: apart && { listen: apart, app: metricsServer(exposition) },
  };
};

const surroundings: Surroundings = {
  version,
  signal: stop.signal,
  open: async (given, directories) => {
    const settings = await settingsFor(given);
    // A command beside a server lets nobody in; some want to know who somebody is.
    const used =
      directories === undefined ? [] : sourcesWanted(settings, quietLog).map(({ make }) => make());
    const daybook = assemble(
      await layFoundation(settings, {
        guest: true,
        sources: [...peopleIn(used)],
        books: used,
        log: quietLog,
        meter: silentMeter,
        version,
        signal: stop.signal,
      }),
    );
    await Promise.race([daybook.caughtUp(), untilAborted(stop.signal)]);
    if (!stop.signal.aborted) return daybook;
    await closedInTime(daybook.close, IMPATIENCE);
    throw new Interrupted();
  },
  directories: async (given) => {
    const settings = await loadSettings({ config: text(given, 'config') }, process.env);
    return directoriesOf(settings, settings.sources, logAll);
  },
  inspect: inspectConfiguration,
  read: async (most) => {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of process.stdin) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > most) break;
    }
    return Buffer.concat(chunks);
  },
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
  const code = nameOfTrouble(error);
  if (stop.signal.aborted) process.exitCode = 130;
  else {
    logAll('server-failed', { cause: code });
    surroundings.complain(error instanceof Error ? error.message : String(error));
    process.exitCode = code === 'configuration-invalid' ? 2 : 1;
  }
}
// A connection to a database that hangs must not keep a process that is done.
if (stop.signal.aborted) setTimeout(() => process.exit(), IMPATIENCE).unref();
