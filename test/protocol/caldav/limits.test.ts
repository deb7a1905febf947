import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav } from '../../../src/api/dav/xml/names.ts';
import { filterOf, rangeElement, reportBody, sendReport } from '../../support/calendar-query.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, propfindBody, responseOf, valueOf } from '../../support/multistatus.ts';
import { CALENDAR, ICALENDAR } from '../../support/objects.ts';
import { object } from '../../support/times.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav({ limits: { resource: 1024 * 1024 } });
});
afterAll(() => server.stop());

const put = (name: string, body: string) =>
  server.send('PUT', `${CALENDAR}${name}.ics`, { headers: ICALENDAR, body });
const attendees = (count: number) =>
  Array.from({ length: count }, (_, index) => `ATTENDEE:mailto:a${index}@example.org`);

describe('what a calendar takes, and no more (RFC 4791 §5.2.5 to §5.2.9, §5.3.2.1)', () => {
  it.each([
    ['max-resource-size', '1048576'],
    ['min-date-time', '00010101T000000Z'],
    ['max-date-time', '99991231T235959Z'],
    ['max-instances', '100000'],
    ['max-attendees-per-instance', '5000'],
  ])('is told by %s', async (name, value) => {
    const answered = await server.send('PROPFIND', CALENDAR, {
      headers: { depth: '0' },
      body: propfindBody(caldav(name)),
    });
    expect(valueOf(responseOf(answered), caldav(name))).toBe(value);
  });

  it.each([
    ['a start in the year 0', 'min-date-time', ['DTSTART:00001231T235959Z']],
    [
      'an end in the year 0',
      'min-date-time',
      ['DTSTART:00010101T000000Z', 'DTEND:00001231T000000Z'],
    ],
    ['a day in the year 0', 'min-date-time', ['DTSTART;VALUE=DATE:00001231']],
    [
      'a date in the year 0',
      'min-date-time',
      ['DTSTART:20260101T000000Z', 'RDATE:20260102T000000Z,00001231T000000Z'],
    ],
    [
      'a period in the year 0',
      'min-date-time',
      ['DTSTART:20260101T000000Z', 'RDATE;VALUE=PERIOD:00001231T000000Z/PT1H'],
    ],
    ['the leap second after the year 9999', 'max-date-time', ['DTSTART:99991231T235960Z']],
    [
      'more instances by COUNT',
      'max-instances',
      ['DTSTART:20260101T000000Z', 'RRULE:FREQ=DAILY;COUNT=100001'],
    ],
    [
      'more instances by UNTIL',
      'max-instances',
      ['DTSTART:20260101T000000Z', 'RRULE:FREQ=MINUTELY;UNTIL=20260401T000000Z'],
    ],
    [
      'a rule whose instances nobody can count',
      'max-instances',
      [
        'DTSTART:20260101T000000Z',
        'RRULE:FREQ=SECONDLY;BYMONTHDAY=31;BYSETPOS=2;UNTIL=99991231T000000Z',
      ],
    ],
    [
      'more attendees',
      'max-attendees-per-instance',
      ['DTSTART:20260101T000000Z', ...attendees(5001)],
    ],
  ])('refuses %s: %s', async (_, condition, lines) => {
    const refused = await put('refused', object(lines));
    expect(refused.status).toBe(403);
    expect(conditionsOf(refused)).toEqual([caldav(condition)]);
  });

  it.each([
    ['the first and the last day', ['DTSTART;VALUE=DATE:00010101', 'RDATE;VALUE=DATE:99991231']],
    [
      'that something was created in the year 0, as some writers say',
      ['DTSTART:20260101T000000Z', 'CREATED:00001231T000000Z'],
    ],
    ['as many instances', ['DTSTART:20260101T000000Z', 'RRULE:FREQ=DAILY;COUNT=100000']],
    [
      'every day for two hundred years',
      ['DTSTART:20260101T000000Z', 'RRULE:FREQ=DAILY;UNTIL=22500101T000000Z'],
    ],
    ['rules without end', ['DTSTART:20260101T000000Z', 'RRULE:FREQ=SECONDLY']],
    ['as many attendees', ['DTSTART:20260101T000000Z', ...attendees(5000)]],
  ])('takes %s', async (_, lines) => {
    expect((await put('taken', object(lines))).status).toBeLessThan(300);
  });

  it.each(['COPY', 'MOVE'])('bounds the length of what %s brings as well', async (method) => {
    let resource = 1024 * 1024;
    const lowered = await startDav({
      wrap: (services) => ({
        ...services,
        get limits() {
          return { ...services.limits, resource };
        },
      }),
    });
    try {
      const body = object(['DTSTART:20260101T000000Z', `SUMMARY:${'x'.repeat(200)}`]);
      await lowered.send('PUT', `${CALENDAR}long.ics`, { headers: ICALENDAR, body });
      resource = 100;
      const refused = await lowered.send(method, `${CALENDAR}long.ics`, {
        headers: { destination: `${CALENDAR}there.ics` },
      });
      expect([refused.status, conditionsOf(refused)]).toEqual([403, [caldav('max-resource-size')]]);
    } finally {
      await lowered.stop();
    }
  });

  it.each([
    ['min-date-time', '00000101T000000Z', '20260101T000000Z'],
    ['max-date-time', '20260101T000000Z', '99991231T235960Z'],
  ])('bounds what is asked for as well: %s (§7.8)', async (condition, start, end) => {
    const range = filterOf(rangeElement('time-range', start, end), 'VEVENT');
    const filtered = await sendReport(server, CALENDAR, reportBody('calendar-query', '', range));
    expect([filtered.status, conditionsOf(filtered)]).toEqual([403, [caldav(condition)]]);
    const data = `<C:calendar-data>${rangeElement('expand', start, end)}</C:calendar-data>`;
    const expanded = await sendReport(server, CALENDAR, reportBody('calendar-multiget', data, ''));
    expect([expanded.status, conditionsOf(expanded)]).toEqual([403, [caldav(condition)]]);
  });
});
