import { afterAll, beforeAll, expect, it } from 'vitest';
import { rightsCommands } from '../../src/api/cli/rights.ts';
import type { Surroundings } from '../../src/api/cli/surroundings.ts';
import { type FullNode, startNode } from '../support/full-node.ts';
import { freshDatabase } from '../support/postgres.ts';
import { eventText, ICALENDAR, syncBody, XML } from '../support/objects.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({ url: database.url });
  for (const login of ['alice', 'bob', 'carol'])
    await node.daybook.accounts.add({ login, password: `${login}'s password` });
});
afterAll(async () => {
  await node.stop();
  await database.drop();
});

const send = async (
  login: string,
  method: string,
  path: string,
  body?: string,
  type: Readonly<Record<string, string>> = XML,
) => {
  const authorization = `Basic ${Buffer.from(`${login}:${login}'s password`).toString('base64')}`;
  const answer = await fetch(`${node.url}/SOGo/dav/${path}`, {
    method,
    headers: { authorization, depth: '1', ...(body === undefined ? {} : type) },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, body: await answer.text() };
};

/** What a command prints; the store stays open, being the server's. */
const daybook = async (
  name: string,
  ...operands: readonly string[]
): Promise<readonly string[]> => {
  const lines: string[] = [];
  const surroundings = {
    open: async () => ({ ...node.daybook, close: async () => {} }),
    directories: async () => [],
    print: (line: string) => void lines.push(line),
    complain: (line: string) => void lines.push(line),
  } as unknown as Surroundings;
  const command = rightsCommands.find((one) => one.name === `rights ${name}`);
  expect(await command?.run({ options: {}, operands }, surroundings)).toBe(0);
  return lines;
};

const calendar = 'alice/Calendar/personal';

it('rights are given, explained and taken on the command line, and hold over DAV at once, on PostgreSQL', async () => {
  for (const [name, of] of [
    ['a.ics', 'PUBLIC'],
    ['b.ics', 'CONFIDENTIAL'],
    ['c.ics', 'PRIVATE'],
  ] as const) {
    const text = eventText(name, `CLASS:${of}`, `SUMMARY:secret ${name}`);
    expect((await send('alice', 'PUT', `${calendar}/${name}`, text, ICALENDAR)).status).toBe(201);
  }
  expect((await send('bob', 'GET', `${calendar}/a.ics`)).status).toBe(404);
  await daybook('grant', calendar, 'anonymous', 'PublicModifier');
  expect(await daybook('explain', 'anonymous', `${calendar}/a.ics`)).toEqual(
    expect.arrayContaining([
      'because: what was given to those who did not sign in counts',
      'PUBLIC objects: view, sees whole',
      'PRIVATE objects: none, sees nothing',
      'adds objects: no',
    ]),
  );
  await daybook('revoke', calendar, 'anonymous');
  expect(await daybook('explain', 'bob', calendar)).toContain(
    'sees nothing: for them the collection does not exist',
  );
  await daybook('grant', calendar, 'bob', 'PublicModifier,ConfidentialDAndTViewer');
  expect(await daybook('show', `/SOGo/dav/${calendar}/`)).toEqual([
    '{"who":"bob","roles":["PublicModifier","ConfidentialDAndTViewer"]}',
  ]);
  const explained = await daybook('explain', 'bob', `${calendar}/b.ics`);
  expect(explained).toContain('because: they were given rights by name');
  expect(explained).toContain('PUBLIC objects: modify, sees whole');
  expect(explained).toContain('adds objects: no');
  expect(explained.at(-1)).toBe('b.ics (CONFIDENTIAL): date-and-time, sees date-and-time');

  const sync = async (token: string) => {
    const { status, body } = await send('bob', 'REPORT', `${calendar}/`, syncBody(token));
    expect(status).toBe(207);
    const [, next = ''] = /sync-token[^>]*>([^<]+)</.exec(body) ?? [];
    return { names: body.match(/[abc]\.ics(?=<)/g), gone: body.includes('404'), next };
  };
  const first = await sync('');
  expect(first.names).toEqual(['a.ics', 'b.ics']);
  const hidden = eventText('a.ics', 'CLASS:PRIVATE', 'SUMMARY:secret');
  expect((await send('alice', 'PUT', `${calendar}/a.ics`, hidden, ICALENDAR)).status).toBe(204);
  expect((await send('alice', 'DELETE', `${calendar}/c.ics`)).status).toBe(204);
  const second = await sync(first.next);
  expect([second.names, second.gone]).toEqual([['a.ics'], true]);
  expect((await sync(second.next)).names).toBeNull();
  const exported = await send('bob', 'GET', `${calendar}.ics`);
  expect(exported.status).toBe(200);
  expect(exported.body).toContain('(Confidential event)');
  expect(exported.body).not.toContain('secret');

  await daybook('revoke', calendar, 'bob');
  expect((await send('bob', 'GET', `${calendar}/b.ics`)).status).toBe(404);
  expect(await daybook('show', calendar)).toEqual([]);
});

it('rights of a group reach whoever is in it', async () => {
  const { groups } = node.daybook;
  await groups.add({ name: 'team' });
  await groups.include('team', { login: 'carol' }, async () => undefined);
  expect((await send('alice', 'PUT', `${calendar}/g.ics`, eventText('g'), ICALENDAR)).status).toBe(
    201,
  );
  await daybook('grant', calendar, '@team', 'PublicViewer');
  expect((await send('carol', 'GET', `${calendar}/g.ics`)).status).toBe(200);
  expect((await send('bob', 'GET', `${calendar}/g.ics`)).status).toBe(404);
  expect(await daybook('explain', 'carol', calendar)).toContain(
    'because: a group of theirs was given rights',
  );
  await daybook('revoke', calendar, '@team');
  expect((await send('carol', 'GET', `${calendar}/g.ics`)).status).toBe(404);
});
