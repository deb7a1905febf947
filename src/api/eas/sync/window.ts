import { boundsOf } from '../../../domain/icalendar/bounds.ts';
import { calendarTimes } from '../../../domain/icalendar/times.ts';
import { knownZones } from '../../../domain/icalendar/zones/zones.ts';
import type { Instant } from '../../../domain/kernel/ids.ts';
import type { ItemClass } from '../folders.ts';

const DAY = 86_400_000;

/** Days that FilterType 4 to 7 reach back (MS-ASCMD 2.2.3.68). */
const days: Readonly<Record<number, number>> = { 4: 14, 5: 31, 6: 93, 7: 186 };

/** The legal filter that is nearest to one that was asked for. */
export const filterFor = (itemClass: ItemClass, asked: number): number => {
  if (itemClass === 'Tasks') return asked === 8 ? 8 : 0;
  if (itemClass !== 'Calendar' || asked === 0 || asked > 7) return 0;
  return Math.max(asked, 4);
};

/** What ended before is not on the device; absent: everything is. Days begin at midnight, UTC. */
export const windowStart = (filter: number, now: number): Instant | undefined => {
  if (filter === 8) return new Date(DAY).toISOString() as Instant;
  const back = days[filter];
  if (back === undefined) return undefined;
  return new Date((Math.floor(now / DAY) - back) * DAY).toISOString() as Instant;
};

/** Whether a filter shows things that another one hides. */
export const isWider = (filter: number, than: number): boolean =>
  filter !== than && than !== 0 && (filter === 0 || filter > than);

/** A task that is done ended before every window that leaves such tasks out. */
const DONE = new Date(0).toISOString() as Instant;

const isDone = (text: string): boolean => /^(?:STATUS:COMPLETED|COMPLETED[:;])/im.test(text);

/** When an object falls out of windows of dates; absent: never. */
export const endOf = (itemClass: ItemClass, text: string): Instant | undefined => {
  if (itemClass === 'Tasks') return isDone(text) ? DONE : undefined;
  if (itemClass !== 'Calendar') return undefined;
  const read = calendarTimes(text);
  const end = 'times' in read ? boundsOf(read.times, knownZones)?.end : undefined;
  if (end === undefined || !Number.isFinite(end) || Math.abs(end) > 8e15) return undefined;
  return new Date(end).toISOString() as Instant;
};
