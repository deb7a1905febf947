import {
  type ComponentNode,
  componentTree,
  writeComponent,
} from '../../icalendar/component-tree.ts';
import { readCalendarObject } from '../../icalendar/calendar-object.ts';
import { classesIn } from '../../icalendar/classification.ts';
import { masked } from '../../icalendar/masking.ts';
import { zoneCalendar } from '../../icalendar/zones/write-zone.ts';
import { escapeText } from '../../icalendar/writing.ts';
import type { Data } from '../data.ts';
import { cleanLine, given, isWithinBounds, textIn } from '../elements.ts';
import { calendarOmission, mergeFields, readFields, REFUSED, type Refusable } from '../fields.ts';
import type { Context, ItemClass, Merged } from '../item-class.ts';
import { line, lineIn, parameterWord, textIn as textOf } from '../properties.ts';
import { isAtLeast } from '../version.ts';
import type { NamedZone } from '../zones/zone-finding.ts';
import { eventFields } from './event-fields.ts';
import { readChanges, readExceptions, type SeriesParts, withChanges } from './exceptions.ts';
import { withOrganizer } from './meeting.ts';
import { withMovedExceptions } from './moving.ts';
import { instanceMeant, recurrenceField, recurringOf, seriesOf } from './series.ts';
import { isSameTime, timesOf, withDefaultTimes } from './times.ts';
import { stamped } from './stamping.ts';
import { type View, viewOf } from './view.ts';

/** A calendar object of events, taken apart. */
interface Opened {
  readonly root: ComponentNode;
  readonly parts: SeriesParts;
  readonly view: View;
}

const REFUSAL: Merged = { refused: 6 };

/** The series or single event, and what differs from it. An instance that is all that is there is a single event. */
const opened = (text: string, context: Context): Opened | undefined => {
  const root = componentTree(text);
  const events = root?.components.filter(({ name }) => name === 'VEVENT') ?? [];
  const isInstance = ({ properties }: ComponentNode): boolean =>
    lineIn(properties, 'RECURRENCE-ID') !== undefined;
  const master = events.find((one) => !isInstance(one)) ?? events[0];
  if (root === undefined || master === undefined) return undefined;
  const overrides = events.filter((one) => one !== master && isInstance(one));
  const view = viewOf(root, context);
  const isReduced = recurringOf(master, view) === 'beyond' || overrides.some(isForLater);
  return { root, parts: { master, overrides }, view: { ...view, isReduced } };
};

const isForLater = ({ properties }: ComponentNode): boolean => {
  const id = lineIn(properties, 'RECURRENCE-ID');
  return id !== undefined && parameterWord(id, 'RANGE') === 'THISANDFUTURE';
};

const toData = (object: string, context: Context): Data | undefined => {
  if (!context.masked) return dataOf(object, context);
  const hidden = masked(object, classesIn(object), context.uid);
  const data = hidden === undefined ? undefined : dataOf(hidden, context);
  // That it is private is all that is said beside its times.
  return data?.map((one) => (one.tag === 'calendar:Sensitivity' ? { ...one, value: '2' } : one));
};

const dataOf = (object: string, context: Context): Data | undefined => {
  const event = opened(object, context);
  if (event === undefined) return undefined;
  const { parts, view } = event;
  if (timesOf(parts.master, view) === undefined) return undefined;
  const data = readFields(eventFields, parts.master, view);
  if (view.isReduced) return data;
  const recurrence = recurrenceField.read(parts.master, view);
  if (recurrence.length === 0) return data;
  return [...data, ...recurrence, ...readExceptions(parts, view)];
};

const merge = (stored: string | undefined, data: Data, context: Context): Merged => {
  if (context.masked || !isWithinBounds(data)) return REFUSAL;
  if (stored === undefined) return added(data, context);
  const event = opened(stored, context);
  if (event === undefined) return REFUSAL;
  const parts =
    context.instance === undefined
      ? withSaid(event.parts, data, event.view)
      : withInstance(event, context.instance, data);
  if (parts === REFUSED) return REFUSAL;
  return parts === event.parts ? { object: stored } : storable(written(event, parts));
};

/** An instance of a series with what a client of 16.x says of it (MS-ASCMD 2.2.3.88). */
const withInstance = (
  { parts, view }: Opened,
  instance: string,
  data: Data | 'deleted',
): Refusable<SeriesParts> => {
  const series = seriesOf(parts.master, view);
  const wall = series && instanceMeant(instance, series);
  if (wall === undefined || view.isReduced) return REFUSED;
  return withChanges(parts, [{ wall, change: data }], view);
};

/** A stored event without one of its instances: what deleting by InstanceId means. */
export const withoutInstance = (stored: string, instance: string, context: Context): Merged => {
  const event = context.masked ? undefined : opened(stored, context);
  const parts = event === undefined ? REFUSED : withInstance(event, instance, 'deleted');
  if (event === undefined || parts === REFUSED) return REFUSAL;
  return parts === event.parts ? { object: stored } : storable(written(event, parts));
};

const withSaid = (parts: SeriesParts, data: Data, view: View): Refusable<SeriesParts> => {
  const { context } = view;
  const omission = calendarOmission(context);
  const before = parts.master;
  const fields = [...eventFields, recurrenceField];
  const merged = mergeFields(fields, before, data, view, omission);
  if (merged === REFUSED) return REFUSED;
  const master = merged === before ? before : withOrganizer(merged, view);
  let series: SeriesParts = master === before ? parts : { ...parts, master };
  if (isMoved(before, master, view)) series = withMovedExceptions(before, series, view);
  const rule = seriesOf(series.master, view);
  if (rule === undefined || view.isReduced || given(data, 'calendar:Exceptions') === undefined)
    return series;
  const changes = readChanges(data, rule);
  return changes === REFUSED ? REFUSED : withChanges(series, changes, view);
};

const isMoved = (before: ComponentNode, after: ComponentNode, view: View): boolean => {
  if (before === after) return false;
  const [old, now] = [timesOf(before, view), timesOf(after, view)];
  const rules = [before, after].map(({ properties }) => lineIn(properties, 'RRULE')?.value);
  return old !== undefined && now !== undefined && (!isSameTime(old, now) || rules[0] !== rules[1]);
};

const added = (data: Data, context: Context): Merged => {
  const view = viewOf(undefined, context);
  const empty: ComponentNode = {
    name: 'VEVENT',
    properties: [line('UID', escapeText(uidOf(data, context)))],
    components: [],
  };
  const timed = withDefaultTimes(data, view);
  const parts = withSaid({ master: empty, overrides: [] }, timed, view);
  if (parts === REFUSED || timesOf(parts.master, view) === undefined) return REFUSAL;
  const root: ComponentNode = {
    name: 'VCALENDAR',
    properties: [line('VERSION', '2.0'), line('PRODID', '-//Daybook//ActiveSync//EN')],
    components: [],
  };
  return storable(written({ root, parts: { master: empty, overrides: [] }, view }, parts));
};

/** Characters of a UID (MS-ASCAL 2.2.2.46). */
const UID = 300;

/** A new event keeps the name that its client gave it, so that it is known again when it comes twice. */
const uidOf = (data: Data, { uid, version }: Context): string => {
  const tag = isAtLeast(version, '16.0') ? 'calendar:ClientUid' : 'calendar:UID';
  const said = cleanLine(textIn(data, tag) ?? '').trim();
  return said === '' || said.length > UID ? uid : said;
};

/** What could not be stored is refused here: a series of too many instances, for one. */
const storable = (object: string): Merged =>
  'facts' in readCalendarObject(object) ? { object } : REFUSAL;

/** The object's text with parts changed: stamped, with the time zones that they need. */
const written = ({ root, parts: old, view }: Opened, parts: SeriesParts): string => {
  const before = new Map([old.master, ...old.overrides].map((one) => [keyOf(one), one]));
  const events = [parts.master, ...parts.overrides].map((one) =>
    stamped(before.get(keyOf(one)), one, view),
  );
  const defined = new Set(view.own.keys());
  const zones = [...view.needed.values()].flatMap((zone) =>
    defined.has(zone.tzid) ? [] : definitionOf(zone),
  );
  const others = root.components.filter(({ name }) => name !== 'VEVENT');
  return writeComponent({ ...root, components: [...zones, ...others, ...events] });
};

const keyOf = ({ properties }: ComponentNode): string => textOf(properties, 'RECURRENCE-ID');

const definitionOf = ({ tzid, own }: NamedZone): readonly ComponentNode[] => {
  const text =
    own === undefined
      ? zoneCalendar(tzid)
      : `BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:${escapeText(tzid)}\r\n${own}\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n`;
  return (text === undefined ? undefined : componentTree(text))?.components ?? [];
};

/** Calendar (MS-ASCAL) and VEVENT (RFC 5545 §3.6.1). */
export const calendarClass: ItemClass = { toData, merge };
