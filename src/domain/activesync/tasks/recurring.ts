import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { dayAt, DAY, modulo } from '../../icalendar/civil.ts';
import { readRule } from '../../icalendar/recurrence/rule.ts';
import { dateText, utcText } from '../../icalendar/time-values.ts';
import { momentOf } from '../../icalendar/zones/zone.ts';
import type { View } from '../calendar/view.ts';
import type { Data } from '../data.ts';
import { longDate, readDate } from '../dates.ts';
import { flagIn, inside, maybe } from '../elements.ts';
import { type Field, isSame, REFUSED } from '../fields.ts';
import { lineIn, type Lines, withValue, wordIn } from '../properties.ts';
import { readRecurrence, tellRule, type Telling } from '../recurrence.ts';
import { dueOf, startOf } from './days.ts';

/** The next occurrence counts from when this one is completed (MS-ASTASK 2.2.2.19). */
const REGENERATES = 'X-DAYBOOK-REGENERATE';
/** The rule of the series that a finished occurrence was split off (MS-ASTASK 2.2.2.7): it does not recur itself. */
const SPLIT_OFF = 'X-DAYBOOK-SPLIT-OFF';

const ruleText = (lines: Lines): string | undefined =>
  (lineIn(lines, 'RRULE') ?? lineIn(lines, SPLIT_OFF))?.value.trim();

const timeFor = (component: ComponentNode, view: View) =>
  startOf(component, view) ?? dueOf(component, view) ?? { moment: 0, wall: 0, isDay: true };

const tellingOf = (component: ComponentNode, view: View): Telling => {
  const { wall, isDay } = timeFor(component, view);
  const { zone } = view.user;
  const time = modulo(wall, DAY);
  return {
    page: 'tasks',
    version: view.context.version,
    untilOf({ form, wall: until }) {
      if (isDay || form === 'date')
        return longDate(isDay ? dayAt(until) * DAY : momentOf(zone, until + time));
      return longDate(form === 'utc' ? until : momentOf(zone, until));
    },
    readUntil(text) {
      const date = readDate(text);
      if (date === undefined) return undefined;
      const { moment } = date;
      if (isDay) return dateText(dayAt(moment) * DAY);
      return utcText(moment % DAY === 0 ? momentOf(zone, moment + time) : moment);
    },
  };
};

/** The rule as it is told: nothing where there is none, `undefined` where none can be. */
const toldOf = (component: ComponentNode, view: View): Data | undefined => {
  const { properties } = component;
  const text = ruleText(properties);
  if (text === undefined) return [];
  const reading = readRule(text);
  if (!('rule' in reading) || properties.filter(({ name }) => name === 'RRULE').length > 1)
    return undefined;
  const { wall } = timeFor(component, view);
  const rule = tellRule(reading.rule, { wall }, tellingOf(component, view));
  return (
    rule && [
      ...rule.slice(0, 1),
      ...maybe('tasks:Start', longDate(wall)),
      ...rule.slice(1),
      ...maybe('tasks:Regenerate', wordIn(properties, REGENERATES) === 'TRUE' ? 1 : 0),
      ...maybe('tasks:DeadOccur', lineIn(properties, SPLIT_OFF) === undefined ? 0 : 1),
    ]
  );
};

/** Whether a task recurs in a way that ActiveSync has no words for. */
export const isBeyondWords = (component: ComponentNode, view: View): boolean =>
  toldOf(component, view) === undefined;

/** How a task recurs. */
export const recurrenceField: Field<ComponentNode, View> = {
  tags: ['tasks:Recurrence'],
  omitted: 'cleared',
  read(component, view) {
    const told = toldOf(component, view) ?? [];
    return told.length === 0 ? [] : [{ tag: 'tasks:Recurrence', value: told }];
  },
  write(component, data, view) {
    if (view.isReduced) return component;
    const said = inside(data, 'tasks:Recurrence');
    const rule = said.length === 0 ? '' : readRecurrence(said, tellingOf(component, view));
    if (rule === REFUSED) return REFUSED;
    const isDead = flagIn(said, 'tasks:DeadOccur') === true;
    const regenerates = flagIn(said, 'tasks:Regenerate') === true;
    let properties = withValue(component.properties, 'RRULE', isDead ? '' : rule);
    properties = withValue(properties, SPLIT_OFF, isDead ? rule : '');
    properties = withValue(properties, REGENERATES, regenerates ? 'TRUE' : '');
    const written = { ...component, properties };
    const [before, after] = [toldOf(component, view), toldOf(written, view)];
    return before !== undefined && after !== undefined && isSame(before, after)
      ? component
      : written;
  },
};
