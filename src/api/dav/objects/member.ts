import type { ResourceName } from '../../../domain/kernel/ids.ts';
import type { Filled } from '../../../projections/collection/rows.ts';
import { notFound } from '../errors.ts';
import { isLive } from '../listing.ts';
import type { DavRequest } from '../tables.ts';
import type { CollectionResource, Resource } from '../resource.ts';

export type ObjectResource = Extract<Resource, { readonly kind: 'object' }>;

/** The request's resource where the method table only lets objects through. */
export const objectAt = ({ resource }: DavRequest): ObjectResource => {
  if (resource.kind !== 'object') throw notFound();
  return resource;
};

/**
 * One member with its content, in one round trip; `undefined` when the collection has none of that
 * name. @throws DavError 404 when the collection is gone.
 */
export const memberOf = async (
  { services }: DavRequest,
  { stream }: CollectionResource,
  name: ResourceName,
): Promise<Filled | undefined> => {
  const snapshot = await services.collections.named(stream, [name]);
  if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
  let found: Filled | undefined;
  for await (const page of snapshot.members) found = page[0] ?? found;
  return found;
};
