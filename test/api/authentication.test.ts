import { beforeEach, describe, expect, it } from 'vitest';
import { authenticator } from '../../src/api/authentication.ts';
import type { AccountId, Instant } from '../../src/domain/kernel/ids.ts';
import type { AccountRow, AccountRows } from '../../src/projections/account/rows.ts';
import { plainly, quiet } from '../support/sign-in.ts';

const account = (login: string, password: string): AccountRow => ({
  account: `${login}-id` as AccountId,
  login,
  displayName: login,
  mail: '',
  passwordHash: `hash of ${password}`,
  openedAt: '2026-01-01T00:00:00Z' as Instant,
});

/** A hasher that takes as long as the test wants, and counts. */
const slowHasher = () => {
  const waiting: (() => void)[] = [];
  let held = false;
  let verified = 0;
  return {
    hash: async (password: string) => `hash of ${password}`,
    verify: async (stored: string, password: string) => {
      verified += 1;
      if (held) await new Promise<void>((resolve) => waiting.push(resolve));
      return stored === `hash of ${password}`;
    },
    hold() {
      held = true;
    },
    letGo() {
      held = false;
      for (const go of waiting.splice(0)) go();
    },
    verified: () => verified,
  };
};

const rowsOf = (known: Map<string, AccountRow>) => {
  let asked = 0;
  const rows: AccountRows = {
    byLogin: async (login) => {
      asked += 1;
      return known.get(login);
    },
    byId: async () => undefined,
    async *all() {
      yield [...known.values()];
    },
  };
  return { rows, asked: () => asked };
};

let known: Map<string, AccountRow>;
let hasher: ReturnType<typeof slowHasher>;
let table: ReturnType<typeof rowsOf>;
let authenticate: ReturnType<typeof plainly>;
beforeEach(() => {
  known = new Map([
    ['ada', account('ada', 'right')],
    ['bob', account('bob', 'right')],
  ]);
  hasher = slowHasher();
  table = rowsOf(known);
  authenticate = plainly(
    authenticator({
      ...quiet,
      accounts: table.rows,
      hasher,
      sources: [],
      adopt: async () => undefined,
      rowTrust: 1,
      reluctance: 1,
    }),
  );
});

const crowded = expect.objectContaining({ code: 'passwords-crowded' }) as unknown;

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Tries that are under way when this answers, each of a password of its own. */
const guess = async (times: number, login: (index: number) => string) => {
  hasher.hold();
  const tries = Array.from({ length: times }, (_, index) =>
    authenticate(login(index), `guess ${index}`).catch((error: unknown) => error),
  );
  await pause();
  return tries;
};

describe('proving credentials', () => {
  it('knows the right password, the wrong one, and nobody', async () => {
    expect(await authenticate('Ada', 'right')).toMatchObject({ account: 'ada-id', login: 'ada' });
    expect(await authenticate('ada', 'wrong')).toBeUndefined();
    expect(await authenticate('nobody', 'right')).toBeUndefined();
  });

  it('computes as much for a login nobody has as for a wrong password', async () => {
    await authenticate('ada', 'wrong');
    const once = hasher.verified();
    await authenticate('nobody', 'wrong');
    expect(hasher.verified()).toBe(2 * once);
  });

  it('remembers an answer as long as the account keeps its hash', async () => {
    await authenticate('ada', 'right');
    await authenticate('ada', 'right');
    expect(hasher.verified()).toBe(1);
    known.set('ada', account('ada', 'new'));
    await pause();
    expect(await authenticate('ada', 'right')).toBeUndefined();
    expect(await authenticate('ada', 'new')).toBeDefined();
    known.delete('ada');
    await pause();
    expect(await authenticate('ada', 'new')).toBeUndefined();
  });

  it('hashes nothing longer than a password can be', async () => {
    expect(await authenticate('ada', 'x'.repeat(1025))).toBeUndefined();
    expect(hasher.verified()).toBe(0);
  });
});

describe('when somebody guesses passwords faster than they can be checked', () => {
  it('sends away all but eight for one login, and nobody else', async () => {
    const tries = await guess(50, () => 'ada');
    const other = authenticate('bob', 'right');
    await pause();
    expect(hasher.verified()).toBe(9);
    hasher.letGo();
    expect(await other).toMatchObject({ login: 'bob' });
    const answers = await Promise.all(tries);
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(8);
    expect(answers.filter((answer) => answer !== undefined)).toEqual(Array(42).fill(crowded));
  });

  it('sends away all but 64 in all, whether the logins exist or not', async () => {
    const tries = await guess(200, (index) => `login${index}`);
    expect(hasher.verified()).toBe(64);
    const asked = table.asked();
    await expect(authenticate('bob', 'guess')).rejects.toEqual(crowded);
    await expect(authenticate('nobody', 'guess')).rejects.toEqual(crowded);
    // The database did not hear of them.
    expect(table.asked()).toBe(asked);
    hasher.letGo();
    expect((await Promise.all(tries)).filter((answer) => answer === undefined)).toHaveLength(64);
    expect(await authenticate('bob', 'right')).toBeDefined();
  });

  it('lets in at once who was proven before', async () => {
    await authenticate('ada', 'right');
    const tries = await guess(100, (index) => `login${index}`);
    const more = await guess(20, () => 'ada');
    expect(await authenticate('ada', 'right')).toMatchObject({ login: 'ada' });
    hasher.letGo();
    await Promise.all([...tries, ...more]);
  });

  it('forgets nobody who was proven for all the wrong answers it remembers', async () => {
    await authenticate('ada', 'right');
    for (let index = 0; index < 21_000; index += 1) await authenticate('bob', `guess ${index}`);
    const before = hasher.verified();
    await authenticate('ada', 'right');
    expect(hasher.verified()).toBe(before);
  });

  it('asks the hasher once when many requests bring the same credentials', async () => {
    hasher.hold();
    const same = Array.from({ length: 100 }, () => authenticate('ada', 'right'));
    await pause();
    hasher.letGo();
    expect((await Promise.all(same)).every((principal) => principal?.login === 'ada')).toBe(true);
    expect(hasher.verified()).toBe(1);
  });
});
