import { describe, expect, it } from 'vitest';
import { grantOf, rolesGranting } from '../../../src/api/dav/acl/entries.ts';
import { caldav, dav, inverse, type Name } from '../../../src/api/dav/xml/names.ts';
import { isSameAccess, withRoles } from '../../../src/domain/rights/access.ts';
import type { Role } from '../../../src/domain/rights/roles.ts';

const sights = [undefined, 'DAndTViewer', 'Viewer', 'Responder', 'Modifier'] as const;
const both: readonly (readonly Role[])[] = [
  [],
  ['ObjectCreator'],
  ['ObjectEraser'],
  ['ObjectCreator', 'ObjectEraser'],
];
const calendarRoles = sights.flatMap((one) =>
  sights.flatMap((two) =>
    sights.flatMap((three) =>
      both.map((more): readonly Role[] => [
        ...more,
        ...(one === undefined ? [] : ([`Public${one}`] as const)),
        ...(two === undefined ? [] : ([`Confidential${two}`] as const)),
        ...(three === undefined ? [] : ([`Private${three}`] as const)),
      ]),
    ),
  ),
);
const bookRoles = both.flatMap((more): readonly (readonly Role[])[] => [
  more,
  [...more, 'ObjectViewer'],
  [...more, 'ObjectEditor'],
]);

describe('entries of DAV:acl (RFC 3744 §5.5)', () => {
  it.each([
    ['calendar', calendarRoles, 500],
    ['addressbook', bookRoles, 12],
  ] as const)(
    'of a %s say what every set of roles comes to, and give it again',
    (kind, all, count) => {
      expect(new Set(all.map((roles) => grantOf(kind, withRoles(kind, roles)).join())).size).toBe(
        count,
      );
      for (const roles of all) {
        const had = withRoles(kind, roles);
        const again = rolesGranting(kind, grantOf(kind, had));
        if (typeof again === 'string') throw new Error(`${roles.join()}: ${again}`);
        const has = withRoles(kind, again);
        expect(
          had === undefined || has === undefined ? had === has : isSameAccess(had, has),
          roles.join(),
        ).toBe(true);
      }
    },
  );

  it.each([
    ['all', [dav('read')], ['PublicViewer', 'ConfidentialViewer', 'PrivateViewer']],
    [
      'all there is to be done with objects',
      [dav('read'), dav('write')],
      [
        'ObjectCreator',
        'ObjectEraser',
        'PublicModifier',
        'ConfidentialModifier',
        'PrivateModifier',
      ],
    ],
    [
      'all and some more',
      [dav('read'), inverse('modify-public-records')],
      ['PublicModifier', 'ConfidentialViewer', 'PrivateViewer'],
    ],
    ['nothing', [dav('read-current-user-privilege-set')], []],
  ] as const)('of clients that know the standard alone: %s', (_name, asked, roles) => {
    expect(rolesGranting('calendar', asked)).toEqual(roles);
  });

  it.each<readonly [string, readonly Name[]]>([
    ['everything, which is the owner’s', [dav('all')]],
    ['rights', [dav('read'), dav('write-acl')]],
    ['properties of the calendar', [dav('read'), dav('write-properties')]],
    ['changing what is not seen', [dav('write-content')]],
    ['free time without when it is taken', [caldav('read-free-busy')]],
    ['inviting without adding', [dav('read'), caldav('schedule')]],
  ])('are refused where no roles come to them: %s', (_name, asked) => {
    expect(rolesGranting('calendar', asked)).toBe('no-roles');
  });

  it('are refused where there is no such privilege', () => {
    expect(rolesGranting('addressbook', [caldav('read-free-busy')])).toBe('not-supported');
    expect(rolesGranting('calendar', [dav('unlock')])).toBe('not-supported');
  });
});
