import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';

/** First octet of everything sealed; a new layout gets a new number and the old one stays readable. */
const LAYOUT = 1;
const NONCE = 12;
const TAG = 16;
const HEAD = 1 + NONCE;

/** Octets that sealing adds. */
export const SEAL_OVERHEAD = HEAD + TAG;

const cipher = 'aes-256-gcm';
const options = { authTagLength: TAG };

/** Random octets are fetched for many nonces at once: one fetch costs more than sealing 1 KB. */
const pool = new Uint8Array(NONCE * 256);
let used = pool.length;

const nextNonce = (): Uint8Array => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += NONCE;
  return pool.subarray(used - NONCE, used);
};

/** What was sealed is bound to its layout and to what its context says. */
const bound = (context: string): Buffer => Buffer.from(`${LAYOUT}\n${context}`);

/**
 * AES-256-GCM with a random 96-bit nonce: layout, nonce, ciphertext, 128-bit tag.
 * @param secret 32 octets.
 * @param context says what this is; not kept, and needed again to open.
 */
export const sealOctets = (secret: Uint8Array, octets: Uint8Array, context: string): Uint8Array => {
  const nonce = nextNonce();
  const sealing = createCipheriv(cipher, secret, nonce, options);
  sealing.setAAD(bound(context));
  const body = sealing.update(octets);
  // GCM is a stream: all of the text is out already, and `final` only makes the tag.
  sealing.final();
  const sealed = Buffer.allocUnsafe(SEAL_OVERHEAD + body.length);
  sealed[0] = LAYOUT;
  sealed.set(nonce, 1);
  sealed.set(body, HEAD);
  sealed.set(sealing.getAuthTag(), HEAD + body.length);
  return sealed;
};

/** `unknown-layout`: written by a later version. `tampered`: not what was sealed with this context. */
export type Opened =
  | { readonly octets: Uint8Array }
  | { readonly failed: 'unknown-layout' | 'tampered' };

export const openOctets = (secret: Uint8Array, sealed: Uint8Array, context: string): Opened => {
  if (sealed.length < SEAL_OVERHEAD) return { failed: 'tampered' };
  if (sealed[0] !== LAYOUT) return { failed: 'unknown-layout' };
  const opening = createDecipheriv(cipher, secret, sealed.subarray(1, HEAD), options);
  opening.setAAD(bound(context));
  opening.setAuthTag(sealed.subarray(-TAG));
  const octets = opening.update(sealed.subarray(HEAD, -TAG));
  try {
    opening.final();
  } catch {
    return { failed: 'tampered' };
  }
  return { octets };
};
