import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openIdProvider } from '../../../src/adapters/single-sign-on/openid.ts';
import { codeAt } from '../../../src/api/sign-in/one-time-code.ts';
import { openIdTokens } from '../../../src/adapters/single-sign-on/openid-tokens.ts';
import { browser, type FullNode, startNode } from '../../support/full-node.ts';
import {
  CLIENT,
  type OpenIdDouble,
  openIdDouble,
} from '../../support/identity-provider/openid-double.ts';
import { peopleSource } from '../../support/identity-provider/people.ts';
import { type Visitor, visitor } from '../../support/identity-provider/visitor.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let provider: OpenIdDouble;
let node: FullNode;
const traced: string[] = [];

beforeAll(async () => {
  [database, provider] = await Promise.all([freshDatabase(), openIdDouble()]);
  const settings = {
    configUrl: provider.configUrl,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scope: 'openid email',
    nameClaim: 'email',
    refreshes: true,
    endsSession: true,
    sendsDomain: false,
    trace: (step: string) => void traced.push(step),
  };
  node = await startNode({
    url: database.url,
    sources: [
      peopleSource(
        { login: 'ada', mail: 'ada@acme.com' },
        { login: 'grace', mail: 'grace@acme.com' },
      ),
    ],
    elsewhere: {
      provider: { asked: openIdProvider(settings), checkAfter: 0 },
      tokens: openIdTokens(settings),
    },
  });
});
afterEach(() => {
  for (const lie of Object.keys(provider.lies)) Reflect.deleteProperty(provider.lies, lie);
});
afterAll(async () => {
  await node.stop();
  await provider.stop();
  await database.drop();
});

const SESSION = '0xHIGHFLYxSOGo';
const page = (): string => `${node.url}/SOGo/account`;
const toProvider = (url: string): boolean => url.startsWith(provider.issuer);
const toUs = (url: string): boolean => url.startsWith(`${node.url}/SOGo/?`);
const isIn = async (visits: Visitor): Promise<boolean> =>
  (await visits.get(`${node.url}/SOGo/api/account`)).status === 200;
const signedIn = async (): Promise<Visitor> => {
  const visits = visitor();
  await visits.get(page());
  expect(await isIn(visits)).toBe(true);
  return visits;
};
/** As far as the provider's answer, which is left to the test. */
const halfway = async (visits: Visitor): Promise<URL> =>
  new URL((await visits.get(page(), toUs)).url);

describe('a sign-in by OpenID Connect', () => {
  it('goes to the provider with PKCE, state and nonce, and comes back to the page that was wanted', async () => {
    const visits = visitor();
    const asked = new URL((await visits.get(`${node.url}/SOGo/`, toProvider)).url);
    const query = Object.fromEntries(asked.searchParams);
    expect(query).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: `${node.url}/SOGo/`,
      scope: 'openid email',
      code_challenge_method: 'S256',
    });
    for (const one of ['state', 'nonce', 'code_challenge'])
      expect(query[one]?.length).toBeGreaterThan(40);
    const end = await visits.get(asked.href);
    expect(end.url).toBe(page());
    expect(end.body).toContain('ada');
    expect(await isIn(visits)).toBe(true);
  });

  it('takes a new session at each sign-in, whatever token the browser had', async () => {
    const planted = 'a'.repeat(43);
    const visits = visitor();
    visits.setCookie(node.url, SESSION, planted);
    await visits.get(page());
    const first = visits.cookie(node.url, SESSION);
    expect(first).not.toBe(planted);
    const before = visitor();
    before.setCookie(node.url, SESSION, first ?? '');
    await visits.get((await halfwayAgain(visits)).href);
    expect(visits.cookie(node.url, SESSION)).not.toBe(first);
    expect(await isIn(visits)).toBe(true);
    // The one before is over.
    expect(await isIn(before)).toBe(false);
  });

  /** Begins anew with a session at hand. */
  const halfwayAgain = async (visits: Visitor): Promise<URL> => {
    const kept = visits.cookie(node.url, SESSION) ?? '';
    visits.setCookie(node.url, SESSION, '');
    const answer = await halfway(visits);
    visits.setCookie(node.url, SESSION, kept);
    return answer;
  };

  it.each([
    ['nonce', { nonce: 'another' }],
    ['issuer', { iss: 'https://elsewhere.example' }],
    ['audience', { aud: 'another client' }],
    ['time', { exp: Math.floor(Date.now() / 1000) - 600 }],
    ['address that nobody verified', { email_verified: false }],
  ])(
    'refuses an id token with a wrong %s (OpenID Connect Core §3.1.3.7)',
    async (_what, claims) => {
      provider.lies.claims = claims;
      const visits = visitor();
      const end = await visits.get(page());
      expect(end.status).toBe(403);
      expect(await isIn(visits)).toBe(false);
    },
  );

  it('refuses an id token that another key signed', async () => {
    provider.lies.foreignKey = true;
    const visits = visitor();
    expect((await visits.get(page())).status).toBe(403);
    expect(await isIn(visits)).toBe(false);
  });

  it('refuses an answer with another state, and one that is used again', async () => {
    const visits = visitor();
    const answer = await halfway(visits);
    const other = new URL(answer);
    other.searchParams.set('state', 'made-up');
    expect((await visits.get(other.href)).status).toBe(403);
    // The journey is over by that.
    expect((await visits.get(answer.href)).status).toBe(403);
    expect(await isIn(visits)).toBe(false);
    const second = await halfway(visits);
    expect((await visits.get(second.href)).url).toBe(page());
    expect((await visits.get(second.href)).status).toBe(403);
  });

  it('refuses an answer to what another browser asked: nobody is signed in as an attacker', async () => {
    const attacker = visitor();
    const answer = await halfway(attacker);
    const victim = visitor();
    expect((await victim.get(answer.href)).status).toBe(403);
    // Nor with a journey of his own.
    await halfway(victim);
    expect((await victim.get(answer.href)).status).toBe(403);
    expect(await isIn(victim)).toBe(false);
  });

  it.each([
    '//evil.example/',
    'https://evil.example/',
    '/SOGo/../../evil',
    '/SOGo/\\evil.example',
    '/\\evil.example/SOGo/',
    '/SOGo/\t/evil',
    '/elsewhere',
  ])('leads nowhere but here after a sign-in, not to %j', async (target) => {
    const visits = visitor();
    const begun = `${node.url}/SOGo/login?target=${encodeURIComponent(target)}`;
    const answer = await visits.get(begun, toUs);
    const end = await visits.get(answer.url, () => true);
    expect(end.url).toBe(page());
  });

  it('leads to a page of ours that was asked for', async () => {
    const visits = visitor();
    const begun = `${node.url}/SOGo/login?target=${encodeURIComponent('/SOGo/account?x=1#sessions')}`;
    const answer = await visits.get(begun, toUs);
    expect((await visits.get(answer.url, () => true)).url).toBe(`${page()}?x=1#sessions`);
  });

  it('takes the name from userinfo where the id token has none', async () => {
    provider.lies.claims = { email: undefined };
    provider.lies.userinfo = { email: 'Ada@acme.com' };
    expect(await isIn(await signedIn())).toBe(true);
  });

  it('refuses userinfo of somebody else (OpenID Connect Core §5.3.2)', async () => {
    provider.lies.claims = { email: undefined };
    provider.lies.userinfo = { email: 'ada@acme.com', sub: 'u-2' };
    const visits = visitor();
    expect((await visits.get(page())).status).toBe(403);
  });

  it('tells somebody whom no source knows, and nothing is made for him', async () => {
    provider.lies.claims = { email: 'nobody@acme.com' };
    const visits = visitor();
    const end = await visits.get(page());
    expect(end.status).toBe(403);
    expect(end.body).toContain('nobody@acme.com');
    expect(end.body).toContain(`${provider.issuer}/end?`);
    expect(await isIn(visits)).toBe(false);
  });

  it('answers 503 with a page while the provider is out of order, or sends without end', async () => {
    const visits = visitor();
    const answer = await halfway(visits);
    provider.lies.status = 502;
    const end = await visits.get(answer.href);
    expect(end.status).toBe(503);
    expect(end.headers.get('retry-after')).not.toBeNull();
    delete provider.lies.status;
    const second = await halfway(visits);
    provider.lies.length = 2_000_000;
    expect((await visits.get(second.href)).status).toBe(503);
    expect(await isIn(visits)).toBe(false);
  });

  it('opens nothing with a password any more', async () => {
    const answer = await fetch(`${node.url}/SOGo/connect`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userName: 'ada', password: 'x' }),
    });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('sign-in-elsewhere');
  });
});

describe('a second factor of somebody who is proven by a provider', () => {
  it('is asked for after the provider, and the session still is the provider’s to end', async () => {
    provider.lies.claims = { email: 'grace@acme.com', sub: 'u-grace', sid: 's-grace' };
    const first = await signedIn();
    const pages = browser(node);
    for (const name of [SESSION, 'XSRF-TOKEN'])
      pages.cookies.set(name, first.cookie(node.url, name) ?? '');
    const root = '/SOGo/api/account/second-factor';
    const { secret } = (await (await pages.json(`${root}/enrol`)).json()) as { secret: string };
    const code = codeAt(secret, Date.now());
    expect((await pages.json(`${root}/turn-on`, { code })).status).toBe(200);

    const visits = visitor({ origin: node.url });
    const half = await visits.get(page());
    expect(half.body).toContain('One more step');
    expect(await isIn(visits)).toBe(false);
    // The present one is taken already.
    const next = codeAt(secret, Date.now() + 30_000);
    const whole = await visits.post(`${page()}/code`, { code: next });
    expect(whole.status).toBe(200);
    expect(await isIn(visits)).toBe(true);
    const left = await visits.get(`${node.url}/SOGo/logoff`, toProvider);
    expect(new URL(left.url).searchParams.get('id_token_hint')).toMatch(/^ey/);
  });
});

describe('the end of a sign-in by OpenID Connect', () => {
  const logoutToken = (claims: Readonly<Record<string, unknown>> = {}, header = {}) =>
    provider.sign(
      {
        ...{ iss: provider.issuer, aud: CLIENT.id, iat: Math.floor(Date.now() / 1000), jti: 'j' },
        ...{ sub: 'u-1', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
        ...claims,
      },
      { typ: 'logout+jwt', ...header },
    );
  const tell = async (token: string): Promise<number> => {
    const answer = await fetch(`${node.url}/SOGo/openid_backchannel_logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    });
    return answer.status;
  };

  it('is told to the provider (RP-Initiated Logout §2)', async () => {
    const visits = await signedIn();
    const left = new URL((await visits.get(`${node.url}/SOGo/logoff`, toProvider)).url);
    expect(left.pathname).toBe('/end');
    expect(left.searchParams.get('id_token_hint')).toMatch(/^ey/);
    expect(left.searchParams.get('post_logout_redirect_uri')).toBe(`${node.url}/SOGo/signed-out`);
    expect(await isIn(visits)).toBe(false);
  });

  it('may come from the provider, for one session or for all of a person (Back-Channel Logout §2.7)', async () => {
    provider.lies.claims = { sid: 's-7' };
    const [one, other] = [await signedIn(), await signedIn()];
    expect(await tell(await logoutToken({ sid: 's-8' }))).toBe(200);
    expect(await isIn(one)).toBe(true);
    expect(await tell(await logoutToken({ sid: 's-7' }))).toBe(200);
    expect([await isIn(one), await isIn(other)]).toEqual([false, false]);
    const third = await signedIn();
    expect(await tell(await logoutToken())).toBe(200);
    expect(await isIn(third)).toBe(false);
  });

  it('does not come from a token that is forged, of another issuer or audience, old, or no logout token', async () => {
    const visits = await signedIn();
    provider.lies.foreignKey = true;
    expect(await tell(await logoutToken())).toBe(400);
    delete provider.lies.foreignKey;
    const wrong = [
      { iss: 'https://elsewhere.example' },
      { aud: 'another' },
      { iat: Math.floor(Date.now() / 1000) - 3600 },
      { events: {} },
      { nonce: 'n' },
      { sub: undefined },
    ];
    for (const claims of wrong) expect(await tell(await logoutToken(claims))).toBe(400);
    expect(await tell('')).toBe(400);
    expect(await isIn(visits)).toBe(true);
  });

  it('comes when the provider does not stand by the access token any more, and not while it is away', async () => {
    provider.lies.expiresIn = 3600;
    const visits = await signedIn();
    provider.lies.status = 503;
    expect(await isIn(visits)).toBe(true);
    delete provider.lies.status;
    expect(await isIn(visits)).toBe(true);
    provider.lies.revoked = true;
    expect(await isIn(visits)).toBe(false);
  });

  it('is put off by a refresh token', async () => {
    provider.lies.expiresIn = 0;
    const visits = await signedIn();
    const before = provider.asked.filter((path) => path === '/token').length;
    expect(await isIn(visits)).toBe(true);
    expect(provider.asked.filter((path) => path === '/token').length).toBeGreaterThan(before);
    provider.lies.revoked = true;
    expect(await isIn(visits)).toBe(false);
  });

  it('leaves no token readable in the tables', async () => {
    await signedIn();
    const { rows } = await node.pool.query<{ row: string }>(
      'select sessions::text as row from sign_in.sessions where provider is not null',
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { row } of rows)
      expect(row).not.toMatch(/access-|refresh-|eyJhbGciOi|sub u-1|sid s-1/);
  });
});

describe('a bearer token on DAV (RFC 6750)', () => {
  const now = (): number => Math.floor(Date.now() / 1000);
  const accessToken = (claims: Readonly<Record<string, unknown>> = {}, header = {}) =>
    provider.sign(
      {
        ...{ iss: provider.issuer, aud: [CLIENT.id], sub: 'u-1', email: 'ada@acme.com' },
        ...{ client_id: 'an app', iat: now(), exp: now() + 300, jti: crypto.randomUUID() },
        ...claims,
      },
      { typ: 'at+jwt', ...header },
    );
  const ask = (token: string): Promise<Response> =>
    fetch(`${node.url}/SOGo/dav/ada/`, {
      method: 'PROPFIND',
      headers: { authorization: `Bearer ${token}`, depth: '0' },
    });

  it('opens what its owner has', async () => {
    expect((await ask(await accessToken())).status).toBe(207);
  });

  it.each([
    ['of another issuer', { iss: 'https://elsewhere.example' }, {}],
    ['for another audience', { aud: 'another' }, {}],
    ['that has expired', { exp: 1_700_000_000 }, {}],
    ['without an end', { exp: undefined }, {}],
    ['that is an id token', { nonce: 'n' }, { typ: 'JWT' }],
    ['that is a logout token', {}, { typ: 'logout+jwt' }],
    ['of somebody nobody knows', { email: 'nobody@acme.com' }, {}],
  ])('is refused %s', async (_what, claims, header) => {
    const answer = await ask(await accessToken(claims, header));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('is refused when another key signed it, or none', async () => {
    provider.lies.foreignKey = true;
    expect((await ask(await accessToken())).status).toBe(401);
    const [, body] = (await accessToken()).split('.');
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    expect((await ask(`${none}.${body}.`)).status).toBe(401);
  });

  it('that is no JWT is as good as the provider says (RFC 7662 §2.2), which is asked once', async () => {
    const token = crypto.randomUUID();
    provider.lies.introspection = {
      active: true,
      client_id: CLIENT.id,
      sub: 'u-1',
      email: 'ada@acme.com',
      exp: now() + 300,
    };
    const asked = (): number => provider.asked.filter((path) => path === '/introspect').length;
    const before = asked();
    expect((await ask(token)).status).toBe(207);
    expect((await ask(token)).status).toBe(207);
    expect(asked()).toBe(before + 1);
    provider.lies.introspection = { active: true, client_id: 'another', email: 'ada@acme.com' };
    expect((await ask(crypto.randomUUID())).status).toBe(401);
    provider.lies.introspection = {
      active: false,
      client_id: CLIENT.id,
      email: 'ada@acme.com',
    };
    expect((await ask(crypto.randomUUID())).status).toBe(401);
  });

  it('meets 503 while the provider that has to be asked is away, and not 401', async () => {
    provider.lies.status = 502;
    const answer = await ask(crypto.randomUUID());
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).not.toBeNull();
  });
});
