import { DAY } from '../icalendar/civil.ts';
import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { ContentLine } from '../icalendar/content-lines.ts';
import { type InstanceClock, type Lasting, momentIn, startOf } from './instance-keys.ts';
import type { ObjectParts } from './object-parts.ts';
import { type InstanceKey, SERIES } from './instance.ts';

/** Properties by which a series recurs. */
const recurrenceProperties: ReadonlySet<string> = new Set(['RRULE', 'RDATE', 'EXRULE', 'EXDATE']);

/**
 * The component of one instance as the series has it: RECURRENCE-ID, its own times, no recurrence, all else the same.
 * `undefined` when the series has no start, or recurs by nothing. Whether the rules name that instance is not looked at.
 */
export const derivedInstance = (
  { parts, clock }: ObjectParts,
  instance: InstanceKey,
): ComponentNode | undefined => {
  const series = parts.get(SERIES);
  const start = series && startOf(series);
  if (series === undefined || start === undefined || instance === SERIES) return undefined;
  const moment = momentIn(instance);
  const begin = clock.at(start, moment);
  const properties = series.properties.flatMap((line) => {
    if (recurrenceProperties.has(line.name)) return [];
    if (line === start) return [begin, { ...begin, name: 'RECURRENCE-ID' }];
    if (line.name !== 'DTEND' && line.name !== 'DUE') return [line];
    const lasting = clock.between(start, line);
    if (lasting === undefined) return [line];
    return [clock.at(line, endAt(clock, begin, moment, lasting))];
  });
  return { ...series, properties };
};

const endAt = (
  clock: InstanceClock,
  begin: ContentLine,
  moment: number,
  { milliseconds, nominal }: Lasting,
): number => {
  const days = nominal ? Math.floor(milliseconds / DAY) : 0;
  return clock.after(begin, days, milliseconds - days * DAY) ?? moment + milliseconds;
};

/** Instances that EXDATE takes out of the series. */
export const excludedIn = ({ parts, clock }: ObjectParts): ReadonlySet<InstanceKey> => {
  const series = parts.get(SERIES);
  const lines = series?.properties.filter(({ name }) => name === 'EXDATE') ?? [];
  return new Set(lines.flatMap((line) => clock.keysOf(line)));
};
