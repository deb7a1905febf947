import { DAY } from './civil.ts';
import { endOf, type Extent, intervalOf, longest, overlaps, periodsOf, placed } from './extent.ts';
import { instancesIn, longestPeriod, type Series, seriesOf, type Window } from './instances.ts';
import { inForce, lasting, type Override, overridesOf } from './overrides.ts';
import { type Clocks, placingOf } from './placing.ts';
import {
  type Allowance,
  type Budget,
  newAllowance,
  newBudget,
  paidBy,
} from './recurrence/budget.ts';
import type { Times } from './times.ts';
import { momentOf } from './zones/zone.ts';

/** One time that something takes place. In milliseconds, UTC. */
export interface Occurrence {
  /** Both are infinite for a task that says nothing about time. */
  readonly start: number;
  readonly end: number;
  /** Where the recurrence set has it, wherever an override moved it; absent when nothing recurs. */
  readonly recurrenceId?: number;
  /** Which of `Times.components` describes it. */
  readonly component: number;
}

export interface Occurrences {
  /** By start. */
  readonly occurrences: readonly Occurrence[];
  /** Whether the budget ended before the range did, so that there may be more. */
  readonly exhausted: boolean;
}

/**
 * What of a calendar object lies in a time range, as RFC 4791 §9.9 judges it: instances of the
 * recurrence set, those that an override with RANGE=THISANDFUTURE moved, and overrides. An override
 * whose RECURRENCE-ID is in no recurrence set takes place all the same.
 *
 * @param from the first moment of the range, UTC, milliseconds; or -Infinity.
 * @param to the first moment after it; or Infinity.
 */
export const occurrencesIn = (
  times: Times,
  clocks: Clocks,
  from: number,
  to: number,
  budget: Budget = newBudget(),
): Occurrences => {
  const placing = placingOf(times, clocks);
  const found: Occurrence[] = [];
  const add: Add = (extent, occurrence) => {
    if (overlaps(extent, occurrence.start, occurrence.end, from, to)) found.push(occurrence);
  };
  const series = seriesOf(times, placing);
  const overrides = overridesOf(times, series, placing);
  for (const { index, part, moment } of overrides) {
    const { extent, ...interval } = intervalOf(times.components[index] ?? {}, part, placing);
    add(extent, { ...interval, recurrenceId: moment, component: index });
  }
  if (series !== undefined) addSeries(series, overrides, { from, to }, budget, add);
  else
    times.components.forEach((component, index) => {
      if (component.recurrenceId !== undefined) return;
      const part = placed(times.component, component, placing);
      const own = intervalOf(component, part, placing);
      for (const { extent, ...interval } of [own, ...periodsOf(component, part, placing)])
        add(extent, { ...interval, component: index });
    });
  found.sort((one, other) => one.start - other.start);
  return { occurrences: found, exhausted: budget.exhausted };
};

type Add = (extent: Extent, occurrence: Occurrence) => void;

/** Instances of the recurrence set that have no override of their own. */
const addSeries = (
  series: Series,
  overrides: readonly Override[],
  range: Window,
  budget: Budget,
  add: Add,
): void => {
  const { component, part, index, anchor, placing } = series;
  const zone = placing.zoneOf(anchor);
  const later = lasting(overrides);
  const replaced = new Set(overrides.map(({ moment }) => moment));
  const recurs = component.rules.length + component.dates.length > 0;
  const { before, after } = reachOf(series, later);
  const window = { from: range.from - before, to: range.to + after };
  for (const { wall, moment, end } of instancesIn(series, window, budget)) {
    if (replaced.has(moment)) continue;
    const identity = recurs ? { recurrenceId: moment } : {};
    const override = inForce(later, moment);
    if (override === undefined) {
      const ended = end ?? endOf(zone, wall, moment, part.lasting);
      const extent = end === undefined ? part.extent : 'span';
      add(extent, { start: moment, end: ended, ...identity, component: index });
    } else {
      const shifted = wall + override.shift;
      const start = momentOf(zone, shifted);
      const ended = endOf(zone, shifted, start, override.part.lasting);
      add(override.part.extent, { start, end: ended, ...identity, component: override.index });
    }
  }
};

/** How far outside of a range instances may start that lie in it; milliseconds. */
const reachOf = (
  series: Series,
  later: readonly Override[],
): { readonly before: number; readonly after: number } => {
  let before = Math.max(longest(series.part.lasting), longestPeriod(series));
  let after = 0;
  for (const { part, shift } of later) {
    // A day more than the shift, for clocks that change in between.
    before = Math.max(before, longest(part.lasting) + shift + DAY);
    after = Math.max(after, DAY - shift);
  }
  return { before, after };
};

/**
 * Whether anything of an object lies in a time range. Also true when the budget ends before that is
 * known, so that nobody misses what is there.
 */
export const occursIn = (
  times: Times,
  clocks: Clocks,
  from: number,
  to: number,
  allowance: Allowance = newAllowance(),
): boolean => {
  const within = (budget: Budget): Occurrences =>
    paidBy(allowance, budget, () => occurrencesIn(times, clocks, from, to, budget));
  // Most often the first few tell.
  const few = within(newBudget(50));
  if (few.occurrences.length > 0 || !few.exhausted) return few.occurrences.length > 0;
  const { occurrences, exhausted } = within(newBudget());
  return exhausted || occurrences.length > 0;
};
