import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { hrefsIn, propfindBody, responseOf, valueOf } from '../../support/multistatus.ts';
import { CALENDAR, eventText, ICALENDAR } from '../../support/objects.ts';

const FILE = '/SOGo/dav/alice/freebusy.ifb';
const DAY = 86_400_000;

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

/** Ten o'clock UTC, so many days from today. */
const ten = (days: number): string =>
  `${new Date(Date.now() + days * DAY).toISOString().slice(0, 10).replaceAll('-', '')}T100000Z`;
const put = async (calendar: string, uid: string, days: number, ...more: readonly string[]) => {
  const body = eventText(uid, 'DURATION:PT1H', ...more).replace(
    /DTSTART:.*/,
    `DTSTART:${ten(days)}`,
  );
  const { status } = await server.send('PUT', `${calendar}${uid}.ics`, {
    headers: ICALENDAR,
    body,
  });
  expect(status).toBe(201);
};
const busy = async (): Promise<readonly string[]> => {
  const { status, body } = await server.send('GET', FILE);
  expect(status).toBe(200);
  return [...body.matchAll(/^FREEBUSY[^:]*:(\S+)/gm)].map(([, period = '']) => period);
};

describe('freebusy.ifb (RFC 5545 §3.6.4)', () => {
  it('tells of a week before and after today, of all calendars that count (RFC 6638 §9.1)', async () => {
    const other = '/SOGo/dav/alice/Calendar/other/';
    const ignored = '/SOGo/dav/alice/Calendar/ignored/';
    for (const calendar of [other, ignored]) await server.send('MKCALENDAR', calendar);
    const transparent = await server.send('PROPPATCH', ignored, {
      body: '<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop><C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp></D:prop></D:set></D:propertyupdate>',
    });
    expect(transparent.status).toBe(207);
    await put(CALENDAR, 'tomorrow', 1);
    await put(CALENDAR, 'far', 30);
    await put(CALENDAR, 'free', 2, 'TRANSP:TRANSPARENT');
    await put(other, 'yesterday', -1);
    await put(ignored, 'ignored', 3);
    const end = (days: number) => ten(days).replace('T10', 'T11');
    expect(await busy()).toEqual([`${ten(-1)}/${end(-1)}`, `${ten(1)}/${end(1)}`]);
  });

  it('is a file, not a collection, with the properties of one, and no other is at its side', async () => {
    const body = propfindBody(
      dav('resourcetype'),
      dav('getcontenttype'),
      dav('principal-collection-set'),
    );
    const response = responseOf(
      await server.send('PROPFIND', FILE, { headers: { depth: '1' }, body }),
    );
    expect(response.properties.get(dav('resourcetype'))?.nodes).toEqual([]);
    expect(valueOf(response, dav('getcontenttype'))).toContain('text/calendar');
    expect(hrefsIn(response, dav('principal-collection-set'))).toEqual(['/SOGo/dav/']);
    expect((await server.send('HEAD', FILE)).status).toBe(200);
  });

  it('is to be read only, by its owner', async () => {
    for (const method of ['PUT', 'DELETE', 'MOVE', 'MKCOL'])
      expect([method, (await server.send(method, FILE)).status]).toEqual([method, 405]);
    expect((await server.send('GET', '/SOGo/dav/bob@example.org/freebusy.ifb')).status).toBe(404);
    expect((await server.send('GET', FILE, { credentials: null })).status).toBe(401);
  });
});
