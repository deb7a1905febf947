import { readFile } from 'node:fs/promises';
import { ldapSource } from '../../adapters/ldap-source/ldap-source.ts';
import { passwordMaking } from '../../adapters/passwords/making.ts';
import { passwordSchemes } from '../../adapters/passwords/schemes.ts';
import type { Settings } from '../../adapters/sogo-conf/settings.ts';
import type { SqlSourceSettings } from '../../adapters/sogo-conf/sql-sources.ts';
import type { SourceSettings } from '../../adapters/sogo-conf/sources.ts';
import { sqlSource } from '../../adapters/sql-source/sql-source.ts';
import type { Directory } from '../../domain/account/directory.ts';
import { UserSourceUnavailable } from '../../domain/account/user-source.ts';
import type { BookSource } from '../books/directories.ts';
import type { Log } from '../log.ts';
import { rememberedProofs } from '../proofs.ts';
import type { Wanted } from './live-sources.ts';
import { nameOfTrouble } from './trouble.ts';

/** The longest that people are let in by what a source said before it went away, in ms. */
const STALE_LIMIT = 300_000;

/** SOGo's names for the files of TLS to MySQL. */
const mysqlTlsOf = (setting: Settings['setting']) => ({
  ca: setting('MySQL4SSLCaPath'),
  cert: setting('MySQL4SSLCertPath'),
  key: setting('MySQL4SSLKeyPath'),
});

/** The key in a file, read at each use. @throws UserSourceUnavailable */
const keyIn = (id: string, path: string) => async (): Promise<Uint8Array> => {
  try {
    const key = await readFile(path);
    if (key.length >= KEY) return key.subarray(0, KEY);
    throw new RangeError('the key is too short');
  } catch (cause) {
    throw new UserSourceUnavailable(id, { cause });
  }
};

/** Octets of that key. */
const KEY = 16;

/** The directories that the settings name, in their order. None is asked anything yet. */
export const directoriesOf = (
  { setting, domains }: Settings,
  sources: readonly SourceSettings[],
  log: Log,
): readonly Directory[] => {
  const { proves } = rememberedProofs({ verify: passwordSchemes() });
  const parts = {
    domains: new Set(domains),
    domainBased: setting('SOGoEnableDomainBasedUID'),
    staleTrust: Math.min(STALE_LIMIT, setting('SOGoCacheCleanupInterval') * 1000),
    proves,
  };
  const { stored, value: makes } = passwordMaking();
  const enciphering = ({ id, keyPath }: SqlSourceSettings) => {
    if (keyPath === undefined) return { makes };
    const key = keyIn(id, keyPath);
    const { proves: provesWith } = rememberedProofs({ verify: passwordSchemes(key) });
    return { proves: provesWith, makes: passwordMaking(key).value };
  };
  const mysqlTls = setting('MySQL4SSLEnabled') === true ? mysqlTlsOf(setting) : undefined;
  return sources.map((source) => {
    const report = (trouble: unknown): void =>
      log('user-source-trouble', { source: source.id, cause: nameOfTrouble(trouble) });
    if (source.kind === 'sql')
      return sqlSource({ ...source, ...parts, ...enciphering(source), mysqlTls, report });
    return ldapSource({
      ...source,
      ...parts,
      authorities: setting('DaybookLDAPCertificates'),
      stored: (password) => stored(source.userPasswordAlgorithm, password),
      report,
    });
  });
};

/** A source that is used: by whoever logs in, as an address book, or both. */
export interface UsedSource extends BookSource {
  readonly canAuthenticate: boolean;
  close(): Promise<void>;
}

/** Those whose people may log in. */
export const peopleIn = (sources: Iterable<UsedSource>): Iterable<Directory> => ({
  *[Symbol.iterator]() {
    for (const { canAuthenticate, directory } of sources) if (canAuthenticate) yield directory;
  },
});

const isUsed = (source: SourceSettings): boolean =>
  source.canAuthenticate ||
  source.isAddressBook ||
  (source.kind === 'ldap' && source.abOU !== undefined);

/** The sources that are used, each to be made anew when what it was made of changed. */
export const sourcesWanted = (settings: Settings, log: Log): readonly Wanted<UsedSource>[] => {
  const { setting, domains } = settings;
  const common = [
    domains,
    setting('SOGoEnableDomainBasedUID'),
    setting('SOGoCacheCleanupInterval'),
    setting('DaybookLDAPCertificates'),
    setting('MySQL4SSLEnabled'),
    ...Object.values(mysqlTlsOf(setting)),
  ];
  return settings.sources.filter(isUsed).map((source) => ({
    key: [source, common],
    make: () => {
      const [made] = directoriesOf(settings, [source], log);
      if (made === undefined) throw new Error(`no adapter for the source ${source.id}`);
      return { ...source, directory: made, close: () => made.close() };
    },
  }));
};
