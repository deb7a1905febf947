import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangingSource } from '../../../src/api/sign-in/own-password.ts';
import { browser, davStatus, type FullNode, startNode } from '../../support/full-node.ts';
import { freshDatabase } from '../../support/postgres.ts';

/** A directory of one person, who may not have short passwords. */
const directory = (): ChangingSource & { password: string } => {
  const user = { source: 'directory', login: 'grace', displayName: 'Grace', mail: '' };
  return {
    id: 'directory',
    password: 'old in directory',
    async authenticate(typed, password) {
      return typed === 'grace' && password === this.password ? user : undefined;
    },
    lookup: async (typed) => (typed === 'grace' ? user : undefined),
    async changePassword(_, before, after) {
      if (before !== this.password) return { refused: 'wrong' };
      if (after.length < 4) return { refused: 'too-short' };
      this.password = after;
      return { changed: true };
    },
    close: async () => undefined,
  };
};

describe('POST /SOGo/changePassword (SOGoPasswordChangeEnabled)', () => {
  let node: FullNode;
  let fixed: FullNode;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    database = await freshDatabase();
    node = await startNode({
      url: database.url,
      sources: [directory()],
      passwordChange: true,
      limits: { failures: { count: 5, interval: 60, block: 60 } },
    });
    fixed = await startNode({ url: database.url });
    for (const login of ['ada', 'bob', 'cid'])
      await node.daybook.accounts.add({ login, password: 'correct horse' });
  });
  afterAll(async () => {
    await node?.stop();
    await fixed?.stop();
    await database?.drop();
  });

  const signedIn = async (userName: string, password = 'correct horse', at = node) => {
    const visitor = browser(at);
    expect((await visitor.json('/SOGo/connect', { userName, password })).status).toBe(200);
    return visitor;
  };
  const path = '/SOGo/changePassword';

  it('changes a password of the built-in table, and signs out everywhere else', async () => {
    const [here, elsewhere] = [await signedIn('ada'), await signedIn('ada')];
    const wish = { userName: 'ada', oldPassword: 'correct horse', newPassword: 'battery staple' };
    expect((await here.json(path, wish)).status).toBe(204);
    expect((await here.get('/SOGo/api/account')).status).toBe(200);
    expect((await elsewhere.get('/SOGo/api/account')).status).toBe(401);
    expect(await davStatus(node, 'ada', 'correct horse')).toBe(401);
    expect(await davStatus(node, 'ada', 'battery staple')).toBe(207);
  });

  it('changes it in the source that vouches for the person, with its reasons', async () => {
    const here = await signedIn('grace', 'old in directory');
    const refused = await here.json(path, { oldPassword: 'old in directory', newPassword: 'x' });
    expect([refused.status, await refused.json()]).toEqual([403, { LDAPPasswordPolicyError: 6 }]);
    const wish = { oldPassword: 'old in directory', newPassword: 'new in directory' };
    expect((await here.json(path, wish)).status).toBe(204);
    await signedIn('grace', 'new in directory');
  });

  it('says why not, in SOGo’s numbers, and keeps the old one', async () => {
    const here = await signedIn('bob');
    for (const [oldPassword, newPassword, number] of [
      ['wrong', 'battery staple', 65535],
      ['', 'battery staple', 65535],
      ['correct horse', 'short', 6],
      ['correct horse', '', 5],
      ['correct horse', 'x'.repeat(1025), 5],
      ['correct horse', 'nul\0nul\0nul', 5],
    ] as const) {
      const answer = await here.json(path, { oldPassword, newPassword });
      expect([answer.status, await answer.json()]).toEqual([
        403,
        { LDAPPasswordPolicyError: number },
      ]);
    }
    expect(await davStatus(node, 'bob', 'correct horse')).toBe(207);
  });

  it('lets nobody guess the old one', async () => {
    const here = await signedIn('grace', 'new in directory');
    for (let guess = 0; guess < 5; guess += 1)
      await here.json(path, { oldPassword: `guess ${guess}`, newPassword: 'battery staple' });
    const wish = { oldPassword: 'new in directory', newPassword: 'battery staple' };
    const blocked = await here.json(path, wish);
    expect([blocked.status, await blocked.json()]).toEqual([403, { LDAPPasswordPolicyError: 1 }]);
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is of whoever is signed in, by a page of ours, and nobody else', async () => {
    const wish = { oldPassword: 'correct horse', newPassword: 'battery staple' };
    expect((await browser(node).json(path, { userName: 'cid', ...wish })).status).toBe(401);
    const here = await signedIn('cid');
    for (const [body, headers] of [
      [wish, { 'x-xsrf-token': 'x' }],
      [wish, { 'sec-fetch-site': 'cross-site' }],
      [{ ...wish, userName: 'bob' }, {}],
    ] as const)
      expect((await here.json(path, body, headers)).status).toBe(403);
    expect(await davStatus(node, 'cid', 'correct horse')).toBe(207);
  });

  it('is a form of the account page, which is there only where it is enabled', async () => {
    const here = await signedIn('cid');
    expect(await (await here.get('/SOGo/account')).text()).toContain(
      'action="/SOGo/account/password"',
    );
    const wrong = await here.form('/SOGo/account/password', {
      oldPassword: 'wrong',
      newPassword: 'battery staple',
    });
    expect([wrong.status, await wrong.text()]).toEqual([
      403,
      expect.stringContaining('the password you typed first is not yours'),
    ]);
    const changed = await here.form('/SOGo/account/password', {
      oldPassword: 'correct horse',
      newPassword: 'battery staple',
    });
    expect(await changed.text()).toContain('Your password was changed.');
    const there = await signedIn('cid', 'battery staple', fixed);
    expect(await (await there.get('/SOGo/account')).text()).not.toContain('/SOGo/account/password');
    const wish = { oldPassword: 'battery staple', newPassword: 'correct horse' };
    expect((await there.form('/SOGo/account/password', wish)).status).toBe(403);
    expect((await there.json(path, wish)).status).toBe(403);
    expect(await davStatus(node, 'cid', 'battery staple')).toBe(207);
  });
});
