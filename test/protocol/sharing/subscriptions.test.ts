import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apple, caldav, dav, inverse, splitName } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { propfindBody, responseOf, responsesOf, valueOf } from '../../support/multistatus.ts';
import { CALENDAR, eventText, ICALENDAR, syncBody, XML } from '../../support/objects.ts';
import { aclQuery, BOB, CAROL, setRoles, subscription } from '../../support/sharing.ts';
import { readSync } from '../../support/syncing.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav({
    sharing: {
      superusers: new Set(['carol']),
      usual: { calendar: [], addressbook: ['ObjectViewer'] },
    },
  });
});
afterAll(() => server.stop());

const home = '/SOGo/dav/bob@example.org/Calendar/';
const seen = `${home}alice_personal/`;
const bob = (method: string, path: string, body?: string, headers = {}) =>
  server.send(method, path, {
    credentials: BOB,
    headers: { ...(body === undefined ? {} : XML), ...headers },
    ...(body === undefined ? {} : { body }),
  });

describe('a calendar of somebody else that one has subscribed to', () => {
  it('is one of those at home, named as SOGo names it', async () => {
    expect((await subscription(server, 'subscribe', CALENDAR, BOB)).status).toBe(404);
    await setRoles(server, CALENDAR, 'bob@example.org', ['PublicModifier', 'ObjectCreator']);
    const answer = await subscription(server, 'subscribe', CALENDAR, BOB);
    expect([answer.status, answer.body]).toEqual([200, 'Personal Calendar']);
    expect(answer.headers['content-type']).toContain('text/plain');
    expect((await subscription(server, 'subscribe', CALENDAR, BOB)).status).toBe(200);
    const listed = responsesOf(
      await bob('PROPFIND', home, propfindBody(dav('displayname'), dav('owner')), { depth: '1' }),
    );
    expect([...listed.keys()]).toEqual([home, seen, `${home}personal/`]);
    const response = listed.get(seen);
    expect(response && valueOf(response, dav('displayname'))).toBe(
      'Personal Calendar (Alice Liddell <alice@example.org>)',
    );
    expect(JSON.stringify(response?.properties.get(dav('owner')))).toContain('/SOGo/dav/alice/');
  });

  it('is the very same: what is stored there is there, with one entity tag', async () => {
    const put = await server.send('PUT', `${seen}new.ics`, {
      credentials: BOB,
      headers: ICALENDAR,
      body: eventText('new'),
    });
    expect(put.status).toBe(201);
    const there = await server.send('GET', `${CALENDAR}new.ics`);
    expect([there.status, there.headers.etag]).toEqual([200, put.headers.etag]);
    const report = async (at: string) =>
      readSync(
        await server.send('REPORT', at, { headers: XML, body: syncBody(''), credentials: BOB }),
        at,
      );
    const [own, owners] = [await report(seen), await report(CALENDAR)];
    expect(own.token).toBe(owners.token);
    expect([...own.members.keys()]).toEqual([`${seen}new.ics`]);
    const multiget = `<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/></D:prop><D:href>${seen}new.ics</D:href></C:calendar-multiget>`;
    expect(
      responsesOf(await bob('REPORT', seen, multiget)).get(`${seen}new.ics`)?.statuses,
    ).toEqual({
      '{DAV:}getetag': 200,
    });
  });

  it('has a name and a colour of its own, and takes no time of the subscriber', async () => {
    const rename = `<propertyupdate xmlns="DAV:"><set><prop><displayname>Boss</displayname></prop></set></propertyupdate>`;
    expect((await bob('PROPPATCH', seen, rename)).status).toBe(207);
    const name = async (at: string, by: string) =>
      valueOf(
        responseOf(
          await server.send('PROPFIND', at, {
            headers: { ...XML, depth: '0' },
            body: propfindBody(dav('displayname')),
            credentials: by,
          }),
        ),
        dav('displayname'),
      );
    expect([await name(seen, BOB), await name(CALENDAR, 'alice:secret')]).toEqual([
      'Boss',
      'Personal Calendar',
    ]);
    const transparency = responseOf(
      await bob('PROPFIND', seen, propfindBody(caldav('schedule-calendar-transp')), { depth: '0' }),
    ).properties.get(caldav('schedule-calendar-transp'));
    expect(JSON.stringify(transparency)).toContain('transparent');
  });

  it('has its subscriber’s colour, order, description, busy time, alarms and notices (SOGo)', async () => {
    const own = [
      apple('calendar-color'),
      apple('calendar-order'),
      caldav('calendar-description'),
      inverse('calendar-show-alarms'),
      inverse('notify-on-external-modifications'),
      inverse('other'),
    ];
    const values = ['#112233FF', '7', 'what Bob calls it', '1', 'true', 'kept'];
    const set = own.map((name, index) => {
      const [space, local] = splitName(name);
      return `<${local} xmlns="${space}">${values[index]}</${local}>`;
    });
    const body = `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>${set.join('')}</D:prop></D:set></D:propertyupdate>`;
    const read = async (at: string, credentials: string) => {
      const headers = { ...XML, depth: '0' };
      const asked = { headers, body: propfindBody(...own), credentials };
      const found = responseOf(await server.send('PROPFIND', at, asked));
      return own.map((name) => valueOf(found, name));
    };
    const before = await read(CALENDAR, 'alice:secret');
    expect((await read(seen, BOB)).slice(3)).toEqual(['false', 'false', undefined]);
    expect(before.slice(3)).toEqual(['true', 'false', undefined]);
    expect((await bob('PROPPATCH', seen, body)).status).toBe(207);
    expect(await read(seen, BOB)).toEqual(values);
    expect(await read(CALENDAR, 'alice:secret')).toEqual(before);
  });

  it('is gone for as long as there are no rights, and leaves when told so', async () => {
    const names = async () => [
      ...responsesOf(
        await bob('PROPFIND', home, propfindBody(dav('displayname')), { depth: '1' }),
      ).keys(),
    ];
    await aclQuery(server, CALENDAR, '<remove-user user="bob@example.org"/>');
    expect(await names()).toEqual([home, `${home}personal/`]);
    expect((await bob('GET', `${seen}new.ics`)).status).toBe(404);
    await setRoles(server, CALENDAR, 'bob@example.org', ['PublicViewer']);
    expect(await names()).toContain(seen);
    expect((await bob('DELETE', seen)).status).toBe(204);
    expect(await names()).not.toContain(seen);
    expect((await server.send('GET', `${CALENDAR}new.ics`)).status).toBe(200);
    expect((await subscription(server, 'subscribe', CALENDAR, BOB)).status).toBe(200);
    expect((await subscription(server, 'unsubscribe', CALENDAR, BOB)).status).toBe(200);
    expect(await names()).not.toContain(seen);
  });

  it('is not one of one’s own, nor anybody’s whom one does not rule', async () => {
    expect((await subscription(server, 'subscribe', CALENDAR, 'alice:secret')).status).toBe(403);
    expect((await subscription(server, 'subscribe', CALENDAR, BOB, 'carol')).status).toBe(403);
    expect(
      (await subscription(server, 'subscribe', CALENDAR, CAROL, 'bob@example.org')).status,
    ).toBe(200);
    expect((await bob('PROPFIND', seen, undefined, { depth: '0' })).status).toBe(207);
  });

  it('is not shown in its subscriber’s tree to others', async () => {
    await setRoles(server, CALENDAR, '<default>', ['PublicViewer']);
    const path = '/SOGo/dav/bob@example.org/Calendar/alice_personal/';
    const { status } = await server.send('PROPFIND', path, { headers: { depth: '0' } });
    expect(status).toBe(404);
  });
});

describe('a superuser', () => {
  it('is as good as every owner', async () => {
    const at = '/SOGo/dav/alice/Calendar/made-by-carol/';
    const carol = (method: string, path: string, body?: string, headers = {}) =>
      server.send(method, path, { credentials: CAROL, headers, ...(body && { body }) });
    expect((await carol('MKCALENDAR', at)).status).toBe(201);
    expect(
      (await carol('PUT', `${at}a.ics`, eventText('a', 'CLASS:PRIVATE'), ICALENDAR)).status,
    ).toBe(201);
    expect((await server.send('GET', `${at}a.ics`)).status).toBe(200);
    const grant = '<set-roles user="bob@example.org"><PublicViewer/></set-roles>';
    expect((await aclQuery(server, at, grant, CAROL)).status).toBe(204);
    expect((await carol('DELETE', at)).status).toBe(204);
    expect((await server.send('PROPFIND', at, { headers: { depth: '0' } })).status).toBe(404);
  });
});

describe('what is configured for everybody', () => {
  it('reaches collections whose owners said nothing, and no others', async () => {
    const book = '/SOGo/dav/alice/Contacts/personal/';
    expect((await bob('PROPFIND', book, undefined, { depth: '1' })).status).toBe(207);
    await setRoles(server, book, '<default>', []);
    expect((await bob('PROPFIND', book, undefined, { depth: '1' })).status).toBe(404);
  });
});

describe('SOGo’s questions', () => {
  const query = (action: string, by?: string) => aclQuery(server, CALENDAR, action, by);

  it('who has rights, and which', async () => {
    await setRoles(server, CALENDAR, 'bob@example.org', ['PrivateViewer', 'ObjectEraser']);
    const list = await query('<user-list/>');
    expect(list.status).toBe(207);
    expect(list.body).toContain('default-user');
    expect(list.body).toMatch(/id[^<]*>bob@example\.org</);
    const roles = await query('<roles user="bob@example.org"/>');
    expect(roles.status).toBe(207);
    expect(roles.body.match(/(?:ObjectEraser|PrivateViewer)(?= )/g)).toEqual([
      'ObjectEraser',
      'PrivateViewer',
    ]);
  });

  it('are refused where they say nothing that can be done', async () => {
    for (const action of [
      '',
      '<set-roles/>',
      '<set-roles user="nobody"/>',
      '<set-roles user="carol"><ObjectViewer/></set-roles>',
      '<set-roles user="carol"><Owner/></set-roles>',
      '<anything/>',
    ])
      expect((await query(action)).status, action).toBe(400);
    const other = await server.send('POST', CALENDAR, { headers: XML, body: '<x/>' });
    expect(other.status).toBe(400);
  });

  it('whom there is to share with', async () => {
    const ask = (match: string) =>
      server.send('REPORT', '/SOGo/dav/alice/', {
        headers: XML,
        body: `<user-query xmlns="urn:inverse:params:xml:ns:inverse-dav"><users match-name="${match}"/></user-query>`,
      });
    const { status, body } = await ask('CAR');
    expect(status).toBe(207);
    expect(body).toContain('carol@example.org');
    expect(body).not.toContain('alice');
    expect((await ask('nobody at all')).status).toBe(400);
    expect((await ask('')).status).toBe(400);
  });
});
