import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attributeOf, elementsOf } from '../../../src/api/dav/xml/element.ts';
import { apple, caldav, dav } from '../../../src/api/dav/xml/names.ts';
import { StoreUnavailable } from '../../../src/domain/kernel/event-store.ts';
import { collectionStream } from '../../../src/domain/kernel/streams.ts';
import { type DavServer, principals, startDav } from '../../support/dav.ts';
import {
  conditionsOf,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
} from '../../support/multistatus.ts';

let server: DavServer;
let path = '';
let count = 0;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());
beforeEach(() => {
  count += 1;
  path = `/SOGo/dav/alice/Calendar/c${count}`;
});

const body = (properties: string): string =>
  `<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/"><D:set><D:prop>${properties}</D:prop></D:set></C:mkcalendar>`;
const components = (...names: readonly string[]): string =>
  `<C:supported-calendar-component-set>${names.map((name) => `<C:comp name="${name}"/>`).join('')}</C:supported-calendar-component-set>`;
const make = (properties?: string, at = path) =>
  server.send('MKCALENDAR', at, properties === undefined ? {} : { body: body(properties) });
const find = (at = path) => server.send('PROPFIND', at, { headers: { depth: '0' } });
const componentsAt = async (at: string) => {
  const name = caldav('supported-calendar-component-set');
  const response = responseOf(
    await server.send('PROPFIND', at, { headers: { depth: '0' }, body: propfindBody(name) }),
  );
  const found = response.properties.get(name);
  return found && elementsOf(found).map((comp) => attributeOf(comp, 'name'));
};
const entryAt = async (segment: string) => {
  const { entries } = await server.services.home(principals.alice.account);
  const entry = entries.find((held) => held.kind === 'calendar' && held.segment === segment);
  if (entry === undefined) throw new Error(`no ${segment}`);
  return entry;
};
/** Ends a calendar's stream but leaves its entry, as a crash between the two would. */
const orphanEntry = async (segment: string): Promise<void> => {
  const entry = await entryAt(segment);
  await server.services.calendars({
    stream: collectionStream('calendar', entry.collection),
    owner: principals.alice.account,
    command: { type: 'DeleteCalendar' },
    by: {
      actor: 'system',
      via: 'test',
      at: server.services.now(),
      correlationId: 'c',
      causationId: 'c',
    },
  });
};

describe('MKCALENDAR (RFC 4791 §5.3.1)', () => {
  it('makes a calendar for everything without a body, seen at once', async () => {
    expect((await make()).status).toBe(201);
    expect(await componentsAt(path)).toEqual(['VEVENT', 'VTODO', 'VJOURNAL']);
    const home = await server.send('PROPFIND', '/SOGo/dav/alice/Calendar/', {
      headers: { depth: '1' },
    });
    expect([...responsesOf(home).keys()]).toContain(`${path}/`);
  });

  it('sets the properties it is given, the client’s own too', async () => {
    const { status } = await make(
      `<D:displayname>Tasks</D:displayname><A:calendar-color>#00FF00</A:calendar-color>${components('vtodo')}<x xmlns="urn:x">1</x>`,
    );
    expect(status).toBe(201);
    const response = responseOf(await find());
    expect(valueOf(response, dav('displayname'))).toBe('Tasks');
    expect(response.statuses['{urn:x}x']).toBe(200);
    expect(await componentsAt(path)).toEqual(['VTODO']);
  });

  it('makes nothing when a property cannot be set, and says which in a 207 (§5.3.1.1)', async () => {
    const answered = await make(
      '<D:displayname>X</D:displayname><A:calendar-color>red</A:calendar-color><D:getetag>1</D:getetag>',
    );
    const response = responseOf(answered);
    expect(response.statuses).toEqual({
      [dav('displayname')]: 424,
      [apple('calendar-color')]: 409,
      [dav('getetag')]: 403,
    });
    expect((await find()).status).toBe(404);
  });

  it.each([[['VPOLL']], [['VEVENT', 'VALARM']], [[]]])(
    'refuses components %j with supported-calendar-component',
    async (names) => {
      const answered = await make(components(...names));
      expect([answered.status, conditionsOf(answered)]).toEqual([
        403,
        [caldav('supported-calendar-component')],
      ]);
    },
  );

  it.each([
    '/SOGo/dav/alice/Calendar/personal/',
    '/SOGo/dav/alice/Calendar/',
    '/SOGo/dav/alice/',
    '/SOGo/dav/',
  ])('is 405 with resource-must-be-null on %s', async (at) => {
    const answered = await make(undefined, at);
    expect([answered.status, conditionsOf(answered)]).toEqual([
      405,
      [dav('resource-must-be-null')],
    ]);
  });

  it.each(['/SOGo/dav/alice/Calendar/personal/x', '/SOGo/dav/alice/Contacts/new'])(
    'is 403 with calendar-collection-location-ok or its like on %s',
    async (at) => {
      const answered = await make(undefined, at);
      expect([answered.status, conditionsOf(answered)]).toEqual([
        403,
        [caldav('calendar-collection-location-ok')],
      ]);
    },
  );

  it('is 405 where the scheduling inbox is (RFC 6638 §2.2)', async () => {
    const answered = await make(undefined, '/SOGo/dav/alice/Calendar/inbox');
    expect([answered.status, conditionsOf(answered)]).toEqual([
      405,
      [dav('resource-must-be-null')],
    ]);
  });

  it('is 409 below a calendar that is not there', async () => {
    expect((await make(undefined, `${path}/below`)).status).toBe(409);
  });

  it('is 404 in another user’s home', async () => {
    expect((await make(undefined, '/SOGo/dav/bob@example.org/Calendar/x')).status).toBe(404);
  });

  it('refuses a resource type that contradicts it with valid-resourcetype', async () => {
    const answered = await make('<D:resourcetype><D:collection/></D:resourcetype>');
    expect([answered.status, conditionsOf(answered)]).toEqual([403, [dav('valid-resourcetype')]]);
    expect(
      (await make('<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>')).status,
    ).toBe(201);
  });

  it('refuses another body with 400', async () => {
    const answered = await server.send('MKCALENDAR', path, { body: '<D:mkcol xmlns:D="DAV:"/>' });
    expect(answered.status).toBe(400);
  });

  it('lets one of three at the same moment win', async () => {
    const statuses = await Promise.all([make(), make(), make()]);
    expect(statuses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 405, 405]);
    expect((await find()).status).toBe(207);
  });

  it('deletes the stream again when the home refuses the properties', async () => {
    const created: string[] = [];
    const watched = await startDav({
      wrap: (services) => ({
        ...services,
        calendars: async (intent) => {
          created.push(intent.command.type);
          return services.calendars(intent);
        },
      }),
    });
    const many = Array.from({ length: 101 }, (_, index) => `<p${index} xmlns="urn:x"/>`).join('');
    const answered = await watched.send('MKCALENDAR', path, { body: body(many) });
    expect([answered.status, created.slice(-2)]).toEqual([
      507,
      ['CreateCalendar', 'DeleteCalendar'],
    ]);
    await watched.stop();
  });

  it('keeps the stream when nobody knows whether the home recorded it', async () => {
    const commands: string[] = [];
    const broken = await startDav({
      wrap: (services) => ({
        ...services,
        calendars: async (intent) => {
          commands.push(intent.command.type);
          return services.calendars(intent);
        },
        homes: async () => {
          throw new StoreUnavailable('unknown');
        },
      }),
    });
    expect((await broken.send('MKCALENDAR', path)).status).toBe(503);
    expect(commands).not.toContain('DeleteCalendar');
    await broken.stop();
  });
});

describe('DELETE of a calendar (RFC 4918 §9.6.1)', () => {
  it('takes it out of the home at once; its place is free for another with another token', async () => {
    const token = async () => {
      const response = responseOf(
        await server.send('PROPFIND', path, {
          headers: { depth: '0' },
          body: propfindBody(dav('sync-token')),
        }),
      );
      return valueOf(response, dav('sync-token'));
    };
    await make();
    const before = await token();
    expect((await server.send('DELETE', path)).status).toBe(204);
    expect((await find()).status).toBe(404);
    expect((await server.send('DELETE', path)).status).toBe(404);
    expect((await make()).status).toBe(201);
    expect(await token()).not.toBe(before);
  });

  it.each(['/SOGo/dav/alice/Calendar/personal/', '/SOGo/dav/alice/Contacts/personal'])(
    'refuses %s with 403',
    async (personal) => {
      expect((await server.send('DELETE', personal)).status).toBe(403);
      expect((await find(personal)).status).toBe(207);
    },
  );

  it('refuses a Depth other than infinity with 400, and a body with 415', async () => {
    await make();
    expect((await server.send('DELETE', path, { headers: { depth: '0' } })).status).toBe(400);
    expect((await server.send('DELETE', path, { body: 'x' })).status).toBe(415);
    expect((await server.send('DELETE', path, { headers: { depth: 'infinity' } })).status).toBe(
      204,
    );
  });

  it('is 204 for one of two at the same moment and 404 for the other', async () => {
    await make();
    const statuses = await Promise.all([server.send('DELETE', path), server.send('DELETE', path)]);
    expect(statuses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 404]);
  });
});

describe('an entry whose stream is gone', () => {
  it('counts as absent everywhere', async () => {
    await make();
    await orphanEntry(`c${count}`);
    expect((await find()).status).toBe(404);
    const home = await server.send('PROPFIND', '/SOGo/dav/alice/Calendar/', {
      headers: { depth: '1' },
    });
    expect([...responsesOf(home).keys()]).not.toContain(`${path}/`);
    const patched = await server.send('PROPPATCH', path, {
      body: '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>',
    });
    expect(patched.status).toBe(404);
  });

  it('makes room for a new calendar', async () => {
    await make();
    await orphanEntry(`c${count}`);
    expect((await make('<D:displayname>Again</D:displayname>')).status).toBe(201);
    expect(valueOf(responseOf(await find()), dav('displayname'))).toBe('Again');
  });

  it('is taken away by DELETE, which still says 404', async () => {
    await make();
    await orphanEntry(`c${count}`);
    expect((await server.send('DELETE', path)).status).toBe(404);
    await expect(entryAt(`c${count}`)).rejects.toThrow();
  });
});
