import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { momentOf } from '../../icalendar/zones/zone.ts';
import type { Data, Element } from '../data.ts';
import { flagIn, given, inside, isContainer, textIn } from '../elements.ts';
import { isSame, mergeFields, readFields, REFUSED, type Refusable } from '../fields.ts';
import type { Lines } from '../properties.ts';
import { isAtLeast } from '../version.ts';
import { eventFields } from './event-fields.ts';
import {
  instanceMeant,
  instanceOnWire,
  overriddenWall,
  type Series,
  seriesOf,
  wallsIn,
} from './series.ts';
import { timeLine } from './times.ts';
import type { View } from './view.ts';

/** A series and what differs from it. */
export interface SeriesParts {
  readonly master: ComponentNode;
  readonly overrides: readonly ComponentNode[];
}

/** Of one event. */
const EXCEPTIONS = 2_000;

/** What an exception may not say of its own. */
const ofSeries: ReadonlySet<string> = new Set([
  'calendar:UID',
  'calendar:Timezone',
  'calendar:OrganizerName',
  'calendar:OrganizerEmail',
  'calendar:DisallowNewTimeProposal',
]);

const exceptionFields = eventFields.filter(({ tags }) => !ofSeries.has(tags[0] ?? ''));
const timesFields = eventFields.filter(({ tags }) => tags[0] === 'calendar:Timezone');
const fields = [...timesFields, ...exceptionFields];

const isAlwaysTold: ReadonlySet<string> = new Set(['calendar:StartTime', 'calendar:EndTime']);
const isNeverTold: ReadonlySet<string> = new Set(['airsyncbase:NativeBodyType']);

/** What an override says otherwise than its series; what it lacks of it as an empty element. */
const difference = (override: Data, series: Data): Data => {
  const differs = (element: Element): boolean => {
    const other = given(series, element.tag);
    return other === undefined || !isSame([element], [other]);
  };
  const own = override.filter((one) => isAlwaysTold.has(one.tag) || differs(one));
  const lacking = series
    .filter(({ tag }) => given(override, tag) === undefined && !isAlwaysTold.has(tag))
    .map(({ tag }) => ({ tag, value: '' }));
  return [...own, ...lacking].filter(({ tag }) => !isNeverTold.has(tag));
};

/** Exceptions of a series: instances that are gone, and those that say something of their own (MS-ASCAL 2.2.2.21). */
export const readExceptions = ({ master, overrides }: SeriesParts, view: View): Data => {
  const series = seriesOf(master, view);
  if (series === undefined) return [];
  const gone = wallsIn(master, 'EXDATE', series.times, view).slice(0, EXCEPTIONS);
  if (gone.length === 0 && overrides.length === 0) return [];
  const is16 = isAtLeast(view.context.version, '16.0');
  const named = (wall: number): Element => ({
    tag: is16 ? 'airsyncbase:InstanceId' : 'calendar:ExceptionStartTime',
    value: instanceOnWire(wall, series),
  });
  const inner = { ...view, master };
  const base = overrides.length === 0 ? [] : readFields(fields, master, inner);
  const edited = overrides.slice(0, EXCEPTIONS).flatMap((override) => {
    const wall = overriddenWall(override, series.times, view);
    if (wall === undefined || !series.hasInstance(wall)) return [];
    const said = difference(readFields(fields, override, inner), base).filter(
      ({ tag }) => tag !== 'calendar:Attendees' || isAtLeast(view.context.version, '14.0'),
    );
    return [{ tag: 'calendar:Exception', value: [named(wall), ...said] }];
  });
  const deleted = [...new Set(gone)].map((wall) => ({
    tag: 'calendar:Exception',
    value: [{ tag: 'calendar:Deleted', value: '1' }, named(wall)],
  }));
  const all = [...deleted, ...edited];
  return all.length === 0 ? [] : [{ tag: 'calendar:Exceptions', value: all }];
};

/** What becomes of an instance: it goes, or something is said of it. */
export interface InstanceChange {
  readonly wall: number;
  readonly change: 'deleted' | Data;
}

/** What a client's Exceptions say; those of instances that the series does not have are passed over. */
export const readChanges = (data: Data, series: Series): Refusable<readonly InstanceChange[]> => {
  const all = inside(data, 'calendar:Exceptions').filter(({ tag }) => tag === 'calendar:Exception');
  if (all.length > EXCEPTIONS) return REFUSED;
  return all.flatMap(({ value }) => {
    if (!isContainer(value)) return [];
    const name =
      textIn(value, 'calendar:ExceptionStartTime') ?? textIn(value, 'airsyncbase:InstanceId') ?? '';
    const wall = instanceMeant(name, series);
    if (wall === undefined) return [];
    return [{ wall, change: flagIn(value, 'calendar:Deleted') === true ? 'deleted' : value }];
  });
};

/** A series with instances changed; those that are not mentioned stay as they are. */
export const withChanges = (
  parts: SeriesParts,
  changes: readonly InstanceChange[],
  view: View,
): Refusable<SeriesParts> => {
  const { master, overrides } = parts;
  const series = seriesOf(master, view);
  if (series === undefined || changes.length === 0) return parts;
  const gone = new Set(wallsIn(master, 'EXDATE', series.times, view));
  const byWall = new Map<number, ComponentNode>();
  for (const override of overrides) {
    const wall = overriddenWall(override, series.times, view);
    if (wall !== undefined) byWall.set(wall, override);
  }
  const replaced = new Map<ComponentNode, ComponentNode | undefined>();
  const added: ComponentNode[] = [];
  const [excluded, restored] = [new Set<number>(), new Set<number>()];
  for (const { wall, change } of changes) {
    const override = byWall.get(wall);
    if (change === 'deleted') {
      if (override !== undefined) replaced.set(override, undefined);
      if (!gone.has(wall)) excluded.add(wall);
      continue;
    }
    const base = override ?? overrideOf(wall, series, master);
    const merged = mergeFields(fields, base, change, { ...view, master }, 'kept');
    if (merged === REFUSED) return REFUSED;
    if (gone.has(wall)) restored.add(wall);
    else if (merged === base) continue;
    if (override === undefined) added.push(merged);
    else replaced.set(override, merged);
  }
  const properties = withExclusions(master.properties, excluded, restored, series);
  if (properties === master.properties && replaced.size + added.length === 0) return parts;
  return {
    master: properties === master.properties ? master : { ...master, properties },
    overrides: [
      ...overrides.flatMap((one) => (replaced.has(one) ? (replaced.get(one) ?? []) : [one])),
      ...added,
    ],
  };
};

/** What of a series an override does not repeat. */
const notRepeated: ReadonlySet<string> = new Set([
  'RRULE',
  'EXRULE',
  'RDATE',
  'EXDATE',
  'DTSTART',
  'DTEND',
  'CREATED',
]);

/** An override that says what the series says of one of its instances. */
const overrideOf = (wall: number, series: Series, master: ComponentNode): ComponentNode => {
  const { times, view } = series;
  const { isAllDay, zone } = times;
  const start = isAllDay ? wall : momentOf(zone.zone, wall);
  const at = (name: string, moment: number) => timeLine(name, moment, times, undefined, view);
  const hasEnd = master.properties.some(({ name }) => name === 'DTEND');
  return {
    ...master,
    properties: [
      ...master.properties.filter(({ name }) => !notRepeated.has(name)),
      at('RECURRENCE-ID', start),
      at('DTSTART', start),
      ...(hasEnd ? [at('DTEND', start + times.end - times.start)] : []),
    ],
  };
};

/** EXDATE with instances more, and others less. */
const withExclusions = (
  properties: Lines,
  excluded: ReadonlySet<number>,
  restored: ReadonlySet<number>,
  series: Series,
): Lines => {
  if (excluded.size + restored.size === 0) return properties;
  const { times, view } = series;
  const kept =
    restored.size === 0
      ? properties
      : properties.flatMap((one) => {
          if (one.name !== 'EXDATE') return [one];
          const items = one.value.split(',').filter((item) => {
            const [wall] = wallsIn(only({ ...one, value: item }), 'EXDATE', times, view);
            return wall === undefined || !restored.has(wall);
          });
          return items.length === 0 ? [] : [{ ...one, value: items.join(',') }];
        });
  const lines = [...excluded].map((wall) =>
    timeLine(
      'EXDATE',
      times.isAllDay ? wall : momentOf(times.zone.zone, wall),
      times,
      undefined,
      view,
    ),
  );
  return [...kept, ...lines];
};

const only = (property: Lines[number]): ComponentNode => ({
  name: '',
  properties: [property],
  components: [],
});
