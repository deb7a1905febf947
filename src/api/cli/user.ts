import type { Accounts } from '../accounts.ts';
import { AccountRefusal } from '../accounts.ts';
import { UserSourceUnavailable } from '../../domain/account/user-source.ts';
import type { Directory } from '../../domain/account/directory.ts';
import type { AccountRow, AccountRows } from '../../projections/account/rows.ts';
import { type Command, flag, type Given, type Option, text } from './command.ts';
import { confirmed } from './confirm.ts';
import { newPassword, passwordFromStdin } from './password.ts';
import type { Surroundings } from './surroundings.ts';
import type { Daybook } from '../daybook.ts';
import { bookingsOption, resourceOf, setKind, userKind } from './user-kind.ts';

const passwordOption: Option = {
  name: 'password-stdin',
  summary: 'take the password from the first line of standard input',
};

const passwordFor = async (given: Given): Promise<{ password: string; generated: boolean }> =>
  flag(given, 'password-stdin')
    ? { password: await passwordFromStdin(), generated: false }
    : newPassword();

/** Opens the store, does one thing to the user table, says what refused it. */
const administering =
  (
    work: (
      given: Given,
      accounts: Accounts,
      surroundings: Surroundings,
      daybook: Daybook,
    ) => Promise<void>,
  ) =>
  async (given: Given, surroundings: Surroundings): Promise<number> => {
    const daybook = await surroundings.open(given);
    try {
      await work(given, daybook.accounts, surroundings, daybook);
      return 0;
    } catch (error) {
      if (!(error instanceof AccountRefusal)) throw error;
      surroundings.complain(error.message);
      return 1;
    } finally {
      await daybook.close();
    }
  };

const operand = (given: Given): string => given.operands[0] ?? '';

const add: Command<Surroundings> = {
  name: 'user add',
  summary: 'add a user to the built-in table',
  operands: ['NAME'],
  options: [
    passwordOption,
    { name: 'display-name', value: 'TEXT', summary: 'what people call the user; NAME when absent' },
    { name: 'mail', value: 'ADDRESS', summary: 'the mail address; NAME when that is one' },
    { name: 'kind', value: 'KIND', summary: 'room, resource or person; a person when absent' },
    bookingsOption,
  ],
  details:
    'Without --password-stdin the password is asked for on the terminal; where there is none, a\nrandom one is made and printed once. Works while the server runs.',
  run: administering(async (given, accounts, { print }, daybook) => {
    const { resource } = resourceOf(text(given, 'kind') ?? 'person', given);
    const { password, generated } = await passwordFor(given);
    const displayName = text(given, 'display-name');
    const mail = text(given, 'mail');
    const account = await accounts.add({
      login: operand(given),
      password,
      ...(displayName === undefined ? {} : { displayName }),
      ...(mail === undefined ? {} : { mail }),
    });
    if (resource !== undefined) await setKind(daybook, account, resource);
    print(generated ? `Added. Password: ${password}` : 'Added.');
  }),
};

const passwd: Command<Surroundings> = {
  name: 'user passwd',
  summary: "change a user's password",
  operands: ['NAME'],
  options: [passwordOption],
  details: 'In force within a second, also while the server runs.',
  run: administering(async (given, accounts, { print }) => {
    const { password, generated } = await passwordFor(given);
    await accounts.setPassword(operand(given), password);
    print(generated ? `Changed. Password: ${password}` : 'Changed.');
  }),
};

const remove: Command<Surroundings> = {
  name: 'user remove',
  summary: 'remove a user from the built-in table',
  operands: ['NAME'],
  options: [],
  details:
    'The user can no longer log in and the name is free again; a new user of that name starts empty.\nWhat was stored stays in the log, readable with `daybook log`; `daybook user erase` destroys it.',
  run: administering(async (given, accounts, { print }) => {
    await accounts.remove(operand(given));
    print('Removed.');
  }),
};

/** Asks the user sources of the configuration. @throws AccountRefusal when one does not answer */
const askingSources = async <Result>(
  given: Given,
  { directories }: Surroundings,
  work: (all: readonly Directory[]) => Promise<Result>,
): Promise<Result> => {
  const all = await directories(given);
  try {
    return await work(all);
  } catch (error) {
    if (error instanceof UserSourceUnavailable) throw new AccountRefusal(error.message);
    throw error;
  } finally {
    await Promise.all(all.map((directory) => directory.close()));
  }
};

/** Whether one of them has somebody of this login. */
const isKnownTo = async (login: string, all: readonly Directory[]): Promise<boolean> => {
  for (const directory of all) if ((await directory.find({ login }))?.login === login) return true;
  return false;
};

const rename: Command<Surroundings> = {
  name: 'user rename',
  summary: "change a user's login",
  operands: ['NAME', 'NEW'],
  options: [
    { name: 'mail', value: 'ADDRESS', summary: 'the new mail address, where that changes too' },
  ],
  details:
    'Everything the user has stays: collections, files, passwords, sessions. Addresses below\n/SOGo/dav/NAME/ become /SOGo/dav/NEW/. Somebody of a user source is renamed in the source first. A\nrenaming that was interrupted is finished by the same command. Works while the server runs.',
  run: administering(async (given, accounts, surroundings) => {
    const [name = '', to = ''] = given.operands;
    const mail = text(given, 'mail');
    await accounts.rename(name, to, {
      ...(mail === undefined ? {} : { mail }),
      vouched: (login) => askingSources(given, surroundings, (all) => isKnownTo(login, all)),
    });
    surroundings.print('Renamed.');
  }),
};

const erase: Command<Surroundings> = {
  name: 'user erase',
  summary: 'destroy everything a user has, for good',
  operands: ['NAME'],
  options: [{ name: 'yes', summary: 'do not ask' }],
  details:
    'NAME is a login, or the permanent id of an account that was removed. Destroys the key of all that the\nuser stored: nobody can read it again, nor bring it back without an older backup. The log keeps\nthat something happened, when and by whom. Works while the server runs; when interrupted, erase\nthe id that was printed.',
  run: administering(async (given, accounts, { print }) => {
    const named = operand(given);
    const erasable = await accounts.erasable(named);
    const { account, login = 'removed before' } = erasable;
    if (!flag(given, 'yes')) {
      const question = `Everything of ${named} will be gone for good. Type ${named} to erase it:`;
      if (!(await confirmed(question, named)))
        throw new AccountRefusal('nothing was erased: the name was not typed');
    }
    print(`Erasing ${account} (${login}).`);
    await accounts.erase(erasable);
    print('Erased.');
  }),
};

const line = ({ login, displayName, mail, openedAt }: AccountRow): string =>
  [login, displayName, mail, openedAt].join('\t');

const record = ({
  account,
  login,
  displayName,
  mail,
  openedAt,
  passwordHash,
}: AccountRow): string =>
  JSON.stringify({
    login,
    displayName,
    mail,
    openedAt,
    account,
    password: passwordHash === '' ? 'source' : 'own',
  });

const print = async (
  rows: AccountRows,
  isWanted: (row: AccountRow) => Promise<boolean>,
  out: (row: AccountRow) => void,
): Promise<void> => {
  for await (const page of rows.all()) for (const row of page) if (await isWanted(row)) out(row);
};

/** Accounts that only a user source can vouch for, and none does any more. */
const printGone = (
  rows: AccountRows,
  given: Given,
  surroundings: Surroundings,
  out: (row: AccountRow) => void,
): Promise<void> =>
  askingSources(given, surroundings, (all) => {
    if (all.length === 0)
      throw new AccountRefusal('the configuration names no user source (--config)');
    const isGone = async ({ login, passwordHash }: AccountRow): Promise<boolean> =>
      passwordHash === '' && !(await isKnownTo(login, all));
    return print(rows, isGone, out);
  });

const list: Command<Surroundings> = {
  name: 'user list',
  summary: 'list the users who have an account, those of user sources included',
  operands: [],
  options: [
    { name: 'json', summary: 'a JSON object a line' },
    { name: 'gone', summary: 'only those of user sources whom no source knows any more' },
  ],
  details:
    'Columns, separated by tabs: login, display name, mail address, added at. People of user sources have an\naccount once they logged in; --json tells where their password is checked. Whoever is gone from the sources\ncannot log in and keeps everything: `daybook user erase` destroys it.',
  async run(given, surroundings) {
    const daybook = await surroundings.open(given);
    const format = flag(given, 'json') ? record : line;
    const out = (row: AccountRow): void => surroundings.print(format(row));
    try {
      if (flag(given, 'gone')) await printGone(daybook.accountRows, given, surroundings, out);
      else await print(daybook.accountRows, async () => true, out);
      return 0;
    } catch (error) {
      if (!(error instanceof AccountRefusal)) throw error;
      surroundings.complain(error.message);
      return 1;
    } finally {
      await daybook.close();
    }
  },
};

export const userCommands: readonly Command<Surroundings>[] = [
  add,
  list,
  passwd,
  rename,
  remove,
  erase,
  userKind,
];
