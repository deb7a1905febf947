import type { DirectoryEntry } from '../../domain/account/directory.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import { type SourceUser, UserSourceUnavailable } from '../../domain/account/user-source.ts';
import { AccountRefusal } from '../accounts.ts';
import type { GroupListing, Groups, NamedMember } from '../groups.ts';
import { type Command, flag, type Given, type Option, text } from './command.ts';
import type { Surroundings } from './surroundings.ts';

const jsonOption: Option = { name: 'json', summary: 'a JSON object a line' };
const displayNameOption: Option = {
  name: 'display-name',
  value: 'TEXT',
  summary: 'what people call it',
};
const mailOption: Option = {
  name: 'mail',
  value: 'ADDRESS',
  summary: "its mail address; '' takes it away",
};

/** Opens the store, does one thing to groups, says what refused it. */
const withGroups =
  (work: (given: Given, groups: Groups, surroundings: Surroundings) => Promise<void>) =>
  async (given: Given, surroundings: Surroundings): Promise<number> => {
    const daybook = await surroundings.open(given);
    try {
      await work(given, daybook.groups, surroundings);
      return 0;
    } catch (error) {
      if (!(error instanceof AccountRefusal || error instanceof UserSourceUnavailable)) throw error;
      surroundings.complain(error.message);
      return 1;
    } finally {
      await daybook.close();
    }
  };

const operand = (given: Given): string => given.operands[0] ?? '';

const named = (given: Given): { displayName?: string; mail?: string } => {
  const [displayName, mail] = [text(given, 'display-name'), text(given, 'mail')];
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(mail === undefined ? {} : { mail }),
  };
};

const add: Command<Surroundings> = {
  name: 'group add',
  summary: 'add a group to the built-in user table',
  operands: ['GROUP'],
  options: [displayNameOption, mailOption],
  details: 'GROUP is made of letters, digits and . - _ @ +. Works while the server runs.',
  run: withGroups(async (given, groups, { print }) => {
    await groups.add({ name: operand(given), ...named(given) });
    print('Added.');
  }),
};

const change: Command<Surroundings> = {
  name: 'group change',
  summary: "change a group's name or address",
  operands: ['GROUP'],
  options: [
    { name: 'name', value: 'NEW', summary: 'another name than GROUP' },
    displayNameOption,
    mailOption,
  ],
  details: 'Its members stay, and it stays a member of other groups. Works while the server runs.',
  run: withGroups(async (given, groups, { print }) => {
    const name = text(given, 'name');
    await groups.change(operand(given), {
      ...named(given),
      ...(name === undefined ? {} : { name }),
    });
    print('Changed.');
  }),
};

const remove: Command<Surroundings> = {
  name: 'group remove',
  summary: 'remove a group from the built-in user table',
  operands: ['GROUP'],
  options: [],
  details: 'Its people keep their accounts. A new group of that name starts empty.',
  run: withGroups(async (given, groups, { print }) => {
    await groups.remove(operand(given));
    print('Removed.');
  }),
};

const memberOption: Option = { name: 'group', summary: 'MEMBER is a group' };

const memberIn = (given: Given): NamedMember => {
  const [, member = ''] = given.operands;
  return flag(given, 'group') ? { group: member } : { login: member };
};

/** Who of a user source of the configuration has this login. */
const vouchedBy =
  (given: Given, { directories }: Surroundings) =>
  async (login: string): Promise<SourceUser | undefined> => {
    const all = await directories(given);
    try {
      for (const directory of all) {
        const user = await directory.lookup(login);
        if (user?.login === canonicalLogin(login)) return user;
      }
      return undefined;
    } finally {
      await Promise.all(all.map((directory) => directory.close()));
    }
  };

const include: Command<Surroundings> = {
  name: 'group include',
  summary: 'make somebody, or a group, a member of a group',
  operands: ['GROUP', 'MEMBER'],
  options: [memberOption],
  details:
    'MEMBER is a login, or with --group a group. Somebody of a user source who never logged in gets the\naccount that the first login would make. Works while the server runs.',
  run: withGroups(async (given, groups, surroundings) => {
    await groups.include(operand(given), memberIn(given), vouchedBy(given, surroundings));
    surroundings.print('Included.');
  }),
};

const exclude: Command<Surroundings> = {
  name: 'group exclude',
  summary: 'take a member out of a group',
  operands: ['GROUP', 'MEMBER'],
  options: [memberOption],
  details: 'MEMBER is a login, or with --group a group. Works while the server runs.',
  run: withGroups(async (given, groups, { print }) => {
    await groups.exclude(operand(given), memberIn(given));
    print('Excluded.');
  }),
};

const memberText = (member: NamedMember): string =>
  'login' in member ? member.login : `group:${member.group}`;

const line = ({ group: { id, displayName, mails }, members }: GroupListing): string =>
  [id, displayName, mails.join(' '), members.map(memberText).join(' ')].join('\t');

const record = ({ group: { id, displayName, mails }, members }: GroupListing): string =>
  JSON.stringify({ name: id, displayName, mail: mails[0] ?? '', members });

const list: Command<Surroundings> = {
  name: 'group list',
  summary: 'list the groups of the built-in user table',
  operands: [],
  options: [jsonOption],
  details:
    'Columns, separated by tabs: name, display name, mail address, members. A member that is a group has\ngroup: before it.',
  run: withGroups(async (given, groups, { print }) => {
    for (const listing of await groups.all())
      print(flag(given, 'json') ? record(listing) : line(listing));
  }),
};

const personLine = ({ login = '', displayName, mails }: DirectoryEntry): string =>
  [login, displayName, mails.join(' ')].join('\t');

const personRecord = ({ login, displayName, mails }: DirectoryEntry): string =>
  JSON.stringify({ login, displayName, mail: mails[0] ?? '' });

const members: Command<Surroundings> = {
  name: 'group members',
  summary: 'list the people of a group, those of its groups included',
  operands: ['GROUP'],
  options: [jsonOption],
  details: 'Columns, separated by tabs: login, display name, mail address.',
  run: withGroups(async (given, groups, { print }) => {
    const people = await groups.members(operand(given));
    if (people === undefined) throw new AccountRefusal(`there is no group '${operand(given)}'`);
    for (const person of people)
      print(flag(given, 'json') ? personRecord(person) : personLine(person));
  }),
};

export const groupCommands: readonly Command<Surroundings>[] = [
  add,
  list,
  members,
  include,
  exclude,
  change,
  remove,
];
