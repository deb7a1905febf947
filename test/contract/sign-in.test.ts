import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresCounters } from '../../src/adapters/sign-in/counters.ts';
import { postgresProxyGrants } from '../../src/adapters/sign-in/proxy-grants.ts';
import { migrateSignIn } from '../../src/adapters/sign-in/schema.ts';
import { postgresSessions } from '../../src/adapters/sign-in/sessions.ts';
import { postgresSignInState } from '../../src/adapters/sign-in/state.ts';
import type { AppPasswordId } from '../../src/domain/account/app-passwords.ts';
import type { Limit } from '../../src/domain/account/counters.ts';
import type { NewSession, SessionId } from '../../src/domain/account/sessions.ts';
import type { AccountId, Instant } from '../../src/domain/kernel/ids.ts';
import { freshDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let pool: pg.Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 6 });
  await Promise.all([migrateSignIn(pool), migrateSignIn(pool), migrateSignIn(pool)]);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const someone = (): AccountId => randomUUID() as AccountId;

describe('counters of all nodes', () => {
  const limit: Limit = { count: 10, interval: 60, block: 60 };
  const counters = () => postgresCounters({ pool });
  const isBlocked = async (key: string): Promise<boolean> => (await counters().blocked()).has(key);
  const past = (key: string): Promise<unknown> =>
    pool.query(
      `update sign_in.counters set ends_at = ends_at - interval '61 seconds',
         blocked_until = blocked_until - interval '61 seconds' where key = $1`,
      [key],
    );

  it('add up what each of them tells, and block at the limit', async () => {
    const key = randomUUID();
    await counters().add([{ key, times: 4, limit }]);
    await counters().add([{ key, times: 5, limit }]);
    expect(await isBlocked(key)).toBe(false);
    await counters().add([{ key, times: 1, limit }]);
    const left = (await counters().blocked()).get(key) ?? 0;
    expect(left).toBeGreaterThan(30_000);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  it('block what is told to be at the limit at once', async () => {
    const key = randomUUID();
    await counters().add([{ key, times: 10, limit }]);
    expect(await isBlocked(key)).toBe(true);
  });

  it('begin anew when the interval is over, and after a block', async () => {
    const key = randomUUID();
    await counters().add([{ key, times: 9, limit }]);
    await past(key);
    await counters().add([{ key, times: 9, limit }]);
    expect(await isBlocked(key)).toBe(false);
    await counters().add([{ key, times: 1, limit }]);
    expect(await isBlocked(key)).toBe(true);
    await past(key);
    expect(await isBlocked(key)).toBe(false);
    await counters().add([{ key, times: 9, limit }]);
    expect(await isBlocked(key)).toBe(false);
  });

  it('neither lose a count nor wait for each other when nodes tell at the same moment', async () => {
    const keys = Array.from({ length: 20 }, () => randomUUID());
    const told = keys.map((key) => ({ key, times: 1, limit: { ...limit, count: 1000 } }));
    await Promise.all(
      Array.from({ length: 12 }, (_, turn) =>
        counters().add(turn % 2 === 0 ? told : told.toReversed()),
      ),
    );
    const { rows } = await pool.query<{ times: number }>(
      'select times from sign_in.counters where key = any($1)',
      [keys],
    );
    expect(rows.map(({ times }) => times)).toEqual(Array(20).fill(12));
  });
});

describe('sessions', () => {
  const sessions = () => postgresSessions({ pool });
  const session = (account: AccountId, more: Partial<NewSession> = {}): NewSession => ({
    id: randomUUID() as SessionId,
    account,
    kind: 'full',
    client: 'Firefox/145',
    address: '192.0.2.7',
    idle: 600,
    lifetime: 6000,
    ...more,
  });
  const started = async (account: AccountId, more: Partial<NewSession> = {}) => {
    const [digest, made] = [randomUUID(), session(account, more)];
    await sessions().start(digest, made);
    return { digest, id: made.id };
  };

  it('are found by the digest of their token, as they were started', async () => {
    const account = someone();
    const { digest, id } = await started(account);
    const found = await sessions().find(digest);
    expect(found).toMatchObject({ id, account, kind: 'full', client: 'Firefox/145' });
    expect(Date.parse(found?.seenAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(await sessions().find(randomUUID())).toBeUndefined();
  });

  it('are listed whole ones only, newest first, and end one by one or all but one', async () => {
    const account = someone();
    const [one, two] = [await started(account), await started(account)];
    await started(account, { kind: 'half' });
    const stranger = await started(someone());
    expect((await sessions().of(account)).map(({ id }) => id)).toEqual([two.id, one.id]);
    expect(await sessions().end(account, stranger.id)).toBe(false);
    expect(await sessions().end(account, one.id)).toBe(true);
    expect(await sessions().end(account, one.id)).toBe(false);
    const three = await started(account);
    await sessions().endAll(account, three.id);
    expect((await sessions().of(account)).map(({ id }) => id)).toEqual([three.id]);
    await sessions().endAll(account);
    expect(await sessions().of(account)).toEqual([]);
    expect(await sessions().find(stranger.digest)).toBeDefined();
  });

  it('are ended by a provider that knows them by a key, on all nodes, and no others', async () => {
    const account = someone();
    const proof = (provider: string, ...keys: readonly string[]): Partial<NewSession> => ({
      proof: { provider, keys, sealed: 'sealed' },
    });
    const one = await started(account, proof('openid', 'sub', 'sid 1'));
    const two = await started(account, { ...proof('openid', 'sub', 'sid 2'), kind: 'half' });
    const other = await started(account, proof('cas', 'sub'));
    const plain = await started(account);
    expect(await sessions().endBy('openid', ['sid 3'])).toBe(0);
    expect(await sessions().endBy('openid', [])).toBe(0);
    expect(await sessions().endBy('openid', ['sid 1'])).toBe(1);
    expect(await sessions().find(one.digest)).toBeUndefined();
    expect(await sessions().endBy('openid', ['sub'])).toBe(1);
    expect(await sessions().find(two.digest)).toBeUndefined();
    expect(await sessions().find(other.digest)).toMatchObject({ provider: 'cas' });
    expect(await sessions().find(plain.digest)).not.toHaveProperty('provider');
  });

  it('keep what they owe to a provider, and are due to be checked for one node at a time', async () => {
    const given = { provider: 'openid', keys: ['a', 'b'], sealed: 'sealed' };
    const { id } = await started(someone(), { proof: given });
    expect(await sessions().proof(id)).toEqual(given);
    await sessions().reseal(id, 'again');
    expect(await sessions().proof(id)).toEqual({ ...given, sealed: 'again' });
    expect(await sessions().dueForCheck(id, 60)).toBe(false);
    await pool.query(
      `update sign_in.sessions set provider_checked_at = now() - interval '61 seconds'
       where id = $1`,
      [id],
    );
    const asked = await Promise.all([1, 2, 3].map(() => sessions().dueForCheck(id, 60)));
    expect(asked.filter(Boolean)).toHaveLength(1);
    const plain = await started(someone());
    expect(await sessions().proof(plain.id)).toBeUndefined();
    expect(await sessions().dueForCheck(plain.id, 0)).toBe(false);
  });

  it('last as long as they are used, and no longer than they may', async () => {
    const { digest } = await started(someone(), { idle: 600, lifetime: 1200 });
    const later = (seconds: number): Promise<unknown> =>
      pool.query(
        `update sign_in.sessions set seen_at = seen_at - $2 * interval '1 second',
           ends_at = ends_at - $2 * interval '1 second' where digest = $1`,
        [digest, seconds],
      );
    await later(500);
    expect(await sessions().find(digest)).toBeDefined();
    await later(500);
    // Had it not been noted that it was seen, 1000 seconds would be too many.
    expect(await sessions().find(digest)).toBeDefined();
    await later(300);
    expect(await sessions().find(digest)).toBeUndefined();
  });

  it('are not written to at every look', async () => {
    const { digest } = await started(someone());
    const version = async () =>
      (
        await pool.query<{ xmin: string }>('select xmin from sign_in.sessions where digest = $1', [
          digest,
        ])
      ).rows[0]?.xmin;
    const before = await version();
    for (let times = 0; times < 5; times += 1) await sessions().find(digest);
    expect(await version()).toEqual(before);
  });

  it('do not pile up when they are over', async () => {
    const { digest } = await started(someone(), { lifetime: 0 });
    await started(someone());
    const { rows } = await pool.query('select from sign_in.sessions where digest = $1', [digest]);
    expect(rows).toEqual([]);
  });
});

describe('proxy-granting tickets', () => {
  it('are taken once by who was told the IOU, and are not readable before', async () => {
    const grants = postgresProxyGrants({ pool });
    await grants.keep('PGTIOU-1', 'PGT-secret');
    const { rows } = await pool.query<{ row: string }>(
      "select iou || encode(sealed, 'escape') as row from sign_in.proxy_grants",
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toMatch(/PGT/);
    expect(await grants.take('PGTIOU-2')).toBeUndefined();
    expect(await grants.take('PGTIOU-1')).toBe('PGT-secret');
    expect(await grants.take('PGTIOU-1')).toBeUndefined();
  });
});

describe('what else is known of signing in', () => {
  const state = () => postgresSignInState({ pool });

  it('takes each step of a second factor once, on any number of nodes, and none before it', async () => {
    const account = someone();
    const race = await Promise.all(Array.from({ length: 8 }, () => state().takeStep(account, 100)));
    expect(race.filter(Boolean)).toHaveLength(1);
    expect(await state().takeStep(account, 99)).toBe(false);
    expect(await state().takeStep(account, 101)).toBe(true);
    expect(await state().takeStep(someone(), 99)).toBe(true);
  });

  it('keeps the latest use of each app password, and forgets an account', async () => {
    const [account, one, two] = [someone(), randomUUID(), randomUUID()] as const;
    const use = (at: string, client: string) => ({
      account,
      at: at as Instant,
      client,
      address: '',
    });
    const ids = [one as AppPasswordId, two as AppPasswordId] as const;
    await state().used(
      new Map([
        [ids[0], use('2026-01-02T00:00:00.000Z', 'new')],
        [ids[1], use('2026-01-01T00:00:00.000Z', 'other')],
      ]),
    );
    await state().used(new Map([[ids[0], use('2026-01-01T00:00:00.000Z', 'old')]]));
    const found = await state().lastUses(account);
    expect(found.get(ids[0])).toEqual({
      at: '2026-01-02T00:00:00.000Z',
      client: 'new',
      address: '',
    });
    expect(found.get(ids[1])?.client).toBe('other');
    await state().takeStep(account, 7);
    await state().forget(account);
    expect((await state().lastUses(account)).size).toBe(0);
    expect(await state().takeStep(account, 7)).toBe(true);
  });
});
