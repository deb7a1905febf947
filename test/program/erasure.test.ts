import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import { rebuild } from '../../src/projections/runtime/rebuild.ts';
import { comparisonsOf } from '../../src/projections/verify/comparisons.ts';
import { verify } from '../../src/projections/verify/verify.ts';
import { browser, davStatus, type FullNode, startNode } from '../support/full-node.ts';
import { freshDatabase } from '../support/postgres.ts';

/** In everything that ada ever says. */
const MARKER = 'Quixotic';
const LARGE = 200_000;

let database: Awaited<ReturnType<typeof freshDatabase>>;
/** Serves ada; `elsewhere` is where the administrator is. */
let here: FullNode;
let elsewhere: FullNode;
let ada: AccountId;
const web = { at: undefined as ReturnType<typeof browser> | undefined };

const send = async (
  method: string,
  path: string,
  body: string,
  login = 'ada',
  type = 'text/calendar',
): Promise<number> => {
  const answer = await fetch(`${here.url}/SOGo/dav/${path}`, {
    method,
    headers: {
      'content-type': type,
      authorization: `Basic ${Buffer.from(`${login}:secret`).toString('base64')}`,
    },
    ...(method === 'GET' ? {} : { body }),
  });
  await answer.body?.cancel();
  return answer.status;
};

const event = (uid: string, more = ''): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261122T100000Z\r\nDTSTART:20261201T100000Z\r\nSUMMARY:${MARKER} lunch${more}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
const card = `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c\r\nFN:${MARKER} Person\r\nN:Person;${MARKER};;;\r\nEND:VCARD\r\n`;
const calendarNamed = `<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:set><D:prop><D:displayname>${MARKER} plans</D:displayname></D:prop></D:set></C:mkcalendar>`;

/** Tables with a row that holds the marker, in whatever column, text or octets. */
const tablesWithMarker = async (): Promise<readonly string[]> => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
       order by 1`,
    );
    expect(tables.length).toBeGreaterThan(10);
    const found: string[] = [];
    for (const { name } of tables) {
      const { rowCount } = await client.query(
        `select from ${name} t where t::text ilike '%' || $1 || '%' or position($2 in t::text) > 0 limit 1`,
        [MARKER, Buffer.from(MARKER).toString('hex')],
      );
      if ((rowCount ?? 0) > 0) found.push(name);
    }
    return found;
  } finally {
    await client.end();
  }
};

const findings = async ({ daybook }: FullNode): Promise<readonly unknown[]> => {
  const { store, codec, audits } = daybook;
  const all: unknown[] = [];
  for await (const finding of verify({ store, codec, comparisons: comparisonsOf(audits) }))
    all.push(finding);
  return all;
};

const blobs = async (): Promise<number> =>
  Number(
    (await here.pool.query<{ count: string }>('select count(*) from blobs.blobs')).rows[0]?.count,
  );

beforeAll(async () => {
  database = await freshDatabase();
  here = await startNode({ url: database.url });
  elsewhere = await startNode({ url: database.url });
  const { accounts, signIn, byCommandLine } = here.daybook;
  const named = { displayName: `${MARKER} Ada`, mail: `${MARKER}@example.org` };
  ada = await accounts.add({ login: 'ada', password: 'secret', ...named });
  await accounts.add({ login: 'bob', password: 'secret' });
  const label = { name: `${MARKER} phone`, protocols: ['dav'] } as const;
  const made = await signIn.access.addAppPassword(ada, label, byCommandLine());
  if ('rejected' in made) throw new Error('no app password');
  expect(await davStatus(here, 'ada', made.password, { 'user-agent': `${MARKER}/1.0` })).toBe(207);
  web.at = browser(here);
  expect((await web.at.json('/SOGo/connect', { userName: 'ada', password: 'secret' })).status).toBe(
    200,
  );
  const large = `\r\nDESCRIPTION:${`${MARKER} `.repeat(LARGE / 9)}`;
  const stored = [
    await send('MKCALENDAR', 'ada/Calendar/plans/', calendarNamed, 'ada', 'application/xml'),
    await send('PUT', 'ada/Calendar/personal/lunch.ics', event('lunch')),
    await send('PUT', `ada/Calendar/plans/${MARKER}.ics`, event('large', large)),
    await send('PUT', 'ada/Contacts/personal/c.vcf', card, 'ada', 'text/vcard'),
    await send('PUT', `ada/Files/${MARKER}.txt`, `${MARKER}!`, 'ada', 'text/plain'),
    await send('PUT', 'bob/Calendar/personal/b.ics', event('b').replace(MARKER, 'Bob'), 'bob'),
    await send('PUT', 'bob/Files/b.txt', 'Bob!', 'bob', 'text/plain'),
  ];
  expect(stored).toEqual([201, 201, 201, 201, 201, 201, 201]);
}, 120_000);
afterAll(async () => {
  await here?.stop();
  await elsewhere?.stop();
  await database?.drop();
});

describe('erasing an account (docs/adr/0006)', () => {
  it('begins with data in many tables, which is found where it is', async () => {
    expect(await tablesWithMarker()).toEqual(
      expect.arrayContaining(['account.accounts', 'collection.members', 'home.entries']),
    );
  });

  it('leaves no octet of what the person said in any table', async () => {
    const before = await blobs();
    const { accounts } = elsewhere.daybook;
    await accounts.erase(await accounts.erasable('ada'));
    // A node that noted the last use of a password writes it within seconds, and removes it again.
    await expect.poll(tablesWithMarker, { timeout: 30_000, interval: 500 }).toEqual([]);
    expect(await blobs()).toBeLessThan(before);
  }, 60_000);

  it('lets nobody in any more, on no node, and ends sessions', async () => {
    await expect.poll(() => davStatus(here, 'ada', 'secret'), { timeout: 10_000 }).toBe(401);
    expect(await davStatus(elsewhere, 'ada', 'secret')).toBe(401);
    expect((await web.at?.get('/SOGo/api/account'))?.status).toBe(401);
  }, 60_000);

  it('makes the log decode to Erased on a node that held the key, but for the erasure itself', async () => {
    const { store, codec, vault } = here.daybook;
    const key = await vault.idOf(ada);
    const end = await store.end();
    const read = async (): Promise<readonly [sealed: string[], own: string[]]> => {
      const sealed = new Set<string>();
      const own: string[] = [];
      for await (const batch of store.subscribe('start', AbortSignal.timeout(60_000))) {
        const events = await codec.open(batch);
        for (const [index, { sealedWith, stream }] of batch.entries()) {
          if (sealedWith === key) sealed.add(events[index]?.type ?? '');
          else if (stream === `account-${ada}`) own.push(events[index]?.type ?? '');
        }
        if ((batch.at(-1)?.position ?? '') >= end) break;
      }
      return [[...sealed], own];
    };
    await expect.poll(read, { timeout: 30_000 }).toEqual([['Erased'], ['AccountErased']]);
    expect(await vault.secrets(key === undefined ? [] : [key])).toEqual(new Map());
  }, 90_000);

  it('leaves others alone', async () => {
    expect(await davStatus(here, 'bob', 'secret')).toBe(207);
    const answer = await fetch(`${here.url}/SOGo/dav/bob/Files/b.txt`, {
      headers: { authorization: `Basic ${Buffer.from('bob:secret').toString('base64')}` },
    });
    expect(await answer.text()).toBe('Bob!');
  });

  it('leaves rows that verify finds right, before and after a rebuild', async () => {
    expect(await findings(here)).toEqual([]);
    const { store, codec, projections, report } = here.daybook;
    for (const projection of projections) await rebuild({ projection, store, codec, report });
    expect(await findings(here)).toEqual([]);
    await expect.poll(tablesWithMarker, { timeout: 30_000, interval: 500 }).toEqual([]);
  }, 120_000);

  it('is done again by the id, and refuses an id that never was', async () => {
    const { accounts } = elsewhere.daybook;
    const again = await accounts.erasable(ada);
    expect(again).toEqual({ account: ada });
    await accounts.erase(again);
    await expect(accounts.erasable('ada')).rejects.toMatchObject({ name: 'AccountRefusal' });
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(accounts.erasable(nobody)).rejects.toMatchObject({ name: 'AccountRefusal' });
  });

  it('frees the login: whoever gets it next starts empty', async () => {
    await here.daybook.accounts.add({ login: 'ada', password: 'secret' });
    await expect.poll(() => davStatus(here, 'ada', 'secret'), { timeout: 10_000 }).toBe(207);
    expect(await send('GET', 'ada/Calendar/personal/lunch.ics', '')).toBe(404);
  }, 30_000);

  it('removes what a node was about to write when it heard of the erasure', async () => {
    const { accounts } = elsewhere.daybook;
    const carl = await accounts.add({ login: 'carl', password: 'secret', displayName: MARKER });
    await accounts.erase(await accounts.erasable('carl'));
    await here.pool.query(
      `insert into sign_in.uses (app_password, account, used_at, client, address)
       values ('late', $1, now(), $2, '')`,
      [carl, MARKER],
    );
    await expect.poll(tablesWithMarker, { timeout: 30_000, interval: 500 }).toEqual([]);
  }, 60_000);
});
