import { type CalendarFacts, calendarComponents, type Component } from '../calendar/calendar.ts';
import type { Uid } from '../kernel/ids.ts';
import { CALENDAR_LIMITS } from './calendar-limits.ts';
import { classesIn } from './classification.ts';
import { type ContentLine, type Dialect, scanContentLines, unescapeText } from './content-lines.ts';
import { namesMoreThan } from './instance-count.ts';
import {
  type CalendarCondition,
  checks,
  type ComponentOutline,
  type Outline,
  type Refused,
} from './property-checks.ts';
import { calendarTimes } from './times.ts';
import { UTC } from './zones/zone.ts';
import { knownZones } from './zones/zones.ts';

/** What the decisions about a calendar object stand on; its entity tag is the octets' business. */
export type CalendarObjectFacts = Pick<CalendarFacts, 'uid' | 'component' | 'classes'>;

export type CalendarReading = { readonly facts: CalendarObjectFacts } | Refused;

/**
 * Reads one calendar object resource (RFC 4791 §4.1): a single VCALENDAR in which all components but
 * time zones are of one type and one UID, at most one of them without RECURRENCE-ID.
 *
 * Structure, dates, durations and recurrence rules are checked, and nothing is built; what recurs with an
 * end is counted out, to a bound. So time grows with the text's length alone. Lenient where clients are known to be and no meaning is
 * lost: LF line ends, a missing PRODID or DTSTAMP, dates without `VALUE=DATE`, TZID without VTIMEZONE.
 */
export const readCalendarObject = (text: string): CalendarReading => {
  const outline: Outline = { open: [], found: [], calendars: [], components: 0, recurs: false };
  const wrong = scanContentLines(text, DIALECT, (line) => visit(line, outline));
  if (wrong !== undefined) return refused(wrong);
  const [unended] = outline.open;
  if (unended !== undefined) return refused(`${unended.name} is not ended`);
  const reading = judge(outline);
  if (!('facts' in reading)) return reading;
  const classified = { facts: { ...reading.facts, classes: classesIn(text) } };
  return outline.recurs ? counted(text, classified) : classified;
};

/** Refuses an object that names too many instances. */
const counted = (text: string, reading: CalendarReading): CalendarReading => {
  const { instances } = CALENDAR_LIMITS;
  const found = calendarTimes(text);
  return 'times' in found &&
    namesMoreThan(found.times, instances, { zones: knownZones, floating: UTC })
    ? refused(`more than ${instances} instances`, 'max-instances')
    : reading;
};

const DIALECT: Dialect = { groups: false, bareParameters: false, lines: CALENDAR_LIMITS.lines };

const visit = (line: ContentLine, outline: Outline): string | undefined => {
  if (line.name === 'BEGIN') return begin(line.value.trimEnd().toUpperCase(), outline);
  const current = outline.open.at(-1);
  if (current === undefined) return 'a property outside of VCALENDAR';
  if (line.name !== 'END') return property(line, current, outline);
  if (line.value.trimEnd().toUpperCase() !== current.name)
    return `END where ${current.name} is open`;
  outline.open.pop();
  return undefined;
};

const begin = (name: string, outline: Outline): string | undefined => {
  const { open } = outline;
  if (open.length === 0 ? name !== 'VCALENDAR' : name === 'VCALENDAR')
    return 'VCALENDAR must be outermost, and only there';
  if (open.length === CALENDAR_LIMITS.depth) return 'components nested too deep';
  outline.components += 1;
  if (outline.components > CALENDAR_LIMITS.components)
    return `more than ${CALENDAR_LIMITS.components} components`;
  const component = { name, once: new Map<string, string>(), attendees: 0 };
  if (open.length === 0) outline.calendars.push(component);
  if (open.length === 1 && name !== 'VTIMEZONE') outline.found.push(component);
  open.push(component);
  return undefined;
};

const property = (
  { name, parameters, value }: ContentLine,
  component: ComponentOutline,
  outline: Outline,
): string | undefined => {
  const check = checks.get(name);
  if (check === undefined) return undefined;
  const { once } = component;
  if (check.once) {
    if (once.has(name)) return `${name} occurs twice`;
    once.set(name, value);
  }
  const fault = check.fault?.(value, parameters);
  if (fault === undefined) outline.excess ??= check.excess?.(value, component, outline);
  return fault;
};

/** The rules that need the whole text. */
const judge = ({ found, calendars: [calendar, ...others], excess }: Outline): CalendarReading => {
  const [first] = found;
  if (calendar === undefined) return refused('no VCALENDAR');
  if (others.length > 0) return refused('more than one VCALENDAR', OBJECT);
  if (calendar.once.get('VERSION')?.trim() !== '2.0')
    return refused('VCALENDAR must say VERSION:2.0');
  if (calendar.once.has('METHOD')) return refused('METHOD has no place in a stored object', OBJECT);
  if (first === undefined) return refused('no component but time zones', OBJECT);
  if (found.some(({ name }) => name !== first.name))
    return refused('components of different types', OBJECT);
  const component = calendarComponents.find((name) => name === first.name);
  if (component === undefined)
    return refused(
      `only ${calendarComponents.join(', ')} can be stored`,
      'supported-calendar-component',
    );
  for (const { once } of found) {
    const fault = componentFault(component, once);
    if (fault !== undefined) return refused(fault);
  }
  if (found.some(({ once }) => once.get('UID') !== first.once.get('UID')))
    return refused('components with different UIDs', OBJECT);
  if (found.filter(({ once }) => !once.has('RECURRENCE-ID')).length > 1)
    return refused('more than one component without RECURRENCE-ID', OBJECT);
  if (excess !== undefined) return excess;
  return { facts: { uid: unescapeText(first.once.get('UID') ?? '') as Uid, component } };
};

/** RFC 5545 §3.6.1 to §3.6.3: what a component must have, and must not have together. */
const componentFault = (
  component: Component,
  once: ReadonlyMap<string, string>,
): string | undefined => {
  const uid = once.get('UID');
  if (uid === undefined || uid.trim() === '') return `${component} without UID`;
  if (uid.length > CALENDAR_LIMITS.uid) return `UID longer than ${CALENDAR_LIMITS.uid} characters`;
  if (component === 'VEVENT' && !once.has('DTSTART')) return 'VEVENT without DTSTART';
  if (once.has('DURATION') && (once.has('DTEND') || once.has('DUE')))
    return `${component} with an end and a DURATION`;
  return undefined;
};

const OBJECT = 'valid-calendar-object-resource';

const refused = (
  invalid: string,
  condition: CalendarCondition = 'valid-calendar-data',
): CalendarReading => ({ invalid, condition });
