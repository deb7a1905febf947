import { afterAll, beforeAll, expect, it } from 'vitest';
import { shareLinkCommands } from '../../src/api/cli/share-link.ts';
import type { Given } from '../../src/api/cli/command.ts';
import type { Surroundings } from '../../src/api/cli/surroundings.ts';
import { browser, type FullNode, startNode } from '../support/full-node.ts';
import { freshDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({ url: database.url });
  for (const login of ['alice', 'bob'])
    await node.daybook.accounts.add({ login, password: 'secret' });
});
afterAll(async () => {
  await node?.stop();
  await database?.drop();
});

const daybook = async (
  name: string,
  operands: readonly string[],
  options: Given['options'] = {},
): Promise<readonly Record<string, unknown>[]> => {
  const lines: string[] = [];
  const surroundings = {
    open: async () => ({ ...node.daybook, close: async () => {} }),
    directories: async () => [],
    print: (line: string) => void lines.push(line),
  } as unknown as Surroundings;
  const command = shareLinkCommands.find((one) => one.name === `share-link ${name}`);
  expect(await command?.run({ options, operands }, surroundings)).toBe(0);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
};
const status = async (path: unknown) => (await fetch(`${node.url}${String(path)}`)).status;

it('links are made, listed and revoked on the command line and by their owner’s browser, on PostgreSQL', async () => {
  const place = 'alice/Calendar/personal';
  const [made] = await daybook('create', [place], {
    view: 'date-and-time',
    days: '30',
    label: 'club/choir',
  });
  expect(made).toMatchObject({ view: 'date-and-time', label: 'club/choir', ended: false });
  expect(await status(made?.['path'])).toBe(200);
  const listed = await daybook('list', [place]);
  expect(listed).toEqual([{ ...made, path: undefined }].map(({ path: _, ...rest }) => rest));

  const alice = browser(node);
  await alice.json('/SOGo/connect', { userName: 'alice', password: 'secret' });
  const links = `/SOGo/so/${place}/shareLinks`;
  const posted = await alice.json(links, { days: 'never' });
  expect(posted.status).toBe(201);
  const second = (await posted.json()) as { link: string; path: string; until: null };
  expect([second.until, await status(second.path)]).toEqual([null, 200]);
  expect(((await (await alice.get(links)).json()) as { links: unknown[] }).links).toHaveLength(2);
  expect((await alice.json(links, { view: 'everything' })).status).toBe(400);
  expect((await alice.json(`${links}/none/revoke`, {})).status).toBe(404);

  const bob = browser(node);
  await bob.json('/SOGo/connect', { userName: 'bob', password: 'secret' });
  expect((await bob.json(links, {})).status).toBe(404);
  expect((await bob.json(`${links}/${second.link}/revoke`, {})).status).toBe(404);

  expect((await alice.json(`${links}/${second.link}/revoke`, {})).status).toBe(204);
  await daybook('revoke', [place, String(made?.['link'])]);
  expect([await status(second.path), await status(made?.['path'])]).toEqual([404, 404]);
  expect(await daybook('list', [place])).toEqual([]);
});
