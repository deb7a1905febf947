import {
  dateOf,
  dayIn,
  dayOf,
  daysInMonth,
  isLeap,
  modulo,
  monthIn,
  weekdayOf,
  yearIn,
} from '../civil.ts';
import type { Plan } from './plan.ts';

/** Days of one year that a YEARLY rule names, into `out`, ascending and each once. */
export const daysOfYear = (plan: Plan, year: number, out: number[]): void => {
  const first = dayOf(year, 1, 1);
  if (plan.weekNumbers !== undefined) {
    const toWeekStart = modulo(plan.rule.weekStart - weekdayOf(first), 7);
    for (let week = first + toWeekStart - 7; week < first + yearLength(year); week += 7) {
      if (!weekNumberPasses(plan, week)) continue;
      for (let day = week; day < week + 7; day += 1)
        if (day >= first && day < first + yearLength(year) && dayPasses(plan, day)) out.push(day);
    }
    return;
  }
  if (plan.yearDays !== undefined) {
    for (const number of plan.yearDays) {
      const day = skipping(plan, first, yearLength(year), number);
      if (day !== undefined && weekdayPasses(plan, day) && monthPasses(plan, day)) out.push(day);
    }
    tidy(out);
    return;
  }
  if (plan.monthDays === undefined && !plan.monthly) {
    addWeekdays(plan, first, yearLength(year), out);
    return;
  }
  for (let month = 1; month <= 12; month += 1) daysOfMonth(plan, year, month, out);
  // A day skipped forward may be one of the next month too.
  if (plan.rule.skip !== 'OMIT') tidy(out);
};

/** The same of one month, for MONTHLY rules, and for YEARLY ones that go by months. */
export const daysOfMonth = (plan: Plan, year: number, month: number, out: number[]): void => {
  if (((plan.months >> month) & 1) === 0) return;
  const first = dayOf(year, month, 1);
  const length = daysInMonth(year, month);
  if (plan.monthDays !== undefined) {
    const already = out.length;
    for (const number of plan.monthDays) {
      const day = skipping(plan, first, length, number);
      if (day === undefined || !weekdayPasses(plan, day)) continue;
      if (yearDayPasses(plan, day) && weekNumberPasses(plan, day)) out.push(day);
    }
    if (out.length - already > 1) tidy(out);
  } else if (plan.yearDays !== undefined || plan.weekNumbers !== undefined) {
    for (let day = first; day < first + length; day += 1) if (dayPasses(plan, day)) out.push(day);
  } else addWeekdays(plan, first, length, out);
};

/** Whether a day is one that all of a rule's BY parts name. */
export const dayPasses = (plan: Plan, day: number): boolean =>
  weekdayPasses(plan, day) &&
  monthPasses(plan, day) &&
  yearDayPasses(plan, day) &&
  weekNumberPasses(plan, day);

const monthPasses = ({ anyMonth, months, monthDays }: Plan, day: number): boolean => {
  if (anyMonth && monthDays === undefined) return true;
  const date = dateOf(day);
  if (((months >> monthIn(date)) & 1) === 0) return false;
  if (monthDays === undefined || monthDays.includes(dayIn(date))) return true;
  const fromEnd = dayIn(date) - daysInMonth(yearIn(date), monthIn(date)) - 1;
  return monthDays.includes(fromEnd);
};

const yearLength = (year: number): number => (isLeap(year) ? 366 : 365);

/**
 * The n-th day of a month or year, from its end when negative. One that it lacks is left out or moved,
 * as SKIP says (RFC 7529 §4.1).
 */
const skipping = (
  { rule: { skip } }: Plan,
  first: number,
  length: number,
  number: number,
): number | undefined => {
  if (number > 0 && number <= length) return first + number - 1;
  if (number < 0 && -number <= length) return first + length + number;
  if (skip === 'OMIT') return undefined;
  const [before, after] = number > 0 ? [length - 1, length] : [-1, 0];
  return first + (skip === 'BACKWARD' ? before : after);
};

/** Weekdays of a month or year: all of them, or the ones that ordinals count out in it. */
const addWeekdays = (plan: Plan, first: number, length: number, out: number[]): void => {
  const already = out.length;
  for (let day = first; day < first + 7; day += 1)
    if ((plan.weekdays >> weekdayOf(day)) & 1)
      for (let other = day; other < first + length; other += 7) out.push(other);
  for (const { ordinal, weekday } of plan.ordinals) {
    const day =
      ordinal > 0
        ? first + modulo(weekday - weekdayOf(first), 7) + (ordinal - 1) * 7
        : first +
          length -
          1 -
          modulo(weekdayOf(first + length - 1) - weekday, 7) +
          (ordinal + 1) * 7;
    if (day >= first && day < first + length) out.push(day);
  }
  if (out.length - already > 1) tidy(out);
};

const weekdayPasses = (plan: Plan, day: number): boolean => {
  const weekday = weekdayOf(day);
  if ((plan.weekdays >> weekday) & 1) return true;
  if (plan.ordinals.length === 0) return false;
  const date = dateOf(day);
  const year = yearIn(date);
  const first = plan.monthly ? dayOf(year, monthIn(date), 1) : dayOf(year, 1, 1);
  const length = plan.monthly ? daysInMonth(year, monthIn(date)) : yearLength(year);
  const fromStart = Math.floor((day - first) / 7) + 1;
  const fromEnd = -Math.floor((first + length - 1 - day) / 7) - 1;
  return plan.ordinals.some(
    (one) => one.weekday === weekday && (one.ordinal === fromStart || one.ordinal === fromEnd),
  );
};

const yearDayPasses = ({ yearDays }: Plan, day: number): boolean => {
  if (yearDays === undefined) return true;
  const year = yearIn(dateOf(day));
  const number = day - dayOf(year, 1, 1) + 1;
  return yearDays.includes(number) || yearDays.includes(number - yearLength(year) - 1);
};

/** Weeks belong to the year that has most of their days (RFC 5545 §3.3.10, BYWEEKNO). */
const weekNumberPasses = ({ weekNumbers, rule }: Plan, day: number): boolean => {
  if (weekNumbers === undefined) return true;
  const middle = day - modulo(weekdayOf(day) - rule.weekStart, 7) + 3;
  const year = yearIn(dateOf(middle));
  const first = dayOf(year, 1, 1);
  const number = Math.floor((middle - first) / 7) + 1;
  const fromEnd = -Math.floor((first + yearLength(year) - 1 - middle) / 7) - 1;
  return weekNumbers.includes(number) || weekNumbers.includes(fromEnd);
};

/** Ascending, each once. */
const tidy = (days: number[]): void => {
  let kept = 0;
  let ordered = true;
  for (let at = 1; at < days.length; at += 1) ordered &&= (days[at - 1] ?? 0) < (days[at] ?? 0);
  if (ordered) return;
  days.sort((one, other) => one - other);
  for (const day of days)
    if (kept === 0 || days[kept - 1] !== day) {
      days[kept] = day;
      kept += 1;
    }
  days.length = kept;
};
