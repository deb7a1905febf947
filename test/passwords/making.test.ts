import { describe, expect, it } from 'vitest';
import { passwordMaking } from '../../src/adapters/passwords/making.ts';
import { passwordSchemes } from '../../src/adapters/passwords/schemes.ts';

const verify = passwordSchemes();
const { value, stored } = passwordMaking();
const password = 'nëw pässwörd';

const digests = ['md5', 'plain-md5', 'ldap-md5', 'smd5', 'sha', 'sha1', 'ssha', 'cram-md5'];
const longer = ['sha256', 'ssha256', 'sha512', 'ssha512'];
const crypts = ['crypt', 'md5-crypt', 'sha256-crypt', 'sha512-crypt', 'blf-crypt'];
const others = ['argon2', 'argon2i', 'argon2id', 'pbkdf2', 'none', 'plain', 'cleartext'];

describe('a new password', () => {
  it.each([...digests, ...longer, ...crypts, ...others])(
    'is stored as %s so that it, and no other, is right',
    async (scheme) => {
      const made = `{${scheme}}${await value(scheme, password)}`;
      expect(await verify(made, password)).toBe(true);
      expect(await verify(made, `${password}x`)).toBe(false);
    },
  );
  it.each([...digests, ...longer, 'plain'])(
    'is stored as %s in either encoding',
    async (scheme) => {
      for (const encoding of ['hex', 'b64']) {
        const made = await value(`${scheme}.${encoding}`, password);
        expect(made).toMatch(encoding === 'hex' ? /^[0-9a-f]+$/ : /^[A-Za-z0-9+/]+=*$/);
        expect(await verify(`{${scheme}.${encoding}}${made}`, password)).toBe(true);
        expect(await verify(`{${scheme}.${encoding}}${made}`, 'x')).toBe(false);
      }
    },
  );
  it('of eight octets is all that des-crypt looks at', async () => {
    const made = `{des-crypt}${await value('des-crypt', 'eight in and out')}`;
    expect(await verify(made, 'eight in')).toBe(true);
    expect(await verify(made, 'eight on')).toBe(false);
  });
  it('is salted anew each time', async () => {
    for (const scheme of ['ssha', 'smd5', 'crypt', 'md5-crypt', 'des-crypt', 'pbkdf2'])
      expect(await value(scheme, password)).not.toBe(await value(scheme, password));
  });
  it('has the names that directories know (RFC 2307 §5.3)', async () => {
    const name = async (scheme: string): Promise<string> =>
      /^\{.*?\}/.exec(await stored(scheme, 'x'))?.[0] ?? '';
    const names = await Promise.all(
      ['none', 'plain', 'md5', 'md5-crypt', 'blf-crypt', 'ssha256', 'sha1', 'plain.b64'].map(name),
    );
    expect(names).toEqual([
      '',
      '',
      '{MD5}',
      '{CRYPT}',
      '{CRYPT}',
      '{SSHA256}',
      '{SHA}',
      '{PLAIN.b64}',
    ]);
    // printf x | openssl md5 -binary | base64
    expect(await stored('md5', 'x')).toBe('{MD5}ndTkYSaMgDT1yFZOFVxnpg==');
  });
  it('is not stored under a scheme that is only read', async () => {
    await expect(value('sym-aes-128-cbc', 'x')).rejects.toMatchObject({
      code: 'password-scheme-not-made',
    });
  });
});
