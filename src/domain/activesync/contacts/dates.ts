import {
  DAY,
  dateOf,
  dayAt,
  dayIn,
  dayOf,
  HOUR,
  modulo,
  monthIn,
  yearIn,
} from '../../icalendar/civil.ts';
import { dateText } from '../../icalendar/time-values.ts';
import { dateInFour } from '../../vcard/conversion/dates.ts';
import { cardLine, valueType } from '../../vcard/conversion/line.ts';
import { longDate, readDate } from '../dates.ts';
import { maybe, textIn } from '../elements.ts';
import { REFUSED } from '../fields.ts';
import { line, lineIn, type Lines, withLine } from '../properties.ts';
import type { CardField, CardView } from './view.ts';

/** The year that phones give a birthday without one; it has a 29 February. */
const NO_YEAR = 1604;

/** Midnight UTC of the day that a property says; `undefined` for what is no whole date. */
const dayIn3or4 = (lines: Lines, property: string): number | undefined => {
  const found = lineIn(lines, property);
  if (found === undefined) return undefined;
  const written = cardLine(found);
  if (valueType(written) === 'text') return undefined;
  const [, year, month, day] =
    /^(\d{4}|--)(\d\d)-?(\d\d)(?:T|$)/.exec(dateInFour(written).value) ?? [];
  if (year === undefined) return undefined;
  const number = dayOf(year === '--' ? NO_YEAR : Number(year), Number(month), Number(day));
  const date = dateOf(number);
  const isDay = monthIn(date) === Number(month) && dayIn(date) === Number(day);
  return isDay ? number * DAY : undefined;
};

/** BlackBerry takes midnight for the day before. */
const hourFor = ({ context }: CardView): number =>
  /blackberry|rim/i.test(context.deviceType) ? 11 : 0;

/** The day nearest to what a phone says, which may be a midnight anywhere. */
const dayMeant = (moment: number): number =>
  dayAt(moment) * DAY + (modulo(moment, DAY) >= 12 * HOUR ? DAY : 0);

const dateLine = (property: string, wall: number, isFour: boolean) => {
  const digits = dateText(wall);
  const hasYear = yearIn(dateOf(dayAt(wall))) !== NO_YEAR;
  if (isFour) return line(property, hasYear ? digits : `--${digits.slice(4)}`);
  const extended = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  return hasYear
    ? line(property, extended, { VALUE: 'date' })
    : line(property, extended, { 'X-APPLE-OMIT-YEAR': String(NO_YEAR) });
};

/** A day of a year, in the first of these properties that the card has; the last names a new one of vCard 3.0. */
const dayField = (tag: string, ...properties: readonly string[]): CardField => {
  const propertyIn = (lines: Lines, isFour: boolean): string =>
    properties.find((name) => lineIn(lines, name) !== undefined) ??
    (isFour ? properties[0] : properties.at(-1)) ??
    '';
  return {
    tags: [tag],
    omitted: 'cleared',
    read(lines, view) {
      const wall = dayIn3or4(lines, propertyIn(lines, view.isFour));
      return maybe(tag, wall === undefined ? undefined : longDate(wall + hourFor(view) * HOUR));
    },
    write(lines, data, { isFour }) {
      const property = propertyIn(lines, isFour);
      const text = textIn(data, tag) ?? '';
      if (text === '') return withLine(lines, property, undefined);
      const date = readDate(text);
      if (date === undefined) return REFUSED;
      const wall = dayMeant(date.moment);
      if (wall === dayIn3or4(lines, property)) return lines;
      return withLine(lines, property, dateLine(property, wall, isFour));
    },
  };
};

export const dayFields: readonly CardField[] = [
  dayField('contacts:Birthday', 'BDAY'),
  dayField('contacts:Anniversary', 'ANNIVERSARY', 'X-EVOLUTION-ANNIVERSARY', 'X-ANNIVERSARY'),
];
