import ICAL from 'ical.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  childOf,
  childrenOf,
  elementsOf,
  textOf,
  type XmlElement,
} from '../../../src/api/dav/xml/element.ts';
import type { Name } from '../../../src/api/dav/xml/names.ts';
import { parseXml } from '../../../src/api/dav/xml/parse.ts';
import { type Answered, type DavServer, startDav } from '../../support/dav.ts';
import {
  CALENDAR,
  cardText,
  CONTACTS,
  eventText,
  ICALENDAR,
  VCARD,
} from '../../support/objects.ts';

const zone = (tzid: string): string =>
  [
    'BEGIN:VTIMEZONE',
    `TZID:${tzid}`,
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0100',
    'END:STANDARD',
    'END:VTIMEZONE',
    '',
  ].join('\r\n');
const zoned = (uid: string, tzid: string, ...more: readonly string[]): string =>
  eventText(uid, ...more)
    .replace('DTSTART:20260105T090000Z', `DTSTART;TZID=${tzid}:20260105T090000`)
    .replace('BEGIN:VEVENT', `${zone(tzid)}BEGIN:VEVENT`);

const calendar = {
  'a.ics': zoned(
    'a',
    'Europe/Berlin',
    'SUMMARY:one <&> two\\, "three"',
    'RRULE:FREQ=WEEKLY;BYDAY=MO,TU;UNTIL=20300101T000000Z;INTERVAL=2',
    'CATEGORIES:x,y\\, z',
    'GEO:1.5;-2.25',
    'REQUEST-STATUS:2.0;Success',
    'ATTENDEE;RSVP=TRUE;CN="A, B":mailto:a@b',
    'X-OWN;X-P=1:raw\\,text',
    '1-NAME:cannot begin an XML name',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:d',
    'TRIGGER:-PT5M',
    'END:VALARM',
  ),
  'b.ics': zoned('b', 'Europe/Berlin'),
  'c.ics': zoned(
    'c',
    'Europe/Paris',
    'RDATE;VALUE=PERIOD:20260105T090000Z/PT1H,20260106T090000Z/20260106T100000Z',
  ),
};
const cards = {
  'jane.vcf': cardText('jane', 'item1.TEL;TYPE=CELL:1', 'item1.X-ABLABEL:a & b', 'BDAY:1996-04-15'),
  'kim.vcf': cardText('kim', 'N2:x').replace('3.0', '4.0'),
};

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  for (const [name, body] of Object.entries(calendar))
    await server.send('PUT', `${CALENDAR}${name}`, { headers: ICALENDAR, body });
  for (const [name, body] of Object.entries(cards))
    await server.send('PUT', `${CONTACTS}${name}`, { headers: VCARD, body });
});
afterAll(() => server.stop());

const get = (path: string, accept?: string): Promise<Answered> =>
  server.send('GET', path, accept === undefined ? {} : { headers: { accept } });
const ICS = '/SOGo/dav/alice/Calendar/personal.ics';
const XML = '/SOGo/dav/alice/Calendar/personal.xml';
const VCF = '/SOGo/dav/alice/Contacts/personal.vcf';

const xcal = (local: string): Name => `{urn:ietf:params:xml:ns:icalendar-2.0}${local}`;
const xcard = (local: string): Name => `{urn:ietf:params:xml:ns:vcard-4.0}${local}`;
/** An element as nested arrays of local names and texts. */
type Shape = readonly [string, ...(Shape | string)[]];
const shape = (element: XmlElement): Shape => [
  element.name.replace(/^.*\}/, ''),
  ...element.nodes
    .filter((node) => typeof node !== 'string' || node.trim() !== '')
    .map((node) => (typeof node === 'string' ? node : shape(node))),
];
const at = (element: XmlElement | undefined, ...path: readonly Name[]): XmlElement => {
  let found = element;
  for (const name of path) found = found && childOf(found, name);
  if (found === undefined) throw new Error(`nothing at ${path.join('/')}`);
  return found;
};

describe('GET of ID.xml beside a calendar', () => {
  it('is all of it as xCal (RFC 6321), each time zone once, with its ctag', async () => {
    const answered = await get(XML);
    expect(answered.status).toBe(200);
    expect(answered.headers['content-type']).toBe('application/calendar+xml; charset=utf-8');
    expect(answered.headers.etag).toBe((await get(ICS)).headers.etag);
    const root = parseXml(Buffer.from(answered.body));
    expect(root.name).toBe(xcal('icalendar'));
    const whole = at(root, xcal('vcalendar'));
    expect(elementsOf(at(whole, xcal('properties'))).map(shape)).toEqual([
      ['version', ['text', '2.0']],
      ['prodid', ['text', '-//Daybook//Daybook//EN']],
      ['calscale', ['text', 'GREGORIAN']],
      ['method', ['text', 'PUBLISH']],
      ['name', ['text', 'Personal Calendar']],
      ['x-wr-calname', ['unknown', 'Personal Calendar']],
    ]);
    const components = elementsOf(at(whole, xcal('components')));
    expect(components.map(({ name }) => name)).toEqual(
      ['vtimezone', 'vevent', 'vevent', 'vtimezone', 'vevent'].map(xcal),
    );
  });

  it('types values as RFC 6321 §3.4 to §3.6 say', async () => {
    const root = parseXml(Buffer.from((await get(XML)).body));
    const [, first, , , third] = elementsOf(at(root, xcal('vcalendar'), xcal('components')));
    expect(shape(at(first, xcal('properties')))).toEqual([
      'properties',
      ['uid', ['text', 'a']],
      ['dtstamp', ['date-time', '2026-01-01T00:00:00Z']],
      [
        'dtstart',
        ['parameters', ['tzid', ['text', 'Europe/Berlin']]],
        ['date-time', '2026-01-05T09:00:00'],
      ],
      ['summary', ['text', 'one <&> two, "three"']],
      [
        'rrule',
        [
          'recur',
          ['freq', 'WEEKLY'],
          ['until', '2030-01-01T00:00:00Z'],
          ['interval', '2'],
          ['byday', 'MO'],
          ['byday', 'TU'],
        ],
      ],
      ['categories', ['text', 'x'], ['text', 'y, z']],
      ['geo', ['latitude', '1.5'], ['longitude', '-2.25']],
      ['request-status', ['code', '2.0'], ['description', 'Success']],
      [
        'attendee',
        ['parameters', ['rsvp', ['boolean', 'true']], ['cn', ['text', 'A, B']]],
        ['cal-address', 'mailto:a@b'],
      ],
      ['x-own', ['parameters', ['x-p', ['unknown', '1']]], ['unknown', 'raw\\,text']],
      // Who invites people is their organizer.
      ['organizer', ['cal-address', 'mailto:alice@example.org']],
    ]);
    expect(shape(at(first, xcal('components'), xcal('valarm'), xcal('properties')))).toEqual([
      'properties',
      ['action', ['text', 'DISPLAY']],
      ['description', ['text', 'd']],
      ['trigger', ['duration', '-PT5M']],
    ]);
    expect(shape(at(third, xcal('properties'), xcal('rdate')))).toEqual([
      'rdate',
      ['period', ['start', '2026-01-05T09:00:00Z'], ['duration', 'PT1H']],
      ['period', ['start', '2026-01-06T09:00:00Z'], ['end', '2026-01-06T10:00:00Z']],
    ]);
  });

  it('is for reading only, and not there without its calendar', async () => {
    for (const method of ['PUT', 'DELETE', 'MKCALENDAR'])
      expect((await server.send(method, XML)).status).toBe(405);
    expect((await get('/SOGo/dav/alice/Calendar/none.xml')).status).toBe(404);
    expect((await get('/SOGo/dav/bob@example.org/Calendar/personal.xml')).status).toBe(404);
  });
});

describe('GET of a whole collection with Accept (RFC 9110 §12.5.1)', () => {
  it('is one jCal for application/calendar+json (RFC 7265), the same as ical.js makes of the text', async () => {
    const { headers, body } = await get(ICS, 'application/calendar+json');
    expect(headers['content-type']).toBe('application/calendar+json; charset=utf-8');
    expect(headers.vary).toBe('Accept');
    // NAME is RFC 7986's, which ical.js does not know.
    const text = (await get(ICS)).body.replace('\r\nNAME:', '\r\nNAME;VALUE=TEXT:');
    expect(JSON.parse(body)).toEqual(ICAL.parse(text));
  });

  it('is xCal for application/calendar+xml, and text for what is not known', async () => {
    expect((await get(ICS, 'application/calendar+xml')).body).toBe((await get(XML)).body);
    expect((await get(ICS, 'text/html')).headers['content-type']).toContain('text/calendar');
    expect((await get(XML, 'text/calendar')).headers['content-type']).toContain('calendar+xml');
  });

  it('is all cards in one version where one is named, else each as it is', async () => {
    const both = await get(VCF, 'text/vcard');
    expect(both.body).toBe(cards['jane.vcf'] + cards['kim.vcf']);
    for (const version of ['3.0', '4.0']) {
      const { headers, body } = await get(VCF, `text/vcard;version=${version}`);
      expect(headers['content-type']).toBe(`text/vcard; charset=utf-8; version=${version}`);
      expect(body.match(/^VERSION:.*$/gm)).toEqual([`VERSION:${version}`, `VERSION:${version}`]);
    }
  });
});

describe('GET of ID.xml beside an address book', () => {
  it('is all its cards as xCard (RFC 6351), groups and all', async () => {
    const answered = await get('/SOGo/dav/alice/Contacts/personal.xml');
    expect(answered.headers['content-type']).toBe('application/vcard+xml; charset=utf-8');
    const root = parseXml(Buffer.from(answered.body));
    expect(root.name).toBe(xcard('vcards'));
    const [jane, kim] = childrenOf(root, xcard('vcard'));
    expect(jane && shape(jane)).toEqual([
      'vcard',
      ['uid', ['text', 'jane']],
      ['fn', ['text', 'Jane Doe']],
      ['n', ['surname', 'Doe'], ['given', 'Jane'], ['additional'], ['prefix'], ['suffix']],
      ['bday', ['date-and-or-time', '19960415']],
      [
        'group',
        ['tel', ['parameters', ['type', ['text', 'CELL']]], ['text', '1']],
        ['x-ablabel', ['unknown', 'a & b']],
      ],
    ]);
    expect(kim && textOf(at(kim, xcard('n2'), xcard('unknown')))).toBe('x');
    expect((await get(VCF, 'application/vcard+xml')).body).toBe(answered.body);
  });
});
