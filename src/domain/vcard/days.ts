import { type ContentLine, unescapeText } from '../icalendar/content-lines.ts';
import { cardLines } from './card.ts';
import { convertLines } from './conversion/conversion.ts';
import { dateInFour } from './conversion/dates.ts';
import { cardLine, firstOf, valueType } from './conversion/line.ts';
import { isGroup, isList } from './lists/conversion.ts';

/** A day that comes again every year. */
export interface Day {
  readonly kind: 'birthday' | 'anniversary';
  /** Whose it is. */
  readonly name: string;
  /** Absent where it is not known. */
  readonly year?: number;
  readonly month: number;
  readonly day: number;
}

const kinds = { BDAY: 'birthday', ANNIVERSARY: 'anniversary' } as const;

/** Characters of a name that are shown. */
const NAME = 200;

/**
 * The birthday and the anniversary that a card tells of (RFC 6350 §6.2.5, §6.2.6), in any notation of vCard 3.0 or
 * 4.0, at most one of each. What is no day of the Gregorian calendar, as a text or a year alone, is passed over; so are
 * lists and groups, and cards without a name.
 */
export const daysOf = (card: string): readonly Day[] => {
  if (!/BDAY|ANNIVERSARY|X-ABDATE/i.test(card) || isList(card)) return [];
  const stored = cardLines(card);
  if (isGroup(stored)) return [];
  const isFour = stored.some(({ name, value }) => name === 'VERSION' && value.trim() === '4.0');
  const lines = isFour ? stored : convertLines(stored, '4.0');
  const fullName = unescapeText(lines.find(({ name }) => name === 'FN')?.value ?? '').trim();
  if (fullName === '') return [];
  const name = Array.from(fullName.replaceAll(/\s+/g, ' ')).slice(0, NAME).join('');
  return Object.entries(kinds).flatMap(([property, kind]) => {
    const [date] = lines.filter((line) => line.name === property).flatMap(dateOf);
    return date === undefined ? [] : [{ kind, name, ...date }];
  });
};

const dateOf = (line: ContentLine): readonly Pick<Day, 'year' | 'month' | 'day'>[] => {
  const written = cardLine(line);
  const scale = firstOf(written.parameters, 'CALSCALE')?.toLowerCase() ?? 'gregorian';
  if (valueType(written) === 'text' || scale !== 'gregorian') return [];
  const { value } = dateInFour(written);
  const [, years, months, days] = /^(?:(\d{4})|--)(\d\d)-?(\d\d)(?:T|$)/.exec(value) ?? [];
  const [month, day] = [Number(months), Number(days)];
  const year = years === undefined ? undefined : Number(years);
  if (!isDay(year, month, day)) return [];
  return [{ ...(year !== undefined && { year }), month, day }];
};

const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const isDay = (year: number | undefined, month: number, day: number): boolean => {
  if (!(day >= 1 && day <= (lengths[month - 1] ?? 0)) || year === 0) return false;
  return year === undefined || month !== 2 || day < 29 || isLeap(year);
};

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
