import {
  DAY,
  dateOf,
  dayAt,
  dayIn,
  dayOf,
  daysInMonth,
  HOUR,
  MINUTE,
  modulo,
  monthIn,
  weekdayOf,
  yearIn,
} from '../../icalendar/civil.ts';
import { changesOf } from '../../icalendar/zones/changes.ts';
import type { Change } from '../../icalendar/zones/yearly-change.ts';
import { wallOf, type Zone } from '../../icalendar/zones/zone.ts';
import type { ZoneDate, ZoneRules } from './blob.ts';

/** The year that a moment has on a zone's clocks. */
const yearAt = (zone: Zone, moment: number): number => yearIn(dateOf(dayAt(wallOf(zone, moment))));

/** What clocks do in a year, for years in which they go forward once and back once. */
interface Summer {
  readonly forward: Change;
  readonly back: Change;
}

const summerIn = (zone: Zone, year: number): Summer | undefined => {
  const changes = changesOf(zone, dayOf(year, 1, 1) * DAY, dayOf(year + 1, 1, 1) * DAY);
  const [first, second] = changes;
  if (first === undefined || second === undefined || changes.length !== 2) return undefined;
  if (first.before !== second.after) return undefined;
  return first.after > first.before
    ? { forward: first, back: second }
    : { forward: second, back: first };
};

/**
 * The rules of a zone that are in force in the year of a moment. Where its clocks do not go forward and back in
 * that year, they stand as at the moment: ActiveSync has no other word for it.
 */
export const rulesOf = (zone: Zone, moment: number, name: string): ZoneRules => {
  const year = yearAt(zone, moment);
  const summer = summerIn(zone, year);
  const plain = { name, standardBias: 0, daylightBias: 0 };
  if (summer === undefined) return { ...plain, bias: biasOf(zone.spanAt(moment).offset) };
  const { forward, back } = summer;
  return {
    ...plain,
    bias: biasOf(forward.before),
    daylightBias: biasOf(forward.after - forward.before),
    summer: {
      begins: dateFor(zone, year, forward, (one) => one.forward),
      ends: dateFor(zone, year, back, (one) => one.back),
    },
  };
};

/** Minutes; seconds, which only old clocks have, are cut. */
const biasOf = (offset: number): number => -Math.trunc(offset / MINUTE) || 0;

/** How a change would be found again every year: the nth weekday of its month, or the last one. */
const dateFor = (
  zone: Zone,
  year: number,
  change: Change,
  which: (summer: Summer) => Change,
): ZoneDate => {
  const wall = change.moment + change.before;
  const date = dateOf(dayAt(wall));
  const isLast = (other: Change): boolean => {
    const day = dateOf(dayAt(other.moment + other.before));
    return dayIn(day) + 7 > daysInMonth(yearIn(day), monthIn(day));
  };
  // Four years tell the fourth Sunday of a month from the last.
  const always = [0, 1, 2, 3, 4].every((later) => {
    const summer = summerIn(zone, year + later);
    return summer === undefined || isLast(which(summer));
  });
  const inDay = modulo(wall, DAY);
  return {
    year: 0,
    month: monthIn(date),
    weekday: (weekdayOf(dayAt(wall)) + 1) % 7,
    week: always ? 5 : Math.ceil(dayIn(date) / 7),
    hour: Math.floor(inDay / HOUR),
    minute: Math.floor(inDay / MINUTE) % 60,
  };
};

/** Wall time of a rule in a year. */
export const wallIn = (date: ZoneDate, year: number): number => {
  const time = date.hour * HOUR + date.minute * MINUTE;
  if (date.year !== 0) return dayOf(year, date.month, date.week) * DAY + time;
  const first = dayOf(year, date.month, 1);
  const ahead = modulo(date.weekday - 1 - weekdayOf(first), 7);
  let day = first + ahead + (date.week - 1) * 7;
  if (day - first >= daysInMonth(year, date.month)) day -= 7;
  return day * DAY + time;
};

/** Whether a zone's clocks did what rules say in the year of a moment. */
export const agrees = (zone: Zone, rules: ZoneRules, moment: number): boolean => {
  const year = yearAt(zone, moment);
  const summer = summerIn(zone, year);
  const standard = -(rules.bias + rules.standardBias);
  if (rules.summer === undefined)
    return summer === undefined && zone.spanAt(moment).offset === standard * MINUTE;
  if (summer === undefined) return false;
  const { forward, back } = summer;
  return (
    forward.before === standard * MINUTE &&
    forward.after === -(rules.bias + rules.daylightBias) * MINUTE &&
    forward.moment + forward.before === wallIn(rules.summer.begins, year) &&
    back.moment + back.before === wallIn(rules.summer.ends, year)
  );
};
