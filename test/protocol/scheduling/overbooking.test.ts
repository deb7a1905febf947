import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FullNode, startNode } from '../../support/full-node.ts';
import { attendee, lines, meeting, organizer, partstatsOf } from '../../support/meetings.ts';
import { ICALENDAR } from '../../support/objects.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { rooms } from '../../support/rooms.ts';

const CLIENTS = 50;
const BOOKINGS = 3;
const password = 'secret';
const hasher = { hash: async () => 'x', verify: async () => true };
const logins = Array.from({ length: 10 }, (_, number) => `user${number}`);

let database: Awaited<ReturnType<typeof freshDatabase>>;
let nodes: readonly FullNode[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  const books = [rooms({ room: BOOKINGS })];
  nodes = [
    await startNode({ url: database.url, books, hasher }),
    await startNode({ url: database.url, books, hasher }),
  ];
  for (const login of [...logins, 'room'])
    await nodes[0]?.daybook.accounts.add({ login, password, mail: `${login}@example.org` });
}, 60_000);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await database?.drop();
});

const send = async (client: number, method: string, body?: string) => {
  const login = `user${client % logins.length}`;
  const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  const url = `${nodes[client % nodes.length]?.url}/SOGo/dav/${login}/Calendar/personal/e${client}.ics`;
  const answer = await fetch(url, {
    method,
    headers: { authorization, ...(body === undefined ? {} : ICALENDAR) },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, body: await answer.text() };
};

describe(`a resource that ${CLIENTS} clients book for the same hour at once, at two nodes`, () => {
  it(`accepts ${BOOKINGS} of them and declines the others`, async () => {
    const clients = Array.from({ length: CLIENTS }, (_, client) => client);
    const stored = await Promise.all(
      clients.map((client) => {
        const login = `user${client % logins.length}`;
        return send(
          client,
          'PUT',
          meeting(lines(`e${client}`, organizer(login), attendee('room'))),
        );
      }),
    );
    expect(stored.map(({ status }) => status)).toEqual(clients.map(() => 201));
    const answers = async () => {
      const held = await Promise.all(clients.map((client) => send(client, 'GET')));
      const count: Record<string, number> = {};
      for (const { body } of held) {
        const said = partstatsOf(body, 'room')[0] ?? 'gone';
        count[said] = (count[said] ?? 0) + 1;
      }
      return count;
    };
    await expect
      .poll(answers, { timeout: 60_000, interval: 500 })
      .toEqual({ ACCEPTED: BOOKINGS, DECLINED: CLIENTS - BOOKINGS });
  }, 120_000);
});
