import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FullNode, startNode } from '../support/full-node.ts';
import { eventText, ICALENDAR, XML } from '../support/objects.ts';
import { freshDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let nodes: readonly FullNode[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  nodes = [await startNode({ url: database.url }), await startNode({ url: database.url })];
  for (const login of ['alice', 'bob'])
    await nodes[0]?.daybook.accounts.add({
      login,
      password: 'secret',
      mail: `${login}@example.org`,
    });
});
afterAll(async () => {
  for (const node of nodes) await node.stop();
  await database?.drop();
});

const NS = 'xmlns:A="DAV:" xmlns:B="http://calendarserver.org/ns/"';
/** Alice asks one node, Bob the other. */
const send = async (
  login: 'alice' | 'bob',
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = XML,
) => {
  const authorization = `Basic ${Buffer.from(`${login}:secret`).toString('base64')}`;
  const answer = await fetch(`${nodes[login === 'alice' ? 0 : 1]?.url}${path}`, {
    method,
    headers: { authorization, depth: '1', ...(body === undefined ? {} : headers) },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, body: await answer.text() };
};
const asked = (name: string): string =>
  `<A:propfind ${NS}><A:prop><B:${name}/></A:prop></A:propfind>`;

it('an invitation is sent, accepted and taken back between people on two nodes, on PostgreSQL', async () => {
  const calendar = '/SOGo/dav/alice/Calendar/personal/';
  await send('bob', 'PROPFIND', '/SOGo/dav/bob/Calendar/', asked('getctag'));
  await send('alice', 'PUT', `${calendar}one.ics`, eventText('one'), ICALENDAR);
  const share = (change: string) =>
    send('alice', 'POST', calendar, `<B:share ${NS}>${change}</B:share>`);
  const bob = '<A:href>mailto:bob@example.org</A:href>';
  expect((await share(`<B:set>${bob}<B:summary>Ours</B:summary><B:read/></B:set>`)).status).toBe(
    200,
  );

  const notes = '/SOGo/dav/bob/notifications/';
  const listed = await send('bob', 'PROPFIND', notes, asked('notificationtype'));
  const [, note = ''] = /<D:href>([^<]+\.xml)<\/D:href>/.exec(listed.body) ?? [];
  const told = await send('bob', 'GET', note);
  expect(told.body).toContain('<CS:summary>Ours</CS:summary>');
  const [, uid = ''] = /<CS:uid>([^<]+)</.exec(told.body) ?? [];
  const accepted = await send(
    'bob',
    'POST',
    '/SOGo/dav/bob/Calendar/',
    `<B:invite-reply ${NS}>${bob}<B:invite-accepted/><B:hosturl><A:href>${calendar}</A:href></B:hosturl><B:in-reply-to>${uid}</B:in-reply-to></B:invite-reply>`,
  );
  const [, mine = ''] = /<D:href>([^<]+)</.exec(accepted.body) ?? [];
  expect([accepted.status, mine]).toEqual([200, '/SOGo/dav/bob/Calendar/alice_personal/']);
  expect((await send('bob', 'GET', `${mine}one.ics`)).status).toBe(200);
  expect((await send('bob', 'GET', note)).status).toBe(404);
  const invite = async () => (await send('alice', 'PROPFIND', calendar, asked('invite'))).body;
  // The other node hears of Bob's home a moment later.
  await expect.poll(invite, { timeout: 10_000 }).toContain('<CS:invite-accepted/>');

  expect((await share(`<B:remove>${bob}</B:remove>`)).status).toBe(200);
  expect((await send('bob', 'GET', `${mine}one.ics`)).status).toBe(404);
  expect(await invite()).not.toContain('mailto:bob@example.org');
});
