import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MEMBER_PROPERTY_LIMITS } from '../../../src/domain/collection/member-properties.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { propfindBody, responseOf, responsesOf, valueOf } from '../../support/multistatus.ts';
import {
  CALENDAR,
  cardText,
  CONTACTS,
  eventText,
  ICALENDAR,
  VCARD,
  XML,
} from '../../support/objects.ts';

const MOOD = '{urn:x}mood' as const;
const OTHER = '/SOGo/dav/alice/Calendar/other/';
const FRIENDS = '/SOGo/dav/alice/Contacts/friends/';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  await server.send('MKCALENDAR', OTHER);
  await server.send('MKCOL', FRIENDS);
});
afterAll(() => server.stop());

const proppatch = (path: string, content: string, headers: Record<string, string> = {}) =>
  server.send('PROPPATCH', path, {
    headers: { ...XML, ...headers },
    body: `<D:propertyupdate xmlns:D="DAV:" xmlns:x="urn:x">${content}</D:propertyupdate>`,
  });
const setMood = (path: string, mood: string, headers = {}) =>
  proppatch(path, `<D:set><D:prop><x:mood>${mood}</x:mood></D:prop></D:set>`, headers);
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

let number = 0;
describe.each([
  ['a calendar object', CALENDAR, OTHER, ICALENDAR, eventText, 'ics'],
  ['an address object', CONTACTS, FRIENDS, VCARD, cardText, 'vcf'],
] as const)('dead properties of %s (RFC 4918 §4.3)', (_, home, other, type, text, ending) => {
  let name = '';
  let path = '';
  const put = (...more: readonly string[]) =>
    server.send('PUT', path, { headers: type, body: text(name, ...more) });
  beforeEach(async () => {
    number += 1;
    name = `object-${number}`;
    path = `${home}${name}.${ending}`;
    expect((await put()).status).toBe(201);
  });

  it('are set, listed and taken away; the object and its tag stay', async () => {
    const { etag } = (await server.send('GET', path)).headers;
    expect((await setMood(path, 'calm')).status).toBe(207);
    expect(await moodOf(path)).toBe('calm');
    const listed = await server.send('PROPFIND', home, {
      headers: { depth: '1', ...XML },
      body: propfindBody(MOOD),
    });
    const response = responsesOf(listed).get(path);
    expect(response && valueOf(response, MOOD)).toBe('calm');
    const all = await server.send('PROPFIND', path, { headers: { depth: '0' } });
    expect(responseOf(all).statuses[MOOD]).toBe(200);
    const got = await server.send('GET', path);
    expect([got.headers.etag, got.body]).toEqual([etag, text(name)]);
    await proppatch(path, '<D:remove><D:prop><x:mood/></D:prop></D:remove>');
    expect(await moodOf(path)).toBeUndefined();
  });

  it('are set all or none (§9.2), and not where the object is none or another', async () => {
    const both = await proppatch(
      path,
      '<D:set><D:prop><x:mood>new</x:mood><D:getetag>1</D:getetag></D:prop></D:set>',
    );
    expect(responseOf(both).statuses).toEqual({ [MOOD]: 424, '{DAV:}getetag': 403 });
    expect(await moodOf(path)).toBeUndefined();
    expect((await setMood(path, 'x', { 'if-match': '"other"' })).status).toBe(412);
    expect((await setMood(`${home}nothing.${ending}`, 'x')).status).toBe(404);
  });

  it('outlive a PUT (§9.7.1), and go with COPY and MOVE (§9.8.2, §9.9.1)', async () => {
    await setMood(path, 'calm');
    expect((await put('NOTE:new')).status).toBe(204);
    expect(await moodOf(path)).toBe('calm');
    const to = `${other}${name}.${ending}`;
    const headers = { destination: `${server.url}${to}` };
    expect((await server.send('COPY', path, { headers })).status).toBe(201);
    expect(await moodOf(to)).toBe('calm');
    await setMood(path, 'busy');
    expect((await server.send('MOVE', path, { headers })).status).toBe(204);
    expect(await moodOf(to)).toBe('busy');
    const renamed = `${other}${name}-again.${ending}`;
    await server.send('MOVE', to, { headers: { destination: `${server.url}${renamed}` } });
    expect(await moodOf(renamed)).toBe('busy');
  });

  it('go with the object when it is deleted', async () => {
    await setMood(path, 'calm');
    await server.send('DELETE', path);
    await put();
    expect(await moodOf(path)).toBeUndefined();
  });

  it('are refused with 507 beyond their bounds', async () => {
    const many = Array.from({ length: MEMBER_PROPERTY_LIMITS.properties + 1 }, (__, at) => at);
    const set = many.map((at) => `<x:p${at}/>`).join('');
    const answered = await proppatch(path, `<D:set><D:prop>${set}</D:prop></D:set>`);
    expect(answered.status).toBe(507);
    expect((await setMood(path, 'x'.repeat(MEMBER_PROPERTY_LIMITS.characters))).status).toBe(507);
    expect(await moodOf(path)).toBeUndefined();
  });

  it('of two who change different ones at once, both stay', async () => {
    const set = (at: number) => `<D:set><D:prop><x:p${at}>1</x:p${at}></D:prop></D:set>`;
    const answers = await Promise.all([1, 2, 3, 4, 5].map((at) => proppatch(path, set(at))));
    expect(answers.map(({ status }) => status)).toEqual([207, 207, 207, 207, 207]);
    const all = await server.send('PROPFIND', path, { headers: { depth: '0' } });
    for (const at of [1, 2, 3, 4, 5]) expect(responseOf(all).statuses[`{urn:x}p${at}`]).toBe(200);
  });
});
