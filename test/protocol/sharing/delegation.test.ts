import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calendarServer, dav, type Name } from '../../../src/api/dav/xml/names.ts';
import { childrenOf, textOf } from '../../../src/api/dav/xml/element.ts';
import type { CollectionId, Instant } from '../../../src/domain/kernel/ids.ts';
import { streams } from '../../../src/domain/kernel/streams.ts';
import { type DavServer, principals, startDav } from '../../support/dav.ts';
import { propfindBody, responseOf, xmlOf } from '../../support/multistatus.ts';
import { CALENDAR, eventText, ICALENDAR, XML } from '../../support/objects.ts';
import { aclQuery, BOB, CAROL, setRoles, subscription } from '../../support/sharing.ts';

const ALICE = 'alice:secret';
const WRITE = '/SOGo/dav/alice/calendar-proxy-write/';
const READ = '/SOGo/dav/alice/calendar-proxy-read/';
const BOBS = '/SOGo/dav/bob@example.org/';
const WORK = '/SOGo/dav/alice/Calendar/work/';

let server: DavServer;
beforeAll(async () => {
  server = await startDav({ sharing: { superusers: new Set(['carol']) } });
  expect((await server.send('MKCALENDAR', WORK)).status).toBe(201);
});
afterAll(() => server.stop());
beforeEach(async () => {
  for (const at of [READ, WRITE]) expect((await setMembers(at, [])).status).toBe(207);
});

const setMembers = (at: string, members: readonly string[], credentials = ALICE) =>
  server.send('PROPPATCH', at, {
    credentials,
    headers: XML,
    body: `<propertyupdate xmlns="DAV:"><set><prop><group-member-set>${members.map((one) => `<href>${one}</href>`).join('')}</group-member-set></prop></set></propertyupdate>`,
  });

const ask = async (at: string, name: Name, credentials: string) =>
  responseOf(
    await server.send('PROPFIND', at, {
      credentials,
      headers: { ...XML, depth: '0' },
      body: propfindBody(name),
    }),
  );

const hrefsOf = async (at: string, name: Name, credentials: string) => {
  const value = (await ask(at, name, credentials)).properties.get(name);
  return value && childrenOf(value, dav('href')).map(textOf);
};

const standing = async (credentials = BOB) => ({
  membership: await hrefsOf(BOBS, dav('group-membership'), credentials),
  read: await hrefsOf(BOBS, calendarServer('calendar-proxy-read-for'), credentials),
  write: await hrefsOf(BOBS, calendarServer('calendar-proxy-write-for'), credentials),
});
const nobodys = { membership: [], read: [], write: [] };
const alice = '/SOGo/dav/alice/';

describe('calendar-proxy (calendarserver.org, caldav-proxy)', () => {
  it('is announced, and its groups are principals', async () => {
    expect((await server.send('OPTIONS', alice)).headers['dav']).toContain('calendar-proxy');
    const response = await ask(WRITE, dav('resourcetype'), ALICE);
    const types = JSON.stringify(response.properties.get(dav('resourcetype')));
    for (const name of [dav('principal'), calendarServer('calendar-proxy-write')])
      expect(types).toContain(name);
    expect(await hrefsOf(WRITE, dav('principal-URL'), ALICE)).toEqual([WRITE]);
    expect((await server.send('PROPFIND', `${WRITE}x`, { headers: { depth: '0' } })).status).toBe(
      404,
    );
  });

  it('gives a delegate who writes every calendar of the owner, at home too', async () => {
    expect(await standing()).toEqual(nobodys);
    expect((await setMembers(WRITE, [BOBS])).status).toBe(207);
    expect(await hrefsOf(WRITE, dav('group-member-set'), ALICE)).toEqual([BOBS]);
    expect(await hrefsOf(READ, dav('group-member-set'), ALICE)).toEqual([]);
    expect(await standing()).toEqual({ membership: [WRITE], read: [], write: [alice] });
    for (const at of [CALENDAR, WORK, `${BOBS}Calendar/alice_work/`]) {
      const body = eventText('private', 'CLASS:PRIVATE');
      const sent = { credentials: BOB, headers: ICALENDAR, body };
      expect((await server.send('PUT', `${at}a.ics`, sent)).status, at).toBeLessThan(205);
    }
    const { status } = await server.send('DELETE', `${WORK}a.ics`, { credentials: BOB });
    expect(status).toBe(204);
  });

  it('lets a delegate who reads see all and change nothing', async () => {
    const sent = { headers: ICALENDAR, body: eventText('r', 'CLASS:PRIVATE') };
    await server.send('PUT', `${WORK}r.ics`, sent);
    // As an address of the host, and below another name of the root.
    expect((await setMembers(READ, [`${server.url}/principals/bob@example.org`])).status).toBe(207);
    expect(await standing()).toEqual({ membership: [READ], read: [alice], write: [] });
    const at = `${WORK}r.ics`;
    expect((await server.send('GET', at, { credentials: BOB })).body).toBe(sent.body);
    expect((await server.send('PUT', at, { ...sent, credentials: BOB })).status).toBe(403);
    expect((await server.send('DELETE', at, { credentials: BOB })).status).toBe(403);
  });

  it('lets nobody change what a feed says: a delegate who writes sees it', async () => {
    const at = '/SOGo/dav/alice/Calendar/feed/';
    expect((await server.send('MKCALENDAR', at)).status).toBe(201);
    const { account } = principals.alice;
    const { entries } = await server.services.home(account);
    const collection = entries.find(({ segment }) => segment === 'feed')?.collection;
    const outcome = await server.services.homes({
      stream: streams.home(account),
      owner: account,
      command: {
        type: 'ChangeCollectionProperties',
        collection: collection ?? ('' as CollectionId),
        change: { source: 'https://feeds.example.org/holidays.ics' },
      },
      by: {
        actor: account,
        via: 'test',
        at: '2026-01-01T00:00:00.000Z' as Instant,
        correlationId: '1',
        causationId: '1',
      },
    });
    expect(outcome).toHaveProperty('accepted');
    await setMembers(WRITE, [BOBS]);
    const roles = await aclQuery(server, at, '<roles user="bob@example.org"/>');
    expect(roles.body).toContain('PrivateViewer');
    expect(roles.body).not.toMatch(/Modifier|Creator|Eraser/);
    expect((await standing()).membership).toEqual([WRITE]);
    expect((await server.send('DELETE', at)).status).toBe(204);
  });

  it('moves a delegate from one group to the other, and takes everything from one left out', async () => {
    await setMembers(READ, [BOBS]);
    await setMembers(WRITE, [BOBS]);
    expect(await hrefsOf(READ, dav('group-member-set'), ALICE)).toEqual([]);
    expect(await standing()).toEqual({ membership: [WRITE], read: [], write: [alice] });
    await setMembers(READ, []);
    expect((await standing()).write).toEqual([alice]);
    await setMembers(WRITE, []);
    expect(await standing()).toEqual(nobodys);
    for (const at of [CALENDAR, WORK, `${BOBS}Calendar/alice_work/`])
      expect((await server.send('GET', `${at}r.ics`, { credentials: BOB })).status, at).toBe(404);
  });

  it('gives a delegate who is named again what he lacks, and leaves what the owner said by name', async () => {
    await setMembers(WRITE, [BOBS]);
    const later = '/SOGo/dav/alice/Calendar/later/';
    const own = '/SOGo/dav/alice/Calendar/own/';
    for (const at of [later, own]) expect((await server.send('MKCALENDAR', at)).status).toBe(201);
    await setRoles(server, own, 'bob@example.org', []);
    // As a fault leaves it that came between the two.
    expect((await subscription(server, 'unsubscribe', WORK, BOB)).status).toBe(200);
    const mine = `${BOBS}Calendar/alice_`;
    const statuses = async (): Promise<readonly number[]> =>
      Promise.all(
        [`${mine}work/`, `${mine}later/`, own].map(
          async (at) =>
            (await server.send('PROPFIND', at, { credentials: BOB, headers: { depth: '0' } }))
              .status,
        ),
      );
    expect(await statuses()).toEqual([404, 404, 404]);
    expect((await setMembers(WRITE, [BOBS])).status).toBe(207);
    expect(await statuses()).toEqual([207, 207, 404]);
    for (const at of [later, own]) expect((await server.send('DELETE', at)).status).toBe(204);
  });

  it('makes a delegate of whoever has roles by name and has subscribed', async () => {
    await setRoles(server, WORK, 'bob@example.org', ['PublicDAndTViewer']);
    expect(await standing()).toEqual(nobodys);
    expect((await subscription(server, 'subscribe', WORK, BOB)).status).toBe(200);
    expect((await standing()).membership).toEqual([READ]);
    for (const roles of [['ObjectCreator'], ['ObjectEraser'], ['PrivateResponder']]) {
      await setRoles(server, WORK, 'bob@example.org', roles);
      expect((await standing()).membership, roles[0]).toEqual([WRITE]);
    }
    expect((await subscription(server, 'unsubscribe', WORK, BOB)).status).toBe(200);
    expect(await standing()).toEqual(nobodys);
  });

  it('tells nobody but the owner and superusers who the delegates are, and lets nobody else change it', async () => {
    await setMembers(READ, [BOBS]);
    const { statuses, conditions } = await ask(READ, dav('group-member-set'), BOB);
    expect(statuses).toEqual({ [dav('group-member-set')]: 403 });
    expect(conditions).toEqual([dav('need-privileges')]);
    for (const at of [WRITE, READ]) expect((await setMembers(at, [BOBS], BOB)).status).toBe(403);
    expect((await standing()).write).toEqual([]);
    expect(await standing(CAROL)).toEqual(await standing());
    expect(await hrefsOf(READ, dav('group-member-set'), CAROL)).toEqual([BOBS]);
    expect((await setMembers(READ, [], CAROL)).status).toBe(207);
    expect(await standing()).toEqual(nobodys);
    // To somebody without rights the owner is not there, nor are his groups.
    expect((await setMembers(WRITE, [BOBS], BOB)).status).toBe(404);
  });

  it.each([
    ['the owner', alice],
    ['nobody', '/SOGo/dav/nobody/'],
    ['what is no principal', '/SOGo/dav/bob@example.org/Calendar/'],
    ['what is elsewhere', 'mailto:bob@example.org'],
  ])('refuses %s as a delegate, and changes nothing', async (_, href) => {
    const answer = responseOf(await setMembers(WRITE, [BOBS, href]));
    expect(answer.statuses).toEqual({ [dav('group-member-set')]: 403 });
    expect(await standing()).toEqual(nobodys);
  });

  it('refuses what it cannot read, and other properties, whole', async () => {
    const patch = (inner: string) =>
      server.send('PROPPATCH', WRITE, {
        headers: XML,
        body: `<propertyupdate xmlns="DAV:"><set><prop>${inner}</prop></set></propertyupdate>`,
      });
    expect((await patch('<group-member-set><all/></group-member-set>')).status).toBe(400);
    const many = `<href>${BOBS}</href>`.repeat(201);
    expect((await patch(`<group-member-set>${many}</group-member-set>`)).status).toBe(400);
    const members = `<group-member-set><href>${BOBS}</href></group-member-set>`;
    expect(responseOf(await patch(`${members}<displayname>x</displayname>`)).statuses).toEqual({
      [dav('displayname')]: 403,
      [dav('group-member-set')]: 424,
    });
    expect(await standing()).toEqual(nobodys);
  });

  it('is followed by expand-property, as macOS asks', async () => {
    await setMembers(WRITE, [BOBS]);
    const body =
      '<expand-property xmlns="DAV:"><property name="calendar-proxy-write-for" namespace="http://calendarserver.org/ns/"><property name="displayname"/><property name="principal-URL"/></property><property name="group-membership"><property name="resourcetype"/></property></expand-property>';
    const answer = await server.send('REPORT', BOBS, { credentials: BOB, headers: XML, body });
    expect(answer.status).toBe(207);
    expect(JSON.stringify(xmlOf(answer))).toContain('Alice Liddell');
    expect(JSON.stringify(xmlOf(answer))).toContain(calendarServer('calendar-proxy-write'));
    const members =
      '<expand-property xmlns="DAV:"><property name="group-member-set"><property name="displayname"/></property></expand-property>';
    const owned = await server.send('REPORT', WRITE, { headers: XML, body: members });
    expect(owned.body).toContain(BOBS);
  });
});
