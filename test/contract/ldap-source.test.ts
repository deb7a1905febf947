import { describeWith } from '../support/needing.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LdapSourceParts } from '../../src/adapters/ldap-source/ldap-source.ts';
import type { Directory } from '../../src/domain/account/directory.ts';
import { parseQualifier } from '../../src/domain/account/qualifier.ts';
import { password, people, photo } from '../support/ldap/people.ts';
import { slapdNeeds, startSlapd, type TestSlapd } from '../support/ldap/slapd.ts';
import { loginOf, sources } from '../support/ldap/sources.ts';

describeWith('an LDAP source (SOGoUserSources, type = ldap)', slapdNeeds, () => {
  let server: TestSlapd;
  const made = sources();
  const { troubles } = made;

  beforeAll(async () => {
    server = await startSlapd({ ldif: people });
  });
  afterEach(() => made.close());
  afterAll(() => server.stop());

  const source = (parts: Partial<LdapSourceParts> = {}): Directory =>
    made.source({ hostname: server.url, ...parts });
  const indirect = { bindFields: ['uid', 'mail'] };

  describe('that binds directly (IDFieldName = LOGIN, baseDN)', () => {
    it('says who it is, when the password is right', async () => {
      expect(await source().authenticate('ada', password)).toEqual({
        source: 'directory',
        login: 'ada',
        displayName: 'Ada Lovelace',
        mail: 'ada@acme.com',
      });
      expect(await loginOf(source(), 'ada', 'wrong')).toBeUndefined();
      expect(await loginOf(source(), 'nobody', password)).toBeUndefined();
      expect(await loginOf(source(), 'bob', 'anything')).toBeUndefined();
      expect(troubles).toEqual([]);
    });
    it('needs no service: the person reads the own entry', async () => {
      expect(await loginOf(source({ bindDN: undefined }), 'ada', password)).toBe('ada');
      expect(troubles).toEqual([]);
    });
    it('finds nobody by an address', async () => {
      expect(await loginOf(source(), 'countess@acme.com', password)).toBeUndefined();
    });
  });

  describe('that binds indirectly (bindFields)', () => {
    it('lets people in by any of these attributes, under one login', async () => {
      for (const typed of ['ada', 'ada@acme.com', 'countess@acme.com'])
        expect(await loginOf(source(indirect), typed, password)).toBe('ada');
      expect(await loginOf(source(indirect), 'countess@acme.com', 'wrong')).toBeUndefined();
    });
    it('refuses what two entries have', async () => {
      expect(await loginOf(source(indirect), 'same@acme.com', 'one')).toBeUndefined();
      expect(await loginOf(source(indirect), 'twin', 'one')).toBe('twin');
    });
    it('searches as the service and reads as the person (bindAsCurrentUser)', async () => {
      const asThemselves = source({ ...indirect, bindAsCurrentUser: true });
      expect(await loginOf(asThemselves, 'ada@acme.com', password)).toBe('ada');
    });
    it('is away, not empty, when the service may not log in or the base is not there', async () => {
      const away = { code: 'user-source-unavailable' };
      for (const wrong of [
        { ...indirect, bindPassword: 'wrong' },
        { ...indirect, baseDN: 'ou=elsewhere,dc=acme,dc=com' },
        { ...indirect, bindDN: undefined },
      ])
        await expect(source(wrong).authenticate('ada', password)).rejects.toMatchObject(away);
      expect(troubles).not.toEqual([]);
    });
  });

  describe('asked with what somebody typed', () => {
    it.each(['direct', 'indirect'] as const)('finds a login whatever its case: %s', async (how) => {
      const asked = source(how === 'direct' ? {} : indirect);
      for (const typed of [' grace ', 'GRACE', 'Grace'])
        expect(await loginOf(asked, typed, 'plain text')).toBe('grace');
      expect(await loginOf(asked, 'ADA', password)).toBe('ada');
    });
    it.each(['direct', 'indirect'] as const)(
      'takes names with at and per cent signs, spaces, commas and non-ASCII letters as they are: %s',
      async (how) => {
        const asked = source(how === 'direct' ? {} : indirect);
        for (const typed of ['ann lee', '100%', 'eve@acme.com', 'ünal', 'u\u0308nal', 'o,neil+1'])
          expect(await loginOf(asked, typed, 'odd')).toBe(typed.normalize('NFC'));
      },
    );
    it.each(['direct', 'indirect'] as const)(
      'never lets anybody in without a password (RFC 4513 §5.1.2): %s',
      async (how) => {
        const asked = source(how === 'direct' ? {} : indirect);
        const before = await server.count('Bind');
        // The directory itself lets an empty password in, as nobody.
        for (const typed of ['ada', 'bob', 'nobody', ''])
          for (const secret of ['', '\0', `${password}\0`, '\0x'])
            expect(await asked.authenticate(typed, secret)).toBeUndefined();
        // Counting is a bind of its own.
        expect((await server.count('Bind')) - before).toBe(1);
        expect(troubles).toEqual([]);
      },
    );
    it('sends no password of 10 kB, and refuses it', async () => {
      const before = await server.count('Bind');
      expect(await source().authenticate('ada', 'x'.repeat(10_000))).toBeUndefined();
      // Counting is a bind of its own.
      expect((await server.count('Bind')) - before).toBe(1);
    });
    it('takes it for a value, never for a filter (RFC 4515)', async () => {
      const asked = source(indirect);
      for (const typed of ['*', 'a*', 'ada)(uid=*', '*)(|(uid=*', 'ada\0', String.raw`ad\61`, '('])
        expect(await asked.authenticate(typed, password)).toBeUndefined();
      expect(await asked.lookup('a*')).toBeUndefined();
      expect(await asked.find({ mail: 'ada@*' })).toBeUndefined();
      expect(await asked.search('*', { limit: 10 })).toEqual([]);
      expect(await asked.search(')(uid=*', { limit: 10 })).toEqual([]);
      expect(await asked.members('*')).toBeUndefined();
      expect(troubles).toEqual([]);
    });
    it('takes it for a value, never for a distinguished name (RFC 4514)', async () => {
      const above = source({ baseDN: 'dc=acme,dc=com' });
      for (const typed of ['ada,ou=users', String.raw`ada\2cou=users`, 'ada+cn=x', '#04036164'])
        expect(await above.authenticate(typed, password)).toBeUndefined();
      const byDomain = source({ baseDN: 'ou=%d,dc=acme,dc=com', domains: new Set() });
      expect(await byDomain.authenticate('ada@users', password)).toBeUndefined();
      expect(await byDomain.authenticate('ada@x,ou=users', password)).toBeUndefined();
      expect(troubles).toEqual([]);
    });
  });

  describe('with a filter (EOQualifier)', () => {
    const filtered = (text: string): Directory => {
      const filter = parseQualifier(text);
      if (filter === undefined) throw new Error(text);
      return source({ ...indirect, filter });
    };
    it('lets in only those who count', async () => {
      const staff = filtered("employeeType = 'staff'");
      expect(await loginOf(staff, 'Grace', 'plain text')).toBe('grace');
      expect(await loginOf(staff, 'gone', 'plain text')).toBeUndefined();
      expect(await staff.lookup('gone')).toBeUndefined();
      expect(await loginOf(source(indirect), 'gone', 'plain text')).toBe('gone');
    });
    it('that binds directly, too', async () => {
      const filter = parseQualifier("employeeType <> 'former'");
      if (filter === undefined) throw new Error('no filter');
      expect(await loginOf(source({ filter }), 'gone', 'plain text')).toBeUndefined();
      expect(await loginOf(source({ filter }), 'grace', 'plain text')).toBe('grace');
    });
    it.each([
      ["uid = 'g*'", ['gone', 'grace']],
      ["uid = '*a' AND mail = '*'", ['ada']],
      ["(uid = 'ada' OR uid = 'Grace') AND employeeType <> 'guest'", ['ada']],
      ["uid = 'ada' OR uid = 'twin' AND employeeType = 'staff'", ['ada']],
      ["NOT (mail = '*') AND cn = '*b*o*y'", ['bob']],
      ["cn = '*)(uid=*'", []],
    ])('understands %s', async (text, logins) => {
      const found = await filtered(text).search('.', { limit: 50 });
      expect(found.map(({ login = '' }) => login).toSorted()).toEqual(logins);
    });
  });

  describe('and its servers', () => {
    it('are tried in their order, and the next one where one is away', async () => {
      const hostname = `ldap://127.0.0.1:1 127.0.0.1:2 ${server.url}`;
      expect(await loginOf(source({ hostname }), 'ada', password)).toBe('ada');
      expect(troubles).not.toEqual([]);
    });
    it('may be hosts, with the old keys port and encryption', async () => {
      const plain = source({ hostname: '127.0.0.1', port: server.port });
      expect(await loginOf(plain, 'ada', password)).toBe('ada');
      const [, port = ''] = /:(\d+)$/.exec(server.secureUrl) ?? [];
      const ssl = {
        hostname: `localhost:${port}`,
        encryption: 'SSL',
        authorities: server.authority,
      } as const;
      expect(await loginOf(source(ssl), 'ada', password)).toBe('ada');
      const upgraded = {
        ...ssl,
        hostname: 'localhost',
        port: server.port,
        encryption: 'STARTTLS',
      } as const;
      expect(await loginOf(source(upgraded), 'ada', password)).toBe('ada');
    });
    it('are believed over TLS when the certificate is of a known authority (ldaps, !StartTLS)', async () => {
      for (const hostname of [server.secureUrl, `${server.upgradeUrl}/????!StartTLS`]) {
        const authorities = server.authority;
        expect(await loginOf(source({ hostname, authorities }), 'ada', password)).toBe('ada');
        await expect(source({ hostname }).authenticate('ada', password)).rejects.toMatchObject({
          code: 'user-source-unavailable',
        });
        const other = { hostname: hostname.replace('localhost', '127.0.0.1'), authorities };
        await expect(source(other).authenticate('ada', password)).rejects.toMatchObject({
          code: 'user-source-unavailable',
        });
      }
    });
    it('may each have a domain’s people below a base of their own (%d)', async () => {
      const byDomain = source({
        baseDN: 'ou=users,dc=%d,dc=com',
        bindAsCurrentUser: true,
        domains: new Set(['acme']),
      });
      expect(await loginOf(byDomain, 'ada@acme', password)).toBe('ada');
      expect(await loginOf(byDomain, 'ada', password)).toBeUndefined();
    });
    it('answer as far down as scope says', async () => {
      const scoped = (scope: 'base' | 'one' | 'sub') =>
        source({ ...indirect, baseDN: 'dc=acme,dc=com', scope });
      expect(await scoped('sub').lookup('ada')).toMatchObject({ login: 'ada' });
      expect(await scoped('one').lookup('ada')).toBeUndefined();
      expect(await scoped('base').lookup('ada')).toBeUndefined();
    });
  });

  describe('and domains', () => {
    it('has logins with their domain, where these are unique there only (SOGoEnableDomainBasedUID)', async () => {
      const acme = source({ domain: 'acme.com', domainBased: true });
      expect(await loginOf(acme, 'ada', password)).toBe('ada@acme.com');
      expect(await loginOf(acme, 'ada@acme.com', password)).toBe('ada@acme.com');
      expect(await loginOf(acme, 'ada@beta.org', password)).toBeUndefined();
    });
  });

  describe('describes an entry', () => {
    it('by the fields of the guide, with contact fields, photo and mail server', async () => {
      const described = source({
        MailFieldNames: ['mail', 'proxyAddresses'],
        IMAPHostFieldName: 'imapServer',
        IMAPLoginFieldName: 'imapUser',
        SieveHostFieldName: 'sieveServer',
        mapping: new Map([['nsaimid', ['nothing', 'mozillaNickname']]]),
      });
      const entry = await described.find({ login: 'ADA' });
      expect(entry).toMatchObject({
        source: 'directory',
        id: 'ada',
        login: 'ada',
        displayName: 'Ada Lovelace',
        mails: ['ada@acme.com', 'countess@acme.com', 'lovelace@acme.com', 'ada@old.acme.com'],
        kind: 'individual',
        bookings: undefined,
        barred: [],
        imapHost: 'imaps://imap.acme.com',
        imapLogin: 'ada.l',
        sieveHost: 'sieve.acme.com',
        info: 'Engines',
      });
      expect(Object.fromEntries(entry?.contact ?? [])).toEqual({
        givenname: 'Ada',
        sn: 'Lovelace',
        cn: 'Ada Lovelace',
        displayname: 'Ada Lovelace',
        mozillanickname: 'Enchantress',
        nsaimid: 'Enchantress',
        mail: 'ada@acme.com',
        telephonenumber: '+44 20 7946 0001',
        mobile: '+44 7700 900001',
        title: 'Countess',
        description: 'Engines',
      });
      expect(Uint8Array.from(entry?.photo ?? [])).toEqual(photo);
    });
    it('found by login, address or id, when there is one only', async () => {
      const found = source({ ...indirect, MailFieldNames: ['mail', 'proxyAddresses'] });
      expect((await found.find({ mail: 'LOVELACE@acme.com' }))?.id).toBe('ada');
      expect((await found.find({ mail: 'countess@acme.com' }))?.id).toBe('ada');
      expect((await found.find({ id: 'twin' }))?.id).toBe('twin');
      expect(await found.find({ mail: 'same@acme.com' })).toBeUndefined();
      expect(await found.find({ id: 'nobody' })).toBeUndefined();
    });
    it('as a resource, with its bookings (KindFieldName, MultipleBookingsFieldName, calendarresource)', async () => {
      const known = source({
        KindFieldName: 'kind',
        MultipleBookingsFieldName: 'multipleBookings',
        IDFieldName: 'cn',
      });
      expect(await known.find({ id: 'Meeting Room 1' })).toMatchObject({
        kind: 'location',
        bookings: 2,
      });
      expect(await known.find({ id: 'Projector' })).toMatchObject({
        kind: 'thing',
        bookings: -1,
        login: undefined,
      });
      const plain = source({ IDFieldName: 'cn' });
      expect(await plain.find({ id: 'Meeting Room 1' })).toMatchObject({ kind: 'individual' });
    });
    it('with the modules it is kept from (ModulesConstraints)', async () => {
      const ModulesConstraints = new Map([
        ['Calendar', new Map([['employeeType', 'STAFF']])],
        ['Mail', new Map([['employeeType', 'guest']])],
      ] as const);
      const limited = source({ ModulesConstraints });
      expect((await limited.authenticate('ada', password))?.barred).toEqual(['Mail']);
      expect((await limited.authenticate('grace', 'plain text'))?.barred).toBeUndefined();
      expect((await limited.find({ login: 'gone' }))?.barred).toEqual(['Calendar', 'Mail']);
    });
  });

  describe('searches', () => {
    const ids = async (asked: Directory, text: string, limit = 50) =>
      (await asked.search(text, { limit })).map(({ id }) => id).toSorted();
    it('for every word in any of SearchFieldNames', async () => {
      expect(await ids(source(), 'love')).toEqual(['ada']);
      expect(await ids(source(), 'ADA lace')).toEqual(['ada']);
      expect(await ids(source(), 'ada hopper')).toEqual([]);
      expect(await ids(source(), 'Öz')).toEqual(['ünal']);
      expect(await ids(source(), 'beta.org')).toEqual(['Grace']);
      expect(await ids(source(), 'engines')).toEqual([]);
      expect(await ids(source({ SearchFieldNames: ['description'] }), 'engines')).toEqual(['ada']);
    });
    it('for everything with a dot, or with nothing where it need not be (listRequiresDot)', async () => {
      expect((await ids(source(), '.')).length).toBeGreaterThan(8);
      expect(await ids(source(), '')).toEqual([]);
      expect((await ids(source({ listRequiresDot: false }), '')).length).toBeGreaterThan(8);
    });
    it('for as many as are wanted, or as the configuration allows (SOGoLDAPQueryLimit)', async () => {
      expect(await ids(source(), '.', 3)).toHaveLength(3);
      expect(await ids(source({ queryLimit: 2 }), '.', 3)).toHaveLength(2);
    });
    it('as whoever asks, where the directory wants to know (bindAsCurrentUser)', async () => {
      const asked = source({ bindAsCurrentUser: true, bindDN: undefined });
      const away = { code: 'user-source-unavailable' };
      await expect(asked.search('love', { limit: 5 })).rejects.toMatchObject(away);
      expect(await loginOf(asked, 'grace', 'plain text')).toBe('grace');
      const found = await asked.search('love', { limit: 5, asker: 'grace' });
      expect(found.map(({ id }) => id)).toEqual(['ada']);
      await expect(asked.search('love', { limit: 5, asker: 'ada' })).rejects.toMatchObject(away);
    });
  });

  describe('and its groups', () => {
    const grouped = (parts: Partial<LdapSourceParts> = {}) =>
      source({ baseDN: 'dc=acme,dc=com', IDFieldName: 'cn', bindFields: ['uid'], ...parts });
    const members = async (asked: Directory, id: string) =>
      (await asked.members(id))?.map(({ login }) => login).toSorted();

    it('of all four classes have members, groups in groups and in a circle included', async () => {
      expect(await members(grouped(), 'engineers')).toEqual(['ada', 'grace']);
      expect(await members(grouped(), 'admirals')).toEqual(['ada', 'grace']);
      expect(await members(grouped(), 'coders')).toEqual(['ada', 'bob']);
      expect(await members(grouped(), 'everyone')).toEqual(['ada', 'bob', 'grace']);
      expect(await members(grouped(), 'nothing')).toBeUndefined();
      expect(await members(grouped(), 'Ada Lovelace')).toBeUndefined();
    });
    it('in groups do not count where that is off (disableSubgroups)', async () => {
      const flat = grouped({ disableSubgroups: true });
      expect(await members(flat, 'everyone')).toEqual([]);
      expect(await members(flat, 'engineers')).toEqual(['ada']);
      expect((await flat.groupsOf('ada')).map(({ id }) => id).toSorted()).toEqual([
        'coders',
        'engineers',
      ]);
    });
    it('are what GroupObjectClasses says', async () => {
      const few = grouped({ GroupObjectClasses: ['PosixGroup'] });
      expect(await members(few, 'coders')).toEqual(['ada', 'bob']);
      expect(await members(few, 'engineers')).toBeUndefined();
    });
    it('are known of a person, directly and through other groups', async () => {
      const ids = async (login: string) =>
        (await grouped().groupsOf(login)).map(({ id }) => id).toSorted();
      expect(await ids('ada')).toEqual(['admirals', 'coders', 'engineers', 'everyone']);
      expect(await ids('bob')).toEqual(['coders', 'everyone']);
      expect(await ids('nobody')).toEqual([]);
      expect((await grouped().groupsOf('ada'))[0]?.kind).toBe('group');
    });
  });
});
