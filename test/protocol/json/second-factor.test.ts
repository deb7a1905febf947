import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeAt } from '../../../src/api/sign-in/one-time-code.ts';
import {
  type Browser,
  browser,
  davStatus,
  type FullNode,
  startNode,
} from '../../support/full-node.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({
    url: database.url,
    limits: { failures: { count: 6, interval: 60, block: 60 } },
  });
});
afterAll(async () => {
  await node.stop();
  await database.drop();
});

const root = '/SOGo/api/account/second-factor';
const STEP = 30_000;

const connect = (userName: string, verificationCode?: string | number, password = 'secret') =>
  browser(node).json('/SOGo/connect', {
    userName,
    password,
    ...(verificationCode === undefined ? {} : { verificationCode }),
  });

const added = async (login: string): Promise<Browser> => {
  await node.daybook.accounts.add({ login, password: 'secret' });
  const at = browser(node);
  await at.json('/SOGo/connect', { userName: login, password: 'secret' });
  return at;
};

const enrolled = async (at: Browser): Promise<string> =>
  ((await (await at.json(`${root}/enrol`)).json()) as { secret: string }).secret;

/** The code after the present one, which is taken already: each step is taken once, and clocks move on. */
const nextCode = (secret: string): string => codeAt(secret, Date.now() + STEP);

/** Somebody whose second factor is on, by the present code. */
const protectedUser = async (login: string) => {
  const at = await added(login);
  const secret = await enrolled(at);
  const answer = await at.json(`${root}/turn-on`, { code: codeAt(secret, Date.now()) });
  expect(answer.status).toBe(200);
  const { recoveryCodes } = (await answer.json()) as { recoveryCodes: readonly string[] };
  return { at, secret, recoveryCodes };
};

const status = async (at: Browser): Promise<unknown> => (await at.get(root)).json();

describe('a second factor', () => {
  it('is on after its owner showed a code, and not before', async () => {
    const at = await added('ann');
    expect(await status(at)).toEqual({ status: 'off' });
    const first = await enrolled(at);
    const second = await enrolled(at);
    // Signing in takes no code yet, and DAV the password.
    expect((await connect('ann')).status).toBe(200);
    expect(await davStatus(node, 'ann', 'secret')).toBe(207);
    const wrong = await at.json(`${root}/turn-on`, { code: codeAt(first, Date.now()) });
    expect(wrong.status).toBe(403);
    const right = await at.json(`${root}/turn-on`, { code: codeAt(second, Date.now()) });
    expect(right.status).toBe(200);
    expect(await status(at)).toEqual({ status: 'on', recoveryCodesLeft: 10 });
  });

  it('asks for a code with SOGo’s answers: 202, then 403 for a wrong one, then 200', async () => {
    const { secret } = await protectedUser('bea');
    const asked = await connect('bea');
    expect([asked.status, await asked.json()]).toEqual([202, { totpMissingKey: 1 }]);
    expect(asked.headers.getSetCookie()).toEqual([]);
    const wrong = await connect('bea', '000000');
    expect([wrong.status, await wrong.json()]).toEqual([403, { totpInvalidKey: 1 }]);
    // SOGo's page sends it as a number, whose zeros in front are gone.
    expect((await connect('bea', Number(nextCode(secret)))).status).toBe(200);
  });

  it('does not tell whether a code is needed to whoever does not know the password', async () => {
    await protectedUser('cleo');
    const answer = await connect('cleo', undefined, 'guess');
    expect([answer.status, await answer.json()]).toEqual([403, { LDAPPasswordPolicyError: 65535 }]);
  });

  it('takes no code twice, and none older than the last (RFC 6238 §5.2)', async () => {
    const { secret } = await protectedUser('dora');
    const [now, next] = [codeAt(secret, Date.now()), nextCode(secret)];
    expect((await connect('dora', next)).status).toBe(200);
    expect((await connect('dora', next)).status).toBe(403);
    expect((await connect('dora', now)).status).toBe(403);
  });

  it('takes one code once also when two nodes are asked at the same moment', async () => {
    const { secret } = await protectedUser('edna');
    const other = await startNode({ url: database.url });
    const body = {
      userName: 'edna',
      password: 'secret',
      verificationCode: nextCode(secret),
    };
    const both = await Promise.all(
      [node, other].map((one) => browser(one).json('/SOGo/connect', body)),
    );
    expect(both.map((one) => one.status).toSorted((a, b) => a - b)).toEqual([200, 403]);
    await other.stop();
  });

  it('keeps the main password out of DAV, with a text that says why and a log line', async () => {
    const { at } = await protectedUser('fay');
    const authorization = `Basic ${btoa('fay:secret')}`;
    const answer = await fetch(`${node.url}/SOGo/dav/`, {
      method: 'PROPFIND',
      headers: { depth: '0', authorization },
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Basic');
    expect(await answer.text()).toMatch(/app password/);
    expect(
      node.logged.findLast(({ code }) => code === 'app-password-needed')?.fields,
    ).toMatchObject({
      protocol: 'dav',
    });
    // A wrong password learns nothing of it.
    const guess = await fetch(`${node.url}/SOGo/dav/`, {
      method: 'PROPFIND',
      headers: { authorization: `Basic ${btoa('fay:guess')}` },
    });
    expect([guess.status, await guess.text()]).toEqual([
      401,
      expect.not.stringMatching(/app pass/),
    ]);
    const made = await at.json('/SOGo/api/account/app-passwords', {
      name: 'x',
      protocols: ['dav'],
    });
    const { password } = (await made.json()) as { password: string };
    expect(await davStatus(node, 'fay', password)).toBe(207);
    const eas = { protocol: 'eas', address: undefined, client: 'test' } as const;
    expect(await node.daybook.services.authenticate('fay', 'secret', eas)).toEqual({
      refused: 'second-factor',
    });
  });

  it('ends the sessions that were begun by the password alone', async () => {
    const at = await added('gwen');
    const thief = browser(node);
    await thief.json('/SOGo/connect', { userName: 'gwen', password: 'secret' });
    const secret = await enrolled(at);
    await at.json(`${root}/turn-on`, { code: codeAt(secret, Date.now()) });
    expect((await thief.get('/SOGo/api/account')).status).toBe(401);
    expect((await at.get('/SOGo/api/account')).status).toBe(200);
  });

  it('lets each recovery code in once, however it is typed, and none after they were replaced', async () => {
    const { at, secret, recoveryCodes } = await protectedUser('hope');
    const [first = '', second = ''] = recoveryCodes;
    expect((await connect('hope', first.toUpperCase().replaceAll('-', ' '))).status).toBe(200);
    expect((await connect('hope', first)).status).toBe(403);
    expect(await status(at)).toEqual({ status: 'on', recoveryCodesLeft: 9 });
    const replaced = await at.json(`${root}/recovery-codes`, { code: nextCode(secret) });
    const fresh = ((await replaced.json()) as { recoveryCodes: string[] }).recoveryCodes;
    expect((await connect('hope', second)).status).toBe(403);
    expect((await connect('hope', fresh[0])).status).toBe(200);
  });

  it('is turned off by a code, and by a session alone neither off nor replaced', async () => {
    const { at, secret } = await protectedUser('iris');
    for (const path of ['turn-off', 'recovery-codes'])
      expect((await at.json(`${root}/${path}`, { code: '000000' })).status).toBe(403);
    expect((await at.json(`${root}/enrol`)).status).toBe(409);
    expect((await at.json(`${root}/turn-off`, { code: nextCode(secret) })).status).toBe(204);
    expect(await status(at)).toEqual({ status: 'off' });
    expect((await connect('iris')).status).toBe(200);
    expect(await davStatus(node, 'iris', 'secret')).toBe(207);
  });

  it('is given up by an administrator for somebody who lost everything', async () => {
    const { at } = await protectedUser('june');
    const { accountRows, byCommandLine } = node.daybook;
    const row = await accountRows.byLogin('june');
    if (row === undefined) throw new Error('no account');
    await node.daybook.signIn.access.reset(row.account, byCommandLine());
    expect(await status(at)).toEqual({ status: 'off' });
  });

  it('cannot be guessed: after some wrong codes right ones are refused too, even recovery codes', async () => {
    const { secret, recoveryCodes } = await protectedUser('kate');
    const answers: number[] = [];
    for (let times = 0; times < 8; times += 1)
      answers.push((await connect('kate', '123456')).status);
    expect(new Set(answers)).toEqual(new Set([403]));
    const right = await connect('kate', nextCode(secret));
    expect([right.status, await right.json()]).toEqual([403, { LDAPPasswordPolicyError: 1 }]);
    expect((await connect('kate', recoveryCodes[0])).status).toBe(403);
  });

  it('is sealed in the log and in no table', async () => {
    const { at, secret, recoveryCodes } = await protectedUser('lily');
    expect(await status(at)).not.toHaveProperty('secret');
    const tables = await node.pool.query<{ name: string }>(
      `select table_schema || '.' || table_name as name from information_schema.tables
       where table_schema in ('account', 'sign_in', 'log')`,
    );
    expect(tables.rows.length).toBeGreaterThan(5);
    for (const { name } of tables.rows) {
      const { rows } = await node.pool.query<{ row: string }>(
        `select t::text as row from ${name} t`,
      );
      for (const { row } of rows) {
        expect(row).not.toContain(secret);
        expect(row).not.toContain(Buffer.from(secret).toString('hex'));
        expect(row).not.toContain(recoveryCodes[0]);
      }
    }
  });
});

describe('a second factor that everybody of a domain has to have (SOGoTOTPEnabled)', () => {
  let strict: FullNode;
  beforeAll(async () => {
    strict = await startNode({
      url: database.url,
      domains: { names: new Set(['strict.org']) },
      wantsSecondFactor: (domain) => domain === 'strict.org',
    });
    await strict.daybook.accounts.add({ login: 'sam@strict.org', password: 'secret' });
    await strict.daybook.accounts.add({ login: 'lax', password: 'secret' });
  });
  afterAll(() => strict.stop());

  it('is all there is to do on the web until it is on, and then asked for', async () => {
    const sam = browser(strict);
    const given = { userName: 'sam@strict.org', password: 'secret' };
    const connected = await sam.json('/SOGo/connect', given);
    expect([connected.status, await connected.json()]).toMatchObject([200, { totpDisabled: 1 }]);
    const refused = await sam.get('/SOGo/api/account/app-passwords');
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('second-factor-needed');
    expect((await sam.get('/SOGo/so/sam@strict.org/jsonDefaults')).status).toBe(403);
    const page = await (await sam.get('/SOGo/account')).text();
    expect(page).toContain('Set it up');
    expect(page).not.toContain('app-passwords');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const made = { xsrf, name: 'phone', opens: 'dav' };
    expect((await sam.form('/SOGo/account/app-passwords', made)).status).toBe(403);
    const { account } = (await strict.daybook.accountRows.byLogin('sam@strict.org')) ?? {};
    expect(account && (await strict.daybook.signIn.access.appPasswords(account))).toEqual([]);

    const secret = await enrolled(sam);
    const on = await sam.json(`${root}/turn-on`, { code: codeAt(secret, Date.now()) });
    expect(on.status).toBe(200);
    expect((await sam.get('/SOGo/api/account/app-passwords')).status).toBe(200);
    expect((await browser(strict).json('/SOGo/connect', given)).status).toBe(202);
  });

  it('leaves the main password nothing else to open, before it is on too', async () => {
    await strict.daybook.accounts.add({ login: 'sue@strict.org', password: 'secret' });
    expect(await davStatus(strict, 'sue@strict.org', 'secret')).toBe(401);
    expect(await davStatus(strict, 'lax', 'secret')).toBe(207);
    const lax = browser(strict);
    const connected = await lax.json('/SOGo/connect', { userName: 'lax', password: 'secret' });
    expect(await connected.json()).not.toHaveProperty('totpDisabled');
    expect((await lax.get('/SOGo/api/account/app-passwords')).status).toBe(200);
  });
});
