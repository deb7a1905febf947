import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { DAY, dayAt, modulo } from '../../icalendar/civil.ts';
import { momentOf } from '../../icalendar/zones/zone.ts';
import { withLine } from '../properties.ts';
import { isAtLeast } from '../version.ts';
import type { SeriesParts } from './exceptions.ts';
import { overriddenWall, type Series, seriesOf, startWall, wallsIn } from './series.ts';
import { timeLine } from './times.ts';
import type { View } from './view.ts';

/**
 * Exceptions of a series whose times or rule a client changed. From 16.0 on they are gone (MS-ASCAL 3.1.5.3);
 * before, each stays with its instance, which may be at another time of the day or on a day that moved with the
 * series. Those whose instance is no more go.
 */
export const withMovedExceptions = (
  before: ComponentNode,
  { master, overrides }: SeriesParts,
  view: View,
): SeriesParts => {
  const [old, now] = [seriesOf(before, view), seriesOf(master, view)];
  const bare = withLine(master.properties, 'EXDATE', undefined);
  const isOver = master.properties.every(({ name }) => name !== 'RRULE' && name !== 'RDATE');
  if (old === undefined || now === undefined || isOver || isAtLeast(view.context.version, '16.0'))
    return { master: { ...master, properties: bare }, overrides: [] };
  const gone = wallsIn(before, 'EXDATE', old.times, view).flatMap((wall) => moved(wall, old, now));
  const lines = [...new Set(gone)].map((wall) => instanceLine('EXDATE', wall, now));
  return {
    master: { ...master, properties: [...bare, ...lines] },
    overrides: overrides.flatMap((override) => {
      const wall = overriddenWall(override, old.times, view);
      if (wall === undefined) return [override];
      const [instance] = moved(wall, old, now);
      if (instance === undefined) return [];
      const id = instanceLine('RECURRENCE-ID', instance, now);
      return [{ ...override, properties: withLine(override.properties, 'RECURRENCE-ID', id) }];
    }),
  };
};

/** Where an instance is now: at the new time of its day, or as many days on as the series. */
const moved = (wall: number, old: Series, now: Series): readonly number[] => {
  const [from, to] = [startWall(old.times), startWall(now.times)];
  const time = modulo(to, DAY);
  const sameDay = dayAt(wall) * DAY + time;
  const shifted = sameDay + (dayAt(to) - dayAt(from)) * DAY;
  return [sameDay, shifted].filter((one) => now.hasInstance(one)).slice(0, 1);
};

const instanceLine = (name: string, wall: number, { times, view }: Series) =>
  timeLine(name, times.isAllDay ? wall : momentOf(times.zone.zone, wall), times, undefined, view);
