import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Services } from '../../../src/api/services.ts';
import { caldav, carddav } from '../../../src/api/dav/xml/names.ts';
import { StoreUnavailable } from '../../../src/domain/kernel/event-store.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, responsesOf } from '../../support/multistatus.ts';
import {
  CALENDAR,
  cardText,
  CONTACTS,
  eventText,
  ICALENDAR,
  syncBody,
  taskText,
  VCARD,
  XML,
} from '../../support/objects.ts';

const OTHER = '/SOGo/dav/alice/Calendar/other/';
const FRIENDS = '/SOGo/dav/alice/Contacts/friends/';

/** Makes the next commands of a kind fail as if the database were gone. */
const breaking = { deletes: 0, beforeDelete: async () => {} };
const breakable = (services: Services): Services => ({
  ...services,
  calendars: async (intent) => {
    if (intent.command.type === 'DeleteCalendarObject') {
      await breaking.beforeDelete();
      if (breaking.deletes > 0) {
        breaking.deletes -= 1;
        throw new StoreUnavailable('gone');
      }
    }
    return services.calendars(intent);
  },
});

let server: DavServer;
beforeAll(async () => {
  server = await startDav({ wrap: breakable });
  await server.send('MKCALENDAR', OTHER);
  await server.send('MKCOL', FRIENDS);
});
afterAll(() => server.stop());

let number = 0;
let uid = '';
let name = '';
beforeEach(async () => {
  breaking.deletes = 0;
  breaking.beforeDelete = async () => {};
  number += 1;
  uid = `event-${number}`;
  name = `${uid}.ics`;
  await put(`${CALENDAR}${name}`, eventText(uid));
});

const put = (path: string, body: string, headers: Record<string, string> = ICALENDAR) =>
  server.send('PUT', path, { headers, body });
const transfer = (
  method: 'COPY' | 'MOVE',
  from: string,
  to: string,
  headers: Record<string, string> = {},
) => server.send(method, from, { headers: { destination: to, ...headers } });
const textAt = async (path: string): Promise<string | number> => {
  const { status, body } = await server.send('GET', path);
  return status === 200 ? body : status;
};
const namesSince = async (collection: string, token: string): Promise<readonly string[]> => [
  ...responsesOf(
    await server.send('REPORT', collection, { headers: XML, body: syncBody(token) }),
  ).keys(),
];
const tokenOf = async (collection: string): Promise<string> => {
  const { body } = await server.send('REPORT', collection, { headers: XML, body: syncBody('') });
  return /<D:sync-token>(.*?)</.exec(body)?.[1] ?? '';
};

describe('COPY of an object (RFC 4918 §9.8)', () => {
  it('stores it in another calendar under the octets it has: 201, and the original stays', async () => {
    const copied = await transfer('COPY', `${CALENDAR}${name}`, `${server.url}${OTHER}${name}`);
    expect(copied.status).toBe(201);
    expect(copied.headers.location).toBe(`${OTHER}${name}`);
    expect(await textAt(`${OTHER}${name}`)).toBe(eventText(uid));
    expect(await textAt(`${CALENDAR}${name}`)).toBe(eventText(uid));
  });

  it('over an older version of the same object is 204 (§9.8.5)', async () => {
    await put(`${OTHER}${name}`, eventText(uid, 'SUMMARY:old'));
    expect((await transfer('COPY', `${CALENDAR}${name}`, `${OTHER}${name}`)).status).toBe(204);
    expect(await textAt(`${OTHER}${name}`)).toBe(eventText(uid));
  });

  it('with Overwrite: F leaves what is there and says 412 (§10.6)', async () => {
    await put(`${OTHER}${name}`, eventText(uid, 'SUMMARY:old'));
    const refused = await transfer('COPY', `${CALENDAR}${name}`, `${OTHER}${name}`, {
      overwrite: 'F',
    });
    expect(refused.status).toBe(412);
    expect(await textAt(`${OTHER}${name}`)).toBe(eventText(uid, 'SUMMARY:old'));
    const free = { overwrite: 'F' };
    await server.send('DELETE', `${OTHER}${name}`);
    expect((await transfer('COPY', `${CALENDAR}${name}`, `${OTHER}${name}`, free)).status).toBe(
      201,
    );
  });

  it('within one calendar would give it a second object of its UID: no-uid-conflict (RFC 4791 §5.3.2.1)', async () => {
    const refused = await transfer('COPY', `${CALENDAR}${name}`, `${CALENDAR}copy-of-${name}`);
    expect(refused.status).toBe(403);
    expect(conditionsOf(refused)).toEqual([caldav('no-uid-conflict')]);
    expect(refused.body).toContain(`${CALENDAR}${name}`);
  });

  it('over an object of another UID is refused too', async () => {
    await put(`${OTHER}taken-${name}`, eventText(`other-${uid}`));
    const refused = await transfer('COPY', `${CALENDAR}${name}`, `${OTHER}taken-${name}`);
    expect(conditionsOf(refused)).toEqual([caldav('no-uid-conflict')]);
  });

  it('of a card works alike, and heeds CardDAV’s own no-uid-conflict (RFC 6352 §6.3.2.1)', async () => {
    await put(`${CONTACTS}jane.vcf`, cardText('jane'), VCARD);
    expect((await transfer('COPY', `${CONTACTS}jane.vcf`, `${FRIENDS}jane.vcf`)).status).toBe(201);
    expect(await textAt(`${FRIENDS}jane.vcf`)).toBe(cardText('jane'));
    const twice = await transfer('COPY', `${CONTACTS}jane.vcf`, `${FRIENDS}again.vcf`);
    expect(conditionsOf(twice)).toEqual([carddav('no-uid-conflict')]);
  });
});

describe('MOVE of an object (RFC 4918 §9.9)', () => {
  it('to another calendar: 201, gone where it was, and both sync tokens tell', async () => {
    const tokens = [await tokenOf(CALENDAR), await tokenOf(OTHER)] as const;
    const moved = await transfer('MOVE', `${CALENDAR}${name}`, `${OTHER}${name}`);
    expect(moved.status).toBe(201);
    expect(await textAt(`${CALENDAR}${name}`)).toBe(404);
    expect(await textAt(`${OTHER}${name}`)).toBe(eventText(uid));
    expect(await namesSince(CALENDAR, tokens[0])).toEqual([`${CALENDAR}${name}`]);
    expect(await namesSince(OTHER, tokens[1])).toEqual([`${OTHER}${name}`]);
  });

  it('within one calendar gives it another name, in one step', async () => {
    const token = await tokenOf(CALENDAR);
    expect((await transfer('MOVE', `${CALENDAR}${name}`, `${CALENDAR}new-${name}`)).status).toBe(
      201,
    );
    expect(await textAt(`${CALENDAR}${name}`)).toBe(404);
    expect(await textAt(`${CALENDAR}new-${name}`)).toBe(eventText(uid));
    expect(await namesSince(CALENDAR, token)).toEqual([
      `${CALENDAR}${name}`,
      `${CALENDAR}new-${name}`,
    ]);
    // The UID went along: its new holder keeps others from it.
    const other = await put(`${CALENDAR}third-${name}`, eventText(uid));
    expect(conditionsOf(other)).toEqual([caldav('no-uid-conflict')]);
  });

  it('within one calendar never replaces another object, which has another UID', async () => {
    await put(`${CALENDAR}b-${name}`, eventText(`b-${uid}`));
    const refused = await transfer('MOVE', `${CALENDAR}${name}`, `${CALENDAR}b-${name}`);
    expect(conditionsOf(refused)).toEqual([caldav('no-uid-conflict')]);
    const asked = await transfer('MOVE', `${CALENDAR}${name}`, `${CALENDAR}b-${name}`, {
      overwrite: 'F',
    });
    expect(asked.status).toBe(412);
    expect(await textAt(`${CALENDAR}${name}`)).toBe(eventText(uid));
  });

  it('over an older version of the same object is 204; with Overwrite: F it is 412 and nothing moves', async () => {
    await put(`${OTHER}${name}`, eventText(uid, 'SUMMARY:old'));
    const refused = await transfer('MOVE', `${CALENDAR}${name}`, `${OTHER}${name}`, {
      overwrite: 'f',
    });
    expect(refused.status).toBe(412);
    expect(await textAt(`${CALENDAR}${name}`)).toBe(eventText(uid));
    expect((await transfer('MOVE', `${CALENDAR}${name}`, `${OTHER}${name}`)).status).toBe(204);
    expect(await textAt(`${CALENDAR}${name}`)).toBe(404);
  });

  it('heeds If-Match about the source (RFC 9110 §13.1.1)', async () => {
    const { headers } = await server.send('HEAD', `${CALENDAR}${name}`);
    const wrong = { 'if-match': '"nonsense"' };
    const right = { 'if-match': String(headers.etag) };
    expect((await transfer('MOVE', `${CALENDAR}${name}`, `${OTHER}${name}`, wrong)).status).toBe(
      412,
    );
    expect((await transfer('COPY', `${CALENDAR}${name}`, `${OTHER}${name}`, wrong)).status).toBe(
      412,
    );
    expect(await textAt(`${OTHER}${name}`)).toBe(404);
    expect((await transfer('MOVE', `${CALENDAR}${name}`, `${OTHER}${name}`, right)).status).toBe(
      201,
    );
  });

  it('cut short after the first half is there twice, and the same request again finishes it, even with Overwrite: F', async () => {
    breaking.deletes = 1;
    const free = { overwrite: 'F' };
    const failed = await transfer('MOVE', `${CALENDAR}${name}`, `${OTHER}${name}`, free);
    expect(failed.status).toBe(503);
    expect(await textAt(`${CALENDAR}${name}`)).toBe(eventText(uid));
    expect(await textAt(`${OTHER}${name}`)).toBe(eventText(uid));
    const again = await transfer('MOVE', `${CALENDAR}${name}`, `${OTHER}${name}`, free);
    expect(again.status).toBe(204);
    expect(await textAt(`${CALENDAR}${name}`)).toBe(404);
    expect(await textAt(`${OTHER}${name}`)).toBe(eventText(uid));
  });

  it('loses no change that somebody makes to the source in between', async () => {
    let changed = 0;
    breaking.beforeDelete = async () => {
      changed += 1;
      if (changed === 1) await put(`${CALENDAR}${name}`, eventText(uid, 'SUMMARY:newer'));
    };
    const moved = await transfer('MOVE', `${CALENDAR}${name}`, `${OTHER}${name}`, {
      overwrite: 'F',
    });
    expect(moved.status).toBe(201);
    expect(changed).toBe(2);
    expect(await textAt(`${CALENDAR}${name}`)).toBe(404);
    expect(await textAt(`${OTHER}${name}`)).toBe(eventText(uid, 'SUMMARY:newer'));
  });

  it('gives up when the source never rests', async () => {
    let changed = 0;
    breaking.beforeDelete = async () => {
      changed += 1;
      await put(`${CALENDAR}${name}`, eventText(uid, `SUMMARY:${changed}`));
    };
    const given = await transfer('MOVE', `${CALENDAR}${name}`, `${OTHER}${name}`);
    expect(given.status).toBe(503);
    expect(given.headers['retry-after']).toBeDefined();
    expect(await textAt(`${CALENDAR}${name}`)).toBe(eventText(uid, `SUMMARY:${changed}`));
  });

  it('says in the log where it came from', async () => {
    await transfer('MOVE', `${CALENDAR}${name}`, `${OTHER}${name}`);
    const origins: unknown[] = [];
    const { entries } = await server.services.home('a11ce000-0000-4000-8000-000000000001' as never);
    const [from, to] = ['personal', 'other'].map((segment) =>
      entries.find((entry) => entry.kind === 'calendar' && entry.segment === segment),
    );
    for await (const batch of server.store.read(`calendar-${to?.collection}`, 0n))
      for (const event of await server.codec.open(batch))
        if (event.type === 'CalendarObjectStored' && event.name === name)
          origins.push(event.facts.movedFrom);
    expect(origins).toEqual([{ collection: from?.collection, name }]);
  });
});

describe('COPY and MOVE refuse', () => {
  it.each<readonly [string, Record<string, string>, number]>([
    ['no Destination (RFC 4918 §10.3)', {}, 400],
    ['a relative Destination', { destination: 'other.ics' }, 400],
    ['a Destination with a query', { destination: `${OTHER}x.ics?y` }, 400],
    ['a Destination with dots', { destination: `${OTHER}../x.ics` }, 400],
    [
      'an Overwrite that is none (§10.6)',
      { destination: `${OTHER}x.ics`, overwrite: 'maybe' },
      400,
    ],
    ['another host (§9.8.5)', { destination: `http://example.org${OTHER}x.ics` }, 502],
    ['a missing collection (§9.8.5)', { destination: '/SOGo/dav/alice/Calendar/none/x.ics' }, 409],
    ['a place for collections', { destination: '/SOGo/dav/alice/Calendar/none' }, 403],
    ['a collection', { destination: OTHER }, 403],
    ['a home', { destination: '/SOGo/dav/alice/Calendar/' }, 403],
    [
      'somebody else’s calendar',
      { destination: '/SOGo/dav/bob@example.org/Calendar/personal/x' },
      403,
    ],
    ['nobody’s calendar', { destination: '/SOGo/dav/nobody/Calendar/personal/x' }, 403],
    ['a place outside of DAV', { destination: '/elsewhere' }, 403],
  ])('%s', async (_, headers, status) => {
    for (const method of ['COPY', 'MOVE'])
      expect((await server.send(method, `${CALENDAR}${name}`, { headers })).status).toBe(status);
    expect(await textAt(`${CALENDAR}${name}`)).toBe(eventText(uid));
  });

  it('its own place: 403 (RFC 4918 §9.8.5, §9.9.4)', async () => {
    for (const method of ['COPY', 'MOVE'] as const)
      expect((await transfer(method, `${CALENDAR}${name}`, `${CALENDAR}${name}`)).status).toBe(403);
    expect(await textAt(`${CALENDAR}${name}`)).toBe(eventText(uid));
  });

  it('an object that is not there: 404', async () => {
    const { status } = await transfer('MOVE', `${CALENDAR}none.ics`, `${OTHER}none.ics`);
    expect(status).toBe(404);
  });

  it('an event in an address book, and a card in a calendar, with the media type’s precondition', async () => {
    await put(`${CONTACTS}kim.vcf`, cardText('kim'), VCARD);
    const event = await transfer('MOVE', `${CALENDAR}${name}`, `${CONTACTS}x.vcf`);
    expect(conditionsOf(event)).toEqual([carddav('supported-address-data')]);
    const card = await transfer('COPY', `${CONTACTS}kim.vcf`, `${CALENDAR}x.ics`);
    expect(conditionsOf(card)).toEqual([caldav('supported-calendar-data')]);
  });

  it('a task in a calendar of events only (RFC 4791 §5.2.3)', async () => {
    const events = '/SOGo/dav/alice/Calendar/events/';
    await server.send('MKCALENDAR', events, {
      headers: XML,
      body: '<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:set><D:prop><C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>',
    });
    await put(`${CALENDAR}task-${name}`, taskText(`task-${uid}`));
    const refused = await transfer('MOVE', `${CALENDAR}task-${name}`, `${events}x.ics`);
    expect(conditionsOf(refused)).toEqual([caldav('supported-calendar-component')]);
    expect(await textAt(`${CALENDAR}task-${name}`)).toBe(taskText(`task-${uid}`));
  });

  it('whole collections with 403: the methods are there, as §9.8 demands, but nothing is copied or moved', async () => {
    for (const method of ['COPY', 'MOVE'] as const)
      for (const path of [OTHER, '/SOGo/dav/alice/Calendar/', '/SOGo/dav/alice/', '/SOGo/dav/'])
        expect((await transfer(method, path, '/SOGo/dav/alice/Calendar/third/')).status).toBe(403);
    expect((await server.send('PROPFIND', OTHER, { headers: { depth: '0' } })).status).toBe(207);
  });

  it('the proxy’s own name is no other host', async () => {
    const moved = await transfer(
      'MOVE',
      `${CALENDAR}${name}`,
      `https://dav.example.org${OTHER}${name}`,
      {
        'x-forwarded-host': 'dav.example.org',
      },
    );
    expect(moved.status).toBe(201);
  });
});
