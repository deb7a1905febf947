import type { GroupMember, GroupsEvent } from '../../domain/account/groups.ts';
import type { AccountId, GroupId } from '../../domain/kernel/ids.ts';
import { Malformed, present } from './fields.ts';
import { type GroupMember as GroupMemberBody, messages } from './generated/messages.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';

const memberBody = (member: GroupMember): GroupMemberBody =>
  'account' in member ? { account: member.account } : { memberGroup: member.group };

const memberOf = (body: GroupMemberBody | null | undefined): GroupMember => {
  const { account, memberGroup } = present('member', body);
  if (typeof account === 'string') return { account: account as AccountId };
  if (typeof memberGroup === 'string') return { group: memberGroup as GroupId };
  throw new Malformed('has a member of no known kind');
};

const groupOf = (group: string | null | undefined): GroupId => present('group', group) as GroupId;

export const groupsSchemas: Schemas<GroupsEvent> = {
  GroupAdded: schema({
    message: messages.groups.GroupAdded,
    write: ({ group, name, displayName, mail }) => ({ group, name, displayName, mail }),
    read: ({ group, name, displayName, mail }) => ({
      type: 'GroupAdded',
      group: groupOf(group),
      name: present('name', name),
      displayName: present('displayName', displayName),
      mail: present('mail', mail),
    }),
  }),
  GroupChanged: schema({
    message: messages.groups.GroupChanged,
    write: ({ group, name, displayName, mail }) => ({ group, name, displayName, mail }),
    read: ({ group, name, displayName, mail }) => ({
      type: 'GroupChanged',
      group: groupOf(group),
      ...(typeof name === 'string' && { name }),
      ...(typeof displayName === 'string' && { displayName }),
      ...(typeof mail === 'string' && { mail }),
    }),
  }),
  GroupRemoved: schema({
    message: messages.groups.GroupRemoved,
    write: ({ group }) => ({ group }),
    read: ({ group }) => ({ type: 'GroupRemoved', group: groupOf(group) }),
  }),
  GroupMemberAdded: schema({
    message: messages.groups.GroupMemberAdded,
    write: ({ group, member }) => ({ group, member: memberBody(member) }),
    read: ({ group, member }) => ({
      type: 'GroupMemberAdded',
      group: groupOf(group),
      member: memberOf(member),
    }),
  }),
  GroupMemberRemoved: schema({
    message: messages.groups.GroupMemberRemoved,
    write: ({ group, member }) => ({ group, member: memberBody(member) }),
    read: ({ group, member }) => ({
      type: 'GroupMemberRemoved',
      group: groupOf(group),
      member: memberOf(member),
    }),
  }),
};
