import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FullNode, startNode } from '../../support/full-node.ts';
import {
  attendee,
  lines,
  meeting,
  organizer,
  partstatsOf,
  statusOf,
  unfolded,
} from '../../support/meetings.ts';
import { ICALENDAR } from '../../support/objects.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let nodes: readonly FullNode[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  nodes = [await startNode({ url: database.url }), await startNode({ url: database.url })];
  for (const login of ['ada', 'ben', 'cleo'])
    await nodes[0]?.daybook.accounts.add({
      ...{ login, password: 'secret', mail: `${login}@example.org` },
    });
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await database.drop();
});

const send = async (
  node: number,
  login: string,
  method: string,
  name: string,
  body?: string,
): Promise<{ readonly status: number; readonly body: string }> => {
  const answer = await fetch(`${nodes[node]?.url}/SOGo/dav/${login}/Calendar/personal/${name}`, {
    method,
    headers: {
      ...ICALENDAR,
      authorization: `Basic ${Buffer.from(`${login}:secret`).toString('base64')}`,
    },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, body: await answer.text() };
};

const accepting = (copy: string, login: string): string =>
  copy.replace(
    new RegExp(`PARTSTAT=NEEDS-ACTION([^\\r]*(?:\\r\\n [^\\r]*)*?:\\s*mailto:${login})`),
    'PARTSTAT=ACCEPTED$1',
  );

describe('scheduling on several nodes, over PostgreSQL', () => {
  it('shows on one at once what was stored on the other', async () => {
    const event = meeting(lines('two', organizer('ada'), attendee('ben'), attendee('cleo')));
    expect((await send(0, 'ada', 'PUT', 'two.ics', event)).status).toBe(201);
    const copy = await send(1, 'ben', 'GET', 'two.ics');
    expect(copy.status).toBe(200);
    expect((await send(1, 'ben', 'PUT', 'two.ics', accepting(copy.body, 'ben'))).status).toBe(204);
    const mine = await send(0, 'ada', 'GET', 'two.ics');
    expect(partstatsOf(mine.body, 'ben')).toEqual(['ACCEPTED']);
    expect(statusOf(mine.body, 'cleo')).toBe('1.2');
    const third = (await send(1, 'cleo', 'GET', 'two.ics')).body;
    expect(partstatsOf(third, 'ben')).toEqual(['ACCEPTED']);
  });

  it('hears answers that are given on both at the same moment', async () => {
    const event = meeting(lines('both', organizer('ada'), attendee('ben'), attendee('cleo')));
    await send(0, 'ada', 'PUT', 'both.ics', event);
    await Promise.all(
      ['ben', 'cleo'].map(async (login, node) => {
        const copy = (await send(node, login, 'GET', 'both.ics')).body;
        const answer = await send(node, login, 'PUT', 'both.ics', accepting(copy, login));
        expect(answer.status).toBe(204);
      }),
    );
    await expect
      .poll(
        async () => {
          const { body } = await send(0, 'ada', 'GET', 'both.ics');
          return [partstatsOf(body, 'ben'), partstatsOf(body, 'cleo')];
        },
        { timeout: 20_000 },
      )
      .toEqual([['ACCEPTED'], ['ACCEPTED']]);
  });

  it('remembers who left, so that nothing older brings it back', async () => {
    const event = meeting(lines('gone', organizer('ada'), attendee('ben'), attendee('cleo')));
    await send(0, 'ada', 'PUT', 'gone.ics', event);
    expect((await send(0, 'ada', 'DELETE', 'gone.ics')).status).toBe(204);
    expect((await send(1, 'ben', 'GET', 'gone.ics')).status).toBe(404);
    const heard = await nodes[0]?.pool.query<{ heard: string }>(
      `select heard::text from collection.heard where uid = 'gone' order by stream`,
    );
    expect(heard?.rows).toHaveLength(2);
    for (const { heard: text } of heard?.rows ?? [])
      expect(JSON.parse(text)).toMatchObject({ marks: [{ instance: '', cancelled: true }] });
  });

  it('says in the log what a request led to, everywhere', async () => {
    const [node] = nodes;
    if (node === undefined) throw new Error('no node');
    const event = meeting(lines('told', organizer('ada'), attendee('ben'), attendee('cleo')));
    expect((await send(0, 'ada', 'PUT', 'told.ics', event)).status).toBe(201);
    const recorded = [];
    const stop = new AbortController();
    const end = await node.daybook.store.end();
    for await (const batch of node.daybook.store.subscribe('start', stop.signal)) {
      recorded.push(...batch);
      if (batch.some(({ position }) => position === end)) stop.abort();
    }
    const [cause] = recorded
      .filter(({ type, actor }) => type === 'CalendarObjectStored' && actor !== 'system')
      .slice(-1);
    const effects = recorded.filter(
      ({ correlationId, id }) => correlationId === cause?.correlationId && id !== cause?.id,
    );
    // Two copies, the delivery's status, and the process.
    expect(effects.map(({ type }) => type).toSorted()).toEqual([
      'CalendarObjectStored',
      'CalendarObjectStored',
      'CalendarObjectStored',
      'ChangeScheduled',
      'SchedulingMessageHeard',
      'SchedulingMessageHeard',
    ]);
    expect(new Set(effects.map(({ causationId }) => causationId))).toEqual(new Set([cause?.id]));
    expect(new Set(effects.map(({ actor }) => actor))).toEqual(new Set(['system']));
  });

  it('keeps instances apart: one is added, answered and called off by itself', async () => {
    const series = lines('series', 'RRULE:FREQ=DAILY;COUNT=5', organizer('ada'), attendee('ben'));
    expect((await send(0, 'ada', 'PUT', 'series.ics', meeting(series))).status).toBe(201);
    const instance = [
      'UID:series',
      'DTSTAMP:20260101T000000Z',
      'RECURRENCE-ID:20300109T090000Z',
      'DTSTART:20300109T120000Z',
      'DTEND:20300109T130000Z',
      'SUMMARY:Planning',
      organizer('ada'),
      attendee('ben'),
      attendee('cleo'),
    ];
    const both = meeting(series, instance);
    expect((await send(0, 'ada', 'PUT', 'series.ics', both)).status).toBe(204);
    const only = await send(1, 'cleo', 'GET', 'series.ics');
    expect(unfolded(only.body).filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
    expect(only.body).toContain('RECURRENCE-ID');
    await send(1, 'cleo', 'PUT', 'series.ics', accepting(only.body, 'cleo'));
    const mine = (await send(0, 'ada', 'GET', 'series.ics')).body;
    expect(partstatsOf(mine, 'cleo')).toEqual(['ACCEPTED']);
    const without = meeting([...series.slice(0, 5), 'EXDATE:20300109T090000Z', ...series.slice(5)]);
    expect((await send(0, 'ada', 'PUT', 'series.ics', without)).status).toBe(204);
    expect((await send(1, 'cleo', 'GET', 'series.ics')).status).toBe(404);
    expect((await send(1, 'ben', 'GET', 'series.ics')).body).toContain('EXDATE');
  });
});
