import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { CollectionId } from '../../domain/kernel/ids.ts';

/** Octets of a secret: nobody guesses it. */
const SECRET = 32;
const ID = 16;
/** All of a token in base64url, which needs no padding: 48 octets. */
const FORM = /^[\w-]{64}$/;

/** What a link's address says: which collection, and the secret. */
export interface Token {
  readonly collection: CollectionId;
  readonly digest: Buffer;
}

const digestOf = (secret: Uint8Array): Buffer => createHash('sha256').update(secret).digest();

/** A new secret for a collection: the token is shown once, the digest is kept. */
export const newToken = (
  collection: CollectionId,
): { readonly token: string; readonly digest: string } => {
  const secret = randomBytes(SECRET);
  const id = Buffer.from(collection.replaceAll('-', ''), 'hex');
  return {
    token: Buffer.concat([id, secret]).toString('base64url'),
    digest: digestOf(secret).toString('base64url'),
  };
};

/** `undefined` for what is no token. */
export const readToken = (text: string): Token | undefined => {
  if (!FORM.test(text)) return undefined;
  const octets = Buffer.from(text, 'base64url');
  const hex = octets.subarray(0, ID).toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { collection: id as CollectionId, digest: digestOf(octets.subarray(ID)) };
};

/** Whether a digest that is kept is that of a token; as long for one that is not. */
export const isOf = ({ digest }: Token, kept: string): boolean => {
  const other = Buffer.from(kept, 'base64url');
  return other.length === digest.length && timingSafeEqual(other, digest);
};
