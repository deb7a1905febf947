import { DAY, dayAt, modulo } from './civil.ts';
import { endOf, lastingTo, longest, type Placed, placed } from './extent.ts';
import type { Placing } from './placing.ts';
import type { Budget } from './recurrence/budget.ts';
import type { Rule } from './recurrence/rule.ts';
import { walk } from './recurrence/walk.ts';
import type { ComponentTimes, RecurrenceDate, Time, Times } from './times.ts';
import { momentOf, wallCeiling, wallFloor, wallOf } from './zones/zone.ts';

/** One instance of a recurrence set, before overrides (RFC 5545 §3.8.5). */
export interface Instance {
  /** What DTSTART's clock shows at its start. */
  readonly wall: number;
  readonly moment: number;
  /** When it ends, if it came of an RDATE that says so itself. */
  readonly end?: number;
}

/** Moments: instances that start in [from, to] are asked for. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** The component that others of the object override, or that stands alone, if it has a start. */
export interface Series {
  readonly component: ComponentTimes;
  /** Which of `Times.components` it is. */
  readonly index: number;
  readonly part: Placed;
  readonly anchor: Time;
  readonly placing: Placing;
}

export const seriesOf = (
  { component: type, components }: Times,
  placing: Placing,
): Series | undefined => {
  const index = components.findIndex(({ recurrenceId }) => recurrenceId === undefined);
  const component = components[index];
  if (component === undefined) return undefined;
  const part = placed(type, component, placing);
  return part.anchor && { component, index, part, anchor: part.anchor, placing };
};

/**
 * The recurrence set in a window: DTSTART, which always counts, RRULE and RDATE, without EXRULE and
 * EXDATE. Ascending, each moment once; a duplicate that is a PERIOD is the one that stays.
 */
export const instancesIn = (
  series: Series,
  window: Window,
  budget: Budget,
): readonly Instance[] => {
  const { component, anchor, placing } = series;
  const instances: Instance[] = [];
  const take = (instance: Instance): void => {
    if (instance.moment >= window.from && instance.moment <= window.to) instances.push(instance);
  };
  take({ wall: anchor.wall, moment: placing.momentOf(anchor) });
  for (const rule of component.rules) walkRule(rule, series, window, budget, take);
  for (const date of component.dates) {
    budget.steps -= 1;
    take(instanceOf(date, series));
  }
  const excluded = exclusions(series, window, budget);
  return inOrder(excluded === undefined ? instances : instances.filter(excluded));
};

const walkRule = (
  rule: Rule,
  { anchor, placing }: Series,
  { from, to }: Window,
  budget: Budget,
  take: (instance: Instance) => void,
): void => {
  const zone = placing.zoneOf(anchor);
  const until = rule.until === undefined ? Infinity : placing.untilOf(rule.until, anchor);
  const range = {
    rule,
    start: anchor.wall,
    // One wall time may come after another and its moment before it, where clocks go back.
    until: wallCeiling(zone, until),
    from: wallFloor(zone, from),
    to: wallCeiling(zone, to) + 1,
  };
  walk(range, budget, (wall) => {
    const moment = momentOf(zone, wall);
    if (moment <= until) take({ wall, moment });
  });
};

/**
 * The instance that an RDATE or a RECURRENCE-ID names. One that is a date, where DTSTART is a time, has
 * the time of day of DTSTART; one that is a time, where DTSTART is a date, is of its day.
 */
export const instanceOf = (date: RecurrenceDate, { anchor, placing }: Series): Instance => {
  const { start, end, duration } = date;
  const zone = placing.zoneOf(anchor);
  if (anchor.form === 'date') {
    const wall = placing.dayOf(start);
    return { wall, moment: momentOf(zone, wall) };
  }
  if (start.form === 'date') {
    const wall = start.wall + modulo(anchor.wall, DAY);
    return { wall, moment: momentOf(zone, wall) };
  }
  const moment = placing.momentOf(start, anchor);
  const wall = placing.zoneOf(start, anchor) === zone ? start.wall : wallOf(zone, moment);
  const lasting = end === undefined ? duration : lastingTo(start, end, placing);
  if (lasting === undefined) return { wall, moment };
  return { wall, moment, end: Math.max(endOf(zone, wall, moment, lasting), moment) };
};

/** At least as long as any PERIOD among the RDATEs. */
export const longestPeriod = ({ component, placing }: Series): number =>
  component.dates.reduce((most, { start, end, duration }) => {
    const lasting = duration ?? (end === undefined ? undefined : lastingTo(start, end, placing));
    return lasting === undefined ? most : Math.max(most, longest(lasting));
  }, 0);

/** Which instances stay; `undefined` when all do. */
const exclusions = (
  series: Series,
  window: Window,
  budget: Budget,
): ((instance: Instance) => boolean) | undefined => {
  const { component, anchor, placing } = series;
  const { exceptionDates, exceptionRules } = component;
  if (exceptionDates.length === 0 && exceptionRules.length === 0) return undefined;
  const moments = new Set<number>();
  const days = new Set<number>();
  const allDay = anchor.form === 'date';
  for (const date of exceptionDates) {
    budget.steps -= 1;
    // A date excludes what starts on that day.
    if (allDay) days.add(placing.dayOf(date));
    else if (date.form === 'date') days.add(date.wall);
    else moments.add(placing.momentOf(date, anchor));
  }
  for (const rule of exceptionRules)
    walkRule(rule, series, window, budget, ({ moment }) => moments.add(moment));
  return ({ wall, moment }) => !moments.has(moment) && !days.has(dayAt(wall) * DAY);
};

const inOrder = (instances: Instance[]): readonly Instance[] => {
  const ascending = instances.every(
    ({ moment }, at) => at === 0 || (instances[at - 1]?.moment ?? 0) < moment,
  );
  if (ascending) return instances;
  instances.sort((one, other) => one.moment - other.moment);
  const kept: Instance[] = [];
  for (const instance of instances) {
    const last = kept.at(-1);
    if (last?.moment !== instance.moment) kept.push(instance);
    else if (instance.end !== undefined) kept[kept.length - 1] = instance;
  }
  return kept;
};
