import { busyIn } from './busy-periods.ts';
import { type ComponentNode, componentTree, isTimed, writeComponent } from './component-tree.ts';
import { expansionOf } from './expansion.ts';
import { limitedTo } from './limiting.ts';
import { partOf, type WantedComponent } from './parts.ts';
import type { Clocks } from './placing.ts';
import { type Allowance, newAllowance } from './recurrence/budget.ts';
import type { TimeRange } from './time-range.ts';
import { calendarTimes } from './times.ts';

/** What of a calendar object is wanted (RFC 4791 §9.6). */
export interface Excerpt {
  /** `undefined`: all of its components and properties. */
  readonly parts: readonly WantedComponent[] | undefined;
  readonly recurrence: { readonly as: 'expand' | 'limit'; readonly range: TimeRange } | undefined;
  readonly freeBusy: TimeRange | undefined;
}

/** How much may still be made of recurring objects; used up object by object. */
export interface Room extends Allowance {
  instances: number;
  characters: number;
}

/** What one request may be given. */
export const newRoom = (steps?: number): Room => ({
  ...newAllowance(steps),
  instances: 40_000,
  characters: 64 * 1024 * 1024,
});

/** Instances that are made of one object: all that is done without letting others go on. */
const INSTANCES = 4_000;

/**
 * A calendar object as it was asked for; verbatim when all of it is wanted, or nobody can read it.
 * `too much` when expanding it takes more than there is room for.
 */
export const excerptOf = (
  text: string,
  excerpt: Excerpt,
  clocks: Clocks | undefined,
  room: Room,
): string | 'too much' => {
  const { parts, recurrence, freeBusy } = excerpt;
  if (parts === undefined && recurrence === undefined && freeBusy === undefined) return text;
  const stored = componentTree(text);
  if (stored === undefined) return text;
  const recurring =
    recurrence === undefined || clocks === undefined
      ? stored
      : recurred(stored, text, recurrence, clocks, room);
  if (recurring === 'too much') return 'too much';
  const limited = freeBusy === undefined ? recurring : withBusyIn(recurring, freeBusy);
  const wanted = parts === undefined ? limited : partOf(limited, parts);
  return wanted === undefined ? '' : writeComponent(wanted);
};

const recurred = (
  calendar: ComponentNode,
  text: string,
  { as, range }: NonNullable<Excerpt['recurrence']>,
  clocks: Clocks,
  room: Room,
): ComponentNode | 'too much' => {
  const reading = calendarTimes(text);
  if ('invalid' in reading) return calendar;
  if (as === 'limit') return limitedTo(calendar, reading.times, clocks, range);
  const size = Math.max(...calendar.components.filter(isTimed).map(lengthOf), 1);
  const most = Math.min(INSTANCES, room.instances, Math.floor(room.characters / size));
  const expansion = expansionOf(calendar, reading.times, clocks, range, most, room);
  if (expansion === undefined) return 'too much';
  const made = expansion.components.length;
  room.instances -= made;
  room.characters -= made * size;
  return expansion;
};

/** Characters of a component, about. */
const lengthOf = ({ properties, components }: ComponentNode): number =>
  properties.reduce((sum, line) => sum + line.parameters.length + line.value.length + 20, 0) +
  components.reduce((sum, inner) => sum + lengthOf(inner), 0);

const withBusyIn = (calendar: ComponentNode, range: TimeRange): ComponentNode => ({
  ...calendar,
  components: calendar.components.map((component) =>
    isTimed(component)
      ? {
          ...component,
          properties: component.properties.flatMap((line) =>
            line.name === 'FREEBUSY' ? (busyIn(line, range) ?? []) : [line],
          ),
        }
      : component,
  ),
});
