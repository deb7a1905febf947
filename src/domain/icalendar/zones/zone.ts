import { DAY, dateOf, dayAt, dayOf, isLeap, weekdayOf, yearIn } from '../civil.ts';

/** A time during which a zone's clocks keep one distance from UTC. All in milliseconds. */
export interface Span {
  /** The first moment of it; -Infinity when there was none before. */
  readonly from: number;
  /** The first moment after it. */
  readonly until: number;
  /** What local clocks are ahead of UTC. */
  readonly offset: number;
}

/** A time zone: which span a moment (UTC, milliseconds) lies in. Neighbours may have the same offset. */
export interface Zone {
  spanAt(moment: number): Span;
}

/**
 * The moment of a wall time. One that does not exist is read with the offset before the gap; of one
 * that occurs twice, the first is meant (RFC 5545 §3.3.5).
 */
export const momentOf = (zone: Zone, wall: number): number => {
  const span = zone.spanAt(wall);
  const moment = wall - span.offset;
  if (moment < span.from) return wall - zone.spanAt(span.from - 1).offset;
  if (moment >= span.until) {
    const later = wall - zone.spanAt(span.until).offset;
    return later >= span.until ? later : moment;
  }
  if (moment < span.from + LONGEST_SHIFT) {
    const earlier = wall - zone.spanAt(span.from - 1).offset;
    if (earlier < span.from) return earlier;
  }
  return moment;
};

export const wallOf = (zone: Zone, moment: number): number => moment + zone.spanAt(moment).offset;

/** Every wall time whose moment is at or after `moment` is at or after this one. */
export const wallFloor = (zone: Zone, moment: number): number =>
  moment + Math.min(...offsetsAround(zone, moment));

/** Every wall time whose moment is before `moment` is before this one. */
export const wallCeiling = (zone: Zone, moment: number): number =>
  moment + Math.max(...offsetsAround(zone, moment));

const offsetsAround = (zone: Zone, moment: number): readonly number[] => {
  if (!Number.isFinite(moment)) return [0];
  const { from, until, offset } = zone.spanAt(moment);
  const offsets = [offset];
  if (moment - from < LONGEST_SHIFT) offsets.push(zone.spanAt(from - 1).offset);
  if (until - moment < LONGEST_SHIFT) offsets.push(zone.spanAt(until).offset);
  return offsets;
};

/** Clocks have skipped a whole day, and no more (Pacific/Apia in 2011). */
const LONGEST_SHIFT = 26 * 3_600_000;

export const fixedZone = (offset: number): Zone => {
  const always: Span = { from: -Infinity, until: Infinity, offset };
  return { spanAt: () => always };
};

export const UTC = fixedZone(0);

/**
 * A zone whose spans are known for some years. Those after `last` repeat the 28 years up to it, in which
 * every calendar occurs: nobody knows the rules of those times, and no one can make us compute them.
 *
 * @param first the year before which the clocks stood as at its beginning.
 * @param find the span of a moment that is in one of these years (in UTC).
 */
export const zoneOfYears = (
  first: number,
  last: number,
  find: (moment: number, year: number) => Span,
): Zone => {
  const begin = dayOf(first, 1, 1) * DAY;
  // Instances come in order, as a rule many to a span.
  let recent: Span = { from: 0, until: 0, offset: 0 };

  const look = (moment: number): Span => {
    if (moment < begin) return { from: -Infinity, until: begin, offset: find(begin, first).offset };
    const year = yearIn(dateOf(dayAt(Math.min(moment, FOREVER))));
    if (year <= last) return find(moment, year);
    const model = alike(year, last);
    const start = dayOf(year, 1, 1) * DAY;
    const shift = start - dayOf(model, 1, 1) * DAY;
    const { from, until, offset } = find(moment - shift, model);
    return {
      from: Math.max(from + shift, start),
      until: Math.min(until + shift, dayOf(year + 1, 1, 1) * DAY),
      offset,
    };
  };

  return {
    spanAt(moment) {
      if (moment < recent.from || moment >= recent.until) recent = look(moment);
      return recent;
    },
  };
};

/** The year of the 28 up to `last` that has the same days of the week. */
const alike = (year: number, last: number): number => {
  const leap = isLeap(year);
  const weekday = weekdayOf(dayOf(year, 1, 1));
  let candidate = last;
  while (isLeap(candidate) !== leap || weekdayOf(dayOf(candidate, 1, 1)) !== weekday)
    candidate -= 1;
  return candidate;
};

/** Year 275760, the end of ECMAScript's time. */
const FOREVER = 8.64e15;
