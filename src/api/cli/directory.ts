import type { Directory, DirectoryEntry, PasswordRefusal } from '../../domain/account/directory.ts';
import { UserSourceUnavailable } from '../../domain/account/user-source.ts';
import { type Command, flag, type Given, type Option, text, UsageError } from './command.ts';
import { oldAndNewPassword } from './password.ts';
import type { Surroundings } from './surroundings.ts';

const jsonOption: Option = { name: 'json', summary: 'a JSON object a line' };

/** Asks the directories, and says which of them does not answer. */
const asking =
  (
    work: (
      directories: readonly Directory[],
      given: Given,
      surroundings: Surroundings,
    ) => Promise<number>,
  ) =>
  async (given: Given, surroundings: Surroundings): Promise<number> => {
    const directories = await surroundings.directories(given);
    try {
      if (directories.length > 0) return await work(directories, given, surroundings);
      surroundings.complain('the configuration names no user source (--config)');
      return 1;
    } catch (error) {
      if (!(error instanceof UserSourceUnavailable)) throw error;
      surroundings.complain(error.message);
      return 1;
    } finally {
      await Promise.all(directories.map((directory) => directory.close()));
    }
  };

const operand = (given: Given): string => given.operands[0] ?? '';

const line = ({ source, kind, id, login = '', displayName, mails }: DirectoryEntry): string =>
  [source, kind, id, login, displayName, mails.join(' ')].join('\t');

const record = ({ photo, contact, ...entry }: DirectoryEntry): string =>
  JSON.stringify({
    ...entry,
    contact: Object.fromEntries(contact),
    ...(photo === undefined ? {} : { photo: `${photo.length} octets` }),
  });

const print = (
  entries: readonly DirectoryEntry[],
  given: Given,
  surroundings: Surroundings,
): number => {
  const format = flag(given, 'json') ? record : line;
  for (const entry of entries) surroundings.print(format(entry));
  return entries.length === 0 ? 1 : 0;
};

const COLUMNS = 'Columns, separated by tabs: source, kind, id, login, name, mail addresses.';
const MOST = 1000;

const search: Command<Surroundings> = {
  name: 'directory search',
  summary: 'look for people, groups and resources in the user sources',
  operands: ['TEXT'],
  options: [{ name: 'limit', value: 'N', summary: 'entries of each source (100)' }, jsonOption],
  details: `A dot stands for everybody. ${COLUMNS}`,
  run: asking(async (directories, given, surroundings) => {
    const limit = Number(text(given, 'limit') ?? 100);
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST)
      throw new UsageError(`--limit takes a number, 1 to ${MOST}`);
    const found = await Promise.all(
      directories.map((directory) => directory.search(operand(given), { limit })),
    );
    return print(found.flat(), given, surroundings);
  }),
};

const show: Command<Surroundings> = {
  name: 'directory show',
  summary: 'print what the user sources know of somebody, and their groups',
  operands: ['LOGIN'],
  options: [],
  details: 'A JSON object a line: the entry of each source that has the login, then its groups.',
  run: asking(async (directories, given, surroundings) => {
    let isFound = false;
    for (const directory of directories) {
      const entry = await directory.find({ login: operand(given) });
      if (entry === undefined) continue;
      isFound = true;
      surroundings.print(record(entry));
      for (const group of await directory.groupsOf(operand(given)))
        surroundings.print(record(group));
    }
    return isFound ? 0 : 1;
  }),
};

const members: Command<Surroundings> = {
  name: 'directory members',
  summary: 'list the people of a group, those of its groups included',
  operands: ['GROUP'],
  options: [jsonOption],
  details: `GROUP is an id, as \`directory search\` prints it. ${COLUMNS}`,
  run: asking(async (directories, given, surroundings) => {
    for (const directory of directories) {
      const found = await directory.members(operand(given));
      if (found !== undefined) return print(found, given, surroundings);
    }
    surroundings.complain(`no source has a group '${operand(given)}'`);
    return 1;
  }),
};

const refusals: Readonly<Record<PasswordRefusal, string>> = {
  wrong: 'nobody has this login with this password',
  locked: 'the directory has locked the account',
  expired: 'the password has expired, and the directory takes it no more',
  'not-allowed': 'the directory does not let people change it',
  'too-short': 'the new password is too short',
  'too-weak': 'the new password is too simple',
  'too-young': 'the password was changed too recently',
  'used-before': 'the new password was used before',
  refused: 'the directory refused the new password',
};

const passwd: Command<Surroundings> = {
  name: 'directory passwd',
  summary: "change somebody's password in a user source, knowing the old one",
  operands: ['LOGIN'],
  options: [],
  details:
    'Asks on the terminal for the old password and the new one; where there is none, they are the first\ntwo lines of standard input. The first source that takes the old password changes it.',
  run: asking(async (directories, given, surroundings) => {
    const [old, wanted] = await oldAndNewPassword();
    let refused: PasswordRefusal = 'wrong';
    for (const directory of directories) {
      const answer = await directory.changePassword(operand(given), old, wanted);
      if ('changed' in answer) {
        surroundings.print(`Changed in ${directory.id}.`);
        return 0;
      }
      if (answer.refused !== 'wrong') refused = answer.refused;
    }
    surroundings.complain(refusals[refused]);
    return 1;
  }),
};

export const directoryCommands: readonly Command<Surroundings>[] = [search, show, members, passwd];
