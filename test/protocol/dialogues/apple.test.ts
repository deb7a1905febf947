import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  apple,
  caldav,
  calendarServer,
  carddav,
  dav,
  groupdav,
} from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  childNames,
  hrefsIn,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
} from '../../support/multistatus.ts';
import { eventText, ICALENDAR, multigetBody, syncBody, XML } from '../../support/objects.ts';

/** What Calendar and Contacts of iOS and macOS ask; they send `Brief` and `Prefer` with everything. */
let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const ask = (method: string, path: string, body: string, depth = '0') =>
  server.send(method, path, {
    headers: {
      ...XML,
      depth,
      brief: 't',
      prefer: 'return=minimal',
      'user-agent': 'iOS/17.5.1 (21F90) dataaccessd/1.0',
    },
    body,
  });

const HOME = '/SOGo/dav/alice/Calendar/';
const ID = 'E1C7B5F6-0F5B-4B5C-9C6E-5A4B0D0B5E11';

describe('Calendar', () => {
  it.each(['/', '/principals/', '/SOGo/dav/'])('finds the principal from %s', async (path) => {
    const asked = propfindBody(
      dav('current-user-principal'),
      dav('principal-URL'),
      dav('resourcetype'),
    );
    const found = responseOf(await ask('PROPFIND', path, asked));
    expect(hrefsIn(found, dav('current-user-principal'))).toEqual(['/SOGo/dav/alice/']);
    expect(found.statuses).toEqual({
      [dav('current-user-principal')]: 200,
      [dav('resourcetype')]: 200,
    });
  });

  it('reads in the first answer what the server can', async () => {
    const { headers } = await ask('PROPFIND', '/', propfindBody(dav('current-user-principal')));
    const features = String(headers['dav']).split(', ');
    expect(features).toEqual(expect.arrayContaining(['1', '3', 'calendar-access', 'addressbook']));
    expect(headers['dav']).toBe((await server.send('OPTIONS', '/')).headers['dav']);
  });

  it('reads the account, and is not told what is not there (RFC 8144 §2.1)', async () => {
    const here = [
      caldav('calendar-home-set'),
      caldav('calendar-user-address-set'),
      dav('current-user-principal'),
      dav('displayname'),
      calendarServer('email-address-set'),
      calendarServer('notification-URL'),
      dav('principal-collection-set'),
      dav('principal-URL'),
      dav('resource-id'),
      dav('supported-report-set'),
    ];
    const missing = [calendarServer('dropbox-home-URL'), caldav('max-attendees-per-instance')];
    const found = responseOf(
      await ask('PROPFIND', '/SOGo/dav/alice/', propfindBody(...here, ...missing)),
    );
    expect(found.statuses).toEqual(Object.fromEntries(here.map((name) => [name, 200])));
    expect(hrefsIn(found, dav('principal-URL'))).toEqual(['/SOGo/dav/alice/']);
    expect(hrefsIn(found, caldav('calendar-home-set'))).toEqual([HOME]);
  });

  it('makes a calendar under a name of its own, colours and orders it, and lists the home', async () => {
    const made = await ask(
      'MKCALENDAR',
      `${HOME}${ID}/`,
      `<B:mkcalendar xmlns:B="urn:ietf:params:xml:ns:caldav"><A:set xmlns:A="DAV:"><A:prop><B:supported-calendar-component-set><B:comp name="VEVENT"/></B:supported-calendar-component-set><A:displayname>Träume</A:displayname><D:calendar-color xmlns:D="http://apple.com/ns/ical/" symbolic-color="custom">#FF2968FF</D:calendar-color><B:calendar-free-busy-set><YES/></B:calendar-free-busy-set><D:calendar-order xmlns:D="http://apple.com/ns/ical/">5</D:calendar-order></A:prop></A:set></B:mkcalendar>`,
    );
    expect(made.status).toBe(201);
    const patched = await ask(
      'PROPPATCH',
      `${HOME}${ID}/`,
      '<A:propertyupdate xmlns:A="DAV:"><A:set><A:prop><D:calendar-color xmlns:D="http://apple.com/ns/ical/" symbolic-color="blue">#1BADF8FF</D:calendar-color></A:prop></A:set></A:propertyupdate>',
    );
    expect([patched.status, patched.body]).toEqual([200, '']);
    const listed = responsesOf(
      await ask(
        'PROPFIND',
        HOME,
        propfindBody(
          dav('displayname'),
          dav('resourcetype'),
          dav('sync-token'),
          dav('owner'),
          dav('quota-available-bytes'),
          apple('calendar-color'),
          apple('calendar-order'),
          calendarServer('getctag'),
          calendarServer('pushkey'),
          caldav('supported-calendar-component-set'),
        ),
        '1',
      ),
    );
    expect([...listed.keys()]).toEqual([HOME, `${HOME}${ID}/`, `${HOME}personal/`]);
    const calendar = listed.get(`${HOME}${ID}/`);
    if (calendar === undefined) throw new Error('the new calendar is not listed');
    expect(valueOf(calendar, dav('displayname'))).toBe('Träume');
    expect(valueOf(calendar, apple('calendar-color'))).toBe('#1BADF8FF');
    expect(valueOf(calendar, apple('calendar-order'))).toBe('5');
    expect(calendar.statuses[calendarServer('pushkey')]).toBeUndefined();
    expect(childNames(calendar, dav('resourcetype'))).toEqual([
      dav('collection'),
      caldav('calendar'),
      groupdav('vevent-collection'),
    ]);
    // A home has no token: there is nothing that could be asked for with it.
    expect(listed.get(HOME)?.statuses[calendarServer('getctag')]).toBeUndefined();
  });

  it('stores an event and fetches what is new', async () => {
    const name = `${HOME}${ID}/0A1B.ics`;
    const stored = await server.send('PUT', name, {
      headers: { ...ICALENDAR, 'if-none-match': '*' },
      body: eventText('0A1B'),
    });
    expect(stored.status).toBe(201);
    const synced = responsesOf(
      await ask(
        'REPORT',
        `${HOME}${ID}/`,
        syncBody('', { props: [dav('getcontenttype'), dav('getetag')] }),
        '1',
      ),
    );
    const event = synced.get(name);
    expect(event && valueOf(event, dav('getcontenttype'))).toMatch(/^text\/calendar;/);
    const fetched = responseOf(
      await ask(
        'REPORT',
        `${HOME}${ID}/`,
        multigetBody('calendar', [name], [dav('getetag'), caldav('calendar-data')]),
        '1',
      ),
    );
    expect(valueOf(fetched, dav('getetag'))).toBe(stored.headers.etag);
    expect(valueOf(fetched, caldav('calendar-data'))).toBe(eventText('0A1B'));
  });
});

describe('Contacts', () => {
  it('finds the address books with their limits', async () => {
    const principal = responseOf(
      await ask(
        'PROPFIND',
        '/principals/users/alice/',
        propfindBody(carddav('addressbook-home-set'), carddav('directory-gateway')),
      ),
    );
    const [home = ''] = hrefsIn(principal, carddav('addressbook-home-set'));
    const listed = responsesOf(
      await ask(
        'PROPFIND',
        home,
        propfindBody(
          dav('resourcetype'),
          dav('current-user-privilege-set'),
          carddav('max-resource-size'),
          carddav('max-image-size'),
          calendarServer('me-card'),
          '{http://me.com/_namespace/}bulk-requests',
        ),
        '1',
      ),
    );
    const book = listed.get(`${home}personal/`);
    expect(book?.statuses).toEqual({
      [dav('resourcetype')]: 200,
      [dav('current-user-privilege-set')]: 200,
      [carddav('max-resource-size')]: 200,
    });
  });
});
