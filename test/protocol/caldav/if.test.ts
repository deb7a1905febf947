import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readIfHeader } from '../../../src/api/dav/if-header.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { CALENDAR, eventText, ICALENDAR, syncBody, XML } from '../../support/objects.ts';

let server: DavServer;
let etag = '';
let other = '';
beforeAll(async () => {
  server = await startDav();
  const stored = await server.send('PUT', `${CALENDAR}b.ics`, {
    headers: ICALENDAR,
    body: eventText('b'),
  });
  other = String(stored.headers.etag);
});
afterAll(() => server.stop());
beforeEach(async () => {
  const { headers } = await server.send('PUT', `${CALENDAR}a.ics`, {
    headers: ICALENDAR,
    body: eventText('a'),
  });
  etag = String(headers.etag);
});

const put = (condition: string, path = `${CALENDAR}a.ics`, body = eventText('a')) =>
  server.send('PUT', path, { headers: { ...ICALENDAR, if: condition }, body });

describe('the If header (RFC 4918 §10.4)', () => {
  it.each<readonly [string, () => string, number]>([
    ['its entity tag', () => `([${etag}])`, 204],
    ['another entity tag', () => '(["other"])', 412],
    ['not its entity tag', () => `(Not [${etag}])`, 412],
    ['not another entity tag', () => '(not ["other"])', 204],
    ['a weak tag never matches (§10.4.4)', () => `([W/${etag}])`, 412],
    ['not a weak tag', () => `(Not [W/${etag}])`, 204],
    ['a lock token: nothing is ever locked', () => '(<urn:uuid:181d4fae-7d8c>)', 412],
    ['DAV:no-lock is no token of anything (§10.4.8)', () => '(<DAV:no-lock>)', 412],
    ['not DAV:no-lock', () => '(Not <DAV:no-lock>)', 204],
    ['all of a list', () => `([${etag}] <urn:uuid:1>)`, 412],
    ['all of a list, which hold', () => `([${etag}] Not <urn:uuid:1>)`, 204],
    ['one of several lists', () => `(["other"]) (<urn:uuid:1>) ([${etag}])`, 204],
    ['none of several lists', () => '(["other"]) (<urn:uuid:1>)', 412],
    ['a list about itself by path', () => `<${CALENDAR}a.ics> ([${etag}])`, 204],
    ['a list about itself by URI', () => `<${server.url}${CALENDAR}a.ics> (["other"])`, 412],
    ['a list about another resource', () => `<${CALENDAR}b.ics> ([${other}])`, 204],
    ['a list about another resource that fails', () => `<${CALENDAR}b.ics> ([${etag}])`, 412],
    [
      'lists about several resources, one of which holds',
      () => `<${CALENDAR}b.ics> (["x"]) <${CALENDAR}a.ics> (["x"]) ([${etag}])`,
      204,
    ],
    ['a resource that is not there', () => `<${CALENDAR}none.ics> (["x"])`, 412],
    ['the absence of a resource', () => `<${CALENDAR}none.ics> (Not ["x"])`, 204],
    [
      'somebody else’s resource, like one that is not there',
      () => '<http://x/SOGo/dav/bob@example.org/Calendar/personal/a.ics> (["x"])',
      412,
    ],
  ])('heeds %s', async (_, condition, status) => {
    expect((await put(condition())).status).toBe(status);
  });

  it.each([
    '()',
    '(',
    '(["a"]',
    '["a"]',
    '(a)',
    '(<>)',
    '(Not)',
    '([a])',
    '(["a"]) x',
    '<http://x/>',
    '(["a"]) <http://x/> (["a"])',
    '',
  ])('that is malformed is refused with 400: %s', async (condition) => {
    expect((await put(condition)).status).toBe(400);
  });

  it('is heeded by every method', async () => {
    for (const [method, path] of [
      ['DELETE', `${CALENDAR}a.ics`],
      ['GET', `${CALENDAR}a.ics`],
      ['COPY', `${CALENDAR}a.ics`],
      ['PROPFIND', CALENDAR],
      ['PROPPATCH', CALENDAR],
      ['DELETE', CALENDAR],
      ['MKCALENDAR', '/SOGo/dav/alice/Calendar/new/'],
    ] as const) {
      const { status } = await server.send(method, path, { headers: { if: '(["x"])' } });
      expect(`${method} ${path} ${status}`).toBe(`${method} ${path} 412`);
    }
    expect((await server.send('GET', `${CALENDAR}a.ics`)).status).toBe(200);
  });

  it('stands beside If-Match: both have to hold', async () => {
    const headers = { ...ICALENDAR, if: `([${etag}])`, 'if-match': '"other"' };
    const sent = { headers, body: eventText('a', 'SUMMARY:new') };
    expect((await server.send('PUT', `${CALENDAR}a.ics`, sent)).status).toBe(412);
  });

  it('is judged again when the change is made: of two writers one wins', async () => {
    const writers = ['one', 'two'].map((summary) =>
      put(`([${etag}])`, `${CALENDAR}a.ics`, eventText('a', `SUMMARY:${summary}`)),
    );
    const statuses = (await Promise.all(writers)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([204, 412]);
  });

  it('may have a collection’s sync token for a state token (RFC 6578 §5)', async () => {
    const sync = await server.send('REPORT', CALENDAR, { headers: XML, body: syncBody('') });
    const token = /<D:sync-token>(.*?)</.exec(sync.body)?.[1] ?? '';
    const condition = `<${CALENDAR}> (<${token}>)`;
    expect((await put(condition, `${CALENDAR}a.ics`, eventText('a', 'SUMMARY:1'))).status).toBe(
      204,
    );
    expect((await put(condition, `${CALENDAR}a.ics`, eventText('a', 'SUMMARY:2'))).status).toBe(
      412,
    );
    const untagged = await server.send('PROPFIND', CALENDAR, {
      headers: { depth: '0', if: `(Not <${token}>)` },
    });
    expect(untagged.status).toBe(207);
  });

  it('about more resources than are looked up fails', async () => {
    const lists = Array.from({ length: 21 }, (_, i) => `<${CALENDAR}${i}.ics> (Not ["x"])`);
    expect((await put(lists.join(' '))).status).toBe(412);
  });

  it('is read in time that grows with its length alone', () => {
    const started = performance.now();
    expect(() => readIfHeader(`${'(["a"] '.repeat(50_000)}`)).toThrow();
    expect(readIfHeader('(["a"])'.repeat(50_000))).toHaveLength(50_000);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
