import { daysInMonth } from '../civil.ts';
import { DAILY, HOURLY, MINUTELY, MONTHLY, type Plan, SECONDLY, WEEKLY, YEARLY } from './plan.ts';

/**
 * How many instances every period of a rule has, if all have the same number; undefined when they
 * differ, or may. With it, instances before a time are counted without being made.
 */
export const fixedCount = (plan: Plan): number | undefined => {
  const days = fixedDays(plan);
  if (days === undefined) return undefined;
  const all = days * timesOf(plan);
  const { positions } = plan;
  if (positions === undefined) return all;
  const places = positions
    .map((position) => (position > 0 ? position - 1 : all + position))
    .filter((place) => place >= 0 && place < all);
  return new Set(places).size;
};

/** Times of a day, or of the hour or minute that a period is. */
const timesOf = ({ rank, hours, minutes, seconds }: Plan): number => {
  if (rank === SECONDLY) return 1;
  if (rank === MINUTELY) return seconds.length;
  if (rank === HOURLY) return minutes.length * seconds.length;
  return hours.length * minutes.length * seconds.length;
};

const fixedDays = (plan: Plan): number | undefined => {
  const { rank, rule } = plan;
  if (plan.yearDays !== undefined || plan.weekNumbers !== undefined) return undefined;
  switch (rank) {
    case YEARLY:
    case MONTHLY:
      return fixedMonthDays(plan);
    case WEEKLY:
      return rule.byMonth || rule.byMonthDay ? undefined : ones(plan.weekdays);
    case DAILY:
      return rule.byMonth || rule.byMonthDay || rule.byDay ? undefined : 1;
    default: {
      const limited =
        rule.byMonth ||
        rule.byMonthDay ||
        rule.byDay ||
        rule.byHour ||
        (rank < HOURLY && rule.byMinute) ||
        (rank < MINUTELY && rule.bySecond);
      return limited ? undefined : 1;
    }
  }
};

/** Days that every month they may be in has, so that none is left out and no two are the same. */
const fixedMonthDays = (plan: Plan): number | undefined => {
  const { rank, rule, monthDays, months } = plan;
  if (rank === MONTHLY && rule.byMonth) return undefined;
  const often = rank === YEARLY ? ones(months) : 1;
  if (monthDays !== undefined)
    return rule.byDay ||
      !sameSign(monthDays) ||
      monthDays.some((day) => Math.abs(day) > shortest(months))
      ? undefined
      : often * new Set(monthDays).size;
  // The fifth Monday is not in every month, nor are all Mondays four.
  const { ordinals, weekdays } = plan;
  const counted = ordinals.map(({ ordinal }) => ordinal);
  if (weekdays !== 0 || !sameSign(counted) || counted.some((ordinal) => Math.abs(ordinal) > 4))
    return undefined;
  const different = new Set(ordinals.map(({ ordinal, weekday }) => ordinal * 7 + weekday)).size;
  return (plan.monthly ? often : 1) * different;
};

/** Days of the shortest of some months. */
const shortest = (months: number): number => {
  let days = 31;
  for (let month = 1; month <= 12; month += 1)
    if ((months >> month) & 1) days = Math.min(days, daysInMonth(2001, month));
  return days;
};

const sameSign = (numbers: readonly number[]): boolean =>
  numbers.every((number) => number > 0) || numbers.every((number) => number < 0);

const ones = (bits: number): number => {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
};
