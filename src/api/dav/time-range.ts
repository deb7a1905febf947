import { beyond, type DateTimeCondition } from '../../domain/icalendar/date-times.ts';
import type { TimeRange } from '../../domain/icalendar/time-range.ts';
import { readTime } from '../../domain/icalendar/time-values.ts';
import type { Refusal } from './errors.ts';
import { attributeOf, type XmlElement } from './xml/element.ts';
import { caldav } from './xml/names.ts';

export type RangeReading =
  | { readonly range: TimeRange }
  /** For people. */
  | { readonly invalid: string }
  /** RFC 4791 §7.8, §7.9. */
  | { readonly beyond: DateTimeCondition };

/** Reads an element with `start` and `end`: UTC, the end after the start (RFC 4791 §9.6.5, §9.9). */
export const rangeIn = (
  element: XmlElement,
  needed: 'both ends' | 'one end' = 'both ends',
): RangeReading => {
  const ends = ['start', 'end'].map((attribute) => attributeOf(element, attribute)?.trim());
  const given = ends.filter((end) => end !== undefined);
  if (given.length < (needed === 'one end' ? 1 : 2))
    return { invalid: `A time range has ${needed === 'one end' ? 'a start or an end' : needed}.` };
  if (given.some((end) => readTime(end)?.form !== 'utc'))
    return { invalid: 'A time range is in UTC: 20260105T090000Z.' };
  for (const end of given) {
    const condition = beyond(end);
    if (condition !== undefined) return { beyond: condition };
  }
  const [from = -Infinity, to = Infinity] = ends.map((end) =>
    end === undefined ? undefined : readTime(end)?.wall,
  );
  return to > from ? { range: { from, to } } : { invalid: 'A time range ends after it starts.' };
};

/** A range that cannot be followed; `malformed` stands for what it does not say well. */
export const rangeRefusal = (
  reading: Exclude<RangeReading, { readonly range: TimeRange }>,
  malformed: Omit<Refusal, 'reason'>,
): Refusal =>
  'beyond' in reading
    ? { status: 403, element: caldav(reading.beyond) }
    : { ...malformed, reason: reading.invalid };
