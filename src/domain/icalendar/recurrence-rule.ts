import { isDate, isDateTime } from './values.ts';

/**
 * What is wrong with the text of a recurrence rule (RFC 5545 §3.3.10, RFC 7529 §4), for people, or
 * `undefined`. Grammar and ranges only: nothing is expanded, so a rule without any occurrence passes.
 */
export const ruleFault = (value: string): string | undefined => {
  const seen = new Set<string>();
  // One trailing semicolon is a common slip of writers and says nothing.
  for (const part of (value.endsWith(';') ? value.slice(0, -1) : value).split(';', PARTS + 1)) {
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(equals, 0)).toUpperCase();
    const check = checks.get(key);
    if (check === undefined) return 'a recurrence rule with a part that RFC 5545 does not know';
    if (seen.has(key)) return `a recurrence rule that says ${key} twice`;
    if (!check(part.slice(equals + 1).toUpperCase())) return `a recurrence rule with a bad ${key}`;
    seen.add(key);
  }
  if (!seen.has('FREQ')) return 'a recurrence rule without FREQ';
  if (seen.has('COUNT') && seen.has('UNTIL')) return 'a recurrence rule with COUNT and UNTIL';
  return undefined;
};

/** The calendars that rules can go by (RFC 7529 §7.1). */
export const RSCALES = ['GREGORIAN'] as const;

/** The calendar of a rule whose grammar is sound, if it is none of these. */
export const unsupportedScale = (value: string): string | undefined => {
  const [, rscale = 'GREGORIAN'] = /(?:^|;)RSCALE=([^;]*)/i.exec(value) ?? [];
  return RSCALES.some((one) => one === rscale.toUpperCase()) ? undefined : rscale.toUpperCase();
};

type Check = (value: string) => boolean;

const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value);

const atLeastOne: Check = (value) => /^\d{1,10}$/.test(value) && Number(value) >= 1;

/** A list of numbers from `low` to `high`, or also their negatives but never zero. */
const numbers = (low: number, high: number, signed = false): Check => {
  const form = signed ? /^[+-]?\d{1,3}$/ : /^\d{1,3}$/;
  return list((item) => {
    const number = Math.abs(Number(item));
    return form.test(item) && number >= low && number <= high;
  });
};

const list =
  (check: Check): Check =>
  (value) =>
    value.length <= LIST && value.split(',').every(check);

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const weekday = list((item) => {
  const [, ordinal, day = ''] = /^(?:[+-]?(\d{1,2}))?([A-Z]{2})$/.exec(item) ?? [];
  return (
    WEEKDAYS.includes(day) &&
    (ordinal === undefined || (Number(ordinal) >= 1 && Number(ordinal) <= 53))
  );
});
/** RFC 7529 §4.2 adds leap months, `5L`. */
const month = list((item) => {
  const [, number] = /^(\d{1,2})L?$/.exec(item) ?? [];
  return Number(number) >= 1 && Number(number) <= 13;
});

const checks: ReadonlyMap<string, Check> = new Map([
  ['FREQ', oneOf('SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY')],
  ['UNTIL', (value: string) => isDate(value) || isDateTime(value)],
  ['COUNT', atLeastOne],
  ['INTERVAL', atLeastOne],
  ['BYSECOND', numbers(0, 60)],
  ['BYMINUTE', numbers(0, 59)],
  ['BYHOUR', numbers(0, 23)],
  ['BYDAY', weekday],
  ['BYMONTHDAY', numbers(1, 31, true)],
  ['BYYEARDAY', numbers(1, 366, true)],
  ['BYWEEKNO', numbers(1, 53, true)],
  ['BYMONTH', month],
  ['BYSETPOS', numbers(1, 366, true)],
  ['WKST', oneOf(...WEEKDAYS)],
  ['RSCALE', (value: string) => /^[A-Z0-9-]{1,40}$/.test(value)],
  ['SKIP', oneOf('OMIT', 'BACKWARD', 'FORWARD')],
]);

const PARTS = checks.size;
/** Characters of one list; the longest sensible one, every BYYEARDAY and its negative, has 3,000. */
const LIST = 4_096;
