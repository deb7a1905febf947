import { badRequest } from './errors.ts';

/** Where every DAV resource hangs. */
export const DAV_ROOT = '/SOGo/dav';

/** A request's path, and its segments decoded and found harmless. */
export interface Path {
  /** As it was sent, without query: hrefs of the requested resource mirror it. */
  readonly raw: string;
  /** What follows the question mark, as sent; absent without one. */
  readonly query?: string;
  /** Decoded; without the empty one that a trailing slash makes. */
  readonly segments: readonly string[];
}

/** A request target without the scheme and host of its absolute form (RFC 9112 §3.2.2). */
export const originForm = (target: string): string =>
  target.replace(/^https?:\/\/[^/?#]*(?=\/)/i, '');

/** Octets of one decoded segment; file systems and clients end there too. */
const SEGMENT_LIMIT = 255;

/**
 * Reads a path. Names are kept exactly as sent: no normalisation of any kind.
 *
 * @throws DavError 400 for whatever two readers could take differently: empty, `.` and `..` segments,
 * fragments, encoded slashes, control characters, broken percent encoding or UTF-8, and for names over
 * 255 octets.
 */
export const readPath = (url: string): Path => {
  // RFC 9112 §3.2: a target has no fragment. Reading it as a path's end would delete a folder for `a/#b`.
  if (url.includes('#')) throw badRequest('The path must not have a fragment.');
  const raw = originForm(url).replace(/[?].*$/s, '');
  if (!raw.startsWith('/')) throw badRequest('The path must start with a slash.');
  const parts = raw.slice(1).split('/');
  if (parts.at(-1) === '') parts.pop();
  const [, query] = /^[^?]*\?(.*)/s.exec(url) ?? [];
  return { raw, segments: parts.map(decodeSegment), ...(query === undefined ? {} : { query }) };
};

const decodeSegment = (encoded: string): string => {
  const segment = decoded(encoded);
  if (segment === undefined) throw badRequest('The path is not valid percent-encoded UTF-8.');
  if (segment === '' || segment === '.' || segment === '..')
    throw badRequest('The path has an empty or dot segment.');
  if (/[\p{Cc}/]/u.test(segment))
    throw badRequest('The path has a control character or an encoded slash.');
  if (Buffer.byteLength(segment) > SEGMENT_LIMIT)
    throw badRequest(`A path segment is longer than ${SEGMENT_LIMIT} octets.`);
  return segment;
};

const decoded = (encoded: string): string | undefined => {
  // RFC 3986 §2: URIs are made of ASCII.
  if (!/^[\x21-\x7e]*$/.test(encoded)) return undefined;
  if (!encoded.includes('%')) return encoded;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
};

/**
 * The decoded segments an href in a request body points to, relative to nothing: an absolute path or
 * an absolute URI (RFC 4918 §8.3), whose scheme and host are not compared. `undefined` when it is
 * neither or would be refused as a request's path.
 */
export const readHref = (href: string): readonly string[] | undefined => {
  try {
    return readPath(href.trim()).segments;
  } catch {
    return undefined;
  }
};
