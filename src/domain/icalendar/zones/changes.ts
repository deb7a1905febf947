import { DAY } from '../civil.ts';
import type { Change } from './yearly-change.ts';
import type { Zone } from './zone.ts';

/** What changes at moments in [from, to); the first of them is in some span. */
export const changesOf = (zone: Zone, from: number, to: number): readonly Change[] => {
  const changes: Change[] = [];
  for (let span = zone.spanAt(from - 1); span.until < to; ) {
    const next = zone.spanAt(span.until);
    if (next.offset !== span.offset)
      changes.push({ moment: span.until, before: span.offset, after: next.offset });
    span = next;
  }
  return changes;
};

/** Whether clocks that go forward come back within the year. */
export const isSummer = (changes: readonly Change[], index: number): boolean => {
  const [change, next] = [changes[index], changes[index + 1]];
  return (
    change !== undefined &&
    next !== undefined &&
    change.after > change.before &&
    next.after < next.before &&
    next.moment - change.moment < 330 * DAY
  );
};

/** A time from which clocks keep one distance from UTC; milliseconds. */
interface Observance extends Change {
  readonly summer: boolean;
}

/**
 * The observances of a zone in [from, to), the first of which is the one in force at `from`; it begins
 * there and changes nothing, unless there is a change at that very moment (RFC 7808 §5.4).
 */
export const observancesOf = (zone: Zone, from: number, to: number): readonly Observance[] => {
  const around = changesOf(zone, from - YEAR, to + YEAR).map((change, index, all) => ({
    ...change,
    summer: isSummer(all, index),
  }));
  const { offset } = zone.spanAt(from);
  const before = around.findLast(({ moment }) => moment <= from);
  const first =
    before?.moment === from
      ? before
      : { moment: from, before: offset, after: offset, summer: before?.summer ?? false };
  return [first, ...around.filter(({ moment }) => moment > from && moment < to)];
};

const YEAR = 366 * DAY;
