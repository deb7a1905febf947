import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BookSource } from '../../../src/api/books/directories.ts';
import { askedOf, busyAskingBy } from '../../../src/api/scheduling/asking.ts';
import {
  addressesOf,
  type Asked,
  busyTimeOf,
  type Told,
} from '../../../src/api/scheduling/busy.ts';
import type { Principal } from '../../../src/api/services.ts';
import { streams } from '../../../src/domain/kernel/streams.ts';
import { accountGrantee } from '../../../src/domain/rights/grants.ts';
import type { Role } from '../../../src/domain/rights/roles.ts';
import { browser, type FullNode, startNode } from '../../support/full-node.ts';
import { eventText, ICALENDAR, XML } from '../../support/objects.ts';
import { freshDatabase } from '../../support/postgres.ts';

/** A week that begins on a Monday; Berlin is an hour ahead of UTC in it. */
const range = { from: Date.UTC(2026, 0, 5), to: Date.UTC(2026, 0, 12) };
const password = 'secret';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
/** The same data, where nobody is told without a right. */
let strict: FullNode;
const busy = { toldToAll: true };

/** A room that takes two bookings, in a directory. */
const rooms = (bookings: number): BookSource => {
  const entry = { source: 'rooms', id: 'room', login: 'room', mails: ['room@acme.com'], bookings };
  const directory = {
    id: 'rooms',
    find: async ({ login }: { readonly login?: string }) =>
      login === 'room' || login === 'garden' ? { ...entry, login } : undefined,
    close: async () => {},
  } as unknown as BookSource['directory'];
  const shown = {
    displayName: 'Rooms',
    listRequiresDot: true,
    firstEntries: 0,
    modifiers: [],
    isAddressBook: true,
  };
  return { id: 'rooms', domain: undefined, directory, ...shown };
};

beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({
    url: database.url,
    busy,
    books: [rooms(2)],
    domains: { names: new Set(['far.org']), domainBased: true, groups: [] },
  });
  strict = await startNode({ url: database.url });
  for (const login of ['ada', 'bob', 'room', 'zoe@far.org'])
    await node.daybook.accounts.add({
      login,
      password,
      mail: login.includes('@') ? login : `${login}@acme.com`,
    });
}, 60_000);
afterAll(async () => {
  await Promise.all([node?.stop(), strict?.stop()]);
  await database?.drop();
});

const send = async (
  who: string,
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {},
  at = node,
): Promise<{ readonly status: number; readonly body: string }> => {
  const authorization = `Basic ${Buffer.from(`${who}:${password}`).toString('base64')}`;
  const answer = await fetch(`${at.url}${path}`, {
    method,
    headers: { authorization, ...(body === undefined ? {} : XML), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, body: await answer.text() };
};

let number = 0;
/** Stores an event that starts where `DTSTART:20260105T090000Z` would stand. */
const put = async (who: string, start: string, ...more: readonly string[]): Promise<string> => {
  number += 1;
  const path = `/SOGo/dav/${who}/Calendar/personal/e${number}.ics`;
  const body = eventText(`e${number}`, ...more).replace(/DTSTART.*/, `DTSTART${start}`);
  expect((await send(who, 'PUT', path, body, ICALENDAR)).status).toBe(201);
  return path;
};
const proppatch = async (who: string, path: string, properties: string): Promise<number> =>
  (
    await send(
      who,
      'PROPPATCH',
      path,
      `<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>${properties}</D:prop></D:set></D:propertyupdate>`,
    )
  ).status;

const person = async (login: string): Promise<Principal> => {
  const found = await node.daybook.services.sharing.personCalled(login);
  if (found === undefined) throw new Error(`no ${login}`);
  return found;
};
const asked = async (login: string): Promise<Asked> => {
  const found = await person(login);
  return { person: found, addresses: addressesOf(found) };
};
const told = async (by: string, logins: readonly string[], at = node): Promise<readonly Told[]> =>
  busyTimeOf(
    await busyAskingBy(at.daybook.services, await person(by)),
    await Promise.all(logins.map(asked)),
    range,
  );
const written = (one: Told | undefined): readonly string[] | string => {
  if (one === undefined || !('times' in one)) return one?.untold ?? 'nobody';
  const shown = (moment: number) => new Date(moment).toISOString().slice(8, 16);
  return one.times.map(({ start, end, type }) => `${shown(start)} ${shown(end)} ${type}`);
};
const of = async (login: string, by = 'bob', at = node) =>
  written((await told(by, [login], at))[0]);

const grantsToBob = async (owner: string, role: Role): Promise<void> => {
  const { account } = await person(owner);
  const { services, byCommandLine } = node.daybook;
  const { entries } = await services.home(account);
  const calendar = entries.find(({ kind }) => kind === 'calendar');
  if (calendar === undefined) throw new Error('no calendar');
  const of = accountGrantee((await person('bob')).account);
  const outcome = await services.calendars({
    stream: streams.calendar(calendar.collection),
    owner: account,
    command: { type: 'ChangeRights', changes: [{ of, roles: [role] }] },
    by: byCommandLine(),
  });
  expect(outcome).toHaveProperty('accepted');
};

describe('when people are busy', () => {
  beforeEach(async () => {
    for (const login of ['ada', 'room']) {
      const home = await person(login);
      const { entries } = await node.daybook.services.home(home.account);
      for (const entry of entries.filter(({ kind }) => kind === 'calendar')) {
        const path = `/SOGo/dav/${login}/Calendar/${entry.segment}/`;
        const listing = await send(login, 'PROPFIND', path, undefined, { depth: '1' });
        for (const [, name] of listing.body.matchAll(/personal\/([^<]+\.ics)</g))
          await send(login, 'DELETE', `${path}${name}`);
      }
    }
  });

  it('is told of everybody at once, in their order, each by their own calendars', async () => {
    await put('ada', ':20260105T090000Z', 'DURATION:PT1H');
    await put('room', ':20260106T090000Z', 'DURATION:PT1H', 'STATUS:TENTATIVE');
    expect((await told('bob', ['room', 'ada', 'bob', 'ada'])).map(written)).toEqual([
      ['06T09:00 06T10:00 BUSY-TENTATIVE'],
      ['05T09:00 05T10:00 BUSY'],
      [],
      ['05T09:00 05T10:00 BUSY'],
    ]);
  });

  it('is not told of those who have no calendars yet by giving them some', async () => {
    const { account } = await person('zoe@far.org');
    expect((await told('zoe@far.org', ['zoe@far.org'])).map(written)).toEqual([[]]);
    const homes = await node.daybook.services.homesOf([account]);
    expect(homes.get(account)?.applied).toBe('no-stream');
  });

  it.each([
    ['ORGANIZER:mailto:ADA@acme.com', 'ATTENDEE;PARTSTAT=DECLINED:mailto:ada@acme.com', 'BUSY'],
    ['ORGANIZER:mailto:x@acme.com', 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@acme.com', 'BUSY'],
    ['ORGANIZER:mailto:x@acme.com', 'ATTENDEE:MAILTO:Ada@acme.com', 'BUSY-TENTATIVE'],
    [
      'ORGANIZER:mailto:x@acme.com',
      'ATTENDEE;PARTSTAT=TENTATIVE:mailto:ada@acme.com',
      'BUSY-TENTATIVE',
    ],
    ['ORGANIZER:mailto:x@acme.com', 'ATTENDEE;PARTSTAT=DECLINED:mailto:ada@acme.com', undefined],
    ['ORGANIZER:mailto:x@acme.com', 'ATTENDEE;PARTSTAT=DELEGATED:mailto:ada@acme.com', undefined],
    ['ORGANIZER:mailto:x@acme.com', 'ATTENDEE;PARTSTAT=DECLINED:mailto:other@acme.com', 'BUSY'],
  ])('follows the answer to an invitation: %s, %s', async (organizer, attendee, type) => {
    const path = await put('ada', ':20260105T090000Z', 'DURATION:PT1H', organizer, attendee);
    const expected = type === undefined ? [] : [`05T09:00 05T10:00 ${type}`];
    expect(await of('ada')).toEqual(expected);
    // As one calendar's own report (RFC 4791 §7.10) tells it.
    const report = await send(
      'ada',
      'REPORT',
      path.replace(/[^/]*$/, ''),
      '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="20260105T000000Z" end="20260112T000000Z"/></C:free-busy-query>',
    );
    expect(report.body.match(/^FREEBUSY.*/gm)?.length ?? 0).toBe(expected.length);
  });

  it('tells of what recurs, floats, lasts all day or is of two instances', async () => {
    const zones = '<C:calendar-timezone-id>Europe/Berlin</C:calendar-timezone-id>';
    expect(await proppatch('ada', '/SOGo/dav/ada/Calendar/personal/', zones)).toBe(207);
    await put('ada', ';TZID=Europe/Berlin:20250106T090000', 'DURATION:PT30M', 'RRULE:FREQ=WEEKLY');
    await put('ada', ':20260107T090000', 'DURATION:PT30M');
    await put('ada', ';VALUE=DATE:20260108');
    await put('ada', ':20260109T090000Z', 'DURATION:PT1H', 'TRANSP:TRANSPARENT');
    await put('ada', ':20260109T100000Z', 'DURATION:PT1H', 'STATUS:CANCELLED');
    await put('ada', ':20260111T230000Z', 'DURATION:PT3H');
    expect(await of('ada')).toEqual([
      '05T08:00 05T08:30 BUSY',
      '07T08:00 07T08:30 BUSY',
      '07T23:00 08T23:00 BUSY',
      '11T23:00 12T00:00 BUSY',
    ]);
  });

  it('reads objects that are too large for a row, and a calendar that is too full for one answer', async () => {
    const long = `DESCRIPTION:${'x'.repeat(70_000)}`;
    await put('ada', ':20260105T090000Z', 'DURATION:PT1H', long);
    expect(await of('ada')).toEqual(['05T09:00 05T10:00 BUSY']);
    for (let i = 0; i < 6; i += 1)
      await put(
        'ada',
        `:20260106T0${i}0000`,
        'DURATION:PT30M',
        'ATTENDEE:mailto:x@y.z',
        long.slice(0, 60_000),
      );
    expect(await of('ada')).toHaveLength(7);
  });

  it('counts own calendars alone, unless they are transparent (RFC 6638 §9.1)', async () => {
    const other = '/SOGo/dav/ada/Calendar/other/';
    expect((await send('ada', 'MKCALENDAR', other)).status).toBe(201);
    const body = eventText('other', 'DURATION:PT1H');
    expect((await send('ada', 'PUT', `${other}o.ics`, body, ICALENDAR)).status).toBe(201);
    expect(await of('ada')).toEqual(['05T09:00 05T10:00 BUSY']);
    const transparent = '<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>';
    expect(await proppatch('ada', other, transparent)).toBe(207);
    expect(await of('ada')).toEqual([]);
    expect((await send('ada', 'DELETE', other)).status).toBe(204);
  });

  it('tells who has no right of times alone, or by configuration of nothing', async () => {
    await put('ada', ':20260105T090000Z', 'DURATION:PT1H', 'SUMMARY:Secret', 'CLASS:PRIVATE');
    await put('ada', ':20260106T090000Z', 'DURATION:PT1H');
    const open = await send('bob', 'GET', '/SOGo/dav/ada/freebusy.ifb');
    expect(open.status).toBe(200);
    expect(open.body).not.toContain('Secret');
    const closed = await send('bob', 'GET', '/SOGo/dav/ada/freebusy.ifb', undefined, {}, strict);
    expect(closed.status).toBe(404);
    expect(await of('ada', 'bob', strict)).toBe('no-authority');
    expect(await of('ada', 'ada', strict)).toHaveLength(2);
    await grantsToBob('ada', 'PublicDAndTViewer');
    // What is private is hidden from him there.
    expect(await of('ada', 'bob', strict)).toEqual(['06T09:00 06T10:00 BUSY']);
    expect(await of('ada', 'bob')).toHaveLength(2);
  });

  it('knows what somebody says of when they can be met, which only they read (RFC 7953)', async () => {
    const home = '/SOGo/dav/ada/Calendar/';
    const text = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'BEGIN:VAVAILABILITY',
      'UID:a',
      'SUMMARY:In the mountains',
      'DTSTART:20260110T000000Z',
      'END:VAVAILABILITY',
      'END:VCALENDAR',
    ].join('\n');
    const property = (value: string) =>
      `<C:calendar-availability>${value}</C:calendar-availability>`;
    expect(
      (
        await send(
          'ada',
          'PROPPATCH',
          home,
          `<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>${property('none')}</D:prop></D:set></D:propertyupdate>`,
        )
      ).body,
    ).toContain('403');
    expect(await proppatch('ada', home, property(text))).toBe(207);
    expect(await of('ada')).toEqual(['10T00:00 12T00:00 BUSY-UNAVAILABLE']);
    const find =
      '<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-availability/></D:prop></D:propfind>';
    const own = await send('ada', 'PROPFIND', home, find, { depth: '0' });
    expect(own.body).toContain('In the mountains');
    const others = await send('bob', 'PROPFIND', home, find, { depth: '0' });
    expect(others.body).not.toContain('In the mountains');
    expect(
      (
        await send(
          'ada',
          'PROPPATCH',
          home,
          `<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:remove><D:prop><C:calendar-availability/></D:prop></D:remove></D:propertyupdate>`,
        )
      ).status,
    ).toBe(207);
    expect(await of('ada')).toEqual([]);
  });

  it('has nights and weekends of who wants them, in their zone (SOGoBusyOffHours)', async () => {
    const { account } = await person('ada');
    await node.daybook.changePreferences(account, { timeZone: 'Europe/Berlin' });
    const settle = (change: ReadonlyMap<string, string | null>) =>
      node.daybook.services.changePreferences({
        stream: `preferences-${account}`,
        owner: account,
        command: { type: 'ChangeSettings', change },
        by: node.daybook.byCommandLine(),
      });
    await settle(
      new Map([
        ['defaults/SOGoBusyOffHours', 'true'],
        ['defaults/SOGoDayStartTime', '"07:00"'],
      ]),
    );
    const times = await of('ada');
    expect(times).toHaveLength(6);
    expect(times[1]).toBe('05T17:00 06T06:00 BUSY-UNAVAILABLE');
    expect(times.at(-1)).toBe('09T17:00 12T00:00 BUSY-UNAVAILABLE');
    await settle(new Map([['defaults/SOGoBusyOffHours', 'false']]));
    expect(await of('ada')).toEqual([]);
  });

  it('of a room is when it takes no more (MultipleBookings)', async () => {
    await put('room', ':20260105T090000Z', 'DURATION:PT2H');
    await put('room', ':20260105T100000Z', 'DURATION:PT2H');
    const by = await person('bob');
    const { services } = node.daybook;
    const room = await askedOf(services, by, await person('room'));
    const [one] = await busyTimeOf(await busyAskingBy(services, by), [room], range);
    expect(written(one)).toEqual(['05T10:00 05T11:00 BUSY']);
  });
});

describe('the two ways to read calendars', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'TRANSP:TRANSPARENT',
      'STATUS:TENTATIVE',
      'STATUS:CANCELLED',
      'RRULE:FREQ=DAILY;COUNT=4',
      'RRULE:FREQ=WEEKLY;INTERVAL=2',
      'EXDATE:20260106T090000Z',
      'RDATE:20260109T110000Z',
      'CLASS:PRIVATE',
      'ORGANIZER:mailto:ada@acme.com',
      'ORGANIZER:mailto:x@acme.com',
      'ATTENDEE:mailto:y@acme.com',
    ),
    fc
      .constantFrom('ACCEPTED', 'DECLINED', 'TENTATIVE', 'NEEDS-ACTION', 'X-OTHER')
      .map((partstat) => `ATTENDEE;PARTSTAT=${partstat}:mailto:ada@acme.com`),
  );
  const event = fc.record({
    start: fc
      .record({ day: fc.integer({ min: 1, max: 14 }), hour: fc.integer({ min: 0, max: 23 }) })
      .chain(({ day, hour }) => {
        const date = `202601${String(day).padStart(2, '0')}`;
        const time = `${date}T${String(hour).padStart(2, '0')}0000`;
        return fc.constantFrom(
          `:${time}Z`,
          `:${time}`,
          `;VALUE=DATE:${date}`,
          `;TZID=Asia/Tokyo:${time}`,
        );
      }),
    duration: fc.constantFrom('P1D', 'P2W', 'P40D'),
    lines: fc.uniqueArray(line, { maxLength: 4, selector: (one) => one.replace(/[;:].*/, '') }),
  });

  it('tell the same, whatever is in them', async () => {
    const { services } = node.daybook;
    const by = await person('bob');
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 8 }), async (events) => {
        const paths: string[] = [];
        for (const { start, duration, lines } of events) {
          const length = start.includes('VALUE=DATE') || duration !== 'P1D' ? duration : 'PT90M';
          paths.push(await put('ada', start, `DURATION:${length}`, ...lines));
        }
        const asking = await busyAskingBy(services, by);
        const { unveiled } = asking;
        const slowly: typeof unveiled = { ...unveiled, taking: async () => new Map() };
        const [quick] = await busyTimeOf(asking, [await asked('ada')], range);
        const [slow] = await busyTimeOf(
          { ...asking, unveiled: slowly },
          [await asked('ada')],
          range,
        );
        expect(quick).toEqual(slow);
        for (const path of paths) await send('ada', 'DELETE', path);
      }),
      { numRuns: 12 },
    );
  });
});

describe('freebusy.ifb/ajaxRead, as SOGo’s page asks', () => {
  const read = async (path: string): Promise<Response> => {
    const at = browser(node);
    expect((await at.json('/SOGo/connect', { userName: 'bob', password })).status).toBe(200);
    return at.get(`/SOGo/so/${path}`);
  };

  it('tells of quarters of an hour on the clock of who asks', async () => {
    const { account } = await person('bob');
    await node.daybook.changePreferences(account, { timeZone: 'Europe/Berlin' });
    await put('ada', ':20260302T091000Z', 'DURATION:PT25M');
    const answer = await read('bob/freebusy.ifb/ajaxRead?uid=ada&sday=20260302&eday=20260303');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      '20260302': { '10': { '0': 1, '15': 1, '30': 1 } },
      '20260303': {},
    });
    expect((await read('ada/freebusy.ifb/ajaxRead?sday=20260302&eday=20260302')).status).toBe(200);
  });

  it('tells that a resource is free that was never booked', async () => {
    const answer = await read('bob/freebusy.ifb/ajaxRead?uid=garden&sday=20260302&eday=20260302');
    expect(await answer.json()).toEqual({ '20260302': {} });
  });

  it.each([
    ['bob/freebusy.ifb/ajaxRead?uid=ada', 400],
    ['bob/freebusy.ifb/ajaxRead?uid=ada&sday=20260303&eday=20260302', 400],
    ['bob/freebusy.ifb/ajaxRead?uid=ada&sday=00010101&eday=99991231', 400],
    ['bob/freebusy.ifb/ajaxRead?uid=ada&sday=x&sday=y&eday=20260302', 400],
    ['bob/freebusy.ifb/ajaxRead?uid=nobody&sday=20260302&eday=20260302', 404],
    // Of a domain that his does not see.
    ['bob/freebusy.ifb/ajaxRead?uid=zoe@far.org&sday=20260302&eday=20260302', 404],
  ])('answers %s with %i', async (path, status) => {
    expect((await read(path)).status).toBe(status);
  });
});
