import { DAY } from './civil.ts';
import { intervalOf, longest, periodsOf, placed } from './extent.ts';
import { instanceOf, longestPeriod, type Series, seriesOf } from './instances.ts';
import { lasting, type Override, overridesOf } from './overrides.ts';
import { type Placing, placingOf } from './placing.ts';
import { newBudget } from './recurrence/budget.ts';
import { lastOf } from './recurrence/walk.ts';
import type { Times } from './times.ts';
import { momentOf, UTC } from './zones/zone.ts';
import type { Zones } from './zones/zones.ts';

/** Milliseconds, UTC. `end` is Infinity for what never ends; both are infinite for what is always. */
export interface Bounds {
  readonly start: number;
  readonly end: number;
  /** Whether something takes place in every range that begins before `start` and ends after `end`. */
  readonly certain: boolean;
  /** Whether it takes place once, from `start` to `end` exactly, whoever asks. */
  readonly exact: boolean;
}

/**
 * A time that no occurrence of an object reaches out of, whoever asks and in whatever zone: a range that
 * ends before `start` or begins after `end` has none. As tight as can be said without expanding, but for
 * a rule with COUNT, whose last instance is counted out. `undefined` when there is nothing to bound.
 */
export const boundsOf = (times: Times, zones: Zones): Bounds | undefined => {
  const placing = placingOf(times, { zones, floating: UTC });
  const series = seriesOf(times, placing);
  const overrides = overridesOf(times, series, placing);
  let [start, end] = [Infinity, -Infinity];
  const include = (from: number, to: number): void => {
    start = Math.min(start, from);
    end = Math.max(end, to);
  };
  for (const component of times.components) {
    const part = placed(times.component, component, placing);
    for (const { start, end } of periodsOf(component, part, placing)) include(start, end);
    if (part.extent === 'never') continue;
    const interval = intervalOf(component, part, placing);
    include(interval.start, interval.end);
  }
  if (series !== undefined && series.component.rules.length + series.component.dates.length > 0) {
    for (const date of series.component.dates) include(instanceOf(date, series).moment, -Infinity);
    include(Infinity, endOfSeries(series, lasting(overrides)));
  }
  if (start > end) return undefined;
  const slack = floats(times, placing) ? DAY : 0;
  const certain = takesPlaceOnce(times);
  return { start: start - slack, end: end + slack, certain, exact: certain && slack === 0 };
};

/** An event that happens exactly once: nothing repeats it, moves it or takes it away. */
const takesPlaceOnce = ({ component, components }: Times): boolean => {
  const [only, ...others] = components;
  if (component !== 'VEVENT' || only?.start === undefined || others.length > 0) return false;
  const { recurrenceId, rules, dates, exceptionRules, exceptionDates } = only;
  const lists = [rules, dates, exceptionRules, exceptionDates];
  return recurrenceId === undefined && lists.every(({ length }) => length === 0);
};

/** No instance of a series, moved or not, ends later. */
const endOfSeries = (series: Series, later: readonly Override[]): number => {
  const { component, anchor, placing } = series;
  const zone = placing.zoneOf(anchor);
  const budget = newBudget();
  let last = placing.momentOf(anchor);
  for (const rule of component.rules) {
    const until = rule.until === undefined ? Infinity : placing.untilOf(rule.until, anchor);
    const counted =
      rule.count === undefined ? undefined : lastOf(rule, anchor.wall, rule.count, budget);
    const end = counted === undefined ? Infinity : momentOf(zone, counted);
    last = Math.max(last, Math.min(until, end));
  }
  for (const date of component.dates) last = Math.max(last, instanceOf(date, series).moment);
  const most = Math.max(longest(series.part.lasting), longestPeriod(series));
  // A day more than the shift, for clocks that change in between.
  return later.reduce(
    (end, { part, shift }) => Math.max(end, last + shift + longest(part.lasting) + DAY),
    last + most,
  );
};

/** Whether any time depends on where the one who asks is: a day is more than any zone is away from UTC. */
const floats = ({ components }: Times, placing: Placing): boolean =>
  components.some(({ start, end, recurrenceId, dates }) =>
    [start, end, recurrenceId, ...dates.map((date) => date.start)].some(
      (time) => time !== undefined && placing.zoneOf(time) === UTC && time.form !== 'utc',
    ),
  );
