import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Segment } from '../../../src/domain/kernel/ids.ts';
import { streams } from '../../../src/domain/kernel/streams.ts';
import { type Browser, browser, type FullNode, startNode } from '../../support/full-node.ts';
import { cardText } from '../../support/objects.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
let at: Browser;
const root = '/SOGo/so/ada/Calendar';
beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({ url: database.url });
  await node.daybook.accounts.add({ login: 'ada', password: 'secret' });
  at = browser(node);
  expect((await at.json('/SOGo/connect', { userName: 'ada', password: 'secret' })).status).toBe(
    200,
  );
}, 60_000);
afterAll(async () => {
  await node?.stop();
  await database?.drop();
});

const dav = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
  fetch(`${node.url}/SOGo/dav/ada/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}`,
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
const store = async (path: string, card: string): Promise<void> => {
  const { ok } = await dav('PUT', `Contacts/${path}`, card, { 'content-type': 'text/vcard' });
  expect(ok).toBe(true);
};
const all = async (): Promise<string> => (await dav('GET', 'Calendar/birthdays.ics')).text();
/** Entity tags by name. */
const tags = async (): Promise<ReadonlyMap<string, string>> => {
  const body = '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>';
  const answer = await dav('PROPFIND', 'Calendar/birthdays/', body, {
    depth: '1',
    'content-type': 'text/xml',
  });
  const found = (await answer.text()).matchAll(/([^/<>]+\.ics)<.*?<(?:\w+:)?getetag>([^<]*)</g);
  return new Map([...found].map(([, name = '', tag = '']) => [name, tag]));
};
const until = async (text: string): Promise<void> => {
  const end = performance.now() + 30_000;
  while (!(await all()).includes(text)) {
    expect(performance.now()).toBeLessThan(end);
    await sleep(200);
  }
};

describe('a calendar of birthdays', () => {
  it('is there when somebody wants it, once, and says what all his cards say', async () => {
    expect((await dav('PROPFIND', 'Calendar/birthdays/', undefined, { depth: '0' })).status).toBe(
      404,
    );
    await store('personal/jane.vcf', cardText('jane', 'BDAY:1980-04-15'));
    expect((await dav('MKCOL', 'Contacts/friends/')).status).toBe(201);
    await store('friends/kim.vcf', cardText('kim', 'BDAY:--0229').replace('3.0', '4.0'));
    for (const url of ['birthdays:', 'Birthdays:']) {
      const answer = await at.json(`${root}/addWebCalendar`, { url });
      expect(await answer.json()).toEqual({ id: 'birthdays', name: 'Birthdays' });
    }
    expect(await (await at.get(`${root}/birthdays/reload`)).json()).toEqual({
      status: 200,
      imported: 2,
    });
    expect(await all()).toContain('(1980)');
    expect(await all()).toContain('DTSTART;VALUE=DATE:19720229');
  });

  it('cannot be written to', async () => {
    const [name = ''] = (await tags()).keys();
    expect((await dav('DELETE', `Calendar/birthdays/${name}`)).status).toBe(403);
    const event = await (await dav('GET', `Calendar/birthdays/${name}`)).text();
    const put = await dav('PUT', `Calendar/birthdays/${name}`, event, {
      'content-type': 'text/calendar',
    });
    expect(put.status).toBe(403);
  });

  it('follows the cards without being asked, and what stays the same keeps its tag', async () => {
    const before = await tags();
    await store('personal/jane.vcf', cardText('jane', 'BDAY:1981-04-16'));
    await until('(1981)');
    expect(await all()).not.toContain('(1980)');
    const after = await tags();
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
    expect([...after].filter(([name, tag]) => before.get(name) === tag)).toHaveLength(1);
    // In a new address book too, and when that goes.
    expect((await dav('MKCOL', 'Contacts/new/')).status).toBe(201);
    await store('new/lee.vcf', cardText('lee', 'BDAY:1999-12-31'));
    await until('(1999)');
    expect((await dav('DELETE', 'Contacts/new/')).ok).toBe(true);
    const end = performance.now() + 30_000;
    while ((await tags()).size > 2) {
      expect(performance.now()).toBeLessThan(end);
      await sleep(200);
    }
  }, 120_000);

  it('follows what another node stores', async () => {
    const other = await startNode({ url: database.url });
    try {
      const stored = await fetch(`${other.url}/SOGo/dav/ada/Contacts/personal/ida.vcf`, {
        method: 'PUT',
        headers: {
          authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}`,
          'content-type': 'text/vcard',
        },
        body: cardText('ida', 'ANNIVERSARY:20010203').replace('3.0', '4.0'),
      });
      expect(stored.status).toBe(201);
      await until('anniversary (2001)');
    } finally {
      await other.stop();
    }
  }, 60_000);

  it('leaves out the cards of others whose address books somebody has subscribed to', async () => {
    const { accounts, accountRows, services, byCommandLine } = node.daybook;
    await accounts.add({ login: 'bob', password: 'secret' });
    await expect.poll(() => accountRows.byLogin('bob'), { timeout: 20_000 }).toBeDefined();
    const [ada, bob] = await Promise.all(['ada', 'bob'].map((each) => accountRows.byLogin(each)));
    if (ada === undefined || bob === undefined) throw new Error('there are no accounts');
    const stored = await fetch(`${node.url}/SOGo/dav/bob/Contacts/personal/zoe.vcf`, {
      method: 'PUT',
      headers: {
        authorization: `Basic ${Buffer.from('bob:secret').toString('base64')}`,
        'content-type': 'text/vcard',
      },
      body: cardText('zoe', 'BDAY:1977-07-07'),
    });
    expect(stored.status).toBe(201);
    const { entries } = await services.home(bob.account);
    const book = entries.find(({ kind }) => kind === 'addressbook');
    if (book === undefined) throw new Error('there is no address book');
    const subscribed = await services.homes({
      stream: streams.home(ada.account),
      owner: ada.account,
      command: {
        type: 'AddCollection',
        collection: book.collection,
        kind: 'addressbook',
        segment: 'bob_personal' as Segment,
        properties: {},
        owner: bob.account,
      },
      by: byCommandLine(),
    });
    expect(subscribed).toHaveProperty('accepted');
    const { imported } = (await (await at.get(`${root}/birthdays/reload`)).json()) as {
      imported: number;
    };
    expect([imported, (await all()).includes('(1977)')]).toEqual([3, false]);
  });

  it('goes as it came', async () => {
    expect((await at.json(`${root}/birthdays/delete`, {})).status).toBe(204);
    expect((await dav('GET', 'Calendar/birthdays.ics')).status).toBe(404);
  });
});
