import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/api/cli/commands.ts';
import { runCommandLine } from '../../src/api/cli/run.ts';
import type { Surroundings } from '../../src/api/cli/surroundings.ts';
import { type Program, program } from '../support/program.ts';

const basic = (login: string, password: string): string =>
  `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;

const ics = (uid: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261122T100000Z\r\nDTSTART:20261201T100000Z\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

describe('daybook, at the command line', () => {
  let server: Program;
  beforeAll(async () => {
    server = await program();
  }, 60_000);
  afterAll(() => server?.discard(), 30_000);

  const home = (login: string, password: string): Promise<number> =>
    server
      .request('PROPFIND', `/SOGo/dav/${login}/`, {
        authorization: basic(login, password),
        headers: { depth: '0' },
      })
      .then(({ status }) => status);

  it('prints what it can do, and for every command its own help', async () => {
    const overview = await server.daybook(['--help']);
    expect(overview.code).toBe(0);
    const [listed = ''] = overview.out.split('\nOptions:');
    const names = [...listed.matchAll(/^ {2}([a-z-]+(?: [a-z-]+)*)/gm)].map(
      ([, name]) => name ?? '',
    );
    expect(names).toEqual(
      expect.arrayContaining([
        'serve',
        'user add',
        'user list',
        'user passwd',
        'user rename',
        'user erase',
        'user remove',
        'user app-password add',
        'config check',
        'log',
        'verify',
        'rebuild',
      ]),
    );
    const own = await server.daybook(['user', 'app-password', 'add', '--help']);
    expect([own.code, own.out]).toEqual([0, expect.stringContaining('Usage: daybook user app-')]);
    // The others in this process: a new one for each takes longer than all other tests of this file.
    const never = () => Promise.reject(new Error('only help is asked for'));
    const told: string[] = [];
    const surroundings: Surroundings = {
      version: '',
      signal: new AbortController().signal,
      open: never,
      directories: never,
      inspect: never,
      read: never,
      print: (line) => told.push(line),
      complain: (line) => told.push(line),
    };
    for (const name of names) {
      told.length = 0;
      const args = [...name.split(' '), '--help'];
      expect(await runCommandLine(commands(never), args, surroundings), name).toBe(0);
      expect(told.join('\n'), name).toContain(`Usage: daybook ${name}`);
    }
  }, 60_000);

  it.each([
    [['usr', 'add'], "did you mean 'user add'?"],
    [['user'], 'there are user add'],
    [['user', 'add'], 'NAME is missing'],
    [['user', 'add', 'a', 'b'], "'b' is one argument too many"],
    [['verify', '--nonsense'], "Unknown option '--nonsense'"],
    [['log', '--since', 'yesterday-ish'], '--since takes a date or time'],
    [['log', '--collection', 'ada'], 'names no collection'],
    [['serve', '--listen', 'nowhere'], 'no address to listen on'],
  ])(
    '%j is not understood, and it says why',
    async (args, reason) => {
      const finished = await server.daybook(args);
      expect(finished.code).toBe(2);
      expect(finished.err).toContain(reason);
    },
    60_000,
  );

  it('adds, lists and removes users without a server', async () => {
    const added = await server.daybook(
      ['user', 'add', 'Grace@Example.org', '--password-stdin'],
      'navy\n',
    );
    expect(added).toMatchObject({ code: 0, out: 'Added.\n' });
    const generated = await server.daybook(['user', 'add', 'edsger']);
    expect(generated.out).toMatch(/^Added\. Password: \w{20}\n$/);
    const again = await server.daybook(
      ['user', 'add', 'GRACE@example.org', '--password-stdin'],
      'x\n',
    );
    expect(again).toMatchObject({ code: 1 });
    expect(again.err).toContain("'grace@example.org' is taken");
    const bad = await server.daybook(['user', 'add', 'a/b', '--password-stdin'], 'x\n');
    expect(bad.err).toContain('no acceptable login');
    const listed = await server.daybook(['user', 'list', '--json']);
    const users = listed.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(users.map(({ login }) => login)).toEqual(['ada', 'edsger', 'grace@example.org']);
    expect(users[2]).toMatchObject({ mail: 'grace@example.org', displayName: 'grace@example.org' });
    expect((await server.daybook(['user', 'remove', 'edsger'])).code).toBe(0);
    expect((await server.daybook(['user', 'remove', 'edsger'])).code).toBe(1);
    expect((await server.daybook(['user', 'list'])).out).not.toContain('edsger');
    expect((await server.daybook(['user', 'add', 'edsger', '--password-stdin'], 'x\n')).code).toBe(
      0,
    );
  }, 120_000);

  it('changes users while the server runs, in force within a second', async () => {
    await server.start();
    expect(
      (await server.daybook(['user', 'add', 'barbara', '--password-stdin'], 'one\n')).code,
    ).toBe(0);
    expect(await home('barbara', 'one')).toBe(207);
    expect(
      (await server.daybook(['user', 'passwd', 'barbara', '--password-stdin'], 'two\n')).code,
    ).toBe(0);
    await expect.poll(() => home('barbara', 'one'), { timeout: 2000 }).toBe(401);
    expect(await home('barbara', 'two')).toBe(207);
    expect((await server.daybook(['user', 'remove', 'barbara'])).code).toBe(0);
    await expect.poll(() => home('barbara', 'two'), { timeout: 2000 }).toBe(401);
  }, 120_000);

  it('renames and erases users, but not without asking', async () => {
    expect((await server.daybook(['user', 'add', 'mary', '--password-stdin'], 'one\n')).code).toBe(
      0,
    );
    const renamed = await server.daybook(['user', 'rename', 'mary', 'shelley']);
    expect(renamed).toMatchObject({ code: 0, out: 'Renamed.\n' });
    await expect.poll(() => home('mary', 'one'), { timeout: 10_000 }).toBe(401);
    expect(await home('shelley', 'one')).toBe(207);
    const taken = await server.daybook(['user', 'rename', 'shelley', 'ada']);
    expect(taken.err).toContain("the login 'ada' is taken");
    const unasked = await server.daybook(['user', 'erase', 'shelley']);
    expect(unasked.code).toBe(2);
    expect(unasked.err).toContain('--yes');
    expect(await home('shelley', 'one')).toBe(207);
    const erased = await server.daybook(['user', 'erase', 'shelley', '--yes']);
    expect(erased.code, erased.err).toBe(0);
    const [, id = ''] =
      /^Erasing ([0-9a-f-]{36}) \(shelley\)\.\nErased\.\n$/.exec(erased.out) ?? [];
    await expect.poll(() => home('shelley', 'one'), { timeout: 10_000 }).toBe(401);
    const log = await server.daybook(['log', '--account', id]);
    const types = log.out.split('\n').filter((line) => line !== '');
    expect(types.at(-1)).toContain('"type":"AccountErased"');
    expect(log.out).not.toContain('shelley');
  }, 120_000);

  it("keeps a user's preferences", async () => {
    const changed = await server.daybook([
      'preferences',
      'ada',
      'timeZone=Europe/Berlin',
      'weekStart=sunday',
    ]);
    expect(changed).toMatchObject({
      code: 0,
      out: 'timeZone=Europe/Berlin\nlanguage=en\nweekStart=sunday\ncontactsCategories=\n',
    });
    expect((await server.daybook(['preferences', 'ada', 'timeZone=Mars/Olympus'])).err).toContain(
      'no time zone',
    );
    expect((await server.daybook(['preferences', 'ada', 'timzone=UTC'])).err).toContain(
      'did you mean timeZone?',
    );
    expect((await server.daybook(['preferences', 'ada'])).out).toContain('timeZone=Europe/Berlin');
  }, 60_000);

  it('prints the log by account, collection, object and time', async () => {
    const calendar = '/SOGo/dav/ada/Calendar/personal/';
    const headers = {
      'content-type': 'text/calendar',
      'user-agent': 'DAVx5/4.4 (2026/11/01; dav4jvm)',
    };
    expect(
      (await server.request('PUT', `${calendar}lunch.ics`, { headers, body: ics('lunch') })).status,
    ).toBe(201);
    expect((await server.request('DELETE', `${calendar}lunch.ics`, { headers })).status).toBe(204);
    const events = async (...args: readonly string[]): Promise<Record<string, unknown>[]> => {
      const printed = await server.daybook(['log', ...args]);
      expect(printed.code, printed.err).toBe(0);
      return printed.out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    const [stored, deleted, ...none] = await events(
      '--collection',
      'ada/Calendar/personal',
      '--object',
      'lunch.ics',
    );
    expect(none).toEqual([]);
    expect(stored).toMatchObject({
      type: 'CalendarObjectStored',
      actorLogin: 'ada',
      via: expect.stringMatching(/^caldav DAVx5\/4\.4/) as string,
      event: { name: 'lunch.ics', content: { octets: ics('lunch') } },
    });
    expect(deleted).toMatchObject({
      type: 'CalendarObjectDeleted',
      revision: (stored?.['revision'] as number) + 1,
    });
    const all = await events();
    expect(all.length).toBeGreaterThan(10);
    expect(JSON.stringify(all)).not.toContain('$argon2');
    expect((await events('--account', 'ada')).length).toBeLessThan(all.length);
    expect(await events('--since', '2099-01-01')).toEqual([]);
    expect(await events('--until', '2020-01-01')).toEqual([]);
  }, 60_000);

  it('prints what happened to a file or folder', async () => {
    const files = '/SOGo/dav/ada/Files/';
    const to = (name: string) => ({ headers: { destination: `${files}${name}` } });
    for (const [method, path, options] of [
      ['MKCOL', 'a', {}],
      ['PUT', 'a/caf%C3%A9.txt', { body: 'x' }],
      ['PUT', 'a/other.txt', { body: 'x' }],
      ['MOVE', 'a', to('b')],
      ['MKCOL', 'c', {}],
      ['DELETE', 'b', {}],
    ] as const)
      expect((await server.request(method, `${files}${path}`, options)).status).toBeLessThan(300);
    const types = async (path: string): Promise<readonly string[]> => {
      const printed = await server.daybook(['log', '--collection', path]);
      expect(printed.code, printed.err).toBe(0);
      const lines = printed.out.split('\n').filter(Boolean);
      return lines.map((line) => (JSON.parse(line) as { type: string }).type);
    };
    expect(await types('ada/Files/a/caf%C3%A9.txt')).toEqual(['FileStored', 'ItemMoved']);
    expect(await types('/SOGo/dav/ada/Files/b/')).toEqual(['ItemMoved', 'ItemRemoved']);
    expect(await types('ada/Files')).toEqual([
      'FolderMade',
      'FileStored',
      'FileStored',
      'ItemMoved',
      'FolderMade',
      'ItemRemoved',
    ]);
  }, 60_000);

  it('follows the log as it grows, until interrupted', async () => {
    const following = spawn(process.execPath, [
      join(import.meta.dirname, '..', '..', 'dist', 'api', 'main.js'),
      ...['log', '-f', '--since', new Date().toISOString(), '--data', server.data],
    ]);
    let out = '';
    following.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const put = await server.request('PUT', '/SOGo/dav/ada/Calendar/personal/followed.ics', {
      headers: { 'content-type': 'text/calendar' },
      body: ics('followed'),
    });
    expect(put.status).toBe(201);
    await expect.poll(() => out, { timeout: 5000 }).toContain('followed.ics');
    following.kill('SIGINT');
    const code = await new Promise((resolve) => following.once('exit', resolve));
    expect(code).toBe(0);
  }, 60_000);

  it('verifies and rebuilds the projections while the server runs', async () => {
    const verified = await server.daybook(['verify']);
    expect(verified.code, verified.out + verified.err).toBe(0);
    expect(verified.out).toMatch(/no difference/);
    const rebuilt = await server.daybook(['rebuild']);
    expect(rebuilt.code, rebuilt.out + rebuilt.err).toBe(0);
    const put = await server.request('PUT', '/SOGo/dav/ada/Calendar/personal/after.ics', {
      headers: { 'content-type': 'text/calendar' },
      body: ics('after'),
    });
    expect(put.status).toBe(201);
    const found = await server.request('GET', '/SOGo/dav/ada/Calendar/personal/after.ics');
    expect(await found.text()).toBe(ics('after'));
    expect((await server.daybook(['verify'])).code).toBe(0);
  }, 120_000);

  it('ends on SIGTERM with everything stopped, and starts again with everything there', async () => {
    expect(await server.stop()).toBe(0);
    await server.start();
    expect((await server.request('GET', '/SOGo/dav/ada/Calendar/personal/after.ics')).status).toBe(
      200,
    );
  }, 60_000);
});
