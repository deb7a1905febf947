import type { ContentLine } from './content-lines.ts';
import { DAY } from './civil.ts';
import { readDuration, readTime } from './time-values.ts';

/** A period of UTC, as FREEBUSY has it (RFC 5545 §3.8.2.6); milliseconds. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** Reads one period; `undefined` when it is none. */
export const readPeriod = (text: string): Period | undefined => {
  const [from = '', to = ''] = text.trim().split('/', 2);
  const start = readTime(from)?.wall;
  if (start === undefined) return undefined;
  const duration = readDuration(to);
  const end =
    duration === undefined
      ? readTime(to)?.wall
      : start + duration.days * DAY + duration.milliseconds;
  return end === undefined ? undefined : { start, end: Math.max(start, end) };
};

/** FREEBUSY with those of its values alone that lie in a range; `undefined` when none does (RFC 4791 §9.6.7). */
export const busyIn = (
  line: ContentLine,
  { from, to }: { readonly from: number; readonly to: number },
): ContentLine | undefined => {
  const values = line.value.split(',').filter((value) => {
    const period = readPeriod(value);
    return period !== undefined && from < period.end && to > period.start;
  });
  return values.length === 0 ? undefined : { ...line, value: values.join(',') };
};
