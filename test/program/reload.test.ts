import { describeWith } from '../support/needing.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { slapdNeeds, startSlapd, type TestSlapd } from '../support/ldap/slapd.ts';
import { type Program, program } from '../support/program.ts';

const basic = (login: string, password = 'secret'): string =>
  `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;

const unit = (ou: string): string =>
  `dn: ou=${ou},dc=acme,dc=com\nobjectClass: organizationalUnit\nou: ${ou}\n\n`;
const person = (uid: string, ou: string, mail: string): string =>
  [
    `dn: uid=${uid},ou=${ou},dc=acme,dc=com`,
    'objectClass: inetOrgPerson',
    `uid: ${uid}`,
    `cn: ${uid}`,
    `sn: ${uid}`,
    `mail: ${mail}`,
    'userPassword: secret',
    '',
    '',
  ].join('\n');
const ldif = [
  'dn: dc=acme,dc=com\nobjectClass: dcObject\nobjectClass: organization\ndc: acme\no: Acme\n\n',
  unit('near'),
  unit('far'),
  person('ann', 'near', 'ann@acme.com'),
  person('same', 'near', 'same@acme.com'),
  person('bob', 'far', 'bob@far.org'),
  person('same', 'far', 'same@far.org'),
  // Whoever looks after far.org would like to be somebody of acme.com.
  person('ann@acme.com', 'far', 'evil@far.org'),
].join('');

const todo =
  'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VTODO\r\nUID:long\r\n';
const rest = 'DTSTAMP:20260101T000000Z\r\nSUMMARY:Long\r\nEND:VTODO\r\nEND:VCALENDAR\r\n';

describeWith('a configuration of two domains, read again while the server runs', slapdNeeds, () => {
  let directory: TestSlapd;
  let server: Program;
  let folder: string;
  let config: string;
  let publicBefore: number;

  const source = (id: string, ou: string): string =>
    `SOGoUserSources = ({ type = ldap; id = ${id}; canAuthenticate = YES; hostname = "${directory.url}";
      baseDN = "ou=${ou},dc=acme,dc=com"; bindDN = "${directory.root.dn}"; bindPassword = "${directory.root.password}";
      bindFields = (uid, mail); IDFieldName = uid; UIDFieldName = uid; });`;
  const near = (): string => `"acme.com" = { ${source('near', 'near')} };`;
  const far = (): string =>
    `"far.org" = { SOGoFreeBusyDefaultInterval = (1, 2); ${source('far', 'far')} };`;
  const write = (domains: readonly string[], more = ''): Promise<void> =>
    writeFile(
      config,
      `{\n  SOGoEnableDomainBasedUID = YES;\n  ${more}\n  domains = { ${domains.join('\n')} };\n}\n`,
    );
  const home = async (login: string, path = login): Promise<{ status: number; text: string }> => {
    const answer = await server.request('PROPFIND', `/SOGo/dav/${path}/`, {
      authorization: basic(login),
      headers: { depth: '0' },
    });
    return { status: answer.status, text: await answer.text() };
  };
  const logged = (code: string): number => server.logs().split(`"code":"${code}"`).length - 1;
  const daybook = (...args: readonly string[]) => server.daybook([...args, '--config', config]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daybook-reload-'));
    config = join(folder, 'sogo.conf');
    directory = await startSlapd({ ldif });
    await write([near()]);
    server = await program({}, false, ['--config', config]);
    await server.start();
    publicBefore = (await server.request('OPTIONS', '/SOGo/dav/public')).status;
  }, 120_000);
  afterAll(async () => {
    await server?.discard();
    await directory?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('lets the people of a new source in, and drops no request that is under way', async () => {
    expect((await home('ann@acme.com')).status).toBe(207);
    expect((await home('bob@far.org')).status).toBe(401);
    const url = new URL('/SOGo/dav/ann@acme.com/Calendar/personal/long.ics', server.origin);
    const put = httpRequest(url, {
      method: 'PUT',
      headers: {
        authorization: basic('ann@acme.com'),
        'content-type': 'text/calendar',
        'content-length': String(Buffer.byteLength(todo + rest)),
      },
    });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      put.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject);
    });
    await new Promise<void>((resolve) => put.write(todo, () => resolve()));
    await write([near(), far()], 'SOGoEnablePublicAccess = YES;');
    const reloaded = await daybook('reload');
    expect(reloaded).toMatchObject({ code: 0, err: '' });
    expect(reloaded.out).toMatch(/: reloaded\n$/);
    expect((await home('bob@far.org')).status).toBe(207);
    put.end(rest);
    expect(await answered).toBe(201);
  }, 60_000);

  it('opens the public tree once the file says so (SOGoEnablePublicAccess)', async () => {
    expect(publicBefore).toBe(401);
    expect((await server.request('OPTIONS', '/SOGo/dav/public')).status).toBe(200);
  });

  it('has logins twice, once in each domain, and each its own', async () => {
    for (const login of ['same@acme.com', 'same@far.org'])
      expect([login, (await home(login)).status]).toEqual([login, 207]);
    expect((await home('same@acme.com', 'same@far.org')).status).toBe(404);
    expect((await home('evil@far.org', 'ann@acme.com')).status).toBe(401);
  });

  it('has settings of its own for each domain (SOGoFreeBusyDefaultInterval)', async () => {
    const days = async (login: string): Promise<number> => {
      const answer = await server.request('GET', `/SOGo/dav/${login}/freebusy.ifb`, {
        authorization: basic(login),
      });
      const [, from = '', to = ''] =
        /DTSTART:(\d{8})[\s\S]*DTEND:(\d{8})/.exec(await answer.text()) ?? [];
      const at = (text: string): number =>
        Date.UTC(+text.slice(0, 4), +text.slice(4, 6) - 1, +text.slice(6));
      return (at(to) - at(from)) / 86_400_000;
    };
    expect(await days('ann@acme.com')).toBe(15);
    expect(await days('bob@far.org')).toBe(4);
  });

  it('refuses a broken file with line and column, and goes on with the old one', async () => {
    await writeFile(config, '{\n  SOGoMaximumRequestCount = many;\n}\n');
    // Who names the file gets no further than to read it.
    expect(await daybook('reload')).toMatchObject({ code: 2, out: '' });
    const refused = await server.daybook(['reload']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('refused, nothing changed');
    expect(refused.err).toContain(
      'line 2, column 29: SOGoMaximumRequestCount takes a whole number',
    );
    expect(server.logs()).toMatch(/"code":"configuration-refused".*line 2, column 29/);
    await writeFile(config, '{ WOPort = 1 ');
    process.kill(server.pid(), 'SIGHUP');
    await expect.poll(() => logged('configuration-refused'), { timeout: 20_000 }).toBe(2);
    expect((await home('ann@acme.com')).status).toBe(207);
    expect((await home('bob@far.org')).status).toBe(207);
    expect(server.logs()).not.toContain(directory.root.password);
  }, 60_000);

  it('is read on SIGHUP too; what waits for the next start is named, the rest holds at once', async () => {
    const before = logged('configuration-reloaded');
    await write([near()], 'WOPort = 1; SOGoLoginDomains = ("acme.com", "far.org");');
    process.kill(server.pid(), 'SIGHUP');
    await expect.poll(() => logged('configuration-reloaded'), { timeout: 20_000 }).toBe(before + 1);
    expect(server.logs()).toMatch(/"code":"restart-needed","parameter":"WOPort"/);
    expect(logged('restart-needed')).toBe(1);
    // Of a source that is gone nobody is believed any more.
    expect((await home('bob@far.org')).status).toBe(401);
    expect((await home('ann@acme.com')).status).toBe(207);
    const page = await (await fetch(`${server.origin}/SOGo/account`)).text();
    expect(page).toContain('<option value="far.org">far.org</option>');
  });

  it('keeps all of somebody who is in no source any more, names him, and renames with the source', async () => {
    // far.org's source is out of the file.
    const gone = await daybook('user', 'list', '--gone');
    expect(gone).toMatchObject({ code: 0, err: '' });
    expect(gone.out.split('\n').map((line) => line.split('\t')[0])).toEqual([
      'bob@far.org',
      'same@far.org',
      '',
    ]);
    expect((await server.daybook(['user', 'list', '--gone'])).err).toContain(
      'the configuration names no user source',
    );
    const early = await daybook('user', 'rename', 'bob@far.org', 'rob@far.org');
    expect(early.code).toBe(1);
    expect(early.err).toContain('rename in the source first');
    // Ann moves: who was in one domain is in the other now, with all she had.
    await directory.add(person('ann', 'far', 'ann@far.org'));
    await write([near(), far()]);
    expect((await daybook('reload')).code).toBe(0);
    expect((await daybook('user', 'list', '--gone')).out).toBe('');
    const renamed = await daybook('user', 'rename', 'ann@acme.com', 'ann@far.org');
    expect(renamed).toMatchObject({ code: 0, out: 'Renamed.\n' });
    const kept = await server.request('GET', '/SOGo/dav/ann@far.org/Calendar/personal/long.ics', {
      authorization: basic('ann@far.org'),
    });
    expect(kept.status).toBe(200);
  }, 60_000);

  it('says which domains see each other, of the file or said since, on the running server', async () => {
    await write([near(), far()], 'SOGoDomainsVisibility = (("acme.com", "Far.org"));');
    expect((await daybook('domain', 'list')).out).toBe('acme.com\tfar.org\nfar.org\tacme.com\n');
    const hidden = await daybook('domain', 'hide', 'FAR.org', 'acme.com');
    expect(hidden).toMatchObject({
      code: 0,
      out: 'They are hidden from each other now.\n',
      err: '',
    });
    expect((await daybook('domain', 'show', 'acme.com')).out).toBe(
      'far.org\thidden\tsaid with daybook domain\n',
    );
    expect((await server.daybook(['log'])).out).toContain('"DomainsHidden"');
  }, 60_000);

  it('says so where no server runs', async () => {
    await server.stop();
    const answer = await daybook('reload');
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toContain('no server runs on this database');
  }, 60_000);
});
