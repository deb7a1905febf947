import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav, dav } from '../../../src/api/dav/xml/names.ts';
import {
  dataOf,
  filterOf,
  rangeElement,
  reportBody,
  sendReport,
} from '../../support/calendar-query.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, responsesOf } from '../../support/multistatus.ts';
import { CALENDAR, ICALENDAR } from '../../support/objects.ts';
import { object } from '../../support/times.ts';

const objects = {
  daily: object(
    [
      'DTSTART:20260105T090000Z',
      'SUMMARY:Daily',
      'RRULE:FREQ=DAILY',
      'BEGIN:VALARM',
      'ACTION:AUDIO',
      'TRIGGER:-PT5M',
      'END:VALARM',
    ],
    ['RECURRENCE-ID:20260106T090000Z', 'DTSTART:20260106T100000Z', 'SUMMARY:Later'],
  ),
  day: object(['DTSTART;VALUE=DATE:20260201', 'SUMMARY:All day']),
  hostile: object(['DTSTART:20260101T000000Z', 'RRULE:FREQ=SECONDLY']),
  barren: object(['DTSTART:20260101T000000Z', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30']),
  sparse: object([
    'DTSTART:20260101T000000Z',
    'RRULE:FREQ=SECONDLY;INTERVAL=7;BYMONTHDAY=31;BYYEARDAY=1',
  ]),
} as const;

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  for (const [name, text] of Object.entries(objects)) {
    const body = text.replaceAll('UID:one', `UID:${name}`);
    const put = await server.send('PUT', `${CALENDAR}${name}.ics`, { headers: ICALENDAR, body });
    expect(put.status, put.body).toBe(201);
  }
});
afterAll(() => server.stop());

const href = (name: string): string => `<D:href>${CALENDAR}${name}.ics</D:href>`;
const multiget = (content: string, ...names: readonly string[]) =>
  sendReport(
    server,
    CALENDAR,
    reportBody(
      'calendar-multiget',
      content.startsWith('<C:calendar-data')
        ? content
        : `<C:calendar-data>${content}</C:calendar-data>`,
      names.map(href).join(''),
    ),
  );
const comp = (name: string, content = ''): string => `<C:comp name="${name}">${content}</C:comp>`;
const prop = (name: string, more = ''): string => `<C:prop name="${name}"${more}/>`;
const textOf = async (content: string, name = 'daily') =>
  dataOf(await multiget(content, name))
    [`${name}.ics`]?.split('\r\n')
    .filter((line) => line !== '');

describe('calendar-data (RFC 4791 §9.6)', () => {
  it('is of the components and properties that are named (§9.6.1, §9.6.4)', async () => {
    expect(await textOf(comp('VCALENDAR', comp('VEVENT', prop('summary'))))).toEqual([
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'SUMMARY:Daily',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'SUMMARY:Later',
      'END:VEVENT',
      'END:VCALENDAR',
    ]);
  });

  it('is of all components with allcomp, and all properties with allprop (§9.6.2, §9.6.3)', async () => {
    const all = await textOf(comp('VCALENDAR', '<C:allprop/><C:allcomp/>'));
    expect(all).toEqual(
      objects.daily.replaceAll('UID:one', 'UID:daily').split('\r\n').slice(0, -1),
    );
    const without = await textOf(comp('VCALENDAR', comp('VEVENT', '<C:allprop/>')));
    expect(without?.join()).not.toContain('VALARM');
    expect(without).toContain('RRULE:FREQ=DAILY');
  });

  it('has names without values where that is asked for (§9.6.4)', async () => {
    const named = comp('VCALENDAR', comp('VEVENT', prop('DTSTART', ' novalue="yes"')));
    expect(await textOf(named, 'day')).toContain('DTSTART;VALUE=DATE:');
  });

  it('is of instances, and of parts of them, in sync-collection too (§9.6.5, RFC 6578 §3)', async () => {
    const asked = `<C:calendar-data>${comp('VCALENDAR', comp('VEVENT', prop('DTSTART')))}${rangeElement('expand', '20260105T000000Z', '20260107T000000Z')}</C:calendar-data>`;
    const answered = await server.send('REPORT', CALENDAR, {
      body: `<D:sync-collection xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:sync-token/><D:sync-level>1</D:sync-level><D:prop>${asked}</D:prop></D:sync-collection>`,
    });
    expect(dataOf(answered)['daily.ics']?.match(/^DTSTART.*(?=\r$)/gm)).toEqual([
      'DTSTART:20260105T090000Z',
      'DTSTART:20260106T100000Z',
    ]);
  });

  it('places days by the clock of the query', async () => {
    const range = (name: string) => rangeElement(name, '20260131T230000Z', '20260131T233000Z');
    const asked = reportBody(
      'calendar-query',
      `<C:calendar-data>${range('expand')}</C:calendar-data>`,
      `${filterOf(range('time-range'), 'VEVENT')}<C:timezone-id>Europe/Berlin</C:timezone-id>`,
    );
    const found = dataOf(await sendReport(server, CALENDAR, asked));
    expect(found['day.ics']).toContain('DTSTART;VALUE=DATE:20260201');
  });

  it.each([
    [
      'another media type',
      '<C:calendar-data content-type="text/html"/>',
      403,
      [caldav('supported-calendar-data')],
    ],
    [
      'another version',
      '<C:calendar-data version="1.0"/>',
      403,
      [caldav('supported-calendar-data')],
    ],
    ['a range without end', '<C:expand start="20260101T000000Z"/>', 400, []],
    [
      'a range that ends before it starts',
      rangeElement('expand', '20260102T000000Z', '20260101T000000Z'),
      400,
      [],
    ],
    ['a range of days', rangeElement('limit-freebusy-set', '20260101', '20260102'), 400, []],
    [
      'both expand and limit-recurrence-set',
      rangeElement('expand', '20260101T000000Z', '20260102T000000Z') +
        rangeElement('limit-recurrence-set', '20260101T000000Z', '20260102T000000Z'),
      400,
      [],
    ],
    ['more parts than there can be', comp('VCALENDAR', comp('VEVENT').repeat(200)), 400, []],
    [
      'parts nested too deep',
      comp('VCALENDAR')
        .repeat(1)
        .replace('></', `>${'<C:comp name="X">'.repeat(9)}${'</C:comp>'.repeat(9)}</`),
      400,
      [],
    ],
  ])('refuses %s', async (_, asked, status, conditions) => {
    const refused = await multiget(asked, 'daily');
    expect([refused.status, conditionsOf(refused)]).toEqual([status, conditions]);
  });

  it('refuses objects that come to too many instances, and those alone: number-of-matches-within-limits (§7.8)', async () => {
    const century = rangeElement('expand', '20260101T000000Z', '21260101T000000Z');
    const responses = responsesOf(await multiget(century, 'hostile', 'barren', 'sparse', 'day'));
    const data = caldav('calendar-data');
    const statusOf = (name: string) => responses.get(`${CALENDAR}${name}.ics`)?.statuses[data];
    expect(responses.get(`${CALENDAR}hostile.ics`)?.conditions).toEqual([
      dav('number-of-matches-within-limits'),
    ]);
    expect(['hostile', 'barren', 'sparse', 'day'].map(statusOf)).toEqual([403, 200, 200, 200]);
  });
});

describe('properties of RFC 7986', () => {
  it('are kept as they came, and given by their names', async () => {
    const body = object([
      'DTSTART:20260101T000000Z',
      'COLOR:turquoise',
      'IMAGE;VALUE=URI:https://example.org/a.png',
      'CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:https://example.org/room',
    ])
      .replace(
        'VERSION:2.0\r\n',
        'VERSION:2.0\r\nNAME:Mine\r\nREFRESH-INTERVAL;VALUE=DURATION:P1W\r\nSOURCE;VALUE=URI:https://example.org/\r\n',
      )
      .replace('UID:one', 'UID:new');
    const path = `${CALENDAR}new.ics`;
    expect((await server.send('PUT', path, { headers: ICALENDAR, body })).status).toBe(201);
    expect((await server.send('GET', path)).body).toBe(body);
    expect(await textOf(comp('VCALENDAR', prop('REFRESH-INTERVAL')), 'new')).toContain(
      'REFRESH-INTERVAL;VALUE=DURATION:P1W',
    );
    await server.send('DELETE', path);
  });
});

describe('rules that would never end', () => {
  it.each([
    ['hostile', true],
    ['barren', false],
    // Nobody can say in time.
    ['sparse', true],
  ])('are asked about in bounded time: %s', async (name, found) => {
    const began = process.cpuUsage();
    const century = filterOf(
      rangeElement('time-range', '20260201T000000Z', '21260101T000000Z'),
      'VEVENT',
    );
    const answered = await sendReport(server, CALENDAR, reportBody('calendar-query', '', century));
    expect(responsesOf(answered).has(`${CALENDAR}daily.ics`)).toBe(true);
    expect(responsesOf(answered).has(`${CALENDAR}${name}.ics`)).toBe(found);
    const { user, system } = process.cpuUsage(began);
    expect(user + system).toBeLessThan(2_000_000);
  });

  it('are refused by free-busy-query where there is too much to tell (§7.10)', async () => {
    const busy = (start: string, end: string) =>
      sendReport(
        server,
        CALENDAR,
        `<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">${rangeElement('time-range', start, end)}</C:free-busy-query>`,
      );
    // What takes no time at all takes none of the owner's.
    expect((await busy('20260101T000000Z', '20260101T000100Z')).body).not.toContain('FREEBUSY;');
    const refused = await busy('20260101T000000Z', '21260101T000000Z');
    expect(refused.status).toBe(403);
    expect(conditionsOf(refused)).toEqual([dav('number-of-matches-within-limits')]);
  });
});
