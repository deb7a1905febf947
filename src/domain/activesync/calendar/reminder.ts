import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { DAY, MINUTE } from '../../icalendar/civil.ts';
import { readDuration } from '../../icalendar/time-values.ts';
import { boundedNumber, maybe, textIn } from '../elements.ts';
import { type Field, REFUSED } from '../fields.ts';
import { line, lineIn, parameterWord, withLine, wordIn } from '../properties.ts';
import type { View } from './view.ts';

/** Some ten years; MS-ASCAL gives no bound. */
const MOST = 5_256_000;

/** Minutes before the start at which an alarm sounds, if it is one that ActiveSync can tell of. */
const minutesOf = (alarm: ComponentNode): number | undefined => {
  if (alarm.name !== 'VALARM') return undefined;
  const action = wordIn(alarm.properties, 'ACTION');
  const trigger = lineIn(alarm.properties, 'TRIGGER');
  if (trigger === undefined || (action !== 'DISPLAY' && action !== 'AUDIO')) return undefined;
  if (parameterWord(trigger, 'RELATED') === 'END') return undefined;
  const duration = readDuration(trigger.value);
  if (duration === undefined) return undefined;
  const before = -(duration.days * DAY + duration.milliseconds);
  return before < 0 || before > MOST * MINUTE ? undefined : Math.floor(before / MINUTE);
};

/** The alarm nearest to the start. */
const shownIn = (
  components: readonly ComponentNode[],
): { readonly alarm: ComponentNode; readonly minutes: number } | undefined => {
  let shown: { readonly alarm: ComponentNode; readonly minutes: number } | undefined;
  for (const alarm of components) {
    const minutes = minutesOf(alarm);
    if (minutes !== undefined && (shown === undefined || minutes < shown.minutes))
      shown = { alarm, minutes };
  }
  return shown;
};

/** The reminder: the nearest alarm is told of and edited, all others stay as they are. */
export const reminderField: Field<ComponentNode, View> = {
  tags: ['calendar:Reminder'],
  omitted: 'cleared',
  read: ({ components }) => maybe('calendar:Reminder', shownIn(components)?.minutes),
  write(component, data) {
    const text = textIn(data, 'calendar:Reminder')?.trim() ?? '';
    const minutes = text === '' ? undefined : boundedNumber(text, 0, MOST);
    if (text !== '' && minutes === undefined) return REFUSED;
    const { components } = component;
    const shown = shownIn(components);
    if (minutes === undefined)
      return shown === undefined
        ? component
        : { ...component, components: components.filter((one) => one !== shown.alarm) };
    if (minutes === shown?.minutes) return component;
    const trigger = line('TRIGGER', minutes === 0 ? 'PT0S' : `-PT${minutes}M`);
    if (shown === undefined)
      return { ...component, components: [...components, alarmWith(trigger)] };
    const { alarm } = shown;
    const edited = { ...alarm, properties: withLine(alarm.properties, 'TRIGGER', trigger) };
    return { ...component, components: components.map((one) => (one === alarm ? edited : one)) };
  },
};

/** A new alarm that shows something. */
export const alarmWith = (trigger: ReturnType<typeof line>): ComponentNode => ({
  name: 'VALARM',
  properties: [line('ACTION', 'DISPLAY'), line('DESCRIPTION', 'Reminder'), trigger],
  components: [],
});
