import { DAY, dayAt, dayOf, HOUR, LAST_YEAR, MINUTE, SECOND } from '../civil.ts';
import type { Budget } from './budget.ts';
import { fixedCount } from './fixed-count.ts';
import { beginningOf, fill, type Period, periodAt, periodFor } from './periods.ts';
import { type Plan, planOf } from './plan.ts';
import type { Rule } from './rule.ts';

/** Part of a rule's instances, in wall times of DTSTART's clock. */
export interface Walk {
  readonly rule: Rule;
  /** DTSTART: the first instance that COUNT counts, whether the rule names it or not. */
  readonly start: number;
  /** The last wall time that UNTIL lets pass; Infinity when it says nothing. */
  readonly until: number;
  /** Instances before it are not told of. */
  readonly from: number;
  /** Nor are those at or after it. */
  readonly to: number;
}

/**
 * Tells of a rule's instances from `from` to `to`, ascending, without DTSTART itself. What lies before
 * is leapt over; only a rule with COUNT whose periods differ in how many instances they have is counted
 * from its beginning. Ends for every rule: with the range, the rule, the year 9999 or the budget.
 */
export const walk = (
  { rule, start, until, from, to }: Walk,
  budget: Budget,
  tell: (wall: number) => void,
): void => {
  if (budget.steps < 0) {
    budget.exhausted = true;
    return;
  }
  const plan = planOf(rule, start);
  budget.steps -= PLANNING + plan.size;
  if (plan.barren) return;
  const period = periodFor(plan);
  const last = Math.min(until, to - 1, END - 1);
  const { count = Infinity } = rule;
  let { number, counted } = leap(plan, from, period, budget);
  let reached = start;
  for (; ; number = period.next) {
    const begin = beginningOf(plan, number);
    if (begin > last || counted >= count) return;
    fill(plan, number, period);
    const places = placesOf(plan, period);
    const size = places?.length ?? sizeOf(period);
    budget.steps -= period.cost + period.days.length + (plan.positions?.length ?? 0);
    let at = places === undefined && count === Infinity ? before(period, from) : 0;
    for (; at < size && budget.steps >= 0; at += 1) {
      budget.steps -= 1;
      const wall = candidate(period, places === undefined ? at : (places[at] ?? 0));
      // Also what SKIP made of two days one.
      if (wall <= reached) continue;
      if (wall > last || counted >= count) return;
      reached = wall;
      counted += 1;
      if (wall < from) continue;
      budget.instances -= 1;
      if (budget.instances < 0) {
        budget.exhausted = true;
        return;
      }
      tell(wall);
    }
    if (budget.steps < 0) {
      budget.exhausted = true;
      return;
    }
  }
};

/** The last instance of a rule with COUNT; undefined when the budget does not reach it. */
export const lastOf = (
  rule: Rule,
  start: number,
  count: number,
  budget: Budget,
): number | undefined => {
  if (budget.steps < 0) return undefined;
  const plan = planOf(rule, start);
  const fixed = plan.barren ? undefined : fixedCount(plan);
  let from = start;
  if (fixed !== undefined && fixed > 0) {
    const left = count - 1 - inFirst(plan, periodFor(plan), budget);
    const begin = left > 0 ? beginningOf(plan, Math.ceil(left / fixed)) : start;
    if (begin < Infinity) from = Math.max(begin, start);
  }
  let last = start;
  const { instances } = budget;
  budget.instances = Infinity;
  walk({ rule, start, until: Infinity, from, to: Infinity }, budget, (wall) => {
    last = wall;
  });
  budget.instances = instances;
  return budget.exhausted ? undefined : last;
};

/** Where to begin for instances from `from` on, and how many come before; DTSTART is one of them. */
const leap = (
  plan: Plan,
  from: number,
  period: Period,
  budget: Budget,
): { readonly number: number; readonly counted: number } => {
  // One back for a day that SKIP=FORWARD took out of its month.
  const number = from === -Infinity ? 0 : Math.max(periodAt(plan, from) - 1, 0);
  if (plan.rule.count === undefined || number === 0) return { number, counted: 1 };
  const fixed = fixedCount(plan);
  if (fixed === undefined) return { number: 0, counted: 1 };
  return { number, counted: 1 + inFirst(plan, period, budget) + (number - 1) * fixed };
};

/** How many instances the first period has after DTSTART. */
const inFirst = (plan: Plan, period: Period, budget: Budget): number => {
  fill(plan, 0, period);
  const places = placesOf(plan, period);
  const size = places?.length ?? sizeOf(period);
  budget.steps -= size;
  let found = 0;
  for (let at = 0; at < size; at += 1)
    if (candidate(period, places === undefined ? at : (places[at] ?? 0)) > plan.start) found += 1;
  return found;
};

/** How many candidates a period has. */
const sizeOf = ({ days, hours, minutes, seconds }: Period): number =>
  days.length * hours.length * minutes.length * seconds.length;

/** Places among a period's candidates that BYSETPOS names, ascending, each once. */
const placesOf = ({ positions }: Plan, period: Period): readonly number[] | undefined => {
  if (positions === undefined) return undefined;
  const size = sizeOf(period);
  const places = positions
    .map((position) => (position > 0 ? position - 1 : size + position))
    .filter((place) => place >= 0 && place < size);
  return places.length < 2 ? places : [...new Set(places)].sort((one, other) => one - other);
};

const candidate = ({ days, hours, minutes, seconds }: Period, at: number): number => {
  const minute = Math.floor(at / seconds.length);
  const hour = Math.floor(minute / minutes.length);
  const day = Math.floor(hour / hours.length);
  return (
    (days[day] ?? 0) * DAY +
    (hours[hour % hours.length] ?? 0) * HOUR +
    (minutes[minute % minutes.length] ?? 0) * MINUTE +
    (seconds[at % seconds.length] ?? 0) * SECOND
  );
};

/** How many candidates of a period lie on days before a wall time. */
const before = (period: Period, wall: number): number => {
  const { days } = period;
  const day = dayAt(wall);
  let count = 0;
  while (count < days.length && (days[count] ?? 0) < day) count += 1;
  return count === 0 ? 0 : (count * sizeOf(period)) / days.length;
};

/** Steps that one rule costs before its first, beside those for its lists. */
const PLANNING = 20;
/** The first wall time that iCalendar cannot write. */
const END = dayOf(LAST_YEAR + 1, 1, 1) * DAY;
