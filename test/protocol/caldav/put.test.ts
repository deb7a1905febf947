import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { caldav } from '../../../src/api/dav/xml/names.ts';
import { corpora, corpus } from '../../support/corpus.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, responsesOf } from '../../support/multistatus.ts';
import { CALENDAR, eventText, ICALENDAR, taskText } from '../../support/objects.ts';
import { sync } from '../../support/syncing.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav({ limits: { resource: 200_000 } });
});
afterAll(() => server.stop());

let count = 0;
let path = '';
let uid = '';
beforeEach(() => {
  count += 1;
  uid = `put-${count}`;
  path = `${CALENDAR}${uid}.ics`;
});

const put = (
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  at = path,
) => server.send('PUT', at, { headers: { ...ICALENDAR, ...headers }, body });

describe('storing a calendar object (RFC 4791 §5.3.2)', () => {
  it('answers 201 with the strong ETag of what it serves, then 204', async () => {
    const created = await put(eventText(uid));
    expect(created.status).toBe(201);
    expect(created.headers.etag).toMatch(/^"[\w-]{22}"$/);
    const got = await server.send('GET', path);
    expect(got.body).toBe(eventText(uid));
    expect(got.headers.etag).toBe(created.headers.etag);
    const replaced = await put(eventText(uid, 'SUMMARY:Lunch'));
    expect(replaced.status).toBe(204);
    expect(replaced.headers.etag).not.toBe(created.headers.etag);
  });

  it('of the same octets changes neither ETag nor sync-token', async () => {
    const { headers } = await put(eventText(uid));
    const { token } = await sync(server, CALENDAR, '');
    const again = await put(eventText(uid));
    expect([again.status, again.headers.etag]).toEqual([204, headers.etag]);
    expect((await sync(server, CALENDAR, token)).token).toBe(token);
  });

  it('keeps large objects octet for octet', async () => {
    const large = eventText(uid, `DESCRIPTION:${'Grüße '.repeat(20_000)}`);
    expect((await put(large)).status).toBe(201);
    expect((await server.send('GET', path)).body).toBe(large);
  });

  it('takes what it can read in any resource name', async () => {
    for (const name of [
      'no-extension',
      'a%20b%25.ics',
      '%C3%BC@x.ics',
      'a;b=c,d.ics',
      '%2B+~!.ics',
    ]) {
      const { status } = await put(eventText(`${uid}-${name}`), {}, CALENDAR + name);
      expect([name, status]).toEqual([name, 201]);
    }
    expect((await server.send('GET', `${CALENDAR}%C3%BC%40x.ics`)).status).toBe(200);
  });

  it('shows in the next listing and sync at once', async () => {
    const { token } = await sync(server, CALENDAR, '');
    const { headers } = await put(eventText(uid));
    expect((await sync(server, CALENDAR, token)).members).toEqual(new Map([[path, headers.etag]]));
    const listing = await server.send('PROPFIND', CALENDAR, { headers: { depth: '1' } });
    expect(responsesOf(listing).has(path)).toBe(true);
  });

  it.each([
    'text/calendar',
    'TEXT/Calendar;charset="UTF-8"',
    'text/calendar; component=VEVENT; charset=us-ascii',
  ])('takes the type %s', async (type) =>
    expect((await put(eventText(uid), { 'content-type': type })).status).toBe(201),
  );

  it('takes a body without Content-Type', async () => {
    const { status } = await server.send('PUT', path, { body: eventText(uid) });
    expect(status).toBe(201);
  });
});

describe('preconditions of PUT (RFC 9110 §13.1)', () => {
  it('If-None-Match: * creates and never replaces', async () => {
    expect((await put(eventText(uid), { 'if-none-match': '*' })).status).toBe(201);
    expect((await put(eventText(uid, 'SUMMARY:b'), { 'if-none-match': '*' })).status).toBe(412);
    expect((await server.send('GET', path)).body).toBe(eventText(uid));
  });

  it('If-Match replaces what the client knows, and nothing newer', async () => {
    const { headers } = await put(eventText(uid));
    const known = String(headers.etag);
    expect((await put(eventText(uid, 'SUMMARY:b'), { 'if-match': `"x" , ${known}` })).status).toBe(
      204,
    );
    expect((await put(eventText(uid, 'SUMMARY:c'), { 'if-match': known })).status).toBe(412);
    expect((await server.send('GET', path)).body).toBe(eventText(uid, 'SUMMARY:b'));
  });

  it('If-Match of a weak tag matches nothing (§13.1.1)', async () => {
    const { headers } = await put(eventText(uid));
    const { status } = await put(eventText(uid, 'SUMMARY:b'), { 'if-match': `W/${headers.etag}` });
    expect(status).toBe(412);
  });

  it('If-Match: * needs something to be there', async () => {
    expect((await put(eventText(uid), { 'if-match': '*' })).status).toBe(412);
  });

  it.each(['abc', '"abc', '"a" "b"', '*, "a"', '', ',', 'w/"a"', '"a"x'])(
    'If-Match: %j is no list of entity tags: 400',
    async (value) => {
      expect((await put(eventText(uid), { 'if-match': value })).status).toBe(400);
      expect((await put(eventText(uid), { 'if-none-match': value })).status).toBe(400);
      expect((await server.send('GET', path)).status).toBe(404);
    },
  );
});

describe.each(corpora('ical/bad'))('a PUT that fails %s (RFC 4791 §5.3.2.1)', (condition) => {
  it('is refused with 403 and that precondition, and stores nothing', async () => {
    for (const { name, text } of corpus(`ical/bad/${condition}`)) {
      const answered = await put(text);
      expect([name, answered.status]).toEqual([name, 403]);
      expect([name, ...conditionsOf(answered)]).toEqual([name, caldav(condition)]);
    }
    expect((await server.send('GET', path)).status).toBe(404);
  });
});

describe('a PUT that cannot be stored', () => {
  it.each(corpus('ical/good').filter(({ text }) => text.includes('VJOURNAL')))(
    'of a component the calendar does not take: supported-calendar-component ($name)',
    async ({ text }) => {
      const answered = await put(text);
      expect([answered.status, conditionsOf(answered)]).toEqual([
        403,
        [caldav('supported-calendar-component')],
      ]);
    },
  );

  it.each([
    'text/plain',
    'text/vcard',
    'application/octet-stream',
    'application/calendar+xml',
    'application/calendar+json; charset=iso-8859-1',
    'text/calendar; charset=iso-8859-1',
    'text/calendar; charset=utf-16',
  ])('of type %s: 403 supported-calendar-data', async (type) => {
    const answered = await put(eventText(uid), { 'content-type': type });
    expect([answered.status, conditionsOf(answered)]).toEqual([
      403,
      [caldav('supported-calendar-data')],
    ]);
  });

  it.each([
    ['broken UTF-8', Buffer.from(eventText('x', 'SUMMARY:\xff'), 'latin1')],
    ['an overlong encoding', Buffer.from(eventText('x', 'SUMMARY:\xc0\xaf'), 'latin1')],
    ['a surrogate', Buffer.from(eventText('x', 'SUMMARY:\xed\xa0\x80'), 'latin1')],
    ['UTF-16', Buffer.from(eventText('x'), 'utf16le')],
    ['nothing', Buffer.alloc(0)],
  ])('of %s: 403 valid-calendar-data', async (_, octets) => {
    const answered = await put(octets);
    expect([answered.status, conditionsOf(answered)]).toEqual([
      403,
      [caldav('valid-calendar-data')],
    ]);
  });

  it('over the limit: max-resource-size, and 413 as status', async () => {
    const answered = await put(eventText(uid, `DESCRIPTION:${'x'.repeat(200_000)}`));
    expect([answered.status, conditionsOf(answered)]).toEqual([413, [caldav('max-resource-size')]]);
  });

  it('with Content-Range: 400 (RFC 9110 §14.4)', async () => {
    expect((await put(eventText(uid), { 'content-range': 'bytes 0-9/100' })).status).toBe(400);
  });

  it('with a Content-Type that is none: 415', async () => {
    expect((await put(eventText(uid), { 'content-type': 'nonsense' })).status).toBe(415);
  });

  it('with Content-Encoding: 415 (RFC 9110 §8.4)', async () => {
    expect((await put(eventText(uid), { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  it('with the UID of another object: no-uid-conflict, which names it', async () => {
    await put(eventText(uid));
    const answered = await put(eventText(uid, 'SUMMARY:b'), {}, `${CALENDAR}other-${uid}.ics`);
    expect([answered.status, conditionsOf(answered)]).toEqual([403, [caldav('no-uid-conflict')]]);
    expect(answered.body).toContain(`<D:href>${path}</D:href>`);
  });

  it('with another UID than before: no-uid-conflict', async () => {
    await put(eventText(uid));
    const answered = await put(eventText(`${uid}-changed`));
    expect([answered.status, conditionsOf(answered)]).toEqual([403, [caldav('no-uid-conflict')]]);
  });

  it.each([
    [409, 'a missing collection', '/SOGo/dav/alice/Calendar/missing/a.ics'],
    [409, 'a path below an object', `${CALENDAR}a/b.ics`],
    [403, 'a home', '/SOGo/dav/alice/Calendar/a.ics'],
    [405, 'a collection', CALENDAR],
    [405, 'a home itself', '/SOGo/dav/alice/Calendar/'],
    [405, 'the principal', '/SOGo/dav/alice/'],
    [404, 'another user’s calendar', '/SOGo/dav/bob@example.org/Calendar/personal/a.ics'],
    [404, 'a calendar of nobody', '/SOGo/dav/nobody/Calendar/personal/a.ics'],
    [404, 'another user’s missing calendar', '/SOGo/dav/bob@example.org/Calendar/missing/a.ics'],
    [400, 'a dot segment', `${CALENDAR}../a.ics`],
    [400, 'an encoded dot segment', `${CALENDAR}%2e%2e/a.ics`],
    [400, 'an encoded slash', `${CALENDAR}a%2fb.ics`],
    [400, 'an encoded NUL', `${CALENDAR}a%00.ics`],
    [400, 'an encoded line feed', `${CALENDAR}a%0a.ics`],
    [400, 'broken percent encoding', `${CALENDAR}a%zz.ics`],
    [400, 'broken UTF-8', `${CALENDAR}%ff.ics`],
    [400, 'a double slash', `${CALENDAR}/a.ics`],
    [400, 'a name of 256 octets', `${CALENDAR}${'x'.repeat(256)}`],
  ])('gives %i for %s', async (status, _, at) => {
    expect((await put(eventText(uid), {}, at)).status).toBe(status);
  });

  it('says nothing different of other users’ calendars and of those that never were', async () => {
    const answers = await Promise.all(
      ['bob@example.org', 'nobody'].map((user) =>
        put(eventText(uid), {}, `/SOGo/dav/${user}/Calendar/personal/a.ics`),
      ),
    );
    const [one, other] = answers.map(({ status, body }) => ({ status, body }));
    expect(one).toEqual(other);
  });
});

describe('two kinds of components', () => {
  it('live in the personal calendar, each in an object of its own', async () => {
    expect((await put(taskText(uid))).status).toBe(201);
    expect((await server.send('GET', path)).headers['content-type']).toBe(
      'text/calendar; charset=utf-8; component=VTODO',
    );
  });
});
