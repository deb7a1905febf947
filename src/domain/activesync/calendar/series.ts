import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { DAY, dayAt, modulo } from '../../icalendar/civil.ts';
import { newBudget } from '../../icalendar/recurrence/budget.ts';
import { readRule, type Rule } from '../../icalendar/recurrence/rule.ts';
import { walk } from '../../icalendar/recurrence/walk.ts';
import { dateText, utcText } from '../../icalendar/time-values.ts';
import { momentOf, wallOf } from '../../icalendar/zones/zone.ts';
import type { Data } from '../data.ts';
import { compactDate, readDate } from '../dates.ts';
import { inside } from '../elements.ts';
import { type Field, isSame, REFUSED } from '../fields.ts';
import { lineIn, parameterWord, withLine, withValue } from '../properties.ts';
import { readRecurrence, tellRule, type Telling } from '../recurrence.ts';
import { type EventTimes, dayMeant, dayOnWire, timesOf } from './times.ts';
import { type PlacedTime, placedMoment, timeOf, type View } from './view.ts';

/** How an event recurs: not at all, by a rule that can be told, or in a way that ActiveSync has no words for. */
export type Recurring = 'no' | 'beyond' | { readonly rule: Rule; readonly told: Data };

/** Reads RRULE (RFC 5545 §3.8.5.3); RDATE has no form on the wire and says nothing here. */
export const recurringOf = (component: ComponentNode, view: View): Recurring => {
  const { properties } = component;
  const rules = properties.filter(({ name }) => name === 'RRULE');
  const [first] = rules;
  if (first === undefined) return 'no';
  const times = timesOf(component, view);
  if (rules.length > 1 || times === undefined || lineIn(properties, 'EXRULE') !== undefined)
    return 'beyond';
  const reading = readRule(first.value.trim());
  if (!('rule' in reading)) return 'beyond';
  const told = tellRule(reading.rule, { wall: startWall(times) }, tellingOf(times, view));
  return told === undefined ? 'beyond' : { rule: reading.rule, told };
};

/** What DTSTART's clock shows. */
export const startWall = ({ isAllDay, start, zone }: EventTimes): number =>
  isAllDay ? start : wallOf(zone.zone, start);

/** What the clock shows when UNTIL passes: the last wall time that it lets pass. */
const untilWall = ({ form, wall }: NonNullable<Rule['until']>, times: EventTimes): number => {
  if (form === 'date') return wall + DAY - 1;
  return form === 'utc' && !times.isAllDay ? wallOf(times.zone.zone, wall) : wall;
};

const tellingOf = (times: EventTimes, view: View): Telling => ({
  page: 'calendar',
  version: view.context.version,
  untilOf(until) {
    const last = untilWall(until, times);
    if (times.isAllDay) return dayOnWire(dayAt(last) * DAY, view);
    const time = modulo(startWall(times), DAY);
    const day = dayAt(last - time) * DAY;
    return compactDate(momentOf(times.zone.zone, day + time));
  },
  readUntil(text) {
    const date = readDate(text);
    if (date === undefined) return undefined;
    const { moment } = date;
    if (times.isAllDay) return dateText(dayMeant(date, undefined, view) ?? dayAt(moment) * DAY);
    // Midnight is how some clients write a day: the occurrence of that day is the last.
    const isDay = moment % DAY === 0 && times.start % DAY !== 0;
    const time = modulo(startWall(times), DAY);
    return utcText(isDay ? momentOf(times.zone.zone, moment + time) : moment);
  },
});

/** How an event recurs. */
export const recurrenceField: Field<ComponentNode, View> = {
  tags: ['calendar:Recurrence'],
  omitted: 'cleared',
  read(component, view) {
    const recurring = recurringOf(component, view);
    if (typeof recurring === 'string') return [];
    return [{ tag: 'calendar:Recurrence', value: recurring.told }];
  },
  write(component, data, view) {
    if (view.isReduced) return component;
    const times = timesOf(component, view);
    const said = inside(data, 'calendar:Recurrence');
    if (times === undefined || said.length === 0)
      return { ...component, properties: withLine(component.properties, 'RRULE', undefined) };
    const rule = readRecurrence(said, tellingOf(times, view));
    if (rule === REFUSED) return REFUSED;
    const written = { ...component, properties: withValue(component.properties, 'RRULE', rule) };
    const [before, after] = [recurringOf(component, view), recurringOf(written, view)];
    const isTold = typeof before === 'object' && typeof after === 'object';
    return isTold && isSame(before.told, after.told) ? component : written;
  },
};

/** A series whose instances can be named, each by what DTSTART's clock shows. */
export interface Series {
  readonly times: EventTimes;
  readonly view: View;
  hasInstance(wall: number): boolean;
}

export const seriesOf = (master: ComponentNode, view: View): Series | undefined => {
  const times = timesOf(master, view);
  if (times === undefined) return undefined;
  const start = startWall(times);
  const rule = ruleOf(master);
  const walls = new Set([start, ...wallsIn(master, 'RDATE', times, view)]);
  return {
    times,
    view,
    hasInstance(wall) {
      if (walls.has(wall)) return true;
      if (rule === undefined || wall < start) return false;
      const until = rule.until === undefined ? Infinity : untilWall(rule.until, times);
      let found = false;
      walk({ rule, start, until, from: wall, to: wall + 1 }, newBudget(), () => {
        found = true;
      });
      return found;
    },
  };
};

const ruleOf = ({ properties }: ComponentNode): Rule | undefined => {
  const reading = readRule(lineIn(properties, 'RRULE')?.value.trim() ?? '');
  return 'rule' in reading ? reading.rule : undefined;
};

/** What DTSTART's clock shows for a time that names an instance. */
const instanceWall = (time: PlacedTime, times: EventTimes): number => {
  if (times.isAllDay) return dayAt(time.wall) * DAY;
  if (time.form === 'date') return time.wall + modulo(startWall(times), DAY);
  return wallOf(times.zone.zone, placedMoment(time));
};

/** Instances that EXDATE or RDATE name. */
export const wallsIn = (
  { properties }: ComponentNode,
  name: 'EXDATE' | 'RDATE',
  times: EventTimes,
  view: View,
): readonly number[] =>
  properties
    .filter((one) => one.name === name)
    .flatMap(({ value, parameters }) =>
      value.split(',').flatMap((item) => {
        const time = timeOf(item.split('/')[0]?.trim() ?? '', parameters, view);
        return time === undefined ? [] : [instanceWall(time, times)];
      }),
    );

/** The instance that an override stands for; `undefined` where it stands for later ones too. */
export const overriddenWall = (
  { properties }: ComponentNode,
  times: EventTimes,
  view: View,
): number | undefined => {
  const id = lineIn(properties, 'RECURRENCE-ID');
  if (id === undefined || parameterWord(id, 'RANGE') === 'THISANDFUTURE') return undefined;
  const time = timeOf(id.value, id.parameters, view);
  return time && instanceWall(time, times);
};

/** An instance on the wire. */
export const instanceOnWire = (wall: number, { times, view }: Series): string =>
  times.isAllDay ? dayOnWire(wall, view) : compactDate(momentOf(times.zone.zone, wall));

/**
 * The instance that a client means: the one at that very time, or the one of that day. Phones name instances of a
 * series that was moved by either time of day, and those of whole days by midnight anywhere.
 */
export const instanceMeant = (text: string, series: Series): number | undefined => {
  const date = readDate(text);
  if (date === undefined) return undefined;
  const { times, view } = series;
  if (times.isAllDay) {
    const day = dayMeant(date, undefined, view) ?? dayAt(wallOf(view.user.zone, date.moment)) * DAY;
    return series.hasInstance(day) ? day : undefined;
  }
  const wall = wallOf(times.zone.zone, date.moment);
  const inDay = dayAt(wall) * DAY + modulo(startWall(times), DAY);
  return [wall, inDay].find((one) => series.hasInstance(one));
};
