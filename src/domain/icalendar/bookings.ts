import type { Period } from './busy-periods.ts';
import { type Busy, coalesced } from './free-busy.ts';

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

/**
 * The first time of some at which a resource takes no booking more, beside those that it has; `undefined` when it takes
 * them all. -1 stands for any number.
 */
export const firstFull = (
  wanted: readonly Period[],
  taken: readonly Busy[],
  bookings: number,
): Period | undefined => {
  if (bookings <= 0) return undefined;
  const one: readonly Busy[] = fullyBooked(taken, bookings).map((time) => ({
    ...time,
    type: 'BUSY',
  }));
  const full = coalesced(one);
  let first: Period | undefined;
  for (const { start, end } of wanted) {
    const other = full[firstEndingAfter(full, start)];
    if (other === undefined || other.start >= end) continue;
    const both = { start: Math.max(start, other.start), end: Math.min(end, other.end) };
    if (first === undefined || both.start < first.start) first = both;
  }
  return first;
};

const firstEndingAfter = (full: readonly Period[], moment: number): number => {
  let [low, high] = [0, full.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((full[middle]?.end ?? Infinity) > moment) high = middle;
    else low = middle + 1;
  }
  return low;
};
