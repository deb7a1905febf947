import { describe, expect, test } from 'vitest';
import type { AccountId } from '../../../src/domain/kernel/ids.ts';
import {
  accessTo,
  type Asker,
  type Because,
  levelOf,
  seesAll,
  sightAt,
  standingOf,
  viewText,
  withRoles,
} from '../../../src/domain/rights/access.ts';
import { accountGrantee, type Grants, groupGrantee } from '../../../src/domain/rights/grants.ts';
import {
  type Classification,
  classifications,
  type Level,
  type Role,
  rolesIn,
  settledRoles,
} from '../../../src/domain/rights/roles.ts';

const alice = 'a11ce000-0000-4000-8000-000000000001' as AccountId;
const bob = 'b0b00000-0000-4000-8000-000000000002' as AccountId;
const staff = groupGrantee('directory', 'staff');
const board = groupGrantee('directory', 'board');
const asker: Asker = {
  account: bob,
  groups: new Set(),
  isSuperuser: false,
  usual: { calendar: [], addressbook: [] },
};

const names: Readonly<Record<Classification, string>> = {
  PUBLIC: 'Public',
  CONFIDENTIAL: 'Confidential',
  PRIVATE: 'Private',
};
const rights: readonly (readonly [right: string, level: Level, seen: string, changed: string])[] = [
  ['DAndTViewer', 'date-and-time', 'date-and-time', 'nothing'],
  ['Viewer', 'view', 'whole', 'nothing'],
  ['Responder', 'respond', 'whole', 'answer'],
  ['Modifier', 'modify', 'whole', 'all'],
];
const changedAt: Readonly<Record<Level, string>> = {
  none: 'nothing',
  'date-and-time': 'nothing',
  view: 'nothing',
  respond: 'answer',
  modify: 'all',
};

describe('what a role lets its holder do in a calendar, by classification', () => {
  const rows = classifications.flatMap((granted) =>
    rights.flatMap(([right, level, seen, changed]) =>
      classifications.map(
        (object) =>
          [
            `${names[granted]}${right}` as Role,
            object,
            granted === object ? level : ('none' satisfies Level),
            granted === object ? seen : 'nothing',
            granted === object ? changed : 'nothing',
          ] as const,
      ),
    ),
  );

  test.each(rows)(
    '%s with a %s object: %s; sees %s, changes %s',
    (role, object, level, seen, changed) => {
      const access = withRoles('calendar', [role]);
      if (access === undefined) throw new Error('no access');
      expect(levelOf(access, [object])).toBe(level);
      expect(sightAt(levelOf(access, [object]))).toBe(seen);
      expect(changedAt[levelOf(access, [object])]).toBe(changed);
      expect(access).toMatchObject({ isOwner: false, create: false, erase: false });
    },
  );

  test.each([
    ['ObjectCreator', { create: true, erase: false }],
    ['ObjectEraser', { create: false, erase: true }],
  ] as const)('%s shows no object', (role, may) => {
    const access = withRoles('calendar', [role]);
    expect(access).toMatchObject(may);
    for (const one of classifications) expect(access?.levels[one]).toBe('none');
  });

  test('an object of two classifications is as open as the closer of them', () => {
    const access = withRoles('calendar', ['PublicModifier', 'PrivateDAndTViewer']);
    if (access === undefined) throw new Error('no access');
    expect(levelOf(access, ['PUBLIC', 'PRIVATE'])).toBe('date-and-time');
    expect(levelOf(access, ['PUBLIC', 'CONFIDENTIAL'])).toBe('none');
    expect(levelOf(access, []), 'nobody knows what it is').toBe('none');
  });
});

describe('what a role lets its holder do in an address book', () => {
  test.each([
    ['ObjectViewer', 'view', false, false],
    ['ObjectEditor', 'modify', false, false],
    ['ObjectCreator', 'none', true, false],
    ['ObjectEraser', 'none', false, true],
  ] as const)('%s: %s, creates %s, erases %s', (role, level, create, erase) => {
    const access = withRoles('addressbook', [role]);
    if (access === undefined) throw new Error('no access');
    expect(levelOf(access, [])).toBe(level);
    expect(access).toMatchObject({ create, erase, isOwner: false });
  });
});

describe('whose word counts', () => {
  const own: Grants = new Map([
    [accountGrantee(bob), ['PublicViewer']],
    [staff, ['PublicModifier']],
    ['authenticated', ['PrivateViewer']],
    ['anonymous', ['PublicModifier', 'ObjectEraser']],
  ]);
  const without = (...grantees: readonly string[]): Grants =>
    new Map([...own].filter(([grantee]) => !grantees.includes(grantee)));
  const usual = { calendar: ['PublicDAndTViewer'], addressbook: [] } as const;
  const inStaff = { ...asker, groups: new Set([staff]), usual };
  const rows: readonly (readonly [string, Asker, Grants, Because, readonly Role[]])[] = [
    ['the owner', { ...inStaff, account: alice }, own, 'owner', []],
    ['a superuser', { ...inStaff, isSuperuser: true }, own, 'superuser', []],
    ['what was given to them by name', inStaff, own, 'account', ['PublicViewer']],
    ['their group', inStaff, without(accountGrantee(bob)), 'group', ['PublicModifier']],
    [
      'everybody, where they are in no group',
      { ...asker, usual },
      without(accountGrantee(bob)),
      'authenticated',
      ['PrivateViewer'],
    ],
    [
      'what is usual, where nothing was said',
      { ...asker, usual },
      without(accountGrantee(bob), staff, 'authenticated'),
      'usual',
      ['PublicDAndTViewer'],
    ],
    [
      'nothing, where they were given nothing by name',
      inStaff,
      new Map([...own, [accountGrantee(bob), []]]),
      'account',
      [],
    ],
  ];

  test.each(rows)('%s', (_, who, grants, because, roles) => {
    const guarded = { kind: 'calendar', owner: alice, grants } as const;
    expect(standingOf(who, guarded)).toEqual({ because, roles });
    const access = accessTo(who, guarded);
    if (roles.length === 0 && because === 'account') expect(access).toBeUndefined();
    else expect(access?.isOwner).toBe(because === 'owner' || because === 'superuser');
  });

  test('several groups add up', () => {
    const grants: Grants = new Map([
      [staff, ['PublicViewer', 'ObjectCreator']],
      [board, ['PublicModifier', 'PrivateViewer']],
    ]);
    const who = { ...asker, groups: new Set([staff, board]) };
    expect(accessTo(who, { kind: 'calendar', owner: alice, grants })).toEqual({
      isOwner: false,
      create: true,
      erase: false,
      levels: { PUBLIC: 'modify', CONFIDENTIAL: 'none', PRIVATE: 'view' },
    });
  });
});

test('those who see the same have one view, those who see something else another', () => {
  const view = (...roles: readonly Role[]): string | undefined => {
    const access = withRoles('calendar', roles);
    return access && viewText(access);
  };
  expect(view('PublicViewer')).toBe(view('PublicModifier', 'ObjectEraser'));
  expect(view('PublicViewer')).not.toBe(view('PublicDAndTViewer'));
  expect(view('PublicViewer')).not.toBe(view('PublicViewer', 'PrivateDAndTViewer'));
});

test('all classifications whole is all there is to see', () => {
  const whole = withRoles('calendar', ['PublicViewer', 'ConfidentialResponder', 'PrivateModifier']);
  const part = withRoles('calendar', ['PublicViewer', 'ConfidentialViewer', 'PrivateDAndTViewer']);
  expect([whole, part].map((access) => access && seesAll(access))).toEqual([true, false]);
});

test('roles are kept in one order, the highest of a classification alone', () => {
  expect(settledRoles('calendar', ['PublicModifier', 'ObjectEraser', 'PublicViewer'])).toEqual([
    'ObjectEraser',
    'PublicModifier',
  ]);
  expect(settledRoles('addressbook', ['PublicViewer'])).toBeUndefined();
  expect(settledRoles('calendar', ['Owner'])).toBeUndefined();
  for (const kind of ['calendar', 'addressbook'] as const)
    for (const role of rolesIn[kind]) expect(settledRoles(kind, [role])).toEqual([role]);
});
