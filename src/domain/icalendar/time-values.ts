import {
  DAY,
  dateOf,
  dayAt,
  dayIn,
  dayOf,
  HOUR,
  LAST_YEAR,
  MINUTE,
  monthIn,
  SECOND,
  yearIn,
} from './civil.ts';
import { isDate, isDateTime, isDuration } from './values.ts';

/** A date or time as it is written: what the wall shows, and what kind of wall (RFC 5545 §3.3.4, §3.3.5). */
export interface Moment {
  /** Wall time; midnight for a date. */
  readonly wall: number;
  readonly form: 'date' | 'local' | 'utc';
}

/** A duration: days are of the calendar, the rest is exact (RFC 5545 §3.3.6). Both may be negative. */
export interface Duration {
  readonly days: number;
  readonly milliseconds: number;
}

/** Reads a DATE or DATE-TIME; `undefined` when it is none. */
export const readTime = (value: string): Moment | undefined => {
  const text = value.trimEnd();
  if (isDate(text)) return { wall: midnight(text), form: 'date' };
  if (!isDateTime(text)) return undefined;
  const time =
    Number(text.slice(9, 11)) * HOUR +
    Number(text.slice(11, 13)) * MINUTE +
    // A leap second is read as the second before it (RFC 5545 §3.3.12).
    Math.min(Number(text.slice(13, 15)), 59) * SECOND;
  return { wall: midnight(text) + time, form: text.length === 16 ? 'utc' : 'local' };
};

const midnight = (text: string): number =>
  dayOf(Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6, 8))) * DAY;

/** Reads a DURATION; `undefined` when it is none. */
export const readDuration = (value: string): Duration | undefined => {
  const text = value.trimEnd();
  if (!isDuration(text)) return undefined;
  const sign = text.startsWith('-') ? -1 : 1;
  const of = (unit: RegExp): number => Number(unit.exec(text)?.[1] ?? 0);
  const days = of(/(\d+)W/) * 7 + of(/(\d+)D/);
  const milliseconds = of(/(\d+)H/) * HOUR + of(/(\d+)M/) * MINUTE + of(/(\d+)S/) * SECOND;
  return { days: sign * days || 0, milliseconds: sign * milliseconds || 0 };
};

/** A day as a DATE: `20260105`. */
export const dateText = (wall: number): string => {
  const date = dateOf(dayAt(within(wall)));
  return digits(yearIn(date), 4) + digits(monthIn(date), 2) + digits(dayIn(date), 2);
};

/** A wall time as a local DATE-TIME: `20260105T090000`. */
export const localText = (wall: number): string => {
  const shown = within(wall);
  const second = Math.floor((shown - dayAt(shown) * DAY) / SECOND);
  const parts = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
  return `${dateText(shown)}T${parts.map((part) => digits(part, 2)).join('')}`;
};

/** A moment as a DATE-TIME in UTC: `20260105T090000Z`. */
export const utcText = (moment: number): string => `${localText(moment)}Z`;

const digits = (number: number, length: number): string => String(number).padStart(length, '0');

/** What can be written; whatever is beyond is shown as its edge. */
const within = (wall: number): number => Math.min(Math.max(wall, FIRST), LAST);
const FIRST = dayOf(1, 1, 1) * DAY;
const LAST = dayOf(LAST_YEAR + 1, 1, 1) * DAY - SECOND;
