import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DavServer, startDav } from '../../support/dav.ts';
import { CALENDAR, eventText, ICALENDAR } from '../../support/objects.ts';

const path = `${CALENDAR}lunch.ics`;
const text = eventText('lunch', 'SUMMARY:Mittagessen im Café');
let server: DavServer;
let etag = '';
beforeAll(async () => {
  server = await startDav();
  const { headers } = await server.send('PUT', path, { headers: ICALENDAR, body: text });
  etag = String(headers.etag);
});
afterAll(() => server.stop());

const get = (headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  server.send(method, path, { headers });

describe('GET of a calendar object (RFC 4791 §5.3.4)', () => {
  it('serves the octets that were stored, with their type, length, ETag and date', async () => {
    const { status, headers, body } = await get();
    expect(status).toBe(200);
    expect(body).toBe(text);
    expect(headers).toMatchObject({
      etag,
      'content-type': 'text/calendar; charset=utf-8; component=VEVENT',
      'content-length': String(Buffer.byteLength(text)),
    });
    expect(Math.abs(Date.parse(String(headers['last-modified'])) - Date.now())).toBeLessThan(
      60_000,
    );
  });

  it('as HEAD gives the same headers and no body (RFC 9110 §9.3.2)', async () => {
    const [full, bare] = await Promise.all([get(), get({}, 'HEAD')]);
    expect(bare.status).toBe(200);
    expect(bare.body).toBe('');
    for (const name of ['etag', 'last-modified', 'content-type', 'content-length'])
      expect([name, bare.headers[name]]).toEqual([name, full.headers[name]]);
  });

  it('serves the whole to those who ask for a range (RFC 9110 §14.2)', async () => {
    const { status, body } = await get({ range: 'bytes=0-9' });
    expect([status, body]).toEqual([200, text]);
  });

  it.each(['GET', 'HEAD'])('answers %s of what is not there with 404', async (method) => {
    for (const at of [
      `${CALENDAR}missing.ics`,
      '/SOGo/dav/alice/Calendar/missing/lunch.ics',
      '/SOGo/dav/bob@example.org/Calendar/personal/lunch.ics',
    ])
      expect([at, (await server.send(method, at)).status]).toEqual([at, 404]);
  });

  it('of a collection is not allowed, and Allow says what is (RFC 9110 §15.5.6)', async () => {
    const { status, headers } = await server.send('GET', CALENDAR);
    expect(status).toBe(405);
    expect(headers.allow).toContain('PROPFIND');
    expect(headers.allow?.split(', ')).not.toContain('GET');
  });
});

describe('conditional GET (RFC 9110 §13)', () => {
  it('answers 304 with validators and no body to If-None-Match of the tag, weak or strong', async () => {
    for (const value of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const { status, headers, body } = await get({ 'if-none-match': value });
      expect([value, status, headers.etag, body]).toEqual([value, 304, etag, '']);
    }
    expect((await get({ 'if-none-match': etag }, 'HEAD')).status).toBe(304);
  });

  it('answers 200 to If-None-Match of other tags', async () => {
    expect((await get({ 'if-none-match': '"x", "y"' })).status).toBe(200);
  });

  it('answers 412 to If-Match of other tags, also where nothing is', async () => {
    expect((await get({ 'if-match': '"x"' })).status).toBe(412);
    expect((await get({ 'if-match': `W/${etag}` })).status).toBe(412);
    expect((await get({ 'if-match': etag })).status).toBe(200);
    const headers = { 'if-match': '*' };
    expect((await server.send('GET', `${CALENDAR}missing.ics`, { headers })).status).toBe(412);
  });

  it('answers 304 to If-Modified-Since of its date, and 200 of an earlier one', async () => {
    const modified = String((await get()).headers['last-modified']);
    expect((await get({ 'if-modified-since': modified })).status).toBe(304);
    const before = new Date(Date.parse(modified) - 1000).toUTCString();
    expect((await get({ 'if-modified-since': before })).status).toBe(200);
  });

  it('ignores If-Modified-Since beside If-None-Match, and when it is no date (§13.1.3)', async () => {
    const future = new Date(Date.now() + 60_000).toUTCString();
    const both = { 'if-modified-since': future, 'if-none-match': '"x"' };
    expect((await get(both)).status).toBe(200);
    expect((await get({ 'if-modified-since': 'yesterday' })).status).toBe(200);
  });

  it('answers 400 to a header that is no list of tags', async () => {
    expect((await get({ 'if-none-match': 'abc' })).status).toBe(400);
  });
});
