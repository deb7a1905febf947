import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browser, type FullNode, startNode } from '../../support/full-node.ts';
import { peopleSource } from '../../support/identity-provider/people.ts';
import { freshDatabase } from '../../support/postgres.ts';

const USER = 'x-webobjects-remote-user';

let database: Awaited<ReturnType<typeof freshDatabase>>;
/** Believes this machine; believes another proxy; believes nobody's word on users. */
let trusting: FullNode;
let elsewhere: FullNode;
let passwords: FullNode;

beforeAll(async () => {
  database = await freshDatabase();
  const sources = [
    peopleSource(
      { login: 'ada', mail: 'ada@acme.com' },
      { login: 'grace', mail: 'grace@acme.com' },
      // What two headers would read like together.
      { login: 'grace, ada', mail: 'both@acme.com' },
      { login: 'eve', mail: 'eve@beta.org' },
    ),
  ];
  const options = { url: database.url, sources, elsewhere: { trustsProxy: true } };
  trusting = await startNode({ ...options, domains: { admitted: new Set(['acme.com']) } });
  elsewhere = await startNode({ ...options, trustedProxies: ['192.0.2.1'] });
  passwords = await startNode({ url: database.url, sources });
});
afterAll(async () => {
  for (const node of [trusting, elsewhere, passwords]) await node.stop();
  await database.drop();
});

const propfind = (node: FullNode, headers: Readonly<Record<string, string | string[]>>) =>
  new Promise<number>((resolve, reject) => {
    request(
      `${node.url}/SOGo/dav/ada/`,
      { method: 'PROPFIND', headers: { depth: '0', ...headers } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    )
      .on('error', reject)
      .end();
  });

describe('a proxy that has proven people (SOGoTrustProxyAuthentication)', () => {
  it('is believed on DAV', async () => {
    expect(await propfind(trusting, { [USER]: 'ada' })).toBe(207);
    expect(await propfind(trusting, { [USER]: ' Ada@acme.com ' })).toBe(207);
    expect(await propfind(trusting, {})).toBe(401);
  });

  it('names nobody that no source knows', async () => {
    for (const name of ['nobody', 'ada\u00a0', 'a'.repeat(5000)])
      expect(await propfind(trusting, { [USER]: name })).toBe(401);
  });

  it('names nobody of a domain that may not sign in (SOGoForbidUnknownDomainsAuth)', async () => {
    expect(await propfind(trusting, { [USER]: 'eve@beta.org' })).toBe(401);
  });

  it('names one person, or its word does not count: a visitor may have added another', async () => {
    expect(await propfind(trusting, { [USER]: ['grace', 'ada'] })).toBe(401);
  });

  it('is not believed from an address that is no trusted proxy’s', async () => {
    expect(await propfind(elsewhere, { [USER]: 'ada' })).toBe(401);
    const answer = await browser(elsewhere).get('/SOGo/account', { [USER]: 'ada' });
    expect(await answer.text()).toContain('User name');
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('is not believed where the configuration does not say so', async () => {
    expect(await propfind(passwords, { [USER]: 'ada' })).toBe(401);
    const answer = await browser(passwords).get('/SOGo/account', { [USER]: 'ada' });
    expect(await answer.text()).toContain('User name');
  });

  it('brings a browser in without a question, and another person out', async () => {
    const at = browser(trusting);
    const answer = await at.get('/SOGo/account', { [USER]: 'ada' });
    expect(answer.status).toBe(303);
    const session = at.cookies.get('0xHIGHFLYxSOGo');
    const who = async () =>
      ((await (await at.get('/SOGo/api/account')).json()) as { login: string }).login;
    expect(await who()).toBe('ada');
    expect((await at.get('/SOGo/account', { [USER]: 'ada' })).status).toBe(200);
    expect((await at.get('/SOGo/account', { [USER]: 'grace' })).status).toBe(303);
    expect(await who()).toBe('grace');
    expect(at.cookies.get('0xHIGHFLYxSOGo')).not.toBe(session);
    const old = browser(trusting);
    old.cookies.set('0xHIGHFLYxSOGo', session ?? '');
    expect((await old.get('/SOGo/api/account')).status).toBe(401);
    expect((await at.get('/SOGo/account', { [USER]: 'nobody' })).status).toBe(403);
  });
});
