import { calendarComponents, type Component } from '../calendar/calendar.ts';
import { type ContentLine, type Dialect, parameter, scanContentLines } from './content-lines.ts';
import { readRule, type Rule } from './recurrence/rule.ts';
import { type Duration, type Moment, readDuration, readTime } from './time-values.ts';
import type { ZoneDefinition } from './zones/zones.ts';

/** A date or time and whose clock it is of. */
export interface Time extends Moment {
  /** Place among the zones of the object; -1 for a local time without one, which floats. */
  readonly zone: number;
}

/** One date of RDATE; a PERIOD has an end or a duration of its own (RFC 5545 §3.8.5.2). */
export interface RecurrenceDate {
  readonly start: Time;
  readonly end?: Time;
  readonly duration?: Duration;
}

/** When one component takes place, as it is written. */
export interface ComponentTimes {
  readonly start?: Time;
  /** DTEND or DUE. */
  readonly end?: Time;
  readonly duration?: Duration;
  readonly recurrenceId?: Time;
  /** RANGE=THISANDFUTURE (RFC 5545 §3.2.13). */
  readonly thisAndFuture: boolean;
  readonly rules: readonly Rule[];
  readonly dates: readonly RecurrenceDate[];
  /** EXRULE, which RFC 5545 dropped and old objects have. */
  readonly exceptionRules: readonly Rule[];
  readonly exceptionDates: readonly Time[];
  /** FREEBUSY of a VFREEBUSY, whatever its type. */
  readonly periods: readonly RecurrenceDate[];
  readonly completed?: Time;
  readonly created?: Time;
}

/** All that a calendar object says about time. Plain data. */
export interface Times {
  readonly component: Component;
  readonly zones: readonly ZoneDefinition[];
  /** In the order of the text: all components but time zones. */
  readonly components: readonly ComponentTimes[];
}

export type TimesReading =
  | { readonly times: Times }
  /** For people. `rscale` when all that is wrong is a calendar that is not supported (RFC 7529). */
  | { readonly invalid: string; readonly rscale?: string };

/**
 * Reads a calendar object's times; nothing is expanded, and zones are named but not looked up. Expects
 * what `readCalendarObject` found good, and says what is wrong with anything else.
 */
export const calendarTimes = (text: string): TimesReading => {
  const draft = newDraft();
  const invalid = scanContentLines(text, DIALECT, (line) => visit(line, draft));
  if (invalid !== undefined)
    return { invalid, ...(draft.rscale === undefined ? {} : { rscale: draft.rscale }) };
  const { component, components, zones, own } = draft;
  if (component === undefined) return { invalid: 'no component but time zones' };
  return {
    times: {
      component,
      components,
      zones: zones.map((tzid) => {
        const definition = own.get(tzid)?.join('\r\n');
        return definition === undefined ? { tzid } : { tzid, own: definition };
      }),
    },
  };
};

/** The first VTIMEZONE of a text, as CALDAV:calendar-timezone has one; `undefined` when there is none. */
export const zoneDefinitionIn = (text: string): ZoneDefinition | undefined => {
  const draft = newDraft();
  const invalid = scanContentLines(text.trim(), DIALECT, (line) => visit(line, draft));
  if (invalid !== undefined) return undefined;
  for (const [tzid, lines] of draft.own) return { tzid, own: lines.join('\r\n') };
  return undefined;
};

/** Bounds on what is kept of an object, beside `CALENDAR_LIMITS`. */
const LIMITS = {
  /** Zones; more are as if unknown. */
  zones: 32,
  /** Characters of a TZID, and of a VTIMEZONE; longer ones are as if they were not there. */
  tzid: 200,
  zone: 32_768,
} as const;

const DIALECT: Dialect = { groups: false, bareParameters: false, lines: 100_000 };

type Loose<T> = { -readonly [Key in keyof T]?: T[Key] };

interface DraftComponent extends Loose<ComponentTimes> {
  thisAndFuture: boolean;
  rules: Rule[];
  dates: RecurrenceDate[];
  exceptionRules: Rule[];
  exceptionDates: Time[];
  periods: RecurrenceDate[];
}

interface Draft {
  /** Names, from VCALENDAR inwards. */
  readonly open: string[];
  component?: Component;
  current?: DraftComponent;
  readonly components: DraftComponent[];
  /** TZIDs that times refer to, and their places. */
  readonly zones: string[];
  readonly indices: Map<string, number>;
  /** Lines of the object's VTIMEZONEs by TZID. */
  readonly own: Map<string, string[]>;
  /** Those of the one that is open, and how long they are. */
  zone?: { tzid?: string; lines: string[]; length: number };
  rscale?: string;
}

const newDraft = (): Draft => ({
  open: [],
  zones: [],
  indices: new Map(),
  own: new Map(),
  components: [],
});

const visit = (line: ContentLine, draft: Draft): string | undefined => {
  const { open } = draft;
  if (line.name === 'BEGIN' || line.name === 'END') return bracket(line, draft);
  if (draft.zone !== undefined) {
    if (open.length === 2 && line.name === 'TZID') draft.zone.tzid = line.value.trim();
    else if (open.length === 3) keep(line, draft.zone);
    return undefined;
  }
  // Properties of alarms and the like say nothing about when something is.
  if (open.length !== 2 || draft.current === undefined) return undefined;
  return property(line, draft.current, draft);
};

const bracket = (line: ContentLine, draft: Draft): string | undefined => {
  const { open, zone } = draft;
  const name = line.value.trimEnd().toUpperCase();
  if (line.name === 'BEGIN') {
    open.push(name);
    if (open.length === 2) begin(name, draft);
    else if (open.length === 3 && zone !== undefined) keep(line, zone);
    return undefined;
  }
  if (open.pop() !== name) return `END:${name} where something else is open`;
  if (open.length === 2 && zone !== undefined) keep(line, zone);
  if (open.length === 1) {
    if (zone?.tzid !== undefined && zone.length <= LIMITS.zone && !draft.own.has(zone.tzid))
      draft.own.set(zone.tzid, zone.lines);
    delete draft.zone;
    delete draft.current;
  }
  return undefined;
};

const begin = (name: string, draft: Draft): void => {
  if (name === 'VTIMEZONE') draft.zone = { lines: [], length: 0 };
  const component = calendarComponents.find((one) => one === name);
  if (component === undefined) return;
  draft.component ??= component;
  const current: DraftComponent = {
    thisAndFuture: false,
    rules: [],
    dates: [],
    exceptionRules: [],
    exceptionDates: [],
    periods: [],
  };
  draft.current = current;
  draft.components.push(current);
};

const keep = (
  { name, parameters, value }: ContentLine,
  zone: { lines: string[]; length: number },
): void => {
  zone.length += name.length + parameters.length + value.length + 3;
  if (zone.length <= LIMITS.zone) zone.lines.push(`${name}${parameters}:${value}`);
};

/** Takes up what a property says, or answers what is wrong with it. */
const property = (
  { name, parameters, value }: ContentLine,
  current: DraftComponent,
  draft: Draft,
): string | undefined => {
  const time = (): Time | undefined => timeOf(value, zoneOf(parameters, draft));
  switch (name) {
    case 'DTSTART':
      return set(current, 'start', time());
    case 'DTEND':
    case 'DUE':
      return set(current, 'end', time());
    case 'DURATION':
      return set(current, 'duration', readDuration(value));
    case 'COMPLETED':
      return set(current, 'completed', time());
    case 'CREATED':
      return set(current, 'created', time());
    case 'RECURRENCE-ID':
      current.thisAndFuture = parameter(parameters, 'RANGE')?.toUpperCase() === 'THISANDFUTURE';
      return set(current, 'recurrenceId', time());
    case 'RRULE':
      return addRule(value, current.rules, draft);
    case 'EXRULE':
      return addRule(value, current.exceptionRules, draft);
    case 'RDATE':
      return addEach(value, current.dates, (item) => dateOf(item, zoneOf(parameters, draft)));
    case 'FREEBUSY':
      return addEach(value, current.periods, (item) => dateOf(item.trim(), -1));
    case 'EXDATE':
      return addEach(value, current.exceptionDates, (item) =>
        timeOf(item, zoneOf(parameters, draft)),
      );
    default:
      return undefined;
  }
};

const set = <Key extends keyof DraftComponent>(
  current: DraftComponent,
  key: Key,
  value: DraftComponent[Key] | undefined,
): string | undefined => {
  if (value === undefined) return 'not a date, time or duration';
  current[key] = value;
  return undefined;
};

const addEach = <Item>(
  value: string,
  to: Item[],
  read: (item: string) => Item | undefined,
): string | undefined => {
  for (const text of value.split(',')) {
    const item = read(text);
    if (item === undefined) return 'a date or time that does not exist';
    to.push(item);
  }
  return undefined;
};

const addRule = (value: string, to: Rule[], draft: Draft): string | undefined => {
  const reading = readRule(value);
  if ('rule' in reading) {
    to.push(reading.rule);
    return undefined;
  }
  if (reading.rscale !== undefined) draft.rscale = reading.rscale;
  return reading.invalid;
};

const timeOf = (value: string, zone: number): Time | undefined => {
  const moment = readTime(value);
  return moment && { ...moment, zone: moment.form === 'local' ? zone : -1 };
};

/** A DATE, DATE-TIME or PERIOD (RFC 5545 §3.3.9). */
const dateOf = (value: string, zone: number): RecurrenceDate | undefined => {
  const [first = '', second] = value.split('/', 2);
  const start = timeOf(first, zone);
  if (start === undefined || second === undefined) return start && { start };
  const duration = readDuration(second);
  if (duration !== undefined) return { start, duration };
  const end = timeOf(second, zone);
  return end && { start, end };
};

/** Place of a property's zone among those of the object. */
const zoneOf = (parameters: string, { zones, indices }: Draft): number => {
  if (parameters === '') return -1;
  const tzid = parameter(parameters, 'TZID')?.trim();
  if (tzid === undefined || tzid === '' || tzid.length > LIMITS.tzid) return -1;
  let index = indices.get(tzid);
  if (index === undefined) {
    if (zones.length === LIMITS.zones) return -1;
    index = zones.push(tzid) - 1;
    indices.set(tzid, index);
  }
  return index;
};
