import {
  dateOf,
  DAY,
  dayAt,
  dayIn,
  daysInMonth,
  modulo,
  monthIn,
  weekdayOf,
  yearIn,
} from '../civil.ts';

/** One change of a zone's clocks; milliseconds, offsets ahead of UTC. */
export interface Change {
  readonly moment: number;
  readonly before: number;
  readonly after: number;
}

/** A change that comes every year, and the first time that it came. */
interface Yearly {
  readonly first: Change;
  /** RRULE. */
  readonly rule: string;
}

/** Years that something must be so to be called regular: those in which every calendar occurs. */
const YEARS = 28;

/**
 * The changes that come every year at the end of some, and from which of them on there are no others.
 * None when clocks do not change any more, or do so by no rule.
 */
export const regularFrom = (
  changes: readonly Change[],
): { readonly from: number; readonly rules: readonly Yearly[] } => {
  const none = { from: changes.length, rules: [] };
  const last = changes.at(-1);
  const final = last === undefined ? 0 : yearOf(last);
  if (final < LAST_YEAR) return none;
  const models = changes.filter((change) => yearOf(change) === final);
  const series = models.map((model) => seriesOf(model, changes));
  const begin = Math.max(...series.map(({ since }) => since));
  if (final - begin < YEARS) return none;
  const from = changes.findIndex((change) => yearOf(change) >= begin);
  if (changes.length - from !== models.length * (final - begin + 1)) return none;
  const rules = series.flatMap(({ rule }, index) => {
    const first = changes[from + index];
    return first === undefined ? [] : [{ first, rule }];
  });
  return { from, rules };
};

/** Of the changes that are looked at. */
const LAST_YEAR = 2065;

const wallOf = ({ moment, before }: Change): number => moment + before;
const yearOf = (change: Change): number => yearIn(dateOf(dayAt(wallOf(change))));

/** The rule that fits a change and those like it furthest back, and the year that it fits since. */
const seriesOf = (
  model: Change,
  changes: readonly Change[],
): { readonly since: number; readonly rule: string } => {
  const alike = changes
    .filter(
      (change) =>
        change.before === model.before &&
        change.after === model.after &&
        modulo(wallOf(change), DAY) === modulo(wallOf(model), DAY),
    )
    .toReversed();
  const found = formsOf(model, alike.slice(0, YEARS)).map(({ rule, fits }) => {
    let since = yearOf(model) + 1;
    for (const change of alike) if (fits(change) && yearOf(change) === since - 1) since -= 1;
    return { since, rule };
  });
  return found.reduce((best, each) => (each.since < best.since ? each : best));
};

interface Form {
  readonly rule: string;
  fits(change: Change): boolean;
}

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Ways to say when in a year a change comes. */
const formsOf = (model: Change, recent: readonly Change[]): readonly Form[] => {
  const month = monthIn(dateOf(dayAt(wallOf(model))));
  const weekday = weekdayOf(dayAt(wallOf(model)));
  const start = Math.min(...recent.map((change) => dayIn(dateOf(dayAt(wallOf(change))))));
  const form = (part: string, fits: (day: number, fromEnd: number) => boolean): Form => ({
    rule: `FREQ=YEARLY;BYMONTH=${month};${part}`,
    fits(change) {
      const day = dayAt(wallOf(change));
      const date = dateOf(day);
      const length = daysInMonth(yearIn(date), monthIn(date));
      return (
        monthIn(date) === month &&
        fits(dayIn(date), length - dayIn(date)) &&
        (!part.includes('BYDAY') || weekdayOf(day) === weekday)
      );
    },
  });
  const name = WEEKDAYS[weekday] ?? '';
  const week = Math.ceil(start / 7);
  const days = Array.from({ length: 7 }, (_, index) => start + index).join(',');
  return [
    form(`BYDAY=-1${name}`, (_, fromEnd) => fromEnd < 7),
    form(`BYDAY=${week}${name}`, (day) => Math.ceil(day / 7) === week),
    form(`BYMONTHDAY=${days};BYDAY=${name}`, (day) => day >= start && day < start + 7),
    form(`BYMONTHDAY=${start}`, (day) => day === start),
  ];
};
