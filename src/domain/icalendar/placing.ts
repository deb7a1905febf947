import { DAY, dayAt } from './civil.ts';
import type { Moment } from './time-values.ts';
import type { Time, Times } from './times.ts';
import { momentOf, UTC, wallOf, type Zone } from './zones/zone.ts';
import type { Zones } from './zones/zones.ts';

/** Whose clocks an object's times are read by. */
export interface Clocks {
  readonly zones: Zones;
  /** For dates and for times without a zone: the calendar's, or the viewer's. */
  readonly floating: Zone;
}

/** Puts an object's times on the axis of UTC. */
export interface Placing {
  /** The clock that shows a time. One that floats beside a DTSTART that does not is of DTSTART's clock. */
  zoneOf(time: Time, beside?: Time): Zone;
  momentOf(time: Time, beside?: Time): number;
  /** Midnight of the day of a time, as the calendar shows it. */
  dayOf(time: Time): number;
  /** The moment up to which UNTIL lets instances pass. */
  untilOf(until: Moment, start: Time): number;
}

export const placingOf = ({ zones: definitions }: Times, { zones, floating }: Clocks): Placing => {
  const found: Zone[] = [];
  const zoneAt = (index: number): Zone => {
    const definition = definitions[index];
    if (definition === undefined) return floating;
    return (found[index] ??= zones.zoneOf(definition) ?? floating);
  };
  const zoneOf = (time: Time, beside?: Time): Zone => {
    if (time.form === 'utc') return UTC;
    if (time.zone >= 0) return zoneAt(time.zone);
    return beside === undefined || beside.form === 'date' || time.form === 'date'
      ? floating
      : zoneOf(beside);
  };
  return {
    zoneOf,
    momentOf: (time, beside) => momentOf(zoneOf(time, beside), time.wall),
    dayOf({ form, wall }) {
      // UTC at midnight is what writers make of a date that they take for a time.
      const local = form === 'utc' && wall % DAY !== 0 ? wallOf(floating, wall) : wall;
      return dayAt(local) * DAY;
    },
    untilOf({ form, wall }, start) {
      if (form === 'utc') return wall;
      return momentOf(zoneOf(start), form === 'date' ? wall + DAY - 1 : wall);
    },
  };
};
