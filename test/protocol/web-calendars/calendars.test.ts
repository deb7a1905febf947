import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresFeedSchedule } from '../../../src/adapters/feeds/schedule.ts';
import type { Given } from '../../../src/api/cli/command.ts';
import type { Surroundings } from '../../../src/api/cli/surroundings.ts';
import { webCalendarCommands } from '../../../src/api/cli/web-calendar.ts';
import { refreshing } from '../../../src/api/web-calendars/refreshing.ts';
import type { CollectionId } from '../../../src/domain/kernel/ids.ts';
import { type FeedServer, feedServer } from '../../support/feed-server.ts';
import { type Browser, browser, type FullNode, startNode } from '../../support/full-node.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
let server: FeedServer;
let at: Browser;
beforeAll(async () => {
  [database, server] = await Promise.all([freshDatabase(), feedServer()]);
  node = await startNode({ url: database.url, feedNetworks: ['127.0.0.1'] });
  await node.daybook.accounts.add({ login: 'ada', password: 'secret' });
  await node.daybook.accounts.add({ login: 'bob', password: 'secret' });
  at = await signedIn('ada');
}, 60_000);
afterAll(async () => {
  await node?.stop();
  await Promise.all([database?.drop(), server?.close()]);
});

const signedIn = async (userName: string): Promise<Browser> => {
  const one = browser(node);
  expect((await one.json('/SOGo/connect', { userName, password: 'secret' })).status).toBe(200);
  return one;
};

const event = (uid: string, summary: string): string =>
  `BEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T090000Z\r\nSUMMARY:${summary}\r\nEND:VEVENT\r\n`;
const feed = (...events: readonly string[]): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n${events.join('')}END:VCALENDAR\r\n`;

const root = '/SOGo/so/ada/Calendar';
const add = async (path: string): Promise<string> => {
  const answer = await at.json(`${root}/addWebCalendar`, { url: server.url + path });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { id: string }).id;
};
const reload = (id: string) => at.get(`${root}/${id}/reload`);

const dav = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
  fetch(`${node.url}/SOGo/dav/ada/Calendar/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}`,
      'content-type': 'text/calendar',
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });

/** Entity tags of what a calendar holds, by name. */
const tags = async (id: string): Promise<ReadonlyMap<string, string>> => {
  const body = '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>';
  const answer = await dav('PROPFIND', `${id}/`, body, { depth: '1', 'content-type': 'text/xml' });
  const found = (await answer.text()).matchAll(/([^/<>]+\.ics)<.*?<(?:\w+:)?getetag>([^<]*)</g);
  return new Map([...found].map(([, name = '', tag = '']) => [name, tag]));
};
const sync = async (id: string, token: string): Promise<string> => {
  const body = `<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>`;
  return (await dav('REPORT', `${id}/`, body, { 'content-type': 'text/xml' })).text();
};

describe('a web calendar', () => {
  it('is a calendar that DAV clients read, with what its feed says', async () => {
    server.on(
      '/a.ics',
      (_, response) => void response.end(feed(event('1', 'one'), event('2', 'two'))),
    );
    const id = await add('/a.ics');
    const answer = await reload(id);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await answer.json()).toEqual({ status: 200, imported: 2 });
    expect((await tags(id)).size).toBe(2);
    const all = await (await dav('GET', `${id}.ics`)).text();
    expect(all).toContain('SUMMARY:one');
    expect(all).toContain('SUMMARY:two');
  });

  it('changes by the difference alone: what stays the same keeps its tag, and syncs nothing', async () => {
    let text = feed(event('1', 'one'), event('2', 'two'), event('3', 'three'));
    server.on('/b.ics', (_, response) => void response.end(text));
    const id = await add('/b.ics');
    await reload(id);
    const before = await tags(id);
    const token = /sync-token>([^<]+)</.exec(await sync(id, ''))?.[1] ?? '';
    text = feed(
      event('1', 'one').replace('DTSTAMP:2026', 'DTSTAMP:2027'),
      event('2', 'TWO'),
      event('4', 'four'),
    );
    await reload(id);
    const after = await tags(id);
    expect([...after.entries()].filter(([name, tag]) => before.get(name) === tag)).toHaveLength(1);
    const changes = await sync(id, token);
    expect(changes.match(/404 Not Found/g)).toHaveLength(1);
    expect(changes.match(/getetag>"/g)).toHaveLength(2);
  });

  it('is looked at as often as its feed asks, also when that says no more than that nothing changed', async () => {
    const said = `REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n${event('1', 'one')}`;
    server.on('/often.ics', (_, response) => void response.end(feed(said)));
    await reload(await add('/often.ics'));
    const due = await node.pool.query<{ collection: CollectionId; hours: number }>(
      `select collection, extract(epoch from due_at - checked_at)::float8 / 3600 as hours
       from feeds.schedule where url like '%/often.ics'`,
    );
    const [row] = due.rows;
    expect(row?.hours).toBeCloseTo(6, 3);
    const schedule = postgresFeedSchedule({ pool: node.pool });
    const look = refreshing({
      ...{ services: node.daybook.services, schedule },
      fetch: async () => ({ kind: 'unchanged' }),
      credentials: async () => undefined,
    });
    for (let round = 0; round < 2; round += 1) {
      const state = row && (await schedule.claimOne(row.collection));
      if (state === undefined) throw new Error('somebody else looks at it');
      expect((await look(state, AbortSignal.timeout(10_000)))?.next).toBe(6 * 3600);
    }
  });

  it.each([
    ['a page', (): string => '<html>Sign in</html>', 500, 'invalid-calendar-content'],
    ['nothing', (): string => '', 500, 'invalid-calendar-content'],
    [
      'half of it',
      (): string => feed(event('1', 'one')).slice(0, 90),
      500,
      'invalid-calendar-content',
    ],
  ])('keeps what it has when its feed becomes %s', async (_, bad, status, error) => {
    let text = feed(event('1', 'one'));
    server.on('/c.ics', (__, response) => void response.end(text));
    const id = await add('/c.ics');
    await reload(id);
    text = bad();
    const answer = await reload(id);
    expect([answer.status, await answer.json()]).toMatchObject([status, { error }]);
    expect((await tags(id)).size).toBe(1);
    const { rows } = await node.pool.query(
      'select trouble, failures from feeds.schedule where trouble is not null',
    );
    expect(rows).toContainEqual({ trouble: 'no-calendar', failures: 1 });
  });

  it('is told what it needs to be let in, which is nowhere in the clear', async () => {
    server.on('/d.ics', ({ headers }, response) => {
      const isAda =
        headers.authorization === `Basic ${Buffer.from('ada:öffne dich').toString('base64')}`;
      if (isAda) response.end(feed(event('1', 'one')));
      else response.writeHead(401).end();
    });
    const id = await add('/d.ics');
    expect((await reload(id)).status).toBe(401);
    const said = { username: 'ada', password: 'öffne dich' };
    expect((await at.json(`${root}/${id}/set-credentials`, said)).status).toBe(204);
    expect(await (await reload(id)).json()).toEqual({ status: 200, imported: 1 });
    const { rows } = await node.pool.query<{ text: string }>(
      `select t::text as text from log.event t union all select t::text from feeds.schedule t
       union all select t::text from home.entries t`,
    );
    const all = rows.map(({ text }) => text).join('\n');
    expect(all).not.toContain('dich');
    expect(all).not.toContain(Buffer.from('dich').toString('hex'));
  });

  it('says what of its feed can’t be read, and shows the rest', async () => {
    const broken = event('2', 'two').replace('DTSTART:20260105T090000Z\r\n', '');
    server.on('/e.ics', (_, response) => void response.end(feed(event('1', 'one'), broken)));
    const id = await add('/e.ics');
    expect(await (await reload(id)).json()).toEqual({ status: 200, imported: 1 });
    const { rows } = await node.pool.query(
      'select entries, unreadable from feeds.schedule where unreadable > 0',
    );
    expect(rows).toEqual([{ entries: 2, unreadable: 1 }]);
  });

  it('takes no change from a client, and says so beforehand (RFC 3744 §5.4)', async () => {
    server.on('/f.ics', (_, response) => void response.end(feed(event('1', 'one'))));
    const id = await add('/f.ics');
    await reload(id);
    const [name = ''] = (await tags(id)).keys();
    const refused = await dav('PUT', `${id}/mine.ics`, feed(event('mine', 'mine')));
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('need-privileges');
    expect((await dav('DELETE', `${id}/${name}`)).status).toBe(403);
    await dav('PUT', 'personal/mine.ics', feed(event('mine', 'mine')));
    const destination = (path: string) => ({ destination: `/SOGo/dav/ada/Calendar/${path}` });
    expect(
      (await dav('MOVE', `${id}/${name}`, undefined, destination('personal/x.ics'))).status,
    ).toBe(403);
    expect(
      (await dav('MOVE', 'personal/mine.ics', undefined, destination(`${id}/y.ics`))).status,
    ).toBe(403);
    expect(
      (await dav('COPY', 'personal/mine.ics', undefined, destination(`${id}/y.ics`))).status,
    ).toBe(403);
    expect(
      (await dav('COPY', `${id}/${name}`, undefined, destination('personal/copy.ics'))).status,
    ).toBe(201);
    expect((await tags(id)).size).toBe(1);
    const body =
      '<propfind xmlns="DAV:"><prop><current-user-privilege-set/><source xmlns="http://calendarserver.org/ns/"/></prop></propfind>';
    const text = await (
      await dav('PROPFIND', `${id}/`, body, { depth: '0', 'content-type': 'text/xml' })
    ).text();
    expect(text).toContain(`${server.url}/f.ics`);
    expect(text).toMatch(/write-properties/);
    expect(text).not.toMatch(/<(\w+:)?(all|bind|unbind|write|write-content)\/>/);
  });

  it('is refused where its address leads into a private network, and for what is no address', async () => {
    const inner = await at.json(`${root}/addWebCalendar`, { url: 'http://127.0.0.2:1/a.ics' });
    const { id } = (await inner.json()) as { id: string };
    const answer = await reload(id);
    expect([answer.status, await answer.json()]).toMatchObject([500, { error: 'bad-url' }]);
    expect((await at.json(`${root}/addWebCalendar`, { url: 'file:///etc/passwd' })).status).toBe(
      500,
    );
  });

  it('is its owner’s alone to add, to look at and to remove', async () => {
    const id = await add('/a.ics');
    const bob = await signedIn('bob');
    const stranger = browser(node);
    for (const [who, status] of [
      [bob, 404],
      [stranger, 401],
    ] as const) {
      expect((await who.get(`${root}/${id}/reload`)).status).toBe(status);
      expect((await who.json(`${root}/${id}/delete`)).status).toBe(status);
      expect(
        (await who.json(`${root}/addWebCalendar`, { url: `${server.url}/a.ics` })).status,
      ).toBe(status);
    }
    expect(
      (await at.json(`${root}/${id}/delete`, undefined, { 'x-xsrf-token': 'wrong' })).status,
    ).toBe(403);
    expect((await at.json(`${root}/${id}/delete`)).status).toBe(204);
    expect((await dav('PROPFIND', `${id}/`)).status).toBe(404);
    expect((await at.json(`${root}/personal/delete`)).status).toBe(403);
  });

  it('is looked at by itself, by one node at a time, and no more once it is gone', async () => {
    let times = 0;
    server.on('/g.ics', (_, response) => {
      times += 1;
      response.end(feed(event('1', 'one')));
    });
    const id = await add('/g.ics');
    const due = () =>
      node.pool.query("update feeds.schedule set due_at = now() - interval '1 day'");
    await due();
    const schedules = node.daybook.webCalendars.start();
    const others = node.daybook.webCalendars.start();
    await expect.poll(async () => (await tags(id)).size, { timeout: 20_000 }).toBe(1);
    await Promise.all([schedules.close(), others.close()]);
    expect(times).toBe(1);
    await dav('DELETE', `${id}/`);
    await due();
    const again = node.daybook.webCalendars.start();
    await expect
      .poll(
        async () =>
          (await node.pool.query('select from feeds.schedule where due_at <= now()')).rowCount,
        { timeout: 20_000 },
      )
      .toBe(0);
    await again.close();
    expect(times).toBe(1);
    expect(
      (await node.daybook.webCalendars.of(await accountOf('ada'))).some(
        ({ entry }) => entry.segment === id,
      ),
    ).toBe(false);
  });
});

describe('daybook web-calendar', () => {
  const run = async (name: string, ...operands: readonly string[]) => {
    const said: string[] = [];
    const command = webCalendarCommands.find((each) => each.name === `web-calendar ${name}`);
    const surroundings = {
      open: async () => ({ ...node.daybook, close: async () => undefined }),
      print: (line: string) => void said.push(line),
      complain: (line: string) => void said.push(`! ${line}`),
    } as unknown as Surroundings;
    const code = await command?.run(
      { operands, options: new Map() } as unknown as Given,
      surroundings,
    );
    return { code, said };
  };

  it('adds a calendar of birthdays, which needs no feed', async () => {
    expect(await run('add', 'bob', 'birthdays:')).toEqual({ code: 0, said: ['birthdays'] });
    expect(await run('reload', 'bob', 'birthdays')).toEqual({
      code: 0,
      said: ['0 entries, 0 of them unreadable'],
    });
    const [listed = ''] = (await run('list', 'bob')).said;
    expect(JSON.parse(listed)).toMatchObject({ id: 'birthdays', url: 'birthdays:', entries: 0 });
    expect(await run('remove', 'bob', 'birthdays')).toEqual({ code: 0, said: [] });
  });

  it('adds, fetches, lists with its trouble, and removes', async () => {
    server.on('/h.ics', (_, response) => void response.end(feed(event('1', 'one'))));
    const { said } = await run('add', 'bob', `${server.url}/h.ics`);
    const [id = ''] = said;
    expect(await run('reload', 'bob', id)).toEqual({
      code: 0,
      said: ['1 entries, 0 of them unreadable'],
    });
    server.on('/h.ics', (_, response) => void response.writeHead(410).end());
    expect(await run('reload', 'bob', id)).toEqual({
      code: 1,
      said: ['! http-error (status 410): the calendar stays as it was'],
    });
    const [listed = '{}'] = (await run('list', 'bob')).said;
    expect(JSON.parse(listed)).toMatchObject({
      ...{ id, url: `${server.url}/h.ics`, name: 'h (127.0.0.1)' },
      ...{ entries: 1, trouble: 'http-error', status: 410, failures: 1 },
    });
    expect((await run('remove', 'bob', id)).code).toBe(0);
    expect((await run('list', 'bob')).said).toEqual([]);
  });

  it.each([
    [['remove', 'bob', 'personal'], "there is no web calendar 'personal'"],
    [['reload', 'bob', 'none'], "there is no web calendar 'none'"],
    [['add', 'bob', 'ftp://x/'], "'ftp://x/' is no http, https or webcal address"],
    [['list', 'nobody'], "there is no account 'nobody'"],
  ])('says why not: %j', async ([name = '', ...operands], why) => {
    expect(await run(name, ...operands)).toEqual({ code: 1, said: [`! ${why}`] });
  });
});

const accountOf = async (login: string) => {
  const row = await node.daybook.accountRows.byLogin(login);
  if (row === undefined) throw new Error('nobody');
  return row.account;
};
