import {
  DAY,
  dateOf,
  dayAt,
  dayOf,
  HOUR,
  LAST_YEAR,
  MINUTE,
  modulo,
  monthIn,
  SECOND,
  weekdayOf,
  yearIn,
} from '../civil.ts';
import { dayPasses, daysOfMonth, daysOfYear } from './days.ts';
import { DAILY, HOURLY, MINUTELY, MONTHLY, type Plan, WEEKLY, YEARLY } from './plan.ts';

/**
 * The instances of one period of a rule: every one of `days` at every hour, minute and second. Period
 * n is INTERVAL times n frequencies after the one that DTSTART is in. Filled anew for each period.
 */
export interface Period {
  days: number[];
  hours: readonly number[];
  minutes: readonly number[];
  seconds: readonly number[];
  /** The next period that may have any. */
  next: number;
  /** What filling it cost, in steps. */
  cost: number;
}

export const periodFor = ({ hours, minutes, seconds }: Plan): Period => ({
  days: [],
  hours,
  minutes,
  seconds,
  next: 0,
  cost: 0,
});

/** Number of the period that a wall time is in, or of the last one before it. */
export const periodAt = (plan: Plan, wall: number): number => {
  const { rank, rule } = plan;
  const since = (unit: number): number =>
    Math.floor((wall - beginning(plan, unit)) / (unit * rule.interval));
  if (rank < MONTHLY) return since(UNITS[rank] ?? DAY);
  const from = dateOf(plan.startDay);
  const to = dateOf(dayAt(wall));
  const years = yearIn(to) - yearIn(from);
  return Math.floor(
    (rank === YEARLY ? years : years * 12 + monthIn(to) - monthIn(from)) / rule.interval,
  );
};

/** First wall time of a period; Infinity when it is beyond the last year. */
export const beginningOf = (plan: Plan, period: number): number => {
  const { rank, rule } = plan;
  const passed = period * rule.interval;
  if (rank < MONTHLY) {
    const unit = UNITS[rank] ?? DAY;
    const wall = beginning(plan, unit) + passed * unit;
    return wall < END ? wall : Infinity;
  }
  const date = dateOf(plan.startDay);
  const months = rank === YEARLY ? 0 : monthIn(date) - 1 + passed;
  const year = yearIn(date) + (rank === YEARLY ? passed : Math.floor(months / 12));
  return year > LAST_YEAR ? Infinity : dayOf(year, (months % 12) + 1, 1) * DAY;
};

/** Fills `period` with what the rule names in its period `number`. */
export const fill = (plan: Plan, number: number, period: Period): void => {
  const { days } = period;
  days.length = 0;
  period.next = number + 1;
  period.cost = COSTS[plan.rank] ?? 1;
  if (plan.weekNumbers !== undefined) period.cost *= 10;
  const begin = beginningOf(plan, number);
  if (begin === Infinity) return;
  const day = dayAt(begin);
  switch (plan.rank) {
    case YEARLY:
      return daysOfYear(plan, yearIn(dateOf(day)), days);
    case MONTHLY:
      return daysOfMonth(plan, yearIn(dateOf(day)), monthIn(dateOf(day)), days);
    case WEEKLY:
      for (let other = day; other < day + 7; other += 1)
        if (dayPasses(plan, other)) days.push(other);
      return;
    case DAILY:
      if (dayPasses(plan, day)) days.push(day);
      else period.next = Math.max(number + 1, from(plan, monthAllowed(plan, day) * DAY));
      return;
    default:
      return fillTime(plan, number, period, begin);
  }
};

/** HOURLY, MINUTELY and SECONDLY: what does not pass is left behind in one step, as far as it reaches. */
const fillTime = (plan: Plan, number: number, period: Period, begin: number): void => {
  const day = dayAt(begin);
  const leave = (wall: number): void => {
    period.next = Math.max(number + 1, from(plan, wall));
  };
  if (!dayPasses(plan, day)) return leave(Math.max(day + 1, monthAllowed(plan, day)) * DAY);
  const hour = Math.floor((begin - day * DAY) / HOUR);
  if (!allows(plan.rule.byHour, hour)) return leave(day * DAY + (hour + 1) * HOUR);
  if (plan.rank < HOURLY) {
    const minute = Math.floor(modulo(begin, HOUR) / MINUTE);
    if (!allows(plan.rule.byMinute, minute)) return leave(begin - modulo(begin, MINUTE) + MINUTE);
    period.minutes = [minute];
  }
  if (plan.rank < MINUTELY) {
    const second = Math.floor(modulo(begin, MINUTE) / SECOND);
    if (!allows(plan.rule.bySecond, second)) return;
    period.seconds = [second];
  }
  period.hours = [hour];
  period.days.push(day);
};

const allows = (values: readonly number[] | undefined, value: number): boolean =>
  values === undefined || values.includes(value);

/** The first day at or after one whose month a rule allows. */
const monthAllowed = ({ months }: Plan, day: number): number => {
  const date = dateOf(day);
  let [year, month] = [yearIn(date), monthIn(date)];
  if ((months >> month) & 1) return day;
  do {
    month = (month % 12) + 1;
    if (month === 1) year += 1;
  } while (((months >> month) & 1) === 0);
  return dayOf(year, month, 1);
};

/** The first period that begins at or after a wall time. */
const from = (plan: Plan, wall: number): number => {
  const unit = UNITS[plan.rank] ?? DAY;
  return Math.ceil((wall - beginning(plan, unit)) / (unit * plan.rule.interval));
};

/** Where the period of DTSTART begins. */
const beginning = (plan: Plan, unit: number): number => {
  if (plan.rank !== WEEKLY) return plan.start - modulo(plan.start, unit);
  return (plan.startDay - modulo(weekdayOf(plan.startDay) - plan.rule.weekStart, 7)) * DAY;
};

/** Of the frequencies from SECONDLY to WEEKLY. */
const UNITS: readonly number[] = [SECOND, MINUTE, HOUR, DAY, 7 * DAY];
/** Steps to fill a period, by frequency; ten times as many where weeks are numbered. */
const COSTS: readonly number[] = [1, 1, 1, 1, 3, 3, 12];
/** The first wall time that iCalendar cannot write. */
const END = dayOf(LAST_YEAR + 1, 1, 1) * DAY;
