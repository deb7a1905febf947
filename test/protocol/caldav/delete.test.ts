import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DavServer, startDav } from '../../support/dav.ts';
import { CALENDAR, eventText, ICALENDAR } from '../../support/objects.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const store = async (uid: string): Promise<string> => {
  const path = `${CALENDAR}${uid}.ics`;
  const { headers } = await server.send('PUT', path, { headers: ICALENDAR, body: eventText(uid) });
  return String(headers.etag);
};
const remove = (name: string, headers: Readonly<Record<string, string>> = {}) =>
  server.send('DELETE', `${CALENDAR}${name}`, { headers });

describe('DELETE of a calendar object (RFC 9110 §9.3.5)', () => {
  it('answers 204 and leaves nothing, then 404', async () => {
    await store('once');
    expect((await remove('once.ics')).status).toBe(204);
    expect((await server.send('GET', `${CALENDAR}once.ics`)).status).toBe(404);
    expect((await remove('once.ics')).status).toBe(404);
  });

  it('frees the name and the UID', async () => {
    await store('again');
    await remove('again.ics');
    const path = `${CALENDAR}renamed.ics`;
    const body = eventText('again');
    expect((await server.send('PUT', path, { headers: ICALENDAR, body })).status).toBe(201);
    expect(
      (
        await server.send('PUT', `${CALENDAR}again.ics`, {
          headers: ICALENDAR,
          body: eventText('x'),
        })
      ).status,
    ).toBe(201);
  });

  it('heeds If-Match (RFC 9110 §13.1.1)', async () => {
    const etag = await store('careful');
    expect((await remove('careful.ics', { 'if-match': '"x"' })).status).toBe(412);
    expect((await remove('careful.ics', { 'if-match': `W/${etag}` })).status).toBe(412);
    expect((await remove('careful.ics', { 'if-match': 'x' })).status).toBe(400);
    expect((await remove('careful.ics', { 'if-match': etag })).status).toBe(204);
    expect((await remove('careful.ics', { 'if-match': etag })).status).toBe(412);
  });

  it('heeds If-None-Match', async () => {
    const etag = await store('none');
    expect((await remove('none.ics', { 'if-none-match': etag })).status).toBe(412);
    expect((await remove('none.ics', { 'if-none-match': '*' })).status).toBe(412);
    expect((await remove('none.ics', { 'if-none-match': '"x"' })).status).toBe(204);
  });

  it('answers 404 alike for what is not there and for other users’ objects', async () => {
    const answers = await Promise.all(
      [
        '/SOGo/dav/alice/Calendar/missing/a.ics',
        '/SOGo/dav/bob@example.org/Calendar/personal/a.ics',
        '/SOGo/dav/nobody/Calendar/personal/a.ics',
      ].map((path) => server.send('DELETE', path)),
    );
    for (const { status, body } of answers) expect([status, body]).toEqual([404, answers[0]?.body]);
  });
});
