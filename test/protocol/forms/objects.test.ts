import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav, carddav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, responseOf, responsesOf, valueOf } from '../../support/multistatus.ts';
import {
  CALENDAR,
  cardText,
  CONTACTS,
  eventText,
  ICALENDAR,
  multigetBody,
  syncBody,
  VCARD,
  XML,
} from '../../support/objects.ts';

const EVENT = `${CALENDAR}a.ics`;
const CARD = `${CONTACTS}jane.vcf`;
const FOUR = `${CONTACTS}kim.vcf`;
const JCAL = 'application/calendar+json';
const JCARD = 'application/vcard+json';
const event = eventText('a', 'SUMMARY:one');
const card = cardText('jane', 'BDAY:1996-04-15', 'TEL;TYPE=CELL,PREF:1');
const four = cardText('kim', 'BDAY:--0415').replace('3.0', '4.0');

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  await server.send('PUT', EVENT, { headers: ICALENDAR, body: event });
  await server.send('PUT', CARD, { headers: VCARD, body: card });
  await server.send('PUT', FOUR, { headers: VCARD, body: four });
});
afterAll(() => server.stop());

const get = (path: string, accept?: string, method = 'GET') =>
  server.send(method, path, accept === undefined ? {} : { headers: { accept } });

describe('GET with Accept (RFC 6352 §5.1.1, RFC 9110 §12.5.1)', () => {
  it.each<readonly [string | undefined, string]>([
    [undefined, 'stored'],
    ['*/*', 'stored'],
    ['text/vcard', 'stored'],
    ['text/x-vcard', 'stored'],
    ['text/directory;profile=vcard', 'stored'],
    ['text/vcard; version=3.0', 'stored'],
    ['text/html, application/xhtml+xml', 'stored'],
    ['nonsense', 'stored'],
    ['text/vcard; version=4.0', 'text/vcard; charset=utf-8; version=4.0'],
    ['TEXT/VCARD;VERSION="4.0";charset=utf-8', 'text/vcard; charset=utf-8; version=4.0'],
    ['text/vcard;version=4.0, text/vcard;q=0.5', 'text/vcard; charset=utf-8; version=4.0'],
    ['text/vcard;version=4.0;q=0.4, text/vcard;q=0.5', 'stored'],
    [JCARD, `${JCARD}; charset=utf-8`],
    [`${JCARD}, text/vcard`, 'stored'],
    [`text/vcard;q=0.9, ${JCARD}`, `${JCARD}; charset=utf-8`],
    [`${JCARD};q=0, */*`, 'stored'],
    ['text/vcard;q=0, */*;q=0.1', `${JCARD}; charset=utf-8`],
  ])('of a card as %s is %s', async (accept, expected) => {
    const { status, headers, body } = await get(CARD, accept);
    expect(status).toBe(200);
    expect(headers.vary).toBe('Accept');
    if (expected === 'stored') {
      expect([headers['content-type'], body]).toEqual(['text/vcard; charset=utf-8', card]);
      return;
    }
    expect(headers['content-type']).toBe(expected);
    expect(body).toContain(expected.startsWith(JCARD) ? '"1996-04-15"' : 'BDAY:19960415\r\n');
  });

  it('gives a card of version 4.0 as 3.0, where that is what is asked for', async () => {
    const { headers, body } = await get(FOUR, 'text/vcard;version=3.0');
    expect(headers['content-type']).toBe('text/vcard; charset=utf-8; version=3.0');
    expect(body).toContain('VERSION:3.0\r\n');
    expect(body).toContain('BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15\r\n');
    expect((await get(FOUR)).body).toBe(four);
  });

  it.each([
    'text/vcard; version=2.1',
    'text/vcard; version=5.0, text/html',
    `${JCARD}; version=3.0`,
  ])(
    'refuses %s with 406 supported-address-data-conversion (RFC 6352 §6.3.2.2)',
    async (accept) => {
      const answered = await get(CARD, accept);
      expect(answered.status).toBe(406);
      expect(conditionsOf(answered)).toEqual([carddav('supported-address-data-conversion')]);
    },
  );

  it('gives an event as jCal (RFC 7265), and HEAD says the same without body', async () => {
    const { headers, body } = await get(EVENT, JCAL);
    expect(headers['content-type']).toBe(`${JCAL}; charset=utf-8`);
    expect(JSON.parse(body)).toEqual([
      'vcalendar',
      [
        ['version', {}, 'text', '2.0'],
        ['prodid', {}, 'text', '-//Test//EN'],
      ],
      [
        [
          'vevent',
          [
            ['uid', {}, 'text', 'a'],
            ['dtstamp', {}, 'date-time', '2026-01-01T00:00:00Z'],
            ['dtstart', {}, 'date-time', '2026-01-05T09:00:00Z'],
            ['summary', {}, 'text', 'one'],
          ],
          [],
        ],
      ],
    ]);
    const head = await get(EVENT, JCAL, 'HEAD');
    expect([head.status, head.body]).toEqual([200, '']);
    for (const name of ['content-type', 'content-length', 'etag', 'vary'])
      expect(head.headers[name]).toBe(headers[name]);
    expect((await get(EVENT, 'text/calendar')).body).toBe(event);
    expect((await get(EVENT, 'text/html')).body).toBe(event);
  });

  it('has one entity tag in all forms, that of getetag', async () => {
    const tags = await Promise.all(
      [undefined, JCARD, 'text/vcard;version=4.0'].map(async (accept) => {
        const { headers } = await get(CARD, accept);
        const known = await server.send('GET', CARD, {
          headers: { ...(accept && { accept }), 'if-none-match': String(headers.etag) },
        });
        expect([known.status, known.headers.vary]).toEqual([304, 'Accept']);
        return headers.etag;
      }),
    );
    expect(new Set(tags).size).toBe(1);
    const properties = responsesOf(
      await server.send('PROPFIND', CARD, { headers: { depth: '0' } }),
    );
    expect([...properties.values()].map((response) => valueOf(response, dav('getetag')))).toEqual([
      tags[0],
    ]);
  });
});

const dataIn = async (
  kind: 'calendar' | 'addressbook',
  attributes: string,
  content = '',
): Promise<ReturnType<typeof responseOf>> => {
  const name = kind === 'calendar' ? caldav('calendar-data') : carddav('address-data');
  const [space, local] = name.slice(1).split('}');
  const body = multigetBody(kind, [kind === 'calendar' ? EVENT : CARD]).replace(
    '</D:prop>',
    `<C:${local} xmlns:C="${space}" ${attributes}>${content}</C:${local}></D:prop>`,
  );
  const path = kind === 'calendar' ? CALENDAR : CONTACTS;
  return responseOf(await server.send('REPORT', path, { headers: XML, body }));
};

describe('data elements that name a form (RFC 4791 §9.6, RFC 6352 §10.4)', () => {
  const data = carddav('address-data');
  const attributes = (response: ReturnType<typeof responseOf>, name = data) =>
    Object.fromEntries(response.properties.get(name)?.attributes ?? []);

  it('are answered in it, and say which it is', async () => {
    const json = await dataIn('addressbook', `content-type="${JCARD}" version="4.0"`);
    expect(JSON.parse(valueOf(json, data) ?? '')).toContainEqual([
      ['version', {}, 'text', '4.0'],
      ['uid', {}, 'text', 'jane'],
      ['fn', {}, 'text', 'Jane Doe'],
      ['n', {}, 'text', ['Doe', 'Jane', '', '', '']],
      ['bday', {}, 'date-and-or-time', '1996-04-15'],
      ['tel', { type: 'CELL', pref: '1' }, 'text', '1'],
    ]);
    expect(attributes(json)).toEqual({ '{}content-type': JCARD, '{}version': '4.0' });
    const text = await dataIn('addressbook', 'version="4.0"');
    expect(valueOf(text, data)).toContain('BDAY:19960415');
    expect(attributes(text)).toEqual({ '{}content-type': 'text/vcard', '{}version': '4.0' });
    const calendar = await dataIn('calendar', `content-type="${JCAL}" version="2.0"`);
    expect(attributes(calendar, caldav('calendar-data'))['{}content-type']).toBe(JCAL);
    expect(valueOf(calendar, caldav('calendar-data'))).toMatch(/^\["vcalendar",/);
  });

  it('are answered as stored without them, and by the types that stored objects have', async () => {
    for (const given of ['', 'content-type="text/vcard"', 'content-type="text/x-vcard"']) {
      const response = await dataIn('addressbook', given);
      expect([valueOf(response, data), attributes(response)]).toEqual([card, {}]);
    }
    const stored = await dataIn('calendar', 'content-type="text/calendar" version="2.0"');
    expect(valueOf(stored, caldav('calendar-data'))).toBe(event);
  });

  it('may name properties too, which are then those of the form', async () => {
    const response = await dataIn(
      'addressbook',
      `content-type="${JCARD}"`,
      '<C:prop name="FN"/><C:prop name="bday" novalue="yes"/>',
    );
    expect(JSON.parse(valueOf(response, data) ?? '')).toEqual([
      'vcard',
      [
        ['version', {}, 'text', '4.0'],
        ['fn', {}, 'text', 'Jane Doe'],
        ['bday', {}, 'unknown', ''],
      ],
    ]);
  });

  it('are followed by sync-collection as well (RFC 6578 §3.2)', async () => {
    const body = syncBody('').replace(
      '</D:prop>',
      `<address-data xmlns="urn:ietf:params:xml:ns:carddav" version="4.0"/></D:prop>`,
    );
    const answered = await server.send('REPORT', CONTACTS, { headers: XML, body });
    const response = responsesOf(answered).get(CARD);
    expect(response && valueOf(response, data)).toContain('VERSION:4.0\r\n');
  });

  it.each([
    ['calendar', 'content-type="application/calendar+xml"', caldav('supported-calendar-data')],
    ['calendar', 'version="1.0"', caldav('supported-calendar-data')],
    ['calendar', 'content-type="text/vcard"', caldav('supported-calendar-data')],
    ['addressbook', `content-type="${JCARD}" version="3.0"`, carddav('supported-address-data')],
    ['addressbook', 'version="2.1"', carddav('supported-address-data')],
    ['addressbook', 'content-type="text/calendar"', carddav('supported-address-data')],
  ] as const)('of a %s are refused with %s', async (kind, given, condition) => {
    const [space, local] =
      kind === 'calendar' ? ['caldav', 'calendar-data'] : ['carddav', 'address-data'];
    const body = multigetBody(kind, []).replace(
      '</D:prop>',
      `<${local} xmlns="urn:ietf:params:xml:ns:${space}" ${given}/></D:prop>`,
    );
    const path = kind === 'calendar' ? CALENDAR : CONTACTS;
    const answered = await server.send('REPORT', path, { headers: XML, body });
    expect([answered.status, conditionsOf(answered)]).toEqual([403, [condition]]);
  });
});

describe('PUT of JSON, which is announced and so must be taken (RFC 6352 §5.1.1)', () => {
  it('stores the text that jCal stands for, and gives no ETag for what was not sent (RFC 4791 §5.3.4)', async () => {
    const path = `${CALENDAR}json.ics`;
    const body = (await get(EVENT, JCAL)).body.replaceAll('"a"', '"json"');
    const made = await server.send('PUT', path, { headers: { 'content-type': JCAL }, body });
    expect([made.status, made.headers.etag]).toEqual([201, undefined]);
    const { body: stored, headers } = await get(path);
    expect(stored).toBe(event.replace('UID:a', 'UID:json'));
    const again = await server.send('PUT', path, {
      headers: { 'content-type': `${JCAL}; charset=utf-8`, 'if-match': String(headers.etag) },
      body: body.replace('"one"', '"two"'),
    });
    expect(again.status).toBe(204);
    expect((await get(path)).body).toContain('SUMMARY:two\r\n');
  });

  it('stores the vCard 4.0 that jCard stands for', async () => {
    const path = `${CONTACTS}json.vcf`;
    const body = (await get(CARD, JCARD)).body.replaceAll('"jane"', '"json"');
    const made = await server.send('PUT', path, { headers: { 'content-type': JCARD }, body });
    expect(made.status).toBe(201);
    expect((await get(path)).body).toContain(
      'BEGIN:VCARD\r\nVERSION:4.0\r\nUID;VALUE=TEXT:json\r\n',
    );
    expect((await get(path, JCARD)).body).toBe(body);
  });

  it.each([
    [JCAL, '{', caldav('valid-calendar-data')],
    [JCAL, '["vcalendar",[],[]]', caldav('valid-calendar-data')],
    [JCARD, '["vcard",[["fn",{},"text","x"]]]', carddav('valid-address-data')],
    [
      JCARD,
      '["vcard",[["version",{},"text","2.1"],["fn",{},"text","x"],["uid",{},"text","y"]]]',
      carddav('supported-address-data'),
    ],
  ] as const)(
    'of type %s refuses %s with the condition of its text',
    async (type, body, condition) => {
      const path = type === JCAL ? `${CALENDAR}bad.ics` : `${CONTACTS}bad.vcf`;
      const answered = await server.send('PUT', path, { headers: { 'content-type': type }, body });
      expect([answered.status, conditionsOf(answered)]).toEqual([403, [condition]]);
    },
  );
});
