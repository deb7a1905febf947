import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prefers } from '../../../src/api/dav/preferences.ts';
import { caldav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { propfindBody, responseOf, responsesOf } from '../../support/multistatus.ts';
import {
  CALENDAR,
  eventText,
  ICALENDAR,
  multigetBody,
  syncBody,
  XML,
} from '../../support/objects.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  await server.send('PUT', `${CALENDAR}a.ics`, { headers: ICALENDAR, body: eventText('a') });
});
afterAll(() => server.stop());

const MINIMAL = { prefer: 'return=minimal' };
const REPRESENTATION = { prefer: 'return=representation' };
const nothingThere = caldav('nothing-there');
const setName = (name: string): string =>
  `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>${name}</D:prop></D:set></D:propertyupdate>`;

describe('Prefer (RFC 7240 §2)', () => {
  it.each<readonly [string, string, boolean]>([
    ['a token', 'return=minimal', true],
    ['any case', 'Return=Minimal', true],
    ['a quoted value', 'return="minimal"', true],
    ['blanks and parameters', ' wait=10 ,  return = minimal ; x=y', true],
    ['the first of two', 'return=minimal, return=representation', true],
    ['the second of two', 'return=representation, return=minimal', false],
    ['a name within another', 'xreturn=minimal', false],
    ['a comma in a quoted value', 'x="a, return=minimal"', false],
    ['nothing', '', false],
    ['nonsense', '=;,"', false],
  ])('is read with %s', (_, prefer, minimal) => {
    expect(prefers({ prefer }, 'return=minimal')).toBe(minimal);
  });

  it('may be said as Brief: t, but has the last word', () => {
    expect(prefers({ brief: 't' }, 'return=minimal')).toBe(true);
    expect(prefers({ brief: 'T ' }, 'return=minimal')).toBe(true);
    expect(prefers({ brief: 'f' }, 'return=minimal')).toBe(false);
    expect(prefers({ brief: 't', prefer: 'return=representation' }, 'return=minimal')).toBe(false);
  });
});

describe('return=minimal (RFC 8144 §2)', () => {
  const props = [dav('displayname'), nothingThere] as const;

  it.each([
    ['Prefer', MINIMAL, 'return=minimal'],
    ['Brief', { brief: 't' }, undefined],
  ])(
    'asked with %s leaves out of PROPFIND what is not there (§2.1)',
    async (_, headers, applied) => {
      const answered = await server.send('PROPFIND', CALENDAR, {
        headers: { depth: '0', ...headers },
        body: propfindBody(...props),
      });
      expect(responseOf(answered).statuses).toEqual({ [dav('displayname')]: 200 });
      expect(answered.headers['preference-applied']).toBe(applied);
      expect(answered.headers['vary']).toBe('Prefer, Brief');
    },
  );

  it('leaves an empty propstat where nothing is there at all', async () => {
    const answered = await server.send('PROPFIND', CALENDAR, {
      headers: { depth: '0', ...MINIMAL },
      body: propfindBody(nothingThere),
    });
    expect(responseOf(answered).statuses).toEqual({});
    expect(answered.body).toContain('<D:prop/><D:status>HTTP/1.1 200 OK');
  });

  it('is not done unasked, and Vary says that it might be', async () => {
    const answered = await server.send('PROPFIND', CALENDAR, {
      headers: { depth: '0' },
      body: propfindBody(...props),
    });
    expect(responseOf(answered).statuses[nothingThere]).toBe(404);
    expect(answered.headers['preference-applied']).toBeUndefined();
    expect(answered.headers['vary']).toBe('Prefer, Brief');
  });

  it.each([
    ['sync-collection', syncBody('', { props: [...props] })],
    ['calendar-multiget', multigetBody('calendar', [`${CALENDAR}a.ics`], [...props])],
  ])('leaves it out of %s', async (_, body) => {
    const answered = await server.send('REPORT', CALENDAR, {
      headers: { ...XML, ...MINIMAL },
      body,
    });
    expect(responseOf(answered).statuses).toEqual({});
    expect(answered.headers['preference-applied']).toBe('return=minimal');
  });

  it('answers a PROPPATCH that was followed with an empty 200, one that was not in full (§2.2)', async () => {
    const done = await server.send('PROPPATCH', CALENDAR, {
      headers: MINIMAL,
      body: setName('<D:displayname>New</D:displayname>'),
    });
    expect([done.status, done.body]).toEqual([200, '']);
    expect(done.headers['preference-applied']).toBe('return=minimal');
    const refused = await server.send('PROPPATCH', CALENDAR, {
      headers: MINIMAL,
      body: setName('<D:getetag>"x"</D:getetag>'),
    });
    expect(responseOf(refused).statuses).toEqual({ [dav('getetag')]: 403 });
    expect(refused.headers['preference-applied']).toBeUndefined();
  });

  it('is said to be applied by MKCALENDAR and MKCOL, which have nothing to say anyway (§2.3)', async () => {
    for (const [method, path] of [
      ['MKCALENDAR', '/SOGo/dav/alice/Calendar/new/'],
      ['MKCOL', '/SOGo/dav/alice/Contacts/new/'],
    ] as const) {
      const made = await server.send(method, path, { headers: MINIMAL });
      expect([made.status, made.body]).toEqual([201, '']);
      expect(made.headers['preference-applied']).toBe('return=minimal');
    }
  });
});

describe('depth-noroot (RFC 8144 §4)', () => {
  it('leaves the collection itself out of a PROPFIND with Depth 1', async () => {
    const headers = { depth: '1', prefer: 'depth-noroot, return=minimal' };
    const answered = await server.send('PROPFIND', CALENDAR, { headers });
    expect([...responsesOf(answered).keys()]).toEqual([`${CALENDAR}a.ics`]);
    expect(answered.headers['preference-applied']).toBe('return=minimal, depth-noroot');
  });

  it('means nothing with Depth 0', async () => {
    const headers = { depth: '0', prefer: 'depth-noroot' };
    const answered = await server.send('PROPFIND', CALENDAR, { headers });
    expect([...responsesOf(answered).keys()]).toEqual([CALENDAR]);
    expect(answered.headers['preference-applied']).toBeUndefined();
  });
});

describe('return=representation (RFC 8144 §3)', () => {
  it('gives back what a PUT stored, with 201 and 200', async () => {
    for (const [summary, status] of [
      ['first', 201],
      ['second', 200],
    ] as const) {
      const text = eventText('rep', `SUMMARY:${summary}`);
      const stored = await server.send('PUT', `${CALENDAR}rep.ics`, {
        headers: { ...ICALENDAR, ...REPRESENTATION },
        body: text,
      });
      expect([stored.status, stored.body]).toEqual([status, text]);
      expect(stored.headers['content-location']).toBe(`${CALENDAR}rep.ics`);
      expect(stored.headers['content-type']).toContain('text/calendar');
      expect(stored.headers['preference-applied']).toBe('return=representation');
      const { headers } = await server.send('HEAD', `${CALENDAR}rep.ics`);
      expect(stored.headers.etag).toBe(headers.etag);
    }
  });

  it('gives the object as it is where a precondition failed (§3.2)', async () => {
    const conditional = { ...ICALENDAR, ...REPRESENTATION, 'if-match': '"x"' };
    const sent = { headers: conditional, body: eventText('a', 'SUMMARY:mine') };
    const failed = await server.send('PUT', `${CALENDAR}a.ics`, sent);
    expect([failed.status, failed.body]).toEqual([412, eventText('a')]);
    const absent = await server.send('PUT', `${CALENDAR}absent.ics`, sent);
    expect(absent.status).toBe(412);
    expect(absent.headers['preference-applied']).toBeUndefined();
  });

  it('gives what a MOVE moved', async () => {
    await server.send('PUT', `${CALENDAR}m.ics`, { headers: ICALENDAR, body: eventText('m') });
    const moved = await server.send('MOVE', `${CALENDAR}m.ics`, {
      headers: { ...REPRESENTATION, destination: `${CALENDAR}n.ics` },
    });
    expect([moved.status, moved.body]).toEqual([201, eventText('m')]);
    expect(moved.headers['content-location']).toBe(`${CALENDAR}n.ics`);
  });

  it('is not done unasked', async () => {
    const stored = await server.send('PUT', `${CALENDAR}plain.ics`, {
      headers: ICALENDAR,
      body: eventText('plain'),
    });
    expect([stored.status, stored.body]).toEqual([201, '']);
  });
});
