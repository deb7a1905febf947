import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { dav } from '../../../src/api/dav/xml/names.ts';
import type { CollectionId, Instant } from '../../../src/domain/kernel/ids.ts';
import {
  type Classification,
  classifications,
  type Role,
  rolesIn,
} from '../../../src/domain/rights/roles.ts';
import { type Answered, type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, propfindBody, responsesOf, valueOf } from '../../support/multistatus.ts';
import { cardText, eventText, ICALENDAR, syncBody, VCARD, XML } from '../../support/objects.ts';
import {
  type Ask,
  rolesOf,
  type Seen,
  seesCard,
  seesEvent,
  waysToAsk,
} from '../../support/secrecy.ts';
import { aclQuery, setRoles } from '../../support/sharing.ts';
import { readSync } from '../../support/syncing.ts';

const kinds = ['calendar', 'addressbook'] as const;
type Kind = (typeof kinds)[number];
const segments = { calendar: 'Calendar', addressbook: 'Contacts' } as const;

/** Whoever asks, beside alice, whose all is. */
const askers = ['bob@example.org', 'carol', 'anonymous'] as const;
type AskerName = (typeof askers)[number];
const grantees = ['bob@example.org', 'carol', '@team', '<default>', 'anonymous'] as const;
const names = ['a', 'b'] as const;

/** The two worlds: what happens in them is the same, but for what the object `a` says, and perhaps its name. */
const worlds = [0, 1] as const;
type World = (typeof worlds)[number];
const words = ['Surgery', 'Vacation in Rome'] as const;
const OTHER_NAME = 'elsewhere';

type Step =
  | {
      readonly do: 'put';
      readonly kind: Kind;
      readonly name: (typeof names)[number];
      readonly as: Classification;
      /** Whether in the other world it is at another time. */
      readonly atOther: boolean;
    }
  | { readonly do: 'delete'; readonly kind: Kind; readonly name: (typeof names)[number] }
  | {
      readonly do: 'give';
      readonly kind: Kind;
      readonly to: (typeof grantees)[number];
      /** `undefined`: nothing is said of them any more. */
      readonly roles: readonly Role[] | undefined;
    }
  | { readonly do: 'join' | 'leave'; readonly who: AskerName }
  | { readonly do: 'ask' };

const right = fc.constantFrom(
  ...['', '', 'DAndTViewer', 'DAndTViewer', 'DAndTViewer', 'Viewer', 'Modifier'],
);
const rolesOfKind: Readonly<Record<Kind, fc.Arbitrary<readonly Role[]>>> = {
  calendar: fc
    .tuple(fc.subarray(['ObjectCreator', 'ObjectEraser']), right, right, right)
    .map(([whole, ...rights]) => {
      const parts = ['Public', 'Confidential', 'Private'];
      const named = [...whole, ...rights.map((one, index) => `${parts[index]}${one}`)];
      return rolesIn.calendar.filter((role) => named.includes(role));
    }),
  addressbook: fc.subarray([...rolesIn.addressbook], { maxLength: 2 }),
};

const rarely = fc.constantFrom(true, false, false, false);
const kind = fc.constantFrom<Kind>('calendar', 'calendar', 'addressbook');
const name = fc.constantFrom(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      ...{ kind, name, as: fc.constantFrom(...classifications), atOther: rarely },
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), kind, name }) },
  {
    weight: 5,
    arbitrary: kind.chain((of) =>
      fc.record({
        do: fc.constant('give' as const),
        kind: fc.constant(of),
        to: fc.constantFrom(...grantees),
        roles: fc.option(rolesOfKind[of], { freq: 5, nil: undefined }),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('join' as const, 'leave' as const),
      who: fc.constantFrom<AskerName>('bob@example.org', 'carol'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'ask' as const }) },
);

/** There is something to hide, and rights that do. */
const beginning: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.constantFrom(...classifications),
    rarely,
    ...grantees.map(() => fc.option(rolesOfKind.calendar, { nil: undefined })),
  )
  .map(([as, atOther, ...rights]) => [
    ...kinds.map((of) => ({ do: 'put' as const, kind: of, name: 'a' as const, as, atOther })),
    ...grantees.flatMap((to, index) => {
      const roles = rights[index];
      return roles === undefined
        ? []
        : [{ do: 'give' as const, kind: 'calendar' as const, to, roles }];
    }),
    { do: 'ask' as const },
  ]);

const event = (world: World, one: Extract<Step, { do: 'put' }>, version: number): string => {
  const hidden = one.name === 'a' ? world : 0;
  const hour = one.atOther && hidden === 1 ? '14' : '10';
  const text = eventText(
    `uid-${one.name}-${hidden}`,
    `DTEND:20260105T${hour}3000Z`,
    `CLASS:${one.as}`,
    `SUMMARY:${words[hidden]}`,
    ...(hidden === 0
      ? [`DESCRIPTION:version ${version}`]
      : [`LOCATION:Rome ${version}`, 'PRIORITY:1']),
    ...(hidden === 0
      ? []
      : ['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:x', 'TRIGGER:-PT5M', 'END:VALARM']),
  );
  return hour === '10' ? text : text.replace('T090000Z', 'T130000Z');
};

const card = (world: World, one: Extract<Step, { do: 'put' }>, version: number): string => {
  const hidden = one.name === 'a' ? world : 0;
  return cardText(
    `uid-${one.name}-${hidden}`,
    `NOTE:${words[hidden]}`,
    ...(hidden === 0 ? [`TITLE:version ${version}`] : [`EMAIL:x${version}@example.org`]),
  ).replace('FN:Jane Doe', `FN:${words[hidden]}`);
};

/** The two servers tell the time by a clock that stands still between steps, and make the same ids. */
let second = 0;
const made = [0, 0];
const teams: { team: string[] } = { team: [] };
const servers: DavServer[] = [];
const bothServers = async (): Promise<readonly DavServer[]> => {
  if (servers.length === 0)
    for (const world of worlds)
      servers.push(
        await startDav({
          groups: teams,
          wrap: (services) => ({
            ...services,
            publicAccess: () => true,
            now: () => new Date(Date.UTC(2026, 0, 5) + second * 1000).toISOString() as Instant,
            newCollectionId: () => {
              const count = (made[world] = (made[world] ?? 0) + 1);
              return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}` as CollectionId;
            },
          }),
        }),
      );
  return servers;
};
afterAll(() => Promise.all(servers.map((server) => server.stop())));

const treeOf = (asker: AskerName): string =>
  asker === 'anonymous' ? '/SOGo/dav/public/alice/' : '/SOGo/dav/alice/';
const credentialsOf = (asker: AskerName): string | null =>
  asker === 'anonymous' ? null : `${asker}:secret`;

/** What nobody can make the same on two servers, and nothing hidden depends on. */
const volatile = new Set(['date', 'x-request-id', 'connection', 'keep-alive']);

const asText = ({ status, headers, body }: Answered, port: number): string => {
  const said = Object.entries(headers).filter(([header]) => !volatile.has(header));
  return `${status}\n${said.map((line) => line.join(': ')).join('\n')}\n\n${body}`
    .replaceAll(String(port), 'PORT')
    .replace(/^UID:[0-9a-f-]{36}\r$(?=[^]*BEGIN:VFREEBUSY|[^]*FREEBUSY|[^]*END:VFREEBUSY)/m, 'UID')
    .replaceAll(String(headers['x-request-id'] ?? '-none-'), 'REQUEST');
};

interface Member {
  readonly as: Classification;
  readonly atOther: boolean;
}

let count = 0;

it('whatever happens to rights, groups, classifications and objects: nothing that anybody is told depends on what he may not see, and a copy kept by sync is whole', async () => {
  const [one, other] = await bothServers();
  if (one === undefined || other === undefined) throw new Error('no servers');
  const both = async (work: (server: DavServer, world: World) => Promise<unknown>) => {
    second += 1;
    for (const world of worlds) await work(world === 0 ? one : other, world);
  };

  /** How often what somebody sees of `a` was compared. */
  const judged = { whole: 0, times: 0, nothing: 0 };
  await fc.assert(
    fc.asyncProperty(
      rarely,
      beginning,
      fc.array(step, { minLength: 3, maxLength: 9 }),
      async (isNamedOther, first, steps) => {
        count += 1;
        const collection = `c${count}`;
        const path = (of: Kind, tree = '/SOGo/dav/alice/'): string =>
          `${tree}${segments[of]}/${collection}/`;
        teams.team = [];
        const members: Record<Kind, Map<string, Member>> = {
          calendar: new Map(),
          addressbook: new Map(),
        };
        const given: Record<Kind, Map<string, readonly Role[]>> = {
          calendar: new Map(),
          addressbook: new Map(),
        };
        const copies = new Map<string, { token: string; members: Map<string, string> }>();
        /** Who may know, of which kind, under which name `a` is or was since they last synced. */
        const knowing = new Set<string>();
        let version = 0;
        const named = (object: string, world: World): string =>
          isNamedOther && object === 'a' && world === 1 ? OTHER_NAME : object;
        await both(async (server) => {
          const calendar = await server.send('MKCALENDAR', path('calendar'));
          const book = await server.send('MKCOL', path('addressbook'), {
            headers: XML,
            body: '<D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:set><D:prop><D:resourcetype><D:collection/><C:addressbook/></D:resourcetype></D:prop></D:set></D:mkcol>',
          });
          expect([calendar.status, book.status]).toEqual([201, 201]);
        });

        const seenBy = (asker: AskerName, of: Kind, object: string): Seen => {
          const member = members[of].get(object);
          const roles = rolesOf(given[of], asker, { team: teams.team });
          if (member === undefined) return 'nothing';
          return of === 'calendar' ? seesEvent(roles, member.as) : seesCard(roles);
        };

        const tell = (asker: AskerName, ask: Ask, server: DavServer): Promise<Answered> =>
          server.send(ask.method, ask.path, { ...ask, credentials: credentialsOf(asker) });

        /** The answers of both worlds are the same, where all that differs is hidden from whoever asks. */
        const judge = async (asker: AskerName, of: Kind): Promise<void> => {
          const sight = seenBy(asker, of, 'a');
          const differs =
            sight === 'whole' ||
            (sight === 'times' && members[of].get('a')?.atOther === true) ||
            (isNamedOther && knowing.has(`${asker} ${of}`));
          if (differs) return;
          if (members[of].has('a')) judged[sight] += 1;
          const token = copies.get(`${asker} ${of}`)?.token ?? '';
          const asks = waysToAsk(of, treeOf(asker), collection, ['a', OTHER_NAME], {
            ...{ words, token },
          });
          for (const ask of asks) {
            const [here, there] = await Promise.all([
              tell(asker, ask, one),
              tell(asker, ask, other),
            ]);
            const what = `${asker}: ${ask.method} ${ask.path} ${String(ask.body ?? '')}`;
            expect(here.status, what).toBeLessThan(500);
            expect(asText(there, other.port), what).toBe(asText(here, one.port));
          }
        };

        /** What arrives by sync is what is listed, which is what the table says. */
        const keep = async (asker: AskerName, of: Kind): Promise<void> => {
          const at = path(of, treeOf(asker));
          const key = `${asker} ${of}`;
          const credentials = credentialsOf(asker);
          const report = (token: string) =>
            one.send('REPORT', at, { headers: XML, body: syncBody(token), credentials });
          let copy = copies.get(key) ?? { token: '', members: new Map<string, string>() };
          let answer = await report(copy.token);
          if (copy.token !== '' && answer.status === 403) {
            expect(conditionsOf(answer)).toContain(dav('valid-sync-token'));
            copy = { token: '', members: new Map() };
            answer = await report('');
          }
          if (answer.status !== 207) {
            const roles = rolesOf(given[of], asker, { team: teams.team });
            // Who may not sign in and may only change sees nothing at all.
            expect(roles.length === 0 || asker === 'anonymous', `${asker} ${at}`).toBe(true);
            copies.delete(key);
            return;
          }
          const { members: changed, token } = readSync(answer, at);
          for (const [href, tag] of changed) {
            if (tag === 'gone') copy.members.delete(href);
            else copy.members.set(href, tag);
          }
          copies.set(key, { token, members: copy.members });
          if (seenBy(asker, of, 'a') === 'nothing') knowing.delete(key);
          const listing = await one.send('PROPFIND', at, {
            headers: { ...XML, depth: '1' },
            body: propfindBody(dav('getetag')),
            credentials,
          });
          const listed = [...responsesOf(listing)]
            .filter(([href]) => href !== at)
            .map(([href, response]) => [href, valueOf(response, dav('getetag'))] as const);
          expect(copy.members, key).toEqual(new Map(listed));
          expect(listed.map(([href]) => href).toSorted()).toEqual(
            names
              .filter((object) => seenBy(asker, of, object) !== 'nothing')
              .map((each) => at + each),
          );
          for (const object of names) {
            if (seenBy(asker, of, object) !== 'whole') continue;
            const got = await one.send('GET', at + object, { credentials });
            expect(got.body).toContain(`uid-${object}-0`);
          }
        };

        const everybodyAsks = async (): Promise<void> => {
          for (const asker of askers) {
            for (const of of kinds) {
              await judge(asker, of);
              await keep(asker, of);
            }
          }
        };

        const happen = async (now: Step): Promise<void> => {
          switch (now.do) {
            case 'put':
              version += 1;
              await both(async (server, world) => {
                const { status } = await server.send(
                  'PUT',
                  path(now.kind) + named(now.name, world),
                  {
                    headers: now.kind === 'calendar' ? ICALENDAR : VCARD,
                    body: (now.kind === 'calendar' ? event : card)(world, now, version),
                  },
                );
                expect(status).toBeLessThan(300);
              });
              members[now.kind].set(now.name, now);
              break;
            case 'delete':
              await both((server, world) =>
                server.send('DELETE', path(now.kind) + named(now.name, world)),
              );
              members[now.kind].delete(now.name);
              break;
            case 'give': {
              const { to, roles } = now;
              const user = to.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
              await both((server) =>
                roles === undefined
                  ? aclQuery(server, path(now.kind), `<remove-user user="${user}"/>`)
                  : setRoles(server, path(now.kind), to, roles),
              );
              if (roles === undefined) given[now.kind].delete(to);
              else given[now.kind].set(to, roles);
              break;
            }
            case 'join':
              teams.team = [...new Set([...teams.team, now.who])];
              break;
            case 'leave':
              teams.team = teams.team.filter((login) => login !== now.who);
              break;
            case 'ask':
              await everybodyAsks();
          }
        };
        try {
          for (const now of [...first, ...steps, { do: 'ask' as const }]) {
            await happen(now);
            for (const asker of askers)
              for (const of of kinds)
                if (seenBy(asker, of, 'a') !== 'nothing') knowing.add(`${asker} ${of}`);
          }
        } finally {
          // What homes list is the same again.
          for (const of of kinds) await both((server) => server.send('DELETE', path(of)));
        }
      },
    ),
    // The seed says enough; making the case smaller takes minutes.
    { numRuns: 8, endOnFailure: true, plugins: [fc.interruptAfterTimeLimit(60_000)] },
  );
  expect(Math.min(judged.times, judged.nothing), 'nothing was compared').toBeGreaterThan(0);
}, 180_000);
