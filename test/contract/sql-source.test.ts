import { describeWith } from '../support/needing.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { passwordSchemes } from '../../src/adapters/passwords/schemes.ts';
import { type SqlSourceParts, sqlSource } from '../../src/adapters/sql-source/sql-source.ts';
import type { Directory } from '../../src/domain/account/directory.ts';
import type { UserSource } from '../../src/domain/account/user-source.ts';
import {
  type DatabaseKind,
  mariadb,
  postgresql,
  type TestDatabase,
} from '../support/sql/databases.ts';
import { sqlSourceOf } from '../support/sql/source.ts';

const SSHA = '{SSHA}zz7PlUkjiCK/p1UkCDxupFpIVoFzYWx0/wA=';
const password = 'pässwörd 1';

const schema = ({ caseMatters, octets }: DatabaseKind): string => `
create table people (c_uid varchar(60) primary key, c_name varchar(60), c_password varchar(200),
  c_cn varchar(128), mail varchar(128), alias text, tenant text, active boolean default true,
  imap text, imap_login text, sieve text, Kind text, jpegPhoto ${octets}) ${caseMatters};
insert into people (c_uid, c_name, c_password, c_cn, mail, alias, tenant, active) values
  ('ada', 'ada', '${SSHA}', 'Ada Lovelace', 'ada@acme.com', 'countess@acme.com', 'acme.com', true),
  ('Grace', 'grace', 'plain text', 'Grace Hopper', null, 'g@beta.org g2@beta.org', 'Beta.org', true),
  ('bob', 'bob', '{crypt}nonsense', null, '', 'bob', 'acme.com', true),
  ('gone', 'gone', 'plain text', 'Gone', '', null, 'acme.com', false),
  ('empty', 'empty', null, 'No Password', '', null, 'acme.com', true),
  ('twin', 'twin', 'one', 'Twin', '', 'same', null, true),
  ('twin2', 'twin2', 'one', 'Twin', '', 'same', null, true),
  ('case', 'case', 'one', '', '', null, null, true), ('CASE', 'CASE', 'one', '', '', null, null, true),
  ('unal', 'unal', 'one', 'Unal', '', null, null, true);
update people set imap = 'imaps://imap.acme.com', imap_login = 'ada.l', sieve = 'sieve.acme.com',
  jpegPhoto = ${octets === 'blob' ? "x'ffd800'" : String.raw`'\xffd800'`} where c_uid = 'ada';
create table tenants (c_uid varchar(60), c_name varchar(60), c_password varchar(200), c_cn varchar(128),
  mail varchar(128), tenant varchar(60));
insert into tenants values ('sam', 'sam1', 'one', 'Sam of Acme', null, 'acme.com'),
  ('sam', 'sam2', 'two', 'Sam of Beta', null, 'beta.org'), ('kim', 'kim', 'one', 'Kim', null, 'beta.org');
create table clubs (c_name varchar(60), c_cn varchar(60), mail varchar(128), c_member varchar(60)) ${caseMatters};
insert into clubs values ('chess', 'Chess', 'chess@acme.com club@acme.com', 'sam@acme.com'),
  ('chess', 'Chess', null, 'KIM'), ('go', 'Go', null, 'sam'), ('empty', 'Empty', null, null),
  ('ünal', 'Other letters', null, 'ada'), ('unal', 'Letters', null, 'bob'),
  ('games', 'Games', 'games@acme.com', 'Chess'), ('games', 'Games', null, 'games');
create schema other; create view other.people_view as select * from people where active;
create view readable as select c_uid, c_name, max(c_password) as c_password, max(c_cn) as c_cn,
  max(mail) as mail from people group by c_uid, c_name;`;

for (const kind of [postgresql, mariadb])
  describeWith(`an SQL source in ${kind.name} (SOGoUserSources, type = sql)`, kind.needs, () => {
    let server: TestDatabase;
    const open: UserSource[] = [];
    const troubles: unknown[] = [];

    beforeAll(async () => {
      server = await kind.start();
      await server.run(schema(kind));
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((source) => source.close()));
      troubles.length = 0;
    });
    afterAll(() => server.stop());

    const source = (
      parts: Partial<SqlSourceParts> & { readonly table?: string } = {},
    ): Directory => {
      const made = sqlSource(
        sqlSourceOf({
          viewUrl: server.viewUrl(parts.table ?? 'people'),
          domains: new Set(['acme.com', 'beta.org']),
          report: (trouble) => void troubles.push(trouble),
          ...parts,
        }),
      );
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

    it('takes as long for a login that nobody has as for a wrong password', async () => {
      const verify = passwordSchemes();
      const proved: string[] = [];
      const made = source({
        proves: (stored, _, typed) => {
          proved.push(stored);
          return verify(stored, typed);
        },
      });
      expect(await loginOf(made, 'ada', password)).toBe('ada');
      for (const login of ['ada', 'nobody', 'empty-handed', 'twin\0']) {
        proved.length = 0;
        expect(await made.authenticate(login, 'wrong')).toBeUndefined();
        // Once against a hash that costs what a real one does.
        expect(new Set(proved)).toEqual(new Set([SSHA]));
      }
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
      expect(await source({ table: 'other.people_view' }).lookup('gone')).toBeUndefined();
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
      await server.run("update people set c_password = 'changed' where c_uid = 'Grace'");
      expect(await loginOf(made, 'Grace', 'changed')).toBe('grace');
      expect(await loginOf(made, 'Grace', 'plain text')).toBeUndefined();
      await server.run("update people set c_password = 'plain text' where c_uid = 'Grace'");
    });

    it('knows letters apart that the database may take for the same', async () => {
      expect(await source().lookup('ünal')).toBeUndefined();
      expect((await source().lookup('UNAL'))?.login).toBe('unal');
    });

    it('tells mail servers, photo and kind by their columns (IMAPHostFieldName …)', async () => {
      const made = source({
        imapHostColumn: 'imap',
        imapLoginColumn: 'IMAP_login',
        sieveHostColumn: 'sieve',
        kindColumn: 'kind',
      });
      expect(await made.find({ login: 'ada' })).toMatchObject({
        imapHost: 'imaps://imap.acme.com',
        imapLogin: 'ada.l',
        sieveHost: 'sieve.acme.com',
        kind: 'individual',
        photo: Buffer.from('ffd800', 'hex'),
      });
      expect(await source().find({ login: 'Grace' })).toMatchObject({
        imapHost: undefined,
        imapLogin: 'Grace',
        photo: undefined,
      });
    });

    it('has people of all domains in its groups, by names that mean one of them (DaybookGroupsView)', async () => {
      const made = source({
        table: 'tenants',
        groupsView: 'clubs',
        domainColumn: 'tenant',
        domainBased: true,
      });
      const members = async (id: string) =>
        (await made.members(id))?.map(({ login }) => login).toSorted();
      expect(await members('chess')).toEqual(['kim@beta.org', 'sam@acme.com']);
      expect(await members('games')).toEqual(['kim@beta.org', 'sam@acme.com']);
      expect(await members('go')).toEqual([]);
      expect(await members('empty')).toEqual([]);
      const groupsOf = async (login: string) =>
        (await made.groupsOf(login)).map(({ id }) => id).toSorted();
      expect(await groupsOf('sam@acme.com')).toEqual(['chess', 'games']);
      expect(await groupsOf('sam@beta.org')).toEqual([]);
      expect(await groupsOf('kim')).toEqual(['chess', 'games']);
    });

    it('tells a group’s name and addresses, and knows ids apart', async () => {
      const made = source({ groupsView: 'clubs' });
      expect(await made.find({ mail: 'CLUB@acme.com' })).toMatchObject({
        ...{ source: 'directory', id: 'chess', login: undefined, displayName: 'Chess' },
        ...{ mails: ['chess@acme.com', 'club@acme.com'], kind: 'group', bookings: undefined },
      });
      expect((await made.members('unal'))?.map(({ id }) => id)).toEqual(['bob']);
      expect((await made.members('ünal'))?.map(({ id }) => id)).toEqual(['ada']);
      expect((await made.search('letters', { limit: 5 })).map(({ id }) => id)).toEqual(
        expect.arrayContaining(['unal', 'ünal']),
      );
      expect(await made.search('.', { limit: 100 })).toHaveLength(16);
      expect(await source().members('chess')).toBeUndefined();
      expect(await source().groupsOf('ada')).toEqual([]);
    });

    describe('changes passwords', () => {
      const stored = () => server.text("select c_password from people where c_uid = 'twin2'");

      it.each([
        ['ssha256', true, /^\{ssha256\}[A-Za-z0-9+/]+=*$/],
        ['ssha512.hex', false, /^[0-9a-f]{144}$/],
        ['sha512.b64', true, /^\{sha512\.b64\}[A-Za-z0-9+/]{86}==$/],
        ['blf-crypt', false, /^\$2[aby]\$10\$/],
        ['none', true, /^\{none\}zwéi$/],
      ])('in the scheme %s, with the scheme in front: %s', async (scheme, isPrepended, form) => {
        await server.run("update people set c_password = '{plain}one' where c_uid = 'twin2'");
        const made = source({ scheme, prependPasswordScheme: isPrepended });
        expect(await made.changePassword('twin2', 'one', 'zwéi')).toEqual({ changed: true });
        expect(await stored()).toMatch(form);
        expect(await loginOf(made, 'twin2', 'zwéi')).toBe('twin2');
        expect(await loginOf(made, 'twin2', 'one')).toBeUndefined();
        await server.run("update people set c_password = 'one' where c_uid = 'twin2'");
      });

      it('only to what the rules allow (userPasswordPolicy)', async () => {
        const made = source({
          passwordRules: [
            { of: 'any', least: 8 },
            { of: 'digit', least: 1 },
          ],
        });
        const change = (wanted: string) => made.changePassword('twin2', 'one', wanted);
        expect(await change('short 1')).toEqual({ refused: 'too-short' });
        expect(await change('long enough')).toEqual({ refused: 'too-weak' });
        expect(await made.changePassword('twin2', 'wrong', 'x')).toEqual({ refused: 'wrong' });
        expect(await stored()).toBe('one');
        expect(await change('long enough 2')).toEqual({ changed: true });
        await server.run("update people set c_password = 'one' where c_uid = 'twin2'");
      });

      it('never in part: what does not fit is refused', async () => {
        const long = 'x'.repeat(201);
        expect(await source().changePassword('twin2', 'one', long)).toEqual({ refused: 'refused' });
        expect(await stored()).toBe('one');
      });

      it('not in a view that cannot be written to', async () => {
        const made = source({ table: 'readable' });
        expect(await made.changePassword('twin2', 'one', 'two')).toEqual({
          refused: 'not-allowed',
        });
      });
    });

    it('says that it is away when its table is not there, and tells the operator', async () => {
      await expect(
        source({ table: 'nowhere' }).authenticate('ada', password),
      ).rejects.toMatchObject({
        code: 'user-source-unavailable',
      });
      expect(troubles).toMatchObject([{ code: kind === mariadb ? 'ER_NO_SUCH_TABLE' : '42P01' }]);
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
