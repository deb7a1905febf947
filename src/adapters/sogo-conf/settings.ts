import { resolve } from 'node:path';
import { type Checked, checkConfiguration, type Setting } from './check.ts';
import { hierarchy, type Lookup } from './hierarchy.ts';
import { type Listen, parseListen } from './listen.ts';
import { PlistError } from './plist.ts';
import { ConfigurationError, readConfiguration } from './read-file.ts';
import { type SourceSettings, sourceSettings } from './sources.ts';

/** Everything that can be set, checked, once, at start. */
export interface Settings {
  readonly listen: Listen;
  /** Where `/metrics` answers everybody; `undefined`: on `listen`, to this machine's own programs. */
  readonly metricsListen: Listen | undefined;
  /** Absolute. Holds the embedded store when no database is named; `undefined`: nobody chose one. */
  readonly dataDirectory: string | undefined;
  /** PostgreSQL for the projections, and for the log too unless `eventStoreUrl` is set. */
  readonly databaseUrl: string | undefined;
  /** EventStoreDB for the log. */
  readonly eventStoreUrl: string | undefined;
  /** Octets of one calendar or address object. */
  readonly resourceLimit: number;
  /** Sources of people, in the order to ask them. */
  readonly sources: readonly SourceSettings[];
  /** The domains' names, in small letters. */
  readonly domains: readonly string[];
  /** Any parameter, for a person in a domain. */
  readonly setting: Lookup;
  /** What the file sets and this version does not act on, one sentence each. */
  readonly notInEffect: readonly string[];
  /** What the file says that may not be what was meant, one sentence each. */
  readonly doubts: readonly string[];
}

/** What the command line said. */
export interface Chosen {
  readonly config?: string | undefined;
  readonly data?: string | undefined;
  readonly listen?: string | undefined;
}

const MIB = 1024 * 1024;
/** Errors that one message names. */
const TOLD = 20;

const nothing: Checked = { root: new Map(), domains: new Map(), settings: [], problems: [] };

const load = async (file: string): Promise<Checked> => {
  let checked: Checked;
  try {
    checked = checkConfiguration(await readConfiguration(file));
  } catch (cause) {
    if (!(cause instanceof PlistError)) throw cause;
    throw new ConfigurationError(`${file}: ${cause.message}`, { cause });
  }
  const errors = checked.problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return checked;
  const lines = errors
    .slice(0, TOLD)
    .map(({ at, message }) => `${file}: line ${at.line}, column ${at.column}: ${message}`);
  if (errors.length > TOLD) lines.push(`and ${errors.length - TOLD} more`);
  throw new ConfigurationError(lines.join('\n'));
};

/** One sentence for each parameter, or for the larger thing that takes it along. */
const sentences = (settings: readonly Setting[]): readonly string[] => [
  ...new Set(
    settings
      .filter(({ inEffect }) => !inEffect)
      .map(({ path, because, needless }) =>
        needless === undefined
          ? `${because ?? path} is not in effect in this version of Daybook`
          : `${path} does nothing in Daybook: ${needless}`,
      ),
  ),
];

const listenAt = (text: string): Listen => {
  const listen = parseListen(text);
  if (listen === undefined)
    throw new ConfigurationError(
      `'${text}' is no address to listen on: expected ADDRESS:PORT, [V6]:PORT, a port or unix:/PATH`,
    );
  return listen;
};

/**
 * The settings in force: the command line first, then the environment (`DATABASE_URL`,
 * `EVENTSTORE_URL`), then the file, then defaults.
 * @throws ConfigurationError for a file that can't be read or has an error in it.
 */
export const loadSettings = async (
  chosen: Chosen,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Settings> => {
  const checked = chosen.config === undefined ? nothing : await load(chosen.config);
  const setting = hierarchy(checked);
  const directory = chosen.data ?? setting('DaybookDataDirectory');
  const metrics = environment['DAYBOOK_METRICS_LISTEN'] || setting('DaybookMetricsListen');
  return Object.freeze({
    listen: listenAt(chosen.listen ?? setting('WOPort')),
    metricsListen: metrics === undefined ? undefined : listenAt(metrics),
    dataDirectory: directory === undefined ? undefined : resolve(directory),
    databaseUrl: environment['DATABASE_URL'] || setting('DaybookDatabaseURL'),
    eventStoreUrl: environment['EVENTSTORE_URL'] || setting('DaybookEventStoreURL'),
    resourceLimit: setting('DaybookMaximumObjectSize') * MIB,
    sources: sourceSettings(checked, setting),
    domains: [...checked.domains.keys()],
    setting,
    notInEffect: sentences(checked.settings),
    doubts: checked.problems.map(
      ({ at, message }) => `line ${at.line}, column ${at.column}: ${message}`,
    ),
  });
};
