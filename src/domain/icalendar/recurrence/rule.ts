import { ruleFault, unsupportedScale } from '../recurrence-rule.ts';
import { type Moment, readTime } from '../time-values.ts';

export const frequencies = [
  'SECONDLY',
  'MINUTELY',
  'HOURLY',
  'DAILY',
  'WEEKLY',
  'MONTHLY',
  'YEARLY',
] as const;
export type Frequency = (typeof frequencies)[number];

/** `2TU` is `{ ordinal: 2, weekday: 1 }`; plain `TU` has the ordinal 0. 0 is Monday. */
export interface Weekday {
  readonly ordinal: number;
  readonly weekday: number;
}

/** A recurrence rule (RFC 5545 §3.3.10, RFC 7529 with the Gregorian calendar). Lists are as written.
 * Every rule has all keys, so that walking it stays quick. */
export interface Rule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | undefined;
  readonly until: Moment | undefined;
  /** The day weeks start with; 0 is Monday. */
  readonly weekStart: number;
  /** What becomes of days that a month or a year lacks. */
  readonly skip: 'OMIT' | 'BACKWARD' | 'FORWARD';
  readonly bySecond: readonly number[] | undefined;
  readonly byMinute: readonly number[] | undefined;
  readonly byHour: readonly number[] | undefined;
  readonly byDay: readonly Weekday[] | undefined;
  readonly byMonthDay: readonly number[] | undefined;
  readonly byYearDay: readonly number[] | undefined;
  readonly byWeekNo: readonly number[] | undefined;
  readonly byMonth: readonly number[] | undefined;
  readonly bySetPos: readonly number[] | undefined;
}

export type RuleReading =
  | { readonly rule: Rule }
  /** For people. `rscale` when the rule is sound, but of a calendar that is not supported. */
  | { readonly invalid: string; readonly rscale?: string };

/** Reads the value of an RRULE or EXRULE. Of the calendars of RFC 7529 only GREGORIAN is supported. */
export const readRule = (value: string): RuleReading => {
  const invalid = ruleFault(value);
  if (invalid !== undefined) return { invalid };
  const parts = new Map(
    value
      .toUpperCase()
      .split(';')
      .filter((part) => part !== '')
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
  const rscale = unsupportedScale(value);
  if (rscale !== undefined)
    return { invalid: `RSCALE=${rscale} is not supported, only GREGORIAN is`, rscale };
  return { rule: ruleOf(parts) };
};

const ruleOf = (parts: ReadonlyMap<string, string>): Rule => {
  const number = (key: string): number | undefined => {
    const value = parts.get(key);
    return value === undefined ? undefined : Number(value);
  };
  const numbers = (key: string): readonly number[] | undefined =>
    parts.get(key)?.split(',').map(Number);
  const until = parts.get('UNTIL');
  // RFC 7529 §4.1: SKIP has no meaning without RSCALE.
  const skip = parts.has('RSCALE') ? (parts.get('SKIP') as Rule['skip'] | undefined) : undefined;
  return {
    frequency: parts.get('FREQ') as Frequency,
    interval: number('INTERVAL') ?? 1,
    count: number('COUNT'),
    until: until === undefined ? undefined : readTime(until),
    weekStart: Math.max(WEEKDAYS.indexOf(parts.get('WKST') ?? 'MO'), 0),
    skip: skip ?? 'OMIT',
    // A leap second is read as the second before it (RFC 5545 §3.3.12).
    bySecond: numbers('BYSECOND')?.map((second) => Math.min(second, 59)),
    byMinute: numbers('BYMINUTE'),
    byHour: numbers('BYHOUR'),
    byDay: parts.get('BYDAY')?.split(',').map(weekday),
    byMonthDay: numbers('BYMONTHDAY'),
    byYearDay: numbers('BYYEARDAY'),
    byWeekNo: numbers('BYWEEKNO'),
    byMonth: monthsOf(parts.get('BYMONTH'), skip ?? 'OMIT'),
    bySetPos: numbers('BYSETPOS'),
  };
};

/** The Gregorian calendar has no leap months and no thirteenth: both are skipped (RFC 7529 §4.1). */
const monthsOf = (value: string | undefined, skip: Rule['skip']): readonly number[] | undefined =>
  value?.split(',').flatMap((text) => {
    const month = Number.parseInt(text, 10);
    const leap = text.endsWith('L');
    if (!leap && month <= 12) return [month];
    if (skip === 'OMIT' || month > 12) return [];
    return [skip === 'BACKWARD' ? month : (month % 12) + 1];
  });

const weekday = (text: string): Weekday => ({
  ordinal: Number.parseInt(text, 10) || 0,
  weekday: WEEKDAYS.indexOf(text.slice(-2)),
});

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
