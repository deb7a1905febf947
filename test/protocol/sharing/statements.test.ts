import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type FullNode, startNode } from '../../support/full-node.ts';
import { eventText, ICALENDAR, multigetBody, syncBody, XML } from '../../support/objects.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;

const send = async (
  login: string,
  method: string,
  path: string,
  { headers = {}, body = '' }: { headers?: Readonly<Record<string, string>>; body?: string } = {},
) => {
  const answer = await fetch(`${node.url}/SOGo/dav/${path}`, {
    method,
    headers: {
      ...headers,
      authorization: `Basic ${Buffer.from(`${login}:secret`).toString('base64')}`,
    },
    ...(body === '' ? {} : { body }),
  });
  return { status: answer.status, body: await answer.text() };
};
type Sent = Parameters<typeof send>;

const AT = 'ada/Calendar/shared/';
const roles = (user: string, ...given: readonly string[]) =>
  `<acl-query xmlns="urn:inverse:params:xml:ns:inverse-dav"><set-roles user="${user}">${given.map((role) => `<${role}/>`).join('')}</set-roles></acl-query>`;

beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({ url: database.url });
  for (const login of ['ada', 'bob', 'carol'])
    await node.daybook.accounts.add({ login, password: 'secret' });
  expect((await send('ada', 'MKCALENDAR', AT)).status).toBe(201);
  for (const [user, given] of [
    [
      'bob',
      [
        'ObjectCreator',
        'ObjectEraser',
        'PublicModifier',
        'ConfidentialModifier',
        'PrivateModifier',
      ],
    ],
    ['carol', ['PublicViewer', 'PrivateDAndTViewer']],
  ] as const)
    expect(
      (await send('ada', 'POST', AT, { headers: XML, body: roles(user, ...given) })).status,
    ).toBe(204);
  const event = { headers: ICALENDAR, body: eventText('one', 'SUMMARY:One') };
  expect((await send('ada', 'PUT', `${AT}one.ics`, event)).status).toBe(201);
});
afterAll(async () => {
  await node?.stop();
  await database.drop();
});

/** How many statements were asked, without those by which projections write what was recorded before. */
const asked = (calls: readonly (readonly unknown[])[]): number =>
  calls.filter(([query]) => {
    const { text } = query as { readonly text?: string };
    return text?.includes('with fence as') !== true;
  }).length;

/** Statements while a request is answered, of several tries the fewest: others ask besides. */
const statementsOf = async (...sent: Sent): Promise<number> => {
  const counts: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    const asking = vi.spyOn(pg.Client.prototype, 'query');
    try {
      const { status } = await send(...sent);
      expect([200, 201, 204, 207, 304]).toContain(status);
      counts.push(asked(asking.mock.calls));
    } finally {
      asking.mockRestore();
    }
  }
  return Math.min(...counts.slice(2));
};

const requests: readonly (readonly [string, string, NonNullable<Sent[3]>])[] = [
  ['GET', `${AT}one.ics`, {}],
  ['HEAD', `${AT}one.ics`, {}],
  ['PROPFIND', AT, { headers: { depth: '0' } }],
  ['PROPFIND', AT, { headers: { depth: '1' } }],
  ['PROPFIND', `${AT}one.ics`, { headers: { depth: '0' } }],
  ['REPORT', AT, { headers: XML, body: syncBody('') }],
  ['REPORT', AT, { headers: XML, body: multigetBody('calendar', [`/SOGo/dav/${AT}one.ics`]) }],
  ['GET', `${AT.slice(0, -1)}.ics`, {}],
];

it.each(requests)(
  '%s %s of somebody else asks the database no more than the owner does',
  async (method, path, options) => {
    const owners = await statementsOf('ada', method, path, options);
    expect(owners).toBeGreaterThan(0);
    expect(await statementsOf('bob', method, path, options)).toBeLessThanOrEqual(owners);
    expect(await statementsOf('carol', method, path, options)).toBeLessThanOrEqual(owners);
  },
);

it('a PUT by somebody else asks for the object as it is, to see whether he only answers an invitation, and for nothing else', async () => {
  const put = (login: string): Sent => [
    login,
    'PUT',
    `${AT}${login}.ics`,
    { headers: ICALENDAR, body: eventText(login, `SUMMARY:${Math.random()}`) },
  ];
  const counted = async (login: string): Promise<number> => {
    const counts: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      // Rows that lag behind are asked for twice.
      expect((await send('ada', 'GET', `${AT}one.ics`)).status).toBe(200);
      const asking = vi.spyOn(pg.Client.prototype, 'query');
      try {
        const { status } = await send(...put(login));
        expect(status).toBeLessThan(300);
        counts.push(asked(asking.mock.calls));
      } finally {
        asking.mockRestore();
      }
    }
    return Math.min(...counts.slice(2));
  };
  const owners = await counted('ada');
  expect(await counted('bob')).toBeLessThanOrEqual(owners + 1);
});

it('whoever lost his rights finds nothing at the very next request, though he was there a moment ago', async () => {
  const remove =
    '<acl-query xmlns="urn:inverse:params:xml:ns:inverse-dav"><remove-user user="bob"/></acl-query>';
  expect((await send('ada', 'POST', AT, { headers: XML, body: remove })).status).toBe(204);
  for (const [method, path, options] of requests) {
    const { status, body } = await send('bob', method, path, options);
    expect([method, path, status]).toEqual([method, path, 404]);
    expect(body).not.toMatch(/One|one\.ics"/);
  }
  const write = { headers: ICALENDAR, body: eventText('his') };
  expect((await send('bob', 'PUT', `${AT}his.ics`, write)).status).toBe(404);
  expect((await send('bob', 'DELETE', `${AT}one.ics`)).status).toBe(404);
  // And finds it at once when he is given some again.
  const give = { headers: XML, body: roles('bob', 'PublicViewer') };
  expect((await send('ada', 'POST', AT, give)).status).toBe(204);
  expect((await send('bob', 'GET', `${AT}one.ics`)).status).toBe(200);
});
