import { CALENDAR_LIMITS } from './calendar-limits.ts';
import { parameter } from './content-lines.ts';
import { beyond, type DateTimeCondition } from './date-times.ts';
import { ruleFault, unsupportedScale } from './recurrence-rule.ts';
import { isDuration, isTime } from './values.ts';

/** Precondition of RFC 4791 §5.3.2.1 that a text fails. */
export type CalendarCondition =
  | 'valid-calendar-data'
  | 'valid-calendar-object-resource'
  | 'supported-calendar-component'
  | 'max-instances'
  | 'max-attendees-per-instance'
  | DateTimeCondition
  /** RFC 7529 §7. */
  | 'supported-rscale';

/** `invalid` says for people what is wrong. */
export interface Refused {
  readonly invalid: string;
  readonly condition: CalendarCondition;
}

export interface ComponentOutline {
  readonly name: string;
  /** Values of the properties that may occur once, as written. */
  readonly once: Map<string, string>;
  attendees: number;
}

/** What is remembered of a text while its lines go by. */
export interface Outline {
  /** From VCALENDAR inwards. */
  readonly open: ComponentOutline[];
  /** Components directly in VCALENDAR, but time zones. */
  readonly found: ComponentOutline[];
  readonly calendars: ComponentOutline[];
  /** How many components of any kind there were. */
  components: number;
  /** Whether something has a rule or dates to recur by. */
  recurs: boolean;
  /** The first thing that is sound, but more than is taken here. */
  excess?: Refused | undefined;
}

interface Check {
  /** Whether a component may have it once only. */
  readonly once: boolean;
  readonly fault?: (value: string, parameters: string) => string | undefined;
  /** Why what is sound is not taken. */
  readonly excess?: (
    value: string,
    component: ComponentOutline,
    outline: Outline,
  ) => Refused | undefined;
}

const time: Check['fault'] = (value, parameters) =>
  isTime(value, parameter(parameters, 'VALUE')?.toUpperCase())
    ? undefined
    : 'not a date or time that exists';
const times: Check['fault'] = (value, parameters) => {
  const type = parameter(parameters, 'VALUE')?.toUpperCase();
  const items = value.split(',', CALENDAR_LIMITS.dates + 1);
  if (items.length > CALENDAR_LIMITS.dates) return `more than ${CALENDAR_LIMITS.dates} dates`;
  return items.every((item) => isTime(item, type))
    ? undefined
    : 'a date or time that does not exist';
};
const periods: Check['fault'] = (value) => times(value, ';VALUE=PERIOD');
const duration: Check['fault'] = (value) => (isDuration(value) ? undefined : 'not a duration');

const recurs: Check['excess'] = (value, { name }, outline) => {
  // A time zone's own rules are not the object's.
  if (outline.open.length === 2 && name !== 'VTIMEZONE') outline.recurs = true;
  const rscale = unsupportedScale(value);
  return rscale === undefined
    ? undefined
    : {
        invalid: `RSCALE=${rscale} is not supported, only GREGORIAN is`,
        condition: 'supported-rscale',
      };
};
const late: Check['excess'] = (value, _, { open }) => {
  if (open.length !== 2) return undefined;
  for (const time of value.split(/[,/]/)) {
    const condition = time.startsWith('P') ? undefined : beyond(time);
    if (condition !== undefined)
      return { invalid: `${time} is beyond what can be stored`, condition };
  }
  return undefined;
};
const many: Check['excess'] = (_, component, { open }) => {
  if (open.length !== 2) return undefined;
  component.attendees += 1;
  const { attendees } = CALENDAR_LIMITS;
  return component.attendees > attendees
    ? {
        invalid: `more than ${attendees} attendees`,
        condition: 'max-attendees-per-instance',
      }
    : undefined;
};

/** Properties that are looked at (RFC 5545 §3.8); all others may say what they like. */
export const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['VERSION', { once: true }],
  ['METHOD', { once: true }],
  ['UID', { once: true }],
  ['DTSTAMP', { once: true, fault: time }],
  ['DTSTART', { once: true, fault: time, excess: late }],
  ['DTEND', { once: true, fault: time, excess: late }],
  ['DUE', { once: true, fault: time, excess: late }],
  ['DURATION', { once: true, fault: duration }],
  ['RECURRENCE-ID', { once: true, fault: time, excess: late }],
  ['COMPLETED', { once: true, fault: time }],
  ['CREATED', { once: true, fault: time }],
  ['LAST-MODIFIED', { once: true, fault: time }],
  [
    'RDATE',
    {
      once: false,
      fault: times,
      excess: (...line) => recurs('', line[1], line[2]) ?? late(...line),
    },
  ],
  ['EXDATE', { once: false, fault: times }],
  ['ATTENDEE', { once: false, excess: many }],
  ['FREEBUSY', { once: false, fault: periods }],
  ['RRULE', { once: false, fault: ruleFault, excess: recurs }],
  ['EXRULE', { once: false, fault: ruleFault, excess: recurs }],
]);
