import { calendarTimes, type Times } from '../../src/domain/icalendar/times.ts';
import { readTime } from '../../src/domain/icalendar/time-values.ts';
import { readRule, type Rule } from '../../src/domain/icalendar/recurrence/rule.ts';
import type { Zone } from '../../src/domain/icalendar/zones/zone.ts';
import { newZones } from '../../src/domain/icalendar/zones/zones.ts';

/** Remembered by all tests: looking at a zone's years is what takes time. */
export const zones = newZones();

export const zone = (tzid: string): Zone => {
  const found = zones.zoneOf({ tzid });
  if (found === undefined) throw new Error(`no zone ${tzid}`);
  return found;
};

/** A calendar object of some components' lines, `VEVENT` when there is nothing else before them. */
export const object = (...components: readonly (readonly string[])[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...components.flatMap((lines) =>
      lines[0]?.startsWith('BEGIN:') ? lines : ['BEGIN:VEVENT', 'UID:one', ...lines, 'END:VEVENT'],
    ),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

export const timesOf = (...components: readonly (readonly string[])[]): Times => {
  const reading = calendarTimes(object(...components));
  if ('invalid' in reading) throw new Error(reading.invalid);
  return reading.times;
};

export const ruleOf = (value: string): Rule => {
  const reading = readRule(value);
  if ('invalid' in reading) throw new Error(reading.invalid);
  return reading.rule;
};

/** `20260105T090000` on a wall, or a moment when it ends in `Z`; milliseconds. */
export const at = (text: string): number => {
  const time = readTime(text);
  if (time === undefined) throw new Error(`no time ${text}`);
  return time.wall;
};

/** The other way round. */
export const digits = (wall: number): string =>
  new Date(wall).toISOString().replaceAll(/[-:]|\.000Z/g, '');
