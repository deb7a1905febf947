import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav, dav } from '../../../src/api/dav/xml/names.ts';
import { type Role, rolesIn } from '../../../src/domain/rights/roles.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, propfindBody, responsesOf, valueOf } from '../../support/multistatus.ts';
import { eventText, ICALENDAR, syncBody, XML } from '../../support/objects.ts';
import { BOB, setRoles } from '../../support/sharing.ts';
import { readSync } from '../../support/syncing.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

let count = 0;
const newCalendar = async (): Promise<string> => {
  count += 1;
  const at = `/SOGo/dav/alice/Calendar/synced-${count}/`;
  expect((await server.send('MKCALENDAR', at)).status).toBe(201);
  return at;
};

const classes = ['PUBLIC', 'CONFIDENTIAL', 'PRIVATE'] as const;
type Classification = (typeof classes)[number];

const put = async (at: string, name: string, classification: Classification, version = 0) => {
  const body = eventText(
    `uid-${name}`,
    `CLASS:${classification}`,
    `SUMMARY:secret-${classification}-${name}`,
    `DESCRIPTION:version ${version}`,
  );
  const { status } = await server.send('PUT', at + name, { headers: ICALENDAR, body });
  expect(status).toBeLessThan(300);
};

const report = (at: string, body: string) =>
  server.send('REPORT', at, { headers: XML, body, credentials: BOB });
const ask = async (at: string, token: string, limit?: number) =>
  readSync(await report(at, syncBody(token, limit === undefined ? {} : { limit })), at);

describe('what somebody who does not see all learns by sync (RFC 6578)', () => {
  it('is an object that becomes visible, or hidden, as one that comes or goes', async () => {
    const at = await newCalendar();
    await setRoles(server, at, 'bob@example.org', ['PublicViewer']);
    await put(at, 'a', 'PRIVATE');
    await put(at, 'b', 'PUBLIC');
    const first = await ask(at, '');
    expect([...first.members.keys()]).toEqual([`${at}b`]);
    await put(at, 'a', 'PUBLIC');
    await put(at, 'b', 'PRIVATE');
    const second = await ask(at, first.token);
    expect([...second.members]).toEqual([
      [`${at}a`, expect.stringContaining('"')],
      [`${at}b`, 'gone'],
    ]);
    await put(at, 'b', 'PRIVATE', 1);
    const third = await ask(at, second.token);
    expect(third.members.size, 'it is hidden, and was when last asked').toBe(0);
  });

  it('is no deletion of what was hidden, and every one of what was not', async () => {
    const at = await newCalendar();
    await setRoles(server, at, 'bob@example.org', ['PublicViewer']);
    await put(at, 'a', 'PUBLIC');
    await put(at, 'b', 'PRIVATE');
    const { token } = await ask(at, '');
    await put(at, 'a', 'PRIVATE');
    for (const name of ['a', 'b'])
      expect((await server.send('DELETE', at + name)).status).toBe(204);
    expect([...(await ask(at, token)).members]).toEqual([[`${at}a`, 'gone']]);
  });

  it('is of a masked object no more than its times, when its data is asked for too', async () => {
    const at = await newCalendar();
    await setRoles(server, at, 'bob@example.org', ['PublicViewer', 'PrivateDAndTViewer']);
    const { token } = await ask(at, '');
    await put(at, 'a', 'PRIVATE');
    const props = ['{DAV:}getetag', caldav('calendar-data')] as const;
    const answer = await report(at, syncBody(token, { props }));
    expect(answer.body).toContain('DTSTART');
    expect(answer.body).not.toMatch(/secret-|uid-a|DESCRIPTION/);
  });

  it('comes in pages that hidden objects do not shorten', async () => {
    const at = await newCalendar();
    await setRoles(server, at, 'bob@example.org', ['PublicViewer']);
    const { token: begin } = await ask(at, '');
    for (let n = 0; n < 12; n += 1) await put(at, `o${n}`, n % 4 === 3 ? 'PUBLIC' : 'PRIVATE');
    const names: string[] = [];
    let token = begin;
    for (let more = true; more; ) {
      const page = await ask(at, token, 1);
      names.push(...page.members.keys());
      expect(page.members.size).toBe(1);
      more = page.truncated;
      token = page.token;
    }
    expect(names).toEqual(['o3', 'o7', 'o11'].map((name) => at + name));
  });

  it('is that a token of other rights is worth nothing', async () => {
    const at = await newCalendar();
    await put(at, 'a', 'PUBLIC');
    await setRoles(server, at, 'bob@example.org', ['PublicDAndTViewer']);
    const { token } = await ask(at, '');
    await setRoles(server, at, 'bob@example.org', ['PublicDAndTViewer', 'ObjectEraser']);
    expect((await ask(at, token)).members.size, 'he sees what he saw').toBe(0);
    await setRoles(server, at, 'bob@example.org', ['PublicViewer']);
    const refused = await report(at, syncBody(token));
    expect(refused.status).toBe(403);
    expect(conditionsOf(refused)).toContain(dav('valid-sync-token'));
  });
});

type Step =
  | { readonly do: 'put'; readonly name: string; readonly as: Classification }
  | { readonly do: 'delete'; readonly name: string }
  | { readonly do: 'roles'; readonly roles: readonly Role[] }
  | { readonly do: 'sync' };

const name = fc.constantFrom('a', 'b', 'c');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      name,
      as: fc.constantFrom(...classes),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('roles' as const),
      roles: fc.subarray([...rolesIn.calendar], { maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'sync' as const }) },
);

const query =
  '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>';
const part = { PUBLIC: 'Public', CONFIDENTIAL: 'Confidential', PRIVATE: 'Private' } as const;

/** What the table says of objects of a classification, said a second time and more simply. */
const sees = (roles: readonly Role[], of: Classification): 'whole' | 'times' | 'nothing' => {
  const held = (right: string): boolean => roles.some((role) => role === `${part[of]}${right}`);
  if (held('Viewer') || held('Responder') || held('Modifier')) return 'whole';
  return held('DAndTViewer') ? 'times' : 'nothing';
};

it('whatever happens to rights, classifications and objects: no text is seen that may not be, and a copy kept by sync is whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const at = await newCalendar();
      const objects = new Map<string, Classification>();
      let roles: readonly Role[] = [];
      let version = 0;
      let copy = new Map<string, string>();
      let token = '';

      const judge = (body: string): void => {
        for (const one of classes)
          if (sees(roles, one) !== 'whole') expect(body).not.toContain(`secret-${one}`);
        // A title tells of the object as it is now only.
        for (const [named, as] of objects)
          if (sees(roles, as) === 'nothing') expect(body).not.toContain(`uid-${named}`);
      };

      const synced = async (): Promise<void> => {
        let answer = await report(at, syncBody(token));
        if (token !== '' && answer.status === 403) {
          expect(conditionsOf(answer)).toContain(dav('valid-sync-token'));
          copy = new Map();
          token = '';
          answer = await report(at, syncBody(''));
        }
        judge(answer.body);
        if (answer.status !== 207) {
          expect([answer.status, roles.length]).toEqual([404, 0]);
          copy = new Map();
          token = '';
          return;
        }
        const { members, token: next } = readSync(answer, at);
        for (const [href, tag] of members) {
          if (tag === 'gone') copy.delete(href);
          else copy.set(href, tag);
        }
        token = next;
        const listing = await server.send('PROPFIND', at, {
          headers: { ...XML, depth: '1' },
          body: propfindBody(dav('getetag')),
          credentials: BOB,
        });
        const listed = [...responsesOf(listing)]
          .filter(([href]) => href !== at)
          .map(([href, response]) => [href, valueOf(response, dav('getetag'))] as const);
        expect(copy).toEqual(new Map(listed));
        expect(new Set(listed.map(([href]) => href))).toEqual(
          new Set(
            [...objects].flatMap(([one, as]) => (sees(roles, as) === 'nothing' ? [] : [at + one])),
          ),
        );
        const answers = await Promise.all([
          report(at, query),
          server.send('GET', `${at.slice(0, -1)}.ics`, { credentials: BOB }),
          ...['a', 'b', 'c'].map((one) => server.send('GET', at + one, { credentials: BOB })),
        ]);
        for (const { body } of answers) judge(body);
      };

      for (const one of steps) {
        if (one.do === 'put') {
          version += 1;
          await put(at, one.name, one.as, version);
          objects.set(one.name, one.as);
        } else if (one.do === 'delete') {
          const { status } = await server.send('DELETE', at + one.name);
          expect(status).toBe(objects.delete(one.name) ? 204 : 404);
        } else if (one.do === 'roles') {
          await setRoles(server, at, 'bob@example.org', one.roles);
          roles = one.roles;
        } else await synced();
      }
      await synced();
    }),
    { numRuns: 40 },
  );
});
