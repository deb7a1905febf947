import { DAY, dayAt, MINUTE, modulo } from './civil.ts';
import { type Busy, clippedTo } from './free-busy.ts';
import type { TimeRange } from './time-range.ts';
import { momentOf, wallOf, type Zone } from './zones/zone.ts';

/** When somebody works, in minutes of the day; `end` is not part of it. */
export interface WorkingDay {
  readonly start: number;
  readonly end: number;
}

/** Days of one answer. */
export const OFF_HOURS_DAYS = 4_000;

/**
 * Nights and weekends (SOGoBusyOffHours) in a range, on the clock of a zone. A working day that ends before it
 * starts is over midnight. Of a range that is longer than some years, its beginning.
 */
export const offHours = (
  range: TimeRange,
  zone: Zone,
  { start, end }: WorkingDay,
): readonly Busy[] => {
  const times: Busy[] = [];
  const first = dayAt(wallOf(zone, range.from));
  const last = Math.min(dayAt(wallOf(zone, range.to)), first + OFF_HOURS_DAYS);
  const add = (day: number, from: number, to: number): void => {
    if (to <= from) return;
    const at = (minute: number): number => momentOf(zone, day * DAY + minute * MINUTE);
    times.push({ start: at(from), end: at(to), type: 'BUSY-UNAVAILABLE' });
  };
  for (let day = first; day <= last; day += 1) {
    if (isWeekend(day)) add(day, 0, WHOLE);
    else if (start <= end) {
      add(day, 0, start);
      add(day, end, WHOLE);
    } else add(day, end, start);
  }
  return times.flatMap(clippedTo(range));
};

const WHOLE = DAY / MINUTE;
/** Day 0 was a Thursday. */
const isWeekend = (day: number): boolean => modulo(day + 4, 7) % 6 === 0;
