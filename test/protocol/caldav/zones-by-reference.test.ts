import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav } from '../../../src/api/dav/xml/names.ts';
import { dataOf, filterOf, reportBody, sendReport } from '../../support/calendar-query.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { propfindBody, responseOf, valueOf } from '../../support/multistatus.ts';
import { CALENDAR, ICALENDAR, XML } from '../../support/objects.ts';
import { object } from '../../support/times.ts';

const own = (tzid: string, offset: string): readonly string[] => [
  'BEGIN:VTIMEZONE',
  `TZID:${tzid}`,
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  `TZOFFSETFROM:${offset}`,
  `TZOFFSETTO:${offset}`,
  'END:STANDARD',
  'END:VTIMEZONE',
];
const event = (uid: string, tzid: string) => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  `DTSTART;TZID=${tzid}:20260701T090000`,
  'END:VEVENT',
];
const stored = {
  bare: object(event('bare', 'Europe/Berlin')),
  usual: object(own('Europe/Berlin', '+0100'), event('usual', 'Europe/Berlin')),
  unusual: object(own('Home', '+0130'), event('unusual', 'Home')),
  unknown: object(event('unknown', 'Neverland')),
} as const;

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  for (const [name, body] of Object.entries(stored)) {
    const put = await server.send('PUT', `${CALENDAR}${name}.ics`, { headers: ICALENDAR, body });
    expect(put.status).toBe(201);
  }
});
afterAll(() => server.stop());

const get = (name: string, wanted?: string) =>
  server.send('GET', `${CALENDAR}${name}.ics`, {
    headers: wanted === undefined ? {} : { 'caldav-timezones': wanted },
  });
const proppatch = (property: string) =>
  server.send('PROPPATCH', CALENDAR, {
    headers: XML,
    body: `<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>${property}</D:prop></D:set></D:propertyupdate>`,
  });
const read = async (local: string) =>
  valueOf(
    responseOf(
      await server.send('PROPFIND', CALENDAR, {
        headers: { depth: '0' },
        body: propfindBody(caldav(local)),
      }),
    ),
    caldav(local),
  );

describe('time zones by reference (RFC 7809)', () => {
  it('are announced (§3.1.1)', async () => {
    const { headers } = await server.send('OPTIONS', CALENDAR);
    expect(String(headers['dav']).split(', ')).toContain('calendar-no-timezone');
  });

  it('leave objects as they were stored where nobody says what is wanted (§3.1.3)', async () => {
    for (const [name, text] of Object.entries(stored)) expect((await get(name)).body).toBe(text);
  });

  it('are left out of what goes by an IANA name, with F', async () => {
    expect((await get('usual', 'F')).body).toBe(object(event('usual', 'Europe/Berlin')));
    expect((await get('unusual', 'F')).body).toBe(stored.unusual);
  });

  it('are all there with T, as far as they are known', async () => {
    const { body, headers } = await get('bare', 'T');
    expect(body).toContain('BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n');
    expect(body.replace(/BEGIN:VTIMEZONE[^]*END:VTIMEZONE\r\n/, '')).toBe(stored.bare);
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(headers['vary']).toBe('Accept, CalDAV-Timezones');
    expect((await get('usual', 'T')).body).toBe(stored.usual);
    expect((await get('unknown', 'T')).body).toBe(stored.unknown);
  });

  it('change neither entity tag nor what HEAD says of the length', async () => {
    const [as, without] = [await get('usual'), await get('usual', 'F')];
    expect(without.headers.etag).toBe(as.headers.etag);
    const head = await server.send('HEAD', `${CALENDAR}usual.ics`, {
      headers: { 'caldav-timezones': 'F' },
    });
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(without.body)));
  });

  it('are left out of reports and of the whole calendar too', async () => {
    const answered = await sendReport(
      server,
      CALENDAR,
      reportBody('calendar-query', '<C:calendar-data/>', filterOf('', 'VEVENT')),
      { 'caldav-timezones': 'F' },
    );
    expect(dataOf(answered)['usual.ics']).toBe(object(event('usual', 'Europe/Berlin')));
    const file = `${CALENDAR.slice(0, -1)}.ics`;
    const all = await server.send('GET', file, { headers: { 'caldav-timezones': 'F' } });
    expect(all.body.match(/^TZID:.*$/gm)).toEqual(['TZID:Home']);
  });

  it('name the zone of a calendar, which is then defined too (§3.1.5, §5.2)', async () => {
    expect(await read('calendar-timezone-id')).toBeUndefined();
    expect(
      (await proppatch('<C:calendar-timezone-id>America/New_York</C:calendar-timezone-id>')).body,
    ).toContain('200 OK');
    expect(await read('calendar-timezone-id')).toBe('America/New_York');
    expect(await read('calendar-timezone')).toMatch(
      /^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\nPRODID:.*\r\nBEGIN:VTIMEZONE\r\nTZID:America\/New_York\r\n/,
    );
    const definition = object(own('Office', '+0300'));
    await proppatch(`<C:calendar-timezone>${definition}</C:calendar-timezone>`);
    expect(await read('calendar-timezone-id')).toBe('Office');
  });

  it.each(['Neverland', '', 'Europe/Berlin&#13;&#10;X:1'])(
    'are refused where nobody knows them: %j (§3.1.5 valid-timezone)',
    async (name) => {
      const refused = responseOf(
        await proppatch(`<C:calendar-timezone-id>${name}</C:calendar-timezone-id>`),
      );
      expect(refused.statuses[caldav('calendar-timezone-id')]).toBe(403);
      expect(refused.conditions).toEqual([caldav('valid-timezone')]);
    },
  );
});
