/**
 * Arithmetic of the proleptic Gregorian calendar on plain numbers. A **day** is a count of days since
 * 1970-01-01. A **wall** time is what a clock on the wall shows, as the milliseconds since 1970-01-01
 * that it would be if the wall were in UTC; only with a time zone does it become a moment.
 */

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** The last year that iCalendar can write (RFC 5545 §3.3.4). */
export const LAST_YEAR = 9999;

/** Day of a date. The day of the month may be beyond its month. */
export const dayOf = (year: number, month: number, dayOfMonth: number): number => {
  // Years begin in March here, so that the day that comes and goes is the last one.
  const march = month > 2 ? year : year - 1;
  const era = Math.floor(march / 400);
  const inEra = march - era * 400;
  const inYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + dayOfMonth - 1;
  return (
    era * DAYS_IN_ERA +
    inEra * 365 +
    Math.floor(inEra / 4) -
    Math.floor(inEra / 100) +
    inYear -
    EPOCH
  );
};

/** Year, month (1 to 12) and day of the month in one number; see `yearIn`, `monthIn`, `dayIn`. */
export type CivilDate = number;

export const dateOf = (day: number): CivilDate => {
  const shifted = day + EPOCH;
  const era = Math.floor(shifted / DAYS_IN_ERA);
  const inEra = shifted - era * DAYS_IN_ERA;
  const year = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) /
      365,
  );
  const inYear = inEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const march = Math.floor((5 * inYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  const dayOfMonth = inYear - Math.floor((153 * march + 2) / 5) + 1;
  return (year + era * 400 + (month <= 2 ? 1 : 0)) * 512 + month * 32 + dayOfMonth;
};

export const yearIn = (date: CivilDate): number => Math.floor(date / 512);
export const monthIn = (date: CivilDate): number => (date >> 5) & 15;
export const dayIn = (date: CivilDate): number => date & 31;

/** 0 is Monday. */
export const weekdayOf = (day: number): number => modulo(day + 3, 7);

export const isLeap = (year: number): boolean =>
  year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export const daysInMonth = (year: number, month: number): number => {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

/** Day of a wall time. */
export const dayAt = (wall: number): number => Math.floor(wall / DAY);

/** Never negative, as `%` can be. */
export const modulo = (value: number, by: number): number => ((value % by) + by) % by;

const DAYS_IN_ERA = 146_097;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH = 719_468;
