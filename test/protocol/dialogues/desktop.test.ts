import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav, calendarServer, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { propfindBody, responseOf, responsesOf, valueOf } from '../../support/multistatus.ts';
import {
  CALENDAR,
  cardText,
  CONTACTS,
  eventText,
  ICALENDAR,
  multigetBody,
  syncBody,
  VCARD,
  XML,
} from '../../support/objects.ts';
import { readSync } from '../../support/syncing.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const asking = (agent: string) => (method: string, path: string, depth: string, body: string) =>
  server.send(method, path, { headers: { ...XML, depth, 'user-agent': agent }, body });

describe('Thunderbird, given the URL of a calendar', () => {
  const ask = asking('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5');

  it('asks without credentials first, and is told how to authenticate', async () => {
    const refused = await server.send('PROPFIND', CALENDAR, { credentials: null });
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([
      401,
      'Basic realm="SOGo", charset="UTF-8"',
    ]);
  });

  it('reads the calendar, without the final slash too, and what the server can', async () => {
    const asked = propfindBody(
      dav('resourcetype'),
      dav('owner'),
      dav('current-user-principal'),
      dav('current-user-privilege-set'),
      dav('supported-report-set'),
      caldav('supported-calendar-component-set'),
      calendarServer('getctag'),
    );
    for (const path of [CALENDAR, CALENDAR.slice(0, -1)]) {
      const found = responseOf(await ask('PROPFIND', path, '0', asked));
      expect(new Set(Object.values(found.statuses))).toEqual(new Set([200]));
    }
    const { headers } = await server.send('OPTIONS', CALENDAR);
    expect(String(headers['dav']).split(', ')).toContain('calendar-access');
  });

  it('stores, follows changes by token, and deletes', async () => {
    const name = `${CALENDAR}t b+ü%25;.ics`;
    const path = encodeURI(name).replaceAll('%2525', '%25');
    const stored = await server.send('PUT', path, {
      headers: { ...ICALENDAR, 'if-none-match': '*' },
      body: eventText('thunder'),
    });
    expect(stored.status).toBe(201);
    const first = readSync(
      await ask(
        'REPORT',
        CALENDAR,
        '1',
        syncBody('', { props: [dav('getcontenttype'), dav('getetag')] }),
      ),
      CALENDAR,
    );
    const [href = ''] = first.members.keys();
    // However it was spelled, it is the same name.
    expect(decodeURIComponent(href)).toBe(decodeURIComponent(path));
    const fetched = responseOf(
      await ask(
        'REPORT',
        CALENDAR,
        '1',
        multigetBody('calendar', [href], [dav('getetag'), caldav('calendar-data')]),
      ),
    );
    expect(valueOf(fetched, dav('getetag'))).toBe(stored.headers.etag);
    const again = await server.send('PUT', path, {
      headers: { ...ICALENDAR, 'if-none-match': '*' },
      body: eventText('thunder', 'SUMMARY:x'),
    });
    expect(again.status).toBe(412);
    const deleted = await server.send('DELETE', href, {
      headers: { 'if-match': String(stored.headers.etag) },
    });
    expect(deleted.status).toBe(204);
    const next = readSync(await ask('REPORT', CALENDAR, '1', syncBody(first.token)), CALENDAR);
    expect([...next.members]).toEqual([[href, 'gone']]);
  });
});

describe('Evolution, given the URL of an address book', () => {
  const ask = asking('Evolution/3.46.4');

  it('takes it for writable by its privileges, or else by Allow', async () => {
    const { headers } = await server.send('OPTIONS', CONTACTS);
    expect(String(headers['dav']).split(', ')).toContain('addressbook');
    expect(String(headers.allow).split(', ')).toContain('DELETE');
    const found = await ask(
      'PROPFIND',
      CONTACTS,
      '0',
      propfindBody(dav('current-user-privilege-set')),
    );
    expect(found.body).toContain('<D:privilege><D:write-content/></D:privilege>');
  });

  it('compares the tag of the whole, then the tags of all, and gets one by one', async () => {
    const tag = async () =>
      valueOf(
        responseOf(await ask('PROPFIND', CONTACTS, '0', propfindBody(calendarServer('getctag')))),
        calendarServer('getctag'),
      );
    const before = await tag();
    expect(await tag()).toBe(before);
    const stored = await server.send('PUT', `${CONTACTS}pas-id-1.vcf`, {
      headers: { ...VCARD, 'if-none-match': '*' },
      body: cardText('pas-id-1'),
    });
    expect(await tag()).not.toBe(before);
    const listed = responsesOf(
      await ask('PROPFIND', CONTACTS, '1', propfindBody(dav('resourcetype'), dav('getetag'))),
    );
    expect([...listed.keys()]).toEqual([CONTACTS, `${CONTACTS}pas-id-1.vcf`]);
    const got = await server.send('GET', `${CONTACTS}pas-id-1.vcf`);
    expect([got.status, got.headers.etag, got.body]).toEqual([
      200,
      stored.headers.etag,
      cardText('pas-id-1'),
    ]);
  });
});

describe('python-caldav', () => {
  const ask = asking('python-caldav/0.11.0');

  it('sends Depth 1 with a sync-collection that says sync-level 1', async () => {
    const answered = await ask('REPORT', CALENDAR, '1', syncBody(''));
    expect(answered.status).toBe(207);
  });

  it('is told that a calendar is there already with 405 (RFC 4918 §9.3.1)', async () => {
    const { status } = await ask('MKCALENDAR', CALENDAR, '0', '');
    expect(status).toBe(405);
  });
});
