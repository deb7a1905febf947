import type { ResourceName } from '../../../domain/kernel/ids.ts';
import type { CollectionRow, Filled, Snapshot } from '../../../projections/collection/rows.ts';
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

/** A member with its content, and its collection's row. */
interface Found {
  /** `undefined` when the collection has none of that name, or none that is shown. */
  readonly member: Filled | undefined;
  readonly row: CollectionRow;
}

/** One member with its content, in one round trip. @throws DavError 404 when the collection is gone. */
export const memberWithRow = async (
  { services }: DavRequest,
  { stream }: CollectionResource,
  name: ResourceName,
): Promise<Found> => foundIn(await services.collections.named(stream, [name]));

/** One member with its content, in one round trip; else as `memberWithRow`. */
export const memberOf = async (
  request: DavRequest,
  collection: CollectionResource,
  name: ResourceName,
): Promise<Filled | undefined> => (await memberWithRow(request, collection, name)).member;

/** The member as it is, whoever may see it. @throws DavError 404 when the collection is gone. */
export const unveiledMember = async (
  { unveiled }: DavRequest,
  { stream }: CollectionResource,
  name: ResourceName,
): Promise<Filled | undefined> => (await foundIn(await unveiled.named(stream, [name]))).member;

const foundIn = async (snapshot: Snapshot<Filled> | undefined): Promise<Found> => {
  if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
  let member: Filled | undefined;
  for await (const page of snapshot.members) member = page[0] ?? member;
  return { member, row: snapshot.collection };
};
