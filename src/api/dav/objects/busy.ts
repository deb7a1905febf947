import type { Busy } from '../../../domain/icalendar/free-busy.ts';
import { newAllowance } from '../../../domain/icalendar/recurrence/budget.ts';
import type { TimeRange } from '../../../domain/icalendar/time-range.ts';
import { coalesced } from '../../../domain/icalendar/free-busy.ts';
import { addressesOf } from '../../scheduling/busy.ts';
import { timesIn, TooMuchBusyTime } from '../../scheduling/calendar-times.ts';
import { type DavError, notFound, refuse } from '../errors.ts';
import { zoneOfCalendar } from '../properties/time-zone.ts';
import type { CollectionResource } from '../resource.ts';
import type { DavRequest } from '../tables.ts';
import { dav } from '../xml/names.ts';

/** RFC 4791 §7.10, §9.6.7: more than one answer tells. */
export const tooMuchBusyTime = (): DavError => refuse(403, dav('number-of-matches-within-limits'));

/**
 * When a range is taken by the objects of a calendar, as far as whoever asks sees them.
 *
 * @throws DavError 404 for a calendar that is gone, 403 `number-of-matches-within-limits`
 */
export const busyIn = async (
  { services }: DavRequest,
  { stream, entry, owner }: CollectionResource,
  range: TimeRange,
): Promise<readonly Busy[]> => {
  try {
    const { times, visible } = await timesIn({
      calendars: [{ stream, floating: zoneOfCalendar(entry.properties) }],
      whose: { addresses: addressesOf(owner), tentativeIsFree: services.dialect === 'sogo' },
      rows: services.collections,
      blobs: services.blobs,
      takings: undefined,
      allowance: newAllowance(services.limits.steps),
      range,
    });
    if (visible === 0) throw notFound();
    return coalesced(times);
  } catch (error) {
    throw error instanceof TooMuchBusyTime ? tooMuchBusyTime() : error;
  }
};
