import { DAY, dayAt, modulo } from '../icalendar/civil.ts';
import type { ComponentNode } from '../icalendar/component-tree.ts';
import { type ContentLine, parameter } from '../icalendar/content-lines.ts';
import { dateText, localText, type Moment, readTime, utcText } from '../icalendar/time-values.ts';
import { momentOf, UTC, wallOf, type Zone } from '../icalendar/zones/zone.ts';
import { knownZones } from '../icalendar/zones/zones.ts';
import { type InstanceKey, SERIES } from './instance.ts';

/** Reads the times of one calendar, so that two that mean the same moment are the same. */
export interface InstanceClock {
  /** Of a RECURRENCE-ID; `undefined` when it is no time. */
  keyOf(line: ContentLine): InstanceKey | undefined;
  /** Of each time of an EXDATE or RDATE; of a PERIOD, its start. */
  keysOf(line: ContentLine): readonly InstanceKey[];
  /** Moment of a time's line by itself (DTSTART, DTEND), and whether it is a date. */
  timeOf(line: ContentLine): { readonly moment: number; readonly isDate: boolean } | undefined;
  /** The moment of a wall time that is so many days and milliseconds after a line's. */
  after(line: ContentLine, days: number, milliseconds: number): number | undefined;
  /** A time's line, saying another moment in the form that it has: its zone, a date, UTC, or floating. */
  at(like: ContentLine, moment: number): ContentLine;
  /** How much later than another a time's line is, on the clock where both are of one, else exactly. */
  between(from: ContentLine, to: ContentLine): Lasting | undefined;
}

/** How long something lasts. */
export interface Lasting {
  readonly milliseconds: number;
  /** Whether that is meant on the clock. */
  readonly nominal: boolean;
}

/** @param series whose DTSTART says how dates and floating times are meant; absent: the calendar's own. */
export const instanceClock = (calendar: ComponentNode, series?: ComponentNode): InstanceClock => {
  const zones = new Map<string, Zone | undefined>();
  const named = (tzid: string): Zone | undefined => {
    if (!zones.has(tzid)) {
      const own = definitionOf(calendar, tzid);
      zones.set(tzid, knownZones.zoneOf({ tzid, ...(own !== undefined && { own }) }));
    }
    return zones.get(tzid);
  };
  const zoneIn = (line: ContentLine): Zone | undefined => {
    const tzid = line.parameters === '' ? undefined : parameter(line.parameters, 'TZID')?.trim();
    return tzid === undefined || tzid === '' ? undefined : named(tzid);
  };
  const whose = series ?? calendar.components.find(isSeries);
  const begin = whose && startOf(whose);
  const start = begin && readTime(begin.value);
  const startZone = begin && zoneIn(begin);
  const startIsDate = start?.form === 'date';

  const key = (time: Moment, zone: Zone | undefined): InstanceKey => {
    if (time.form === 'utc') {
      // A moment, where the series has dates, is of the day that it is in UTC: that is how dates are misread.
      return keyAt(startIsDate ? dayAt(time.wall) * DAY : time.wall);
    }
    if (startIsDate) return keyAt(dayAt(time.wall) * DAY);
    const clock = zone ?? startZone ?? UTC;
    if (time.form === 'local' || start === undefined) return keyAt(momentOf(clock, time.wall));
    const wall = time.wall + modulo(start.wall, DAY);
    return keyAt(momentOf(start.form === 'utc' ? UTC : clock, wall));
  };
  const keysOf = (line: ContentLine): readonly InstanceKey[] =>
    line.value.split(',').flatMap((item) => {
      const time = readTime(item.split('/', 1)[0]?.trim() ?? '');
      return time === undefined ? [] : [key(time, zoneIn(line))];
    });
  const placed = (
    line: ContentLine,
  ): { readonly time: Moment; readonly zone: Zone } | undefined => {
    const time = readTime(line.value.trim());
    return time && { time, zone: time.form === 'local' ? (zoneIn(line) ?? UTC) : UTC };
  };
  return {
    keysOf,
    keyOf: (line) => keysOf(line)[0],
    timeOf(line) {
      const found = placed(line);
      if (found === undefined) return undefined;
      const { time, zone } = found;
      return { moment: momentOf(zone, time.wall), isDate: time.form === 'date' };
    },
    after(line, days, milliseconds) {
      const found = placed(line);
      if (found === undefined) return undefined;
      return momentOf(found.zone, found.time.wall + days * DAY) + milliseconds;
    },
    at(like, moment) {
      const time = readTime(like.value.trim());
      if (time?.form === 'utc') return { ...like, value: utcText(moment) };
      if (time?.form === 'date') return { ...like, value: dateText(dayAt(moment) * DAY) };
      return { ...like, value: localText(wallOf(zoneIn(like) ?? UTC, moment)) };
    },
    between(from, to) {
      const [one, other] = [placed(from), placed(to)];
      if (one === undefined || other === undefined) return undefined;
      const nominal = one.zone === other.zone && one.time.form === other.time.form;
      const milliseconds = nominal
        ? other.time.wall - one.time.wall
        : momentOf(other.zone, other.time.wall) - momentOf(one.zone, one.time.wall);
      return { milliseconds, nominal };
    },
  };
};

/** DTSTART, or DUE of a task without. */
export const startOf = ({ properties }: ComponentNode): ContentLine | undefined =>
  properties.find(({ name }) => name === 'DTSTART') ??
  properties.find(({ name }) => name === 'DUE');

export const recurrenceIdOf = ({ properties }: ComponentNode): ContentLine | undefined =>
  properties.find(({ name }) => name === 'RECURRENCE-ID');

/** Milliseconds, UTC. */
export const momentIn = (instance: InstanceKey): number =>
  instance === SERIES ? Number.NaN : (readTime(instance)?.wall ?? Number.NaN);

const isSeries = (node: ComponentNode): boolean =>
  (node.name === 'VEVENT' || node.name === 'VTODO') && recurrenceIdOf(node) === undefined;

const keyAt = (moment: number): InstanceKey => utcText(moment) as InstanceKey;

/** Lines between BEGIN and END of the calendar's own VTIMEZONE of a name. */
const definitionOf = ({ components }: ComponentNode, tzid: string): string | undefined => {
  const zone = components.find(
    ({ name, properties }) =>
      name === 'VTIMEZONE' &&
      properties.some((one) => one.name === 'TZID' && one.value.trim() === tzid),
  );
  if (zone === undefined) return undefined;
  const written = (node: ComponentNode): readonly string[] => [
    `BEGIN:${node.name}`,
    ...node.properties.map(({ name, parameters, value }) => `${name}${parameters}:${value}`),
    `END:${node.name}`,
  ];
  return zone.components.flatMap(written).join('\r\n');
};
