import type { Precondition } from '../../../domain/collection/precondition.ts';
import { unconditional } from '../../../domain/collection/precondition.ts';
import { destinationPath, mayOverwrite } from '../destination.ts';
import { refuse } from '../errors.ts';
import { resolve } from '../resolve.ts';
import type { DavRequest } from '../tables.ts';
import { mediaOf } from './media.ts';
import type { ObjectResource } from './member.ts';
import { missingParent } from './parent.ts';

/** Where COPY and MOVE lead. */
export interface Destination {
  readonly target: ObjectResource;
  /** What the Overwrite header asks of whatever is there (RFC 4918 §10.6). */
  readonly over: Precondition;
}

/**
 * Reads the Destination and Overwrite headers of a request on an object (RFC 4918 §10.3, §10.6).
 *
 * @throws DavError 400 for headers that are missing or malformed, 502 for another host, 409 below a
 * missing collection, 403 for the object itself, for whatever no object can be, and with
 * `supported-calendar-data` or CardDAV's for a collection of another kind.
 */
export const destinationOf = async (
  request: DavRequest,
  source: ObjectResource,
): Promise<Destination> => {
  const { headers, services, principal } = request;
  const over: Precondition = mayOverwrite(headers) ? unconditional : { ifNoneMatch: '*' };
  const target = await resolve(services, principal, destinationPath(headers));
  if (target.kind === 'nothing' && target.orphan) throw missingParent();
  if (target.kind !== 'object')
    throw refuse(403, undefined, { reason: 'The destination is no place for an object.' });
  const { kind } = target.collection.entry;
  if (kind !== source.collection.entry.kind) throw refuse(403, mediaOf[kind].supported);
  // RFC 4918 §9.8.5, §9.9.4.
  if (target.collection.stream === source.collection.stream && target.name === source.name)
    throw refuse(403, undefined, { reason: 'Source and destination are the same.' });
  return { target, over };
};
