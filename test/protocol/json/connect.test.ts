import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FullNode, browser, startNode } from '../../support/full-node.ts';
import { freshDatabase } from '../../support/postgres.ts';

let node: FullNode;
let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({ url: database.url });
  const { accounts } = node.daybook;
  await accounts.add({ login: 'ada', password: 'correct horse', displayName: 'Ada Lovelace' });
  await accounts.add({ login: 'bob', password: 'battery staple' });
});
afterAll(async () => {
  await node.stop();
  await database.drop();
});

const ada = { userName: 'ada', password: 'correct horse' };

const signedIn = async (as = ada) => {
  const at = browser(node);
  expect((await at.json('/SOGo/connect', as)).status).toBe(200);
  return at;
};
const isSignedIn = async (at: ReturnType<typeof browser>): Promise<boolean> =>
  (await at.get('/SOGo/api/account')).status === 200;

describe('POST /SOGo/connect, as SOGo’s web interface does it', () => {
  it('answers name and user, and two cookies of SOGo’s names', async () => {
    const answer = await browser(node).json('/SOGo/connect', ada);
    expect(await answer.json()).toEqual({
      cn: 'Ada Lovelace',
      username: 'ada',
      expire: -1,
      grace: -1,
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const [session = '', forgery = '', ...more] = answer.headers.getSetCookie();
    expect(more).toEqual([]);
    expect(session).toMatch(/^0xHIGHFLYxSOGo=[\w-]{43}; Path=\/SOGo\/; HttpOnly; SameSite=Lax$/);
    expect(forgery).toMatch(/^XSRF-TOKEN=[\w-]{43}; Path=\/SOGo\/; SameSite=Lax$/);
  });

  it('marks cookies Secure behind a proxy that speaks TLS, and lets them last when asked to', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    const answer = await browser(node).json(
      '/SOGo/connect',
      { ...ada, rememberLogin: true },
      headers,
    );
    for (const cookie of answer.headers.getSetCookie()) {
      expect(cookie).toContain('; Secure');
      expect(cookie).toContain('; Max-Age=36000');
    }
  });

  it.each([
    ['a wrong password', { ...ada, password: 'wrong' }],
    ['an unknown user', { ...ada, userName: 'nobody' }],
    ['an empty password', { ...ada, password: '' }],
    ['a password of 10 kB', { ...ada, password: 'x'.repeat(10_240) }],
    ['NUL in the user name', { ...ada, userName: 'ada\0' }],
    ['NUL in the password', { ...ada, password: 'correct horse\0' }],
    ['half a surrogate pair', { ...ada, userName: '\ud800' }],
  ])('answers %s with 403 and the number for none of the policies', async (_, given) => {
    const answer = await browser(node).json('/SOGo/connect', given);
    expect([answer.status, await answer.json()]).toEqual([403, { LDAPPasswordPolicyError: 65535 }]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it.each(['no JSON', '[]', 'null', '{"userName":1}', '{"userName":"ada"}', '{"__proto__":{}}'])(
    'answers %s with 400 (RFC 9457)',
    async (body) => {
      const answer = await fetch(`${node.url}/SOGo/connect`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    },
  );

  it('answers a body of 1 MB with 413 and one that is no JSON by its type with 415', async () => {
    const post = (type: string, body: string) =>
      fetch(`${node.url}/SOGo/connect`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
    expect((await post('application/json', `"${'x'.repeat(1_000_000)}"`)).status).toBe(413);
    // What a form of another site can send without asking first (Fetch §3.2.3).
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect((await post(type, JSON.stringify(ada))).status).toBe(415);
  });

  it('costs a hash for a user nobody knows as well, so that time does not tell', async () => {
    const hashed: string[] = [];
    const hasher = {
      hash: async (password: string) => `hash of ${password}`,
      verify: async (stored: string, password: string) => {
        hashed.push(password);
        return stored === `hash of ${password}`;
      },
    };
    const counting = await startNode({ url: database.url, hasher });
    await browser(counting).json('/SOGo/connect', { ...ada, password: 'guess' });
    await browser(counting).json('/SOGo/connect', { userName: 'nobody', password: 'guess' });
    expect(hashed).toEqual(['guess', 'guess']);
    await counting.stop();
  });
});

describe('login CSRF', () => {
  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['another host of the same domain', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['a sandboxed page', { origin: 'null' }],
  ])('is refused when %s asks', async (_, headers) => {
    const answer = await browser(node).json('/SOGo/connect', ada, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('is no matter for our own page, or where no browser asks', async () => {
    const own = { origin: node.url.replace(/:\d+$/, ''), 'sec-fetch-site': 'same-origin' };
    expect((await browser(node).json('/SOGo/connect', ada, own)).status).toBe(200);
    expect((await browser(node).json('/SOGo/connect', ada, { origin: node.url })).status).toBe(200);
  });
});

describe('session fixation', () => {
  it('does not work: a session gets a token of its own at every sign-in', async () => {
    const at = browser(node);
    const planted = 'A'.repeat(43);
    at.cookies.set('0xHIGHFLYxSOGo', planted);
    await at.json('/SOGo/connect', ada);
    expect(at.cookies.get('0xHIGHFLYxSOGo')).not.toBe(planted);
    const thief = browser(node);
    thief.cookies.set('0xHIGHFLYxSOGo', planted);
    expect(await isSignedIn(thief)).toBe(false);
  });

  it('ends the session that a browser had, when somebody signs in with it', async () => {
    const at = await signedIn();
    const before = new Map(at.cookies);
    await at.json('/SOGo/connect', { userName: 'bob', password: 'battery staple' });
    const old = browser(node);
    for (const [name, value] of before) old.cookies.set(name, value);
    expect(await isSignedIn(old)).toBe(false);
    expect(await (await at.get('/SOGo/api/account')).json()).toMatchObject({ login: 'bob' });
  });

  it('keeps of a token nothing that could be used', async () => {
    const at = await signedIn();
    const token = at.cookies.get('0xHIGHFLYxSOGo') ?? '';
    const { rows } = await node.pool.query('select * from sign_in.sessions');
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(rows)).not.toContain(at.cookies.get('XSRF-TOKEN'));
  });
});

describe('logging off', () => {
  it.each(['/SOGo/logoff', '/SOGo/so/ada/logoff'])(
    'by GET %s ends the session and leads to a page of ours',
    async (path) => {
      const at = await signedIn();
      const stolen = browser(node);
      for (const [name, value] of at.cookies) stolen.cookies.set(name, value);
      const answer = await at.get(path, { 'x-forwarded-host': 'evil.example' });
      expect([answer.status, answer.headers.get('location')]).toEqual([302, '/SOGo/account']);
      expect(at.cookies.size).toBe(0);
      expect(await isSignedIn(stolen)).toBe(false);
    },
  );

  it('leads nowhere else, whatever is asked for (open redirect)', async () => {
    const tries = ['?next=https://evil.example', '?url=//evil.example', '/..//evil.example'];
    for (const path of ['/SOGo/logoff', '/SOGo/login', '/SOGo', '/SOGo/account'])
      for (const more of tries) {
        const answer = await browser(node).get(path + more, { 'x-forwarded-host': 'evil.example' });
        expect(answer.headers.get('location') ?? '/SOGo/account').toBe('/SOGo/account');
      }
  });

  it('is not for other sites to do', async () => {
    const at = await signedIn();
    const answer = await at.get('/SOGo/logoff', { 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(403);
    expect(await isSignedIn(at)).toBe(true);
  });
});

describe('a session', () => {
  it('is over when it was unused too long, and when time is up', async () => {
    for (const over of [
      `seen_at = now() - idle * interval '1 second'`,
      `ends_at = now() - interval '1 second'`,
    ]) {
      const at = await signedIn();
      expect(await isSignedIn(at)).toBe(true);
      await node.pool.query(`update sign_in.sessions set ${over}`);
      expect(await isSignedIn(at)).toBe(false);
    }
  });

  it('is over for all browsers of somebody whose password was changed, and of nobody else', async () => {
    await node.daybook.accounts.add({ login: 'eve', password: 'first' });
    const [eve, other] = [await signedIn({ userName: 'eve', password: 'first' }), await signedIn()];
    await node.daybook.accounts.setPassword('eve', 'second');
    expect([await isSignedIn(eve), await isSignedIn(other)]).toEqual([false, true]);
  });

  it('is over when its account is removed', async () => {
    await node.daybook.accounts.add({ login: 'carol', password: 'first' });
    const carol = await signedIn({ userName: 'carol', password: 'first' });
    await node.daybook.accounts.remove('carol');
    expect(await isSignedIn(carol)).toBe(false);
  });

  it('opens nothing but the web: DAV wants a password', async () => {
    const at = await signedIn();
    expect((await at.get('/SOGo/dav/ada/Calendar/personal/')).status).toBe(401);
  });

  it('is listed without its token, and can be ended from another', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const list = (await (await one.get('/SOGo/api/account/sessions')).json()) as {
      id: string;
      current: boolean;
      address: string;
    }[];
    expect(list.length).toBeGreaterThanOrEqual(2);
    expect(list.filter(({ current }) => current)).toHaveLength(1);
    expect(list[0]?.address).toBe('192.0.2.7');
    const bob = await signedIn({ userName: 'bob', password: 'battery staple' });
    for (const { id, current } of list) {
      if (current) continue;
      // Not by somebody else, even if he knows its name.
      expect((await bob.json(`/SOGo/api/account/sessions/${id}/end`)).status).toBe(404);
      expect((await one.json(`/SOGo/api/account/sessions/${id}/end`)).status).toBe(204);
    }
    expect([await isSignedIn(one), await isSignedIn(two)]).toEqual([true, false]);
    const three = await signedIn();
    expect((await one.json('/SOGo/api/account/sessions/end-others')).status).toBe(204);
    expect([await isSignedIn(one), await isSignedIn(three)]).toEqual([true, false]);
  });
});

describe('the form of the sign-in page', () => {
  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['who does not say where it is from', { 'sec-fetch-site': '', origin: 'null' }],
  ])('signs nobody in that %s sends (login CSRF)', async (_, headers) => {
    const at = browser(node);
    const answer = await at.form('/SOGo/account/sign-in', ada, headers);
    expect(answer.status).toBe(403);
    expect(at.cookies.size).toBe(0);
    expect((await at.form('/SOGo/account/sign-in', ada)).status).toBe(303);
  });
});

describe('changes by a session', () => {
  const change = '/SOGo/api/account/app-passwords';
  const wanted = { name: 'phone', protocols: ['dav'] };

  it('need its token in X-XSRF-TOKEN (SOGoXSRFValidationEnabled)', async () => {
    const [at, other] = [await signedIn(), await signedIn()];
    for (const token of ['', 'x', other.cookies.get('XSRF-TOKEN') ?? ''])
      expect((await at.json(change, wanted, { 'x-xsrf-token': token })).status).toBe(403);
    expect((await at.json(change, wanted)).status).toBe(201);
  });

  it('are not for other sites to ask for, token or not', async () => {
    const at = await signedIn();
    const answer = await at.json(change, wanted, { origin: 'https://evil.example' });
    expect(answer.status).toBe(403);
  });

  it('need no token where the guard is off, and a session in any case', async () => {
    const open = await startNode({ url: database.url, forgeryGuard: false });
    const at = browser(open);
    const nobody = await at.json(change, wanted, { 'x-xsrf-token': '' });
    expect(nobody.status).toBe(401);
    await at.json('/SOGo/connect', ada);
    expect((await at.json(change, wanted, { 'x-xsrf-token': '' })).status).toBe(201);
    await open.stop();
  });
});
