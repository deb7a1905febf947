import { type Busy, busyTimes, coalesced } from '../../../domain/icalendar/free-busy.ts';
import {
  isSpent,
  newAllowance,
  newBudget,
  paidBy,
} from '../../../domain/icalendar/recurrence/budget.ts';
import type { TimeRange } from '../../../domain/icalendar/time-range.ts';
import { knownZones } from '../../../domain/icalendar/zones/zones.ts';
import { notFound, refuse } from '../errors.ts';
import { isLive } from '../listing.ts';
import { zoneOfCalendar } from '../properties/time-zone.ts';
import { inPieces } from '../reports/in-pieces.ts';
import type { CollectionResource } from '../resource.ts';
import type { DavRequest } from '../tables.ts';
import { dav } from '../xml/names.ts';
import { withContents } from './contents.ts';
import { objectText } from './data.ts';

/** Instances that are looked at, and times that are told of, in one answer. */
const LIMITS = { instances: 200_000, times: 20_000 } as const;

/**
 * When a range is taken by the objects of some calendars, one after the other.
 *
 * @throws DavError 404 for a calendar that is gone, 403 `number-of-matches-within-limits`
 */
export const busyIn = async (
  { services }: DavRequest,
  calendars: readonly Pick<CollectionResource, 'stream' | 'entry'>[],
  range: TimeRange,
): Promise<readonly Busy[]> => {
  let times: readonly Busy[] = [];
  let left: number = LIMITS.instances;
  const allowance = newAllowance(services.limits.steps);
  for (const { stream, entry } of calendars) {
    const snapshot = await services.collections.candidates(stream, {
      components: ['VEVENT', 'VFREEBUSY'],
      ...range,
    });
    if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
    const clocks = { zones: knownZones, floating: zoneOfCalendar(entry.properties) };
    for await (const piece of inPieces(withContents(services.blobs, snapshot.members))) {
      const more: Busy[] = [];
      for (const [, held] of piece) {
        const budget = newBudget(Math.min(left, newBudget().instances));
        const busy = paidBy(allowance, budget, () =>
          busyTimes(objectText(held), clocks, range, budget),
        );
        more.push(...busy);
        left -= busy.length;
        if (budget.exhausted || isSpent(allowance))
          throw refuse(403, dav('number-of-matches-within-limits'));
      }
      times = coalesced([...times, ...more]);
      if (times.length > LIMITS.times) throw refuse(403, dav('number-of-matches-within-limits'));
    }
  }
  return times;
};
