import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { DAY } from '../../icalendar/civil.ts';
import { dateText, localText, readDuration } from '../../icalendar/time-values.ts';
import { momentOf, wallOf } from '../../icalendar/zones/zone.ts';
import { placedMoment, type PlacedTime, timeIn, type View } from '../calendar/view.ts';
import type { Data } from '../data.ts';
import { longDate, nearestMidnight, readDate } from '../dates.ts';
import { maybe, textIn } from '../elements.ts';
import { type Field, REFUSED } from '../fields.ts';
import { line, lineIn, withLine } from '../properties.ts';

/** A task's start or end: the moment, what the user's clock shows, and whether it is a whole day. */
interface TaskTime {
  readonly moment: number;
  readonly wall: number;
  readonly isDay: boolean;
}

const placed = (time: PlacedTime | undefined, { user }: View): TaskTime | undefined => {
  if (time === undefined) return undefined;
  const moment = placedMoment(time);
  const isDay = time.form === 'date';
  return { moment, wall: isDay ? time.wall : wallOf(user.zone, moment), isDay };
};

/** DTSTART; and DUE, or what DURATION makes of DTSTART (RFC 5545 §3.6.2). */
export const startOf = ({ properties }: ComponentNode, view: View): TaskTime | undefined =>
  placed(timeIn(properties, 'DTSTART', view), view);

export const dueOf = (component: ComponentNode, view: View): TaskTime | undefined => {
  const due = placed(timeIn(component.properties, 'DUE', view), view);
  const start = due === undefined ? startOf(component, view) : undefined;
  const duration = readDuration(lineIn(component.properties, 'DURATION')?.value ?? '');
  if (start === undefined || duration === undefined) return due;
  const wall = start.wall + duration.days * DAY + duration.milliseconds;
  return { moment: momentOf(view.user.zone, wall), wall, isDay: start.isDay };
};

/** The time that a client means: the moment that it says, or else what its clock shows. */
const meant = (data: Data, utcTag: string, localTag: string, view: View) => {
  const [utcText, localShown] = [textIn(data, utcTag), textIn(data, localTag)];
  const [utc, local] = [readDate(utcText), readDate(localShown)];
  const isWrong =
    (utcText !== undefined && utcText !== '' && utc === undefined) ||
    (localShown !== undefined && localShown !== '' && local === undefined);
  if (isWrong) return REFUSED;
  const { zone } = view.user;
  if (utc === undefined && local === undefined) return undefined;
  const wall = local?.moment ?? wallOf(zone, utc?.moment ?? 0);
  const moment = utc?.moment ?? momentOf(zone, wall);
  return { moment, wall, isDay: nearestMidnight(wall) === wall };
};

const timeLine = (name: string, { moment, wall, isDay }: TaskTime, view: View) => {
  if (isDay) return line(name, dateText(wall), { VALUE: 'DATE' });
  view.needed.set(view.user.tzid, view.user);
  return line(name, localText(wallOf(view.user.zone, moment)), { TZID: view.user.tzid });
};

const dayField = (
  property: 'DTSTART' | 'DUE',
  utcTag: string,
  localTag: string,
  read: (component: ComponentNode, view: View) => TaskTime | undefined,
): Field<ComponentNode, View> => ({
  tags: [utcTag, localTag],
  omitted: 'cleared',
  read(component, view) {
    const time = read(component, view);
    if (time === undefined) return [];
    // The other clock's digits, said to be UTC (MS-ASTASK 2.2.2.10).
    return [...maybe(utcTag, longDate(time.moment)), ...maybe(localTag, longDate(time.wall))];
  },
  write(component, data, view) {
    const said = meant(data, utcTag, localTag, view);
    if (said === REFUSED) return REFUSED;
    const before = read(component, view);
    const isSame =
      said !== undefined &&
      before?.isDay === said.isDay &&
      (said.isDay ? before.wall === said.wall : before.moment === said.moment);
    if (isSame) return component;
    const { properties } = component;
    // A series has to start somewhere (RFC 5545 §3.8.5.3).
    if (said === undefined && property === 'DTSTART' && lineIn(properties, 'RRULE') !== undefined)
      return component;
    const ended = property === 'DUE' ? withLine(properties, 'DURATION', undefined) : properties;
    const set = said && timeLine(property, said, view);
    return { ...component, properties: withLine(ended, property, set) };
  },
});

export const dayFields: readonly Field<ComponentNode, View>[] = [
  dayField('DTSTART', 'tasks:UtcStartDate', 'tasks:StartDate', startOf),
  dayField('DUE', 'tasks:UtcDueDate', 'tasks:DueDate', dueOf),
];

/** A task with a start, for a series that has none. */
export const withStart = (component: ComponentNode, text: string, view: View): ComponentNode => {
  if (lineIn(component.properties, 'DTSTART') !== undefined) return component;
  const date = readDate(text);
  const due = dueOf(component, view);
  const start =
    due ??
    (date && {
      moment: date.moment,
      wall: date.moment,
      isDay: nearestMidnight(date.moment) === date.moment,
    });
  if (start === undefined) return component;
  return {
    ...component,
    properties: [...component.properties, timeLine('DTSTART', start, view)],
  };
};
