import { createHash } from 'node:crypto';
import { cryptDigits, stretched } from './crypt-alphabet.ts';

const md5 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const MAGIC = Buffer.from('$1$');
const GROUPS = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]];

/** FreeBSD's `$1$SALT$…` of crypt(3): a thousand rounds of MD5. */
export const md5Crypt = (password: Uint8Array, salt: string): string => {
  const salty = Buffer.from(salt);
  const bits: Uint8Array[] = [];
  for (let length = password.length; length > 0; length >>= 1)
    bits.push((length & 1) === 1 ? Uint8Array.of(0) : password.subarray(0, 1));
  let digest = md5(
    ...[password, MAGIC, salty],
    stretched(md5(password, salty, password), password.length),
    ...bits,
  );
  for (let round = 0; round < 1000; round += 1) {
    const odd = round % 2 === 1;
    const parts = [odd ? password : digest];
    if (round % 3 !== 0) parts.push(salty);
    if (round % 7 !== 0) parts.push(password);
    parts.push(odd ? digest : password);
    digest = md5(...parts);
  }
  return `$1$${salt}$${cryptDigits(digest, GROUPS)}`;
};
