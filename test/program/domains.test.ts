import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DomainSettings } from '../../src/api/domains.ts';
import type { SourceUser, UserSource } from '../../src/domain/account/user-source.ts';
import { browser, type FullNode, startNode } from '../support/full-node.ts';
import { freshDatabase } from '../support/postgres.ts';

const source = (domain: string, ...names: readonly string[]): UserSource => {
  const of = (typed: string): SourceUser | undefined => {
    const login = typed.toLowerCase();
    const mail = login.includes('@') ? login : `${login}@${domain}`;
    return names.some((name) => mail === `${name}@${domain}`)
      ? { source: domain, login: mail, displayName: '', mail, domain }
      : undefined;
  };
  return {
    id: domain,
    authenticate: async (typed, password) => (password === 'secret' ? of(typed) : undefined),
    lookup: async (typed) => of(typed),
    close: async () => undefined,
  };
};

const ann = { login: 'ann@acme.com', mail: '' };
const bob = { login: 'bob@far.org', mail: '' };
const cid = { login: 'cid@sub.acme.com', mail: '' };

describe('domains that do not see each other', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let here: FullNode;
  let elsewhere: FullNode;
  const settings: Partial<DomainSettings> = {
    names: new Set(['acme.com', 'far.org', 'sub.acme.com']),
    domainBased: true,
    groups: [['acme.com', 'sub.acme.com']],
    offered: ['acme.com', 'far.org'],
  };

  beforeAll(async () => {
    database = await freshDatabase();
    const sources = [
      source('acme.com', 'ann'),
      source('far.org', 'bob'),
      source('sub.acme.com', 'cid'),
    ];
    const usual = (domain: string | undefined) =>
      domain === 'far.org'
        ? ({ timeZone: 'Asia/Tokyo', language: 'ja', weekStart: 0 } as const)
        : { timeZone: 'Europe/Berlin' };
    const options = { url: database.url, sources, domains: settings, usual };
    here = await startNode(options);
    elsewhere = await startNode({
      ...options,
      domains: { ...settings, admitted: new Set(['acme.com']), suffix: '@acme.com' },
      limits: { requests: { count: 20, interval: 60, block: 60 } },
    });
  }, 60_000);
  afterAll(async () => {
    await here?.stop();
    await elsewhere?.stop();
    await database?.drop();
  });

  const dav = async (
    method: string,
    path: string,
    body?: string,
    node = here,
    login = ann.login,
  ): Promise<readonly [number, string]> => {
    const answer = await fetch(`${node.url}/SOGo/dav/${path}`, {
      method,
      headers: {
        depth: method === 'PROPFIND' ? '1' : '0',
        authorization: `Basic ${Buffer.from(`${login}:secret`).toString('base64')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/xml' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    return [answer.status, await answer.text()];
  };

  const search = (word: string): string =>
    `<D:principal-property-search xmlns:D="DAV:"><D:apply-to-principal-collection-set/><D:property-search>
      <D:prop><D:displayname/></D:prop><D:match>${word}</D:match></D:property-search>
      <D:prop><D:displayname/></D:prop></D:principal-property-search>`;

  it('have preferences of their own for people who have not chosen, also after others were saved', async () => {
    const signedIn = async (userName: string) => {
      const one = browser(here);
      await one.json('/SOGo/connect', { userName, password: 'secret' });
      const read = async () =>
        (await (await one.get(`/SOGo/so/${userName}/jsonDefaults`)).json()) as object;
      return { one, read };
    };
    const far = await signedIn(bob.login);
    const near = await signedIn(cid.login);
    const usual = { SOGoTimeZone: 'Asia/Tokyo', SOGoLanguage: 'Japanese', SOGoFirstDayOfWeek: 0 };
    expect(await far.read()).toMatchObject(usual);
    expect(await near.read()).toMatchObject({
      SOGoTimeZone: 'Europe/Berlin',
      SOGoLanguage: 'English',
    });
    const all = { ...(await far.read()), SOGoFirstDayOfWeek: 6, SOGoShortDateFormat: '%d' };
    const saved = await far.one.json(`/SOGo/so/${bob.login}/Preferences/save`, { defaults: all });
    expect(saved.status).toBe(200);
    const row = await here.daybook.accountRows.byLogin(bob.login);
    expect(row).toBeDefined();
    if (row === undefined) return;
    const { chosen, settings: kept } = await here.daybook.preferencesOf(row);
    expect(chosen).toEqual({ weekStart: 6 });
    expect([...kept.keys()]).toEqual(['defaults/SOGoShortDateFormat']);
    expect(await far.read()).toMatchObject({ ...usual, SOGoFirstDayOfWeek: 6 });
  });

  it('answer for their people as for people who never were: by path, export, free/busy and search', async () => {
    // He has an account, and something in it.
    expect((await dav('PROPFIND', 'bob@far.org/', undefined, here, bob.login))[0]).toBe(207);
    for (const [method, path] of [
      ['PROPFIND', ''],
      ['OPTIONS', ''],
      ['PROPFIND', 'Calendar/'],
      ['PROPFIND', 'Calendar/personal/'],
      ['GET', 'Calendar/personal.ics'],
      ['GET', 'freebusy.ifb'],
      ['GET', 'Contacts/personal/a.vcf'],
      ['DELETE', 'Calendar/personal/'],
      ['MKCALENDAR', 'Calendar/new/'],
      ['PROPPATCH', 'Calendar/personal/'],
    ] as const) {
      const [status, text] = await dav(method, `bob@far.org/${path}`);
      const [none, silence] = await dav(method, `bab@far.org/${path}`);
      expect([method, path, status, text.replaceAll('bob', 'bab')]).toEqual([
        ...[method, path, none, silence],
      ]);
      expect(status).not.toBe(403);
    }
    for (const word of ['bob', 'bab', 'far.org'])
      expect((await dav('REPORT', '', search(word)))[1]).not.toContain('far.org');
  });

  it('are those of the configuration until something else is said, which every node hears', async () => {
    const sees = (node: FullNode, one = ann, other = bob) =>
      node.daybook.domains.maySee(one, other);
    expect(await sees(here)).toBe(false);
    expect(await sees(here, ann, cid)).toBe(true);
    expect(await sees(elsewhere)).toBe(false);
    await here.daybook.domains.say('RevealDomains', ['far.org', 'acme.com']);
    await here.daybook.domains.say('HideDomains', ['acme.com', 'sub.acme.com']);
    for (const node of [here, elsewhere]) {
      await expect.poll(() => sees(node), { timeout: 20_000 }).toBe(true);
      await expect.poll(() => sees(node, cid), { timeout: 20_000 }).toBe(false);
      // Nobody sees through another.
      expect(await sees(node, bob, cid)).toBe(false);
    }
  });

  it('know the domain of somebody by the source that vouches for him', async () => {
    const who = await here.daybook.services.authenticate('ann@acme.com', 'secret', {
      protocol: 'dav',
      address: undefined,
      client: 'test',
    });
    expect(who).toMatchObject({ domain: 'acme.com' });
  });

  it('are offered where people sign in, and taken from there (SOGoLoginDomains)', async () => {
    const visitor = browser(here);
    const page = await (await visitor.get('/SOGo/account')).text();
    expect(page).toContain('<option value="acme.com">acme.com</option>');
    const answer = await visitor.form('/SOGo/account/sign-in', {
      userName: 'bob',
      password: 'secret',
      domain: 'far.org',
    });
    expect(answer.status).toBe(303);
    expect(await (await visitor.get('/SOGo/account')).text()).toContain('bob@far.org');
    const script = browser(here);
    const given = { userName: 'ann', password: 'secret', domain: 'acme.com' };
    const connected = await script.json('/SOGo/connect', given);
    expect([connected.status, await connected.json()]).toMatchObject([
      200,
      { username: 'ann@acme.com' },
    ]);
    expect((await script.json('/SOGo/connect', { ...given, domain: 'far.org' })).status).toBe(403);
  });

  it('may be forbidden, also with the right password; a suffix stands for the domain', async () => {
    const script = browser(elsewhere);
    const sign = (userName: string) =>
      script.json('/SOGo/connect', { userName, password: 'secret' });
    expect((await sign('bob@far.org')).status).toBe(403);
    expect((await sign('ann')).status).toBe(200);
    expect((await dav('PROPFIND', 'bob@far.org/', undefined, elsewhere, bob.login))[0]).toBe(401);
    expect((await dav('PROPFIND', 'ann@acme.com/', undefined, elsewhere))[0]).toBe(207);
  });

  it('answer 429 with Retry-After to who asks too much with a browser, whatever the address', async () => {
    const visitor = browser(elsewhere);
    await visitor.json('/SOGo/connect', { userName: 'ann', password: 'secret' });
    const statuses: number[] = [];
    for (let asked = 0; asked < 25; asked += 1) {
      const answer = await visitor.get('/SOGo/api/account', {
        'x-forwarded-for': `192.0.2.${asked}`,
      });
      statuses.push(answer.status);
      if (answer.status === 429)
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect((await visitor.get('/SOGo/account')).status).toBe(429);
    const form = await visitor.form('/SOGo/account/second-factor/enrol', {});
    expect(form.status).toBe(429);
    expect(form.headers.get('retry-after')).not.toBeNull();
  });
});
