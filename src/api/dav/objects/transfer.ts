import type { DeadProperties } from '../../../domain/collection/dead-properties.ts';
import { holds, type Precondition } from '../../../domain/collection/precondition.ts';
import type { CollectionId, ETag } from '../../../domain/kernel/ids.ts';
import { splitStream } from '../../../domain/kernel/streams.ts';
import type { Filled } from '../../../projections/collection/rows.ts';
import { RETRY_AFTER } from '../../http/faults.ts';
import { DavError, notFound, refuse } from '../errors.ts';
import { isLive } from '../listing.ts';
import type { DavRequest } from '../tables.ts';
import { accessIn, needPrivilege, notShown } from '../viewer.ts';
import { dav } from '../xml/names.ts';
import { type Body, mustTakeChanges, removeObject, renameObject, storeObject } from './change.ts';
import type { Destination } from './destination.ts';
import { mustBeUnique } from '../scheduling/unique.ts';
import { mediaOf } from './media.ts';
import { memberOf, memberWithRow, type ObjectResource } from './member.ts';
import { contentOf, octetsOf } from './octets.ts';
import { withParent } from './parent.ts';
import { preconditionOf } from './preconditions.ts';

/** How often a move begins again because its source was changed meanwhile. */
const ATTEMPTS = 5;

/** Stores the source once more; whether the target's name was free. @throws DavError */
export const copyObject = async (
  request: DavRequest,
  source: ObjectResource,
  { target, over }: Destination,
): Promise<boolean> => {
  const member = await sourceOf(request, source);
  await mustBeUnique(request, target, member);
  const body = await sealedFor(request, source, target, bodyOf(member));
  return (await withParent(storeObject(request, target, body, over))).created;
};

/**
 * Moves an object; whether the target's name was free. Within one collection that is one append.
 * Between two, the object is stored in the target first and then deleted in the source, if that is
 * still what was stored: cut short in between it is there twice, never lost, and the same request
 * again finishes (the target knows where its member came from).
 *
 * @throws DavError
 */
export const moveObject = async (
  request: DavRequest,
  source: ObjectResource,
  { target, over }: Destination,
): Promise<boolean> => {
  // Before anything is stored: what cannot be taken away from there would be there twice.
  await mustTakeChanges(request, source.collection);
  const within = source.collection.stream === target.collection.stream;
  await mustErase(request, source);
  let created = false;
  let stored: ETag | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const member = await sourceOf(request, source);
    const body = await sealedFor(request, source, target, bodyOf(member, source));
    if (within) {
      if (await renamed(request, source, target, body, over)) return true;
      continue;
    }
    // What an earlier attempt left there is ours to replace.
    const free: Precondition = stored === undefined ? over : { ifMatch: [stored] };
    const fresh = await withParent(storeObject(request, target, body, free));
    created ||= fresh.created;
    stored = member.etag;
    if (await isRemoved(request, source, member, target)) return created;
  }
  throw refuse(503, undefined, { headers: { 'retry-after': RETRY_AFTER } });
};

/** Refuses to begin a move whose source would stay. @throws DavError 403, 404 */
const mustErase = async (request: DavRequest, { collection }: ObjectResource): Promise<void> => {
  const { services, principal, path } = request;
  if (collection.owner.account === principal.account) return;
  const row = (await services.collections.collections([collection.stream])).get(collection.stream);
  if (!isLive(row)) throw notFound();
  if (accessIn(principal, row)?.erase !== true) throw needPrivilege(path.raw, dav('unbind'));
};

/**
 * Content as the target's owner is to have it: what is sealed with somebody else's key is sealed anew, for
 * it would go when they go.
 */
const sealedFor = async (
  { services: { blobs } }: DavRequest,
  source: ObjectResource,
  target: ObjectResource,
  body: Body,
): Promise<Body> => {
  const { owner } = target.collection;
  if (body.content.kind === 'inline' || owner.account === source.collection.owner.account)
    return body;
  const octets = await octetsOf(blobs, body.content);
  return { ...body, content: await contentOf(blobs, owner.account, octets) };
};

/** The source as the request's conditions want it. @throws DavError 404, 412, 403 `max-resource-size` */
const sourceOf = async (request: DavRequest, source: ObjectResource): Promise<Filled> => {
  const { member, row } = await memberWithRow(request, source.collection, source.name);
  if (!holds(preconditionOf(request), member?.etag)) throw refuse(412);
  if (member === undefined) throw notShown(request, row);
  // What is not seen whole can neither be copied nor moved.
  if (member.masked === true) throw needPrivilege(request.path.raw, dav('read'));
  // What was stored when more was taken stays where it is.
  if (member.size > request.services.limits.resource)
    throw refuse(403, mediaOf[source.collection.entry.kind].tooLarge);
  return member;
};

const none: DeadProperties = new Map();

/** With the properties of its own: they replace those of what is at the target (RFC 4918 §9.8.2). */
const bodyOf = (
  { uid, component, etag, content, classes, scheduleTag, dead = none }: Filled,
  movedFrom?: ObjectResource,
): Body => {
  const moved = movedFrom === undefined ? {} : { movedFrom: originOf(movedFrom) };
  return {
    submission:
      component === 'VCARD' || component === 'VLIST'
        ? {
            kind: 'addressbook',
            facts: { uid, dead, ...(component === 'VLIST' && { component }), ...moved },
          }
        : {
            kind: 'calendar',
            facts: {
              ...{ uid, component, dead },
              ...(classes && { classes }),
              ...(scheduleTag && { scheduleTag }),
              ...moved,
            },
          },
    etag,
    content,
  };
};

const originOf = ({ collection, name }: ObjectResource) => ({
  collection: splitStream(collection.stream)[1] as CollectionId,
  name,
});

/** `false`: the source was changed meanwhile. */
const renamed = async (
  request: DavRequest,
  source: ObjectResource,
  target: ObjectResource,
  body: Body,
  over: Precondition,
): Promise<boolean> => {
  try {
    await renameObject(request, source, target.name, body, over);
    return true;
  } catch (error) {
    if (!isRefusal(error, 412)) throw error;
    // Either the source is another by now, or the target must not be overwritten.
    const now = await memberOf(request, source.collection, source.name);
    if (now?.etag === body.etag) throw error;
    return false;
  }
};

/** Whether the source is gone, by us or by somebody else; not when it was changed meanwhile. */
const isRemoved = async (
  request: DavRequest,
  source: ObjectResource,
  { etag, uid, scheduleTag }: Filled,
  { collection: { owner } }: ObjectResource,
): Promise<boolean> => {
  const leaves = scheduleTag !== undefined && owner.account !== source.collection.owner.account;
  try {
    await removeObject(request, source, { ifMatch: [etag] }, leaves ? { uid } : undefined);
    return true;
  } catch (error) {
    if (isRefusal(error, 404)) return true;
    if (!isRefusal(error, 412)) throw error;
    return (await memberOf(request, source.collection, source.name)) === undefined;
  }
};

const isRefusal = (error: unknown, status: number): boolean =>
  error instanceof DavError && error.refusal.status === status;
