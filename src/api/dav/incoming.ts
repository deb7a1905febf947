import type { FastifyRequest } from 'fastify';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { CollectionRows } from '../../projections/collection/rows.ts';
import { viaOf } from '../http/client.ts';
import type { Principal, Services } from '../services.ts';
import type { Answer } from './answer.ts';
import { dispatch } from './dispatch.ts';
import { DavError } from './errors.ts';
import { isInFiles } from './files/resource.ts';
import { MASTER } from './listing.ts';
import { type Path, readPath } from './path.ts';
import { anonymous, isNobody, segmentsFor } from './public.ts';
import { resolve } from './resolve.ts';
import { treeOf, type Resource, type Viewer } from './resource.ts';
import type { DavRequest, Tables } from './tables.ts';
import { viewedBy } from '../viewing.ts';

/** What is read of a request. */
type Received = Pick<FastifyRequest, 'id' | 'method' | 'headers' | 'originalUrl' | 'body'>;

/** A request as methods and reports see it. @throws DavError 400 for a path that is none. */
export const understood = async (
  given: Services,
  tables: Tables,
  principal: Principal,
  { id, method, headers, originalUrl, body }: Received,
): Promise<DavRequest> => {
  const at = given.now();
  const asker = isNobody(principal) ? anonymous : await given.sharing.askerOf(principal);
  const viewer: Viewer = { ...principal, asker };
  const path = seriesPath(given.dialect, method, readPath(originalUrl), viewer);
  const { collections: unveiled, blobs } = given;
  const collections = viewedBy({ rows: unveiled, blobs, asker: viewer.asker });
  const services = seeing(given, collections);
  const resource = await located(services, viewer, path, method);
  const whose = ownerOf(resource, viewer);
  return {
    services,
    unveiled,
    tables,
    id,
    method,
    headers,
    path,
    principal: viewer,
    resource,
    books: isNobody(principal) ? [] : await services.directories.books(principal),
    body: body instanceof Uint8Array ? body : noBody,
    by: {
      actor: principal.account,
      ...(whose.account === principal.account ? {} : { onBehalfOf: whose.account }),
      via: viaOf(protocolOf(resource), headers['user-agent']),
      at,
      correlationId: id,
      causationId: id,
    },
  };
};

/**
 * Services whose collections are others, and whose dialect stays the same until the request is answered. Not a
 * copy: many of the rest are settings, all of which would be looked up for each request.
 */
const seeing = (given: Services, collections: CollectionRows): Services =>
  Object.create(given, {
    collections: { value: collections },
    dialect: { value: given.dialect },
  }) as Services;

/** Services of a request whose homes may be a moment old. */
const hinting = (services: Services): Services =>
  Object.create(services, { home: { value: services.homeHint } }) as Services;

/** `NAME.ics/master` is read as the object itself, as with SOGo, and can only be read. */
const seriesPath = (
  dialect: Services['dialect'],
  method: string,
  path: Path,
  viewer: Viewer,
): Path =>
  dialect === 'sogo' &&
  ['GET', 'HEAD', 'PROPFIND'].includes(method) &&
  segmentsFor(viewer, path.segments)?.length === MASTER_DEPTH &&
  path.raw.endsWith(MASTER)
    ? { ...path, segments: path.segments.slice(0, -1) }
    : path;

/** Segments of `/SOGo/dav/USER/Calendar/ID/NAME/master`. */
const MASTER_DEPTH = 7;

/** For whom something is done: whose the collection is, or the tree. */
const ownerOf = (resource: Resource, viewer: Viewer): Principal =>
  resource.kind === 'collection'
    ? resource.owner
    : resource.kind === 'object'
      ? resource.collection.owner
      : treeOf(resource, viewer);

const noBody = new Uint8Array();

/** Methods that show nothing of what the home says about a collection. */
const indifferent: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'PUT',
  'DELETE',
  'COPY',
  'MOVE',
  'REPORT',
]);

/** Objects, and collections for reports, are found without a question where the home is remembered. */
const located = async (
  services: Services,
  principal: Viewer,
  path: Path,
  method: string,
): Promise<Resource> => {
  if (indifferent.has(method)) {
    const hinted = await resolve(hinting(services), principal, path, true);
    if (
      hinted.kind === 'object' ||
      hinted.kind === 'directory-card' ||
      isInFiles(hinted) ||
      ((hinted.kind === 'collection' || hinted.kind === 'directory') && method === 'REPORT')
    )
      return hinted;
  }
  const isRead = method === 'PROPFIND' || method === 'GET' || method === 'HEAD';
  return resolve(services, principal, path, isRead);
};

const streamOf = (resource: Resource): StreamId | undefined =>
  resource.kind === 'object'
    ? resource.collection.stream
    : resource.kind === 'collection'
      ? resource.stream
      : undefined;

/**
 * Hands a request to its method. A collection that turns out to be gone may have been found by an old
 * hint, and another may hang in its place by now: then that one is asked.
 */
export const dispatched = async (incoming: DavRequest): Promise<Answer> => {
  try {
    return await dispatch(incoming);
  } catch (error) {
    const stream = streamOf(incoming.resource);
    const gone = error instanceof DavError && [404, 409].includes(error.refusal.status);
    if (!gone || stream === undefined) throw error;
    const { services, principal, path } = incoming;
    const resource = await resolve(services, principal, path);
    if (streamOf(resource) === stream) throw error;
    return dispatch({ ...incoming, resource });
  }
};

const protocolOf = (resource: Resource): 'caldav' | 'carddav' | 'dav' => {
  if (resource.kind === 'directory' || resource.kind === 'directory-card') return 'carddav';
  const kind =
    resource.kind === 'object'
      ? resource.collection.entry.kind
      : resource.kind === 'collection'
        ? resource.entry.kind
        : 'of' in resource
          ? resource.of
          : undefined;
  if (kind === undefined) return 'dav';
  return kind === 'calendar' ? 'caldav' : 'carddav';
};
