import { createHash, pbkdf2, randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import { hash as argon2 } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';
import desCrypt from 'unix-crypt-td-js';
import { cramMd5States } from './cram-md5.ts';
import { md5Crypt } from './md5-crypt.ts';
import type { SymmetricKey } from './schemes.ts';
import { shaCrypt } from './sha-crypt.ts';
import { symAesValue } from './sym-aes.ts';
import { takingTurns } from './turns.ts';

/** Turns new passwords into what is stored of them. */
export interface PasswordMaking {
  /** The value for a scheme of the guide (`ssha256`, `sha512.hex`), without `{scheme}` before it. */
  value(scheme: string, password: string): Promise<string>;
  /** The same as directories have it (RFC 2307 §5.3): `{SSHA256}…`. Nothing before a plain password. */
  stored(scheme: string, password: string): Promise<string>;
}

type Encoding = 'hex' | 'base64';
/** The octets to be written in an encoding, or text that is as it is. */
type Made = string | { readonly octets: Buffer; readonly usual: Encoding };
type Maker = (password: string) => Made | Promise<Made>;

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const cryptSalt = (length: number): string =>
  Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

const digest =
  (algorithm: string, usual: Encoding = 'base64'): Maker =>
  (password) => ({ octets: createHash(algorithm).update(password).digest(), usual });

const salted =
  (algorithm: string): Maker =>
  (password) => {
    const salt = randomBytes(8);
    const made = createHash(algorithm).update(password).update(salt).digest();
    return { octets: Buffer.concat([made, salt]), usual: 'base64' };
  };

/** Dovecot's PBKDF2, as the scheme of that name is read. */
const ROUNDS = 50_000;
const stretching = promisify(pbkdf2);
const pbkdf2Maker: Maker = async (password) => {
  const salt = cryptSalt(16);
  const octets = await stretching(password, salt, ROUNDS, 20, 'sha1');
  return `$1$${salt}$${ROUNDS}$${octets.toString('hex')}`;
};

const shaMaker =
  (id: '5' | '6'): Maker =>
  async (password) =>
    (await shaCrypt(Buffer.from(password), `$${id}$${cryptSalt(16)}$x`)) ?? '';

const cramMaker: Maker = (password) => {
  const octets = Buffer.from(password);
  const key = octets.length > 64 ? createHash('md5').update(octets).digest() : octets;
  return { octets: cramMd5States(key), usual: 'hex' };
};

/** The library's names for its algorithms are not there at run time. */
const ARGON2I = 1;

const makers = new Map<string, Maker>([
  ...['none', 'plain', 'cleartext'].map((name) => [name, (password: string) => password] as const),
  // crypt(3) knows a hash by its beginning: the best that every Unix reads.
  ['crypt', shaMaker('6')],
  ['des-crypt', (password) => desCrypt([...Buffer.from(password)], cryptSalt(2))],
  ['md5-crypt', (password) => md5Crypt(Buffer.from(password), cryptSalt(8))],
  ['sha256-crypt', shaMaker('5')],
  ['sha512-crypt', shaMaker('6')],
  ['blf-crypt', (password) => bcrypt(password, 10)],
  ['argon2', (password) => argon2(password)],
  ['argon2id', (password) => argon2(password)],
  ['argon2i', (password) => argon2(password, { algorithm: ARGON2I })],
  ['md5', digest('md5', 'hex')],
  ['plain-md5', digest('md5', 'hex')],
  ['ldap-md5', digest('md5')],
  ['sha', digest('sha1')],
  ['sha1', digest('sha1')],
  ['sha256', digest('sha256')],
  ['sha512', digest('sha512')],
  ['smd5', salted('md5')],
  ['ssha', salted('sha1')],
  ['ssha256', salted('sha256')],
  ['ssha512', salted('sha512')],
  ['cram-md5', cramMaker],
  ['pbkdf2', pbkdf2Maker],
]);

/** What directories call a scheme whose name they don't know. */
const directoryNames: Readonly<Record<string, string>> = {
  none: '',
  plain: '',
  cleartext: '',
  'des-crypt': 'CRYPT',
  'md5-crypt': 'CRYPT',
  'sha256-crypt': 'CRYPT',
  'sha512-crypt': 'CRYPT',
  'blf-crypt': 'CRYPT',
  argon2i: 'ARGON2',
  argon2id: 'ARGON2',
  'ldap-md5': 'MD5',
  sha1: 'SHA',
};

const FORM = /^(?<name>[a-z0-9-]+)(?:\.(?<encoding>b64|base64|hex))?$/i;

/** A scheme that passwords can be checked against, and not made for. */
class SchemeNotMade extends Error {
  override readonly name = 'SchemeNotMade';
  readonly code = 'password-scheme-not-made';
}

/** How many are computed at once, as for checking them. */
const AT_ONCE = 2;

export const passwordMaking = (symmetricKey?: SymmetricKey): PasswordMaking => {
  const inTurn = takingTurns(AT_ONCE);
  const parts = (scheme: string): { readonly name: string; readonly encoding: string } => {
    const { name = '', encoding = '' } = FORM.exec(scheme)?.groups ?? {};
    return { name: name.toLowerCase(), encoding: encoding.toLowerCase() };
  };
  const value: PasswordMaking['value'] = async (scheme, password) => {
    const { name, encoding } = parts(scheme);
    const maker: Maker | undefined =
      name === 'sym-aes-128-cbc' && symmetricKey !== undefined
        ? async (plain) => symAesValue(plain, await symmetricKey())
        : makers.get(name);
    if (maker === undefined) throw new SchemeNotMade(`new passwords cannot be stored as ${scheme}`);
    const made = await inTurn(async () => maker(password));
    const said = encoding === '' ? undefined : encoding === 'hex' ? 'hex' : 'base64';
    if (typeof made !== 'string') return made.octets.toString(said ?? made.usual);
    const isPlain = directoryNames[name] === '';
    return isPlain && said !== undefined ? Buffer.from(made).toString(said) : made;
  };
  return {
    value,
    async stored(scheme, password) {
      const { name, encoding } = parts(scheme);
      const made = await value(scheme, password);
      const known = directoryNames[name] ?? name.toUpperCase();
      if (known === '' && encoding === '') return made;
      // {MD5} is written in base 64 by those who made it up.
      const asUsual = name === 'md5' && encoding === '';
      const written = asUsual ? Buffer.from(made, 'hex').toString('base64') : made;
      const suffix = encoding === '' || (known !== '' && encoding !== 'hex') ? '' : `.${encoding}`;
      return `{${known === '' ? name.toUpperCase() : known}${suffix}}${written}`;
    },
  };
};
