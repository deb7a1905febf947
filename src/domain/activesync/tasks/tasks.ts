import { DAY } from '../../icalendar/civil.ts';
import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { readDuration, utcText } from '../../icalendar/time-values.ts';
import { bodyField } from '../body.ts';
import { readCategories, writeCategories } from '../categories.ts';
import { alarmWith } from '../calendar/reminder.ts';
import { placedMoment, timeIn, timeOfLine, type View } from '../calendar/view.ts';
import { longDate, readDate } from '../dates.ts';
import {
  clean,
  cleanLine,
  flagIn,
  inside,
  maybe,
  numberIn,
  textIn as saidIn,
} from '../elements.ts';
import { type Field, REFUSED } from '../fields.ts';
import type { ItemClass } from '../item-class.ts';
import {
  line,
  lineIn,
  parameterWord,
  textIn,
  withLine,
  withText,
  withValue,
  wordIn,
} from '../properties.ts';
import { sensitivityField } from '../sensitivity.ts';
import { singleClass } from '../single.ts';
import { dayFields, dueOf, startOf, withStart } from './days.ts';
import { isBeyondWords, recurrenceField } from './recurring.ts';

type TaskField = Field<ComponentNode, View>;

const subjectField: TaskField = {
  tags: ['tasks:Subject'],
  omitted: 'kept',
  read: ({ properties }) => maybe('tasks:Subject', clean(textIn(properties, 'SUMMARY'))),
  write: (component, data) => ({
    ...component,
    properties: withText(component.properties, 'SUMMARY', saidIn(data, 'tasks:Subject') ?? ''),
  }),
};

/** PRIORITY (RFC 5545 §3.8.1.9) for low, normal and high. Always told: some take silence for low. */
const priorities = ['9', '5', '1'] as const;

const importanceOf = ({ properties }: ComponentNode): number => {
  const priority = Number(/^[0-9]$/.exec(wordIn(properties, 'PRIORITY'))?.[0] ?? 0);
  if (priority >= 6) return 0;
  return priority >= 1 && priority <= 4 ? 2 : 1;
};

const importanceField: TaskField = {
  tags: ['tasks:Importance'],
  omitted: 'kept',
  read: (component) => maybe('tasks:Importance', importanceOf(component)),
  write(component, data) {
    const said = numberIn(data, 'tasks:Importance', 0, 2);
    if (said === undefined) return saidIn(data, 'tasks:Importance') === '' ? component : REFUSED;
    const { properties } = component;
    return { ...component, properties: withValue(properties, 'PRIORITY', priorities[said] ?? '5') };
  },
};

const isComplete = ({ properties }: ComponentNode): boolean =>
  wordIn(properties, 'STATUS') === 'COMPLETED' || lineIn(properties, 'COMPLETED') !== undefined;

const completeField: TaskField = {
  tags: ['tasks:Complete', 'tasks:DateCompleted'],
  omitted: 'kept',
  read(component, view) {
    if (!isComplete(component)) return maybe('tasks:Complete', 0);
    const { properties } = component;
    const [when] = ['COMPLETED', 'LAST-MODIFIED', 'DTSTAMP'].flatMap(
      (name) => timeIn(properties, name, view) ?? [],
    );
    return [
      ...maybe('tasks:Complete', 1),
      ...maybe('tasks:DateCompleted', when && longDate(placedMoment(when))),
    ];
  },
  write(component, data, { context }) {
    const complete = flagIn(data, 'tasks:Complete') ?? isComplete(component);
    const { properties } = component;
    if (!complete) {
      if (!isComplete(component)) return component;
      const open = withValue(
        withLine(properties, 'COMPLETED', undefined),
        'STATUS',
        'NEEDS-ACTION',
      );
      const isWhole = wordIn(open, 'PERCENT-COMPLETE') === '100';
      return {
        ...component,
        properties: isWhole ? withLine(open, 'PERCENT-COMPLETE', undefined) : open,
      };
    }
    const text = saidIn(data, 'tasks:DateCompleted') ?? '';
    const date = readDate(text);
    if (text !== '' && date === undefined) return REFUSED;
    if (date === undefined && isComplete(component)) return component;
    const done = withValue(withValue(properties, 'STATUS', 'COMPLETED'), 'PERCENT-COMPLETE', '100');
    const completed = line('COMPLETED', utcText(date?.moment ?? context.now));
    return { ...component, properties: withLine(done, 'COMPLETED', completed) };
  },
};

/** When an alarm sounds, whether it says so itself or by the task's times. */
const momentOfAlarm = (
  alarm: ComponentNode,
  task: ComponentNode,
  view: View,
): number | undefined => {
  const action = wordIn(alarm.properties, 'ACTION');
  const trigger = lineIn(alarm.properties, 'TRIGGER');
  if (alarm.name !== 'VALARM' || trigger === undefined) return undefined;
  if (action !== 'DISPLAY' && action !== 'AUDIO') return undefined;
  const time = timeOfLine(trigger, view);
  if (time !== undefined) return placedMoment(time);
  const duration = readDuration(trigger.value);
  const atEnd = parameterWord(trigger, 'RELATED') === 'END';
  const base = atEnd ? dueOf(task, view) : (startOf(task, view) ?? dueOf(task, view));
  if (duration === undefined || base === undefined) return undefined;
  return base.moment + duration.days * DAY + duration.milliseconds;
};

const shownAlarm = (task: ComponentNode, view: View) => {
  for (const alarm of task.components) {
    const moment = momentOfAlarm(alarm, task, view);
    if (moment !== undefined) return { alarm, moment };
  }
  return undefined;
};

/** The reminder: the first alarm whose moment is known; others stay. */
const reminderField: TaskField = {
  tags: ['tasks:ReminderSet', 'tasks:ReminderTime'],
  omitted: 'kept',
  read(component, view) {
    const shown = shownAlarm(component, view);
    if (shown === undefined) return maybe('tasks:ReminderSet', 0);
    return [
      ...maybe('tasks:ReminderSet', 1),
      ...maybe('tasks:ReminderTime', longDate(shown.moment)),
    ];
  },
  write(component, data, view) {
    const shown = shownAlarm(component, view);
    const { components } = component;
    if (flagIn(data, 'tasks:ReminderSet') === false)
      return shown === undefined
        ? component
        : { ...component, components: components.filter((one) => one !== shown.alarm) };
    const text = saidIn(data, 'tasks:ReminderTime') ?? '';
    if (text === '') return component;
    const date = readDate(text);
    if (date === undefined) return REFUSED;
    if (date.moment === shown?.moment) return component;
    const trigger = line('TRIGGER', utcText(date.moment), { VALUE: 'DATE-TIME' });
    if (shown === undefined)
      return { ...component, components: [...components, alarmWith(trigger)] };
    const { alarm } = shown;
    const edited = { ...alarm, properties: withLine(alarm.properties, 'TRIGGER', trigger) };
    return { ...component, components: components.map((one) => (one === alarm ? edited : one)) };
  },
};

const categoriesField: TaskField = {
  tags: ['tasks:Categories'],
  omitted: 'cleared',
  read: ({ properties }) => readCategories(properties, 'tasks'),
  write: (component, data) => ({
    ...component,
    properties: writeCategories(component.properties, data, 'tasks'),
  }),
};

/** How Outlook orders tasks by hand, which nothing else knows of. */
const keptField = (tag: string, property: string): TaskField => ({
  tags: [tag],
  omitted: 'kept',
  read: ({ properties }) => maybe(tag, clean(textIn(properties, property)) || undefined),
  write: (component, data) => ({
    ...component,
    properties: withText(component.properties, property, cleanLine(saidIn(data, tag) ?? '')),
  }),
});

/** Tasks (MS-ASTASK) and VTODO (RFC 5545 §3.6.2). */
export const tasksClass: ItemClass = singleClass({
  component: 'VTODO',
  fields: [
    subjectField,
    bodyField(
      'DESCRIPTION',
      ({ properties }) => properties,
      (component, properties) => ({ ...component, properties }),
    ),
    importanceField,
    sensitivityField('tasks'),
    ...dayFields,
    completeField,
    reminderField,
    categoriesField,
    recurrenceField,
    keptField('tasks:OrdinalDate', 'X-DAYBOOK-ORDINAL-DATE'),
    keptField('tasks:SubOrdinalDate', 'X-DAYBOOK-SUBORDINAL-DATE'),
  ],
  prepared: (component, view) => ({ ...view, isReduced: isBeyondWords(component, view) }),
  // A rule needs a start, which a task of Outlook may say nowhere else.
  finished: (component, data, view) =>
    lineIn(component.properties, 'RRULE') === undefined
      ? component
      : withStart(component, saidIn(inside(data, 'tasks:Recurrence'), 'tasks:Start') ?? '', view),
});
