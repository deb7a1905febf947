import { describe, expect, it } from 'vitest';
import {
  GROUP_LIMITS,
  type GroupsEvent,
  groups,
  type GroupsCommand,
} from '../../src/domain/account/groups.ts';
import type { AccountId, GroupId } from '../../src/domain/kernel/ids.ts';
import { fold, given, run } from '../support/given.ts';

const chess = 'chess-id' as GroupId;
const go = 'go-id' as GroupId;
const ada = { account: 'ada-id' as AccountId };

const added = (group: GroupId, name: string, mail = ''): GroupsEvent => ({
  type: 'GroupAdded',
  ...{ group, name, displayName: name, mail },
});
const add = (group: GroupId, name: string, mail = ''): GroupsCommand => ({
  type: 'AddGroup',
  ...{ group, name, displayName: name, mail },
});
const both = [added(chess, 'chess', 'chess@acme.com'), added(go, 'go')] as const;

describe('groups of a user table', () => {
  it('have a name like no other’s, whatever its case', () => {
    given(groups)
      .when(add(chess, ' Chess '))
      .records({
        type: 'GroupAdded',
        ...{ group: chess, name: 'chess', displayName: 'Chess', mail: '' },
      });
    given(groups, ...both)
      .when(add('other' as GroupId, 'CHESS'))
      .refuses({ kind: 'GroupNameTaken', holder: chess });
    given(groups, ...both)
      .when({ type: 'ChangeGroup', group: go, change: { name: 'Chess' } })
      .refuses({ kind: 'GroupNameTaken', holder: chess });
  });
  it('have an address like no other’s, or none', () => {
    given(groups, ...both)
      .when(add('other' as GroupId, 'other', 'Chess@ACME.com'))
      .refuses({ kind: 'GroupAddressTaken', holder: chess });
    given(groups, ...both)
      .when(add('other' as GroupId, 'other', ''))
      .records(added('other' as GroupId, 'other'));
  });
  it.each([
    ['', 'A', ''],
    ['a b', 'A', ''],
    ['.a', 'A', ''],
    ['a/b', 'A', ''],
    ['a\0', 'A', ''],
    ['x'.repeat(257), 'A', ''],
    ['a', 'x'.repeat(257), ''],
    ['a', 'two\nlines', ''],
    ['a', 'half \ud800', ''],
    ['a', 'A', 'a@b c@d'],
    ['a', 'A', 'x'.repeat(257)],
  ])('are not called %j, %j, %j', (name, displayName, mail) => {
    given(groups)
      .when({ type: 'AddGroup', group: chess, name, displayName, mail })
      .refuses({ kind: 'GroupNameNotAcceptable' });
  });
  it('change what they are called, and record only that', () => {
    given(groups, ...both)
      .when({ type: 'ChangeGroup', group: chess, change: { name: 'CHESS', mail: '' } })
      .records({ type: 'GroupChanged', group: chess, mail: '' });
    given(groups, ...both)
      .when({ type: 'ChangeGroup', group: chess, change: { mail: 'CHESS@acme.com' } })
      .records({ type: 'GroupChanged', group: chess, mail: 'CHESS@acme.com' });
    given(groups, ...both)
      .when({ type: 'ChangeGroup', group: chess, change: { displayName: 'chess' } })
      .records();
  });
  it('have each member once', () => {
    const membership = { group: chess, member: ada };
    const joined: GroupsEvent = { type: 'GroupMemberAdded', ...membership };
    given(groups, ...both)
      .when({ type: 'AddGroupMember', ...membership })
      .records(joined);
    given(groups, ...both, joined)
      .when({ type: 'AddGroupMember', ...membership })
      .records();
    given(groups, ...both, joined)
      .when({ type: 'RemoveGroupMember', ...membership })
      .records({ type: 'GroupMemberRemoved', ...membership });
    given(groups, ...both)
      .when({ type: 'RemoveGroupMember', ...membership })
      .records();
  });
  it('may be members of each other, and are none of what is not there', () => {
    given(groups, ...both, {
      type: 'GroupMemberAdded',
      ...{ group: chess, member: { group: go } },
    })
      .when({ type: 'AddGroupMember', group: go, member: { group: chess } })
      .records({ type: 'GroupMemberAdded', group: go, member: { group: chess } });
    const nobody = 'nobody' as GroupId;
    given(groups, ...both)
      .when({ type: 'AddGroupMember', group: go, member: { group: nobody } })
      .refuses({ kind: 'GroupNotFound', group: nobody });
    for (const command of [
      { type: 'RemoveGroup', group: nobody },
      { type: 'AddGroupMember', group: nobody, member: ada },
      { type: 'ChangeGroup', group: nobody, change: {} },
    ] as const)
      given(groups, ...both)
        .when(command)
        .refuses({ kind: 'GroupNotFound', group: nobody });
  });
  it('that are removed free their name and address, and are members no more', () => {
    const history: readonly GroupsEvent[] = [
      ...both,
      { type: 'GroupMemberAdded', group: go, member: { group: chess } },
      { type: 'GroupRemoved', group: chess },
    ];
    expect([...(fold(groups, history).get(go)?.members ?? [])]).toEqual([]);
    given(groups, ...history)
      .when(add('new' as GroupId, 'chess', 'chess@acme.com'))
      .records(added('new' as GroupId, 'chess', 'chess@acme.com'));
  });
  it(`have ${GROUP_LIMITS.members} members at the most, which fold in time`, () => {
    const members = Array.from({ length: GROUP_LIMITS.members + 1 }, (_, index) => ({
      type: 'AddGroupMember' as const,
      ...{ group: chess, member: { account: `account ${index}` as AccountId } },
    }));
    const { state } = run(groups, [add(chess, 'chess'), ...members]);
    expect(state.get(chess)?.members.size).toBe(GROUP_LIMITS.members);
  });
});
