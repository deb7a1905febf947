import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV = 12;
const TAG = 16;

/** A key that nobody has but the browser: of its token, the tables hold a digest alone. */
const keyOf = (token: string): Buffer =>
  Buffer.from(hkdfSync('sha256', token, '', 'daybook keepsake', 32));

/** Makes a text unreadable for whoever has not the session's token. */
export const sealKeepsake = (token: string, text: string): string => {
  const iv = randomBytes(IV);
  const cipher = createCipheriv(CIPHER, keyOf(token), iv);
  const sealed = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString('base64url');
};

/** The text again. @throws when it was sealed for another token, or changed since */
export const openKeepsake = (token: string, sealed: string): string => {
  const octets = Buffer.from(sealed, 'base64url');
  const opening = createDecipheriv(CIPHER, keyOf(token), octets.subarray(0, IV));
  opening.setAuthTag(octets.subarray(-TAG));
  const plain = [opening.update(octets.subarray(IV, -TAG)), opening.final()];
  return Buffer.concat(plain).toString('utf8');
};
