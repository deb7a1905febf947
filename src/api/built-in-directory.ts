import type { Directory, DirectoryEntry } from '../domain/account/directory.ts';
import { meets } from '../domain/account/entry-condition.ts';
import { canonicalLogin } from '../domain/account/login.ts';
import type { OfDomain } from '../domain/account/visibility.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import type { Preferences } from '../domain/preferences/preferences.ts';
import type { AccountRow, AccountRows } from '../projections/account/rows.ts';
import type { Domains } from './domains.ts';
import { resourceIn } from './built-in-resources.ts';
import { type Groups, personEntry } from './groups.ts';

/** What a source of principals is asked: the part of a directory that neither lets in nor changes anybody. */
export type PrincipalSource = Pick<Directory, 'find' | 'search' | 'members' | 'groupsOf'> & {
  readonly book: Directory['book'];
};

interface BuiltInParts {
  readonly rows: Pick<AccountRows, 'byLogin' | 'all'>;
  readonly groups: Pick<Groups, 'find' | 'search' | 'members' | 'groupsOf' | 'all'>;
  readonly domains: Pick<Domains, 'maySee'>;
  preferencesOfAll(
    people: readonly AccountRow[],
  ): Promise<ReadonlyMap<AccountId, Pick<Preferences, 'settings'>>>;
}

const asPerson = ({ login, id, mails }: DirectoryEntry): OfDomain => ({
  login: login ?? id,
  mail: mails[0] ?? '',
});

/** Whoever a directory has let in is found there. */
const isBuiltIn = ({ passwordHash }: Pick<AccountRow, 'passwordHash'>): boolean =>
  passwordHash !== '';

/**
 * The users and groups of the built-in table as somebody finds them: those of domains that his sees, a group
 * being of the domain that its name or address ends with. Nobody is asked about who is not looked for.
 */
export const builtInDirectory =
  ({ rows, groups, domains, preferencesOfAll }: BuiltInParts) =>
  (asker: OfDomain): PrincipalSource => {
    const seen = (entry: DirectoryEntry): Promise<boolean> =>
      domains.maySee(asker, asPerson(entry));
    const onlySeen = async (entries: readonly DirectoryEntry[]) => {
      const found: DirectoryEntry[] = [];
      for (const entry of entries) if (await seen(entry)) found.push(entry);
      return found;
    };
    /** As people, or what they were made else. */
    const described = async (all: readonly AccountRow[]): Promise<readonly DirectoryEntry[]> => {
      const chosen = await preferencesOfAll(all);
      return all.map((row) => {
        const settings = chosen.get(row.account)?.settings;
        return { ...personEntry(row), ...(settings && resourceIn(settings)) };
      });
    };
    const personCalled = async (login: string): Promise<DirectoryEntry | undefined> => {
      const row = await rows.byLogin(canonicalLogin(login));
      return row !== undefined && isBuiltIn(row) ? (await described([row]))[0] : undefined;
    };
    const find: PrincipalSource['find'] = async (key) => {
      const entry = 'login' in key ? await personCalled(key.login) : await groups.find(key);
      return entry !== undefined && (await seen(entry)) ? entry : undefined;
    };
    async function* everybody(): AsyncGenerator<DirectoryEntry> {
      for await (const page of rows.all()) yield* await described(page.filter(isBuiltIn));
      for (const { group } of await groups.all()) yield group;
    }
    /** A person's login may be a group's name. */
    const keyOf = (entry: DirectoryEntry): string =>
      entry.login === undefined ? `group ${entry.id}` : `user ${entry.login}`;
    return {
      find,
      search: async (text, { limit }) => onlySeen(await groups.search(text, { limit })),
      members: async (id) => {
        const group = await find({ id });
        const found = group && (await groups.members(id));
        return found && onlySeen(found);
      },
      groupsOf: async (login) => onlySeen(await groups.groupsOf(login)),
      book: {
        async ids(condition, { limit }) {
          const ids: string[] = [];
          for await (const entry of everybody()) {
            if (!meets(condition, entry) || !(await seen(entry))) continue;
            if (ids.length === limit) return { ids, isComplete: false };
            ids.push(keyOf(entry));
          }
          return { ids, isComplete: true };
        },
        async entries(ids) {
          const found = await Promise.all(
            ids.map((key) =>
              key.startsWith('user ')
                ? personCalled(key.slice('user '.length))
                : groups.find({ id: key.slice('group '.length) }),
            ),
          );
          return onlySeen(found.filter((entry) => entry !== undefined));
        },
      },
    };
  };
