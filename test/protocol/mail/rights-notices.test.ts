import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { AccountId } from '../../../src/domain/kernel/ids.ts';
import type { OutgoingMail } from '../../../src/domain/mail/transport.ts';
import { browser, type FullNode, startNode } from '../../support/full-node.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
/** Two nodes; both write and send mail. */
let nodes: readonly [FullNode, FullNode];
const mails: OutgoingMail[] = [];
const PUBLIC = 'https://dav.acme.example';

const dav = async (
  method: string,
  path: string,
  { node = nodes[0], login = 'ada', body = '' } = {},
): Promise<number> => {
  const response = await fetch(`${node.url}/SOGo/dav/${path}`, {
    method,
    headers: {
      ...(method === 'PROPFIND' && { depth: '0' }),
      'content-type': 'application/xml',
      authorization: `Basic ${Buffer.from(`${login}:secret`).toString('base64')}`,
    },
    ...(body === '' ? {} : { body }),
  });
  await response.body?.cancel();
  return response.status;
};

const acl = (action: string): string =>
  `<acl-query xmlns="urn:inverse:params:xml:ns:inverse-dav">${action}</acl-query>`;
const give = (user: string, ...roles: string[]): string =>
  acl(`<set-roles user="${user}">${roles.map((role) => `<${role}/>`).join('')}</set-roles>`);

const PLANS = 'ada/Calendar/plans/';

const told = (): readonly string[] =>
  mails.map(({ to, subject }) => `${to.address}: ${subject}`).toSorted();

beforeAll(async () => {
  database = await freshDatabase();
  const options = {
    ...{ url: database.url, rightsNotices: true, publicUrl: PUBLIC },
    sendMail: async (mail: OutgoingMail) => {
      if (!mail.subject.startsWith('New calendar')) mails.push(mail);
      return { kind: 'sent' } as const;
    },
  };
  nodes = [await startNode(options), await startNode(options)];
  const { accounts, accountRows, changePreferences } = nodes[0].daybook;
  await accounts.add({ login: 'ada', password: 'secret', displayName: 'Ada <A>' });
  for (const login of ['bob', 'carol', 'dave', 'eve'])
    await accounts.add({ login, password: 'secret', mail: `${login}@acme.example` });
  const carol = (await accountRows.byLogin('carol'))?.account ?? ('' as AccountId);
  await changePreferences(carol, { language: 'de' });
  const reacting = `select from outbox.reactions where reaction = 'rights-notices'`;
  await vi.waitFor(
    async () => {
      if ((await nodes[0].pool.query(reacting)).rowCount === 0) throw new Error('nobody reacts');
    },
    { timeout: 20_000, interval: 20 },
  );
  const body = `<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:set><D:prop><D:displayname>Plans &amp; more</D:displayname></D:prop></D:set></C:mkcalendar>`;
  expect(await dav('MKCALENDAR', PLANS, { body })).toBe(201);
});
afterAll(async () => {
  await Promise.all((nodes ?? []).map((node) => node.stop()));
  await database.drop();
});

it('tells people of their own rights, once for changes made together, in their language', async () => {
  for (const [index, body] of [
    give('bob', 'PublicViewer'),
    give('bob', 'PublicModifier', 'ObjectCreator'),
    give('carol', 'PublicDAndTViewer'),
    // Given and taken back at once.
    give('dave', 'PublicViewer'),
    acl('<remove-user user="dave"/>'),
    // Everybody is nobody in particular, and no roles are no news.
    give('&lt;default&gt;', 'PublicViewer'),
    give('eve'),
  ].entries())
    expect(await dav('POST', PLANS, { body, node: nodes[index % 2] })).toBe(204);
  await expect
    .poll(told, { timeout: 30_000, interval: 50 })
    .toEqual([
      'bob@acme.example: Calendar shared with you: Plans & more',
      'carol@acme.example: Kalender für Sie freigegeben: Plans & more',
    ]);
  const [bobs] = mails;
  expect(bobs?.from).toEqual({ address: 'ada@acme.com', name: 'Ada <A>' });
  expect(bobs?.text).toContain('You were given rights in the calendar “Plans & more” of Ada <A>.');
  expect(bobs?.text).toContain(`${PUBLIC}/SOGo/dav/ada/Calendar/plans/\n`);
  expect(bobs?.html).toContain('“Plans &amp; more” of Ada &lt;A&gt;.');

  // Later changes are told by themselves. What comes then shows that nothing was left to come.
  for (const [login, body] of [
    ['bob', give('bob', 'PublicViewer')],
    ['carol', acl('<remove-user user="carol"/>')],
  ] as const) {
    mails.length = 0;
    expect(await dav('POST', PLANS, { body })).toBe(204);
    await expect.poll(() => mails.length, { timeout: 30_000, interval: 50 }).toBe(1);
    expect(mails[0]?.to.address).toBe(`${login}@acme.example`);
  }
  expect(mails[0]?.subject).toBe('Kalender nicht mehr für Sie freigegeben: Plans & more');
  expect(mails[0]?.text).not.toContain(PUBLIC);
}, 90_000);

it('leads to a page that subscribes whoever is signed in and wants it, and nobody else', async () => {
  const path = '/SOGo/account/subscribe?kind=calendar&owner=ada&id=plans';
  const there = browser(nodes[0]);
  expect(await (await there.get(path)).text()).toContain('open the link once more');
  const signIn = { userName: 'bob', password: 'secret' };
  expect((await there.form('/SOGo/account/sign-in', signIn)).status).toBe(303);
  const asked = await (await there.get(path)).text();
  expect(asked).toContain('“Plans &amp; more” of Ada &lt;A&gt;');
  expect(await dav('PROPFIND', 'bob/Calendar/ada_plans/', { login: 'bob' })).toBe(404);

  const xsrf = /name="xsrf" value="([^"]*)"/.exec(asked)?.[1] ?? '';
  const fields = { kind: 'calendar', owner: 'ada', id: 'plans' };
  expect((await there.form('/SOGo/account/subscribe', { ...fields, xsrf: 'x' })).status).toBe(403);
  expect((await there.form('/SOGo/account/subscribe', { ...fields, xsrf })).status).toBe(200);
  expect(await dav('PROPFIND', 'bob/Calendar/ada_plans/', { login: 'bob' })).toBe(207);
  for (const wrong of [
    { ...fields, id: 'nothing' },
    { ...fields, kind: 'x' },
    { ...fields, owner: '..' },
    { ...fields, owner: 'carol', id: 'personal' },
  ])
    expect((await there.form('/SOGo/account/subscribe', { ...wrong, xsrf })).status).toBe(404);
  const own = { kind: 'calendar', owner: 'bob', id: 'personal', xsrf };
  expect((await there.form('/SOGo/account/subscribe', own)).status).toBe(403);
});
