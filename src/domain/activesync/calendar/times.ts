import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { DAY, dayAt, HOUR, MINUTE } from '../../icalendar/civil.ts';
import type { ContentLine } from '../../icalendar/content-lines.ts';
import { dateText, localText, readDuration, utcText } from '../../icalendar/time-values.ts';
import { momentOf, wallOf } from '../../icalendar/zones/zone.ts';
import type { Data } from '../data.ts';
import { compactDate, nearestMidnight, readDate, type WireDate } from '../dates.ts';
import { flagIn, maybe, textIn } from '../elements.ts';
import { type Field, REFUSED, type Refusable } from '../fields.ts';
import type { Context } from '../item-class.ts';
import { line, lineIn, withLine } from '../properties.ts';
import { isAtLeast } from '../version.ts';
import {
  blobOf,
  type NamedZone,
  readZone,
  UTC_ZONE,
  zoneFor,
  type ZoneSaid,
} from '../zones/zone-finding.ts';
import { placedMoment, timeIn, type View } from './view.ts';

/** When an event is: moments, or for one of whole days the walls of its first midnight and the one after it. */
export interface EventTimes {
  readonly isAllDay: boolean;
  readonly start: number;
  readonly end: number;
  /** Of a timed event; the user's for one of whole days and one that floats. */
  readonly zone: NamedZone;
  /** How DTSTART is written. */
  readonly form: 'date' | 'local' | 'utc';
}

/** The times of a VEVENT (RFC 5545 §3.6.1); `undefined` without a start that can be read. */
export const timesOf = ({ properties }: ComponentNode, view: View): EventTimes | undefined => {
  const start = timeIn(properties, 'DTSTART', view);
  if (start === undefined) return undefined;
  const { form, zone, wall } = start;
  const isAllDay = form === 'date';
  const end = timeIn(properties, 'DTEND', view);
  const duration = readDuration(lineIn(properties, 'DURATION')?.value ?? '');
  const begins = isAllDay ? wall : placedMoment(start);
  let ends = isAllDay ? wall + DAY : begins;
  if (end !== undefined) ends = isAllDay ? end.wall : placedMoment(end);
  else if (duration !== undefined)
    ends =
      (isAllDay ? wall + duration.days * DAY : momentOf(zone.zone, wall + duration.days * DAY)) +
      duration.milliseconds;
  return { isAllDay, start: begins, end: Math.max(ends, begins), zone, form };
};

/** A day's midnight on the wire: from 16.0 on its digits, before that the moment in the user's zone. */
export const dayOnWire = (wall: number, { context, user }: View): string =>
  compactDate(isAtLeast(context.version, '16.0') ? wall : momentOf(user.zone, wall));

const readTimes = (component: ComponentNode, view: View): Data => {
  const times = timesOf(component, view);
  if (times === undefined) return [];
  const { isAllDay, start, end, zone } = times;
  const isFloating = isAllDay && isAtLeast(view.context.version, '16.0');
  const when = (moment: number): string =>
    isAllDay ? dayOnWire(moment, view) : compactDate(moment);
  const clock = isAllDay ? view.user : zone;
  const at = isAllDay ? momentOf(clock.zone, start) : start;
  return [
    ...(isFloating || view.master !== undefined
      ? []
      : maybe('calendar:Timezone', blobOf(clock, at))),
    ...maybe('calendar:AllDayEvent', isAllDay ? 1 : 0),
    ...maybe('calendar:StartTime', when(start)),
    ...maybe('calendar:EndTime', when(end)),
  ];
};

/**
 * The day that a client means by a time; `undefined` where it is no midnight in any zone that it could mean. Two
 * encodings are in use before 16.0: midnight in the zone of the blob, and the date's digits at midnight UTC.
 */
export const dayMeant = (
  { moment }: WireDate,
  said: ZoneSaid | undefined,
  view: View,
): number | undefined => {
  const isMidnight = moment % DAY === 0;
  if (isAtLeast(view.context.version, '16.0')) return dayAt(moment) * DAY;
  const hasZone = said !== undefined && !said.isZero;
  const zone = hasZone ? zoneFor(said, moment, undefined, view.user).zone : undefined;
  if (isMidnight && (zone === undefined || zone.spanAt(moment).offset === 0)) return moment;
  for (const clock of zone === undefined ? [view.user.zone] : [zone, view.user.zone]) {
    const wall = wallOf(clock, moment);
    const day = nearestMidnight(wall);
    // Clocks that are an hour wrong are common.
    if (Math.abs(wall - day) <= HOUR) return day;
  }
  return undefined;
};

/** What the wire says, with what is stored where it is silent; refused where it is no time. */
const timesSaid = (
  data: Data,
  stored: EventTimes | undefined,
  view: View,
): Refusable<EventTimes> => {
  const said = readZone(textIn(data, 'calendar:Timezone'));
  const [start, end] = ['calendar:StartTime', 'calendar:EndTime'].map((tag) => {
    const text = textIn(data, tag);
    return text === undefined || text === '' ? undefined : (readDate(text) ?? REFUSED);
  });
  if (start === REFUSED || end === REFUSED) return REFUSED;
  const wantsAllDay = flagIn(data, 'calendar:AllDayEvent') ?? stored?.isAllDay ?? false;
  if (wantsAllDay) {
    const days = daysSaid(start, end, said, stored, view);
    if (days !== undefined) return days;
  }
  const before = stored?.isAllDay === true ? undefined : stored;
  const begins = start?.moment ?? before?.start ?? nextHalfHour(view.context);
  const length = before === undefined ? 0 : before.end - before.start;
  const ends = end?.moment ?? begins + length;
  if (ends < begins) return REFUSED;
  const { zone, form } = zoneSaid(said, begins, before, view);
  return { isAllDay: false, start: begins, end: ends, zone, form };
};

const HALF_HOUR = 30 * MINUTE;

/** When an event begins that does not say so (MS-ASCAL 3.2.4.4). */
const nextHalfHour = ({ now }: Context): number => Math.ceil(now / HALF_HOUR) * HALF_HOUR;

/** What a new event says, with times where it has none: the next half hour, or today. */
export const withDefaultTimes = (data: Data, view: View): Data => {
  if (textIn(data, 'calendar:StartTime')) return data;
  const { context, user } = view;
  const isAllDay = flagIn(data, 'calendar:AllDayEvent') === true;
  const today = dayAt(wallOf(user.zone, context.now)) * DAY;
  const start = isAllDay ? dayOnWire(today, view) : compactDate(nextHalfHour(context));
  const end = isAllDay
    ? dayOnWire(today + DAY, view)
    : compactDate(nextHalfHour(context) + HALF_HOUR);
  const others = data.filter(({ tag }) => tag !== 'calendar:StartTime');
  return [
    ...others,
    ...maybe('calendar:StartTime', start),
    ...(textIn(data, 'calendar:EndTime') ? [] : maybe('calendar:EndTime', end)),
  ];
};

const daysSaid = (
  start: WireDate | undefined,
  end: WireDate | undefined,
  said: ZoneSaid | undefined,
  stored: EventTimes | undefined,
  view: View,
): EventTimes | undefined => {
  const before = stored?.isAllDay === true ? stored : undefined;
  // Without a blob the stored days are in the user's zone, as they were told.
  const begins = start === undefined ? before?.start : dayMeant(start, said, view);
  if (begins === undefined) return undefined;
  const length = before === undefined ? DAY : before.end - before.start;
  const ends = end === undefined ? begins + length : dayMeant(end, said, view);
  if (ends === undefined) return undefined;
  // Some phones send no length at all for one day.
  const last = ends <= begins && begins - ends < DAY ? begins + DAY : ends;
  if (last < begins) return undefined;
  return { isAllDay: true, start: begins, end: last, zone: view.user, form: 'date' };
};

/** By which clock an event goes on: the stored one, unless the client's blob says otherwise. */
const zoneSaid = (
  said: ZoneSaid | undefined,
  moment: number,
  stored: EventTimes | undefined,
  view: View,
): Pick<EventTimes, 'zone' | 'form'> => {
  if (stored !== undefined && (said === undefined || said.isZero)) return stored;
  if (said === undefined) return { zone: view.user, form: 'local' };
  const zone = zoneFor(said, moment, stored?.zone, view.user);
  if (zone === stored?.zone) return stored;
  return zone === UTC_ZONE ? { zone, form: 'utc' } : { zone, form: 'local' };
};

/** DTSTART or another property of times as an event's clock writes it. */
export const timeLine = (
  name: string,
  at: number,
  { isAllDay, zone, form }: Pick<EventTimes, 'isAllDay' | 'zone' | 'form'>,
  old: ContentLine | undefined,
  view: View,
): ContentLine => {
  if (isAllDay) return line(name, dateText(at), { VALUE: 'DATE' });
  if (form === 'utc') return line(name, utcText(at));
  const wall = wallOf(zone.zone, at);
  // A time that floats goes on to do so.
  const floats = old !== undefined && !old.parameters.includes('TZID') && !old.value.endsWith('Z');
  if (floats && zone === view.user && old.value.includes('T')) return line(name, localText(wall));
  view.needed.set(zone.tzid, zone);
  return line(name, localText(wall), { TZID: zone.tzid });
};

const writeTimes = (component: ComponentNode, data: Data, view: View): Refusable<ComponentNode> => {
  const stored = timesOf(component, view);
  if (view.isReduced && stored !== undefined) return component;
  const said = timesSaid(data, stored, view);
  if (said === REFUSED) return REFUSED;
  if (!isWritable(said)) return REFUSED;
  if (stored !== undefined && isSameTime(stored, said)) return component;
  const { properties } = component;
  const start = timeLine('DTSTART', said.start, said, lineIn(properties, 'DTSTART'), view);
  const isMoved = stored === undefined || stored.isAllDay !== said.isAllDay;
  const started = withLine(properties, 'DTSTART', start);
  const keepsDuration =
    !isMoved &&
    lineIn(properties, 'DURATION') !== undefined &&
    said.end - said.start === stored.end - stored.start;
  if (keepsDuration) return { ...component, properties: started };
  const end = timeLine('DTEND', said.end, said, lineIn(properties, 'DTEND'), view);
  const ended = withLine(withLine(started, 'DURATION', undefined), 'DTEND', end);
  return { ...component, properties: ended };
};

/** Years that iCalendar has digits for, and a time zone rules. */
const isWritable = ({ start, end }: EventTimes): boolean => start >= FIRST && end <= LAST;
const FIRST = -50_000_000_000_000;
const LAST = 250_000_000_000_000;

export const isSameTime = (one: EventTimes, other: EventTimes): boolean =>
  one.isAllDay === other.isAllDay &&
  one.start === other.start &&
  one.end === other.end &&
  (one.isAllDay || one.zone.tzid === other.zone.tzid);

/** When an event is, and by which clock. */
export const timesField: Field<ComponentNode, View> = {
  tags: ['calendar:Timezone', 'calendar:AllDayEvent', 'calendar:StartTime', 'calendar:EndTime'],
  omitted: 'kept',
  read: readTimes,
  write: writeTimes,
};
