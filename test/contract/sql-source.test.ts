import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { passwordMaking } from '../../src/adapters/passwords/making.ts';
import { passwordSchemes } from '../../src/adapters/passwords/schemes.ts';
import { type SqlSourceParts, sqlSource } from '../../src/adapters/sql-source/sql-source.ts';
import type { UserSource } from '../../src/domain/account/user-source.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { viewUrlOf } from '../support/view-url.ts';

const SSHA = '{SSHA}zz7PlUkjiCK/p1UkCDxupFpIVoFzYWx0/wA=';
const password = 'pässwörd 1';

const schema = `
create table people (c_uid varchar(60) primary key, c_name varchar(60), c_password varchar(200),
  c_cn varchar(128), mail varchar(128), alias text, tenant text, active boolean default true);
insert into people values
  ('ada', 'ada', '${SSHA}', 'Ada Lovelace', 'ada@acme.com', 'countess@acme.com', 'acme.com', true),
  ('Grace', 'grace', 'plain text', 'Grace Hopper', null, 'g@beta.org g2@beta.org', 'Beta.org', true),
  ('bob', 'bob', '{crypt}nonsense', null, '', 'bob', 'acme.com', true),
  ('gone', 'gone', 'plain text', 'Gone', '', null, 'acme.com', false),
  ('empty', 'empty', null, 'No Password', '', null, 'acme.com', true),
  ('twin', 'twin', 'one', 'Twin', '', 'same', null, true),
  ('twin2', 'twin2', 'one', 'Twin', '', 'same', null, true),
  ('case', 'case', 'one', '', '', null, null, true), ('CASE', 'CASE', 'one', '', '', null, null, true);
create schema other; create view other.people_view as select * from people where active;`;

describe('an SQL source (SOGoUserSources, type = sql)', () => {
  let server: TestPostgres;
  let client: pg.Client;
  const open: UserSource[] = [];
  const troubles: unknown[] = [];

  beforeAll(async () => {
    server = await startPostgres();
    client = new pg.Client({ connectionString: server.url });
    // The server ends before this connection does.
    client.on('error', () => {});
    await client.connect();
    await client.query(schema);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((source) => source.close()));
    troubles.length = 0;
  });
  afterAll(async () => {
    await client.end().catch(() => {});
    await server.stop();
  });

  const verify = passwordSchemes();
  const making = passwordMaking();
  const source = (
    parts: Partial<SqlSourceParts> & { readonly table?: string } = {},
  ): UserSource => {
    const made = sqlSource({
      id: 'directory',
      viewUrl: viewUrlOf(server, parts.table ?? 'people'),
      scheme: 'none',
      loginColumns: ['c_uid'],
      mailColumns: ['mail'],
      domainColumn: undefined,
      filter: undefined,
      domain: undefined,
      domains: new Set(['acme.com', 'beta.org']),
      domainBased: false,
      searchColumns: ['c_cn', 'mail'],
      imapHostColumn: undefined,
      imapLoginColumn: 'c_uid',
      sieveHostColumn: undefined,
      kindColumn: undefined,
      bookingsColumn: undefined,
      constraints: new Map(),
      listRequiresDot: true,
      prependPasswordScheme: false,
      proves: (stored, _, typed) => verify(stored, typed),
      makes: making.value,
      rowTrust: 0,
      staleTrust: 60_000,
      report: (trouble) => void troubles.push(trouble),
      ...parts,
    });
    open.push(made);
    return made;
  };
  const loginOf = async (made: UserSource, typed: string, secret: string) =>
    (await made.authenticate(typed, secret))?.login;

  it('says who it is, when the password is right', async () => {
    expect(await source().authenticate('ada', password)).toEqual({
      source: 'directory',
      login: 'ada',
      displayName: 'Ada Lovelace',
      mail: 'ada@acme.com',
    });
    expect(await source().authenticate('ada', 'wrong')).toBeUndefined();
    expect(await source().authenticate('nobody', password)).toBeUndefined();
  });

  it('finds a login whatever its case', async () => {
    expect(await loginOf(source(), ' grace ', 'plain text')).toBe('grace');
    expect(await loginOf(source(), 'GRACE', 'plain text')).toBe('grace');
    expect(await loginOf(source(), 'ADA', password)).toBe('ada');
    expect(await loginOf(source(), 'ada@acme.com', password)).toBe('ada');
  });

  it('never lets anybody in without a password, or with one that cannot be read', async () => {
    for (const typed of ['', 'null', 'nonsense', '{crypt}nonsense'])
      for (const login of ['empty', 'bob', ''])
        expect(await source().authenticate(login, typed)).toBeUndefined();
  });

  it('takes what is typed for a value, never for SQL', async () => {
    for (const typed of ["' or '1'='1", 'ada\0', 'ada"', '{ada}', '%', 'ada\\'])
      expect(await source().authenticate(typed, 'plain text')).toBeUndefined();
    expect(troubles).toEqual([]);
  });

  it('takes other columns for login and mail (LoginFieldNames, MailFieldNames)', async () => {
    const made = source({ loginColumns: ['c_uid', 'Alias'], mailColumns: ['mail', 'alias'] });
    expect(await loginOf(made, 'countess@acme.com', password)).toBe('ada');
    expect((await made.lookup('grace'))?.mail).toBe('g@beta.org');
  });

  it('refuses a login that two rows have', async () => {
    const made = source({ loginColumns: ['c_uid', 'alias'] });
    expect(await made.authenticate('same', 'one')).toBeUndefined();
    expect(await loginOf(made, 'twin', 'one')).toBe('twin');
    expect(await loginOf(made, 'case', 'one')).toBeUndefined();
  });

  it('asks only for those of its filter (authenticationFilter), in a view of a schema', async () => {
    const filtered = source({ filter: "active = true or c_uid = 'nobody'" });
    expect(await filtered.authenticate('gone', 'plain text')).toBeUndefined();
    expect(await loginOf(filtered, 'Grace', 'plain text')).toBe('grace');
    expect(await loginOf(source(), 'gone', 'plain text')).toBe('gone');
    expect(await source({ table: 'other.People_View' }).lookup('gone')).toBeUndefined();
  });

  it('knows domains by a column (DomainFieldName, SOGoEnableDomainBasedUID)', async () => {
    const made = source({ domainColumn: 'tenant', domainBased: true });
    expect(await loginOf(made, 'ada@acme.com', password)).toBe('ada@acme.com');
    expect(await loginOf(made, 'ada', password)).toBe('ada@acme.com');
    expect(await loginOf(made, 'Grace@BETA.org', 'plain text')).toBe('grace@beta.org');
    expect(await loginOf(made, 'ada@beta.org', password)).toBeUndefined();
  });

  it('that belongs to a domain has nobody of another', async () => {
    const made = source({ domain: 'acme.com', domainBased: true });
    expect(await loginOf(made, 'ada@acme.com', password)).toBe('ada@acme.com');
    expect(await loginOf(made, 'ada', password)).toBe('ada@acme.com');
    expect(await loginOf(made, 'ada@beta.org', password)).toBeUndefined();
    expect(await loginOf(made, 'ada@elsewhere.net', password)).toBeUndefined();
  });

  it('has a new password in force once a row is no longer trusted, and a right one at once', async () => {
    const made = source({ rowTrust: 60_000 });
    expect(await loginOf(made, 'Grace', 'plain text')).toBe('grace');
    await client.query("update people set c_password = 'changed' where c_uid = 'Grace'");
    expect(await loginOf(made, 'Grace', 'changed')).toBe('grace');
    expect(await loginOf(made, 'Grace', 'plain text')).toBeUndefined();
    await client.query("update people set c_password = 'plain text' where c_uid = 'Grace'");
  });

  it('says that it is away when its table is not there, and tells the operator', async () => {
    await expect(source({ table: 'nowhere' }).authenticate('ada', password)).rejects.toMatchObject({
      code: 'user-source-unavailable',
    });
    expect(troubles).toMatchObject([{ code: '42P01' }]);
  });

  it('lets in who was right a while ago while the database is away, and refuses nobody', async () => {
    const made = source();
    const impatient = source({ staleTrust: 0 });
    expect(await loginOf(made, 'ada', password)).toBe('ada');
    expect(await loginOf(impatient, 'ada', password)).toBe('ada');
    await server.kill();
    const away = { code: 'user-source-unavailable' };
    expect(await loginOf(made, 'ada', password)).toBe('ada');
    await expect(made.authenticate('ada', 'wrong')).rejects.toMatchObject(away);
    await expect(made.authenticate('Grace', 'plain text')).rejects.toMatchObject(away);
    await expect(impatient.authenticate('ada', password)).rejects.toMatchObject(away);
    await server.restart();
    await expect
      .poll(() => made.authenticate('Grace', 'plain text').catch(() => undefined), {
        timeout: 10_000,
      })
      .toMatchObject({ login: 'grace' });
  });
});
