import { describeWith } from '../support/needing.ts';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { passwordMaking } from '../../src/adapters/passwords/making.ts';
import type { Directory } from '../../src/domain/account/directory.ts';
import type { LdapSourceParts } from '../../src/adapters/ldap-source/ldap-source.ts';
import { person, units, users } from '../support/ldap/people.ts';
import { slapdNeeds, startSlapd, type TestSlapd } from '../support/ldap/slapd.ts';
import { loginOf, sources } from '../support/ldap/sources.ts';

const run = promisify(execFile);

/** An attribute as the directory keeps it. */
const kept = async (server: TestSlapd, uid: string, attribute: string): Promise<string> => {
  const { stdout } = await run('ldapsearch', [
    ...['-x', '-LLL', '-o', 'ldif-wrap=no', '-H', server.url],
    ...['-D', server.root.dn, '-w', server.root.password],
    ...['-b', `uid=${uid},${users}`, '-s', 'base', attribute],
  ]);
  const [, base64 = '', plain = ''] =
    new RegExp(`^${attribute}:(?:: (.*)|(.*))$`, 'm').exec(stdout) ?? [];
  return base64 === '' ? plain.trim() : Buffer.from(base64, 'base64').toString('latin1');
};

const modify = async (server: TestSlapd, ldif: string): Promise<void> => {
  const modifying = run('ldapmodify', [
    ...['-x', '-H', server.url, '-D', server.root.dn, '-w', server.root.password],
    ...['-e', 'relax'],
  ]);
  modifying.child.stdin?.end(ldif);
  await modifying;
};

const old = 'correct horse 1';

describeWith('changing a password in an LDAP directory', slapdNeeds, () => {
  let server: TestSlapd;
  const made = sources();
  const { stored } = passwordMaking();

  beforeAll(async () => {
    const names = ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay'];
    server = await startSlapd({
      ldif: units + names.map((uid) => person(uid, uid, ['userPassword', old])).join(''),
    });
  });
  afterEach(() => made.close());
  afterAll(() => server.stop());
  const source = (parts: Partial<LdapSourceParts> = {}): Directory =>
    made.source({ hostname: server.url, ...parts });

  it('sets one for who forgot the old one, as the service that may', async () => {
    const { dn: bindDN, password: bindPassword } = server.root;
    const setting = source({ bindDN, bindPassword, bindFields: ['uid'] });
    expect(await setting.resetPassword('FAY', 'fórgot')).toEqual({ changed: true });
    expect(await loginOf(setting, 'fay', 'fórgot')).toBe('fay');
    expect(await setting.resetPassword('fay', old)).toEqual({ changed: true });
    const nameless = source({ bindDN: undefined });
    expect(await nameless.resetPassword('fay', 'x')).toEqual({ refused: 'not-allowed' });
  });

  it.each([
    'none',
    'ssha',
    'ssha256',
    'ssha512',
    'sha',
    'sha256',
    'smd5',
    'md5',
    'crypt',
    'md5-crypt',
  ])('stores it so that the directory takes it (userPasswordAlgorithm = %s)', async (scheme) => {
    const changing = source({
      trust: 60_000,
      bindFields: ['uid'],
      stored: (password) => stored(scheme, password),
    });
    expect(await loginOf(changing, 'ada', old)).toBe('ada');
    expect(await changing.changePassword('ADA', old, 'nëw one')).toEqual({ changed: true });
    expect(await loginOf(changing, 'ada', 'nëw one')).toBe('ada');
    // Forgotten at once, although it was believed for a minute.
    expect(await loginOf(changing, 'ada', old)).toBeUndefined();
    const written = await kept(server, 'ada', 'userPassword');
    if (scheme !== 'none') expect(written).toMatch(/^\{[A-Z0-9]+\}/);
    expect(await changing.changePassword('ada', 'nëw one', old)).toEqual({ changed: true });
  });

  it('refuses it without the old one, for nobody, and when it is empty', async () => {
    const changing = source();
    expect(await changing.changePassword('bob', 'wrong', 'new')).toEqual({ refused: 'wrong' });
    expect(await changing.changePassword('nobody', old, 'new')).toEqual({ refused: 'wrong' });
    expect(await changing.changePassword('bob', '', 'new')).toEqual({ refused: 'wrong' });
    expect(await changing.changePassword('bob', old, '')).toEqual({ refused: 'too-weak' });
    expect(await loginOf(changing, 'bob', old)).toBe('bob');
  });

  it("writes Samba's hashes too (updateSambaNTLMPasswords)", async () => {
    const changing = source({ updateSambaNTLMPasswords: true });
    expect(await changing.changePassword('cleo', old, 'password')).toEqual({ changed: true });
    // As widely published for this password.
    expect(await kept(server, 'cleo', 'sambaNTPassword')).toBe('8846F7EAEE8FB117AD06BDD830B7586C');
    expect(await kept(server, 'cleo', 'sambaLMPassword')).toBe('E52CAC67419A9A224A3B108F3FA6CB6D');
    expect(await changing.changePassword('cleo', 'password', 'fünfzehn Zeichen')).toEqual({
      changed: true,
    });
    expect(await kept(server, 'cleo', 'sambaNTPassword')).toMatch(/^[0-9A-F]{32}$/);
    expect(await kept(server, 'cleo', 'sambaLMPassword')).toBe('');
  });
});

describeWith(
  "a directory's password policy (draft-behera-ldap-password-policy)",
  slapdNeeds,
  () => {
    let server: TestSlapd;
    const made = sources();
    const policy = 'cn=default,ou=policies,dc=acme,dc=com';

    beforeAll(async () => {
      const names = ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay'];
      const rule = [
        `dn: ${policy}`,
        ...['device', 'pwdPolicy'].map((name) => `objectClass: ${name}`),
        ...['cn: default', 'pwdAttribute: userPassword', 'pwdLockout: TRUE', 'pwdMaxFailure: 3'],
        ...['pwdMaxAge: 86400', 'pwdExpireWarning: 86000', 'pwdGraceAuthNLimit: 2'],
        ...[
          'pwdMustChange: TRUE',
          'pwdAllowUserChange: TRUE',
          'pwdMinLength: 8',
          'pwdCheckQuality: 2',
        ],
        ...['pwdInHistory: 2', 'pwdSafeModify: FALSE', '', ''],
      ].join('\n');
      server = await startSlapd({
        ldif: units + rule + names.map((uid) => person(uid, uid, ['userPassword', old])).join(''),
        more: `overlay ppolicy\nppolicy_default ${policy}\nppolicy_use_lockout\nppolicy_hash_cleartext`,
      });
      // Entries loaded offline have no time at which their password was set, and never expire.
      for (const uid of names) await set(uid, 'pwdChangedTime', ago(600));
    });
    afterEach(() => made.close());
    afterAll(() => server.stop());

    const ago = (seconds: number): string =>
      `${new Date(Date.now() - seconds * 1000).toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`;
    const set = (uid: string, attribute: string, value: string): Promise<void> =>
      modify(
        server,
        `dn: uid=${uid},${users}\nchangetype: modify\nreplace: ${attribute}\n${attribute}: ${value}\n`,
      );
    const source = (parts: Partial<LdapSourceParts> = {}): Directory =>
      made.source({ hostname: server.url, passwordPolicy: true, ...parts });

    it('warns before a password expires', async () => {
      const proof = await source().prove('ada', old);
      expect(proof).toMatchObject({ outcome: 'right', user: { login: 'ada' } });
      const { expiresIn = 0 } = proof.outcome === 'right' ? proof : {};
      expect(expiresIn).toBeGreaterThan(80_000);
      expect(expiresIn).toBeLessThan(86_000);
    });
    it('counts the logins that are left with one that has expired, and then refuses it', async () => {
      await set('bob', 'pwdChangedTime', ago(100_000));
      const source1 = source();
      expect(await source1.prove('bob', old)).toMatchObject({ outcome: 'right', graceLogins: 1 });
      expect(await source1.prove('bob', old)).toMatchObject({ outcome: 'right', graceLogins: 0 });
      expect(await source1.prove('bob', old)).toEqual({ outcome: 'expired' });
      expect(await loginOf(source1, 'bob', old)).toBeUndefined();
      expect(await source1.changePassword('bob', old, 'a better one')).toEqual({
        refused: 'expired',
      });
    });
    it('locks whoever gets it wrong too often', async () => {
      const source1 = source();
      for (let time = 0; time < 3; time += 1)
        expect(await source1.prove('cleo', 'wrong')).toEqual({ outcome: 'wrong' });
      expect(await source1.prove('cleo', old)).toEqual({ outcome: 'locked' });
      expect(await loginOf(source1, 'cleo', old)).toBeUndefined();
      expect(await source1.changePassword('cleo', old, 'a better one')).toEqual({
        refused: 'locked',
      });
    });
    it('lets in nobody who has to change it first, except for that', async () => {
      await set('dan', 'pwdReset', 'TRUE');
      const source1 = source();
      expect(await source1.prove('dan', old)).toEqual({ outcome: 'must-change' });
      expect(await loginOf(source1, 'dan', old)).toBeUndefined();
      expect(await source1.changePassword('dan', old, 'a better one')).toEqual({ changed: true });
      expect(await loginOf(source1, 'dan', 'a better one')).toBe('dan');
    });
    it('says why a new one is not taken', async () => {
      const source1 = source();
      const change = (from: string, to: string) => source1.changePassword('eve', from, to);
      expect(await change(old, 'short')).toEqual({ refused: 'too-short' });
      expect(await change(old, 'a better one')).toEqual({ changed: true });
      expect(await change('a better one', old)).toEqual({ refused: 'used-before' });
      await modify(
        server,
        `dn: ${policy}\nchangetype: modify\nreplace: pwdAllowUserChange\npwdAllowUserChange: FALSE\n`,
      );
      expect(await change('a better one', 'an even better')).toEqual({ refused: 'not-allowed' });
      await modify(
        server,
        `dn: ${policy}\nchangetype: modify\nreplace: pwdAllowUserChange\npwdAllowUserChange: TRUE\n-\nreplace: pwdMinAge\npwdMinAge: 1000\n`,
      );
      expect(await change('a better one', 'an even better')).toEqual({ refused: 'too-young' });
    });
    it('stops everybody when the server has none: that is no time to say no', async () => {
      const plain = await startSlapd({ ldif: units + person('ada', 'Ada', ['userPassword', old]) });
      try {
        const asked = made.source({ hostname: plain.url, passwordPolicy: true });
        await expect(asked.authenticate('ada', old)).rejects.toMatchObject({
          code: 'user-source-unavailable',
        });
        expect(made.troubles).not.toEqual([]);
      } finally {
        await plain.stop();
      }
    });
  },
);

describeWith("Active Directory's way", slapdNeeds, () => {
  let server: TestSlapd;
  const made = sources();
  const quoted = (text: string): Buffer => Buffer.from(`"${text}"`, 'utf16le');

  beforeAll(async () => {
    server = await startSlapd({
      isActiveDirectory: true,
      ldif: units + person('ada', 'Ada', ['userPassword', old], ['unicodePwd', quoted(old)]),
    });
  });
  afterAll(async () => {
    await made.close();
    await server.stop();
  });

  it('of changing a password exchanges unicodePwd (MS-ADTS §3.1.1.3.1.5)', async () => {
    const changing = made.source({ hostname: server.url });
    expect(await changing.changePassword('ada', old, 'Wörter 123')).toEqual({ changed: true });
    expect(await kept(server, 'ada', 'unicodePwd')).toBe(quoted('Wörter 123').toString('latin1'));
    // userPassword, by which this server lets people in, was left alone; unicodePwd is not the old one now.
    expect(await changing.changePassword('ada', old, 'x')).toMatchObject({ refused: 'refused' });
  });
});
