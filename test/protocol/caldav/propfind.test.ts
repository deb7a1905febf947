import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  apple,
  caldav,
  calendarServer,
  carddav,
  dav,
  groupdav,
  type Name,
} from '../../../src/api/dav/xml/names.ts';
import { attributeOf, elementsOf } from '../../../src/api/dav/xml/element.ts';
import { streams } from '../../../src/domain/kernel/streams.ts';
import type { ETag, Instant, ResourceName, Uid } from '../../../src/domain/kernel/ids.ts';
import { type DavServer, principals, startDav } from '../../support/dav.ts';
import {
  childNames,
  conditionsOf,
  hrefsIn,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
} from '../../support/multistatus.ts';

let server: DavServer;
const CALENDAR = '/SOGo/dav/alice/Calendar/personal/';
const BOOK = '/SOGo/dav/alice/Contacts/personal/';
const { account } = principals.alice;

/** Stores events in the personal calendar without going through PUT. */
const storeEvents = async (names: readonly string[]): Promise<void> => {
  const { entries } = await server.services.home(account);
  const entry = entries.find(({ kind }) => kind === 'calendar');
  if (entry === undefined) throw new Error('no personal calendar');
  const octets = Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
  for (const name of names)
    await server.services.calendars({
      stream: streams.calendar(entry.collection),
      owner: account,
      command: {
        type: 'StoreCalendarObject',
        name: name as ResourceName,
        facts: { uid: name as Uid, etag: `tag-${name}` as ETag, component: 'VEVENT' },
        content: { kind: 'inline', octets },
        when: {},
      },
      by: {
        actor: account,
        via: 'test',
        at: '2026-01-02T03:04:05.000Z' as Instant,
        correlationId: 'c',
        causationId: 'c',
      },
    });
};

const names = Array.from({ length: 25 }, (_, index) => `event ${index}.ics`);

beforeAll(async () => {
  server = await startDav();
  await storeEvents(names);
});
afterAll(() => server.stop());

const find = (path: string, depth: '0' | '1', body?: string) =>
  server.send('PROPFIND', path, {
    headers: { depth },
    ...(body === undefined ? {} : { body }),
  });
const one = async (path: string, ...asked: readonly Name[]) =>
  responseOf(await find(path, '0', propfindBody(...asked)));

describe('Depth (RFC 4918 §9.1, §10.2)', () => {
  it.each([['infinity'], ['Infinity'], [undefined]])(
    'refuses %s with propfind-finite-depth: a part for the whole would look like a deletion',
    async (depth) => {
      const answered = await server.send('PROPFIND', CALENDAR, {
        headers: depth === undefined ? {} : { depth },
      });
      expect([answered.status, conditionsOf(answered)]).toEqual([
        403,
        [dav('propfind-finite-depth')],
      ]);
    },
  );

  it.each(['2', '-1', '', 'one', '1,noroot'])('refuses Depth %j with 400', async (depth) => {
    expect((await server.send('PROPFIND', CALENDAR, { headers: { depth } })).status).toBe(400);
  });

  it('lists a collection’s members over page borders with Depth 1, itself first', async () => {
    const answered = await find(CALENDAR, '1', propfindBody(dav('getetag')));
    const hrefs = [...responsesOf(answered).keys()];
    expect(hrefs).toEqual([
      CALENDAR,
      ...names.map((name) => `${CALENDAR}${encodeURIComponent(name)}`),
    ]);
    expect(
      valueOf(
        responsesOf(answered).get(`${CALENDAR}event%207.ics`) ?? responseOf(answered),
        dav('getetag'),
      ),
    ).toBe('"tag-event 7.ics"');
  });

  it('lists only the resource with Depth 0, and an object alone with either', async () => {
    expect([...responsesOf(await find(CALENDAR, '0')).keys()]).toEqual([CALENDAR]);
    const object = `${CALENDAR}event%203.ics`;
    expect([...responsesOf(await find(object, '1')).keys()]).toEqual([object]);
  });
});

describe('what is asked for (RFC 4918 §14.20)', () => {
  it('gives allprop for an empty body: RFC 4918’s own properties and no expensive ones', async () => {
    const { statuses } = responseOf(await find(CALENDAR, '0'));
    expect(Object.keys(statuses).toSorted()).toEqual(
      [
        ...['creationdate', 'displayname', 'getlastmodified'],
        ...['lockdiscovery', 'resourcetype', 'supportedlock'],
      ].map(dav),
    );
  });

  it('adds to allprop what include names, once', async () => {
    const body = `<D:propfind xmlns:D="DAV:"><D:allprop/><D:include><D:sync-token/><D:displayname/><D:nothing/></D:include></D:propfind>`;
    const answered = await find(CALENDAR, '0', body);
    const { statuses } = responseOf(answered);
    expect(statuses).toMatchObject({
      [dav('sync-token')]: 200,
      [dav('displayname')]: 200,
      [dav('nothing')]: 404,
    });
    expect(answered.body.match(/<D:displayname>/g)).toHaveLength(1);
  });

  it('gives names without values for propname', async () => {
    const answered = await find(
      CALENDAR,
      '0',
      '<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>',
    );
    const { statuses, properties } = responseOf(answered);
    expect(Object.keys(statuses)).toEqual(
      expect.arrayContaining([
        dav('sync-token'),
        caldav('supported-calendar-component-set'),
        calendarServer('getctag'),
      ]),
    );
    expect(Object.keys(statuses)).not.toContain(apple('calendar-color'));
    for (const property of properties.values()) expect(property.nodes).toEqual([]);
  });

  it('gives an empty propstat when no property is named', async () => {
    expect(responseOf(await find(CALENDAR, '0', propfindBody())).statuses).toEqual({});
  });
});

describe('properties of a calendar', () => {
  it('is a collection and a calendar (RFC 4791 §4.2)', async () => {
    const response = await one(CALENDAR, dav('resourcetype'));
    expect(childNames(response, dav('resourcetype'))).toEqual([
      dav('collection'),
      caldav('calendar'),
      groupdav('vevent-collection'),
      groupdav('vtodo-collection'),
    ]);
  });

  it('has its token as sync-token and getctag, and both move with every change (RFC 6578 §4)', async () => {
    const read = async () => {
      const response = await one(CALENDAR, dav('sync-token'), calendarServer('getctag'));
      return [valueOf(response, dav('sync-token')), valueOf(response, calendarServer('getctag'))];
    };
    const [token, ctag] = await read();
    expect(token).toMatch(/^urn:x-daybook:sync:[0-9a-f-]{36}:\d+:[0-9a-f]{16}$/);
    expect(ctag).toBe(token);
    await storeEvents(['later.ics']);
    expect((await read())[0]).not.toBe(token);
    expect((await read())[0]).toBe((await read())[1]);
  });

  it('has the components and data it takes, and its limits (RFC 4791 §5.2)', async () => {
    const response = await one(
      CALENDAR,
      caldav('supported-calendar-component-set'),
      caldav('supported-calendar-data'),
      caldav('max-resource-size'),
    );
    const components = response.properties.get(caldav('supported-calendar-component-set'));
    expect(components && elementsOf(components).map((comp) => attributeOf(comp, 'name'))).toEqual([
      'VEVENT',
      'VTODO',
    ]);
    const data = response.properties.get(caldav('supported-calendar-data'));
    expect(data && elementsOf(data).map((type) => attributeOf(type, 'content-type'))).toEqual([
      'text/calendar',
      'application/calendar+json',
    ]);
    expect(valueOf(response, caldav('max-resource-size'))).toBe('1000000');
  });

  it('belongs to its owner, who may do everything (RFC 3744 §5)', async () => {
    const response = await one(
      CALENDAR,
      dav('owner'),
      dav('current-user-privilege-set'),
      dav('principal-collection-set'),
    );
    expect(hrefsIn(response, dav('owner'))).toEqual(['/SOGo/dav/alice/']);
    expect(hrefsIn(response, dav('principal-collection-set'))).toEqual(['/SOGo/dav/']);
    const privileges = elementsOf(
      response.properties.get(dav('current-user-privilege-set')) ?? {
        name: dav('x'),
        attributes: new Map(),
        nodes: [],
      },
    ).flatMap((privilege) => elementsOf(privilege).map(({ name }) => name));
    expect(privileges).toEqual(
      expect.arrayContaining(['all', 'read', 'write', 'bind', 'unbind', 'write-content'].map(dav)),
    );
  });

  it('is opaque to free/busy until told otherwise (RFC 6638 §9.1)', async () => {
    const response = await one(CALENDAR, caldav('schedule-calendar-transp'));
    expect(childNames(response, caldav('schedule-calendar-transp'))).toEqual([caldav('opaque')]);
  });

  it('has no colour, order or description before it is given one', async () => {
    const { statuses } = await one(
      CALENDAR,
      apple('calendar-color'),
      apple('calendar-order'),
      caldav('calendar-description'),
      caldav('calendar-timezone'),
      carddav('addressbook-description'),
    );
    expect(new Set(Object.values(statuses))).toEqual(new Set([404]));
  });

  it('has an id that no rename changes (RFC 5842 §3.1)', async () => {
    const response = await one(CALENDAR, dav('resource-id'));
    expect(hrefsIn(response, dav('resource-id'))[0]).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
  });
});

describe('properties of an address book', () => {
  it('is a collection and an address book, takes vCard 3 and 4, and jCard (RFC 6352 §5.2, §6.2)', async () => {
    const response = await one(
      BOOK,
      dav('resourcetype'),
      carddav('supported-address-data'),
      carddav('max-resource-size'),
      caldav('supported-calendar-component-set'),
    );
    expect(childNames(response, dav('resourcetype'))).toEqual([
      dav('collection'),
      carddav('addressbook'),
      groupdav('vcard-collection'),
    ]);
    const data = response.properties.get(carddav('supported-address-data'));
    expect(
      data &&
        elementsOf(data).map((type) =>
          [attributeOf(type, 'content-type'), attributeOf(type, 'version')].join(' '),
        ),
    ).toEqual([
      'text/vcard 3.0',
      'text/vcard 4.0',
      'application/vcard+json 4.0',
      'text/x-vlist 1.0',
    ]);
    expect(response.statuses[caldav('supported-calendar-component-set')]).toBe(404);
  });
});

describe('properties of an object', () => {
  it('has tag, type, length and dates (RFC 4918 §15)', async () => {
    const response = await one(
      `${CALENDAR}event%200.ics`,
      ...['getetag', 'getcontenttype', 'getcontentlength', 'getlastmodified', 'creationdate'].map(
        dav,
      ),
    );
    expect(
      Object.fromEntries([...response.properties].map(([name]) => [name, valueOf(response, name)])),
    ).toEqual({
      [dav('getetag')]: '"tag-event 0.ics"',
      [dav('getcontenttype')]: 'text/calendar; charset=utf-8; component=VEVENT',
      [dav('getcontentlength')]: '32',
      [dav('getlastmodified')]: 'Fri, 02 Jan 2026 03:04:05 GMT',
      [dav('creationdate')]: '2026-01-02T03:04:05.000Z',
    });
  });

  it('has a resource type without content', async () => {
    const response = await one(`${CALENDAR}event%200.ics`, dav('resourcetype'));
    expect(response.properties.get(dav('resourcetype'))?.nodes).toEqual([]);
  });
});

describe('properties of principals', () => {
  it('is a principal with name, addresses and type (RFC 3744 §4, RFC 6638 §2.4)', async () => {
    const response = await one(
      '/SOGo/dav/alice/',
      dav('resourcetype'),
      dav('displayname'),
      dav('principal-URL'),
      caldav('calendar-user-type'),
      calendarServer('email-address-set'),
      calendarServer('first-name'),
      calendarServer('last-name'),
    );
    expect(childNames(response, dav('resourcetype'))).toEqual([
      dav('collection'),
      dav('principal'),
    ]);
    expect(valueOf(response, dav('displayname'))).toBe('Alice Liddell');
    expect(valueOf(response, calendarServer('first-name'))).toBe('Alice');
    expect(valueOf(response, calendarServer('last-name'))).toBe('Liddell');
    expect(hrefsIn(response, dav('principal-URL'))).toEqual(['/SOGo/dav/alice/']);
    expect(valueOf(response, caldav('calendar-user-type'))).toBe('INDIVIDUAL');
    expect(childNames(response, calendarServer('email-address-set'))).toEqual([
      calendarServer('email-address'),
    ]);
  });

  it('has no mail address where none is known, and the login for a name', async () => {
    const response = responseOf(
      await server.send('PROPFIND', '/SOGo/dav/bob@example.org/', {
        credentials: 'bob@example.org:secret',
        headers: { depth: '0' },
        body: propfindBody(
          dav('displayname'),
          calendarServer('email-address-set'),
          caldav('calendar-user-address-set'),
        ),
      }),
    );
    expect(valueOf(response, dav('displayname'))).toBe('bob@example.org');
    expect(response.statuses[calendarServer('email-address-set')]).toBe(404);
    expect(hrefsIn(response, caldav('calendar-user-address-set'))).toEqual([
      '/SOGo/dav/bob@example.org/',
    ]);
  });
});

describe('round trips', () => {
  it('asks for the rows of all collections of a home at once', async () => {
    let asked = 0;
    const counting = await startDav({
      wrap: (services) => ({
        ...services,
        collections: {
          ...services.collections,
          collections: (wanted) => {
            asked += 1;
            return services.collections.collections(wanted);
          },
        },
      }),
    });
    for (const name of ['a', 'b', 'c'])
      await counting.send('MKCALENDAR', `/SOGo/dav/alice/Calendar/${name}/`);
    asked = 0;
    const answered = await counting.send('PROPFIND', '/SOGo/dav/alice/Calendar/', {
      headers: { depth: '1' },
    });
    expect([responsesOf(answered).size, asked]).toEqual([5, 1]);
    await counting.stop();
  });
});

describe('answers that break', () => {
  it('ends the connection when rows fail in the middle: nothing cut short looks whole', async () => {
    const breaking = await startDav({
      wrap: (services) => ({
        ...services,
        collections: {
          ...services.collections,
          all: async (stream) => {
            const snapshot = await services.collections.all(stream);
            return snapshot && { ...snapshot, members: failing() };
          },
        },
      }),
    });
    await expect(
      breaking.send('PROPFIND', CALENDAR, { headers: { depth: '1' } }),
    ).rejects.toThrow();
    const failure = breaking.logged.find(({ code }) => code === 'request-failed')?.fields;
    expect(failure).toMatchObject({ code: 'internal', streaming: true });
    await breaking.stop();
  });

  async function* failing() {
    for (let page = 0; page < 10; page += 1)
      yield Array.from({ length: 100 }, (_, index) => ({
        name: `${page}-${index}.ics` as ResourceName,
        uid: 'u' as Uid,
        component: 'VEVENT' as const,
        etag: 'e' as ETag,
        size: 1,
        revision: 1n,
        createdAt: '2026-01-01T00:00:00.000Z' as Instant,
        modifiedAt: '2026-01-01T00:00:00.000Z' as Instant,
      }));
    throw new Error('the rows are gone');
  }
});
