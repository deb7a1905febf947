import { isUtf8 } from 'node:buffer';
import { badRequest, refuse } from '../errors.ts';

/**
 * Octets of an XML document as text: UTF-8 or UTF-16, told by byte order mark, else by the
 * Content-Type's charset, else by how the first character lies (RFC 7303 §3, XML 1.0 appendix F).
 *
 * @throws DavError 415 for another charset, 400 for octets that are not what they claim to be.
 */
export const decodeXml = (octets: Uint8Array, contentType: string | undefined): string => {
  const encoding = marked(octets) ?? charsetOf(contentType) ?? guessed(octets) ?? 'utf-8';
  // Most are UTF-8 without a mark, and a decoder takes longer to make than such a body to read.
  if (encoding === 'utf-8' && octets[0] !== 0xef && isUtf8(octets)) return utf8(octets);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(octets);
  } catch {
    throw badRequest(`The body is not valid ${encoding.toUpperCase()}.`);
  }
};

const utf8 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString();

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const marked = ([first, second, third]: Uint8Array): Encoding | undefined => {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : undefined;
};

const guessed = ([first, second]: Uint8Array): Encoding | undefined => {
  if (first === 0x3c && second === 0) return 'utf-16le';
  return first === 0 && second === 0x3c ? 'utf-16be' : undefined;
};

const charsets: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  'utf-16': 'utf-16be',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};

const charsetOf = (contentType: string | undefined): Encoding | undefined => {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1];
  if (charset === undefined) return undefined;
  const known = charsets[charset.toLowerCase()];
  if (known === undefined)
    throw refuse(415, undefined, { reason: 'XML must be encoded in UTF-8 or UTF-16.' });
  return known;
};

/** Whether an XML declaration's encoding is one that `decodeXml` reads. */
export const isReadable = (encoding: string): boolean =>
  Object.hasOwn(charsets, encoding.toLowerCase());
