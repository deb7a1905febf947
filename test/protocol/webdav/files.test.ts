import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { caldav, dav } from '../../../src/api/dav/xml/names.ts';
import { FILE_LIMITS } from '../../../src/domain/files/limits.ts';
import { type DavServer, type RequestOptions, startDav } from '../../support/dav.ts';
import {
  childNames,
  conditionsOf,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
} from '../../support/multistatus.ts';
import { CALENDAR, eventText, ICALENDAR, XML } from '../../support/objects.ts';

const FILES = '/SOGo/dav/alice/Files/';
const MOOD = '{urn:x}mood' as const;

let server: DavServer;
beforeAll(async () => {
  server = await startDav({ limits: { resource: 200_000 } });
});
afterAll(() => server.stop());

let number = 0;
let folder = '';
beforeEach(async () => {
  number += 1;
  folder = `${FILES}f${number}/`;
  expect((await server.send('MKCOL', folder)).status).toBe(201);
});

const put = (path: string, body: string | Uint8Array = path, more: RequestOptions = {}) =>
  server.send('PUT', path, { body, ...more });
const status = async (method: string, path: string, headers: Record<string, string> = {}) =>
  (await server.send(method, path, { headers })).status;
const list = async (path: string) => [
  ...responsesOf(await server.send('PROPFIND', path, { headers: { depth: '1' } })).keys(),
];
const proppatch = (path: string, content: string) =>
  server.send('PROPPATCH', path, {
    headers: XML,
    body: `<D:propertyupdate xmlns:D="DAV:" xmlns:x="urn:x">${content}</D:propertyupdate>`,
  });
const setMood = (path: string, mood: string) =>
  proppatch(path, `<D:set><D:prop><x:mood>${mood}</x:mood></D:prop></D:set>`);
const moodOf = async (path: string) =>
  valueOf(
    responseOf(
      await server.send('PROPFIND', path, {
        headers: { depth: '0', ...XML },
        body: propfindBody(MOOD),
      }),
    ),
    MOOD,
  );

describe('a file (RFC 4918 §9.7)', () => {
  it('is served octet for octet, under the type and with the tag it came with', async () => {
    const octets = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    const stored = await put(`${folder}a.bin`, octets, { headers: { 'content-type': 'x/y; a=b' } });
    expect(stored.status).toBe(201);
    const got = await server.send('GET', `${folder}a.bin`);
    expect(got.status).toBe(200);
    expect(got.headers['content-type']).toBe('x/y; a=b');
    expect(got.headers['etag']).toBe(stored.headers['etag']);
    expect(got.headers['content-length']).toBe('100000');
    const again = await put(`${folder}a.bin`, 'other');
    expect(again.status).toBe(204);
    expect((await server.send('GET', `${folder}a.bin`)).body).toBe('other');
  });

  it('is shown by browsers as nothing that could act for whoever reads it', async () => {
    await put(`${folder}a.html`, '<script>1</script>', {
      headers: { 'content-type': 'text/html' },
    });
    const { headers } = await server.send('GET', `${folder}a.html`);
    expect(headers['content-security-policy']).toBe("default-src 'none'; sandbox");
    expect(headers['x-content-type-options']).toBe('nosniff');
    await put(`${folder}b`, 'x', { headers: { 'content-type': `a/${'b'.repeat(100)}` } });
    expect((await server.send('HEAD', `${folder}b`)).headers['content-type']).toBe(
      'application/octet-stream',
    );
  });

  it('obeys preconditions (RFC 9110 §13.1) and the If header (RFC 4918 §10.4)', async () => {
    const path = `${folder}a`;
    const { etag = '' } = (await put(path, 'one')).headers;
    expect((await put(path, 'x', { headers: { 'if-none-match': '*' } })).status).toBe(412);
    expect((await put(path, 'x', { headers: { 'if-match': '"no"' } })).status).toBe(412);
    expect((await put(path, 'x', { headers: { if: '(["no"])' } })).status).toBe(412);
    expect(await status('GET', path, { 'if-none-match': etag })).toBe(304);
    expect(await status('GET', path, { 'if-match': '"no"' })).toBe(412);
    expect((await put(path, 'two', { headers: { if: `([${etag}])` } })).status).toBe(204);
    expect(await status('DELETE', path, { 'if-match': etag })).toBe(412);
    expect(await status('DELETE', path)).toBe(204);
    expect(await status('GET', path)).toBe(404);
  });

  it('has its bounds: 413 for one too large, 409 where no folder is, 405 for a folder, 400 for a part', async () => {
    const large = await put(`${folder}a`, new Uint8Array(200_001));
    expect(large.status).toBe(413);
    expect(conditionsOf(large)).toEqual([]);
    expect((await put(`${folder}none/a`)).status).toBe(409);
    await put(`${folder}a`);
    expect((await put(`${folder}a/b`)).status).toBe(409);
    expect((await put(folder)).status).toBe(405);
    expect((await put(FILES)).status).toBe(405);
    const part = { headers: { 'content-range': 'bytes 0-1/5' } };
    expect((await put(`${folder}a`, 'xx', part)).status).toBe(400);
  });

  it('is not deleted in the place of what a fragment points into (RFC 9112 §3.2)', async () => {
    expect(await status('DELETE', `${folder}#ment`)).toBe(400);
    expect(await list(folder)).toEqual([folder]);
  });
});

describe('a folder (RFC 4918 §9.3)', () => {
  it('nests, is listed, and is deleted with everything in it', async () => {
    expect(await status('MKCOL', `${folder}g/`)).toBe(201);
    await put(`${folder}g/a%20b`);
    expect(await status('MKCOL', `${folder}g`)).toBe(405);
    expect(await status('MKCOL', `${folder}none/g`)).toBe(409);
    expect(await list(folder)).toEqual([folder, `${folder}g/`]);
    expect(await list(`${folder}g/`)).toEqual([`${folder}g/`, `${folder}g/a%20b`]);
    expect(await status('DELETE', folder, { depth: '0' })).toBe(400);
    expect(await status('DELETE', folder)).toBe(204);
    expect(await status('PROPFIND', `${folder}g/a%20b`, { depth: '0' })).toBe(404);
    expect(await status('DELETE', FILES)).toBe(403);
  });

  it('is a collection and no calendar, and none can be made in it (RFC 4791 §4.2)', async () => {
    const response = responseOf(
      await server.send('PROPFIND', folder, { headers: { depth: '0' }, body: '' }),
    );
    expect(childNames(response, dav('resourcetype'))).toEqual([dav('collection')]);
    const refused = await server.send('MKCALENDAR', `${folder}calendar/`);
    expect(refused.status).toBe(403);
    expect(conditionsOf(refused)).toEqual([caldav('calendar-collection-location-ok')]);
    const extended = (type: string) =>
      server.send('MKCOL', `${folder}g/`, {
        headers: XML,
        body: `<D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:x="urn:x"><D:set><D:prop><D:resourcetype><D:collection/>${type}</D:resourcetype><x:mood>calm</x:mood></D:prop></D:set></D:mkcol>`,
      });
    const bad = await extended('<C:calendar/>');
    expect(bad.status).toBe(403);
    expect(bad.body).toContain('valid-resourcetype');
    expect((await extended('')).status).toBe(201);
    expect(await moodOf(`${folder}g/`)).toBe('calm');
  });

  it('has no listing of Depth infinity (RFC 4918 §9.1), and says how much room is left (RFC 4331)', async () => {
    expect(await status('PROPFIND', folder)).toBe(403);
    await put(`${folder}a`, 'x'.repeat(1000));
    const quota = responseOf(
      await server.send('PROPFIND', folder, {
        headers: { depth: '0', ...XML },
        body: propfindBody(dav('quota-used-bytes'), dav('quota-available-bytes')),
      }),
    );
    const used = Number(valueOf(quota, dav('quota-used-bytes')));
    expect(used).toBeGreaterThanOrEqual(1000);
    expect(valueOf(quota, dav('quota-available-bytes'))).toBe(String(FILE_LIMITS.octets - used));
  });
});

describe('COPY and MOVE among files (RFC 4918 §9.8, §9.9)', () => {
  const transfer = (method: string, from: string, to: string, headers = {}) =>
    server.send(method, from, { headers: { destination: `${server.url}${to}`, ...headers } });

  it('take properties along, say where to, and tell new from replaced', async () => {
    await put(`${folder}a`, 'text');
    await setMood(`${folder}a`, 'calm');
    const copied = await transfer('COPY', `${folder}a`, `${folder}b`);
    expect(copied.status).toBe(201);
    expect(copied.headers['location']).toBe(`${folder}b`);
    expect((await transfer('MOVE', `${folder}a`, `${folder}b`, { overwrite: 'F' })).status).toBe(
      412,
    );
    expect((await transfer('MOVE', `${folder}a`, `${folder}b`)).status).toBe(204);
    expect(await list(folder)).toEqual([folder, `${folder}b`]);
    expect(await moodOf(`${folder}b`)).toBe('calm');
    expect((await server.send('GET', `${folder}b`)).body).toBe('text');
  });

  it('take whole folders, and COPY with Depth 0 a folder alone', async () => {
    await server.send('MKCOL', `${folder}g/`);
    await put(`${folder}g/a`);
    const whole = await transfer('COPY', `${folder}g/`, `${folder}h/`);
    expect([whole.status, whole.headers['location']]).toEqual([201, `${folder}h/`]);
    expect((await transfer('COPY', `${folder}g/`, `${folder}i/`, { depth: '0' })).status).toBe(201);
    expect(await list(`${folder}h/`)).toEqual([`${folder}h/`, `${folder}h/a`]);
    expect(await list(`${folder}i/`)).toEqual([`${folder}i/`]);
    expect((await transfer('MOVE', `${folder}g/`, `${folder}i/g`)).status).toBe(201);
    expect(await list(`${folder}i/g`)).toEqual([`${folder}i/g`, `${folder}i/g/a`]);
    for (const [method, depth] of [
      ['COPY', '1'],
      ['MOVE', '0'],
    ] as const)
      expect((await transfer(method, `${folder}h/`, `${folder}j/`, { depth })).status).toBe(400);
  });

  it('stay among files: neither calendars nor homes are their place, nor the other way round', async () => {
    await put(`${folder}a`, eventText('x'), { headers: ICALENDAR });
    for (const to of [`${CALENDAR}a.ics`, '/SOGo/dav/alice/Calendar/', '/SOGo/dav/bob/Files/a'])
      expect([to, (await transfer('COPY', `${folder}a`, to)).status]).toEqual([to, 403]);
    expect((await transfer('COPY', `${folder}a`, `${folder}none/a`)).status).toBe(409);
    expect((await transfer('COPY', folder, `${folder}g/`)).status).toBe(403);
    await put(`${CALENDAR}x.ics`, eventText('x'), { headers: ICALENDAR });
    expect((await transfer('COPY', `${CALENDAR}x.ics`, `${folder}x.ics`)).status).toBe(403);
    await server.send('DELETE', `${CALENDAR}x.ics`);
  });
});

describe('dead properties of files (RFC 4918 §4.3)', () => {
  it('are set all or none (RFC 4918 §9.2), and read back as they came', async () => {
    await put(`${folder}a`);
    expect((await setMood(`${folder}a`, '<x:deep a="1">&lt;</x:deep>')).status).toBe(207);
    expect(await moodOf(`${folder}a`)).toBe('');
    const both = await proppatch(
      `${folder}a`,
      '<D:set><D:prop><x:mood>new</x:mood><D:getetag>1</D:getetag></D:prop></D:set>',
    );
    const { statuses } = responseOf(both);
    expect(statuses).toEqual({ [MOOD]: 424, '{DAV:}getetag': 403 });
    const all = await server.send('PROPFIND', `${folder}a`, { headers: { depth: '0' } });
    expect(all.body).toContain('<deep a="1">&lt;</deep>');
    expect(responseOf(all).statuses[MOOD]).toBe(200);
    await proppatch(`${folder}a`, '<D:remove><D:prop><x:mood/></D:prop></D:remove>');
    expect(await moodOf(`${folder}a`)).toBeUndefined();
  });

  it('are refused with 507 beyond their bounds', async () => {
    const many = Array.from({ length: FILE_LIMITS.properties + 1 }, (_, at) => `<x:p${at}/>`);
    const set = `<D:set><D:prop>${many.join('')}</D:prop></D:set>`;
    expect((await proppatch(folder, set)).status).toBe(507);
    expect((await setMood(folder, 'x'.repeat(FILE_LIMITS.itemCharacters))).status).toBe(507);
    expect(await moodOf(folder)).toBeUndefined();
  });
});

describe('files of others', () => {
  it('are nowhere, for whatever one does (as all that is somebody else’s)', async () => {
    const credentials = 'bob@example.org:secret';
    await put(`${folder}a`);
    for (const method of ['GET', 'PUT', 'DELETE', 'MKCOL', 'PROPFIND', 'PROPPATCH', 'COPY'])
      expect([
        method,
        (await server.send(method, `${folder}a`, { credentials, headers: { depth: '0' } })).status,
      ]).toEqual([method, 404]);
  });
});

describe('a tree that several requests change and read at once', () => {
  it('answers every request with at least what was there when it came', async () => {
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        expect((await put(`${folder}${index}`)).status).toBe(201);
        expect(await status('GET', `${folder}${index}`)).toBe(200);
      }),
    );
    expect((await list(folder)).length).toBe(41);
  });
});
