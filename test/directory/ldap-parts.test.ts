import { describe, expect, it } from 'vitest';
import { baseFor, childOf, comparableDn, splitDn } from '../../src/adapters/ldap-source/dn.ts';
import { md4 } from '../../src/adapters/ldap-source/md4.ts';
import { activeDirectoryError } from '../../src/adapters/ldap-source/policy.ts';
import { lmHash, ntHash } from '../../src/adapters/ldap-source/samba.ts';
import { serversOf } from '../../src/adapters/ldap-source/servers.ts';

describe('a distinguished name (RFC 4514)', () => {
  it.each([
    ['ada', 'uid=ada,dc=a'],
    ['a,b+c"d\\e<f>g;h=i', String.raw`uid=a\,b\+c\"d\\e\<f\>g\;h\=i,dc=a`],
    [' a ', String.raw`uid=\ a\ ,dc=a`],
    ['#a', String.raw`uid=\#a,dc=a`],
    ['a\0b', String.raw`uid=a\00b,dc=a`],
    [' ', String.raw`uid=\ ,dc=a`],
  ])('has the value %j escaped, and gives it back (§2.4)', (value, dn) => {
    expect(childOf('dc=a', 'uid', value)).toBe(dn);
    expect(splitDn(dn)).toEqual({ rdn: [{ attribute: 'uid', value }], parent: 'dc=a' });
  });
  it('is read as others write it (§3)', () => {
    expect(splitDn(String.raw`CN=Lu\C4\8Di\C4\87 + uid = a , O=x`)).toEqual({
      rdn: [
        { attribute: 'CN', value: 'Lučić' },
        { attribute: 'uid', value: 'a' },
      ],
      parent: 'O=x',
    });
    expect(comparableDn('UID=Ada, OU=Users,dc=acme')).toBe(
      comparableDn('uid=ada,ou=users, DC=Acme'),
    );
    expect(comparableDn('uid=a+cn=b,dc=c')).toBe(comparableDn('cn=b+uid=a,dc=c'));
    expect(comparableDn('uid=a,dc=c')).not.toBe(comparableDn('uid=a,dc=d'));
  });
  it.each(['', 'ada', '=a', 'uid=a"b', `uid=${'a'.repeat(3000)}`])('is not %j', (text) => {
    expect(splitDn(text)).toBeUndefined();
  });
  it('has a domain in the place of %d, as a value', () => {
    expect(baseFor('dc=%d,ou=%d', 'a,b')).toBe(String.raw`dc=a\,b,ou=a\,b`);
    expect(baseFor('dc=%d', '$&')).toBe('dc=$&');
    expect(baseFor('dc=%d', undefined)).toBeUndefined();
    expect(baseFor('dc=a', undefined)).toBe('dc=a');
  });
});

describe('hostname, port and encryption', () => {
  const servers = (hostname: string, encryption?: 'SSL' | 'STARTTLS', port = 389) =>
    serversOf({ hostname, port, encryption });
  it.each([
    ['ldap://h', [{ host: 'h', port: 389, security: 'none' }]],
    ['ldap://h:80/', [{ host: 'h', port: 80, security: 'none' }]],
    ['LDAPS://h', [{ host: 'h', port: 636, security: 'tls' }]],
    ['ldap://h/????!StartTLS', [{ host: 'h', port: 389, security: 'starttls' }]],
    ['ldap://h/dc=a?b?sub?(c=d)?starttls', [{ host: 'h', port: 389, security: 'starttls' }]],
    ['ldap://[::1]:390', [{ host: '::1', port: 390, security: 'none' }]],
    [
      'ldapi://%2Frun%2Fslapd',
      [{ path: '/run/slapd', host: 'localhost', port: 0, security: 'none' }],
    ],
    [
      ' a  b:390 ',
      [
        { host: 'a', port: 389, security: 'none' },
        { host: 'b', port: 390, security: 'none' },
      ],
    ],
  ])('%s is understood', (hostname, expected) => {
    expect(servers(hostname)).toEqual(expected);
  });
  it('hold for hosts that are no URLs', () => {
    expect(servers('h', 'SSL')).toEqual([{ host: 'h', port: 636, security: 'tls' }]);
    expect(servers('h', 'SSL', 700)).toEqual([{ host: 'h', port: 700, security: 'tls' }]);
    expect(servers('h ldap://i', 'STARTTLS', 400)).toEqual([
      { host: 'h', port: 400, security: 'starttls' },
      { host: 'i', port: 389, security: 'none' },
    ]);
  });
});

describe('hashes for Samba', () => {
  it.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    [
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
      '043f8582f241db351ce627e153e7f0e4',
    ],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ],
  ])('are made with MD4 (RFC 1320 §A.5): %j', (text, digest) => {
    expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
  });
  it('are the published ones', () => {
    expect(ntHash('password')).toBe('8846F7EAEE8FB117AD06BDD830B7586C');
    expect(lmHash('Password')).toBe('E52CAC67419A9A224A3B108F3FA6CB6D');
    expect(lmHash('fifteen letters')).toBeUndefined();
    expect(lmHash('ü')).toBeUndefined();
  });
});

describe("Active Directory's words for a refused bind", () => {
  const message = (data: string): string =>
    `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data ${data}, v2580`;
  it.each([
    ['52e', undefined],
    ['532', 'expired'],
    ['701', 'expired'],
    ['773', 'must-change'],
    ['775', 'locked'],
    ['533', 'locked'],
  ])('data %s means %s', (data, meaning) => {
    expect(activeDirectoryError(message(data))).toBe(meaning);
  });
});
