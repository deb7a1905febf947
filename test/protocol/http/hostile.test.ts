import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav, carddav, type Name } from '../../../src/api/dav/xml/names.ts';
import { type Answered, type DavServer, type RequestOptions, startDav } from '../../support/dav.ts';
import { conditionsOf } from '../../support/multistatus.ts';
import {
  CALENDAR,
  CONTACTS,
  cardText,
  eventText,
  ICALENDAR,
  VCARD,
} from '../../support/objects.ts';

const MIB = 1024 * 1024;
const SECOND = 1_000;
/** A machine that is busy may be slow now and then, but not every time. */
const TRIES = 5;

let server: DavServer;
beforeAll(async () => {
  // As the program has them.
  server = await startDav({ limits: { resource: 10 * MIB, xml: 4 * MIB } });
});
afterAll(() => server.stop());

/** The answer, that came in under a second if asked a few times. */
const soon = async (
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Answered> => {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 1; ; run += 1) {
    const start = performance.now();
    const answered = await server.send(method, path, options);
    least = Math.min(least, performance.now() - start);
    if (least < SECOND || run === TRIES) {
      expect(least).toBeLessThan(SECOND);
      return answered;
    }
  }
};

const event = (uid: string, ...more: readonly string[]): string =>
  eventText(uid, 'SUMMARY:x', ...more);
const overrides = (count: number): string => {
  const one = (at: number) =>
    `BEGIN:VEVENT\r\nUID:many\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:${at}\r\nDTSTART:${at}\r\nEND:VEVENT\r\n`;
  const day = (index: number) =>
    Number(new Date(Date.UTC(1700, 0, 1 + index)).toISOString().slice(0, 10).replaceAll('-', ''));
  const all = Array.from({ length: count }, (_, index) =>
    one(day(index)).replaceAll(/(RECURRENCE-ID|DTSTART):/g, '$1;VALUE=DATE:'),
  );
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n${all.join('')}END:VCALENDAR\r\n`;
};

interface Refused {
  readonly status: number;
  readonly condition: Name;
}
const notCalendarData: Refused = { status: 403, condition: caldav('valid-calendar-data') };
const notOneObject: Refused = { status: 403, condition: caldav('valid-calendar-object-resource') };
const notAddressData: Refused = { status: 403, condition: carddav('valid-address-data') };

describe('hostile iCalendar is refused with its precondition, in under a second (RFC 4791 §5.3.2.1)', () => {
  const plain = event('hostile');
  it.each<readonly [string, () => string, Refused]>([
    ['no UID', () => plain.replace(/UID:.*\r\n/, ''), notCalendarData],
    [
      'two UIDs in one component',
      () => plain.replace(/UID:.*\r\n/, 'UID:a\r\nUID:b\r\n'),
      notCalendarData,
    ],
    [
      'two UIDs in one object',
      () =>
        plain.replace(
          'END:VCALENDAR',
          'BEGIN:VEVENT\r\nUID:b\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR',
        ),
      notOneObject,
    ],
    ['an END of something else', () => plain.replace('END:VEVENT', 'END:VTODO'), notCalendarData],
    ['no END', () => plain.replace('END:VCALENDAR', ''), notCalendarData],
    ['NUL', () => plain.replace('SUMMARY:x', 'SUMMARY:\u0000'), notCalendarData],
    ['control characters', () => plain.replace('SUMMARY:x', 'SUMMARY:\u001b[31m'), notCalendarData],
    ['control characters in a UID', () => event('a\u0007b'), notCalendarData],
    [
      '100,000 levels',
      () =>
        plain.replace(
          'END:VEVENT',
          'BEGIN:X\r\n'.repeat(100_000) + 'END:X\r\n'.repeat(100_000) + 'END:VEVENT',
        ),
      notCalendarData,
    ],
    ['a rule every 0 days', () => event('r', 'RRULE:FREQ=DAILY;INTERVAL=0'), notCalendarData],
    [
      'a parameter that is quoted and never ends, 5 MiB',
      () => event('q', `X-A;B="${'x'.repeat(5 * MIB)}`),
      notCalendarData,
    ],
    [
      '20 MB',
      () => event('large', `DESCRIPTION:${'x'.repeat(20_000_000)}`),
      { status: 413, condition: caldav('max-resource-size') },
    ],
  ])('%s', async (_, body, { status, condition }) => {
    const path = `${CALENDAR}hostile.ics`;
    const answered = await soon('PUT', path, { headers: ICALENDAR, body: body() });
    expect([answered.status, conditionsOf(answered)]).toEqual([status, [condition]]);
    expect((await server.send('GET', path)).status).toBe(404);
  });

  it('100,000 overrides are more than is kept', async () => {
    const body = overrides(100_000);
    expect(Buffer.byteLength(body)).toBeGreaterThan(10 * MIB);
    const answered = await soon('PUT', `${CALENDAR}many.ics`, { headers: ICALENDAR, body });
    expect([answered.status, conditionsOf(answered)]).toEqual([413, [caldav('max-resource-size')]]);
  });

  it('2,000,000,000 instances are more than an object may name (max-instances)', async () => {
    const body = event('endless', 'RRULE:FREQ=SECONDLY;COUNT=2000000000');
    const answered = await soon('PUT', `${CALENDAR}endless.ics`, { headers: ICALENDAR, body });
    expect([answered.status, conditionsOf(answered)]).toEqual([403, [caldav('max-instances')]]);
  });

  it.each([
    ['every second for ever', 'RRULE:FREQ=SECONDLY'],
    ['30 February every year', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'],
    ['the 366th day of years that begin on a Monday', 'RRULE:FREQ=YEARLY;BYYEARDAY=366;BYDAY=MO'],
    ['100,000 times', 'RRULE:FREQ=SECONDLY;COUNT=100000'],
    [
      'every list as long as it can be',
      `RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=${Array.from({ length: 24 }, (_, n) => n).join(',')};BYMINUTE=${Array.from({ length: 60 }, (_, n) => n).join(',')};BYSECOND=${Array.from({ length: 60 }, (_, n) => n).join(',')}`,
    ],
  ])('a rule that means %s is stored and listed in time', async (what, rule) => {
    const path = `${CALENDAR}${encodeURIComponent(what)}.ics`;
    const stored = await soon('PUT', path, {
      headers: ICALENDAR,
      body: event(what.replaceAll(',', ''), rule),
    });
    expect([201, 204]).toContain(stored.status);
    expect((await soon('PROPFIND', CALENDAR, { headers: { depth: '1' } })).status).toBe(207);
  });
});

describe('hostile vCard is refused with its precondition, in under a second (RFC 6352 §6.3.2.1)', () => {
  const plain = cardText('hostile');
  it.each<readonly [string, () => string, Refused]>([
    [
      'vCard 2.1',
      () => plain.replace('VERSION:3.0', 'VERSION:2.1'),
      { status: 403, condition: carddav('supported-address-data') },
    ],
    ['no UID', () => plain.replace(/UID:.*\r\n/, ''), notAddressData],
    ['two UIDs', () => plain.replace(/UID:.*\r\n/, 'UID:a\r\nUID:b\r\n'), notAddressData],
    ['two cards', () => plain + plain, notAddressData],
    ['an END of something else', () => plain.replace('END:VCARD', 'END:VCALENDAR'), notAddressData],
    ['NUL', () => plain.replace('Jane', 'Ja\u0000ne'), notAddressData],
    ['control characters', () => plain.replace('Jane', 'Ja\u001bne'), notAddressData],
    [
      'a line of 5 MiB without a colon',
      () => cardText('hostile', 'x'.repeat(5 * MIB)),
      notAddressData,
    ],
    [
      '20 MB',
      () => cardText('hostile', `NOTE:${'x'.repeat(20_000_000)}`),
      { status: 413, condition: carddav('max-resource-size') },
    ],
  ])('%s', async (_, body, { status, condition }) => {
    const path = `${CONTACTS}hostile.vcf`;
    const answered = await soon('PUT', path, { headers: VCARD, body: body() });
    expect([answered.status, conditionsOf(answered)]).toEqual([status, [condition]]);
    expect((await server.send('GET', path)).status).toBe(404);
  });
});

describe('hostile addresses and headers are refused with 400, in under a second', () => {
  it.each([
    ['an encoded slash', '%2f'],
    ['an encoded slash, upper case', '%2F'],
    ['an encoded slash, encoded again, is a name like any other', '%252f', 404],
    ['an encoded backslash is a name like any other', '%5c', 404],
    ['an overlong encoding of a slash', '%c0%af'],
    ['an encoded surrogate', '%ed%a0%80'],
    ['NUL', '%00'],
    ['a carriage return', '%0d'],
    ['an escape character', '%1b'],
    ['DEL', '%7f'],
    ['a control character beyond ASCII', '%c2%85'],
    ['dots', '%2e%2e'],
    ['a name of 256 octets', 'x'.repeat(256)],
    ['a name of 255 octets is a name like any other', 'x'.repeat(255), 404],
    ['a name of 86 characters of three octets', '%E2%82%AC'.repeat(86)],
  ])('%s', async (_, name, status = 400) => {
    const at = `${CALENDAR}${name}`;
    for (const method of ['GET', 'DELETE', 'PROPFIND', 'COPY']) {
      const headers = method === 'COPY' ? { destination: `${CALENDAR}x.ics` } : { depth: '0' };
      const answered = await soon(method, at, { headers });
      expect([method, answered.status]).toEqual([method, status]);
    }
    const made = await soon('MKCALENDAR', `/SOGo/dav/alice/Calendar/${name}/`);
    expect(made.status).toBe(status === 404 ? 201 : status);
  });

  it.each([
    ['a Depth that is none', 'PROPFIND', { depth: '2' }],
    ['two Depths', 'PROPFIND', { depth: '0, 1' }],
    ['an If header of brackets', 'PROPFIND', { depth: '0', if: '('.repeat(8_000) }],
    ['an If header of lists without end', 'PROPFIND', { depth: '0', if: '(["a"] '.repeat(1_000) }],
    ['an If-Match that is no list', 'DELETE', { 'if-match': '"a" '.repeat(1_000) }],
    ['a Destination that is no address', 'COPY', { destination: 'over the rainbow' }],
    ['a Destination with an encoded slash', 'COPY', { destination: `${CALENDAR}a%2fb.ics` }],
    ['no Destination', 'MOVE', {}],
    [
      'an Overwrite that is none',
      'COPY',
      { destination: `${CALENDAR}y.ics`, overwrite: 'perhaps' },
    ],
  ])('%s', async (_, method, headers) => {
    const path = method === 'PROPFIND' ? CALENDAR : `${CALENDAR}there.ics`;
    const sent = { headers: ICALENDAR, body: event('there') };
    await server.send('PUT', `${CALENDAR}there.ics`, sent);
    expect((await soon(method, path, { headers })).status).toBe(400);
    expect((await server.send('GET', `${CALENDAR}there.ics`)).status).toBe(200);
  });
});
