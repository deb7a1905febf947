import { accept, type Decider, type Decision, reject } from '../kernel/decision.ts';
import type { AccountId, GroupId } from '../kernel/ids.ts';
import { canonicalLogin, isAcceptableLogin } from './login.ts';

/** A person, or all people of another group. */
export type GroupMember = { readonly account: AccountId } | { readonly group: GroupId };

interface Membership {
  readonly group: GroupId;
  readonly member: GroupMember;
}

/** What a group is called. */
export interface GroupNames {
  /** As it is typed; like no other group's, whatever its case. */
  readonly name: string;
  readonly displayName: string;
  /** '' when it has none. Like no other group's. */
  readonly mail: string;
}

export type GroupsCommand =
  | ({ readonly type: 'AddGroup'; readonly group: GroupId } & GroupNames)
  | {
      readonly type: 'ChangeGroup';
      readonly group: GroupId;
      readonly change: Partial<GroupNames>;
    }
  | { readonly type: 'RemoveGroup'; readonly group: GroupId }
  | ({ readonly type: 'AddGroupMember' | 'RemoveGroupMember' } & Membership);

export type GroupsEvent =
  | ({ readonly type: 'GroupAdded'; readonly group: GroupId } & GroupNames)
  | ({ readonly type: 'GroupChanged'; readonly group: GroupId } & Partial<GroupNames>)
  | { readonly type: 'GroupRemoved'; readonly group: GroupId }
  | ({ readonly type: 'GroupMemberAdded' } & Membership)
  | ({ readonly type: 'GroupMemberRemoved' } & Membership);

export type GroupsRejection =
  | { readonly kind: 'GroupNotFound'; readonly group: GroupId }
  | { readonly kind: 'GroupNameNotAcceptable' }
  | { readonly kind: 'GroupNameTaken' | 'GroupAddressTaken'; readonly holder: GroupId }
  | { readonly kind: 'GroupFull' };

/** Bounds: characters of a display name or an address, members of a group, groups of a table. */
export const GROUP_LIMITS = { characters: 256, members: 10_000, groups: 10_000 } as const;

/** One group, its members in the order in which they came. */
export interface Group extends GroupNames {
  readonly members: Map<string, GroupMember>;
}

/** All groups of one table, in the order in which they came. */
export type GroupsState = Map<GroupId, Group>;

const keyOf = (member: GroupMember): string =>
  'account' in member ? `account ${member.account}` : `group ${member.group}`;

const canonical = ({ name, displayName, mail }: GroupNames): GroupNames => ({
  name: canonicalLogin(name),
  displayName: displayName.trim(),
  mail: mail.trim(),
});

const isAcceptable = ({ name, displayName, mail }: GroupNames): boolean =>
  isAcceptableLogin(name) &&
  [displayName, mail].every(
    (text) => text.length <= GROUP_LIMITS.characters && !/[\p{Cc}\p{Cs}]/u.test(text),
  ) &&
  /^[^\s]*$/.test(mail);

/** Why a group may not be called so. */
const refusalOf = (
  names: GroupNames,
  group: GroupId,
  state: GroupsState,
): GroupsRejection | undefined => {
  if (!isAcceptable(names)) return { kind: 'GroupNameNotAcceptable' };
  for (const [holder, { name, mail }] of state) {
    if (holder === group) continue;
    if (name === names.name) return { kind: 'GroupNameTaken', holder };
    if (mail !== '' && mail.toLowerCase() === names.mail.toLowerCase())
      return { kind: 'GroupAddressTaken', holder };
  }
  return undefined;
};

/**
 * The groups of a user table, all in one stream, so that no two have one name or address on any number of nodes.
 * Groups may be members of each other in circles: whoever follows members visits each group once.
 */
export const groups: Decider<GroupsCommand, GroupsState, GroupsEvent, GroupsRejection> = {
  initial: () => new Map(),
  decide(command, state) {
    const { group } = command;
    const known = state.get(group);
    if (command.type === 'AddGroup') {
      const names = canonical(command);
      if (known !== undefined) return reject({ kind: 'GroupNameTaken', holder: group });
      if (state.size >= GROUP_LIMITS.groups) return reject({ kind: 'GroupFull' });
      const refusal = refusalOf(names, group, state);
      return refusal === undefined
        ? accept({ type: 'GroupAdded', group, ...names })
        : reject(refusal);
    }
    if (known === undefined) return reject({ kind: 'GroupNotFound', group });
    switch (command.type) {
      case 'ChangeGroup':
        return change(group, known, command.change, state);
      case 'RemoveGroup':
        return accept({ type: 'GroupRemoved', group });
      case 'AddGroupMember': {
        const { member } = command;
        if (known.members.has(keyOf(member))) return accept();
        if ('group' in member && !state.has(member.group))
          return reject({ kind: 'GroupNotFound', group: member.group });
        if (known.members.size >= GROUP_LIMITS.members) return reject({ kind: 'GroupFull' });
        return accept({ type: 'GroupMemberAdded', group, member });
      }
      case 'RemoveGroupMember':
        return known.members.has(keyOf(command.member))
          ? accept({ type: 'GroupMemberRemoved', group, member: command.member })
          : accept();
    }
  },
  evolve: (state, event) => {
    const { group } = event;
    const known = state.get(group);
    switch (event.type) {
      case 'GroupAdded': {
        const { name, displayName, mail } = event;
        return state.set(group, { name, displayName, mail, members: new Map() });
      }
      case 'GroupChanged': {
        const { type: _, group: __, ...change } = event;
        return known === undefined ? state : state.set(group, { ...known, ...change });
      }
      case 'GroupRemoved':
        state.delete(group);
        for (const { members } of state.values()) members.delete(keyOf({ group }));
        return state;
      case 'GroupMemberAdded':
        known?.members.set(keyOf(event.member), event.member);
        return state;
      case 'GroupMemberRemoved':
        known?.members.delete(keyOf(event.member));
        return state;
    }
  },
};

const change = (
  group: GroupId,
  known: Group,
  wanted: Partial<GroupNames>,
  state: GroupsState,
): Decision<GroupsEvent, GroupsRejection> => {
  const names = canonical({ ...namesOf(known), ...wanted });
  const refusal = refusalOf(names, group, state);
  if (refusal !== undefined) return reject(refusal);
  const changed: Partial<GroupNames> = {
    ...(names.name === known.name ? {} : { name: names.name }),
    ...(names.displayName === known.displayName ? {} : { displayName: names.displayName }),
    ...(names.mail === known.mail ? {} : { mail: names.mail }),
  };
  return Object.keys(changed).length === 0
    ? accept()
    : accept({ type: 'GroupChanged', group, ...changed });
};

const namesOf = ({ name, displayName, mail }: GroupNames): GroupNames => ({
  name,
  displayName,
  mail,
});
