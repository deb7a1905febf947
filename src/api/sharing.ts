import { LRUCache } from 'lru-cache';
import type { Directory, DirectoryEntry } from '../domain/account/directory.ts';
import { canonicalLogin } from '../domain/account/login.ts';
import type { OfDomain } from '../domain/account/visibility.ts';
import { type UserSource, UserSourceUnavailable } from '../domain/account/user-source.ts';
import type { Revision, StreamId } from '../domain/kernel/event-store.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import { type CollectionKind, streams } from '../domain/kernel/streams.ts';
import { type Grantee, groupGrantee } from '../domain/rights/grants.ts';
import type { Role } from '../domain/rights/roles.ts';
import type { AccountRow, AccountRows } from '../projections/account/rows.ts';
import type { Domains } from './domains.ts';
import { GROUPS_STREAM } from './groups.ts';
import type { Found, Principal, Sharing } from './services.ts';

/** What a configuration says of sharing, for people of a domain. */
export interface SharingSettings {
  /** Canonical logins of those who are as good as every owner (SOGoSuperUsernames). */
  readonly superusers: ReadonlySet<string>;
  /** SOGoCalendarDefaultRoles, SOGoContactsDefaultRoles. */
  readonly usual: Readonly<Record<CollectionKind, readonly Role[]>>;
  /** SOGoSubscriptionFolderFormat. */
  readonly folderFormat: string;
}

interface SharingParts {
  readonly accounts: Pick<AccountRows, 'byLogin' | 'byId' | 'all'>;
  readonly sources: Iterable<UserSource>;
  /** Those of the built-in table. */
  readonly groups: GroupSource;
  readonly domains: Pick<Domains, 'of' | 'maySee'>;
  settings(domain: string | undefined): SharingSettings;
  /** Opens the account of somebody a source knows. */
  adopt(user: {
    readonly source: string;
    readonly login: string;
    readonly displayName: string;
    readonly mail: string;
  }): Promise<AccountId | undefined>;
  watch(stream: StreamId, told: (revision: Revision) => void): () => void;
  /** How long the groups somebody is in are remembered, in ms. */
  readonly trust?: number;
}

const REMEMBERED = 10_000;
/** Groups of one person that count. */
const GROUPS = 1_000;
const FOUND = 100;
/** How often rows are asked at most about one login. */
const MOST_READS = 2;
/** Rows may be behind what was heard: no name is believed longer than this, in ms. */
const PEOPLE_MS = 30_000;

/** What is asked about groups. */
type GroupSource = Pick<Directory, 'groupsOf' | 'find'>;

const isDirectory = (source: UserSource): source is Directory => 'groupsOf' in source;

const personOf = ({ account, login, displayName, mail }: AccountRow): Principal => ({
  account,
  login,
  displayName: displayName || login,
  mail,
});

export const sharing = (parts: SharingParts): Sharing => {
  const { accounts, sources, settings, adopt, domains, trust = 30_000 } = parts;
  // They may be others after the configuration was read again.
  const directories = (): readonly Directory[] => [...sources].filter(isDirectory);
  const people = rememberedPeople(parts);
  const groupSources = (): readonly GroupSource[] => [parts.groups, ...directories()];
  const groupsOf = rememberedGroups(groupSources, trust, (told) => {
    parts.watch(GROUPS_STREAM, told);
  });

  const known = async (
    person: Principal | undefined,
    by: Principal | undefined,
  ): Promise<Principal | undefined> =>
    person === undefined || by === undefined || (await domains.maySee(by, person))
      ? person
      : undefined;

  /** Somebody as another may know of him; of who is hidden, and of nobody, after the same number of questions. */
  const calledBy = async (login: string, by: Principal | undefined) => {
    const { person, reads } = await people.read(login);
    const shown = await known(person, by);
    if (shown === undefined)
      for (let left = MOST_READS - reads; left > 0; left -= 1) await accounts.byLogin(login);
    return { shown, isHidden: person !== undefined && shown === undefined };
  };

  const personCalled: Sharing['personCalled'] = async (login, by) =>
    (await calledBy(login, by)).shown;

  return {
    shown: rememberedSights(),
    personCalled,
    personWith: async (account, by) => known(await people.personWith(account), by),
    async askerOf(principal) {
      const { superusers, usual } = settings(domains.of(principal));
      return {
        account: principal.account,
        groups: await groupsOf(principal.login),
        isSuperuser: superusers.has(principal.login),
        usual,
      };
    },
    async newcomerCalled(typed, by) {
      const login = canonicalLogin(typed);
      const { shown, isHidden } = await calledBy(login, by);
      if (shown !== undefined) return shown;
      for (const source of sources) {
        // Asked about who is hidden as well, so that nothing tells him from nobody.
        const user = await source.lookup(login);
        if (user?.login !== login || isHidden || !(await domains.maySee(by, user))) continue;
        const account = await adopt(user);
        return account && { ...user, account, displayName: user.displayName || login };
      }
      return undefined;
    },
    async groupCalled(name, by) {
      for (const source of groupSources()) {
        const entry = await source.find({ id: name });
        if (entry?.kind !== 'group') continue;
        if (by === undefined || (await domains.maySee(by, ofDomain(entry)))) return groupOf(entry);
      }
      return undefined;
    },
    async search(text, by) {
      const wanted = text.toLocaleLowerCase();
      const found = new Map<string, Found>();
      const add = (one: Found): void => {
        if (one.login !== by.login && found.size < FOUND && !found.has(one.login))
          found.set(one.login, one);
      };
      for (const directory of directories())
        for (const entry of await directory.search(text, { limit: FOUND, asker: by.login }))
          if (
            entry.login !== undefined &&
            entry.kind !== 'group' &&
            (await domains.maySee(by, ofDomain(entry)))
          )
            add(foundIn(entry, entry.login));
      for await (const page of accounts.all())
        for (const row of page) {
          const { login, displayName, mail, passwordHash } = row;
          const isHere = [login, displayName, mail].some((one) =>
            one.toLocaleLowerCase().includes(wanted),
          );
          // Whoever a directory has let in is found there, if the directory will have it so.
          if (isHere && passwordHash !== '' && (await domains.maySee(by, row)))
            add({ login, displayName: displayName || login, mail, info: '' });
        }
      return [...found.values()].toSorted((a, b) => a.displayName.localeCompare(b.displayName));
    },
    subscriptionName: (owner, folder, by) =>
      settings(domains.of(by))
        .folderFormat.replaceAll(/%\{(FolderName|UserName|Email)\}/g, (_, variable: string) =>
          variable === 'FolderName'
            ? folder
            : variable === 'UserName'
              ? owner.displayName
              : owner.mail,
        )
        .trim(),
  };
};

const groupOf = ({ source, id }: DirectoryEntry): Grantee => groupGrantee(source, id);

/** What tells the domain of somebody or of a group, by the source's word or else by its name or address. */
const ofDomain = ({ login, id, mails, domain }: DirectoryEntry): OfDomain => ({
  login: login ?? id,
  mail: mails[0] ?? '',
  ...(domain === undefined ? {} : { domain }),
});

const foundIn = (entry: DirectoryEntry, login: string): Found => ({
  login,
  displayName: entry.displayName || login,
  mail: entry.mails[0] ?? '',
  info: entry.info ?? '',
});

/** People by login and by id, until something happens to their account. */
const rememberedPeople = ({ accounts, watch }: SharingParts) => {
  const listening = new LRUCache<AccountId, () => void>({
    max: REMEMBERED,
    dispose: (deafen, account) => {
      deafen();
      byId.delete(account);
    },
  });
  const byId = new LRUCache<AccountId, Principal>({
    max: REMEMBERED,
    ttl: PEOPLE_MS,
    dispose: (person) => void byLogin.delete(person.login),
  });
  const byLogin = new LRUCache<string, Principal>({ max: REMEMBERED, ttl: PEOPLE_MS });

  const remember = async (read: () => Promise<AccountRow | undefined>, account?: AccountId) => {
    let isCurrent = true;
    const listen = (of: AccountId): void => {
      if (listening.has(of)) return;
      listening.set(
        of,
        watch(streams.account(of), () => {
          isCurrent = false;
          byId.delete(of);
        }),
      );
    };
    if (account !== undefined) listen(account);
    let row = await read();
    if (row === undefined) return undefined;
    if (!listening.has(row.account)) {
      listen(row.account);
      row = await read();
    }
    if (row === undefined) return undefined;
    const person = personOf(row);
    if (isCurrent) {
      byId.set(person.account, person);
      byLogin.set(person.login, person);
    }
    return person;
  };

  return {
    /** Somebody, and how often the rows were asked for it. */
    read: async (
      login: string,
    ): Promise<{ readonly person: Principal | undefined; readonly reads: number }> => {
      const held = byLogin.get(login);
      if (held !== undefined) return { person: held, reads: 0 };
      let reads = 0;
      const person = await remember(() => {
        reads += 1;
        return accounts.byLogin(login);
      });
      return { person, reads };
    },
    personWith: async (account: AccountId): Promise<Principal | undefined> =>
      byId.get(account) ?? remember(() => accounts.byId(account), account),
  };
};

const nobodys: ReadonlySet<Grantee> = new Set();

/**
 * Collections that were there for somebody when last they asked. A hint only: the rows that are read then say
 * whether they are still.
 */
const rememberedSights = (): Sharing['shown'] => {
  const known = new LRUCache<string, true>({ max: 5 * REMEMBERED });
  const keyOf = (account: AccountId, stream: StreamId): string => `${account} ${stream}`;
  return {
    was: (account, stream) => known.has(keyOf(account, stream)),
    learn(account, stream, isShown) {
      if (isShown) known.set(keyOf(account, stream), true);
      else known.delete(keyOf(account, stream));
    },
  };
};

/**
 * The groups somebody is in, asked for again after a while, and when a group of the built-in table changed. While a directory is away, what it said last
 * counts; of somebody it was never asked about, nothing.
 */
const rememberedGroups = (
  sourcesNow: () => readonly GroupSource[],
  trust: number,
  watchOwn: (told: () => void) => void,
) => {
  let changes = 0;
  watchOwn(() => {
    changes += 1;
    known.clear();
  });
  const known = new LRUCache<
    string,
    { readonly groups: ReadonlySet<Grantee>; readonly at: number }
  >({ max: REMEMBERED });

  return async (login: string): Promise<ReadonlySet<Grantee>> => {
    const before = known.get(login);
    if (before !== undefined && performance.now() - before.at < trust) return before.groups;
    const asOf = changes;
    try {
      const found = await Promise.all(sourcesNow().map((source) => source.groupsOf(login)));
      const groups = new Set(found.flat().slice(0, GROUPS).map(groupOf));
      if (asOf === changes) known.set(login, { groups, at: performance.now() });
      return groups;
    } catch (error) {
      if (!(error instanceof UserSourceUnavailable)) throw error;
      return before?.groups ?? nobodys;
    }
  };
};
