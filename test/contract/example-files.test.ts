import { describeWith } from '../support/needing.ts';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadSettings } from '../../src/adapters/sogo-conf/settings.ts';
import { directoriesOf } from '../../src/api/composition/directories.ts';
import type { Directory } from '../../src/domain/account/directory.ts';
import { organisations } from '../support/ldap/organisations.ts';
import { slapdNeeds, startSlapd, type TestSlapd } from '../support/ldap/slapd.ts';
import { freshDatabase } from '../support/postgres.ts';
import { viewUrlOf } from '../support/view-url.ts';

/** `secret`, and eight octets of salt. */
const SSHA256 = 'swTyciKL1jSrpuiILDonRJjkh3hIgn9GWA19lVbEJrMxMjM0NTY3OA==';

describeWith('an example file of configuration, as it is written', slapdNeeds, () => {
  let server: TestSlapd;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let folder: string;
  const open: Directory[] = [];
  const logged: string[] = [];

  beforeAll(async () => {
    server = await startSlapd({ ldif: organisations });
    database = await freshDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `create table sogo_view (c_uid text, c_name text, c_password text, c_cn text, mail text);
       insert into sogo_view values ('eve', 'eve', '${SSHA256}', 'Eve', 'eve@acme.com')`,
    );
    await client.end();
    folder = await mkdtemp(join(tmpdir(), 'daybook-examples-'));
  });
  afterAll(async () => {
    await Promise.all(open.map((directory) => directory.close()));
    await server.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The sources of a file, in which only the addresses of servers are other ones. */
  const sourcesOf = async (file: string): Promise<readonly Directory[]> => {
    const text = await readFile(join(import.meta.dirname, '../config', file), 'utf8');
    const config = join(folder, file);
    await writeFile(
      config,
      text
        .replaceAll('ldap://127.0.0.1:389', server.url)
        .replaceAll(/postgresql:[^"]*sogo_view/g, () => viewUrlOf(database, 'sogo_view')),
    );
    const settings = await loadSettings({ config }, {});
    const made = directoriesOf(settings, settings.sources, (code) => void logged.push(code));
    open.push(...made);
    return made;
  };
  /** Whom the first source that knows the login and the password makes of them. */
  const loginOf = async (sources: readonly Directory[], typed: string, secret: string) => {
    for (const source of sources) {
      const user = await source.authenticate(typed, secret);
      if (user !== undefined) return `${user.login} of ${user.source}`;
    }
    return undefined;
  };

  it('of one domain lets in people of LDAP and SQL', async () => {
    const sources = await sourcesOf('example.conf');
    expect(sources.map(({ id }) => id)).toEqual(['public', 'directory']);
    expect(await loginOf(sources, 'ada', 'engine')).toBe('ada of public');
    expect(await loginOf(sources, 'Bob@acme.com', 'builder')).toBe('bob of public');
    expect(await loginOf(sources, 'eve', 'secret')).toBe('eve of directory');
    expect(await loginOf(sources, 'ada', 'other')).toBeUndefined();
    expect(await loginOf(sources, 'eve', SSHA256)).toBeUndefined();
    const [ldap] = sources;
    expect((await ldap?.members('staff'))?.map(({ login }) => login).toSorted()).toEqual([
      'ada',
      'bob',
    ]);
    expect(logged).toEqual([]);
  });

  it('of two domains keeps people of one login apart', async () => {
    const sources = await sourcesOf('two-domains.conf');
    expect(sources.map(({ id }) => id)).toEqual(['acme_users', 'beta_users']);
    expect(await loginOf(sources, 'ada@acme.com', 'engine')).toBe('ada@acme.com of acme_users');
    expect(await loginOf(sources, 'Ada@Beta.org', 'other')).toBe('ada@beta.org of beta_users');
    expect(await loginOf(sources, 'ada', 'engine')).toBe('ada@acme.com of acme_users');
    expect(await loginOf(sources, 'ada', 'other')).toBe('ada@beta.org of beta_users');
    expect(await loginOf(sources, 'ada@acme.com', 'other')).toBeUndefined();
    expect(await loginOf(sources, 'ada@beta.org', 'engine')).toBeUndefined();
    const [, beta] = sources;
    expect(await beta?.find({ mail: 'room@beta.org' })).toMatchObject({
      ...{ login: 'room@beta.org', kind: 'location', bookings: 1 },
    });
    expect(await beta?.find({ mail: 'ada@acme.com' })).toBeUndefined();
    expect(await beta?.members('staff')).toBeUndefined();
    expect(logged).toEqual([]);
  });
});
