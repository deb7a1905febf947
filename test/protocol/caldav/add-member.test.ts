import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, hrefsIn, propfindBody, responseOf } from '../../support/multistatus.ts';
import {
  CALENDAR,
  cardText,
  CONTACTS,
  eventText,
  ICALENDAR,
  VCARD,
} from '../../support/objects.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const memberUrl = async (collection: string): Promise<string> => {
  const name = dav('add-member');
  const answered = await server.send('PROPFIND', collection, {
    headers: { depth: '0' },
    body: propfindBody(name),
  });
  return hrefsIn(responseOf(answered), name)[0] ?? '';
};

describe('POST to add-member (RFC 5995)', () => {
  it.each([
    [CALENDAR, eventText('event'), ICALENDAR, '.ics'],
    [CONTACTS, cardText('card'), VCARD, '.vcf'],
  ])(
    'of %s stores an object under a name of the server’s choice (§3)',
    async (collection, body, headers, ending) => {
      const url = await memberUrl(collection);
      expect(url).toBe(`${collection}?add-member`);
      const added = await server.send('POST', url, { headers, body });
      expect(added.status).toBe(201);
      const location = String(added.headers.location);
      expect(location.startsWith(collection) && location.endsWith(ending)).toBe(true);
      const found = await server.send('GET', location);
      expect([found.status, found.body]).toEqual([200, body]);
      expect(found.headers.etag).toBe(added.headers.etag);
    },
  );

  it('refuses what PUT would refuse', async () => {
    const url = await memberUrl(CALENDAR);
    const again = await server.send('POST', url, { headers: ICALENDAR, body: eventText('event') });
    expect(conditionsOf(again)).toEqual([caldav('no-uid-conflict')]);
    const nonsense = await server.send('POST', url, { headers: ICALENDAR, body: 'nonsense' });
    expect(conditionsOf(nonsense)).toEqual([caldav('valid-calendar-data')]);
  });

  it('stands at that URL only', async () => {
    const sent = { headers: ICALENDAR, body: eventText('elsewhere') };
    expect((await server.send('POST', CALENDAR, sent)).status).toBe(403);
    expect((await server.send('POST', '/SOGo/dav/alice/Calendar/?add-member', sent)).status).toBe(
      415,
    );
  });

  it('refuses If-Match, which nothing can match (§3.1)', async () => {
    const headers = { ...ICALENDAR, 'if-match': '*' };
    const sent = { headers, body: eventText('matched') };
    expect((await server.send('POST', await memberUrl(CALENDAR), sent)).status).toBe(400);
  });
});
