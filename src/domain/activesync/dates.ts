import { dayAt, DAY } from '../icalendar/civil.ts';
import { readTime, utcText } from '../icalendar/time-values.ts';

/** A date and time as a client wrote it. */
export interface WireDate {
  /** Milliseconds; of a local time as if it were UTC. */
  readonly moment: number;
  readonly isUtc: boolean;
}

const WIRE = /^(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?(Z)?)?$/i;

/** Reads a date in either of MS-ASDTYPE's forms (2.3, 2.7.2), with and without fraction; `undefined` for none. */
export const readDate = (text: string | undefined): WireDate | undefined => {
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone] =
    WIRE.exec(text?.trim() ?? '') ?? [];
  if (year === undefined || year === '0000') return undefined;
  const time = readTime(`${year}${month}${day}T${hour}${minute}${second}Z`);
  return time && { moment: time.wall, isUtc: zone !== undefined };
};

/** `20260105T090000Z`, as the class Calendar writes it. */
export const compactDate = utcText;

/** `2026-01-05T09:00:00.000Z`, as all other classes write it. */
export const longDate = (moment: number): string =>
  utcText(moment).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6.000Z');

/** Midnight nearest to a wall time. */
export const nearestMidnight = (wall: number): number => dayAt(wall + DAY / 2) * DAY;
