import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceUser, UserSource } from '../../../src/domain/account/user-source.ts';
import {
  type Browser,
  browser,
  davStatus,
  type FullNode,
  startNode,
} from '../../support/full-node.ts';
import { freshDatabase } from '../../support/postgres.ts';

/** People of a directory; who is taken out is gone. */
const directory = new Map([['leo', 'of the directory']]);
const user = (login: string): SourceUser => ({
  source: 'directory',
  login,
  displayName: `The ${login}`,
  mail: '',
});
const source: UserSource = {
  id: 'directory',
  authenticate: async (typed, password) =>
    directory.get(typed) === password ? user(typed) : undefined,
  lookup: async (typed) => (directory.has(typed) ? user(typed) : undefined),
  close: async () => {},
};

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
let other: FullNode;
beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({ url: database.url, sources: [source] });
  other = await startNode({ url: database.url, sources: [source] });
  await node.daybook.accounts.add({ login: 'ada', password: 'correct horse' });
});
afterAll(async () => {
  await Promise.all([node.stop(), other.stop()]);
  await database.drop();
});

const root = '/SOGo/api/account/app-passwords';

const signedIn = async (userName = 'ada', password = 'correct horse'): Promise<Browser> => {
  const at = browser(node);
  expect((await at.json('/SOGo/connect', { userName, password })).status).toBe(200);
  return at;
};

const made = async (
  at: Browser,
  protocols: readonly string[] = ['dav'],
): Promise<{ readonly id: string; readonly password: string }> => {
  const answer = await at.json(root, { name: 'phone', protocols });
  expect(answer.status).toBe(201);
  return (await answer.json()) as { id: string; password: string };
};

interface Listed {
  readonly id: string;
  readonly lastUsed?: { readonly client: string; readonly address: string };
}
const listed = async (at: Browser): Promise<readonly Listed[]> =>
  (await (await at.get(root)).json()) as Listed[];

describe('an app password', () => {
  it('opens DAV on every node as soon as it is answered, however it is typed', async () => {
    const { password } = await made(await signedIn());
    for (const typed of [password, password.toUpperCase(), password.replaceAll('-', ' ')])
      expect(await davStatus(node, 'ada', typed)).toBe(207);
    await expect.poll(() => davStatus(other, 'ada', password), { timeout: 10_000 }).toBe(207);
    // The main password goes on as before.
    expect(await davStatus(node, 'ada', 'correct horse')).toBe(207);
  });

  it('opens nothing that it was not made for', async () => {
    const { password } = await made(await signedIn(), ['eas', 'mail']);
    expect(await davStatus(node, 'ada', password)).toBe(401);
    const { authenticate } = node.daybook.services;
    const attempt = { address: undefined, client: 'test' } as const;
    expect(await authenticate('ada', password, { ...attempt, protocol: 'eas' })).toMatchObject({
      login: 'ada',
    });
    expect(await authenticate('ada', password, { ...attempt, protocol: 'dav' })).toBeUndefined();
  });

  it('is no way into the web, where more could be made', async () => {
    const { password } = await made(await signedIn(), ['dav', 'eas', 'mail']);
    expect((await browser(node).json('/SOGo/connect', { userName: 'ada', password })).status).toBe(
      403,
    );
  });

  it('opens nothing for anybody else', async () => {
    await node.daybook.accounts.add({ login: 'bob', password: 'battery staple' });
    const { password } = await made(await signedIn());
    expect(await davStatus(node, 'bob', password)).toBe(401);
  });

  it('is refused from the moment its revocation is answered, and at once on other nodes', async () => {
    const at = await signedIn();
    const { id, password } = await made(at);
    await expect.poll(() => davStatus(other, 'ada', password), { timeout: 10_000 }).toBe(207);
    expect(await davStatus(node, 'ada', password)).toBe(207);
    expect((await at.json(`${root}/${id}/revoke`)).status).toBe(204);
    expect(await davStatus(node, 'ada', password)).toBe(401);
    await expect.poll(() => davStatus(other, 'ada', password), { timeout: 10_000 }).toBe(401);
    expect((await at.json(`${root}/${id}/revoke`)).status).toBe(404);
  });

  it('can only be revoked by its owner', async () => {
    const { id, password } = await made(await signedIn());
    const bob = await signedIn('bob', 'battery staple');
    expect((await bob.json(`${root}/${id}/revoke`)).status).toBe(404);
    expect(await davStatus(node, 'ada', password)).toBe(207);
  });

  it('is listed with its last use, and never itself', async () => {
    const at = await signedIn();
    const { id, password } = await made(at);
    const found = async () => (await listed(at)).find((one) => one.id === id);
    expect(await found()).toMatchObject({ name: 'phone', protocols: ['dav'] });
    expect(await found()).not.toHaveProperty('lastUsed');
    await davStatus(node, 'ada', password, { 'user-agent': 'DAVx5/4.4.1 (x)' });
    await expect
      .poll(async () => (await found())?.lastUsed, { timeout: 15_000 })
      .toMatchObject({ client: 'DAVx5/4.4.1', address: '192.0.2.7' });
    expect(JSON.stringify(await listed(at))).not.toContain(password);
    expect(JSON.stringify(await listed(at))).not.toContain('digest');
    const { rows } = await node.pool.query('select * from account.accounts');
    expect(JSON.stringify(rows)).not.toContain(password);
  });

  it.each([
    ['without a name', { name: ' ', protocols: ['dav'] }, 400],
    ['for nothing', { name: 'x', protocols: [] }, 400],
    ['for what there is not', { name: 'x', protocols: ['web'] }, 400],
    ['for no list', { name: 'x', protocols: 'dav' }, 400],
    ['with a control character', { name: 'a\u0000b', protocols: ['dav'] }, 400],
    ['with half a surrogate pair', { name: '\ud800', protocols: ['dav'] }, 400],
  ])('is not made %s', async (_, body, status) => {
    expect((await (await signedIn()).json(root, body)).status).toBe(status);
  });

  it('costs no hash and no write per request', async () => {
    const { password } = await made(await signedIn());
    await davStatus(node, 'ada', password);
    // Rows themselves, not the server's statistics: those come in when a connection finds the time.
    const counted = async (): Promise<string> =>
      JSON.stringify(
        (
          await node.pool.query(
            `select (select count(*) from log.event) as events,
               (select json_agg(u order by app_password) from sign_in.uses u) as uses,
               (select json_agg(s order by digest) from sign_in.sessions s) as sessions,
               (select json_agg(c order by key) from sign_in.counters c) as counters`,
          )
        ).rows,
      );
    let before = '';
    await expect
      .poll(
        async () => {
          const now = await counted();
          const same = now === before;
          before = now;
          return same;
        },
        { timeout: 20_000, interval: 3000 },
      )
      .toBe(true);
    for (let times = 0; times < 50; times += 1) await davStatus(node, 'ada', password);
    // Longer than uses are gathered before they are written.
    await sleep(3000);
    expect(await counted()).toBe(before);
  });
});

describe('an app password of somebody a directory vouches for', () => {
  it('opens DAV as long as the directory knows him', async () => {
    const { password } = await made(await signedIn('leo', 'of the directory'));
    expect(await davStatus(node, 'leo', password)).toBe(207);
    directory.delete('leo');
    // Another node has not asked yet; this one asks again after half a minute.
    expect(await davStatus(other, 'leo', password)).toBe(401);
  });
});
