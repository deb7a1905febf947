import {
  dateOf,
  dayAt,
  dayIn,
  monthIn,
  weekdayOf,
  modulo,
  DAY,
  HOUR,
  MINUTE,
  SECOND,
} from '../icalendar/civil.ts';
import type { Rule } from '../icalendar/recurrence/rule.ts';
import type { Data } from './data.ts';
import { boundedNumber, maybe, textIn } from './elements.ts';
import { REFUSED, type Refusable } from './fields.ts';
import { isAtLeast, type Version } from './version.ts';

/** What a rule's start says where the rule does not; 0 is Monday. */
interface Start {
  readonly wall: number;
}

/** How a rule is told: in which code page, and its end as a date on the wire. */
export interface Telling {
  readonly page: 'calendar' | 'tasks';
  readonly version: Version;
  /** UNTIL on the wire, and what the wire says as the value of UNTIL. */
  untilOf(until: NonNullable<Rule['until']>): string;
  readUntil(text: string): string | undefined;
}

/** Days as a sum: Sunday is 1, Monday 2, Saturday 64 (MS-ASCAL 2.2.2.14). */
const bitOf = (weekday: number): number => 1 << ((weekday + 1) % 7);
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const EVERY_DAY = 127;
/** The week that is the last of its month. */
const LAST = 5;
/** Bounds of MS-ASCAL 2.2.2.31, 2.2.2.25. */
const LIMITS = { occurrences: 999, interval: 999, weeks: 99 } as const;

/** Type and what belongs to it: `undefined` for a rule that ActiveSync has no word for. */
interface Pattern {
  readonly type: 0 | 1 | 2 | 3 | 5 | 6;
  readonly interval: number;
  readonly days?: number;
  readonly week?: number;
  readonly dayOfMonth?: number;
  readonly month?: number;
}

/** A rule as elements inside of Recurrence; `undefined` where none are exactly equal. */
export const tellRule = (rule: Rule, start: Start, telling: Telling): Data | undefined => {
  const { page, version, untilOf } = telling;
  const pattern = patternOf(rule, start.wall);
  if (pattern === undefined || (rule.count ?? 0) > LIMITS.occurrences) return undefined;
  const { type, interval, days, week, dayOfMonth, month } = pattern;
  if (interval > (type === 1 ? LIMITS.weeks : LIMITS.interval)) return undefined;
  const tag = (name: string): string => `${page}:${name}`;
  return [
    ...maybe(tag('Type'), type),
    ...maybe(tag('Occurrences'), rule.count),
    ...maybe(tag('Interval'), interval),
    ...maybe(tag('WeekOfMonth'), week),
    ...maybe(tag('DayOfWeek'), days),
    ...maybe(tag('MonthOfYear'), month),
    ...maybe(tag('Until'), rule.until && untilOf(rule.until)),
    ...maybe(tag('DayOfMonth'), dayOfMonth),
    ...(type === 1 && isAtLeast(version, '14.1')
      ? maybe(tag('FirstDayOfWeek'), (rule.weekStart + 1) % 7)
      : []),
  ];
};

const patternOf = (rule: Rule, wall: number): Pattern | undefined => {
  if (rule.byYearDay || rule.byWeekNo || rule.skip !== 'OMIT' || !isAtTimeOf(rule, wall))
    return undefined;
  const { interval } = rule;
  switch (rule.frequency) {
    case 'DAILY':
      if (rule.byMonth || rule.byMonthDay || rule.bySetPos) return undefined;
      if (rule.byDay === undefined) return { type: 0, interval };
      return interval === 1 ? weekly(rule, 1, wall) : undefined;
    case 'WEEKLY':
      if (rule.byMonth || rule.byMonthDay || rule.bySetPos) return undefined;
      return weekly(rule, interval, wall);
    case 'MONTHLY':
      return rule.byMonth ? undefined : monthly(rule, interval, wall);
    case 'YEARLY':
      return yearly(rule, wall);
    default:
      return undefined;
  }
};

/** Whether times of day that a rule names say no more than its start does. */
const isAtTimeOf = ({ byHour, byMinute, bySecond }: Rule, wall: number): boolean => {
  const time = modulo(wall, DAY);
  const is = (list: readonly number[] | undefined, value: number): boolean =>
    list === undefined || (list.length === 1 && list[0] === value);
  return (
    is(byHour, Math.floor(time / HOUR)) &&
    is(byMinute, Math.floor(time / MINUTE) % 60) &&
    is(bySecond, Math.floor(time / SECOND) % 60)
  );
};

const weekly = (rule: Rule, interval: number, wall: number): Pattern | undefined => {
  if (rule.byDay?.some(({ ordinal }) => ordinal !== 0)) return undefined;
  return { type: 1, interval, days: sumOf(rule.byDay) ?? bitOf(weekdayOf(dayAt(wall))) };
};

const sumOf = (days: Rule['byDay']): number | undefined =>
  days?.reduce((sum, { weekday }) => sum | bitOf(weekday), 0);

const monthly = (rule: Rule, interval: number, wall: number): Pattern | undefined => {
  if (rule.byDay !== undefined) {
    const nth = rule.byMonthDay === undefined ? nthOf(rule) : undefined;
    return nth && { type: 3, interval, ...nth };
  }
  if (rule.bySetPos !== undefined) return undefined;
  const [day = dayIn(dateOf(dayAt(wall))), ...others] = rule.byMonthDay ?? [];
  if (others.length > 0) return undefined;
  if (day === -1) return { type: 3, interval, days: EVERY_DAY, week: LAST };
  return day < 0 ? undefined : { type: 2, interval, dayOfMonth: day };
};

/** Days and the week of the month; the fifth week of iCalendar is not always the last. */
const nthOf = ({ byDay = [], bySetPos }: Rule): Pick<Pattern, 'days' | 'week'> | undefined => {
  const [first] = byDay;
  const ordinal = first?.ordinal ?? 0;
  if (ordinal !== 0 && (byDay.length > 1 || bySetPos !== undefined)) return undefined;
  if (ordinal === 0 && (bySetPos?.length !== 1 || byDay.some((one) => one.ordinal !== 0)))
    return undefined;
  const nth = ordinal === 0 ? (bySetPos?.[0] ?? 0) : ordinal;
  const days = sumOf(byDay) ?? 0;
  // Of all days of the month the fifth is not the last, but of one weekday in a month the fourth may be.
  if (nth === -1) return { days, week: LAST };
  return nth >= 1 && nth < LAST ? { days, week: nth } : undefined;
};

const yearly = (rule: Rule, wall: number): Pattern | undefined => {
  const starts = monthIn(dateOf(dayAt(wall)));
  const [month = starts, ...others] = rule.byMonth ?? [];
  if (others.length > 0 || month > 12) return undefined;
  // BYDAY without BYMONTH counts through the year, and BYMONTHDAY without it is every month's.
  if (rule.byMonth === undefined && (rule.byDay || rule.byMonthDay || rule.bySetPos))
    return undefined;
  const { interval } = rule;
  const within = monthly(rule, interval, wall);
  if (within === undefined) return undefined;
  if (interval > 1) return month === starts ? { ...within, interval: interval * 12 } : undefined;
  return { ...within, type: within.type === 2 ? 5 : 6, month };
};

/** Calendars that count days as ours does, under other names of years (MS-ASCAL 2.2.2.9). */
const GREGORIAN: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12]);

/** What is inside of Recurrence as a rule; refused where it says none. Elements that do not belong to a type are passed over. */
export const readRecurrence = (data: Data, { page, readUntil }: Telling): Refusable<string> => {
  const number = (name: string, low: number, high: number): Refusable<number | undefined> => {
    const text = textIn(data, `${page}:${name}`);
    if (text === undefined || text.trim() === '') return undefined;
    return boundedNumber(text, low, high) ?? REFUSED;
  };
  const type = number('Type', 0, 6);
  const interval = number('Interval', 0, LIMITS.interval * 12);
  const days = number('DayOfWeek', 0, EVERY_DAY);
  const dayOfMonth = number('DayOfMonth', 1, 31);
  const week = number('WeekOfMonth', 1, LAST);
  const month = number('MonthOfYear', 1, 12);
  const occurrences = number('Occurrences', 1, LIMITS.occurrences);
  const first = number('FirstDayOfWeek', 0, 6);
  const calendar = number('CalendarType', 0, 23);
  const all = [type, interval, days, dayOfMonth, week, month, occurrences, first, calendar];
  if (all.includes(REFUSED) || type === undefined) return REFUSED;
  if (typeof calendar === 'number' && !GREGORIAN.has(calendar)) return REFUSED;
  const known = (value: Refusable<number | undefined>): number | undefined =>
    value === REFUSED ? undefined : value;
  const parts = partsFor({
    type: known(type) ?? 0,
    days: known(days) || undefined,
    dayOfMonth: known(dayOfMonth),
    week: known(week),
    month: known(month),
  });
  if (parts === undefined) return REFUSED;
  const end = endOf(known(occurrences), textIn(data, `${page}:Until`), readUntil);
  if (end === REFUSED) return REFUSED;
  const every = Math.max(known(interval) ?? 1, 1);
  const start = known(first);
  return [
    ...parts.slice(0, 1),
    ...(every > 1 ? [`INTERVAL=${every}`] : []),
    ...end,
    ...parts.slice(1),
    ...(start !== undefined && parts[0] === 'FREQ=WEEKLY'
      ? [`WKST=${WEEKDAYS[(start + 6) % 7] ?? 'MO'}`]
      : []),
  ].join(';');
};

/** Where both are given, Occurrences is what counts. */
const endOf = (
  occurrences: number | undefined,
  until: string | undefined,
  readUntil: Telling['readUntil'],
): Refusable<readonly string[]> => {
  if (occurrences !== undefined) return [`COUNT=${occurrences}`];
  if (until === undefined || until.trim() === '') return [];
  const value = readUntil(until);
  return value === undefined ? REFUSED : [`UNTIL=${value}`];
};

interface Said {
  readonly type: number;
  readonly days: number | undefined;
  readonly dayOfMonth: number | undefined;
  readonly week: number | undefined;
  readonly month: number | undefined;
}

/** FREQ first; `undefined` where a type lacks what it needs. */
const partsFor = ({ type, days, dayOfMonth, week, month }: Said): readonly string[] | undefined => {
  const ofMonth = dayOfMonth === undefined ? [] : [`BYMONTHDAY=${dayOfMonth}`];
  const ofYear = month === undefined ? [] : [`BYMONTH=${month}`];
  switch (type) {
    case 0:
      return days === undefined || days === EVERY_DAY
        ? ['FREQ=DAILY']
        : ['FREQ=WEEKLY', byDay(days)];
    case 1:
      return days === undefined ? ['FREQ=WEEKLY'] : ['FREQ=WEEKLY', byDay(days)];
    case 2:
      return ['FREQ=MONTHLY', ...ofMonth];
    case 3:
      return days === undefined || week === undefined
        ? undefined
        : ['FREQ=MONTHLY', ...nthParts(days, week)];
    case 5:
      // A day of a month that is not named would be one of every month.
      return month === undefined && dayOfMonth !== undefined
        ? undefined
        : ['FREQ=YEARLY', ...ofYear, ...ofMonth];
    case 6:
      return days === undefined || week === undefined || month === undefined
        ? undefined
        : ['FREQ=YEARLY', ...ofYear, ...nthParts(days, week)];
    default:
      return undefined;
  }
};

const namesOf = (days: number): readonly string[] =>
  WEEKDAYS.filter((_, weekday) => (days & bitOf(weekday)) !== 0);

const byDay = (days: number): string => `BYDAY=${namesOf(days).join(',')}`;

const nthParts = (days: number, week: number): readonly string[] => {
  const nth = week === LAST ? -1 : week;
  if (days === EVERY_DAY) return [`BYMONTHDAY=${nth}`];
  const names = namesOf(days);
  return names.length === 1 ? [`BYDAY=${nth}${names[0] ?? ''}`] : [byDay(days), `BYSETPOS=${nth}`];
};
