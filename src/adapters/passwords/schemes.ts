import { createHash, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { cramMd5States } from './cram-md5.ts';
import { cryptVerifies } from './crypt.ts';
import { sameOctets, sameText } from './same.ts';
import { symAesVerifies } from './sym-aes.ts';
import { takingTurns } from './turns.ts';

type Encoding = 'hex' | 'base64' | undefined;

/** Whether the password made the value of a stored `{scheme}value`. */
type Scheme = (value: string, encoding: Encoding, password: string) => boolean | Promise<boolean>;

const HEX = /^(?:[0-9a-f]{2})+$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The octets a value says. Without an encoding named: hexadecimal where it is long enough for that. */
const octetsOf = (value: string, encoding: Encoding, least: number): Buffer => {
  const hexadecimal = HEX.test(value) && value.length >= least * 2;
  if (encoding === 'hex' || (encoding === undefined && hexadecimal))
    return Buffer.from(hexadecimal ? value : '', 'hex');
  return Buffer.from(BASE64.test(value) ? value : '', 'base64');
};

const made = (algorithm: string, ...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The digest of the password. */
const digest =
  (algorithm: string, size: number): Scheme =>
  (value, encoding, password) =>
    sameOctets(octetsOf(value, encoding, size), made(algorithm, password));

/** The digest of password and salt, then the salt. */
const salted =
  (algorithm: string, size: number): Scheme =>
  (value, encoding, password) => {
    const octets = octetsOf(value, encoding, size);
    return (
      octets.length >= size &&
      sameOctets(octets.subarray(0, size), made(algorithm, password, octets.subarray(size)))
    );
  };

const plain: Scheme = (value, encoding, password) =>
  sameText(encoding === undefined ? value : Buffer.from(value, encoding).toString(), password);

const crypt: Scheme = (value, _, password) => cryptVerifies(value, password);

/** `$1$…` is crypt's MD5, as mail servers have it under the same name. */
const md5: Scheme = (value, encoding, password) =>
  (value.startsWith('$1$') ? crypt : digest('md5', 16))(value, encoding, password);

const cramMd5: Scheme = (value, encoding, password) => {
  const octets = Buffer.from(password);
  const key = octets.length > 64 ? made('md5', octets) : octets;
  return sameOctets(octetsOf(value, encoding, 32), cramMd5States(key));
};

const stretching = promisify(pbkdf2);
const MOST_ROUNDS = 5_000_000;
/** `$1$SALT$ROUNDS$HEX`, HMAC-SHA-1, as mail servers write PBKDF2 (RFC 8018 §5.2). */
const pbkdf2Scheme: Scheme = async (value, _, password) => {
  const [, salt = '', rounds = '', hex = ''] =
    /^\$1\$([^$]{1,64})\$(\d{1,7})\$([0-9a-f]{40})$/i.exec(value) ?? [];
  if (!(Number(rounds) > 0 && Number(rounds) <= MOST_ROUNDS)) return false;
  const octets = await stretching(password, salt, Number(rounds), 20, 'sha1');
  return sameOctets(octets, Buffer.from(hex, 'hex'));
};

const schemes = new Map<string, Scheme>([
  ...['none', 'plain', 'cleartext'].map((name) => [name, plain] as const),
  ...['crypt', 'des-crypt', 'md5-crypt', 'sha256-crypt', 'sha512-crypt', 'blf-crypt'].map(
    (name) => [name, crypt] as const,
  ),
  ...['argon2', 'argon2i', 'argon2id'].map((name) => [name, crypt] as const),
  ['md5', md5],
  ...['plain-md5', 'ldap-md5'].map((name) => [name, digest('md5', 16)] as const),
  ...['sha', 'sha1'].map((name) => [name, digest('sha1', 20)] as const),
  ['sha256', digest('sha256', 32)],
  ['sha512', digest('sha512', 64)],
  ['smd5', salted('md5', 16)],
  ['ssha', salted('sha1', 20)],
  ['ssha256', salted('sha256', 32)],
  ['ssha512', salted('sha512', 64)],
  ['cram-md5', cramMd5],
  ['pbkdf2', pbkdf2Scheme],
]);

const FORM = /^\{(?<name>[a-z0-9-]+)(?:\.(?<encoding>b64|base64|hex))?\}(?<value>.*)$/is;

/** How many are computed at once: bcrypt and argon2 hold threads that file reads need too. */
const AT_ONCE = 2;

/** Reads the key of `sym-aes-128-cbc`: 16 octets. */
export type SymmetricKey = () => Promise<Uint8Array>;

/**
 * Whether a password is the one of a stored `{scheme}value`, `{scheme.hex}value` or `{scheme.b64}value`:
 * what SOGo's SQL sources keep. False for a scheme that is not known, for a value no password has, and for
 * `sym-aes-128-cbc` without a key.
 * @throws what reading the key throws
 */
export const passwordSchemes = (
  symmetricKey?: SymmetricKey,
): ((stored: string, password: string) => Promise<boolean>) => {
  const inTurn = takingTurns(AT_ONCE);
  return async (stored, password) => {
    const { name = '', encoding, value = '' } = FORM.exec(stored)?.groups ?? {};
    const isSymmetric = name.toLowerCase() === 'sym-aes-128-cbc' && symmetricKey !== undefined;
    const key = isSymmetric ? await symmetricKey() : undefined;
    const scheme: Scheme | undefined =
      key === undefined
        ? schemes.get(name.toLowerCase())
        : (enciphered, _, typed) => symAesVerifies(enciphered, typed, key);
    if (scheme === undefined) return false;
    const said =
      encoding === undefined ? undefined : encoding.toLowerCase() === 'hex' ? 'hex' : 'base64';
    try {
      return await inTurn(async () => scheme(value, said, password));
    } catch {
      // A library choked on the value: nobody's password made it.
      return false;
    }
  };
};
