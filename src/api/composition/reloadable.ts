import { isDeepStrictEqual } from 'node:util';
import { SamlMisconfigured } from '../../adapters/saml/files.ts';
import { type ParameterName, parameters } from '../../adapters/sogo-conf/parameters.ts';
import { ConfigurationError } from '../../adapters/sogo-conf/read-file.ts';
import type { Settings } from '../../adapters/sogo-conf/settings.ts';
import type { Directory } from '../../domain/account/directory.ts';
import type { Log } from '../log.ts';
import { type Reload, reloading } from '../reloading.ts';
import type { BookSource } from '../books/directories.ts';
import { peopleIn, sourcesWanted } from './directories.ts';
import { liveSettings } from './live-settings.ts';
import { liveSources } from './live-sources.ts';
import { nameOfTrouble } from './trouble.ts';

/** What else is made of settings: prepared before they are taken, and put in force with them. May throw ConfigurationError. */
type Prepare = (settings: Settings) => Promise<() => void>;
export type Alongside = (prepare: Prepare) => void;

interface Reloadable {
  /** Has something made anew whenever they are read again. */
  readonly alongside: Alongside;
  /** Always those in force. */
  readonly settings: Settings;
  /** Who may log in beside the built-in table's people; always those in force. */
  readonly sources: Iterable<Directory>;
  /** The directories that are address books; always those in force. */
  readonly books: Iterable<BookSource>;
  readonly reload: Reload;
}

/** Parameters that are looked at only when the program starts, and are other ones now. */
const changedAtStart = (before: Settings, after: Settings): readonly string[] =>
  (Object.keys(parameters) as ParameterName[]).filter(
    (name) =>
      parameters[name].atStart && !isDeepStrictEqual(before.setting(name), after.setting(name)),
  );

/** A fault of the file's, or of a file that it names. */
const isConfigurationError = (error: unknown): error is Error =>
  error instanceof ConfigurationError || error instanceof SamlMisconfigured;

/** Settings, and the user sources that are made of them, which can be read again while they are used. */
export const reloadable = (
  first: Settings,
  { load, log }: { load(): Promise<Settings>; readonly log: Log },
): Reloadable => {
  const live = liveSettings(first);
  const sources = liveSources(sourcesWanted(first, log), (trouble) =>
    log('user-source-trouble', { source: '', cause: nameOfTrouble(trouble) }),
  );
  const prepared: Prepare[] = [];
  const reload = reloading({
    load: async () => {
      const settings = await load();
      const steps = await Promise.all(prepared.map((prepare) => prepare(settings)));
      return { settings, steps };
    },
    reasonOf: (error) => (isConfigurationError(error) ? error.message : undefined),
    apply: ({ settings, steps }) => {
      const atStart = changedAtStart(live.current(), settings);
      sources.replace(sourcesWanted(settings, log));
      live.replace(settings);
      for (const step of steps) step();
      return atStart;
    },
    remarksOn: ({ settings }) => settings,
    log,
  });
  const alongside: Alongside = (prepare) => void prepared.push(prepare);
  return { alongside, settings: live.settings, sources: peopleIn(sources), books: sources, reload };
};
