import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav, carddav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, responsesOf, valueOf } from '../../support/multistatus.ts';
import {
  CALENDAR,
  CONTACTS,
  cardText,
  eventText,
  ICALENDAR,
  multigetBody,
  VCARD,
  XML,
} from '../../support/objects.ts';

let server: DavServer;
const tags = new Map<string, string>();
const names = ['a.ics', 'b c.ics', 'd@e.ics', 'ü.ics'];
beforeAll(async () => {
  server = await startDav({ limits: { hrefs: 2000 } });
  for (const name of names) {
    const path = CALENDAR + encodeURIComponent(name);
    const { headers } = await server.send('PUT', path, {
      headers: ICALENDAR,
      body: eventText(name),
    });
    tags.set(name, String(headers.etag));
  }
});
afterAll(() => server.stop());

const report = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  server.send('REPORT', CALENDAR, { headers: { ...XML, ...headers }, body });
const get = async (
  ...what: Parameters<typeof multigetBody> extends [unknown, ...infer Rest] ? Rest : never
) => responsesOf(await report(multigetBody('calendar', ...what)));

describe('calendar-multiget (RFC 4791 §7.9)', () => {
  it('answers each href once, in order, with ETag and data as they were stored', async () => {
    const hrefs = ['ü.ics', 'missing.ics', 'a.ics', 'ü.ics'].map(
      (name) => CALENDAR + encodeURIComponent(name),
    );
    const responses = await get(hrefs, [dav('getetag'), caldav('calendar-data')]);
    expect([...responses.keys()]).toEqual(hrefs.slice(0, 3));
    const [found, missing] = [...responses.values()];
    expect(found && valueOf(found, dav('getetag'))).toBe(tags.get('ü.ics'));
    expect(found && valueOf(found, caldav('calendar-data'))).toBe(eventText('ü.ics'));
    expect(missing?.status).toBe(404);
  });

  it('keeps CR LF and markup through XML, so that the data match their ETag', async () => {
    const path = `${CALENDAR}markup.ics`;
    const text = eventText(
      'markup',
      'SUMMARY:<b>&amp;]]>\t"\'\u{1f600}',
      'DESCRIPTION:folded\r\n  here',
    );
    await server.send('PUT', path, { headers: ICALENDAR, body: text });
    const response = (await get([path], [caldav('calendar-data')])).get(path);
    expect(response && valueOf(response, caldav('calendar-data'))).toBe(text);
  });

  it('compares hrefs decoded, and echoes them as they were written', async () => {
    const spellings = [
      `${CALENDAR}d@e.ics`,
      `${CALENDAR}d%40e.ics`,
      `${CALENDAR}%64%40%65.ics`,
      `http://127.0.0.1:${server.port}${CALENDAR}d%40e.ics`,
      `https://other.example${CALENDAR}d@e.ics`,
      '/SOGo/dav/ALICE/Calendar/personal/d@e.ics',
      `${CALENDAR}b%20c.ics`,
    ];
    const responses = await get(spellings);
    expect([...responses.keys()]).toEqual(spellings);
    for (const [href, response] of responses) expect([href, response.status]).toEqual([href, 0]);
  });

  it('answers 404 for hrefs of other collections, other users, and of nothing', async () => {
    const contact = `${CONTACTS}a.ics`;
    await server.send('PUT', contact, { headers: VCARD, body: cardText('a') });
    await server.send('MKCALENDAR', '/SOGo/dav/alice/Calendar/other/');
    await server.send('PUT', '/SOGo/dav/alice/Calendar/other/a.ics', {
      headers: ICALENDAR,
      body: eventText('a'),
    });
    const hrefs = [
      contact,
      '/SOGo/dav/alice/Calendar/other/a.ics',
      '/SOGo/dav/bob@example.org/Calendar/personal/a.ics',
      '/SOGo/dav/nobody/Calendar/personal/a.ics',
      '/SOGo/dav/alice/Calendar/personal',
      CALENDAR,
      `${CALENDAR}a.ics/deeper`,
      `${CALENDAR}../personal/a.ics`,
      `${CALENDAR}%2e%2e`,
      `${CALENDAR}a%00.ics`,
      `${CALENDAR}%ff`,
      `${CALENDAR}x&y<z.ics`,
      'a.ics',
      'mailto:a.ics',
      '/elsewhere/a.ics',
    ];
    const responses = await get(hrefs);
    expect([...responses.keys()]).toEqual(hrefs);
    for (const [href, response] of responses) expect([href, response.status]).toEqual([href, 404]);
  });

  it('gives 404 in a propstat for properties an object lacks', async () => {
    const responses = await get(
      [`${CALENDAR}a.ics`],
      [dav('getetag'), '{urn:x}y', carddav('address-data')],
    );
    expect(responses.get(`${CALENDAR}a.ics`)?.statuses).toEqual({
      [dav('getetag')]: 200,
      '{urn:x}y': 404,
      [carddav('address-data')]: 404,
    });
  });

  it.each(['0', '1', 'infinity'])('pays no heed to Depth: %s', async (depth) => {
    const answered = await report(multigetBody('calendar', [`${CALENDAR}a.ics`]), { depth });
    expect(responsesOf(answered).size).toBe(1);
  });

  it('gives 404 for hrefs that PUT deleted meanwhile', async () => {
    const path = `${CALENDAR}gone.ics`;
    await server.send('PUT', path, { headers: ICALENDAR, body: eventText('gone') });
    await server.send('DELETE', path);
    expect((await get([path])).get(path)?.status).toBe(404);
  });

  it('answers large and small objects in one streamed answer', async () => {
    const large = eventText('large', `DESCRIPTION:${'x'.repeat(300_000)}`);
    const path = `${CALENDAR}large.ics`;
    await server.send('PUT', path, { headers: ICALENDAR, body: large });
    const responses = await get([`${CALENDAR}a.ics`, path], [caldav('calendar-data')]);
    const response = responses.get(path);
    expect(response && valueOf(response, caldav('calendar-data'))).toBe(large);
    expect(responses.size).toBe(2);
  });

  it('answers more hrefs than are looked up at a time, in order', async () => {
    const hrefs = Array.from(
      { length: 1200 },
      (_, at) => `${CALENDAR}${at === 1100 ? 'a' : `n${at}`}.ics`,
    );
    const responses = await get(hrefs);
    expect([...responses.keys()]).toEqual(hrefs);
    expect(responses.get(`${CALENDAR}a.ics`)?.status).toBe(0);
  });

  it('of nothing is answered with nothing', async () => {
    expect((await get([])).size).toBe(0);
  });

  it('with more hrefs than the limit is refused: number-of-matches-within-limits', async () => {
    const hrefs = Array.from({ length: 2001 }, (_, at) => `${CALENDAR}${at}.ics`);
    const answered = await report(multigetBody('calendar', hrefs));
    expect([answered.status, conditionsOf(answered)]).toEqual([
      403,
      [dav('number-of-matches-within-limits')],
    ]);
  });

  it.each([
    ['an empty href', multigetBody('calendar', [' '])],
    [
      'prop and allprop',
      multigetBody('calendar', ['/a']).replace('<D:prop>', '<D:allprop/><D:prop>'),
    ],
    ['XML that is cut off', multigetBody('calendar', ['/a']).slice(0, -3)],
    ['a document type', `<!DOCTYPE x [<!ENTITY e "e">]>${multigetBody('calendar', ['/a'])}`],
  ])('with %s is refused with 400', async (_, body) => {
    expect((await report(body)).status).toBe(400);
  });

  it('does not stand on address books, nor addressbook-multiget on calendars: supported-report', async () => {
    for (const [path, kind] of [
      [CONTACTS, 'calendar'],
      [CALENDAR, 'addressbook'],
    ] as const) {
      const answered = await server.send('REPORT', path, {
        headers: XML,
        body: multigetBody(kind, []),
      });
      expect([answered.status, conditionsOf(answered)]).toEqual([403, [dav('supported-report')]]);
    }
  });

  it('does not stand on collections that are not there', async () => {
    const body = multigetBody('calendar', [`${CALENDAR}a.ics`]);
    for (const path of [
      '/SOGo/dav/alice/Calendar/missing/',
      '/SOGo/dav/bob@example.org/Calendar/personal/',
    ])
      expect((await server.send('REPORT', path, { headers: XML, body })).status).toBe(404);
  });
});
