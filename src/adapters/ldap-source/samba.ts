import { createCipheriv } from 'node:crypto';
import { md4 } from './md4.ts';

/** What Samba keeps in sambaNTPassword: MD4 of the password in UTF-16, in capital hexadecimal. */
export const ntHash = (password: string): string =>
  md4(Buffer.from(password, 'utf16le')).toString('hex').toUpperCase();

const MAGIC = 'KGS!@#$%';

/** 56 bits spread over eight octets; DES does not look at the lowest bit of each. */
const desKey = (octets: Uint8Array): Buffer => {
  let bits = 0n;
  for (const octet of octets) bits = (bits << 8n) | BigInt(octet);
  const key = Buffer.alloc(8);
  for (let index = 0; index < 8; index += 1)
    key[index] = Number((bits >> BigInt(49 - index * 7)) & 0x7fn) << 1;
  return key;
};

/** DES, as triple DES with the same key thrice: Node's OpenSSL has no other. */
const des = (key: Buffer, text: string): Buffer =>
  createCipheriv('des-ede3', Buffer.concat([key, key, key]), null)
    .setAutoPadding(false)
    .update(text, 'latin1');

/**
 * What Samba keeps in sambaLMPassword. `undefined` for a password that has none: longer than 14
 * characters, or beyond ASCII, where every country's LAN Manager had letters of its own.
 */
export const lmHash = (password: string): string | undefined => {
  if (!/^[\x20-\x7e]{1,14}$/.test(password)) return undefined;
  const octets = Buffer.alloc(14);
  octets.write(password.toUpperCase(), 'latin1');
  return Buffer.concat(
    [octets.subarray(0, 7), octets.subarray(7)].map((half) => des(desKey(half), MAGIC)),
  )
    .toString('hex')
    .toUpperCase();
};
