import { describeWith } from '../support/needing.ts';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { queryOf } from '../support/ldap/books.ts';
import { password, people, person } from '../support/ldap/people.ts';
import { slapdNeeds, startSlapd, type TestSlapd } from '../support/ldap/slapd.ts';
import { type Program, program } from '../support/program.ts';

const basic = (login: string, secret: string): string =>
  `Basic ${Buffer.from(`${login}:${secret}`).toString('base64')}`;

const document = join(import.meta.dirname, '../../docs/administration/identity.md');

const MANY = 1000;
/** Generous: a machine that is busy with other tests needs two or three seconds. */
const PATIENCE = 60_000;
/** `secret`, and eight octets of salt. */
const SSHA = '{SSHA}tCNGqyJLk/uvKpCa4vga5GB2gWoxMjM0NTY3OA==';

describeWith('people of an LDAP directory', slapdNeeds, () => {
  let directory: TestSlapd;
  let server: Program;
  let folder: string;
  let config: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daybook-ldap-'));
    const many = Array.from({ length: MANY }, (_, index) =>
      person(`user${index}`, `User ${index}`, ['userPassword', SSHA], ['employeeType', 'staff']),
    );
    directory = await startSlapd({ ldif: people + many.join('') });
    config = join(folder, 'sogo.conf');
    // The example for administrators, with this machine's server in it.
    const [, example = ''] =
      /^```\n(\{\n  DaybookLDAPCertificates[^`]*type = ldap;[^`]*)^```/m.exec(
        await readFile(document, 'utf8'),
      ) ?? [];
    await writeFile(
      config,
      example
        .replace(
          /DaybookLDAPCertificates = .*/,
          `DaybookLDAPCertificates = "${directory.authority}";`,
        )
        .replace('id = directory;', 'id = directory; isAddressBook = YES; displayName = "Acme";')
        .replace(
          /hostname = .*/,
          `hostname = "${directory.upgradeUrl}/????!StartTLS ldap://127.0.0.1:1";`,
        ),
    );
    server = await program({}, false, ['--config', config]);
    await server.start();
  }, 120_000);
  afterAll(async () => {
    await server?.discard();
    await directory?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const home = (login: string, secret: string, path = login, depth = '1') =>
    server.request('PROPFIND', `/SOGo/dav/${encodeURIComponent(path)}/`, {
      authorization: basic(login, secret),
      headers: { depth },
    });

  it('log in by any of bindFields, in any case, to one home', async () => {
    for (const typed of ['ada', 'ADA', 'countess@acme.com']) {
      const answer = await home(typed, password, 'ada');
      expect(answer.status).toBe(207);
      expect(await answer.text()).toContain('/SOGo/dav/ada/Calendar/');
    }
    const listed = await server.daybook(['user', 'list']);
    expect(listed.out).toContain('ada\tAda Lovelace\tada@acme.com\t');
    for (const [login, secret] of [
      ['ada', 'wrong'],
      ['ada', ''],
      ['gone', 'plain text'],
      ['*', password],
      ['same@acme.com', 'one'],
    ] as const)
      expect((await home(login, secret, 'ada')).status).toBe(401);
  });

  it('log in by names with at and per cent signs, spaces and non-ASCII letters', async () => {
    for (const login of ['ann lee', '100%', 'eve@acme.com', 'ünal', 'o,neil+1'])
      expect([login, (await home(login, 'odd')).status]).toEqual([login, 207]);
  });

  it('find each other in the directory, which is an address book of everybody', async () => {
    const contacts = '/SOGo/dav/ada/Contacts/';
    const listed = await server.request('PROPFIND', contacts, {
      authorization: basic('ada', password),
      headers: { depth: '1' },
    });
    expect(await listed.text()).toContain(`${contacts}directory/`);
    const found = await server.request('REPORT', `${contacts}directory/`, {
      authorization: basic('ada', password),
      headers: { depth: '1', 'content-type': 'application/xml' },
      body: queryOf('lee', { names: ['FN'] }),
    });
    const answer = await found.text();
    expect(answer).toContain(`${contacts}directory/ann%20lee.vcf`);
    expect(answer).toContain('FN:Ann Lee');
    const checked = await server.daybook(['config', 'check', '--config', config]);
    expect(checked.out + checked.err).not.toMatch(/(?:isAddressBook|displayName) is not in effect/);
  });

  it('have no calendars where ModulesConstraints keep them from these', async () => {
    const tree = await (await home('eve@acme.com', 'odd')).text();
    expect(tree).toContain('/SOGo/dav/eve%40acme.com/Contacts/');
    expect(tree).not.toContain('/Calendar/');
    const calendars = await server.request('PROPFIND', '/SOGo/dav/eve@acme.com/Calendar/', {
      authorization: basic('eve@acme.com', 'odd'),
      headers: { depth: '0' },
    });
    expect(calendars.status).toBe(404);
    const asked = await server.request('PROPFIND', '/SOGo/dav/eve@acme.com/', {
      authorization: basic('eve@acme.com', 'odd'),
      headers: { depth: '0', 'content-type': 'application/xml' },
      body: '<propfind xmlns="DAV:"><prop><c:calendar-home-set xmlns:c="urn:ietf:params:xml:ns:caldav"/></prop></propfind>',
    });
    expect(await asked.text()).toContain('404 Not Found');
  });

  it(`log in for the first time, ${MANY} of them, by 32 at once`, async () => {
    const began = Date.now();
    let next = 0;
    const statuses = new Map<number, number>();
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        for (let index = next++; index < MANY; index = next++) {
          const login = `user${index}`;
          const { status } = await home(login, 'secret', login, '0');
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }),
    );
    expect([...statuses], server.logs()).toEqual([[207, MANY]]);
    expect(Date.now() - began).toBeLessThan(PATIENCE);
  });

  it('are found, shown and listed by `daybook directory`', async () => {
    const directoryCommand = (...args: readonly string[]) =>
      server.daybook(['directory', ...args, '--config', config]);
    const found = await directoryCommand('search', 'love');
    expect(found).toMatchObject({ code: 0, err: '' });
    expect(found.out).toBe(
      'directory\tindividual\tada\tada\tAda Lovelace\tada@acme.com countess@acme.com\n',
    );
    const shown = await directoryCommand('show', 'countess@acme.com');
    expect(JSON.parse(shown.out)).toMatchObject({ login: 'ada', contact: { title: 'Countess' } });
    expect(shown.out).not.toContain('SSHA');
    expect((await directoryCommand('members', 'nothing')).err).toContain(
      "no source has a group 'nothing'",
    );
  });

  it('are members of built-in groups by `daybook group`, also those who never logged in', async () => {
    const group = (...args: readonly string[]) =>
      server.daybook(['group', ...args, '--config', config]);
    expect(await group('add', 'Club', '--display-name', 'The club')).toMatchObject({
      ...{ code: 0, out: 'Added.\n', err: '' },
    });
    expect(await group('include', 'club', 'o,neil+1')).toMatchObject({ code: 0, err: '' });
    expect(await group('include', 'club', 'nobody')).toMatchObject({
      ...{ code: 1, err: "daybook: there is no account 'nobody'\n" },
    });
    expect((await group('members', 'club')).out).toBe("o,neil+1\tEd O'Neil\t\n");
  });

  it('change their passwords by `daybook directory passwd`, and are believed no more with the old one', async () => {
    const changing = (...lines: readonly string[]) =>
      server.daybook(['directory', 'passwd', 'twin', '--config', config], `${lines.join('\n')}\n`);
    expect(await changing('one')).toMatchObject({ code: 2 });
    expect(await changing('one', 'two')).toMatchObject({ code: 0, out: 'Changed in directory.\n' });
    expect((await home('twin', 'one')).status).toBe(401);
    expect((await home('twin', 'two')).status).toBe(207);
  });

  it('go on working while the directory is down; others get 503, never 401', async () => {
    expect((await home('ada', password)).status).toBe(207);
    await directory.kill();
    expect((await home('ada', password)).status).toBe(207);
    for (const [login, secret] of [
      ['grace', 'plain text'],
      ['ada', 'wrong'],
      ['nobody', 'x'],
    ] as const) {
      const answer = await home(login, secret);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).not.toBeNull();
    }
    await directory.restart();
    await expect
      .poll(async () => (await home('grace', 'plain text')).status, { timeout: 20_000 })
      .toBe(207);
    expect(server.logs()).toContain('user-source-trouble');
    expect(server.logs()).not.toMatch(/pässwörd|plain text|open barley/);
  });
});
