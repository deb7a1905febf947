import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { AccountId, Segment } from '../../../src/domain/kernel/ids.ts';
import { streams } from '../../../src/domain/kernel/streams.ts';
import type { OutgoingMail, SendOutcome } from '../../../src/domain/mail/transport.ts';
import { type FullNode, startNode } from '../../support/full-node.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
/** Two nodes; both write and send mail. */
let nodes: readonly [FullNode, FullNode];
const mails: OutgoingMail[] = [];
let answer: SendOutcome = { kind: 'sent' };

const sendMail = async (mail: OutgoingMail): Promise<SendOutcome> => {
  mails.push(mail);
  return answer;
};

const dav = async (
  [method, path]: readonly [string, string],
  { node = nodes[0], login = 'ada', body = '' } = {},
): Promise<number> => {
  const response = await fetch(`${node.url}/SOGo/dav/${login}/${path}`, {
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

const named = (name: string): string =>
  `<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:set><D:prop><D:displayname>${name}</D:displayname></D:prop></D:set></C:mkcalendar>`;
const bookNamed = (name: string): string =>
  `<D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:set><D:prop><D:resourcetype><D:collection/><C:addressbook/></D:resourcetype><D:displayname>${name}</D:displayname></D:prop></D:set></D:mkcol>`;

const subjects = (): readonly string[] => mails.map(({ subject }) => subject);
const come = (wanted: readonly string[]) =>
  expect.poll(subjects, { timeout: 20_000, interval: 20 }).toEqual(wanted);

const settled = (): Promise<unknown> =>
  expect.poll(() => nodes[0].daybook.outbox.waiting(), { timeout: 20_000, interval: 20 }).toBe(0);

beforeAll(async () => {
  database = await freshDatabase();
  const options = { url: database.url, sendMail, messages: 20 };
  nodes = [await startNode(options), await startNode(options)];
  const { accounts } = nodes[0].daybook;
  await accounts.add({ login: 'ada', password: 'secret', displayName: 'Ada <A>' });
  await accounts.add({ login: 'bob', password: 'secret', mail: 'bob@bob.example' });
  // What happened before a node first reacted has no consequences.
  await vi.waitFor(
    async () => {
      const { rowCount } = await nodes[0].pool.query(
        `select from outbox.reactions where reaction = 'folder-notices'`,
      );
      if (rowCount === 0) throw new Error('nobody reacts');
    },
    { timeout: 20_000, interval: 20 },
  );
});
afterAll(async () => {
  await Promise.all((nodes ?? []).map((node) => node.stop()));
  await database.drop();
});
beforeEach(() => {
  mails.length = 0;
  answer = { kind: 'sent' };
});

it('tells the owner of collections that come and go, once, and not of the personal ones', async () => {
  expect(await dav(['PROPFIND', 'Calendar/'])).toBe(207);
  expect(await dav(['MKCALENDAR', 'Calendar/plans/'], { body: named('Plans &amp; more') })).toBe(
    201,
  );
  expect(
    await dav(['MKCOL', 'Contacts/people/'], { node: nodes[1], body: bookNamed('People') }),
  ).toBe(201);
  expect(await dav(['DELETE', 'Calendar/plans/'], { node: nodes[1] })).toBe(204);
  expect(await dav(['MKCALENDAR', 'Calendar/nameless/'])).toBe(201);
  await come([
    'New calendar: Plans & more',
    'New address book: People',
    'Calendar removed: Plans & more',
    'New calendar: nameless',
  ]);
  await settled();
  const [first] = mails;
  expect(first).toMatchObject({
    to: { address: 'ada@acme.com', name: 'Ada <A>' },
    from: { address: 'ada@acme.com', name: 'Ada <A>' },
  });
  expect(first?.html).toContain('<strong>Plans &amp; more</strong>');
  expect(first?.messageId).toMatch(/^[0-9a-f]{40}@acme\.com$/);
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(4);
});

it("writes in the owner's language, to the address that is known of him", async () => {
  const { accountRows, changePreferences } = nodes[0].daybook;
  const bob = (await accountRows.byLogin('bob'))?.account ?? ('' as AccountId);
  await changePreferences(bob, { language: 'de' });
  expect(await dav(['MKCALENDAR', 'Calendar/plans/'], { login: 'bob', body: named('Pläne') })).toBe(
    201,
  );
  await come(['Neuer Kalender: Pläne']);
  expect(mails[0]?.to.address).toBe('bob@bob.example');
  expect(mails[0]?.html).toContain('lang="de"');
});

it('says nothing of subscriptions to what is shared: nothing was made or removed', async () => {
  const { services, accountRows, byCommandLine } = nodes[0].daybook;
  const accountOf = async (login: string) =>
    (await accountRows.byLogin(login))?.account ?? ('' as AccountId);
  const [ada, bob] = [await accountOf('ada'), await accountOf('bob')];
  const [theirs] = (await services.home(ada)).entries;
  if (theirs === undefined) throw new Error('ada has nothing');
  const { collection, kind } = theirs;
  const change = (command: Parameters<typeof services.homes>[0]['command']) =>
    services.homes({ stream: streams.home(bob), owner: bob, command, by: byCommandLine() });
  const segment = 'ada_plans' as Segment;
  const properties = { displayName: 'Shared' };
  for (const command of [
    { type: 'AddCollection', collection, kind, segment, properties, owner: ada },
    { type: 'RemoveCollection', collection },
  ] as const)
    expect(await change(command)).toHaveProperty('accepted');
  // Events are handled in their order.
  expect(await dav(['MKCALENDAR', 'Calendar/after/'], { body: named('After') })).toBe(201);
  await come(['New calendar: After']);
  await settled();
});

it('removes what waits when its account is erased', async () => {
  answer = { kind: 'failed', passing: true, trouble: 'unreachable' };
  const { accounts, outbox } = nodes[0].daybook;
  await accounts.add({ login: 'eve', password: 'secret' });
  expect(
    await dav(['MKCALENDAR', 'Calendar/x/'], { login: 'eve', body: named(randomUUID()) }),
  ).toBe(201);
  await expect.poll(() => mails.length, { timeout: 20_000, interval: 20 }).toBe(1);
  expect(await outbox.waiting()).toBe(1);
  await accounts.erase(await accounts.erasable('eve'));
  expect(await outbox.waiting()).toBe(0);
  expect((await nodes[0].pool.query('select from outbox.messages')).rowCount).toBeGreaterThan(0);
});

it('lets nobody cause more mail than SOGoMaximumMessageSubmissionCount allows', async () => {
  await nodes[0].daybook.accounts.add({ login: 'joe', password: 'secret' });
  for (let count = 0; count < 22; count += 1)
    expect(
      await dav(['MKCALENDAR', `Calendar/c${count}/`], { login: 'joe', body: named(`C${count}`) }),
    ).toBe(201);
  const held = () =>
    nodes.flatMap(({ logged }) => logged).filter(({ code }) => code === 'mail-held-back').length;
  await expect.poll(held, { timeout: 20_000, interval: 20 }).toBe(2);
  await settled();
  expect(mails).toHaveLength(20);
});

it('sends nothing twice when events are handled again, as after a crash', async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rowCount } = await client.query(
    `update outbox.reactions set place = 'start' where reaction = 'folder-notices'`,
  );
  // Whom the limit held back may cause mail again.
  await client.query('delete from sign_in.counters');
  await client.end();
  expect(rowCount).toBe(1);
  const again = { url: database.url, sendMail };
  nodes = [await startNode(again), await startNode(again)];
  expect(await dav(['MKCALENDAR', 'Calendar/last/'], { body: named('Last') })).toBe(201);
  // Two were held back before; that they come now shows that everything was handled again.
  await expect
    .poll(() => subjects().toSorted(), { timeout: 20_000, interval: 20 })
    .toEqual(['New calendar: C20', 'New calendar: C21', 'New calendar: Last']);
  await settled();
  expect(mails).toHaveLength(3);
});
