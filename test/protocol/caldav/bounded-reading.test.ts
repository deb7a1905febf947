import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SHARE } from '../../../src/api/dav/shares.ts';
import { caldav, dav } from '../../../src/api/dav/xml/names.ts';
import { INLINE_LIMIT } from '../../../src/domain/kernel/content.ts';
import type { BlobStore } from '../../../src/domain/kernel/ports.ts';
import type { CollectionRows, Filled, Snapshot } from '../../../src/projections/collection/rows.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { responsesOf, valueOf } from '../../support/multistatus.ts';
import { CALENDAR, eventText, ICALENDAR, multigetBody, XML } from '../../support/objects.ts';

/** Blobs asked for, one list for each round trip. */
let trips: number[] = [];
/** Octets of the inline contents that each question for named members brought into memory. */
let brought: number[] = [];

const counted = (blobs: BlobStore): BlobStore => ({
  ...blobs,
  get: (ref) => {
    trips.push(1);
    return blobs.get(ref);
  },
  getAll: (refs) => {
    trips.push(refs.length);
    return blobs.getAll(refs);
  },
});

const weighed = (rows: CollectionRows): CollectionRows => ({
  ...rows,
  async named(stream, names) {
    const snapshot = await rows.named(stream, names);
    return snapshot && { ...snapshot, members: noting(snapshot.members) };
  },
});

async function* noting(members: Snapshot<Filled>['members']): Snapshot<Filled>['members'] {
  const at = brought.push(0) - 1;
  for await (const page of members) {
    brought[at] = (brought[at] ?? 0) + page.reduce((sum, { size }) => sum + weight(size), 0);
    yield page;
  }
}
const weight = (size: number): number => (size > INLINE_LIMIT ? 0 : size);

/** An event of about so many octets. */
const sized = (uid: string, octets: number): string =>
  eventText(uid, `DESCRIPTION:${'x'.repeat(octets)}`);

let server: DavServer;
beforeAll(async () => {
  server = await startDav({
    wrap: (services) => ({
      ...services,
      blobs: counted(services.blobs),
      collections: weighed(services.collections),
    }),
  });
});
afterAll(() => server.stop());
beforeEach(() => {
  trips = [];
  brought = [];
});

const put = async (collection: string, name: string, body: string): Promise<string> => {
  const path = `${collection}${name}`;
  const { status } = await server.send('PUT', path, { headers: ICALENDAR, body });
  expect(status).toBe(201);
  return path;
};

const calendarOf = async (segment: string, texts: readonly string[]) => {
  const path = CALENDAR.replace('personal', segment);
  expect((await server.send('MKCALENDAR', path)).status).toBe(201);
  const { body } = await server.send('REPORT', path, { headers: XML, body: sync('') });
  const token = /<D:sync-token[^>]*>([^<]*)</.exec(body)?.[1] ?? '';
  const hrefs: string[] = [];
  for (const [at, text] of texts.entries()) hrefs.push(await put(path, `${at}.ics`, text));
  trips = [];
  brought = [];
  return { path, token, hrefs };
};

const sync = (token: string): string =>
  `<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token><sync-level>1</sync-level>
    <prop><getetag/><c:calendar-data xmlns:c="urn:ietf:params:xml:ns:caldav"/></prop></sync-collection>`;

const query = `<c:calendar-query xmlns:c="urn:ietf:params:xml:ns:caldav"><prop xmlns="DAV:"><c:calendar-data/></prop>
  <c:filter><c:comp-filter name="VCALENDAR"/></c:filter></c:calendar-query>`;

const dataOf = async (path: string, body: string) =>
  [...responsesOf(await server.send('REPORT', path, { headers: XML, body }))].map(
    ([href, response]) => [href, valueOf(response, caldav('calendar-data'))],
  );

describe('objects that are kept as blobs', () => {
  const texts = Array.from({ length: 8 }, (_, at) =>
    sized(`blob ${at}`, at % 2 === 0 ? 70_000 : 10),
  );

  it('are fetched in one round trip by reports and by exports', async () => {
    const { path, token, hrefs } = await calendarOf('few-blobs', texts);
    const expected = hrefs.map((href, at) => [href, texts[at]]);
    const wanted = multigetBody('calendar', hrefs, [dav('getetag'), caldav('calendar-data')]);
    for (const body of [wanted, sync(''), sync(token), query]) {
      trips = [];
      expect(await dataOf(path, body)).toEqual(expected);
      expect(trips).toEqual([4]);
    }
    trips = [];
    const { body } = await server.send('GET', `${path.slice(0, -1)}.ics`);
    for (let at = 0; at < texts.length; at += 1) expect(body).toContain(`UID:blob ${at}`);
    expect(trips).toEqual([4]);
  });

  it('are fetched no more together than one answer may hold', async () => {
    const large = Array.from({ length: 5 }, (_, at) => sized(`large ${at}`, SHARE * 0.4));
    const { path, hrefs } = await calendarOf('large-blobs', large);
    const wanted = multigetBody('calendar', hrefs, [caldav('calendar-data')]);
    expect(await dataOf(path, wanted)).toEqual(hrefs.map((href, at) => [href, large[at]]));
    expect(trips).toEqual([2, 2, 1]);
  });
});

describe('objects of 60 KB', () => {
  const texts = Array.from({ length: 100 }, (_, at) => sized(`inline ${at}`, 60_000));

  it('are answered in order, a share of octets at a time, by multiget (RFC 4791 §7.9) and sync (RFC 6578 §3)', async () => {
    const { path, token, hrefs } = await calendarOf('inline', texts);
    const expected = hrefs.map((href, at) => [href, texts[at]]);
    const wanted = multigetBody('calendar', hrefs, [caldav('calendar-data')]);
    for (const body of [wanted, sync(token)]) {
      brought = [];
      expect(await dataOf(path, body)).toEqual(expected);
      // A page more is there before it is known to be too much.
      for (const octets of brought) expect(octets).toBeLessThan(SHARE + 20 * 61_000);
      expect(brought.length).toBeLessThan(8);
    }
  });
});
