import { DAY, dayOf } from '../civil.ts';
import { type ContentLine, parameter, scanContentLines } from '../content-lines.ts';
import { newBudget } from '../recurrence/budget.ts';
import { readRule, type Rule } from '../recurrence/rule.ts';
import { walk } from '../recurrence/walk.ts';
import { readTime } from '../time-values.ts';
import { utcOffset } from './zone-names.ts';
import { type Span, type Zone, zoneOfYears } from './zone.ts';

/**
 * The zone that a VTIMEZONE describes (RFC 5545 §3.6.5), given its content lines; `undefined` when it
 * says nothing that can be used. Onsets are worked out from 1900 to 2065, some hundreds of steps for
 * any zone people live in, and never more than the budget of one expansion.
 */
export const ownZone = (text: string): Zone | undefined => {
  const observances = readObservances(text);
  const onsets = onsetsOf(observances);
  const [first] = onsets;
  if (first === undefined) return undefined;
  const spans: Span[] = [];
  let offset = first.before;
  let from = -Infinity;
  for (const { moment, after } of onsets) {
    if (moment > from && after !== offset) {
      spans.push({ from, until: moment, offset });
      from = moment;
    }
    offset = after;
  }
  const final: Span = { from, until: Infinity, offset };
  return zoneOfYears(FIRST, LAST, (moment) => spanIn(spans, moment) ?? final);
};

const FIRST = 1900;
const LAST = 2065;

/** A STANDARD or DAYLIGHT component. */
interface Observance {
  /** Of the first onset, as the clocks before it show. */
  start: number;
  /** Offsets before and after each onset, in milliseconds. */
  before: number;
  after: number;
  rules: Rule[];
  /** Further onsets. */
  dates: number[];
}

interface Onset {
  readonly moment: number;
  readonly before: number;
  readonly after: number;
}

const readObservances = (text: string): readonly Observance[] => {
  const observances: Observance[] = [];
  let current: Observance | undefined;
  scanContentLines(text, DIALECT, (line) => {
    if (line.name === 'BEGIN')
      current = { start: Number.NaN, before: Number.NaN, after: Number.NaN, rules: [], dates: [] };
    else if (line.name === 'END') {
      if (current !== undefined && !Number.isNaN(current.start + current.before + current.after))
        observances.push(current);
      current = undefined;
    } else if (current !== undefined) readLine(line, current);
    return undefined;
  });
  return observances.slice(0, OBSERVANCES);
};

const readLine = ({ name, parameters, value }: ContentLine, observance: Observance): void => {
  switch (name) {
    case 'DTSTART':
      observance.start = readTime(value)?.wall ?? Number.NaN;
      break;
    case 'TZOFFSETFROM':
      observance.before = utcOffset(value) ?? Number.NaN;
      break;
    case 'TZOFFSETTO':
      observance.after = utcOffset(value) ?? Number.NaN;
      break;
    case 'RRULE': {
      const reading = readRule(value);
      if ('rule' in reading) observance.rules.push(reading.rule);
      break;
    }
    case 'RDATE':
      if (parameter(parameters, 'VALUE')?.toUpperCase() !== 'PERIOD')
        for (const date of value.split(','))
          observance.dates.push(readTime(date)?.wall ?? Number.NaN);
      break;
    default:
  }
};

/** Ascending, by moment. */
const onsetsOf = (observances: readonly Observance[]): readonly Onset[] => {
  const budget = newBudget(ONSETS);
  const onsets: Onset[] = [];
  for (const { start, before, after, rules, dates } of observances) {
    const add = (wall: number): void => {
      onsets.push({ moment: wall - before, before, after });
    };
    add(start);
    for (const date of dates) if (!Number.isNaN(date)) add(date);
    for (const rule of rules)
      walk({ rule, start, until: untilOf(rule, before), from: BEGIN, to: END }, budget, add);
  }
  return onsets.sort((one, other) => one.moment - other.moment);
};

/** UNTIL is in UTC here (RFC 5545 §3.6.5); a local one is met too. */
const untilOf = ({ until }: Rule, before: number): number => {
  if (until === undefined) return Infinity;
  if (until.form === 'utc') return until.wall + before;
  return until.form === 'date' ? until.wall + DAY - 1 : until.wall;
};

/** The first span that ends after a moment. */
const spanIn = (spans: readonly Span[], moment: number): Span | undefined => {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.until ?? Infinity) > moment) high = middle;
    else low = middle + 1;
  }
  return spans[low];
};

const BEGIN = dayOf(FIRST, 1, 1) * DAY;
const END = dayOf(LAST + 1, 1, 2) * DAY;
/** Of one VTIMEZONE; the fullest real history has some two hundred. */
const OBSERVANCES = 1_000;
/** Made by its rules; two a year are some three hundred. */
const ONSETS = 2_000;
const DIALECT = { groups: false, bareParameters: false, lines: 20_000 };
