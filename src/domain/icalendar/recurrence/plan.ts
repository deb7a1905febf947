import {
  DAY,
  dateOf,
  dayAt,
  dayIn,
  daysInMonth,
  HOUR,
  MINUTE,
  monthIn,
  SECOND,
  weekdayOf,
} from '../civil.ts';
import { frequencies, type Rule, type Weekday } from './rule.ts';

/** A rule with all that its DTSTART adds (RFC 5545 §3.3.10), in the shape that makes walking quick. */
export interface Plan {
  readonly rule: Rule;
  readonly start: number;
  readonly startDay: number;
  /** Position in `frequencies`. */
  readonly rank: number;
  /** Bit n: month n. */
  readonly months: number;
  /** Whether they are all twelve. */
  readonly anyMonth: boolean;
  /** Bit n: weekday n, whatever its ordinal where ordinals have no meaning. */
  readonly weekdays: number;
  /** Weekdays with an ordinal, where ordinals have a meaning. */
  readonly ordinals: readonly Weekday[];
  /** Whether ordinals count in the month, rather than in the year. */
  readonly monthly: boolean;
  readonly monthDays: readonly number[] | undefined;
  readonly yearDays: readonly number[] | undefined;
  readonly weekNumbers: readonly number[] | undefined;
  /** Ascending, of those below the rule's frequency; hours of a DAILY rule, seconds of a MINUTELY one. */
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
  readonly positions: readonly number[] | undefined;
  /** How many values its lists have. */
  readonly size: number;
  /** No day ever passes: the rule has no instance but DTSTART. */
  readonly barren: boolean;
}

export const SECONDLY = 0;
export const MINUTELY = 1;
export const HOURLY = 2;
export const DAILY = 3;
export const WEEKLY = 4;
export const MONTHLY = 5;
export const YEARLY = 6;

/** @param start DTSTART as its own clock shows it. */
export const planOf = (rule: Rule, start: number): Plan => {
  const rank = rankOf(rule);
  const startDay = dayAt(start);
  const date = dateOf(startDay);
  const time = start - startDay * DAY;
  const { byDay, byMonth, byMonthDay, byYearDay, byWeekNo } = rule;
  // What a rule leaves open, DTSTART says.
  const noDays = !byDay && !byMonthDay && !byYearDay;
  const startWeekday = noDays && (rank === WEEKLY || (rank === YEARLY && byWeekNo !== undefined));
  const startMonthDay = noDays && rank >= MONTHLY && !byWeekNo;
  const startMonth = startMonthDay && rank === YEARLY && !byMonth;
  const ordinal = ({ ordinal: n }: Weekday): boolean => n !== 0 && rank >= MONTHLY && !byWeekNo;
  const months = bits(startMonth ? [monthIn(date)] : byMonth, ALL_MONTHS);
  const monthDays = startMonthDay ? [dayIn(date)] : byMonthDay;
  return {
    rule,
    start,
    startDay,
    rank,
    months,
    anyMonth: months === ALL_MONTHS,
    weekdays: bits(
      startWeekday
        ? [weekdayOf(startDay)]
        : byDay?.filter((day) => !ordinal(day)).map(({ weekday }) => weekday),
      ALL_WEEKDAYS,
    ),
    ordinals: byDay?.filter(ordinal) ?? [],
    monthly: rank === MONTHLY || byMonth !== undefined,
    monthDays,
    yearDays: byYearDay,
    weekNumbers: byWeekNo,
    hours: rank <= HOURLY ? (rule.byHour ?? []) : ascending(rule.byHour, Math.floor(time / HOUR)),
    minutes:
      rank <= MINUTELY
        ? (rule.byMinute ?? [])
        : ascending(rule.byMinute, Math.floor((time % HOUR) / MINUTE)),
    seconds:
      rank === SECONDLY
        ? (rule.bySecond ?? [])
        : ascending(rule.bySecond, Math.floor((time % MINUTE) / SECOND)),
    positions: rule.bySetPos,
    size: sizeOf(rule),
    barren: isBarren(months, monthDays, rule),
  };
};

const sizeOf = (rule: Rule): number =>
  [rule.bySecond, rule.byMinute, rule.byHour, rule.byDay, rule.byMonthDay, rule.byYearDay]
    .concat([rule.byWeekNo, rule.byMonth, rule.bySetPos])
    .reduce((size, list) => size + (list?.length ?? 0), 0);

/** Every day with BYDAY is every week with BYDAY, whose instances can be counted without being made. */
const rankOf = ({ frequency, interval, byDay, bySetPos }: Rule): number =>
  frequency === 'DAILY' && interval === 1 && byDay !== undefined && bySetPos === undefined
    ? WEEKLY
    : frequencies.indexOf(frequency);

const ascending = (values: readonly number[] | undefined, otherwise: number): readonly number[] =>
  values === undefined ? [otherwise] : [...new Set(values)].sort((one, other) => one - other);

const bits = (values: readonly number[] | undefined, otherwise: number): number =>
  values === undefined ? otherwise : values.reduce((sum, value) => sum | (1 << value), 0);

/** February 30, and every rule that has no other day. */
const isBarren = (
  months: number,
  monthDays: readonly number[] | undefined,
  { skip }: Rule,
): boolean => {
  if (months === 0) return true;
  if (monthDays === undefined || skip !== 'OMIT') return false;
  for (let month = 1; month <= 12; month += 1) {
    const longest = daysInMonth(2000, month);
    if ((months >> month) & 1 && monthDays.some((day) => Math.abs(day) <= longest)) return false;
  }
  return true;
};

const ALL_MONTHS = 0b1_1111_1111_1110;
const ALL_WEEKDAYS = 0b111_1111;
