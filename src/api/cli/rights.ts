import type { Directory } from '../../domain/account/directory.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import type { ResourceName } from '../../domain/kernel/ids.ts';
import { type CollectionKind, collectionStream } from '../../domain/kernel/streams.ts';
import {
  type Access,
  accessTo,
  type Asker,
  levelOf,
  sightAt,
  standingOf,
} from '../../domain/rights/access.ts';
import {
  accountGrantee,
  type Grantee,
  granteeParts,
  groupGrantee,
} from '../../domain/rights/grants.ts';
import type { ChangeRights } from '../../domain/rights/rights.ts';
import { classifications, rolesIn, settledRoles } from '../../domain/rights/roles.ts';
import type { CollectionRow } from '../../projections/collection/rows.ts';
import { anonymous } from '../dav/public.ts';
import type { Daybook } from '../daybook.ts';
import type { Principal } from '../services.ts';
import { type Command, type Given, UsageError } from './command.ts';
import type { Surroundings } from './surroundings.ts';

const kinds: Readonly<Record<string, CollectionKind>> = {
  Calendar: 'calendar',
  Contacts: 'addressbook',
};

/** A collection, and an object in it where one is meant. */
interface Place {
  readonly owner: Principal;
  readonly row: CollectionRow;
  readonly object: string | undefined;
}

/** What a path like `alice/Calendar/personal/lunch.ics` names, with `/SOGo/dav/` before it or without. @throws UsageError */
export const placeAt = async ({ services }: Daybook, path: string): Promise<Place> => {
  const wrong = new UsageError(`there is no collection at '${path}'`);
  const [login = '', part = '', segment, object] = path
    .replace(/^\/?(?:SOGo\/dav\/)?/, '')
    .split('/')
    .filter((one) => one !== '');
  const kind = Object.hasOwn(kinds, part) ? kinds[part] : undefined;
  const owner = await services.sharing.personCalled(canonicalLogin(login));
  if (kind === undefined || owner === undefined) throw wrong;
  const { entries } = await services.home(owner.account);
  const entry = entries.find(
    (one) => one.kind === kind && one.segment === segment && one.owner === undefined,
  );
  if (entry === undefined) throw wrong;
  const stream = collectionStream(kind, entry.collection);
  const row = (await services.collections.collections([stream])).get(stream);
  if (row?.status !== 'live') throw wrong;
  return { owner, row, object };
};

const granteeNamed = async (
  { services, groups }: Daybook,
  directories: readonly Directory[],
  name: string,
): Promise<Grantee> => {
  if (name === 'authenticated' || name === 'anonymous') return name;
  if (name.startsWith('@')) {
    for (const source of [groups, ...directories]) {
      const entry = await source.find({ id: name.slice(1) });
      if (entry?.kind === 'group') return groupGrantee(entry.source, entry.id);
    }
    throw new UsageError(`there is no group '${name.slice(1)}'`);
  }
  const person = await services.sharing.personCalled(canonicalLogin(name));
  if (person === undefined) throw new UsageError(`there is no account '${name}'`);
  return accountGrantee(person.account);
};

const nameOf = async ({ services }: Daybook, grantee: Grantee): Promise<string> => {
  const parts = granteeParts(grantee);
  if (parts.kind === 'group') return `@${parts.group}`;
  if (parts.kind === 'link') return `link ${parts.link}`;
  if (parts.kind !== 'account') return parts.kind;
  return (await services.sharing.personWith(parts.account))?.login ?? parts.account;
};

type Work = (
  daybook: Daybook,
  given: Given,
  surroundings: Surroundings,
  directories: readonly Directory[],
) => Promise<number>;

export const working =
  (work: Work) =>
  async (given: Given, surroundings: Surroundings): Promise<number> => {
    const daybook = await surroundings.open(given);
    const directories = await surroundings.directories(given);
    try {
      return await work(daybook, given, surroundings, directories);
    } finally {
      await Promise.all(directories.map((directory) => directory.close()));
      await daybook.close();
    }
  };

export const changeRights = async (
  daybook: Daybook,
  { owner, row }: Place,
  changes: ChangeRights['changes'],
): Promise<void> => {
  const command = { type: 'ChangeRights', changes } as const;
  const intent = {
    stream: row.stream,
    owner: owner.account,
    command,
    by: daybook.byCommandLine(),
  };
  const { calendars, addressBooks } = daybook.services;
  const outcome = row.kind === 'calendar' ? await calendars(intent) : await addressBooks(intent);
  if ('rejected' in outcome) throw new UsageError(`refused: ${outcome.rejected.kind}`);
};

const reasons = {
  owner: 'the collection is theirs',
  superuser: 'SOGoSuperUsernames names them',
  account: 'they were given rights by name',
  group: 'a group of theirs was given rights',
  authenticated: 'everybody who signs in was given rights',
  link: 'what was given to the link counts',
  usual: 'the owner said nothing that reaches them; the configured default roles count',
  anonymous: 'what was given to those who did not sign in counts',
} as const;

const may = (yes: boolean): string => (yes ? 'yes' : 'no');

/** What somebody may do in a collection, line by line. */
const told = (access: Access | undefined, row: CollectionRow): readonly string[] => {
  if (access === undefined) return ['sees nothing: for them the collection does not exist'];
  const lines = [
    `adds objects: ${may(access.create)}`,
    `deletes objects: ${may(access.erase)}`,
    `changes rights, deletes and renames the collection: ${may(access.isOwner)}`,
  ];
  if (row.kind === 'addressbook')
    return [`cards: ${access.levels.PUBLIC}, sees ${sightAt(access.levels.PUBLIC)}`, ...lines];
  return [
    ...classifications.map(
      (one) => `${one} objects: ${access.levels[one]}, sees ${sightAt(access.levels[one])}`,
    ),
    ...lines,
  ];
};

/** Somebody with an account, in the groups he is in now. @throws UsageError */
const askerCalled = async (
  daybook: Daybook,
  directories: Parameters<Work>[3],
  user: string,
): Promise<Asker> => {
  const person = await daybook.services.sharing.personCalled(canonicalLogin(user));
  if (person === undefined) throw new UsageError(`there is no account '${user}'`);
  const sources = [daybook.groups, ...directories];
  const found = await Promise.all(sources.map((one) => one.groupsOf(person.login)));
  const groups = new Set(found.flat().map(({ source, id }) => groupGrantee(source, id)));
  return { ...(await daybook.services.sharing.askerOf(person)), groups };
};

const explain: Work = async (daybook, { operands }, { print }, directories) => {
  const [user = '', path = ''] = operands;
  const asker = user === 'anonymous' ? anonymous : await askerCalled(daybook, directories, user);
  const { row, object } = await placeAt(daybook, path);
  const { because, roles } = standingOf(asker, row);
  const access = accessTo(asker, row);
  print(`because: ${reasons[because]}`);
  print(`roles: ${roles.length === 0 ? 'none' : roles.join(', ')}`);
  for (const line of told(access, row)) print(line);
  if (object === undefined || access === undefined) return 0;
  const snapshot = await daybook.services.collections.named(row.stream, [object as ResourceName]);
  for await (const page of snapshot?.members ?? [])
    for (const { classes = [] } of page) {
      const level = levelOf(access, classes);
      const as = classes.length === 0 ? 'not classified' : classes.join(' and ');
      print(`${object} (${as}): ${level}, sees ${sightAt(level)}`);
      return 0;
    }
  print(`${object} is not there`);
  return 0;
};

/** `daybook rights …`: who may do what with somebody's collection, and why. */
export const rightsCommands: readonly Command<Surroundings>[] = [
  {
    name: 'rights show',
    summary: 'print who has which rights in a collection, as JSON lines',
    operands: ['PATH'],
    options: [],
    details: 'PATH is OWNER/Calendar/ID or OWNER/Contacts/ID.',
    run: working(async (daybook, { operands }, { print }) => {
      const { row } = await placeAt(daybook, operands[0] ?? '');
      for (const [grantee, roles] of row.grants)
        print(JSON.stringify({ who: await nameOf(daybook, grantee), roles }));
      return 0;
    }),
  },
  {
    name: 'rights grant',
    summary: 'give somebody rights in a collection, in place of those they have',
    operands: ['PATH', 'WHO', '[ROLES]'],
    options: [],
    details:
      'WHO is a login, @GROUP, authenticated or anonymous. ROLES are separated by commas; without any,\nWHO has none, whatever others have.',
    run: working(async (daybook, { operands }, _, directories) => {
      const [path = '', who = '', roles = ''] = operands;
      const place = await placeAt(daybook, path);
      const asked = roles.split(',').filter((role) => role !== '');
      const settled = settledRoles(place.row.kind, asked);
      if (settled === undefined)
        throw new UsageError(`roles are ${rolesIn[place.row.kind].join(', ')}`);
      const of = await granteeNamed(daybook, directories, who);
      await changeRights(daybook, place, [{ of, roles: settled }]);
      return 0;
    }),
  },
  {
    name: 'rights revoke',
    summary: 'take what was given to somebody in a collection',
    operands: ['PATH', 'WHO'],
    options: [],
    run: working(async (daybook, { operands }, _, directories) => {
      const [path = '', who = ''] = operands;
      const place = await placeAt(daybook, path);
      const of = await granteeNamed(daybook, directories, who);
      await changeRights(daybook, place, [{ of, roles: undefined }]);
      return 0;
    }),
  },
  {
    name: 'rights explain',
    summary: 'print what somebody may do with a collection or an object, and why',
    operands: ['USER', 'PATH'],
    options: [],
    details:
      'USER is a login, or anonymous for who does not sign in. PATH is OWNER/Calendar/ID or OWNER/Calendar/ID/NAME.',
    run: working(explain),
  },
];
