import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mirror, mirror, sync } from '../durability/mirror.ts';
import { CALENDAR, ledger, write } from '../durability/writers.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Program, program } from '../support/program.ts';

let postgres: TestPostgres;
let nodes: readonly [Program, Program];

beforeAll(async () => {
  postgres = await startPostgres();
  const shared = { DATABASE_URL: postgres.url };
  nodes = [await program(shared), await program(shared, false)];
  await Promise.all(nodes.map((node) => node.start()));
}, 60_000);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.discard()));
  await postgres.stop();
});

const HOME = '/SOGo/dav/ada/Calendar/';
const SEGMENTS = ['first', 'second', 'third', 'fourth'] as const;

const event = (uid: string, summary = uid): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261122T100000Z\r\nDTSTART:20261201T100000Z\r\nSUMMARY:${summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

const put = (
  node: Program,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  node.request('PUT', path, { headers: { 'content-type': 'text/calendar', ...headers }, body });

const statusOf = async (answer: Promise<Response>): Promise<number> => {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
};

const listed = async (node: Program, path: string): Promise<string> => {
  const answer = await node.request('PROPFIND', path, {
    headers: { depth: '1', 'content-type': 'application/xml' },
    body: '<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>',
  });
  expect(answer.status).toBe(207);
  return answer.text();
};

/** Each pair of nodes, writer first, by turns. */
const turn = (count: number): readonly [Program, Program] =>
  count % 2 === 0 ? nodes : [nodes[1], nodes[0]];

const held = async (of: Program): Promise<readonly number[]> => {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(
      ['collection', 'home', 'account']
        .map(
          (name) =>
            `select count(*)::int from ${name}.checkpoints where holder like '%' || $1 and held_until > now()`,
        )
        .join(' union all '),
      [new URL(of.origin).host],
    );
    return rows.map(({ count }) => count);
  } finally {
    await client.end();
  }
};

describe('two equal nodes on one database', () => {
  it('share the partitions of every projection between them', async () => {
    await expect
      .poll(() => Promise.all(nodes.map(held)), { timeout: 15_000 })
      .toEqual([
        [8, 8, 8],
        [8, 8, 8],
      ]);
  });

  it('show on each what the other has just answered (read your own writes)', async () => {
    const copies: readonly [Mirror, Mirror] = [mirror(), mirror()];
    for (let count = 0; count < 40; count += 1) {
      const [writer, reader] = turn(count);
      const copy = copies[count % 2 === 0 ? 1 : 0];
      const path = `${CALENDAR}own-${count}.ics`;
      const answer = await put(writer, path, event(`own-${count}`));
      expect(answer.status).toBe(201);
      // By object, by listing and by token.
      expect(await (await reader.request('GET', path)).text()).toBe(event(`own-${count}`));
      expect(await listed(reader, CALENDAR)).toContain(`own-${count}.ics`);
      await sync(reader, copy);
      expect(copy.etags.get(`own-${count}.ics`)).toBe(answer.headers.get('etag'));
      if (count % 4 < 2) continue;
      expect(await statusOf(writer.request('DELETE', path))).toBe(204);
      expect(await statusOf(reader.request('GET', path))).toBe(404);
      await sync(reader, copy);
      expect([...copy.etags.keys()]).not.toContain(`own-${count}.ics`);
    }
  });

  it('let exactly one of two writers win a name, a UID and a version', async () => {
    for (let count = 0; count < 10; count += 1) {
      const both = (ask: (node: Program, which: number) => Promise<Response>) =>
        Promise.all(nodes.map((node, which) => statusOf(ask(node, which))));
      const path = `${CALENDAR}race-${count}.ics`;
      const named = await both((node, which) =>
        put(node, path, event(`race-${count}`, `by ${which}`), { 'if-none-match': '*' }),
      );
      expect(named.toSorted((a, b) => a - b)).toEqual([201, 412]);
      const identified = await both((node, which) =>
        put(node, `${CALENDAR}uid-${count}-${which}.ics`, event(`uid-${count}`)),
      );
      expect(identified.filter((status) => status === 201)).toHaveLength(1);
      expect(identified.filter((status) => status >= 400 && status < 500)).toHaveLength(1);
      const etag = (await nodes[0].request('HEAD', path)).headers.get('etag') ?? '';
      const changed = await both((node, which) =>
        put(node, path, event(`race-${count}`, `again by ${which}`), { 'if-match': etag }),
      );
      expect(changed.toSorted((a, b) => a - b)).toEqual([204, 412]);
    }
  });

  it('find a collection that the other deleted and made again under the same name', async () => {
    for (let count = 0; count < 6; count += 1) {
      const [one, other] = turn(count);
      const calendar = `${HOME}again/`;
      const tasks = `${calendar}task.ics`;
      expect(await statusOf(one.request('MKCALENDAR', calendar))).toBe(201);
      // Both remember where it is.
      expect(await statusOf(put(other, tasks, event('task')))).toBe(201);
      expect(await (await one.request('GET', tasks)).text()).toBe(event('task'));
      const old = mirror();
      expect(await statusOf(one.request('DELETE', calendar))).toBe(204);
      expect(await statusOf(other.request('GET', tasks))).toBe(404);
      expect(await statusOf(put(other, tasks, event('task')))).toBe(409);
      expect(await statusOf(other.request('MKCALENDAR', calendar))).toBe(201);
      expect(await statusOf(one.request('GET', tasks))).toBe(404);
      expect(await statusOf(put(one, tasks, event('task', 'anew')))).toBe(201);
      expect(await (await other.request('GET', tasks)).text()).toBe(event('task', 'anew'));
      expect(await listed(one, HOME)).toContain('/again/');
      await sync(other, old);
      expect(await statusOf(other.request('DELETE', calendar))).toBe(204);
      expect(await listed(one, HOME)).not.toContain('/again/');
    }
  });

  it('make a collection once, however many ask for it on both', async () => {
    for (const segment of SEGMENTS) {
      const asked = await Promise.all(
        [...nodes, ...nodes].map((node) =>
          statusOf(node.request('MKCALENDAR', `${HOME}${segment}/`)),
        ),
      );
      expect(asked.filter((status) => status === 201)).toHaveLength(1);
      for (const node of nodes)
        expect((await listed(node, HOME)).split(`/${segment}/<`)).toHaveLength(2);
    }
  });

  it('take a new password, and no longer the old one, within a second or so', async () => {
    const [one, other] = nodes;
    const as = (password: string) => `Basic ${Buffer.from(`bob:${password}`).toString('base64')}`;
    const knocks = (node: Program, password: string): Promise<number> =>
      statusOf(
        node.request('PROPFIND', '/SOGo/dav/bob/', {
          headers: { depth: '0' },
          authorization: as(password),
        }),
      );
    const cli = async (node: Program, args: readonly string[], input?: string): Promise<void> => {
      const { code, err } = await node.daybook(args, input);
      expect(err).toBe('');
      expect(code).toBe(0);
    };
    const soon = { timeout: 3000, interval: 50 };
    await cli(one, ['user', 'add', 'bob', '--password-stdin'], 'one\n');
    for (const node of nodes) await expect.poll(() => knocks(node, 'one'), soon).toBe(207);
    await cli(other, ['user', 'passwd', 'bob', '--password-stdin'], 'two\n');
    for (const node of nodes) {
      await expect.poll(() => knocks(node, 'two'), soon).toBe(207);
      await expect.poll(() => knocks(node, 'one'), soon).toBe(401);
    }
    await cli(one, ['user', 'remove', 'bob']);
    for (const node of nodes) await expect.poll(() => knocks(node, 'two'), soon).toBe(401);
  });

  it('go on alone when the other is killed under load: nothing lost, nothing doubled', async () => {
    const [dying, living] = nodes;
    const notes = ledger();
    const stop = new AbortController();
    const writers = Array.from({ length: 6 }, (_, writer) =>
      write(writer % 2 === 0 ? dying : living, notes, {
        writer,
        round: 0,
        signal: stop.signal,
        keepOn: writer % 2 === 1,
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await dying.kill();
    const before = notes.answered;
    // Leases last ten seconds; the next look is at most a third of that later.
    await expect.poll(() => held(living), { timeout: 15_000, interval: 250 }).toEqual([16, 16, 16]);
    expect(notes.answered).toBeGreaterThan(before);
    await dying.start();
    stop.abort();
    await Promise.all(writers);
    const copies = await Promise.all(
      nodes.map(async (node) => {
        const copy = mirror();
        await sync(node, copy);
        return copy;
      }),
    );
    expect(copies[0]?.etags).toEqual(copies[1]?.etags);
    const there = new Set(
      [...(copies[0]?.etags.keys() ?? [])].filter((name) => /^w\d-/.test(name)),
    );
    for (const [name, octets] of notes.acknowledged)
      if (!notes.inDoubt.has(name))
        expect([name, there.has(name)]).toEqual([name, octets !== undefined]);
    for (const name of there)
      expect(notes.acknowledged.has(name) || notes.inDoubt.has(name), name).toBe(true);
  });

  it('leave projections that equal the log, and stop with status 0', async () => {
    const verified = await nodes[1].daybook(['verify']);
    expect(verified.out + verified.err).toMatch(/no difference/);
    expect(verified.code).toBe(0);
    expect(await Promise.all(nodes.map((node) => node.stop()))).toEqual([0, 0]);
  });
});
