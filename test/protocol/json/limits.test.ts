import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PasswordHasher } from '../../../src/domain/account/password.ts';
import { browser, davStatus, type FullNode, startNode } from '../../support/full-node.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
let other: FullNode;
/** Hashing is not what is looked at here, and there are hundreds of guesses. */
const hasher: PasswordHasher = {
  hash: async (password) => `hash of ${password}`,
  verify: async (stored, password) => stored === `hash of ${password}`,
};
const limits = {
  failures: { count: 4, interval: 60, block: 60 },
  requests: { count: 200, interval: 60, block: 60 },
};
beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({ url: database.url, limits, hasher });
  other = await startNode({ url: database.url, limits, hasher });
});
afterAll(async () => {
  await Promise.all([node.stop(), other.stop()]);
  await database.drop();
});

const added = async (): Promise<string> => {
  const login = `u${randomUUID()}`;
  await node.daybook.accounts.add({ login, password: 'secret' });
  return login;
};

let addresses = 0;
/** One that nothing was counted for yet: a network of its own. */
const freshAddress = (): string => {
  addresses += 1;
  return `2001:db8:${addresses.toString(16)}::1`;
};

const from = (address: string) => ({ 'x-forwarded-for': address });

const guess = (
  login: string,
  address: string,
  password: string = randomUUID(),
  at = node,
): Promise<number> => davStatus(at, login, password, from(address));

describe('wrong passwords (SOGoMaximumFailedLoginCount)', () => {
  it('block a user from that address: 429 with Retry-After, right passwords too (RFC 6585 §4)', async () => {
    const [login, address] = [await added(), freshAddress()];
    for (let times = 0; times < 4; times += 1) expect(await guess(login, address)).toBe(401);
    expect(await guess(login, address)).toBe(429);
    expect(await guess(login, address, 'secret')).toBe(429);
    const answer = await fetch(`${node.url}/SOGo/dav/`, {
      method: 'PROPFIND',
      headers: { ...from(address), authorization: `Basic ${btoa(`${login}:secret`)}` },
    });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    // The same at SOGo's own door, in SOGo's words: locked.
    const web = await browser(node, address).json('/SOGo/connect', {
      userName: login,
      password: 'secret',
    });
    expect([web.status, await web.json()]).toEqual([403, { LDAPPasswordPolicyError: 1 }]);
  });

  it('block neither the user elsewhere nor others at that address', async () => {
    const [login, address] = [await added(), freshAddress()];
    const colleague = await added();
    for (let times = 0; times < 5; times += 1) await guess(login, address);
    expect(await guess(login, freshAddress(), 'secret')).toBe(207);
    expect(await guess(colleague, address, 'secret')).toBe(207);
  });

  it('do not lock out a program that was let in before', async () => {
    const [login, address] = [await added(), freshAddress()];
    expect(await guess(login, address, 'secret')).toBe(207);
    for (let times = 0; times < 5; times += 1) await guess(login, address);
    expect(await guess(login, address, 'secret')).toBe(207);
  });

  it('count once when a program asks again with the same old password', async () => {
    const [login, address] = [await added(), freshAddress()];
    for (let times = 0; times < 12; times += 1)
      expect(await guess(login, address, 'old')).toBe(401);
    expect(await guess(login, address, 'secret')).toBe(207);
  });

  it('count for the whole network of an IPv6 address (RFC 6177), and each IPv4 address alone', async () => {
    const login = await added();
    const network = freshAddress().replace(/::1$/, '');
    for (let times = 1; times < 6; times += 1) await guess(login, `${network}:${times}::1`);
    expect(await guess(login, `${network}:9::1`, 'secret')).toBe(207);
    for (let times = 1; times < 6; times += 1) await guess(login, `${network}::${times}`);
    expect(await guess(login, `${network}::ffff`, randomUUID())).toBe(429);
    for (let times = 1; times < 6; times += 1) await guess(login, `198.51.100.${times}`);
    expect(await guess(login, '198.51.100.77', 'secret')).toBe(207);
  });

  it('are counted on all nodes together', async () => {
    const [login, address] = [await added(), freshAddress()];
    for (let times = 0; times < 5; times += 1) await guess(login, address);
    await expect.poll(() => guess(login, address, 'never', other), { timeout: 15_000 }).toBe(429);
    const [second, there] = [await added(), freshAddress()];
    await guess(second, there);
    await guess(second, there);
    await guess(second, there, randomUUID(), other);
    await guess(second, there, randomUUID(), other);
    await expect.poll(() => guess(second, there, 'never', node), { timeout: 15_000 }).toBe(429);
  });

  it('block an address that tries many users, and a user who is tried from everywhere', async () => {
    const address = freshAddress();
    for (let times = 0; times < 40; times += 1) await guess(`nobody${times}`, address);
    expect(await guess(await added(), address, 'secret')).toBe(429);
    const login = await added();
    for (let times = 0; times < 40; times += 1) await guess(login, freshAddress());
    expect(await guess(login, freshAddress(), randomUUID())).toBe(429);
  });

  it('are logged once each, with the address for fail2ban, and neither name nor password', async () => {
    const [login, address] = [await added(), freshAddress()];
    await guess(login, address, 'old');
    await guess(login, address, 'old');
    const lines = node.logged.filter(
      ({ code, fields }) => code === 'sign-in-failed' && fields['address'] === address,
    );
    expect(lines).toEqual([{ code: 'sign-in-failed', fields: { protocol: 'dav', address } }]);
    expect(JSON.stringify(node.logged)).not.toContain(login);
  });

  it('leave neither logins nor addresses in the database', async () => {
    const { rows } = await node.pool.query<{ key: string }>('select key from sign_in.counters');
    expect(rows.length).toBeGreaterThan(3);
    for (const { key } of rows) expect(key).toMatch(/^[\w+/]{22}$/);
  });
});

describe('many requests (SOGoMaximumRequestCount)', () => {
  it('are answered with 429 and Retry-After from some count on, for that user alone', async () => {
    const [login, calm] = [await added(), await added()];
    const statuses: number[] = [];
    for (let times = 0; times < 210; times += 1)
      statuses.push(await guess(login, freshAddress(), 'secret'));
    expect(statuses.slice(0, 199)).toEqual(Array(199).fill(207));
    expect(statuses.slice(200)).toEqual(Array(10).fill(429));
    expect(await guess(calm, freshAddress(), 'secret')).toBe(207);
    // Other nodes hear of it.
    await expect
      .poll(() => guess(login, freshAddress(), 'secret', other), { timeout: 15_000 })
      .toBe(429);
  });
});
