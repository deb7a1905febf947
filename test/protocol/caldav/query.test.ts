import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elementsOf, textOf } from '../../../src/api/dav/xml/element.ts';
import { caldav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  conditionsOf,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
  xmlOf,
} from '../../support/multistatus.ts';
import { CALENDAR, ICALENDAR, XML } from '../../support/objects.ts';
import { object } from '../../support/times.ts';

const alarm = (...lines: readonly string[]) => ['BEGIN:VALARM', ...lines, 'END:VALARM'];

const objects: Readonly<Record<string, readonly (readonly string[])[]>> = {
  lunch: [
    [
      'DTSTART;TZID=Europe/Berlin:20260105T120000',
      'DURATION:PT1H',
      'SUMMARY:Lunch with Ömer',
      'CATEGORIES:Food,Friends',
      'ATTENDEE;PARTSTAT=NEEDS-ACTION;CN="Doe, Jane":mailto:jane@example.org',
      'ATTENDEE;PARTSTAT=ACCEPTED:mailto:omer@example.org',
      'ORGANIZER:mailto:alice@example.org',
      ...alarm('ACTION:DISPLAY', 'DESCRIPTION:x', 'TRIGGER:-PT30M', 'REPEAT:2', 'DURATION:PT5M'),
    ],
  ],
  weekly: [
    [
      'DTSTART;TZID=Europe/Berlin:20250106T090000',
      'DURATION:PT1H',
      'RRULE:FREQ=WEEKLY',
      'SUMMARY:Meeting',
    ],
    [
      'RECURRENCE-ID;TZID=Europe/Berlin:20260112T090000',
      'DTSTART;TZID=Europe/Berlin:20260113T150000',
      'DURATION:PT1H',
      'SUMMARY:Meeting\\, moved',
    ],
  ],
  day: [['DTSTART;VALUE=DATE:20260201', 'SUMMARY:All day']],
  task: [
    ['BEGIN:VTODO', 'UID:one', 'DUE:20260105T170000Z', 'COMPLETED:20260104T000000Z', 'END:VTODO'],
  ],
  someday: [['BEGIN:VTODO', 'UID:one', 'SUMMARY:Some day', 'END:VTODO']],
};

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  for (const [name, components] of Object.entries(objects)) {
    const put = await server.send('PUT', `${CALENDAR}${name}.ics`, {
      headers: ICALENDAR,
      body: object(...components).replaceAll('UID:one', `UID:${name}`),
    });
    expect(put.status).toBe(201);
  }
});
afterAll(() => server.stop());

const ask = (
  content: string,
  { data = '', more = '', depth = '1' }: { data?: string; more?: string; depth?: string } = {},
) =>
  server.send('REPORT', CALENDAR, {
    headers: { ...XML, ...(depth === '' ? {} : { depth }) },
    body: `<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:getetag/>${data}</D:prop>${content}${more}</C:calendar-query>`,
  });
const found = async (...asked: Parameters<typeof ask>): Promise<readonly string[]> =>
  [...responsesOf(await ask(...asked)).keys()].map((href) =>
    href.slice(CALENDAR.length).replace('.ics', ''),
  );
const filter = (content: string): string => `<C:filter>${content}</C:filter>`;
const comp = (name: string, content = ''): string =>
  `<C:comp-filter name="${name}">${content}</C:comp-filter>`;
const all = (content = ''): string => filter(comp('VCALENDAR', content));
const event = (content = ''): string => all(comp('VEVENT', content));
const prop = (name: string, content = ''): string =>
  `<C:prop-filter name="${name}">${content}</C:prop-filter>`;
const match = (text: string, attributes = ''): string =>
  `<C:text-match ${attributes}>${text}</C:text-match>`;
const param = (name: string, content = ''): string =>
  `<C:param-filter name="${name}">${content}</C:param-filter>`;
const range = (start: string, end: string): string =>
  `<C:time-range${start === '' ? '' : ` start="${start}"`}${end === '' ? '' : ` end="${end}"`}/>`;
const NOT = '<C:is-not-defined/>';

describe('calendar-query (RFC 4791 §7.8, §9.7)', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['nothing: everything', all(), ['lunch', 'weekly', 'day', 'task', 'someday']],
    ['a component', event(), ['lunch', 'weekly', 'day']],
    ['another component', all(comp('VTODO')), ['task', 'someday']],
    ['a component that is not there', all(comp('VTODO', NOT)), ['lunch', 'weekly', 'day']],
    ['two components that none has both of', all(comp('VTODO') + comp('VEVENT')), []],
    ['a component of no object', all(comp('VJOURNAL')), []],
    [
      'a range that has an instance',
      event(range('20260105T080000Z', '20260105T090000Z')),
      ['weekly'],
    ],
    ['a range between instances', event(range('20260106T000000Z', '20260106T230000Z')), []],
    [
      'a range that an instance was moved out of',
      event(range('20260112T000000Z', '20260113T000000Z')),
      [],
    ],
    [
      'a range that an instance was moved into',
      event(range('20260113T140000Z', '20260113T141000Z')),
      ['weekly'],
    ],
    ['a range without end', event(range('20260131T230000Z', '')), ['weekly', 'day']],
    ['a range without start', event(range('', '20250107T000000Z')), ['weekly']],
    [
      'a range of tasks',
      all(comp('VTODO', range('20260105T160000Z', '20260105T180000Z'))),
      ['task', 'someday'],
    ],
    [
      'a range and a text',
      event(range('20260101T000000Z', '20260201T000000Z') + prop('SUMMARY', match('lunch'))),
      ['lunch'],
    ],
    [
      'a range and a text of the very component',
      event(range('20260113T000000Z', '20260114T000000Z') + prop('SUMMARY', match('moved'))),
      ['weekly'],
    ],
    [
      'not by a range of one component and a text of another',
      event(range('20260105T000000Z', '20260106T000000Z') + prop('SUMMARY', match('moved'))),
      [],
    ],
    ['a property', event(prop('CATEGORIES')), ['lunch']],
    ['a property that is not there', event(prop('CATEGORIES', NOT)), ['weekly', 'day']],
    ['a text, whatever the case of its letters', event(prop('summary', match('LUNCH'))), ['lunch']],
    ['a text of which only ASCII letters fold', event(prop('SUMMARY', match('öMER'))), []],
    [
      'a text in another collation',
      event(prop('SUMMARY', match('öMER', 'collation="i;unicode-casemap"'))),
      ['lunch'],
    ],
    ['a text unescaped', event(prop('SUMMARY', match('Meeting, moved'))), ['weekly']],
    ['a text that is not', event(prop('SUMMARY', match('e', 'negate-condition="yes"'))), ['day']],
    [
      'a property of the calendar',
      filter(comp('VCALENDAR', prop('VERSION', match('2.0')))),
      ['lunch', 'weekly', 'day', 'task', 'someday'],
    ],
    ['a parameter', event(prop('ATTENDEE', param('CN', match('doe, jane')))), ['lunch']],
    ['a parameter that is not', event(prop('ATTENDEE', param('CN', NOT))), ['lunch']],
    [
      'conditions that one and the same property meets',
      event(prop('ATTENDEE', match('jane') + param('PARTSTAT', match('ACCEPTED')))),
      [],
    ],
    [
      'a date of a property',
      all(comp('VTODO', prop('COMPLETED', range('20260104T000000Z', '20260105T000000Z')))),
      ['task'],
    ],
    [
      'a date of a property, not there',
      all(comp('VTODO', prop('COMPLETED', range('20260105T000000Z', '')))),
      [],
    ],
    [
      'a time of a property in its zone',
      event(prop('DTSTART', range('20260105T110000Z', '20260105T110001Z'))),
      ['lunch'],
    ],
    [
      'a day of a property',
      event(prop('DTSTART', range('20260201T120000Z', '20260201T120001Z'))),
      ['day'],
    ],
    ['an alarm', event(comp('VALARM')), ['lunch']],
    ['no alarm', event(comp('VALARM', NOT)), ['weekly', 'day']],
    [
      'an alarm in its time',
      event(comp('VALARM', range('20260105T103000Z', '20260105T103001Z'))),
      ['lunch'],
    ],
    [
      'an alarm that sounds again',
      event(comp('VALARM', range('20260105T104000Z', '20260105T104001Z'))),
      ['lunch'],
    ],
    [
      'an alarm that does not sound that often',
      event(comp('VALARM', range('20260105T104001Z', ''))),
      [],
    ],
  ])('finds by %s', async (_, asked, expected) => {
    expect(await found(asked)).toEqual(expected);
  });

  it('reads days by the clock of the query, or of the calendar (§7.3, RFC 7809 §5.2)', async () => {
    const late = event(range('20260201T233000Z', '20260202T000000Z'));
    const zone = (tzid: string, offset: string) =>
      `BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:${tzid}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:${offset}\nTZOFFSETTO:${offset}\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR`;
    expect(await found(late)).toEqual(['day']);
    expect(await found(late, { more: '<C:timezone-id>Europe/Berlin</C:timezone-id>' })).toEqual([]);
    expect(await found(late, { more: `<C:timezone>${zone('X', '+0100')}</C:timezone>` })).toEqual(
      [],
    );
    await server.send('PROPPATCH', CALENDAR, {
      headers: XML,
      body: `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><calendar-timezone xmlns="urn:ietf:params:xml:ns:caldav">${zone('Y', '+0200')}</calendar-timezone></D:prop></D:set></D:propertyupdate>`,
    });
    expect(await found(late)).toEqual([]);
    expect(await found(late, { more: '<C:timezone-id>UTC</C:timezone-id>' })).toEqual(['day']);
    await server.send('PROPPATCH', CALENDAR, {
      headers: XML,
      body: '<D:propertyupdate xmlns:D="DAV:"><D:remove><D:prop><calendar-timezone xmlns="urn:ietf:params:xml:ns:caldav"/></D:prop></D:remove></D:propertyupdate>',
    });
  });

  it('answers with what was asked for, the data as it was stored', async () => {
    const answered = await ask(event(prop('CATEGORIES')), { data: '<C:calendar-data/>' });
    expect(valueOf(responseOf(answered), caldav('calendar-data'))).toBe(
      object(...(objects['lunch'] ?? [])).replaceAll('UID:one', 'UID:lunch'),
    );
  });

  it('asks about the members without a Depth header too, but not with Depth 0', async () => {
    expect(await found(all(), { depth: '' })).toHaveLength(5);
    expect(await found(all(), { depth: '0' })).toEqual([]);
    expect(await found(all(), { depth: 'infinity' })).toHaveLength(5);
  });

  it('stops at nresults and says so for the collection: 507 number-of-matches-within-limits (§7.8)', async () => {
    const limit = '<C:limit><C:nresults>1</C:nresults></C:limit>';
    const cut = responsesOf(await ask(event(), { more: limit }));
    expect([...cut.keys()]).toEqual([`${CALENDAR}lunch.ics`, CALENDAR]);
    expect(cut.get(CALENDAR)?.conditions).toEqual([dav('number-of-matches-within-limits')]);
  });

  it.each([
    ['no condition', filter('')],
    ['two conditions', filter(comp('VCALENDAR') + comp('VCALENDAR'))],
    ['a condition on something else', filter(comp('VEVENT'))],
    ['a condition without a name', filter(comp('VCALENDAR', '<C:comp-filter/>'))],
    ['a range without ends', event('<C:time-range/>')],
    ['a range that ends before it starts', event(range('20260105T000000Z', '20260104T000000Z'))],
    ['a range in local time', event(range('20260105T000000', ''))],
    ['a range of days', event(range('20260105', ''))],
    ['is-not-defined beside others', event(NOT + prop('X'))],
    ['more conditions than are tried', event(prop('X').repeat(100))],
  ])('refuses %s with valid-filter (§7.8)', async (_, asked) => {
    const refused = await ask(asked);
    expect(refused.status).toBe(403);
    expect(conditionsOf(refused)).toEqual([caldav('valid-filter')]);
  });

  it.each([
    ['a range of the calendar', all(range('20260105T000000Z', ''))],
    ['a range of a time zone', all(comp('VTIMEZONE', range('20260105T000000Z', '')))],
    ['two ranges', event(range('20260105T000000Z', '').repeat(2))],
    ['what is no condition', event('<D:prop/>')],
    ['what is no condition of a property', event(prop('X', comp('Y')))],
    ['what is no condition of a parameter', event(prop('X', param('Y', '<C:x/>')))],
    ['what is no condition of everything', filter(prop('X'))],
  ])('refuses %s with supported-filter, naming it (§7.8)', async (_, asked) => {
    const refused = await ask(asked);
    expect(refused.status).toBe(403);
    const [condition] = elementsOf(xmlOf(refused));
    expect(condition?.name).toBe(caldav('supported-filter'));
    expect(condition && elementsOf(condition)).toHaveLength(1);
  });

  it('refuses what is no filter at all with 400', async () => {
    expect((await ask('')).status).toBe(400);
    expect((await ask(all() + all())).status).toBe(400);
  });

  it('refuses zones that are none: valid-calendar-data, valid-timezone (§7.8, RFC 7809 §5.2)', async () => {
    const own = await ask(event(), { more: '<C:timezone>BEGIN:VCALENDAR</C:timezone>' });
    expect(conditionsOf(own)).toEqual([caldav('valid-calendar-data')]);
    const named = await ask(event(), { more: '<C:timezone-id>Neverland</C:timezone-id>' });
    expect(conditionsOf(named)).toEqual([caldav('valid-timezone')]);
  });

  it('refuses a collation nobody knows with supported-collation, and lists those there are (§7.5.1)', async () => {
    const refused = await ask(event(prop('X', match('y', 'collation="i;basic"'))));
    expect(conditionsOf(refused)).toEqual([caldav('supported-collation')]);
    const name = caldav('supported-collation-set');
    const { properties } = responseOf(
      await server.send('PROPFIND', CALENDAR, {
        headers: { depth: '0' },
        body: propfindBody(name),
      }),
    );
    const set = properties.get(name);
    expect(set && elementsOf(set).map(textOf)).toContain('i;ascii-casemap');
  });

  it('is announced where it is answered (RFC 3253 §3.1.5)', async () => {
    const { body } = await server.send('PROPFIND', CALENDAR, {
      headers: { depth: '0' },
      body: propfindBody(dav('supported-report-set')),
    });
    expect(body).toContain('<C:calendar-query/>');
  });
});

describe('a rule by a calendar that is not supported (RFC 7529 §7)', () => {
  it('is refused with supported-rscale, and the calendars that are supported are told', async () => {
    const put = await server.send('PUT', `${CALENDAR}chinese.ics`, {
      headers: ICALENDAR,
      body: object(['DTSTART;VALUE=DATE:20260217', 'RRULE:RSCALE=CHINESE;FREQ=YEARLY']),
    });
    expect(put.status).toBe(403);
    expect(conditionsOf(put)).toEqual([caldav('supported-rscale')]);
    const name = caldav('supported-rscale-set');
    const { properties } = responseOf(
      await server.send('PROPFIND', CALENDAR, {
        headers: { depth: '0' },
        body: propfindBody(name),
      }),
    );
    const set = properties.get(name);
    expect(set && elementsOf(set).map(textOf)).toEqual(['GREGORIAN']);
  });
});
