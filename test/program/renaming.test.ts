import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountOpening } from '../../src/api/account-opening.ts';
import { renaming } from '../../src/api/account-renaming.ts';
import { comparisonsOf } from '../../src/projections/verify/comparisons.ts';
import { verify } from '../../src/projections/verify/verify.ts';
import { browser, davStatus, type FullNode, startNode } from '../support/full-node.ts';
import { freshDatabase } from '../support/postgres.ts';
import { byTest, memoryAccounts } from '../support/memory-accounts.ts';

const nobody = async (): Promise<boolean> => false;

/** Renaming over a log in memory; `broken` takes the process away before a step. */
const world = () => {
  const { accounts, opening, rows, add } = memoryAccounts();
  const rename = (broken: Partial<AccountOpening> = {}) =>
    renaming({
      opening: { ...opening, ...broken },
      ...{ accounts, rows },
      hasher: { hash: async (text) => text, verify: async () => false },
      signOut: async () => {},
      shown: async () => {},
      provenance: () => byTest,
    });
  const adopt = (name: string) =>
    opening.open(
      { type: 'OpenSourceAccount', login: name, displayName: '', mail: '', source: 'ldap' },
      byTest,
    );
  return {
    rename,
    add: (name: string, passwordHash?: string) =>
      add(name, { mail: `${name}@x`, ...(passwordHash === undefined ? {} : { passwordHash }) }),
    adopt,
    byId: rows.byId,
  };
};

describe('renaming an account', () => {
  it('frees the old login and takes the new one', async () => {
    const { rename, add, byId } = world();
    const ada = await add('ada');
    if (ada === undefined) throw new Error('no account');
    await rename()('ADA', 'King', { vouched: nobody });
    expect(await byId(ada)).toMatchObject({ login: 'king', displayName: 'king', mail: 'ada@x' });
    expect(await add('king')).toBeUndefined();
    expect(await add('ada')).not.toBe(ada);
  });

  it('changes the address when told, and with the login where they are the same', async () => {
    const { rename, add, byId } = world();
    const ada = await add('ada');
    if (ada === undefined) throw new Error('no account');
    await rename()('ada', 'ada@old.org', { mail: 'ada@old.org', vouched: nobody });
    expect(await byId(ada)).toMatchObject({ login: 'ada@old.org', mail: 'ada@old.org' });
    await rename()('ada@old.org', 'ada@new.org', { vouched: nobody });
    expect(await byId(ada)).toMatchObject({ login: 'ada@new.org', mail: 'ada@new.org' });
  });

  it.each([
    ['nobody', 'x', "there is no account 'nobody'"],
    ['ada', 'bob', "the login 'bob' is taken"],
    ['ada', 'a/b', "'a/b' is no acceptable login"],
    ['ada', '', "'' is no acceptable login"],
  ])('refuses %s to %s', async (from, to, message) => {
    const { rename, add } = world();
    await add('ada');
    await add('bob');
    await expect(rename()(from, to, { vouched: nobody })).rejects.toThrow(message);
  });

  it('is finished by doing it again, whatever step a crash came before', async () => {
    const crash = async (): Promise<never> => {
      throw new Error('crash');
    };
    const { rename, add, byId } = world();
    const ada = await add('ada');
    if (ada === undefined) throw new Error('no account');
    const how = { vouched: nobody };
    await expect(rename({ claim: crash })('ada', 'king', how)).rejects.toThrow('crash');
    await expect(rename({ release: crash })('ada', 'king', how)).rejects.toThrow('crash');
    expect(await add('ada')).toBeUndefined();
    await rename()('ada', 'king', how);
    expect(await byId(ada)).toMatchObject({ login: 'king' });
    expect(await add('ada')).not.toBe(ada);
    await expect(rename()('gone', 'king', how)).rejects.toThrow("there is no account 'gone'");
  });

  it('renames somebody of a user source only to a login that a source knows', async () => {
    const { rename, adopt, byId } = world();
    const eve = await adopt('eve');
    if (eve === undefined) throw new Error('no account');
    await expect(rename()('eve', 'eva', { vouched: nobody })).rejects.toThrow(
      'rename in the source first',
    );
    await rename()('eve', 'eva', { vouched: async (asked) => asked === 'eva' });
    expect(await byId(eve)).toMatchObject({ login: 'eva' });
    expect(await adopt('eva')).toBe(eve);
    expect(await adopt('eve')).not.toBe(eve);
  });

  it('never lets the next holder of a login into an account whose renaming was interrupted', async () => {
    const crash = async (): Promise<never> => {
      throw new Error('crash');
    };
    const { rename, adopt } = world();
    const eve = await adopt('eve');
    const how = { vouched: async () => true };
    await expect(rename({ release: crash })('eve', 'eva', how)).rejects.toThrow('crash');
    expect(await adopt('eve')).toBeUndefined();
    expect(await adopt('eva')).toBe(eve);
  });
});

describe('renaming while servers run', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let here: FullNode;
  let elsewhere: FullNode;
  beforeAll(async () => {
    database = await freshDatabase();
    here = await startNode({ url: database.url });
    elsewhere = await startNode({ url: database.url });
  }, 60_000);
  afterAll(async () => {
    await here?.stop();
    await elsewhere?.stop();
    await database?.drop();
  });

  const dav = async (method: string, path: string, as: string, body?: string) => {
    const answer = await fetch(`${here.url}/SOGo/dav/${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${as}:secret`).toString('base64')}`,
        'content-type': 'text/calendar',
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.status, text: await answer.text() };
  };

  it('keeps collections, app passwords and sessions, and nothing at the old address', async () => {
    const { accounts, signIn, byCommandLine } = here.daybook;
    const ada = await accounts.add({ login: 'ada', password: 'secret' });
    const phone = { name: 'phone', protocols: ['dav'] } as const;
    const made = await signIn.access.addAppPassword(ada, phone, byCommandLine());
    if ('rejected' in made) throw new Error('no app password');
    const at = browser(here);
    await at.json('/SOGo/connect', { userName: 'ada', password: 'secret' });
    const event =
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20261122T100000Z\r\nDTSTART:20261201T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
    expect((await dav('PUT', 'ada/Calendar/personal/u.ics', 'ada', event)).status).toBe(201);

    await elsewhere.daybook.accounts.rename('ada', 'king', { vouched: nobody });

    await expect.poll(() => davStatus(here, 'ada', 'secret'), { timeout: 10_000 }).toBe(401);
    await expect.poll(() => davStatus(here, 'king', 'secret'), { timeout: 10_000 }).toBe(207);
    expect(await dav('GET', 'king/Calendar/personal/u.ics', 'king')).toEqual({
      status: 200,
      text: event,
    });
    expect((await dav('GET', 'ada/Calendar/personal/u.ics', 'king')).status).toBe(404);
    expect(await davStatus(here, 'king', made.password)).toBe(207);
    const shown = await at.get('/SOGo/api/account');
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain('king');
    const { store, codec, audits } = here.daybook;
    const all: unknown[] = [];
    for await (const finding of verify({ store, codec, comparisons: comparisonsOf(audits) }))
      all.push(finding);
    expect(all).toEqual([]);
  }, 60_000);
});
