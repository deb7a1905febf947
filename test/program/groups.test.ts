import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streams } from '../../src/domain/kernel/streams.ts';
import type { SourceUser } from '../../src/domain/account/user-source.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import { type FullNode, startNode } from '../support/full-node.ts';
import { freshDatabase } from '../support/postgres.ts';

const nobody = async (): Promise<undefined> => undefined;
const hasher = { hash: async (text: string) => text, verify: async () => true };

describe('groups of the built-in user table', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let node: FullNode;
  let other: FullNode;
  const accounts = new Map<string, AccountId>();

  beforeAll(async () => {
    database = await freshDatabase();
    node = await startNode({ url: database.url, hasher });
    other = await startNode({ url: database.url, hasher });
    for (const login of ['ada', 'bob', 'eve'])
      accounts.set(login, await node.daybook.accounts.add({ login, password: 'x' }));
  });
  afterAll(async () => {
    await node.stop();
    await other.stop();
    await database.drop();
  });

  const logins = async (group: string, at = node) =>
    (await at.daybook.groups.members(group))?.map(({ login }) => login);
  const groupsOf = async (login: string, at = node) =>
    (await at.daybook.groups.groupsOf(login)).map(({ id }) => id);

  it('have people and groups, also in a circle, and are the same on every node', async () => {
    const { groups } = node.daybook;
    await groups.add({ name: 'Engineers', displayName: 'All engineers', mail: 'eng@acme.com' });
    await groups.add({ name: 'admirals' });
    await groups.include('engineers', { login: 'ADA' }, nobody);
    await groups.include('engineers', { group: 'admirals' }, nobody);
    await groups.include('admirals', { group: 'engineers' }, nobody);
    await groups.include('admirals', { login: 'bob' }, nobody);
    await groups.include('admirals', { login: 'bob' }, nobody);
    for (const at of [node, other]) {
      expect(await logins('ENGINEERS', at)).toEqual(['ada', 'bob']);
      expect(await logins('admirals', at)).toEqual(['ada', 'bob']);
      expect(await groupsOf('Ada', at)).toEqual(['admirals', 'engineers']);
      expect(await groupsOf('eve', at)).toEqual([]);
      expect(await groupsOf('nobody', at)).toEqual([]);
      expect(await logins('ada', at)).toBeUndefined();
    }
  });

  it('are found as those of directories are', async () => {
    const engineers = {
      ...{ source: 'built-in', id: 'engineers', login: undefined, kind: 'group' },
      ...{ displayName: 'All engineers', mails: ['eng@acme.com'] },
    };
    const { groups } = other.daybook;
    expect(await groups.find({ id: 'Engineers' })).toMatchObject(engineers);
    expect(await groups.find({ mail: 'ENG@acme.com' })).toMatchObject(engineers);
    expect(await groups.find({ mail: '' })).toBeUndefined();
    expect(await groups.find({ login: 'engineers' })).toBeUndefined();
    expect(await groups.search('gin ALL', { limit: 5 })).toMatchObject([engineers]);
    expect(await groups.search('ada', { limit: 5 })).toEqual([]);
    expect(await groups.search('', { limit: 5 })).toEqual([]);
    expect(await groups.search('.', { limit: 1 })).toMatchObject([{ id: 'admirals' }]);
    expect(await groups.all()).toMatchObject([
      { group: { id: 'admirals' }, members: [{ login: 'bob' }, { group: 'engineers' }] },
      { group: { id: 'engineers' }, members: [{ login: 'ada' }, { group: 'admirals' }] },
    ]);
  });

  it('have one name each, however many nodes add at once', async () => {
    const adding = [node, other, node, other].map(({ daybook }) =>
      daybook.groups.add({ name: 'race' }).then(
        () => 'added',
        (error: unknown) => String(error),
      ),
    );
    const outcomes = await Promise.all(adding);
    expect(outcomes.toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => 'AccountRefusal: another group has this name'),
      'added',
    ]);
    await node.daybook.groups.remove('race');
  });

  it('refuse what is not there, and what is not acceptable', async () => {
    const { groups } = node.daybook;
    await expect(groups.include('nothing', { login: 'ada' }, nobody)).rejects.toThrow(
      "there is no group 'nothing'",
    );
    await expect(groups.include('engineers', { login: 'zoe' }, nobody)).rejects.toThrow(
      "there is no account 'zoe'",
    );
    await expect(groups.include('engineers', { group: 'zoe' }, nobody)).rejects.toThrow(
      "there is no group 'zoe'",
    );
    await expect(groups.add({ name: 'a b' })).rejects.toThrow('a group’s name has letters');
    await expect(groups.add({ name: 'x', mail: 'eng@acme.com' })).rejects.toThrow(
      'another group has this address',
    );
  });

  it('take people of user sources, who get the account of their first login', async () => {
    const { groups, accounts: table, accountRows, caughtUp } = node.daybook;
    const grace: SourceUser = {
      ...{ source: 'directory', login: 'grace', displayName: 'Grace', mail: 'g@acme.com' },
    };
    await groups.include('engineers', { login: 'Grace' }, async () => grace);
    await caughtUp();
    await expect.poll(() => logins('engineers')).toEqual(['ada', 'bob', 'grace']);
    expect((await accountRows.byLogin('grace'))?.passwordHash).toBe('');
    await groups.exclude('engineers', { login: 'grace' });
    await groups.exclude('engineers', { login: 'grace' });
    expect(await logins('engineers')).toEqual(['ada', 'bob']);
    await table.remove('grace');
  });

  it('lose who is removed, and do not gain who has the login next', async () => {
    const { groups, accounts: table } = node.daybook;
    await groups.include('admirals', { login: 'eve' }, nobody);
    expect(await groupsOf('eve')).toEqual(['admirals', 'engineers']);
    await table.remove('eve');
    await expect.poll(() => logins('admirals')).toEqual(['ada', 'bob']);
    await table.add({ login: 'eve', password: 'x' });
    expect(await groupsOf('eve')).toEqual([]);
  });

  it('keep their members under another name, and are members no more once removed', async () => {
    const { groups } = other.daybook;
    await groups.change('admirals', { name: 'captains', displayName: 'Captains' });
    expect(await groupsOf('bob')).toEqual(['captains', 'engineers']);
    await groups.remove('captains');
    expect(await groupsOf('bob', node)).toEqual([]);
    expect(await logins('engineers', node)).toEqual(['ada']);
    await groups.add({ name: 'captains' });
    expect(await logins('captains', node)).toEqual([]);
  });

  it('are nobody’s: they outlive the key of who is erased, and name no login in the log', async () => {
    const { accounts: table, groups, store, codec } = node.daybook;
    const erasable = await table.erasable('ada');
    await table.erase(erasable);
    expect(await logins('engineers')).toEqual([]);
    expect((await groups.all()).map(({ group }) => group.id)).toEqual(['captains', 'engineers']);
    const events: string[] = [];
    const names: string[] = [];
    for await (const batch of store.subscribe('start', AbortSignal.timeout(20_000))) {
      names.push(...batch.map(({ stream }) => stream));
      const some = batch.filter(({ stream }) => stream.startsWith('groups-'));
      events.push(...(await codec.open(some)).map((event) => JSON.stringify(event)));
      if (events.length > 0 && names.includes(streams.account(erasable.account))) break;
    }
    expect(events.join('\n')).not.toContain('"ada"');
    expect(new Set(names.filter((name) => name.startsWith('groups-'))).size).toBe(1);
  });
});
