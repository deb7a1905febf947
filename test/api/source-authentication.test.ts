import { describe, expect, it } from 'vitest';
import { authenticator } from '../../src/api/authentication.ts';
import type { PasswordHasher } from '../../src/domain/account/password.ts';
import {
  type SourceUser,
  type UserSource,
  UserSourceUnavailable,
} from '../../src/domain/account/user-source.ts';
import type { StreamId } from '../../src/domain/kernel/event-store.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import type { AccountRows } from '../../src/projections/account/rows.ts';
import { plainly, quiet } from '../support/sign-in.ts';
import { byTest, memoryAccounts } from '../support/memory-accounts.ts';

const hasher: PasswordHasher = {
  hash: async (password) => `hash of ${password}`,
  verify: async (stored, password) => stored === `hash of ${password}`,
};

const world = () => {
  const { opening, accounts, rows, all, add } = memoryAccounts();
  const sign = (sources: readonly UserSource[], seen: AccountRows = rows) =>
    plainly(
      authenticator({
        ...quiet,
        accounts: seen,
        hasher,
        sources,
        adopt: (user) => opening.open({ type: 'OpenSourceAccount', ...user }, byTest),
        rowTrust: 0,
      }),
    );
  return {
    sign,
    add: (name: string, password: string) => add(name, { passwordHash: `hash of ${password}` }),
    opening,
    accounts,
    opened: async () => (await all()).length,
    rows,
  };
};

const user = (name: string, source: string): SourceUser => ({
  source,
  login: name,
  displayName: `${name} of ${source}`,
  mail: `${name}@example.org`,
});

/** People of a source and their passwords. */
const source = (id: string, people: Readonly<Record<string, string>>): UserSource => ({
  id,
  authenticate: async (typed, password) =>
    people[typed.toLowerCase()] === password ? user(typed.toLowerCase(), id) : undefined,
  lookup: async (typed) => (people[typed] === undefined ? undefined : user(typed, id)),
  close: async () => {},
});
const away: UserSource = {
  ...source('away', {}),
  authenticate: () => Promise.reject(new UserSourceUnavailable('away', { cause: 'test' })),
};

describe('logging in', () => {
  it('makes one account at the first login by a source, also when many come at once', async () => {
    const { sign, opened } = world();
    const authenticate = sign([source('a', { ada: 'secret' })]);
    const all = await Promise.all(Array.from({ length: 8 }, () => authenticate('Ada', 'secret')));
    expect(new Set(all.map((principal) => principal?.account)).size).toBe(1);
    expect(all[0]).toMatchObject({
      login: 'ada',
      displayName: 'ada of a',
      mail: 'ada@example.org',
    });
    expect((await authenticate('ada', 'secret'))?.account).toBe(all[0]?.account);
    expect(await opened()).toBe(1);
  });

  it('makes no account for a wrong password', async () => {
    const { sign, opened } = world();
    const authenticate = sign([source('a', { ada: 'secret' })]);
    expect(await authenticate('ada', 'wrong')).toBeUndefined();
    expect(await authenticate('nobody', 'secret')).toBeUndefined();
    expect(await opened()).toBe(0);
  });

  it('asks sources in their order, whoever opened the account', async () => {
    const { sign } = world();
    const first = await sign([source('a', {}), source('b', { ada: 'secret' })])('ada', 'secret');
    expect(first?.displayName).toBe('ada of b');
    const moved = await sign([source('a', { ada: 'new' }), source('b', { ada: 'secret' })])(
      'ada',
      'new',
    );
    expect([moved?.account, moved?.displayName]).toEqual([first?.account, 'ada of a']);
  });

  it('lets no source into an account with a password of its own', async () => {
    const { sign, add, rows } = world();
    const id = await add('ada', 'own');
    const authenticate = sign([source('a', { ada: 'secret' })]);
    expect(await authenticate('ada', 'secret')).toBeUndefined();
    expect((await authenticate('ada', 'own'))?.account).toBe(id);
    // Not even while the row is not there yet.
    const late = sign([source('a', { ada: 'secret' })], {
      ...rows,
      byLogin: async () => undefined,
    });
    expect(await late('ada', 'secret')).toBeUndefined();
  });

  it('asks no source any more once the account was given a password of its own', async () => {
    const { sign, accounts } = world();
    const authenticate = sign([source('a', { ada: 'secret' })]);
    const id = (await authenticate('ada', 'secret'))?.account as AccountId;
    const command = { type: 'SetPassword', passwordHash: 'hash of own' } as const;
    await accounts({ stream: `account-${id}` as StreamId, owner: id, command, by: byTest });
    expect(await authenticate('ada', 'secret')).toBeUndefined();
    expect((await authenticate('ada', 'own'))?.account).toBe(id);
  });

  it('makes a new account for a login whose account was removed', async () => {
    const { sign, accounts, opening } = world();
    const authenticate = sign([source('a', { ada: 'secret' })]);
    const id = (await authenticate('ada', 'secret'))?.account as AccountId;
    const remove = { stream: `account-${id}` as StreamId, owner: id, by: byTest };
    await accounts({ ...remove, command: { type: 'RemoveAccount' } });
    await opening.release('ada', id, byTest);
    const anew = await authenticate('ada', 'secret');
    expect(anew?.account).toBeDefined();
    expect(anew?.account).not.toBe(id);
  });

  it('is no more possible by a source that no longer says so, nor without a source', async () => {
    const { sign } = world();
    await sign([source('a', { ada: 'secret' })])('ada', 'secret');
    expect(await sign([source('a', {})])('ada', 'secret')).toBeUndefined();
    expect(await sign([])('ada', 'secret')).toBeUndefined();
    expect(await sign([])('ada', '')).toBeUndefined();
  });

  it('goes on while a source is away, and is refused for good by nobody who might know', async () => {
    const { sign, add } = world();
    await add('bob', 'own');
    const authenticate = sign([away, source('b', { ada: 'secret' })]);
    expect((await authenticate('ada', 'secret'))?.login).toBe('ada');
    expect((await authenticate('bob', 'own'))?.login).toBe('bob');
    expect(await authenticate('bob', 'wrong')).toBeUndefined();
    await expect(authenticate('ada', 'wrong')).rejects.toMatchObject({
      code: 'user-source-unavailable',
    });
  });
});
