import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav } from '../../../src/api/dav/xml/names.ts';
import { timeZonePlugin } from '../../../src/api/timezones/plugin.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { hrefsIn, propfindBody, responseOf } from '../../support/multistatus.ts';
import { CALENDAR } from '../../support/objects.ts';

let server: DavServer;
let blocked: number | undefined;
beforeAll(async () => {
  const guard = { tooManyFrom: () => blocked };
  server = await startDav({ parts: { plugins: [timeZonePlugin({ version: '1.2.3', guard })] } });
});
afterAll(() => server.stop());

const send = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  server.send(method, path, { headers, credentials: null });
const get = (path: string, headers: Record<string, string> = {}) =>
  send(`/SOGo/tz${path}`, headers);
const json = async (path: string) => JSON.parse((await get(path)).body) as unknown;
const tzids = async (path: string) =>
  ((await json(path)) as { timezones: { tzid: string }[] }).timezones.map(({ tzid }) => tzid);

describe('the time zone service (RFC 7808)', () => {
  it('is found from a calendar home (RFC 7809 §5.1)', async () => {
    const name = caldav('timezone-service-set');
    for (const path of ['/SOGo/dav/alice/Calendar/', CALENDAR]) {
      const options = { headers: { depth: '0' }, body: propfindBody(name) };
      const found = responseOf(await server.send('PROPFIND', path, options));
      expect(hrefsIn(found, name)).toEqual(['/SOGo/tz']);
    }
  });

  it.each([
    ['', ''],
    ['/capabilities', '/capabilities'],
    ['/zones?pattern=Europe*', '/zones?pattern=Europe*'],
    ['//example.org/', '//example.org/'],
  ])('is found at /.well-known/timezone%s (§4.2.1.3)', async (below, target) => {
    const { status, headers } = await send(`/.well-known/timezone${below}`);
    expect([status, headers.location]).toEqual([301, `/SOGo/tz${target}`]);
  });

  it('says what it can, and all that it says it can is there (§5.1)', async () => {
    const said = (await json('/capabilities')) as {
      version: number;
      info: { formats: string[]; 'primary-source': string };
      actions: { name: string; 'uri-template': string }[];
    };
    expect(said.version).toBe(1);
    expect(said.info).toMatchObject({ formats: ['text/calendar'] });
    expect(said.info['primary-source']).toMatch(/^IANA:20\d\d[a-z]/);
    expect(said.actions.map(({ name }) => name)).toEqual([
      'capabilities',
      'list',
      'get',
      'expand',
      'find',
    ]);
    for (const { 'uri-template': template } of said.actions) {
      const url = template
        .replace('{/tzid}', '/Asia%2FTokyo')
        .replace('{?start,end}', '?start=2026-01-01T00:00:00Z&end=2026-02-01T00:00:00Z')
        .replace('{?pattern}', '?pattern=UTC')
        .replace('{?changedsince}', '');
      expect([url, (await send(url)).status]).toEqual([url, 200]);
    }
  });

  it('lists all zones once, and none again whose token is known (§5.2)', async () => {
    const all = (await json('/zones')) as {
      synctoken: string;
      timezones: { tzid: string; 'last-modified': string }[];
    };
    expect(all.timezones.length).toBeGreaterThan(400);
    const berlin = all.timezones.filter((zone) => zone.tzid === 'Europe/Berlin');
    expect(berlin).toMatchObject([
      { etag: all.synctoken, publisher: 'IANA', version: process.versions['tz'] },
    ]);
    expect(berlin[0]?.['last-modified']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(await json(`/zones?changedsince=${all.synctoken}`)).toEqual({
      synctoken: all.synctoken,
      timezones: [],
    });
    expect(await tzids('/zones?changedsince=2019a-0.1')).toHaveLength(all.timezones.length);
  });

  it.each(['Europe%2FBerlin', 'Europe/Berlin'])('gives a zone: %s (§5.3)', async (written) => {
    const { status, headers, body } = await get(`/zones/${written}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'public, max-age=3600',
    });
    expect(body).toMatch(
      /^BEGIN:VCALENDAR\r\n[^]*\r\nTZID:Europe\/Berlin\r\n[^]*END:VCALENDAR\r\n$/,
    );
    expect(body).toContain('RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n');
    const { synctoken } = (await json('/zones')) as { synctoken: string };
    expect(headers.etag).toBe(`"${synctoken}"`);
  });

  it('says of another name whose it is (§7.2)', async () => {
    const { body } = await get('/zones/US%2FEastern');
    expect(body).toContain('TZID:US/Eastern\r\nTZID-ALIAS-OF:America/New_York\r\n');
  });

  it('gives it again only where it is another (RFC 9110 §13.1.2)', async () => {
    const path = '/zones/Europe%2FBerlin';
    const etag = String((await get(path)).headers.etag);
    for (const known of [etag, `"x", W/${etag}`, '*'])
      expect(await get(path, { 'if-none-match': known })).toMatchObject({ status: 304, body: '' });
    expect((await get(path, { 'if-none-match': '"x"' })).status).toBe(200);
    const list = await get('/zones');
    expect((await get('/zones', { 'if-none-match': String(list.headers.etag) })).status).toBe(304);
  });

  it('answers HEAD without a body, and no other method', async () => {
    const head = await send('/SOGo/tz/zones/UTC', {}, 'HEAD');
    expect([head.status, head.body]).toEqual([200, '']);
    const put = await server.send('PUT', '/SOGo/tz/zones/UTC', { body: 'x', credentials: null });
    expect([put.status, put.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('tells when the clocks change, from what they show at the start (§5.4)', async () => {
    const range = 'start=2008-01-01T00:00:00Z&end=2009-01-01T00:00:00Z';
    expect(await json(`/zones/America%2FNew_York/observances?${range}`)).toEqual({
      tzid: 'America/New_York',
      start: '2008-01-01T00:00:00Z',
      end: '2009-01-01T00:00:00Z',
      observances: [
        ['Standard', '2008-01-01T00:00:00Z', -18000, -18000],
        ['Daylight', '2008-03-09T07:00:00Z', -18000, -14400],
        ['Standard', '2008-11-02T06:00:00Z', -14400, -18000],
      ].map(([name, onset, from, to]) => ({
        name,
        onset,
        'utc-offset-from': from,
        'utc-offset-to': to,
      })),
    });
  });

  it('begins with the change itself where there is one at the start', async () => {
    const range = 'start=2008-03-09T07:00:00Z&end=2008-11-02T06:00:00Z';
    const { observances } = (await json(`/zones/America%2FNew_York/observances?${range}`)) as {
      observances: object[];
    };
    expect(observances).toEqual([
      {
        name: 'Daylight',
        onset: '2008-03-09T07:00:00Z',
        'utc-offset-from': -18000,
        'utc-offset-to': -14400,
      },
    ]);
  });

  it.each([
    ['Europe/Berlin', ['Europe/Berlin']],
    ['europe/berlin', ['Europe/Berlin']],
    ['America/New York', ['America/New_York']],
    ['america/new*', ['America/New_York']],
    ['*/Berlin', ['Europe/Berlin']],
    ['*erli*', ['Europe/Berlin']],
    ['Berl', []],
    ['Asia/Kolkata', ['Asia/Calcutta']],
    ['Neverland', []],
    ['*\\*', []],
    ['(.*)+', []],
  ])('finds zones like %s (§5.5)', async (pattern, expected) => {
    expect(await tzids(`/zones?pattern=${encodeURIComponent(pattern)}`)).toEqual(expected);
  });

  it.each([
    ['', 404, 'invalid-action'],
    ['/', 404, 'invalid-action'],
    ['/leapseconds', 404, 'invalid-action'],
    ['/zones/Neverland', 404, 'tzid-not-found'],
    ['/zones/W.%20Europe%20Standard%20Time', 404, 'tzid-not-found'],
    [`/zones/${'x'.repeat(101)}`, 404, 'tzid-not-found'],
    ['/zones/UTC%0D%0AX:1', 404, 'tzid-not-found'],
    ['/zones/UTC?start=2026-01-01T00:00:00Z', 400, 'invalid-start'],
    ['/zones/UTC?end=2026-01-01T00:00:00Z', 400, 'invalid-end'],
    ['/zones?changedsince=', 400, 'invalid-changedsince'],
    ['/zones?changedsince=a&changedsince=b', 400, 'invalid-changedsince'],
    ['/zones?pattern=', 400, 'invalid-pattern'],
    ['/zones?pattern=*', 400, 'invalid-pattern'],
    ['/zones?pattern=a&pattern=b', 400, 'invalid-pattern'],
    [`/zones?pattern=${'a'.repeat(101)}`, 400, 'invalid-pattern'],
    ['/zones/UTC/observances', 400, 'invalid-start'],
    ['/zones/UTC/observances?start=2026-02-30T00:00:00Z', 400, 'invalid-start'],
    ['/zones/UTC/observances?start=2026-02-01T00:00:00Z', 400, 'invalid-end'],
    [
      '/zones/UTC/observances?start=2026-02-01T00:00:00Z&end=2026-02-01T00:00:00Z',
      400,
      'invalid-end',
    ],
    [
      '/zones/UTC/observances?start=1026-02-01T00:00:00Z&end=2026-02-01T00:00:00Z',
      400,
      'invalid-end',
    ],
    ['/zones/X/observances?start=1026-02-01T00:00:00Z', 404, 'tzid-not-found'],
  ])('answers %s with a problem: %i %s (§5)', async (path, status, trouble) => {
    const refused = await get(path);
    expect([refused.status, refused.headers['content-type']]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    expect(JSON.parse(refused.body)).toMatchObject({
      type: `urn:ietf:params:tzdist:error:${trouble}`,
      status,
    });
  });

  it('answers broken percent encoding, and forms that it has not', async () => {
    expect((await get('/zones/%zz')).status).toBeLessThan(500);
    const refused = await get('/zones/UTC', { accept: 'application/tzif' });
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([
      406,
      { type: 'urn:ietf:params:tzdist:error:invalid-format' },
    ]);
  });

  it('answers nothing while too many requests come from an address (RFC 6585 §4)', async () => {
    blocked = 7;
    const { status, headers } = await get('/capabilities').finally(() => {
      blocked = undefined;
    });
    expect([status, headers['retry-after']]).toEqual([429, '7']);
  });
});
