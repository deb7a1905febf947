import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Program, program } from '../support/program.ts';

const example = join(import.meta.dirname, '../config/example.conf');
const basic = (login: string, password: string): string =>
  `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;

describe('sogo.conf and the program', () => {
  let server: Program;
  let people: TestPostgres;
  let folder: string;
  const file = async (text: string): Promise<string> => {
    const path = join(folder, 'sogo.conf');
    await writeFile(path, text);
    return path;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daybook-conf-'));
    people = await startPostgres();
    const client = new pg.Client({ connectionString: people.url });
    await client.connect();
    await client.query(`create table sogo_view (c_uid text, c_name text, c_password text, c_cn text, mail text);
      insert into sogo_view values ('grace', 'grace', '{SHA}/Hrn08gEogcgvDjo5YNQSGibZVE=', 'Grace Hopper', 'grace@acme.com')`);
    await client.end();
    const url = new URL(people.url.replace('postgresql:///', 'postgresql://h/'));
    const [host, user] = ['host', 'user'].map((name) => url.searchParams.get(name) ?? '');
    const config = await file(`{
      SOGoPageTitle = Groupware;
      SOGoMailDoman = acme.com;
      SOGoUserSources = ({ type = sql; id = directory; canAuthenticate = YES;
        viewURL = "postgresql://${user}:hush@${encodeURIComponent(host ?? '')}${url.pathname}/sogo_view"; });
    }`);
    server = await program({}, true, ['--config', config]);
    await server.start();
  }, 120_000);
  afterAll(async () => {
    await server?.discard();
    await people?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const home = (login: string, password: string) =>
    server.request('PROPFIND', `/SOGo/dav/${login}/`, {
      authorization: basic(login, password),
      headers: { depth: '1' },
    });

  it('lets people of an SQL source in beside those of the built-in table', async () => {
    expect((await home('ada', server.password)).status).toBe(207);
    const answers = await Promise.all(Array.from({ length: 6 }, () => home('grace', 'pässwörd 1')));
    expect(answers.map(({ status }) => status)).toEqual([207, 207, 207, 207, 207, 207]);
    expect(await answers[0]?.text()).toContain('/SOGo/dav/grace/Calendar/');
    expect((await home('grace', 'wrong')).status).toBe(401);
    const listed = await server.daybook(['user', 'list']);
    expect(listed.out.split('\n').filter((line) => line.startsWith('grace\t'))).toHaveLength(1);
    const log = await server.daybook(['log']);
    const opened = log.out.split('\n').filter((line) => line.includes('"AccountOpened"'));
    expect(opened.join()).toContain('"source":"directory"');
    expect(`${log.out}${server.logs()}`).not.toMatch(/hush|pässwörd/);
  });

  it('names at start what is not in effect, and what may not be meant, once each', () => {
    const codes = server
      .logs()
      .split('\n')
      .filter((line) => /not-in-effect|doubtful/.test(line))
      .map((line) => (JSON.parse(line) as { warning: string }).warning);
    expect(codes).toEqual([
      'SOGoPageTitle is not in effect in this version of Daybook',
      'line 3, column 7: SOGoMailDoman is no known parameter; did you mean SOGoMailDomain?',
    ]);
  });

  it('`config check` prints the settings of a file and which are in effect, without secrets', async () => {
    const { code, out, err } = await server.daybook(['config', 'check', example]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('  SOGoEncryptionKey = ***;');
    expect(out).toMatch(/In effect:\n(?: {2}.*\n)*? {2}WOPort = 127.0.0.1:20000;\n/);
    expect(out).toMatch(/Not in effect in this version:\n {2}SOGoProfileURL = /);
    expect(out).toMatch(new RegExp(`${example} can be used.\n$`));
    expect(out).not.toMatch(/crêt|sesame|barley|rye/);
  });

  it('`config check --json` says the same to programs', async () => {
    const { code, out } = await server.daybook(['config', 'check', '--json', example]);
    expect(code).toBe(0);
    const report = JSON.parse(out) as { file: string; problems: []; settings: { path: string }[] };
    expect([report.file, report.problems]).toEqual([example, []]);
    expect(report.settings.find(({ path }) => path === 'WOPort')).toEqual({
      path: 'WOPort',
      value: '127.0.0.1:20000',
      line: 62,
      column: 3,
      inEffect: true,
    });
  });

  it('`config check` and `serve` refuse errors alike: file, line, column, expected type', async () => {
    const broken = join(folder, 'broken.conf');
    await writeFile(broken, '{\n  WOWorkersCount = many;\n  SOGoTimeZone = Mars/Base;\n}');
    const checked = await server.daybook(['config', 'check', broken]);
    expect(checked.code).toBe(1);
    const where = `${broken}:2:20: error: WOWorkersCount takes a whole number; found 'many'`;
    expect(checked.out.split('\n')[0]).toBe(where);
    expect(checked.out).toContain(`${broken} cannot be used: 2 errors.`);
    const served = await server.daybook(['serve', '--config', broken]);
    expect(served.code).toBe(2);
    expect(served.err).toContain(`line 2, column 20: WOWorkersCount takes a whole number`);
    expect(served.err).toContain(`line 3, column 18: SOGoTimeZone takes the name of a time zone`);
    await writeFile(broken, '{ WOPort = 1 ');
    expect((await server.daybook(['config', 'check', broken])).out).toContain(
      `${broken}:1:14: error: expected ; after the value of WOPort`,
    );
  });
});
