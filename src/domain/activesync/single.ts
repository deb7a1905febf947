import { readCalendarObject } from '../icalendar/calendar-object.ts';
import { type ComponentNode, componentTree, writeComponent } from '../icalendar/component-tree.ts';
import { zoneCalendar } from '../icalendar/zones/write-zone.ts';
import { utcText } from '../icalendar/time-values.ts';
import { escapeText } from '../icalendar/writing.ts';
import { type View, viewOf } from './calendar/view.ts';
import type { Data } from './data.ts';
import { isWithinBounds } from './elements.ts';
import { type Field, mergeFields, readFields, REFUSED, type Refusable } from './fields.ts';
import type { Context, ItemClass, Merged } from './item-class.ts';
import { line, lineIn, withLine } from './properties.ts';
import { classesIn } from '../icalendar/classification.ts';
import { masked } from '../icalendar/masking.ts';

/** A class whose items are one component each: tasks and notes. */
interface SingleClass {
  readonly component: 'VTODO' | 'VJOURNAL';
  readonly fields: readonly Field<ComponentNode, View>[];
  /** What an object's component makes of what can be said of it. */
  prepared?(component: ComponentNode, view: View): View;
  /** The component as a client changed it, made whole. */
  finished?(component: ComponentNode, data: Data, view: View): Refusable<ComponentNode>;
}

interface Opened {
  readonly root: ComponentNode;
  readonly item: ComponentNode;
  readonly view: View;
}

/** Overrides of a task's occurrences have no form in ActiveSync, and stay. */
const opened = (
  text: string,
  { component, prepared }: SingleClass,
  context: Context,
): Opened | undefined => {
  const root = componentTree(text);
  const items = root?.components.filter(({ name }) => name === component) ?? [];
  const item =
    items.find(({ properties }) => lineIn(properties, 'RECURRENCE-ID') === undefined) ?? items[0];
  if (root === undefined || item === undefined) return undefined;
  const view = viewOf(root, context);
  return { root, item, view: prepared === undefined ? view : prepared(item, view) };
};

const newObject = ({ component }: SingleClass, context: Context): Opened => {
  const item = {
    name: component,
    properties: [line('UID', escapeText(context.uid)), line('CREATED', utcText(context.now))],
    components: [],
  };
  const root = {
    name: 'VCALENDAR',
    properties: [line('VERSION', '2.0'), line('PRODID', '-//Daybook//ActiveSync//EN')],
    components: [item],
  };
  return { root, item, view: viewOf(undefined, context) };
};

const written = ({ root, item, view }: Opened, merged: ComponentNode): string => {
  let { properties } = merged;
  for (const name of ['DTSTAMP', 'LAST-MODIFIED'])
    properties = withLine(properties, name, line(name, utcText(view.context.now)));
  const zones = [...view.needed.keys()].flatMap((tzid) => {
    const text = view.own.has(tzid) ? undefined : zoneCalendar(tzid);
    return (text === undefined ? undefined : componentTree(text))?.components ?? [];
  });
  const components = root.components.map((one) => (one === item ? { ...merged, properties } : one));
  return writeComponent({ ...root, components: [...zones, ...components] });
};

/** The mapping of a class whose items are one component each. */
export const singleClass = (which: SingleClass): ItemClass => ({
  toData(object, context) {
    const text = context.masked ? masked(object, classesIn(object), context.uid) : object;
    const found = text === undefined ? undefined : opened(text, which, context);
    return found && readFields(which.fields, found.item, found.view);
  },
  merge(stored, data, context): Merged {
    const found = stored === undefined ? newObject(which, context) : opened(stored, which, context);
    if (found === undefined || context.masked || !isWithinBounds(data)) return { refused: 6 };
    const { item, view } = found;
    const merged = mergeFields(which.fields, item, data, view, 'as the client manages');
    if (merged === REFUSED) return { refused: 6 };
    if (merged === item && stored !== undefined) return { object: stored };
    const whole = which.finished === undefined ? merged : which.finished(merged, data, view);
    const object = whole === REFUSED ? undefined : written(found, whole);
    // What could not be stored is refused here: a series of too many instances, for one.
    const isStorable = object !== undefined && 'facts' in readCalendarObject(object);
    return isStorable ? { object } : { refused: 6 };
  },
});
