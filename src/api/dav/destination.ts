import type { IncomingHttpHeaders } from 'node:http';
import { badRequest, refuse } from './errors.ts';
import { type Path, readPath } from './path.ts';

/** The Overwrite header (RFC 4918 §10.6). @throws DavError 400 */
export const mayOverwrite = ({ overwrite }: IncomingHttpHeaders): boolean => {
  const value = overwrite === undefined ? 'T' : String(overwrite).trim().toUpperCase();
  if (value !== 'T' && value !== 'F') throw badRequest('Overwrite must be T or F.');
  return value === 'T';
};

/**
 * The Destination header's path (RFC 4918 §10.3). The scheme is not compared: TLS ends at a proxy.
 * @throws DavError 400 for a header that is missing or malformed, 502 for another host.
 */
export const destinationPath = (headers: IncomingHttpHeaders): Path => {
  const given = headers['destination'];
  if (given === undefined) throw badRequest('The Destination header is missing.');
  const [, authority, path = ''] =
    /^\s*(?:https?:\/\/([^/?#\s]*))?([^\s]*?)\s*$/i.exec(String(given)) ?? [];
  if (!path.startsWith('/') || /[?#]/.test(path))
    throw badRequest('Destination must be an absolute URI or path, without query or fragment.');
  if (authority !== undefined && !ownAuthorities(headers).has(hostOf(authority)))
    throw refuse(502, undefined, { reason: 'The destination is another server’s.' });
  return readPath(path);
};

/** As the client knows this server: by the Host header, which some proxies keep in another. */
const ownAuthorities = (headers: IncomingHttpHeaders): ReadonlySet<string> =>
  new Set(
    [headers.host, headers['x-forwarded-host']]
      .flatMap((value) => (value === undefined ? [] : String(value).split(',')))
      .map((authority) => hostOf(authority.trim())),
  );

/** Without user information and the ports that stand for http and https. */
const hostOf = (authority: string): string =>
  authority
    .toLowerCase()
    .replace(/^.*@/, '')
    .replace(/:(?:80|443)?$/, '');
