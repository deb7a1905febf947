import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookSource } from '../../../src/api/books/directories.ts';
import { type Browser, browser, type FullNode, startNode } from '../../support/full-node.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
let ada: Browser;
let bob: Browser;
beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({
    url: database.url,
    books: [book('staff', undefined), book('theirs', 'elsewhere.example')],
  });
  for (const login of ['ada', 'bob', 'cy'])
    await node.daybook.accounts.add({ login, password: 'secret' });
  ada = await signedIn('ada');
  bob = await signedIn('bob');
}, 60_000);
afterAll(async () => {
  await node?.stop();
  await database?.drop();
});

/** An address book of everybody with one group and one person who never logged in, for people of a domain. */
const book = (id: string, domain: string | undefined): BookSource => {
  const entry = { source: id, displayName: `All of ${id}`, mails: [`${id}@example.org`] };
  const directory = {
    id,
    search: async (text: string) =>
      entry.displayName.includes(text)
        ? [
            { ...entry, id: `${id}-group`, kind: 'group' },
            { ...entry, id: 'one', kind: 'individual', login: 'one' },
          ]
        : [],
    close: async () => {},
  } as unknown as BookSource['directory'];
  const shown = {
    displayName: id,
    listRequiresDot: true,
    firstEntries: 0,
    modifiers: [],
    isAddressBook: true,
  };
  return { id, domain, directory, ...shown };
};

const signedIn = async (userName: string): Promise<Browser> => {
  const one = browser(node);
  expect((await one.json('/SOGo/connect', { userName, password: 'secret' })).status).toBe(200);
  return one;
};

const path = (at: string): string => `/SOGo/so/${at}`;
/** A GET as SOGo's page sends it: with the token. */
const get = (who: Browser, at: string, headers = {}): Promise<Response> =>
  who.get(path(at), { 'x-xsrf-token': who.cookies.get('XSRF-TOKEN') ?? '', ...headers });
const status = async (who: Browser, at: string, headers = {}): Promise<number> =>
  (await get(who, at, headers)).status;
const read = async <Body>(who: Browser, at: string): Promise<Body> => {
  const answer = await get(who, at);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Body;
};
const post = (who: Browser, at: string, body?: unknown): Promise<Response> =>
  who.json(path(at), body);
const made = async (who: Browser, at: string, name: string): Promise<string> => {
  const answer = await post(who, `${at}/createFolder`, { name });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
};
const folders = async (who: Browser, at: string): Promise<unknown> =>
  (await read<{ folders: unknown }>(who, at)).folders;
const entriesOf = async (login: string): Promise<readonly (string | undefined)[]> => {
  const { account } = (await node.daybook.accountRows.byLogin(login)) ?? {};
  if (account === undefined) throw new Error(`no ${login}`);
  const { entries } = await node.daybook.services.home(account);
  return entries.map(({ segment, properties }) => `${segment} ${properties.displayName}`);
};

const everybody = [
  { uid: '<default>', userClass: 'public-user', isSubscribed: 0 },
  { uid: 'anonymous', userClass: 'public-user', isSubscribed: 0 },
];
const ALL = {
  Public: 'Modifier',
  Confidential: 'DAndTViewer',
  Private: 'None',
  canCreateObjects: 1,
  canEraseObjects: 0,
};

describe.each([
  { module: 'Calendar', type: 'calendar', rights: ALL, seeing: { Public: 'Viewer' } },
  {
    module: 'Contacts',
    type: 'contact',
    rights: { canCreateObjects: 0, canEditObjects: 1, canViewObjects: 1, canEraseObjects: 1 },
    seeing: { canViewObjects: 1 },
  },
])("a folder's rights by SOGo's actions: $module", ({ module, type, rights, seeing }) => {
  const own = `ada/${module}`;

  it('are given, told and taken by its owner', async () => {
    const id = await made(ada, own, 'Shared');
    const at = `${own}/${id}`;
    expect(await read(ada, `${at}/acls`)).toMatchObject({ users: everybody });
    expect(await status(bob, `${at}/canAccessContent`)).toBe(403);
    expect(await status(ada, `${at}/addUserInAcls?uid=bob`)).toBe(204);
    expect(await status(bob, `${at}/canAccessContent`)).toBe(403);
    expect((await post(ada, `${at}/saveUserRights`, { uid: 'bob', ...rights })).status).toBe(204);
    expect(await read(ada, `${at}/userRights?uid=bob`)).toEqual(rights);
    // Once more changes nothing.
    expect(await status(ada, `${at}/addUserInAcls?uid=bob`)).toBe(204);
    expect(await read(ada, `${at}/userRights?uid=bob`)).toEqual(rights);
    expect(await status(bob, `${at}/canAccessContent`)).toBe(204);
    expect(await read(ada, `${at}/acls`)).toMatchObject({
      users: [...everybody, { uid: 'bob', userClass: 'normal-user', isSubscribed: 0, cn: 'bob' }],
    });
    expect(await status(ada, `${at}/removeUserFromAcls?uid=bob`)).toBe(204);
    expect(await read(ada, `${at}/acls`)).toMatchObject({ users: everybody });
    expect(await status(bob, `${at}/canAccessContent`)).toBe(403);
  });

  it('are nobody else’s to know or to change, whatever roles they have', async () => {
    const id = await made(ada, own, 'Guarded');
    const at = `${own}/${id}`;
    const tries = async (): Promise<readonly number[]> => [
      await status(bob, `${at}/acls`),
      await status(bob, `${at}/userRights?uid=bob`),
      await status(bob, `${at}/addUserInAcls?uid=cy`),
      await status(bob, `${at}/removeUserFromAcls?uid=bob`),
      await status(bob, `${at}/subscribeUsers?uids=cy`),
      (await post(bob, `${at}/saveUserRights`, { uid: 'bob', ...rights })).status,
      (await post(bob, `${at}/save`, { name: 'Mine' })).status,
      (await post(bob, `${at}/delete`)).status,
    ];
    expect(await tries()).toEqual(Array(8).fill(404));
    await post(ada, `${at}/saveUserRights`, { uid: 'bob', ...rights });
    expect(await tries()).toEqual(Array(8).fill(403));
    expect((await post(bob, `${own}/createFolder`, { name: 'Hers' })).status).toBe(404);
    expect(await entriesOf('ada')).toContain(`${id} Guarded`);
    expect(await read(ada, `${at}/userRights?uid=bob`)).toEqual(rights);
  });

  it('let others find and subscribe to it, and the owner subscribe them', async () => {
    const id = await made(ada, own, 'Found');
    const at = `${own}/${id}`;
    const listed = { name: `/${module}/${id}`, displayName: 'Found', owner: 'ada', type };
    expect(await folders(bob, `ada/foldersSearch?type=${type}`)).not.toContainEqual(listed);
    expect(await status(bob, `${at}/subscribe`)).toBe(404);
    expect(await status(ada, `${at}/subscribeUsers?uids=bob`)).toBe(400);
    await post(ada, `${at}/saveUserRights`, { uid: 'bob', ...seeing });
    expect(await folders(bob, `ada/foldersSearch?type=${type}`)).toContainEqual(listed);
    expect(await folders(bob, 'ada/foldersSearch')).toContainEqual(listed);
    expect(await status(bob, `${at}/subscribe`)).toBe(204);
    expect(await entriesOf('bob')).toContain(`ada_${id} Found (ada <>)`);
    expect(JSON.stringify(await read(ada, `${at}/acls`))).toContain('"isSubscribed":1');
    expect(await status(bob, `${at}/unsubscribe`)).toBe(204);
    expect(await status(ada, `${at}/subscribeUsers?uids=bob,`)).toBe(204);
    // The subscriber names his own, and deleting it there takes it out of his home alone.
    const seen = `bob/${module}/ada_${id}`;
    expect((await post(bob, `${seen}/save`, { name: 'Hers' })).status).toBe(204);
    expect(await entriesOf('bob')).toContain(`ada_${id} Hers`);
    expect((await post(bob, `${seen}/delete`)).status).toBe(204);
    expect((await entriesOf('bob')).join()).not.toContain(id);
    expect(await entriesOf('ada')).toContain(`${id} Found`);
    expect(await status(ada, `${at}/canAccessContent`)).toBe(204);
    expect(await status(ada, `${at}/subscribe`)).toBe(403);
  });

  it('are refused where they are none', async () => {
    const at = `${own}/personal`;
    for (const fields of [
      { uid: 'nobody', ...rights },
      { ...rights },
      { uid: 'bob', canCreateObjects: 2 },
      { uid: 'bob', ...(module === 'Calendar' ? { Public: 'Owner' } : { canViewObjects: 'x' }) },
      { uid: 'bob', ...(module === 'Calendar' ? { Public: 1 } : { canEditObjects: [] }) },
    ])
      expect((await post(ada, `${at}/saveUserRights`, fields)).status).toBe(400);
    for (const query of ['', '?uid=', '?uid=nobody', '?uid=a&uid=b', `?uid=${'a'.repeat(600)}`])
      expect(await status(ada, `${at}/addUserInAcls${query}`)).toBe(400);
    expect(await status(ada, `${at}/subscribeUsers?uids=,`)).toBe(400);
    expect(await status(ada, 'bob/foldersSearch?type=mail')).toBe(400);
    expect(await read(ada, `${at}/acls`)).toMatchObject({ users: everybody });
  });
});

describe.each(['Calendar', 'Contacts'])("folders by SOGo's actions: %s", (module) => {
  const own = `ada/${module}`;

  it('are made, named and deleted', async () => {
    const id = await made(ada, own, 'Made');
    const at = `${own}/${id}`;
    expect((await post(ada, `${own}/createFolder`, { name: 'Made' })).status).toBe(409);
    expect((await post(ada, `${own}/createFolder`, { name: '  ' })).status).toBe(400);
    expect((await post(ada, `${own}/createFolder`, {})).status).toBe(400);
    expect((await post(ada, `${at}/save`, { name: 'Renamed' })).status).toBe(204);
    expect(await entriesOf('ada')).toContain(`${id} Renamed`);
    await made(ada, own, 'Made');
    expect((await post(ada, `${at}/save`, { name: 'Made' })).status).toBe(409);
    expect((await post(ada, `${at}/save`, { name: '' })).status).toBe(400);
    const { pid, id: name } = await read<{ pid: string; id: string }>(ada, `${at}/newguid`);
    expect(pid).toBe(id);
    expect(name).toMatch(/^[0-9A-F-]{36}\.(ics|vcf)$/);
    expect(await status(ada, `${at}/delete`)).toBe(204);
    expect(await status(ada, `${at}/delete`)).toBe(404);
    expect(await status(ada, `${own}/personal/delete`)).toBe(403);
  });

  it('are changed by GET only where a page of ours asks', async () => {
    const id = await made(ada, own, 'Forged');
    const at = `${own}/${id}`;
    const verbs = [
      'delete',
      'subscribe',
      'unsubscribe',
      'subscribeUsers?uids=bob',
      'addUserInAcls?uid=bob',
      'removeUserFromAcls?uid=bob',
    ];
    for (const verb of verbs) {
      expect((await ada.get(path(`${at}/${verb}`))).status).toBe(403);
      expect(await status(ada, `${at}/${verb}`, { 'sec-fetch-site': 'cross-site' })).toBe(403);
      expect((await browser(node).get(path(`${at}/${verb}`))).status).toBe(401);
    }
    expect(await entriesOf('ada')).toContain(`${id} Forged`);
    expect(await read(ada, `${at}/acls`)).toMatchObject({ users: everybody });
  });
});

it('people are found by a part of their names, by whoever is signed in', async () => {
  expect(await read(ada, 'ada/usersSearch?search=BO')).toEqual({
    users: [{ uid: 'bob', c_email: '', cn: 'bob', isGroup: 0 }],
  });
  expect(await read(ada, 'ada/usersSearch?search=nobody')).toEqual({ users: [] });
  // Groups are those of global address books that one may know of.
  expect(await read(ada, 'ada/usersSearch?search=All%20of')).toEqual({
    users: [{ uid: '@staff-group', c_email: 'staff@example.org', cn: 'All of staff', isGroup: 1 }],
  });
  expect(await status(ada, 'ada/usersSearch')).toBe(400);
  expect(await status(ada, 'bob/usersSearch?search=bo')).toBe(404);
  expect((await browser(node).get(path('ada/usersSearch?search=bo'))).status).toBe(401);
  expect(await folders(ada, 'nobody/foldersSearch')).toEqual([]);
});
