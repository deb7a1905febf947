import { createCipheriv } from 'node:crypto';
import { hash as argon2 } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { passwordMaking } from '../../src/adapters/passwords/making.ts';
import { passwordSchemes } from '../../src/adapters/passwords/schemes.ts';
import { lengths, password, vectors } from './vectors.ts';

const verify = passwordSchemes();

describe('a stored password', () => {
  it.each(vectors)(
    '%s is known again, and no other password',
    async (_, stored) => {
      expect(await verify(stored, password)).toBe(true);
      expect(await verify(stored, `x${password}`)).toBe(false);
      expect(await verify(stored, '')).toBe(false);
    },
    30_000,
  );

  it.each(lengths)(
    'of crypt(3) is known again at any length: %s',
    async (typed, stored) => {
      expect(await verify(`{crypt}${stored}`, typed)).toBe(true);
      expect(await verify(`{crypt}${stored}`, `${typed}.`)).toBe(false);
    },
    30_000,
  );

  it.each(['argon2id', 'argon2i', 'crypt'])('of Argon2 is known again as %s', async (scheme) => {
    const stored = await argon2(password, { memoryCost: 4096, timeCost: 1, parallelism: 1 });
    expect(await verify(`{${scheme}}${stored}`, password)).toBe(true);
    expect(await verify(`{${scheme}}${stored}`, 'other')).toBe(false);
  });

  it('of sym-aes-128-cbc is known again by its key alone, however it was filled up', async () => {
    const key = Buffer.from('0123456789abcdef');
    const withKey = passwordSchemes(async () => key);
    const iv = Buffer.alloc(16, 7);
    const enciphered = (plain: Buffer, isPadded: boolean): string => {
      const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(isPadded);
      const text = Buffer.concat([cipher.update(plain), cipher.final()]);
      return `{sym-aes-128-cbc}$AES-128-CBC$${iv.toString('base64')}$${text.toString('base64')}`;
    };
    const long = 'a password of more than one block';
    for (const typed of ['secret', 'exactly sixteen!', long]) {
      const filled = Buffer.alloc(Math.ceil(typed.length / 16) * 16);
      filled.write(typed);
      for (const stored of [enciphered(filled, false), enciphered(Buffer.from(typed), true)]) {
        expect(await withKey(stored, typed)).toBe(true);
        expect(await withKey(stored, `${typed}x`)).toBe(false);
        expect(await withKey(stored, typed.slice(0, -1))).toBe(false);
        expect(await verify(stored, typed)).toBe(false);
        expect(await passwordSchemes(async () => Buffer.alloc(16))(stored, typed)).toBe(false);
      }
      const made = await passwordMaking(async () => key).value('sym-aes-128-cbc', typed);
      expect(await withKey(`{sym-aes-128-cbc}${made}`, typed)).toBe(true);
    }
    const cut = enciphered(Buffer.from(long).subarray(0, 16), false);
    expect(await withKey(cut, long)).toBe(false);
    expect(await withKey(`${cut}!`, long)).toBe(false);
  });

  it("of CRAM-MD5 is what Dovecot's documentation shows", async () => {
    const states = 'e02d374fde0dc75a17a557039a3a5338c7743304777dccd376f332bee68d2cf6';
    expect(await verify(`{CRAM-MD5}${states}`, 'test')).toBe(true);
  });

  it.each([
    ['an unknown scheme', '{rot13}frperg'],
    ['no scheme', 'secret'],
    ['an empty value', '{ssha}'],
    ['an empty digest', '{md5}'],
    ['half a digest', '{sha256.hex}50e0d7e4'],
    ['what is no hexadecimal', '{sha.hex}not hexadecimal'],
    ['what is no base 64', '{ssha.b64}***'],
    ['a cut hash of DES', '{crypt}abcdef'],
    ['a cut hash of MD5', '{crypt}$1$salt$abc'],
    ['a salt too long', '{crypt}$6$12345678901234567$abc'],
    ['rounds for hours', `{crypt}$6$rounds=999999999$salt$${'a'.repeat(86)}`],
    ['a cost for hours', `{crypt}$2b$31$${'a'.repeat(53)}`],
    ['a cut hash of bcrypt', '{crypt}$2b$10$abc'],
    ['no numbers', '{argon2id}$argon2id$v=19$m=x,t=1,p=1$YWJjZGVmZ2g$YWJj'],
    ['memory nobody has', '{argon2id}$argon2id$v=19$m=4000000000,t=1,p=1$YWJjZGVmZ2g$YWJj'],
    ['no rounds', '{pbkdf2}$1$salt$0$d61a728f16ace5b17c2abfd6410505972da1ea74'],
    [
      'yescrypt',
      '{crypt}$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7',
    ],
  ])('with %s is nobody’s', async (_, stored) => {
    const started = performance.now();
    for (const typed of ['', 'secret', stored]) expect(await verify(stored, typed)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
