import type { IncomingHttpHeaders } from 'node:http';
import type { Dialect } from '../../services.ts';
import { depthOf } from '../depth.ts';
import { badRequest } from '../errors.ts';
import { propertyRequestOf } from '../properties/request.ts';
import type { PropertyRequest } from '../properties/respond.ts';
import { childOf, childrenOf, textOf, type XmlElement } from '../xml/element.ts';
import { dav } from '../xml/names.ts';
import { agrees } from '../workarounds.ts';
import { limitOf } from './limit.ts';

/** A `DAV:sync-collection` request (RFC 6578 §6.1). */
export interface SyncRequest {
  /** `undefined` asks for everything there is. */
  readonly token: string | undefined;
  /** Most members to report; `undefined` is no limit. */
  readonly limit: number | undefined;
  readonly asked: PropertyRequest;
}

/**
 * Reads the request. Level `infinite` means the same as `1` in a collection that holds no others.
 *
 * SOGo asks for neither a level nor a token.
 *
 * @throws DavError 400 for a Depth that contradicts the level, and for a missing or unreadable element.
 */
export const syncRequestOf = (
  body: XmlElement,
  headers: IncomingHttpHeaders,
  dialect: Dialect,
): SyncRequest => {
  if (dialect === 'rfc') checkLevel(body, headers);
  const [token, ...others] = childrenOf(body, dav('sync-token'));
  if ((token === undefined && dialect === 'rfc') || others.length > 0)
    throw badRequest('sync-collection needs one sync-token, empty at first.');
  const asked = propertyRequestOf(body);
  if (asked?.kind !== 'prop') throw badRequest('sync-collection needs prop.');
  return { token: (token && textOf(token).trim()) || undefined, limit: limitOf(body, dav), asked };
};

/** RFC 6578 §3.2 wants Depth 0. */
const checkLevel = (body: XmlElement, headers: IncomingHttpHeaders): void => {
  const depth = depthOf(headers, '0');
  const level = childOf(body, dav('sync-level'));
  const value = level === undefined ? undefined : textOf(level).trim();
  if (value !== undefined && value !== '1' && value !== 'infinite')
    throw badRequest('sync-level must be 1 or infinite.');
  if (!agrees(depth, value))
    throw badRequest('sync-collection needs a sync-level, and Depth must be 0.');
};
