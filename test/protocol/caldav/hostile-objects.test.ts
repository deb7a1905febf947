import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dav } from '../../../src/api/dav/xml/names.ts';
import type { ResourceName } from '../../../src/domain/kernel/ids.ts';
import type { CollectionRows, Filled, Snapshot } from '../../../src/projections/collection/rows.ts';
import { filterOf, rangeElement, reportBody, sendReport } from '../../support/calendar-query.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, responsesOf } from '../../support/multistatus.ts';
import { CALENDAR, ICALENDAR } from '../../support/objects.ts';
import { object } from '../../support/times.ts';

const COUNT = 5_000;
const names = Array.from({ length: COUNT }, (_, at) => `${at}.ics` as ResourceName);

/** One object of the collection as if it were there many times, page by page. */
const multiplied = (rows: CollectionRows): CollectionRows => {
  const worst = async (stream: Parameters<CollectionRows['named']>[0]) => {
    const snapshot = await rows.named(stream, ['worst.ics' as ResourceName]);
    if (snapshot === undefined) return undefined;
    const members: Filled[] = [];
    for await (const page of snapshot.members) members.push(...page);
    const [member] = members;
    return member && { collection: snapshot.collection, member };
  };
  const as = async (
    stream: Parameters<CollectionRows['named']>[0],
    wanted: readonly ResourceName[],
  ): Promise<Snapshot<Filled> | undefined> => {
    const found = await worst(stream);
    if (found === undefined) return undefined;
    async function* members() {
      for (let at = 0; at < wanted.length; at += 500)
        yield wanted.slice(at, at + 500).map((name) => ({ ...found?.member, name }) as Filled);
    }
    return { collection: found.collection, members: members() };
  };
  return {
    ...rows,
    named: (stream, wanted) =>
      wanted.length > 1 ? as(stream, wanted) : rows.named(stream, wanted),
    candidates: (stream) => as(stream, names),
    allFilled: (stream) => as(stream, names),
  };
};

let server: DavServer;
beforeAll(async () => {
  server = await startDav({
    limits: { hrefs: COUNT, steps: 1_500_000, xml: 1_000_000 },
    wrap: (services) => ({ ...services, collections: multiplied(services.collections) }),
  });
  // Found nowhere, at all costs.
  const rules = Array.from(
    { length: 20 },
    () => 'RRULE:FREQ=DAILY;BYYEARDAY=366;BYDAY=MO;COUNT=90',
  );
  const body = object(['DTSTART;TZID=Europe/Berlin:19970101T060000', 'DURATION:PT1H', ...rules]);
  const put = await server.send('PUT', `${CALENDAR}worst.ics`, { headers: ICALENDAR, body });
  expect(put.status).toBe(201);
});
afterAll(() => server.stop());

const YEAR = ['20260101T000000Z', '20270101T000000Z'] as const;
const inYear = filterOf(rangeElement('time-range', ...YEAR), 'VEVENT');
const expanded = `<C:calendar-data>${rangeElement('expand', ...YEAR)}</C:calendar-data>`;
const byNames = names.map((name) => `<D:href>${CALENDAR}${name}</D:href>`).join('');
const sync = `<D:sync-collection xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:sync-token/><D:sync-level>1</D:sync-level><D:prop>${expanded}</D:prop></D:sync-collection>`;

/** How many requests of somebody else's are answered while one is under way. */
const answeredBeside = async (body: string): Promise<number> => {
  let over = false;
  let answered = 0;
  const slow = sendReport(server, CALENDAR, body, body === sync ? { depth: '0' } : {}).finally(
    () => {
      over = true;
    },
  );
  while (!over) {
    const quick = await server.send('PROPFIND', '/SOGo/dav/bob@example.org/', {
      headers: { depth: '0' },
      credentials: 'bob@example.org:secret',
    });
    expect(quick.status).toBe(207);
    if (!over) answered += 1;
  }
  expect((await slow).status).toBeLessThan(500);
  return answered;
};

const counted = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

describe('thousands of objects that cost as much as any can', () => {
  it.each([
    ['calendar-query', reportBody('calendar-query', '', inYear)],
    ['calendar-multiget', reportBody('calendar-multiget', expanded, byNames)],
    ['sync-collection', sync],
  ])('keep nobody else waiting: %s', async (_report, body) => {
    expect(await answeredBeside(body)).toBeGreaterThan(3);
  });

  it('are judged as far as one request may go: 507 number-of-matches-within-limits (RFC 4791 §7.8)', async () => {
    const found = responsesOf(
      await sendReport(server, CALENDAR, reportBody('calendar-query', '', inYear)),
    );
    expect(found.size).toBeLessThan(COUNT);
    expect(found.get(CALENDAR)).toMatchObject({
      status: 507,
      conditions: [dav('number-of-matches-within-limits')],
    });
  });

  it('are refused where half an answer would be a wrong one: free-busy-query (RFC 4791 §7.10)', async () => {
    const body = `<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">${rangeElement('time-range', ...YEAR)}</C:free-busy-query>`;
    const refused = await sendReport(server, CALENDAR, body);
    expect(refused.status).toBe(403);
    expect(conditionsOf(refused)).toEqual([dav('number-of-matches-within-limits')]);
  });

  it('are expanded as far as one request may go, and the others refused one by one (RFC 4791 §7.8)', async () => {
    const body = reportBody('calendar-multiget', expanded, byNames);
    const answered = await sendReport(server, CALENDAR, body);
    expect(counted(answered.body, /<D:response>/g)).toBe(COUNT);
    const refused = counted(answered.body, /<D:number-of-matches-within-limits\/>/g);
    expect(refused).toBeGreaterThan(COUNT / 2);
    expect(refused).toBeLessThan(COUNT);
  });
});
