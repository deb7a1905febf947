import { DAY, dayOf, HOUR, MINUTE, SECOND } from '../civil.ts';
import { type Span, type Zone, zoneOfYears } from './zone.ts';

/** A zone of the IANA time zone database, and its name as the database now has it. */
export interface IanaZone {
  readonly name: string;
  readonly zone: Zone;
}

/**
 * The zone that ECMAScript knows by a name, or `undefined`. Transitions are found by asking for offsets,
 * a year at a time when somebody needs it: about 0.3 ms a year, once.
 *
 * The clocks before 1970, for which the database promises nothing, stand as at its beginning.
 */
export const ianaZone = (name: string): IanaZone | undefined => {
  const format = formatFor(name);
  if (format === undefined) return undefined;
  const years = new Map<number, readonly Span[]>();
  const zone = zoneOfYears(FIRST, LAST, (moment, year) => {
    let spans = years.get(year);
    if (spans === undefined) {
      spans = spansOf(year, (other) => offsetIn(format.format(other)));
      years.set(year, spans);
    }
    return within(spans, moment);
  });
  return { name: format.resolvedOptions().timeZone, zone };
};

const FIRST = 1970;
/** Of the 28 years that stand for all later ones; all of them after every change known today. */
const LAST = 2065;

const formatFor = (timeZone: string): Intl.DateTimeFormat | undefined => {
  // What is no name, ECMAScript may read as an offset or refuse at length.
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/.test(timeZone)) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
};

/** `1/1/1970, GMT+01:00` says an hour; UTC is `GMT` alone; before 1972 there are seconds too. */
const offsetIn = (text: string): number => {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? [];
  const size = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
  return sign === '-' ? -size : size;
};

const within = (spans: readonly Span[], moment: number): Span => {
  const found = spans.find(({ until }) => moment < until);
  if (found === undefined) throw new RangeError('a moment outside of its year');
  return found;
};

/** The spans of a year, from its first moment to its last. */
const spansOf = (year: number, offsetAt: (moment: number) => number): readonly Span[] => {
  const end = dayOf(year + 1, 1, 1) * DAY;
  const stride = (year < 2013 ? 5 : 14) * DAY;
  const spans: Span[] = [];
  let from = dayOf(year, 1, 1) * DAY;
  let offset = offsetAt(from);
  for (let probed = from; probed < end; ) {
    const next = Math.min(probed + stride, end);
    const then = offsetAt(next);
    if (then !== offset) {
      const until = change(probed, next, offset, offsetAt);
      spans.push({ from, until, offset });
      from = until;
      offset = then;
    }
    probed = next;
  }
  if (from < end) spans.push({ from, until: end, offset });
  return spans;
};

/**
 * The moment between two probes at which the offset changes, to the second. Changes were six days
 * apart at least (America/Recife in 2000) and never less than two weeks since 2013.
 */
const change = (
  low: number,
  high: number,
  offset: number,
  offsetAt: (moment: number) => number,
): number => {
  let [before, after] = [low / SECOND, high / SECOND];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle * SECOND) === offset) before = middle;
    else after = middle;
  }
  return after * SECOND;
};
