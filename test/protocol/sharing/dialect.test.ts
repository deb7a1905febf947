import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { propfindBody, responsesOf, valueOf } from '../../support/multistatus.ts';
import { CALENDAR, eventText, ICALENDAR, XML } from '../../support/objects.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav({ dialect: 'sogo' });
  expect((await put('a.ics', eventText('a'))).status).toBe(201);
});
afterAll(() => server.stop());

const put = (name: string, body: string) =>
  server.send('PUT', CALENDAR + name, { headers: ICALENDAR, body });

describe('in SOGo’s dialect', () => {
  it('PROPFIND of an object has its data, and names the series below it', async () => {
    const at = `${CALENDAR}a.ics`;
    const ask = (path: string) =>
      server.send('PROPFIND', path, {
        headers: { ...XML, depth: '1' },
        body: propfindBody(caldav('calendar-data')),
      });
    const found = responsesOf(await ask(at));
    expect([...found.keys()]).toEqual([at, `${at}/master`]);
    for (const response of found.values())
      expect(valueOf(response, caldav('calendar-data'))).toBe(eventText('a'));
    expect((await server.send('GET', `${at}/master`)).body).toBe(eventText('a'));
    expect([...responsesOf(await ask(`${at}/master`)).keys()]).toEqual([`${at}/master`]);
    expect((await server.send('DELETE', `${at}/master`)).status).toBe(404);
    expect((await server.send('GET', at)).status).toBe(200);
  });

  it('PROPFIND tells what the server can to Apple’s programs alone', async () => {
    const told = async (agent: string) =>
      (
        await server.send('PROPFIND', CALENDAR, {
          headers: { ...XML, depth: '0', 'user-agent': agent },
          body: propfindBody(dav('resourcetype')),
        })
      ).headers['dav'];
    expect(await told('DAVKit/4.0.1 (730); CalendarStore/4.0.1 (973); iCal/4.0.1')).toContain(
      'calendar-proxy',
    );
    expect(await told('iOS/18.4 (22E240) dataaccessd/1.0')).toContain('calendar-proxy');
    expect(await told('DAVx5/4.4.1-ose')).toBeUndefined();
  });

  it('sync-collection asks for neither a token nor a level', async () => {
    const body = '<sync-collection xmlns="DAV:"><prop><getetag/></prop></sync-collection>';
    const answer = await server.send('REPORT', CALENDAR, { headers: XML, body });
    expect(responsesOf(answer).get(`${CALENDAR}a.ics`)?.statuses).toEqual({
      [dav('getetag')]: 200,
    });
  });

  it('multiget answers with paths', async () => {
    const href = `${CALENDAR}a.ics`;
    const body = `<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/></D:prop><D:href>${server.url}${href}</D:href></C:calendar-multiget>`;
    const answer = await server.send('REPORT', CALENDAR, { headers: XML, body });
    expect([...responsesOf(answer).keys()]).toEqual([href]);
  });

  it('an object may get another UID, but not that of another object', async () => {
    expect((await put('uid.ics', eventText('one'))).status).toBe(201);
    expect((await put('uid.ics', eventText('two'))).status).toBe(204);
    expect((await put('uid.ics', eventText('a'))).status).toBe(409);
    expect((await put('free.ics', eventText('one'))).status).toBe(201);
  });

  it('an organizer without a name has the address for one', async () => {
    const sent = eventText('o', 'ORGANIZER:mailto:o@example.org', 'ATTENDEE:mailto:a@example.org');
    const { headers } = await put('o.ics', sent);
    expect(headers.etag).toBeUndefined();
    const { body } = await server.send('GET', `${CALENDAR}o.ics`);
    expect(body).toBe(sent.replace('ORGANIZER:', 'ORGANIZER;CN=o@example.org:'));
    const named = eventText('n', 'ORGANIZER;CN=Otto:mailto:o@example.org');
    expect((await put('n.ics', named)).headers.etag).toBeDefined();
    expect((await server.send('GET', `${CALENDAR}n.ics`)).body).toBe(named);
  });
});
