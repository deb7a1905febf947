import type { DeadChange } from '../../../domain/collection/dead-properties.ts';
import { holds } from '../../../domain/collection/precondition.ts';
import type { Filled } from '../../../projections/collection/rows.ts';
import { RETRY_AFTER } from '../../http/faults.ts';
import { accepted, addressBookRefusal, calendarRefusal } from '../conditions.ts';
import { DavError, notFound, refuse } from '../errors.ts';
import type { DavRequest } from '../tables.ts';
import { askedBy } from '../viewer.ts';
import { memberOf, type ObjectResource } from './member.ts';
import { preconditionOf } from './preconditions.ts';

/** How often a change begins again because the object was stored anew meanwhile. */
const ATTEMPTS = 5;

/**
 * Changes an object's dead properties. The event says all of the object again, so it is read first.
 * @throws DavError 404, 412, 507; 503 when others store the object faster than that.
 */
export const changeObject = async (
  request: DavRequest,
  resource: ObjectResource,
  change: DeadChange,
): Promise<void> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const member = await memberOf(request, resource.collection, resource.name);
    if (!holds(preconditionOf(request), member?.etag)) throw refuse(412);
    if (member === undefined) throw notFound();
    try {
      await record(request, resource, member, change);
      return;
    } catch (error) {
      if (!(error instanceof DavError) || error.refusal.status !== 412) throw error;
    }
  }
  throw refuse(503, undefined, { headers: { 'retry-after': RETRY_AFTER } });
};

const record = async (
  request: DavRequest,
  { collection, name }: ObjectResource,
  { etag, content, size }: Filled,
  change: DeadChange,
): Promise<void> => {
  const { services, by } = request;
  const { stream, owner, entry } = collection;
  const octets = content.kind === 'inline' ? size : 0;
  const intent = { stream, owner: owner.account, by, octets };
  const told = { name, etag, content, change, ...askedBy(request, collection) } as const;
  if (entry.kind === 'calendar') {
    const command = { type: 'ChangeCalendarObjectProperties', ...told } as const;
    accepted(await services.calendars({ ...intent, command }), (rejection) =>
      calendarRefusal(rejection, collection, request),
    );
    return;
  }
  const command = { type: 'ChangeAddressObjectProperties', ...told } as const;
  accepted(await services.addressBooks({ ...intent, command }), (rejection) =>
    addressBookRefusal(rejection, collection, request),
  );
};
