import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, browser, type FullNode, startNode } from '../../support/full-node.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
let ada: Browser;
beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({ url: database.url });
  await node.daybook.accounts.add({ login: 'ada', password: 'secret' });
  await node.daybook.accounts.add({ login: 'bob', password: 'secret' });
  ada = await signedIn('ada');
}, 60_000);
afterAll(async () => {
  await node?.stop();
  await database?.drop();
});

const signedIn = async (userName: string): Promise<Browser> => {
  const one = browser(node);
  expect((await one.json('/SOGo/connect', { userName, password: 'secret' })).status).toBe(200);
  return one;
};

interface Documents {
  defaults: Record<string, unknown>;
  settings: Record<string, Record<string, unknown>>;
}
const documents = async (): Promise<Documents> => ({
  defaults: (await (await ada.get('/SOGo/so/ada/jsonDefaults')).json()) as Documents['defaults'],
  settings: (await (await ada.get('/SOGo/so/ada/jsonSettings')).json()) as Documents['settings'],
});
const save = (body: unknown, who = ada, user = 'ada') =>
  who.json(`/SOGo/so/${user}/Preferences/save`, body);

describe("preferences as SOGo's programs read and post them", () => {
  it('come back as they were saved, whole documents and parts of them', async () => {
    const read = await documents();
    expect(read.settings['Calendar']).toMatchObject({ FolderColors: {} });
    read.defaults['Vacation'] = { autoReplyText: `weird data   \\ ' " ; ^` };
    read.defaults['SOGoTimeZone'] = 'Europe/Berlin';
    Object.assign(read.settings['Calendar'] ?? {}, {
      PreventInvitations: 1,
      PreventInvitationsWhitelist: { bob: 'Bob <bob@example.org>' },
    });
    expect((await save(read)).status).toBe(200);
    expect(await documents()).toMatchObject({
      ...read,
      defaults: { ...read.defaults, UserTimeZoneSecondsFromGMT: expect.any(Number) as number },
    });
    // SOGo loses here what is not posted.
    expect((await save({ settings: { Calendar: { PreventInvitations: 0 } } })).status).toBe(200);
    const after = await documents();
    expect(after.settings['Calendar']).toMatchObject({
      PreventInvitations: 0,
      PreventInvitationsWhitelist: { bob: 'Bob <bob@example.org>' },
    });
    expect(after.defaults).toMatchObject({ SOGoTimeZone: 'Europe/Berlin' });
  });

  it('are events of what changed alone, and none when nothing did', async () => {
    const { account } = (await node.daybook.accountRows.byLogin('ada')) ?? {};
    const count = async (): Promise<number> =>
      Number(
        (
          await node.pool.query<{ count: string }>(
            'select count(*) from log.event where stream = $1',
            [`preferences-${account}`],
          )
        ).rows[0]?.count,
      );
    await save({ settings: { Mail: { View: 'a' } } });
    const before = await count();
    await save(await documents());
    expect(await count()).toBe(before);
    await save({ settings: { Mail: { View: 'b', Other: 1 } } });
    expect(await count()).toBe(before + 1);
  });

  it('are the person’s own, and changed only by a page of ours', async () => {
    const bob = await signedIn('bob');
    expect((await bob.get('/SOGo/so/ada/jsonDefaults')).status).toBe(404);
    expect((await bob.get('/SOGo/so/ada/jsonSettings')).status).toBe(404);
    expect((await save({ defaults: {} }, bob)).status).toBe(404);
    expect((await browser(node).get('/SOGo/so/ada/jsonDefaults')).status).toBe(401);
    const forged = await ada.json('/SOGo/so/ada/Preferences/save', {}, { 'x-xsrf-token': 'x' });
    expect(forged.status).toBe(403);
  });

  it.each([
    ['a zone that is none', { defaults: { SOGoTimeZone: 'Mars/Olympus' } }],
    ['more than is kept', { defaults: { Big: 'a'.repeat(70_000) } }],
    ['no documents', { defaults: 'x' }],
  ])('are refused: %s', async (_, body) => {
    expect((await save(body)).status).toBe(400);
    expect((await documents()).defaults).not.toHaveProperty('Big');
  });
});
