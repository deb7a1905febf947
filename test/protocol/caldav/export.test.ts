import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { componentTexts } from '../../../src/domain/icalendar/components.ts';
import { scanContentLines } from '../../../src/domain/icalendar/content-lines.ts';
import { calendarServer } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { propfindBody, responseOf, valueOf } from '../../support/multistatus.ts';
import {
  CALENDAR,
  cardText,
  CONTACTS,
  eventText,
  ICALENDAR,
  VCARD,
} from '../../support/objects.ts';

const WHOLE = '/SOGo/dav/alice/Calendar/personal.ics';
const CARDS = '/SOGo/dav/alice/Contacts/personal.vcf';
const good = join(import.meta.dirname, '../../corpus/ical/good');

const zoned = (uid: string, tzid: string, summary: string): string =>
  eventText(uid, `SUMMARY:${summary}`)
    .replace('DTSTART:', `DTSTART;TZID=${tzid}:`)
    .replace('00Z\r\nSUMMARY', '00\r\nSUMMARY')
    .replace(
      'BEGIN:VEVENT',
      `BEGIN:VTIMEZONE\r\nTZID:${tzid}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT`,
    );

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  for (const [name, body] of [
    ['a.ics', zoned('a', 'Europe/Berlin', 'one')],
    ['b.ics', zoned('b', 'Europe/Berlin', 'two')],
    ['c.ics', zoned('c', 'Europe/Paris', 'three')],
    ['d.ics', eventText('d').replaceAll('\r\n', '\n')],
  ] as const)
    await server.send('PUT', `${CALENDAR}${name}`, { headers: ICALENDAR, body });
  for (const uid of ['jane', 'kim'])
    await server.send('PUT', `${CONTACTS}${uid}.vcf`, { headers: VCARD, body: cardText(uid) });
});
afterAll(() => server.stop());

const ctagOf = async (collection: string): Promise<string> => {
  const name = calendarServer('getctag');
  const answered = await server.send('PROPFIND', collection, {
    headers: { depth: '0' },
    body: propfindBody(name),
  });
  return valueOf(responseOf(answered), name) ?? '';
};
const count = (text: string, line: string): number => text.split(`${line}\r\n`).length - 1;

describe('GET of ID.ics beside a calendar', () => {
  it('is all of it as one VCALENDAR, each time zone once, with METHOD:PUBLISH and its name', async () => {
    const { status, headers, body } = await server.send('GET', WHOLE);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/calendar; charset=utf-8');
    expect(headers['content-disposition']).toContain('personal.ics');
    for (const line of ['METHOD:PUBLISH', 'X-WR-CALNAME:Personal Calendar', 'VERSION:2.0'])
      expect(body).toContain(`${line}\r\n`);
    expect(count(body, 'BEGIN:VCALENDAR')).toBe(1);
    expect(count(body, 'BEGIN:VEVENT')).toBe(4);
    expect(count(body, 'TZID:Europe/Berlin')).toBe(1);
    expect(count(body, 'TZID:Europe/Paris')).toBe(1);
    expect(body.replaceAll('\r\n', '')).not.toContain('\n');
    const lines: string[] = [];
    const wrong = scanContentLines(
      body,
      { groups: false, bareParameters: false, lines: 1000 },
      ({ name, value }) => {
        lines.push(`${name}:${value}`);
        return undefined;
      },
    );
    expect(wrong).toBeUndefined();
    expect([lines[0], lines.at(-1)]).toEqual(['BEGIN:VCALENDAR', 'END:VCALENDAR']);
  });

  it('has the ctag as its entity tag, and is not sent again while that stays (RFC 9110 §13.1.2)', async () => {
    const { headers } = await server.send('GET', WHOLE);
    expect(headers.etag).toBe(`"${await ctagOf(CALENDAR)}"`);
    const known = { 'if-none-match': String(headers.etag) };
    const unchanged = await server.send('GET', WHOLE, { headers: known });
    expect([unchanged.status, unchanged.body]).toEqual([304, '']);
    await server.send('PUT', `${CALENDAR}e.ics`, { headers: ICALENDAR, body: eventText('e') });
    const changed = await server.send('GET', WHOLE, { headers: known });
    expect(changed.status).toBe(200);
    expect(changed.body).toContain('UID:e\r\n');
    expect((await server.send('GET', WHOLE, { headers: { 'if-match': '"x"' } })).status).toBe(412);
  });

  it('answers HEAD without body', async () => {
    const { status, headers, body } = await server.send('HEAD', WHOLE);
    expect([status, body]).toEqual([200, '']);
    expect(headers.etag).toBe(`"${await ctagOf(CALENDAR)}"`);
  });

  it('is for reading only: no PUT, DELETE or MKCALENDAR there', async () => {
    for (const method of ['PUT', 'DELETE', 'MKCALENDAR', 'MOVE'])
      expect((await server.send(method, WHOLE)).status).toBe(405);
    const { headers } = await server.send('OPTIONS', WHOLE);
    expect(headers.allow).toBe('OPTIONS, GET, HEAD, PROPFIND, REPORT');
  });

  it('gives way to a calendar of that very name', async () => {
    await server.send('MKCALENDAR', '/SOGo/dav/alice/Calendar/work.ics/');
    const found = await server.send('PROPFIND', '/SOGo/dav/alice/Calendar/work.ics/', {
      headers: { depth: '0' },
    });
    expect(found.status).toBe(207);
  });

  it('is not there without its calendar, nor for anybody else', async () => {
    expect((await server.send('GET', '/SOGo/dav/alice/Calendar/none.ics')).status).toBe(404);
    expect(
      (await server.send('GET', '/SOGo/dav/bob@example.org/Calendar/personal.ics')).status,
    ).toBe(404);
    expect((await server.send('GET', '/SOGo/dav/alice/Calendar/personal.vcf')).status).toBe(404);
  });
});

describe('GET of ID.vcf beside an address book', () => {
  it('is all its cards, as they are', async () => {
    const { status, headers, body } = await server.send('GET', CARDS);
    expect([status, body]).toEqual([200, cardText('jane') + cardText('kim')]);
    expect(headers['content-type']).toBe('text/vcard; charset=utf-8');
    expect(headers.etag).toBe(`"${await ctagOf(CONTACTS)}"`);
  });
});

describe('the components of a calendar object', () => {
  it.each(readdirSync(good))('are all found, once, in %s', (file) => {
    const text = readFileSync(join(good, file), 'utf8');
    const rebuilt = componentTexts(text)
      .map((component) => component.text)
      .join('');
    const expected = text
      .replaceAll(/\r?\n/g, '\r\n')
      .replace(
        /^.*?(?=^B(?:\r\n )?E(?:\r\n )?G(?:\r\n )?I(?:\r\n )?N(?:\r\n )?:V(?!CALENDAR))/ims,
        '',
      );
    expect(expected.startsWith(rebuilt.slice(0, 40))).toBe(true);
    expect(rebuilt.length).toBeGreaterThan(30);
    const unfolded = (all: string): number =>
      all.replaceAll('\r\n ', '').match(/^BEGIN:/gim)?.length ?? 0;
    expect(unfolded(rebuilt)).toBe(unfolded(text.replaceAll(/\r?\n/g, '\r\n')) - 1);
  });
});
