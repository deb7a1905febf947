import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dataOf,
  filterOf,
  rangeElement,
  reportBody,
  sendReport,
} from '../../support/calendar-query.ts';
import { corpus } from '../../support/corpus.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { ICALENDAR, XML } from '../../support/objects.ts';

const WORK = '/SOGo/dav/alice/Calendar/work/';
const stored = new Map(corpus('rfc4791').map(({ name, text }) => [name, text]));
const whole = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`${name}.ics`, stored.get(`${name}.ics`)]));
const lines = (text: string | undefined): readonly string[] => text?.trimEnd().split('\r\n') ?? [];
/** The lines of a stored object from one to another, both included. */
const excerpt = (name: string, from: string, to: string): readonly string[] => {
  const all = lines(stored.get(`${name}.ics`));
  return all.slice(all.indexOf(from), all.lastIndexOf(to) + 1);
};
const ZONE = excerpt('abcd1', 'BEGIN:VTIMEZONE', 'END:VTIMEZONE');

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  const made = await server.send('MKCALENDAR', WORK, {
    headers: XML,
    body: `<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:set><D:prop><C:supported-calendar-component-set>${[
      'VEVENT',
      'VTODO',
      'VFREEBUSY',
    ]
      .map((name) => `<C:comp name="${name}"/>`)
      .join('')}</C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>`,
  });
  expect(made.status).toBe(201);
  for (const [name, body] of stored) {
    const put = await server.send('PUT', `${WORK}${name}`, { headers: ICALENDAR, body });
    expect(put.status, put.body).toBe(201);
  }
});
afterAll(() => server.stop());

const query = async (what: string, filter: string) =>
  dataOf(await sendReport(server, WORK, reportBody('calendar-query', what, filter)));
const range = (start: string, end: string) => rangeElement('time-range', start, end);
const whatever = '<C:calendar-data/>';
const prop = (name: string, content = '') =>
  `<C:prop-filter name="${name}">${content}</C:prop-filter>`;

describe('the examples of RFC 4791 on the data of its Appendix B', () => {
  it('are about eight objects', async () => {
    expect(await query(whatever, filterOf(''))).toEqual(Object.fromEntries(stored));
  });

  it('§7.8.1: parts of events by time range', async () => {
    const names = 'SUMMARY UID DTSTART DTEND DURATION RRULE RDATE EXRULE EXDATE RECURRENCE-ID';
    const props = names.split(' ').map((name) => `<C:prop name="${name}"/>`);
    const data = await query(
      `<C:calendar-data><C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT">${props.join('')}</C:comp><C:comp name="VTIMEZONE"/></C:comp></C:calendar-data>`,
      filterOf(range('20060104T000000Z', '20060105T000000Z'), 'VEVENT'),
    );
    const left = /^(?:PRODID|DTSTAMP|ATTENDEE|LAST-MODIFIED:20060206|ORGANIZER|SEQUENCE|STATUS|X-)/;
    const partly = (name: string) => lines(stored.get(name)).filter((line) => !left.test(line));
    expect(Object.keys(data)).toEqual(['abcd2.ics', 'abcd3.ics']);
    expect(lines(data['abcd2.ics'])).toEqual(partly('abcd2.ics'));
    expect(lines(data['abcd3.ics'])).toEqual(partly('abcd3.ics'));
  });

  it('§7.8.2: only overrides that matter in a time range', async () => {
    const data = await query(
      `<C:calendar-data>${rangeElement('limit-recurrence-set', '20060103T000000Z', '20060105T000000Z')}</C:calendar-data>`,
      filterOf(range('20060103T000000Z', '20060105T000000Z'), 'VEVENT'),
    );
    expect(Object.keys(data)).toEqual(['abcd2.ics', 'abcd3.ics']);
    const all = lines(stored.get('abcd2.ics'));
    const second = all.lastIndexOf('BEGIN:VEVENT');
    expect(lines(data['abcd2.ics'])).toEqual([...all.slice(0, second), 'END:VCALENDAR']);
    expect(data['abcd3.ics']).toBe(stored.get('abcd3.ics'));
  });

  it('§7.8.3: instances in a time range, each by itself, in UTC', async () => {
    const data = await query(
      `<C:calendar-data>${rangeElement('expand', '20060103T000000Z', '20060105T000000Z')}</C:calendar-data>`,
      filterOf(range('20060103T000000Z', '20060105T000000Z'), 'VEVENT'),
    );
    expect(Object.keys(data)).toEqual(['abcd2.ics', 'abcd3.ics']);
    const instance = (start: string, id: string, summary: string) => [
      'BEGIN:VEVENT',
      'DTSTAMP:20060206T001121Z',
      `DTSTART:${start}`,
      'DURATION:PT1H',
      `RECURRENCE-ID:${id}`,
      `SUMMARY:${summary}`,
      'UID:00959BC664CA650E933C892C@example.com',
      'END:VEVENT',
    ];
    expect(lines(data['abcd2.ics'])).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Example Corp.//CalDAV Client//EN',
      ...instance('20060103T170000Z', '20060103T170000Z', 'Event #2'),
      ...instance('20060104T190000Z', '20060104T170000Z', 'Event #2 bis'),
      'END:VCALENDAR',
    ]);
    expect(lines(data['abcd3.ics'])).toEqual(
      lines(stored.get('abcd3.ics'))
        .filter((line) => !ZONE.includes(line))
        .map((line) => line.replace(';TZID=US/Eastern:20060104T100000', ':20060104T150000Z')),
    );
  });

  it('§7.8.4: stored free and busy times in a time range', async () => {
    const data = await query(
      `<C:calendar-data>${rangeElement('limit-freebusy-set', '20060102T000000Z', '20060103T000000Z')}</C:calendar-data>`,
      filterOf(range('20060102T000000Z', '20060103T000000Z'), 'VFREEBUSY'),
    );
    const tentative = 'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060102T100000Z/20060102T120000Z';
    expect(Object.keys(data)).toEqual(['abcd8.ics']);
    expect(lines(data['abcd8.ics'])).toEqual(
      lines(stored.get('abcd8.ics')).filter(
        (line) => !line.startsWith('FREEBUSY') || line === tentative,
      ),
    );
  });

  it('§7.8.5: tasks whose alarm sounds in a time range', async () => {
    const alarm = filterOf(range('20060106T100000Z', '20060107T100000Z'), 'VTODO', 'VALARM');
    expect(await query(whatever, alarm)).toEqual(whole('abcd5'));
  });

  it('§7.8.6: an event by its UID', async () => {
    const uid = `<C:text-match collation="i;octet">DC6C50A017428C5216A2F1CD@example.com</C:text-match>`;
    expect(await query(whatever, filterOf(prop('UID', uid), 'VEVENT'))).toEqual(whole('abcd3'));
  });

  it('§7.8.7: events by how somebody takes part', async () => {
    const match = (text: string) =>
      `<C:text-match collation="i;ascii-casemap">${text}</C:text-match>`;
    const attendee = prop(
      'ATTENDEE',
      `${match('mailto:lisa@example.com')}<C:param-filter name="PARTSTAT">${match('NEEDS-ACTION')}</C:param-filter>`,
    );
    expect(await query(whatever, filterOf(attendee, 'VEVENT'))).toEqual(whole('abcd3'));
  });

  it('§7.8.8: events only', async () => {
    expect(await query(whatever, filterOf('', 'VEVENT'))).toEqual(whole('abcd1', 'abcd2', 'abcd3'));
  });

  it('§7.8.9: tasks that are still to be done', async () => {
    const pending =
      prop('COMPLETED', '<C:is-not-defined/>') +
      prop('STATUS', '<C:text-match negate-condition="yes">CANCELLED</C:text-match>');
    expect(await query(whatever, filterOf(pending, 'VTODO'))).toEqual(whole('abcd4', 'abcd5'));
  });

  it('§7.8.10: a property that some servers cannot look for is looked for', async () => {
    const guid = (text: string) =>
      filterOf(prop('X-ABC-GUID', `<C:text-match>${text}</C:text-match>`), 'VEVENT');
    expect(await query(whatever, guid('ABC'))).toEqual({});
    expect(await query(whatever, guid('7ym-hz'))).toEqual(whole('abcd3'));
  });

  it('§7.9.1: objects by their hrefs, one of which is not there', async () => {
    const hrefs = ['abcd1', 'mtg1'].map((name) => `<D:href>${WORK}${name}.ics</D:href>`).join('');
    const answered = await sendReport(
      server,
      WORK,
      reportBody('calendar-multiget', whatever, hrefs),
    );
    expect(dataOf(answered)).toEqual({ ...whole('abcd1'), 'mtg1.ics': undefined });
    expect(answered.body).toContain('404 Not Found');
  });

  it('§7.10.1: when the owner is busy', async () => {
    const answered = await sendReport(
      server,
      WORK,
      `<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">${range('20060104T140000Z', '20060105T220000Z')}</C:free-busy-query>`,
    );
    expect(answered.status).toBe(200);
    expect(answered.headers['content-type']).toBe('text/calendar; charset=utf-8');
    const [, ...told] = lines(answered.body).filter((line) => !/^(?:UID|DTSTAMP)/.test(line));
    expect(told).toEqual([
      'VERSION:2.0',
      'PRODID:-//Daybook//Daybook//EN',
      'BEGIN:VFREEBUSY',
      'DTSTART:20060104T140000Z',
      'DTEND:20060105T220000Z',
      'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060104T150000Z/20060104T160000Z',
      'FREEBUSY:20060104T190000Z/20060104T200000Z',
      // The RFC left out its own VFREEBUSY and the instance of the next day.
      'FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20060105T100000Z/20060105T120000Z',
      'FREEBUSY:20060105T170000Z/20060105T180000Z',
      'END:VFREEBUSY',
      'END:VCALENDAR',
    ]);
  });
});
