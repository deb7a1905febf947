import type { ChangeRights } from '../../../domain/rights/rights.ts';
import { accepted, addressBookRefusal, calendarRefusal } from '../conditions.ts';
import { seen } from '../methods/home.ts';
import type { CollectionResource } from '../resource.ts';
import type { DavRequest } from '../tables.ts';

/** Changes the rights in a collection and waits until they can be read. @throws DavError 403, 400, 507 */
export const changeRightsIn = async (
  request: DavRequest,
  collection: CollectionResource,
  changes: ChangeRights['changes'],
): Promise<void> => {
  const { services, principal, by } = request;
  const { stream, owner, entry } = collection;
  const command = { type: 'ChangeRights', changes, asker: principal.asker } as const;
  const intent = { stream, owner: owner.account, by, command };
  const outcome =
    entry.kind === 'calendar'
      ? accepted(await services.calendars(intent), (rejection) =>
          calendarRefusal(rejection, collection, request),
        )
      : accepted(await services.addressBooks(intent), (rejection) =>
          addressBookRefusal(rejection, collection, request),
        );
  await seen(request, stream, outcome.revision);
};
