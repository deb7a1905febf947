import { PERSONAL } from '../../../domain/home/home.ts';
import { empty } from '../answer.ts';
import { homeConditions } from '../conditions.ts';
import { depthOf } from '../depth.ts';
import { badRequest, DavError, notFound } from '../errors.ts';
import { tellOwnerOfLeaving } from '../invitations/leaving.ts';
import type { Method } from '../tables.ts';
import { needPrivilege } from '../viewer.ts';
import { isAtHome } from '../resource.ts';
import { dav } from '../xml/names.ts';
import { deleteStream } from './collection-stream.ts';
import { removeEntry, seen } from './home.ts';

/**
 * DELETE of a calendar or address book with everything in it: first the stream, then the home's entry.
 * Cut short in between, the collection is gone already, because an entry without live stream counts
 * as absent; deleting it again takes the entry away and says 404. What one has subscribed to only leaves
 * one's own home.
 */
export const deleteCollection: Method = {
  name: 'DELETE',
  source: 'RFC 4918 §9.6.1',
  on: ['calendar', 'addressbook'],
  body: 'none',
  async handle(request) {
    const { resource, headers } = request;
    if (resource.kind !== 'collection') throw notFound();
    if (depthOf(headers, 'infinity') !== 'infinity')
      throw badRequest('A collection is only deleted with Depth infinity (RFC 4918 §9.6.1).');
    const { entry, stream } = resource;
    if (!isAtHome(resource, request.principal))
      throw needPrivilege(request.path.raw, dav('unbind'));
    if (entry.owner !== undefined) {
      await removeEntry(request, entry.collection);
      await tellOwnerOfLeaving(request, resource);
      return empty(204);
    }
    if (entry.segment === PERSONAL) throw new DavError(homeConditions.PersonalCollectionStays);
    const deleted = await deleteStream(request, entry.kind, stream);
    if (deleted !== undefined) await seen(request, stream, deleted);
    await removeEntry(request, entry.collection);
    if (deleted !== undefined && deleted !== 'no-stream' && entry.kind === 'calendar')
      await request.services.scheduling.changed({
        ...{ stream, revision: deleted, owner: resource.owner },
      });
    if (deleted === undefined) throw notFound();
    return empty(204);
  },
};
