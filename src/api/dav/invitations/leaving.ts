import { accountGrantee } from '../../../domain/rights/grants.ts';
import { isLive } from '../listing.ts';
import { type CollectionResource, treeOf } from '../resource.ts';
import type { DavRequest } from '../tables.ts';
import { replyTo } from './notify.ts';

/**
 * Who deletes a calendar from their home that was shared with them by name has said no to it
 * (calendarserver.org, caldav-sharing §5.4.2): its owner sees that. The rights stay, as after unsubscribing.
 */
export const tellOwnerOfLeaving = async (
  request: DavRequest,
  { owner, entry, stream }: CollectionResource,
): Promise<void> => {
  const { unveiled, resource, principal } = request;
  const { account } = treeOf(resource, principal);
  const row = (await unveiled.collections([stream])).get(stream);
  const isShared = isLive(row) && (row.grants.get(accountGrantee(account))?.length ?? 0) > 0;
  if (entry.kind !== 'calendar' || !isShared) return;
  await replyTo(request, owner.account, {
    collection: entry.collection,
    from: account,
    answer: 'declined',
    summary: entry.properties.displayName ?? '',
    invitation: '',
  });
};
