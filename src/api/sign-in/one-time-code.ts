import { createHmac, randomBytes } from 'node:crypto';

/** RFC 6238 with what every authenticator takes: SHA-1, six digits, thirty seconds. */
const SECONDS = 30;
const DIGITS = 6;
/** Steps before and after the present one whose codes are taken (RFC 6238 §5.2): clocks differ. */
const TOLERANCE = 1;
/** RFC 4226 §4 R6 recommends as many bits as SHA-1 has. */
const SECRET_OCTETS = 20;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base 32 (RFC 4648 §6) of whole groups of five octets, without padding. */
const base32 = (octets: Uint8Array): string => {
  const bits = [...octets].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)]).join('');
};

const octetsOf = (text: string): Buffer => {
  const bits = Array.from(text, (one) => ALPHABET.indexOf(one).toString(2).padStart(5, '0')).join(
    '',
  );
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
};

/** A secret for an authenticator, in base 32. */
export const newSecret = (): string => base32(randomBytes(SECRET_OCTETS));

/** The code of a step (RFC 4226 §5.3). */
const codeOf = (secret: string, step: number): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', octetsOf(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
};

/** The code that an authenticator shows at a time, in ms since 1970. */
export const codeAt = (secret: string, at: number): string =>
  codeOf(secret, Math.floor(at / 1000 / SECONDS));

/** The step that a typed code is of; `undefined` when it is of none that counts at this time. */
export const stepOf = (secret: string, typed: string, at: number): number | undefined => {
  const code = typed.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(code)) return undefined;
  const now = Math.floor(at / 1000 / SECONDS);
  // All of them are looked at: how long it takes tells nothing.
  return Array.from({ length: 2 * TOLERANCE + 1 }, (_, index) => now + TOLERANCE - index)
    .filter((step) => step >= 0 && codeOf(secret, step) === code)
    .at(0);
};

/** What an authenticator reads from a QR code: the `otpauth` URI that all of them know. */
export const authenticatorUri = (secret: string, issuer: string, login: string): string => {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(login)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${SECONDS}`;
};
