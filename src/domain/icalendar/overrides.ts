import { type Placed, placed } from './extent.ts';
import { instanceOf, type Series } from './instances.ts';
import type { Placing } from './placing.ts';
import type { Times } from './times.ts';
import { wallOf } from './zones/zone.ts';

/** A component that takes the place of an instance, or of it and all later ones (RFC 5545 §3.8.4.4). */
export interface Override {
  /** Which of `Times.components` it is. */
  readonly index: number;
  readonly part: Placed;
  /** Moment of the instance that it names. */
  readonly moment: number;
  readonly thisAndFuture: boolean;
  /** How much later than its instance it starts, on the clock of DTSTART. */
  readonly shift: number;
}

/** @param series what they override, when the object has it. */
export const overridesOf = (
  { component: type, components }: Times,
  series: Series | undefined,
  placing: Placing,
): readonly Override[] => {
  const overrides: Override[] = [];
  components.forEach((component, index) => {
    const { recurrenceId, thisAndFuture } = component;
    if (recurrenceId === undefined) return;
    const part = placed(type, component, placing);
    if (series === undefined) {
      const moment = placing.momentOf(recurrenceId);
      overrides.push({ index, part, moment, thisAndFuture: false, shift: 0 });
      return;
    }
    const instance = instanceOf({ start: recurrenceId }, series);
    const { anchor } = part;
    const zone = placing.zoneOf(series.anchor);
    const shift = anchor === undefined ? 0 : wallOf(zone, placing.momentOf(anchor)) - instance.wall;
    overrides.push({ index, part, moment: instance.moment, thisAndFuture, shift });
  });
  return overrides;
};

/** Those that also stand for later instances, by moment. */
export const lasting = (overrides: readonly Override[]): readonly Override[] =>
  overrides
    .filter(({ thisAndFuture }) => thisAndFuture)
    .sort((one, other) => one.moment - other.moment);

/** The last of some, by moment, that begins at or before a moment. */
export const inForce = (overrides: readonly Override[], moment: number): Override | undefined => {
  let [low, high] = [0, overrides.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((overrides[middle]?.moment ?? Infinity) > moment) high = middle;
    else low = middle + 1;
  }
  return overrides[low - 1];
};
