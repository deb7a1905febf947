import type { Busy } from './free-busy.ts';

/**
 * When a resource takes no more (MultipleBookings, SOGo guide): never where any number is allowed; where -1 stands for
 * any number too, but is shown, whenever it is booked at all; else while so many bookings overlap.
 */
export const fullyBooked = (times: readonly Busy[], bookings: number): readonly Busy[] => {
  if (bookings === 0) return [];
  if (bookings <= 1) return times;
  const changes = times
    .flatMap(({ start, end }) => [
      { at: start, by: 1 },
      { at: end, by: -1 },
    ])
    // What ends makes room for what begins at the same moment.
    .toSorted((one, other) => one.at - other.at || one.by - other.by);
  const full: Busy[] = [];
  let held = 0;
  let since: number | undefined;
  for (const { at, by } of changes) {
    held += by;
    if (held >= bookings) since ??= at;
    else if (since !== undefined) {
      if (at > since) full.push({ start: since, end: at, type: 'BUSY' });
      since = undefined;
    }
  }
  return full;
};
