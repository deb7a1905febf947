import type { DirectoryEntry } from '../../domain/account/directory.ts';
import { type EntryCondition, isEverything } from '../../domain/account/entry-condition.ts';
import { isAcceptableSourceLogin } from '../../domain/account/login.ts';
import type { PrincipalSource } from '../built-in-directory.ts';
import type { Asker, Directories } from './directories.ts';

/** Somebody, a group or a resource that a directory has, whether they ever logged in or not. */
export interface Known {
  readonly entry: DirectoryEntry;
  readonly directory: PrincipalSource;
  /** The USER of their path. */
  readonly user: string;
}

/** Before a group's id in its path, as SOGo names groups. */
const GROUP = '@';

/** The USER of an entry's path: a login, or a group's id; `undefined` for what is no principal. */
const userOf = ({ kind, id, login }: DirectoryEntry): string | undefined => {
  if (kind === 'group') return id === '' || id.includes('/') ? undefined : `${GROUP}${id}`;
  return login === undefined || !isAcceptableSourceLogin(login) ? undefined : login;
};

const knownIn =
  (directory: PrincipalSource) =>
  (entry: DirectoryEntry): readonly Known[] => {
    const user = userOf(entry);
    return user === undefined ? [] : [{ entry, directory, user }];
  };

/** Whom a path names, in the first directory that knows them. @throws UserSourceUnavailable */
export const knownAt = async (
  directories: Directories,
  asker: Asker,
  user: string,
): Promise<Known | undefined> => {
  const asking = { asker: asker.login };
  for (const { directory } of await directories.sources(asker)) {
    const entry = user.startsWith(GROUP)
      ? await directory.find({ id: user.slice(GROUP.length) }, asking)
      : await directory.find({ login: user }, asking);
    const [known] = entry === undefined ? [] : knownIn(directory)(entry);
    if (known?.user === user) return known;
  }
  return undefined;
};

/** Those whom the directories may mean by a condition, each once; the first that know them count. */
export const knownBy = async (
  directories: Directories,
  asker: Asker,
  condition: EntryCondition,
  limit: number,
): Promise<{ readonly found: readonly Known[]; readonly isComplete: boolean }> => {
  const asking = { asker: asker.login };
  const found = new Map<string, Known>();
  let isComplete = true;
  for (const { directory, listRequiresDot } of await directories.sources(asker)) {
    // Asking for everybody is no search.
    if (listRequiresDot && isEverything(condition)) continue;
    const { ids, isComplete: isAll } = await directory.book.ids(condition, { ...asking, limit });
    const entries = await directory.book.entries(ids, { ...asking, isPhotoNeedless: true });
    for (const known of entries.flatMap(knownIn(directory)))
      if (!found.has(known.user)) found.set(known.user, known);
    isComplete &&= isAll;
  }
  return { found: [...found.values()], isComplete };
};

/** The USERs of a group's people. */
export const membersOf = async ({ entry, directory }: Known): Promise<readonly string[]> =>
  entry.kind === 'group'
    ? ((await directory.members(entry.id)) ?? []).flatMap((each) => userOf(each) ?? [])
    : [];

/** The USERs of the groups that somebody is in: those of his own source, and those of the built-in table. */
export const groupsOf = async (
  directories: Directories,
  asker: Asker,
  { entry, directory }: Known,
): Promise<readonly string[]> => {
  const { login } = entry;
  if (login === undefined) return [];
  const [builtIn] = await directories.sources(asker);
  const own = await directory.groupsOf(login);
  const others = (await builtIn?.directory.groupsOf(login)) ?? [];
  return [...new Set([...own, ...others].flatMap((each) => userOf(each) ?? []))];
};
