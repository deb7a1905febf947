import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CALENDAR,
  CONTACTS,
  cardText,
  eventText,
  ICALENDAR,
  VCARD,
  XML,
} from '../support/objects.ts';
import { type Program, program } from '../support/program.ts';

const mine = (path: string): string => path.replace('/alice/', '/ada/');
const OTHER = mine('/SOGo/dav/alice/Calendar/other/');
const CARDS = 1_200;

describe('the program itself, over PostgreSQL', () => {
  let server: Program;
  beforeAll(async () => {
    server = await program();
    await server.start();
    await server.request('MKCALENDAR', OTHER);
  }, 120_000);
  afterAll(() => server?.discard(), 60_000);

  it('moves an event between calendars, exports both, and the log agrees with what is shown', async () => {
    const from = mine(`${CALENDAR}moved.ics`);
    await server.request('PUT', from, { headers: ICALENDAR, body: eventText('moved') });
    const moved = await server.request('MOVE', from, {
      headers: { destination: `${server.origin}${OTHER}moved.ics` },
    });
    expect(moved.status).toBe(201);
    expect((await server.request('GET', from)).status).toBe(404);
    const whole = await server.request('GET', `${OTHER.slice(0, -1)}.ics`);
    expect(await whole.text()).toContain('UID:moved\r\n');
    const again = { headers: { 'if-none-match': String(whole.headers.get('etag')) } };
    expect((await server.request('GET', `${OTHER.slice(0, -1)}.ics`, again)).status).toBe(304);
    const printed = await server.daybook(['log', '--collection', 'ada/Calendar/other']);
    expect(printed.out).toContain('movedFrom');
    const verified = await server.daybook(['verify']);
    expect(verified.code, verified.out + verified.err).toBe(0);
  }, 60_000);

  it('finds cards among more than a page of them (RFC 6352 §8.6)', async () => {
    const numbers = Array.from({ length: CARDS }, (_, number) => number);
    for (let from = 0; from < CARDS; from += 50)
      await Promise.all(
        numbers.slice(from, from + 50).map((number) =>
          server.request('PUT', mine(`${CONTACTS}${number}.vcf`), {
            headers: VCARD,
            body: cardText(`card-${number}`, `EMAIL:user${number}@example.org`),
          }),
        ),
      );
    const found = await server.request('REPORT', mine(CONTACTS), {
      headers: { ...XML, depth: '1' },
      body: '<C:addressbook-query xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:D="DAV:"><D:prop><D:getetag/></D:prop><C:filter><C:prop-filter name="EMAIL"><C:text-match match-type="ends-with">9@EXAMPLE.ORG</C:text-match></C:prop-filter></C:filter></C:addressbook-query>',
    });
    const body = await found.text();
    expect(body.match(/<D:response>/g)).toHaveLength(CARDS / 10);
  }, 60_000);
});
