import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { caldav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { responsesOf, valueOf } from '../../support/multistatus.ts';
import { eventText, ICALENDAR, multigetBody, XML } from '../../support/objects.ts';
import { sync } from '../../support/syncing.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

/** What a client does: it changes the calendar, or asks for one page of changes. */
type Step =
  | { readonly do: 'put'; readonly name: string; readonly summary: string }
  | { readonly do: 'delete'; readonly name: string }
  | {
      readonly do: 'sync';
      readonly client: 0 | 1;
      readonly limit: number | undefined;
      readonly data: boolean;
    };

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      name,
      summary: fc.constantFrom('1', '2', '3'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), name }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('sync' as const),
      client: fc.constantFrom(0 as const, 1 as const),
      limit: fc.constantFrom(undefined, 1, 2, 3),
      data: fc.boolean(),
    }),
  },
);

/** What a client believes of the calendar: href to ETag. */
interface Mirror {
  token: string;
  readonly members: Map<string, string>;
}

const pull = async (
  at: string,
  mirror: Mirror,
  limit: number | undefined,
  data: boolean,
): Promise<boolean> => {
  const props = ['{DAV:}getetag', ...(data ? [caldav('calendar-data')] : [])] as const;
  const answer = await sync(server, at, mirror.token, {
    props,
    ...(limit === undefined ? {} : { limit }),
  });
  for (const [href, etag] of answer.members) {
    if (etag === 'gone') mirror.members.delete(href);
    else mirror.members.set(href, etag);
  }
  if (limit !== undefined) expect(answer.members.size).toBeLessThanOrEqual(limit);
  mirror.token = answer.token;
  return answer.truncated;
};

const listing = async (at: string): Promise<ReadonlyMap<string, string>> => {
  const answered = await server.send('PROPFIND', at, { headers: { depth: '1' } });
  const members = [...responsesOf(answered)].filter(([href]) => href !== at);
  return new Map(
    members.map(([href, response]) => [href, valueOf(response, '{DAV:}getetag') ?? '']),
  );
};

let calendars = 0;

it('after any interleaving of changes and partial syncs, every client mirrors the full listing (RFC 6578 §3)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      calendars += 1;
      const at = `/SOGo/dav/alice/Calendar/law-${calendars}/`;
      await server.send('MKCALENDAR', at);
      const mirrors: readonly [Mirror, Mirror] = [
        { token: '', members: new Map() },
        { token: '', members: new Map() },
      ];
      for (const one of steps) {
        if (one.do === 'put')
          await server.send('PUT', at + one.name, {
            headers: ICALENDAR,
            body: eventText(one.name, `SUMMARY:${one.summary}`),
          });
        else if (one.do === 'delete') await server.send('DELETE', at + one.name);
        else await pull(at, mirrors[one.client], one.limit, one.data);
      }
      const truth = await listing(at);
      for (const mirror of mirrors) {
        while (await pull(at, mirror, 2, false));
        expect(mirror.members).toEqual(truth);
      }
      const body = multigetBody('calendar', [...truth.keys()]);
      const answered = await server.send('REPORT', at, { headers: XML, body });
      for (const [href, response] of responsesOf(answered))
        expect([href, valueOf(response, '{DAV:}getetag')]).toEqual([href, truth.get(href)]);
    }),
    { numRuns: 40 },
  );
});

it('while two clients write at once, no token skips a change', async () => {
  const at = '/SOGo/dav/alice/Calendar/racing/';
  await server.send('MKCALENDAR', at);
  const mirror: Mirror = { token: '', members: new Map() };
  let writing = true;
  const write = async (client: number): Promise<void> => {
    for (let round = 0; round < 20; round += 1) {
      const path = `${at}${client}-${round % 7}`;
      const body = eventText(`${client}-${round % 7}`, `SUMMARY:${round}`);
      if (round % 5 === 4) await server.send('DELETE', path);
      else await server.send('PUT', path, { headers: ICALENDAR, body });
    }
  };
  const writers = Promise.all([write(1), write(2)]).finally(() => {
    writing = false;
  });
  while (writing) await pull(at, mirror, 3, false);
  await writers;
  while (await pull(at, mirror, undefined, false));
  expect(mirror.members).toEqual(await listing(at));
});
