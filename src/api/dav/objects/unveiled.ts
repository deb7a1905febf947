import { holds, type Precondition } from '../../../domain/collection/precondition.ts';
import { refuse } from '../errors.ts';
import type { DavRequest } from '../tables.ts';
import { memberOf, type ObjectResource, unveiledMember } from './member.ts';
import { preconditionOf } from './preconditions.ts';

/**
 * What the headers of a request to delete an object demand, in terms of the object as it is: a client that
 * sees it masked knows another entity tag of it. @throws DavError 412
 */
export const unveiledPrecondition = async (
  request: DavRequest,
  { collection, name }: ObjectResource,
): Promise<Precondition> => {
  const when = preconditionOf(request);
  const isOwn = collection.owner.account === request.principal.account;
  if (isOwn || Object.keys(when).length === 0) return when;
  const shown = await memberOf(request, collection, name);
  if (shown !== undefined && shown.masked !== true) return when;
  if (!holds(when, shown?.etag)) throw refuse(412);
  const there = await unveiledMember(request, collection, name);
  return there === undefined ? {} : { ifMatch: [there.etag] };
};
