import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { sameOctets } from './same.ts';

const BLOCK = 16;
/** `$AES-128-CBC$IV$CIPHERTEXT`, both in base 64, as SOGo's SQL sources keep it. */
const FORM =
  /^\$AES-128-CBC\$(?<iv>[A-Za-z0-9+/]{20,24}={0,2})\$(?<text>[A-Za-z0-9+/]{16,4096}={0,2})$/;

/** The password in whole blocks, filled up with NUL. */
const padded = (password: string): Buffer => {
  const octets = Buffer.from(password);
  return Buffer.concat([octets, Buffer.alloc((BLOCK - (octets.length % BLOCK)) % BLOCK)]);
};

/** Without the filling: NULs, or what PKCS #7 has (RFC 5652 §6.3). */
const unpadded = (octets: Buffer): Buffer => {
  const last = octets.at(-1) ?? 0;
  const isFilled =
    last >= 1 && last <= BLOCK && octets.subarray(-last).every((octet) => octet === last);
  if (isFilled) return octets.subarray(0, octets.length - last);
  let end = octets.length;
  while (end > 0 && octets[end - 1] === 0) end -= 1;
  return octets.subarray(0, end);
};

/**
 * Whether the password is the one that was enciphered. The whole of it counts: a value that was cut after its first
 * block is of no password that was longer.
 * @throws where the key is not 16 octets
 */
export const symAesVerifies = (value: string, password: string, key: Uint8Array): boolean => {
  const { iv = '', text = '' } = FORM.exec(value)?.groups ?? {};
  const [first, enciphered] = [Buffer.from(iv, 'base64'), Buffer.from(text, 'base64')];
  if (password === '' || first.length !== BLOCK) return false;
  if (enciphered.length === 0 || enciphered.length % BLOCK !== 0) return false;
  const cipher = createDecipheriv('aes-128-cbc', key, first).setAutoPadding(false);
  const plain = Buffer.concat([cipher.update(enciphered), cipher.final()]);
  return sameOctets(unpadded(plain), Buffer.from(password));
};

/** @throws where the key is not 16 octets */
export const symAesValue = (password: string, key: Uint8Array): string => {
  const iv = randomBytes(BLOCK);
  const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  const text = Buffer.concat([cipher.update(padded(password)), cipher.final()]);
  return `$AES-128-CBC$${iv.toString('base64')}$${text.toString('base64')}`;
};
