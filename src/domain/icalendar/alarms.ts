import { DAY } from './civil.ts';
import { type ContentLine, parameter } from './content-lines.ts';
import { occurrencesIn } from './occurrences.ts';
import { type Clocks, placingOf } from './placing.ts';
import { type Allowance, newBudget, paidBy } from './recurrence/budget.ts';
import { readDuration, readTime } from './time-values.ts';
import type { Times } from './times.ts';

/**
 * Whether an alarm, or one of its repetitions, sounds in a time range (RFC 4791 §9.9, RFC 5545 §3.6.6):
 * at its time, or so long before or after each occurrence of its component. An alarm that is defined
 * but whose trigger cannot be read never does.
 *
 * @param alarm properties of the VALARM.
 * @param component which of `times.components` it is in.
 */
export const alarmSounds = (
  alarm: readonly ContentLine[],
  times: Times,
  component: number,
  { allowance, ...clocks }: Clocks & { readonly allowance: Allowance },
  from: number,
  to: number,
): boolean => {
  const trigger = alarm.find(({ name }) => name === 'TRIGGER');
  if (trigger === undefined) return false;
  const rings = ringsOf(alarm);
  const sounds = (moment: number): boolean => {
    if (rings.every === 0) return from <= moment && to > moment;
    // The first repetition that is not before the range.
    const nth = Math.min(Math.max(Math.ceil((from - moment) / rings.every), 0), rings.repeat);
    const ring = moment + nth * rings.every;
    return from <= ring && to > ring;
  };
  const time = readTime(trigger.value);
  if (time !== undefined) {
    return sounds(placingOf(times, clocks).momentOf({ ...time, zone: -1 }));
  }
  const offset = readDuration(trigger.value);
  if (offset === undefined) return false;
  const after = offset.days * DAY + offset.milliseconds;
  const atEnd = parameter(trigger.parameters, 'RELATED')?.toUpperCase() === 'END';
  const reach = rings.repeat * rings.every;
  // Alarms of an occurrence sound before it, in it or after it.
  const first = from - Math.max(after, 0) - reach - 1;
  const last = to + Math.max(-after, 0) + 1;
  const { occurrences, exhausted } = paidBy(allowance, newBudget(), (budget) =>
    occurrencesIn(times, clocks, first, last, budget),
  );
  return (
    exhausted ||
    occurrences.some(
      (one) => one.component === component && sounds((atEnd ? one.end : one.start) + after),
    )
  );
};

/** How often an alarm sounds again, and after what time each (RFC 5545 §3.8.6.2). */
const ringsOf = (
  alarm: readonly ContentLine[],
): { readonly repeat: number; readonly every: number } => {
  const text = (name: string): string => alarm.find((line) => line.name === name)?.value ?? '';
  const duration = readDuration(text('DURATION'));
  const repeat = /^\d{1,6}$/.test(text('REPEAT').trim()) ? Number(text('REPEAT')) : 0;
  const every = duration === undefined ? 0 : duration.days * DAY + duration.milliseconds;
  return every > 0 && repeat > 0 ? { repeat, every } : { repeat: 0, every: 0 };
};
