/** Values of iCalendar properties that are checked before an object is taken (RFC 5545 §3.3). */

const DATE = /^(\d{4})(\d\d)(\d\d)$/;
const DATE_TIME = /^(\d{8})T([01]\d|2[0-3])[0-5]\d([0-5]\d|60)Z?$/;
const DURATION =
  /^[+-]?P(?:\d{1,9}W|\d{1,9}D|(?:\d{1,9}D)?T(?=\d)(?:\d{1,9}H)?(?:\d{1,9}M)?(?:\d{1,9}S)?)$/;

/** A day that exists in the Gregorian calendar (§3.3.4): `20280229`, not `20270229`. */
export const isDate = (value: string): boolean => {
  const [, year, month, day] = DATE.exec(value) ?? [];
  return year !== undefined && day !== '00' && Number(day) <= daysOf(Number(year), Number(month));
};

/** §3.3.5: local, UTC, or (with TZID) local to a time zone. */
export const isDateTime = (value: string): boolean => {
  const [, date] = DATE_TIME.exec(value) ?? [];
  return date !== undefined && isDate(date);
};

/** §3.3.6; days and hours may be mixed, weeks stand alone. */
export const isDuration = (value: string): boolean => DURATION.test(value);

/** §3.3.9: start and end, or start and duration. */
const isPeriod = (value: string): boolean => {
  const [start = '', end = '', ...more] = value.split('/', 3);
  return more.length === 0 && isDateTime(start) && (isDateTime(end) || isDuration(end));
};

/**
 * A date or time of the type its VALUE parameter names. Without the parameter either is taken:
 * some writers leave `VALUE=DATE` out, and the digits leave no doubt.
 */
export const isTime = (value: string, type: string | undefined): boolean => {
  switch (type) {
    case undefined:
      return isDateTime(value) || isDate(value);
    case 'DATE':
      return isDate(value);
    case 'DATE-TIME':
      return isDateTime(value);
    case 'PERIOD':
      return isPeriod(value);
    default:
      return false;
  }
};

/** Number of days; 0 for a month that is none. */
const daysOf = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  if (month < 1 || month > 12) return 0;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};
