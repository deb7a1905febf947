import { boundsOf } from './bounds.ts';
import { DAY } from './civil.ts';
import { type ComponentNode, componentTree, isTimed } from './component-tree.ts';
import { type ContentLine, parameter } from './content-lines.ts';
import { type Occurrence, occurrencesIn } from './occurrences.ts';
import { type Clocks, placingOf } from './placing.ts';
import { type Budget, newBudget } from './recurrence/budget.ts';
import { readDuration, readTime } from './time-values.ts';
import { calendarTimes, type Times } from './times.ts';

/** One time at which an alarm by mail is to be sent (RFC 5545 §3.6.6). */
export interface Ring {
  /** Milliseconds, UTC. */
  readonly at: number;
  readonly alarm: EmailAlarm;
  /** What it reminds of; absent where nothing of the object takes place any more, as of an alarm at a time of its own. */
  readonly occurrence: Occurrence | undefined;
}

/** A VALARM with ACTION:EMAIL. */
export interface EmailAlarm {
  /** Which of the object's components it is in. */
  readonly component: number;
  /** The same for the same alarm after its object was changed: its UID (RFC 9074 §4), or what it says. */
  readonly identity: string;
  /** Addresses in small letters: `mailto:a@example.org`. */
  readonly attendees: readonly string[];
  /** At a time, or so long after the start or end of each occurrence. */
  readonly trigger:
    | { readonly time: number }
    | { readonly after: number; readonly related: 'start' | 'end' };
  readonly repeat: number;
  readonly every: number;
  /** No ring at or before it counts: the alarm was dismissed (RFC 9074 §6.1). */
  readonly acknowledged: number;
}

/** The alarms by mail of an object, with all that says when they ring. */
export interface EmailAlarms {
  readonly times: Times;
  /** All components that take place, in the order of the text. */
  readonly components: readonly ComponentNode[];
  readonly alarms: readonly EmailAlarm[];
}

/** Bounds: alarms of one object, and repetitions of one. */
const LIMITS = { alarms: 50, repetitions: 20 } as const;

/** Whether a text may have such alarms, without reading it. */
export const mayHaveEmailAlarms = (text: string): boolean =>
  /^ACTION[^:\r\n]*:\s*EMAIL/im.test(text);

/**
 * The alarms by mail of a calendar object, without those that can never ring: of what was cancelled, completed,
 * or, by one of `addresses`, declined, those that wait for a place (RFC 9074 §8) and those that SOGo's page dismissed. `undefined` when there are none.
 * @param addresses of the owner, in small letters: `mailto:a@example.org`
 */
export const emailAlarmsIn = (
  text: string,
  clocks: Clocks,
  addresses: ReadonlySet<string>,
): EmailAlarms | undefined => {
  if (!mayHaveEmailAlarms(text)) return undefined;
  const reading = calendarTimes(text);
  if ('invalid' in reading) return undefined;
  const { times } = reading;
  if (times.component !== 'VEVENT' && times.component !== 'VTODO') return undefined;
  const components = componentTree(text)?.components.filter(isTimed) ?? [];
  const alarms = components.flatMap((component, index) =>
    isOff(component, addresses)
      ? []
      : component.components.flatMap((one) => alarmOf(one, index, component, times, clocks) ?? []),
  );
  return alarms.length === 0
    ? undefined
    : { times, components, alarms: alarms.slice(0, LIMITS.alarms) };
};

const valueOf = (lines: readonly ContentLine[], name: string): string | undefined =>
  lines.find((line) => line.name === name)?.value.trim();

const isOff = ({ properties }: ComponentNode, addresses: ReadonlySet<string>): boolean => {
  const status = valueOf(properties, 'STATUS')?.toUpperCase();
  if (status === 'CANCELLED' || status === 'COMPLETED') return true;
  if (properties.some(({ name }) => name === 'COMPLETED')) return true;
  return properties.some(
    ({ name, value, parameters }) =>
      name === 'ATTENDEE' &&
      addresses.has(value.trim().toLowerCase()) &&
      parameter(parameters, 'PARTSTAT')?.toUpperCase() === 'DECLINED',
  );
};

const alarmOf = (
  { name, properties }: ComponentNode,
  component: number,
  { properties: around }: ComponentNode,
  times: Times,
  clocks: Clocks,
): EmailAlarm | undefined => {
  const trigger = properties.find((line) => line.name === 'TRIGGER');
  if (name !== 'VALARM' || valueOf(properties, 'ACTION')?.toUpperCase() !== 'EMAIL')
    return undefined;
  if (trigger === undefined || valueOf(properties, 'PROXIMITY') !== undefined) return undefined;
  if (parameter(trigger.parameters, 'X-WEBSTATUS')?.toLowerCase() === 'triggered') return undefined;
  const when = triggerOf(trigger, times, clocks);
  if (when === undefined) return undefined;
  const { repeat, every } = repetitionsOf(properties);
  const said = [trigger.parameters, trigger.value, String(repeat), String(every)].join(' ');
  const moments = [
    valueOf(properties, 'ACKNOWLEDGED'),
    // Thunderbird's, for all alarms of the component.
    valueOf(around, 'X-MOZ-LASTACK'),
  ].map((text) => (text === undefined ? undefined : readTime(text)));
  return {
    component,
    identity: valueOf(properties, 'UID') ?? said,
    attendees: properties
      .filter((line) => line.name === 'ATTENDEE')
      .map(({ value }) => value.trim().toLowerCase()),
    trigger: when,
    ...{ repeat, every },
    acknowledged: Math.max(
      -Infinity,
      ...moments.flatMap((moment) => (moment?.form === 'utc' ? [moment.wall] : [])),
    ),
  };
};

const triggerOf = (
  { value, parameters }: ContentLine,
  times: Times,
  clocks: Clocks,
): EmailAlarm['trigger'] | undefined => {
  const time = readTime(value);
  if (time !== undefined) return { time: placingOf(times, clocks).momentOf({ ...time, zone: -1 }) };
  const offset = readDuration(value);
  if (offset === undefined) return undefined;
  const related = parameter(parameters, 'RELATED')?.toUpperCase() === 'END' ? 'end' : 'start';
  return { after: offset.days * DAY + offset.milliseconds, related };
};

/** REPEAT and DURATION (RFC 5545 §3.8.6.2). */
const repetitionsOf = (
  lines: readonly ContentLine[],
): { readonly repeat: number; readonly every: number } => {
  const duration = readDuration(valueOf(lines, 'DURATION') ?? '');
  const every = duration === undefined ? 0 : duration.days * DAY + duration.milliseconds;
  const times = valueOf(lines, 'REPEAT') ?? '';
  const repeat = /^\d{1,6}$/.test(times) ? Math.min(Number(times), LIMITS.repetitions) : 0;
  return every > 0 && repeat > 0 ? { repeat, every } : { repeat: 0, every: 0 };
};

/**
 * All rings after a moment, up to and with another, in their order. Where the budget ends first, `budget.exhausted` says so.
 */
export const ringsBetween = (
  { times, alarms }: EmailAlarms,
  clocks: Clocks,
  after: number,
  until: number,
  budget: Budget,
): readonly Ring[] => {
  const rings: Ring[] = [];
  const add = (alarm: EmailAlarm, first: number, occurrence: Occurrence | undefined): void => {
    for (let nth = 0; nth <= alarm.repeat; nth += 1) {
      const at = first + nth * alarm.every;
      if (at > after && at <= until && at > alarm.acknowledged)
        rings.push({ at, alarm, occurrence });
    }
  };
  const relative = alarms.filter(({ trigger }) => 'after' in trigger);
  if (relative.length > 0) {
    const offsets = relative.flatMap(({ trigger, repeat, every }) =>
      'after' in trigger ? [trigger.after, trigger.after + repeat * every] : [],
    );
    // Alarms of an occurrence ring before it, in it or after it.
    const from = after - Math.max(0, ...offsets) - 1;
    const to = until + Math.max(0, ...offsets.map((offset) => -offset)) + 1;
    for (const occurrence of occurrencesIn(times, clocks, from, to, budget).occurrences)
      for (const alarm of relative) {
        const { trigger, component } = alarm;
        if (component !== occurrence.component || !('after' in trigger)) continue;
        const base = trigger.related === 'end' ? occurrence.end : occurrence.start;
        if (Number.isFinite(base)) add(alarm, base + trigger.after, occurrence);
      }
  }
  for (const alarm of alarms)
    if ('time' in alarm.trigger)
      add(alarm, alarm.trigger.time, remindedOf(times, clocks, alarm, budget));
  return rings.toSorted((one, other) => one.at - other.at);
};

/** The first occurrence that is not over when an alarm rings that has a time of its own. */
const remindedOf = (
  times: Times,
  clocks: Clocks,
  { trigger, component }: EmailAlarm,
  budget: Budget,
): Occurrence | undefined => {
  const time = 'time' in trigger ? trigger.time : 0;
  const { occurrences } = occurrencesIn(times, clocks, time, time + FAR, budget);
  return occurrences.find((one) => one.component === component) ?? occurrences[0];
};

const FAR = 370 * DAY;
/** How far ahead the next ring is looked for, farther each time. */
const AHEAD = [32, 370, 1_500, 6_000].map((days) => days * DAY);

/**
 * When the first ring after a moment is; `undefined` when there is none within the next years. Where the budget ends first,
 * `budget.exhausted` says so.
 */
export const nextRing = (
  all: EmailAlarms,
  clocks: Clocks,
  after: number,
  budget: Budget = newBudget(),
): number | undefined => {
  const bounds = boundsOf(all.times, clocks.zones);
  const reach = Math.max(0, ...all.alarms.map(({ repeat, every }) => repeat * every));
  const [earliest, latest] = [Math.min, Math.max].map((extreme, side) =>
    extreme(
      ...all.alarms.map(({ trigger }) => {
        if ('time' in trigger) return trigger.time;
        const bound = side === 0 ? (bounds?.start ?? Infinity) : (bounds?.end ?? -Infinity);
        return bound + extreme(trigger.after, 0);
      }),
    ),
  ) as [number, number];
  // Nothing rings before.
  const begin = Math.max(after, earliest - 1);
  let from = begin;
  for (const ahead of AHEAD) {
    if (from > latest + reach) return undefined;
    const [first] = ringsBetween(all, clocks, from, begin + ahead, budget);
    if (first !== undefined || budget.exhausted) return first?.at;
    from = begin + ahead;
  }
  return undefined;
};
