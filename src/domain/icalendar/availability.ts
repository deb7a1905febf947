import { type ComponentNode, componentTree, writeComponent } from './component-tree.ts';
import type { ContentLine } from './content-lines.ts';
import { type Busy, type BusyType, busyTypes, clippedTo } from './free-busy.ts';
import { occurrencesIn } from './occurrences.ts';
import type { Clocks } from './placing.ts';
import type { Budget } from './recurrence/budget.ts';
import type { TimeRange } from './time-range.ts';
import { calendarTimes, type Times } from './times.ts';

/** Bounds on what somebody may say of when they can be met. */
const AVAILABILITY_LIMITS = { components: 100, characters: 60_000 } as const;

interface Interval {
  readonly start: number;
  readonly end: number;
}

/** One VAVAILABILITY, as times that can be placed. */
interface Part {
  /** The time it speaks of; absent: all time. */
  readonly span: { readonly times: Times; readonly isEndless: boolean } | undefined;
  readonly type: BusyType;
  /** 1 goes before 9; 0, which is none, comes last (RFC 7953 §3.1). */
  readonly rank: number;
  readonly available: readonly Times[];
}

/** Whether a text is an iCalendar object of VAVAILABILITY and VTIMEZONE alone, that can be followed (RFC 7953 §3.1). */
export const isAvailability = (text: string): boolean =>
  text.length <= AVAILABILITY_LIMITS.characters && partsOf(text) !== undefined;

/**
 * When somebody cannot be met in a range, by what they said themselves (RFC 7953 §4): of components that overlap
 * the one with the higher priority counts alone; of those with the same, each is away when one of them is. Nothing for a text that is no such object; where the budget ends first,
 * `budget.exhausted` says so.
 */
export const unavailableIn = (
  text: string,
  clocks: Clocks,
  range: TimeRange,
  budget: Budget,
): readonly Busy[] => {
  const said = (partsOf(text) ?? []).flatMap(({ span, type, rank, available }) => {
    const [place] = span === undefined ? [EVER] : intervals([span.times], clocks, ALWAYS, budget);
    if (place === undefined) return [];
    const whole = { start: place.start, end: span?.isEndless === true ? Infinity : place.end };
    const met = intervals(available, clocks, range, budget);
    return [{ whole, rank, away: without(whole, met).map((one) => ({ ...one, type })) }];
  });
  const ranks = [...new Set(said.map(({ rank }) => rank))].toSorted((one, other) => other - one);
  return ranks
    .reduce<readonly Busy[]>((weaker, rank) => {
      const stronger = said.filter((one) => one.rank === rank);
      const spans = stronger.map(({ whole }) => whole);
      const left = weaker.flatMap((busy) =>
        without(busy, spans).map((interval) => ({ ...interval, type: busy.type })),
      );
      return [...left, ...stronger.flatMap(({ away }) => away)];
    }, [])
    .flatMap(clippedTo(range));
};

const ALWAYS: TimeRange = { from: -Infinity, to: Infinity };
const EVER: Interval = { start: -Infinity, end: Infinity };

const intervals = (
  all: readonly Times[],
  clocks: Clocks,
  { from, to }: TimeRange,
  budget: Budget,
): readonly Interval[] =>
  all.flatMap((times) => occurrencesIn(times, clocks, from, to, budget).occurrences);

/** An interval, but for others. */
const without = (whole: Interval, others: readonly Interval[]): readonly Interval[] => {
  const left: Interval[] = [];
  let { start } = whole;
  for (const other of others.toSorted((one, another) => one.start - another.start)) {
    if (other.start > start) left.push({ start, end: Math.min(other.start, whole.end) });
    start = Math.max(start, other.end);
    if (start >= whole.end) break;
  }
  if (start < whole.end) left.push({ start, end: whole.end });
  return left.filter((one) => one.start < one.end);
};

const partsOf = (text: string): readonly Part[] | undefined => {
  const root = componentTree(text.trimEnd());
  if (root?.name !== 'VCALENDAR') return undefined;
  const zones = root.components.filter(({ name }) => name === 'VTIMEZONE');
  const said = root.components.filter(({ name }) => name === 'VAVAILABILITY');
  const inside = said.reduce((sum, { components }) => sum + components.length, said.length);
  if (said.length === 0 || said.length + zones.length < root.components.length) return undefined;
  if (inside > AVAILABILITY_LIMITS.components) return undefined;
  const parts = said.map((component) => partOf(component, zones));
  return parts.every((part) => part !== undefined) ? parts : undefined;
};

const partOf = (
  { properties, components }: ComponentNode,
  zones: readonly ComponentNode[],
): Part | undefined => {
  const has = (name: string): boolean => properties.some((line) => line.name === name);
  const text = (name: string): string =>
    (properties.find((line) => line.name === name)?.value ?? '').trim().toUpperCase();
  if (components.some(({ name }) => name !== 'AVAILABLE')) return undefined;
  const isBounded = has('DTSTART');
  const times = isBounded ? timesOf([properties.filter(isTime)], zones) : undefined;
  if (isBounded && times === undefined) return undefined;
  const byUid = new Map<string, (readonly ContentLine[])[]>();
  for (const one of components) {
    const uid = one.properties.find(({ name }) => name === 'UID')?.value ?? '';
    byUid.set(uid, [...(byUid.get(uid) ?? []), one.properties]);
  }
  const available = [...byUid.values()].map((same) => timesOf(same, zones));
  if (!available.every((one) => one !== undefined)) return undefined;
  const priority = /^[0-9]$/.test(text('PRIORITY')) ? Number(text('PRIORITY')) : 0;
  return {
    span: times && { times, isEndless: !has('DTEND') && !has('DURATION') },
    type: busyTypes.find((type) => type === text('BUSYTYPE')) ?? 'BUSY-UNAVAILABLE',
    rank: priority === 0 ? LAST : priority,
    available,
  };
};

const LAST = 10;

const isTime = ({ name }: ContentLine): boolean =>
  name === 'DTSTART' || name === 'DTEND' || name === 'DURATION';

/** The times of components with one UID, which are placed as those of events are. */
const timesOf = (
  components: readonly (readonly ContentLine[])[],
  zones: readonly ComponentNode[],
): Times | undefined => {
  if (components.some((lines) => !lines.some(({ name }) => name === 'DTSTART'))) return undefined;
  const events = components.map((properties) => ({ name: 'VEVENT', properties, components: [] }));
  const event = { name: 'VCALENDAR', properties: [], components: [...zones, ...events] };
  const reading = calendarTimes(writeComponent(event));
  return 'times' in reading ? reading.times : undefined;
};
