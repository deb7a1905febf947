import { type DirectoryEntry, type EntryKey, SEARCH_LIMIT } from '../domain/account/directory.ts';
import {
  type Group,
  type GroupMember,
  type GroupNames,
  groups as groupsDecider,
  type GroupsCommand,
  type GroupsEvent,
  type GroupsRejection,
  type GroupsState,
} from '../domain/account/groups.ts';
import { canonicalLogin } from '../domain/account/login.ts';
import type { SourceUser } from '../domain/account/user-source.ts';
import type { EventStore } from '../domain/kernel/event-store.ts';
import { foldTail, unfolded } from '../domain/kernel/fold.ts';
import type { Handle } from '../domain/kernel/handle.ts';
import type { AccountId, GroupId } from '../domain/kernel/ids.ts';
import type { EventCodec, Provenance } from '../domain/kernel/ports.ts';
import { streams } from '../domain/kernel/streams.ts';
import type { AccountRow, AccountRows } from '../projections/account/rows.ts';
import { AccountRefusal } from './accounts.ts';
import { derivedId } from './derived-id.ts';
import { SERVER } from './server-ids.ts';

/** Whom a group is to have: a person's login, or a group's name. */
export type NamedMember = { readonly login: string } | { readonly group: string };

/** A group with those that it names itself. */
export interface GroupListing {
  readonly group: DirectoryEntry;
  /** Logins of people, and names of groups. */
  readonly members: readonly NamedMember[];
}

/**
 * The groups of the built-in user table. Their people are anybody with an account, those of user sources
 * included. Reading answers as the port `Directory` does; what it answers is as new as the log.
 */
export interface Groups {
  /** @throws AccountRefusal when the name or address is taken or unacceptable. */
  add(group: { readonly name: string } & Partial<GroupNames>): Promise<void>;
  /** What is absent stays. @throws AccountRefusal */
  change(name: string, change: Partial<GroupNames>): Promise<void>;
  /** Its members stay. @throws AccountRefusal for an unknown one */
  remove(name: string): Promise<void>;
  /**
   * Does nothing where it is a member already. `vouched`: who of a user source has a login that no account
   * has yet, and gets one. @throws AccountRefusal
   */
  include(
    name: string,
    member: NamedMember,
    vouched: (login: string) => Promise<SourceUser | undefined>,
  ): Promise<void>;
  /** @throws AccountRefusal */
  exclude(name: string, member: NamedMember): Promise<void>;
  /** By name. */
  all(): Promise<readonly GroupListing[]>;
  find(key: EntryKey): Promise<DirectoryEntry | undefined>;
  search(text: string, how: { readonly limit: number }): Promise<readonly DirectoryEntry[]>;
  /** The people of a group, its groups' people included, each once; `undefined` when there is no such group. */
  members(groupId: string): Promise<readonly DirectoryEntry[] | undefined>;
  /** The groups that somebody is in, directly or through other groups. */
  groupsOf(login: string): Promise<readonly DirectoryEntry[]>;
}

export interface GroupsParts {
  readonly store: EventStore;
  readonly codec: EventCodec<GroupsEvent>;
  readonly groups: Handle<GroupsCommand, GroupsEvent, GroupsRejection>;
  readonly rows: Pick<AccountRows, 'byId' | 'byLogin'>;
  /** Opens an account for somebody of a user source, or finds it; `undefined` where the login is another's. */
  adopt(user: SourceUser): Promise<AccountId | undefined>;
  newGroupId(): GroupId;
  provenance(): Provenance;
}

/** What the built-in table is called where sources are told apart. */
const SOURCE = 'built-in';
/** Of what happens to them. */
export const GROUPS_STREAM = streams.groups(derivedId('groups', SOURCE));
/** Rows asked for at once. */
const CHUNK = 50;

const refusals: Readonly<Record<GroupsRejection['kind'], string>> = {
  GroupNotFound: 'there is no such group',
  GroupNameNotAcceptable:
    'a group’s name has letters, digits and . - _ @ + only, its address no spaces; neither has more than 256 characters',
  GroupNameTaken: 'another group has this name',
  GroupAddressTaken: 'another group has this address',
  GroupFull: 'there are 10,000 already',
};

const entry = (
  id: string,
  login: string | undefined,
  { displayName, mail }: Pick<GroupNames, 'displayName' | 'mail'>,
): DirectoryEntry => ({
  source: SOURCE,
  id,
  login,
  displayName,
  mails: mail === '' ? [] : [mail],
  kind: login === undefined ? 'group' : 'individual',
  bookings: undefined,
  barred: [],
  imapHost: undefined,
  imapLogin: login,
  sieveHost: undefined,
  info: undefined,
  contact: new Map(
    (
      [
        ['cn', displayName],
        ['displayname', displayName],
        ['mail', mail],
      ] as const
    ).filter(([, value]) => value !== ''),
  ),
  photo: undefined,
});

const groupEntry = (group: Group): DirectoryEntry => entry(group.name, undefined, group);
/** Somebody with an account, as a directory would describe him. */
export const personEntry = ({ login, ...row }: AccountRow): DirectoryEntry =>
  entry(login, login, row);

/** People and groups that a group's members lead to; each group is visited once, so circles end. */
const accountsOf = (start: GroupId, state: GroupsState): ReadonlySet<AccountId> => {
  const seen = new Set([start]);
  const accounts = new Set<AccountId>();
  // A set hands out what is added to it on the way.
  for (const id of seen)
    for (const member of state.get(id)?.members.values() ?? [])
      if ('account' in member) accounts.add(member.account);
      else seen.add(member.group);
  return accounts;
};

const groupsWith = (account: AccountId, state: GroupsState): readonly Group[] => {
  const keys = new Set([`account ${account}`]);
  const found = new Map<GroupId, Group>();
  for (const key of keys)
    for (const [id, group] of state)
      if (group.members.has(key)) {
        found.set(id, group);
        keys.add(`group ${id}`);
      }
  return [...found.values()];
};

/** The groups' state, as new as the log. Whoever is handed it reads it at once and keeps nothing of it. */
const currentState = ({ store, codec }: Pick<GroupsParts, 'store' | 'codec'>) => {
  let folded = unfolded(groupsDecider);
  let last: Promise<unknown> = Promise.resolve();
  return <Answer>(read: (state: GroupsState) => Answer): Promise<Answer> => {
    const reading = last.then(async () => {
      try {
        await foldTail(groupsDecider, { store, codec }, GROUPS_STREAM, folded);
      } catch (error) {
        // What was folded half-way is not to be folded again.
        folded = unfolded(groupsDecider);
        throw error;
      }
      return read(folded.state);
    });
    last = reading.catch(() => {});
    return reading;
  };
};

export const builtInGroups = (parts: GroupsParts): Groups => {
  const { groups, rows, adopt, newGroupId, provenance } = parts;
  const current = currentState(parts);

  const run = async (command: GroupsCommand): Promise<void> => {
    // A group is nobody's.
    const outcome = await groups({
      stream: GROUPS_STREAM,
      owner: SERVER,
      command,
      by: provenance(),
    });
    if ('rejected' in outcome) throw new AccountRefusal(refusals[outcome.rejected.kind]);
  };
  const idOf = async (name: string): Promise<GroupId> => {
    const wanted = canonicalLogin(name);
    const id = await current((state) => [...state].find(([, group]) => group.name === wanted)?.[0]);
    if (id === undefined) throw new AccountRefusal(`there is no group '${name}'`);
    return id;
  };
  const accountOf = async (login: string): Promise<AccountId | undefined> =>
    (await rows.byLogin(canonicalLogin(login)))?.account;
  const memberOf = async (
    member: NamedMember,
    vouched: (login: string) => Promise<SourceUser | undefined>,
  ): Promise<GroupMember> => {
    if ('group' in member) return { group: await idOf(member.group) };
    const known = await accountOf(member.login);
    if (known !== undefined) return { account: known };
    const user = await vouched(member.login);
    const account = user === undefined ? undefined : await adopt(user);
    if (account === undefined) throw new AccountRefusal(`there is no account '${member.login}'`);
    return { account };
  };
  const people = async (accounts: readonly AccountId[]): Promise<readonly AccountRow[]> => {
    const found: AccountRow[] = [];
    for (let from = 0; from < accounts.length; from += CHUNK) {
      const some = await Promise.all(accounts.slice(from, from + CHUNK).map(rows.byId));
      found.push(...some.filter((row) => row !== undefined));
    }
    return found;
  };
  const sorted = (entries: readonly DirectoryEntry[]): readonly DirectoryEntry[] =>
    entries.toSorted((one, other) => (one.id < other.id ? -1 : 1));

  return {
    add: ({ name, displayName = name, mail = '' }) =>
      run({ type: 'AddGroup', group: newGroupId(), name, displayName, mail }),
    async change(name, change) {
      await run({ type: 'ChangeGroup', group: await idOf(name), change });
    },
    async remove(name) {
      await run({ type: 'RemoveGroup', group: await idOf(name) });
    },
    async include(name, member, vouched) {
      const group = await idOf(name);
      await run({ type: 'AddGroupMember', group, member: await memberOf(member, vouched) });
    },
    async exclude(name, member) {
      const group = await idOf(name);
      const whom = await memberOf(member, async () => undefined);
      await run({ type: 'RemoveGroupMember', group, member: whom });
    },
    async all() {
      const listed = await current((state) =>
        [...state.values()].map((group) => ({
          group: groupEntry(group),
          accounts: [...group.members.values()].flatMap((member) =>
            'account' in member ? [member.account] : [],
          ),
          groups: [...group.members.values()].flatMap((member) =>
            'group' in member ? [state.get(member.group)?.name ?? ''] : [],
          ),
        })),
      );
      const listings: GroupListing[] = [];
      for (const { group, accounts, groups: inner } of listed) {
        const logins = (await people(accounts)).map(({ login }) => ({ login }));
        const names = inner.map((name) => ({ group: name }));
        listings.push({ group, members: [...logins, ...names] });
      }
      return listings.toSorted((one, other) => (one.group.id < other.group.id ? -1 : 1));
    },
    async find(key) {
      if ('login' in key) return undefined;
      const wanted = canonicalLogin('id' in key ? key.id : key.mail);
      return current((state) => {
        const found = [...state.values()].find(({ name, mail }) =>
          'id' in key ? name === wanted : mail !== '' && mail.toLowerCase() === wanted,
        );
        return found && groupEntry(found);
      });
    },
    async search(text, { limit }) {
      const words = canonicalLogin(text.slice(0, SEARCH_LIMIT)).split(/\s+/);
      if (limit < 1 || words[0] === '') return [];
      const isAll = words.length === 1 && words[0] === '.';
      return current((state) => {
        const matching = [...state.values()].filter(
          ({ name, displayName, mail }) =>
            isAll ||
            words.every((word) =>
              [name, displayName, mail].some((field) => canonicalLogin(field).includes(word)),
            ),
        );
        return sorted(matching.map(groupEntry)).slice(0, limit);
      });
    },
    async members(groupId) {
      const wanted = canonicalLogin(groupId);
      const accounts = await current((state) => {
        const [id] = [...state].find(([, { name }]) => name === wanted) ?? [];
        return id && [...accountsOf(id, state)];
      });
      return accounts && sorted((await people(accounts)).map(personEntry));
    },
    async groupsOf(login) {
      const account = await accountOf(login);
      return account === undefined
        ? []
        : current((state) => sorted(groupsWith(account, state).map(groupEntry)));
    },
  };
};
