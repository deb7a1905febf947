import { setImmediate } from 'node:timers/promises';
import { firstFull } from '../../domain/icalendar/bookings.ts';
import { boundsOf } from '../../domain/icalendar/bounds.ts';
import type { Period } from '../../domain/icalendar/busy-periods.ts';
import { type Busy, busyTimes, type Whose } from '../../domain/icalendar/free-busy.ts';
import {
  isSpent,
  newAllowance,
  newBudget,
  paidBy,
} from '../../domain/icalendar/recurrence/budget.ts';
import type { TimeRange } from '../../domain/icalendar/time-range.ts';
import { calendarTimes } from '../../domain/icalendar/times.ts';
import { UTC } from '../../domain/icalendar/zones/zone.ts';
import { knownZones } from '../../domain/icalendar/zones/zones.ts';
import type { Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { Instant, Uid } from '../../domain/kernel/ids.ts';
import type { BlobStore } from '../../domain/kernel/ports.ts';
import type { Addresses } from '../../domain/scheduling/addresses.ts';
import {
  type Answers,
  answeringAll,
  answersIn,
  withAnswers,
} from '../../domain/scheduling/own-answers.ts';
import type { CollectionRows } from '../../projections/collection/rows.ts';
import { withContents } from '../dav/objects/contents.ts';
import { objectText } from '../dav/objects/data.ts';

/** How far ahead a series is looked at: later instances are booked without that. */
const HORIZON = 2 * 366 * 86_400_000;
/** Times of bookings that are compared; a resource with more takes none. */
const TIMES = 100_000;
/** How long one comparison works before it lets others go on, in ms. */
const WORK_MS = 20;

/** A resource that is to be booked, and for what. */
export interface Wanted {
  /** Its calendars, the one that bookings go into first. */
  readonly calendars: readonly StreamId[];
  readonly addresses: Addresses;
  /** As `DirectoryEntry.bookings`. */
  readonly bookings: number;
  readonly uid: Uid;
  readonly text: string;
  readonly now: Instant;
}

/** What a resource answers, and up to where it knew its calendar when it did. */
export interface Booked {
  readonly answers: Answers;
  /** When it is taken, where it declines something. */
  readonly taken: Period | undefined;
  /** Of the first of its calendars; absent where that does not matter, because it takes everything. */
  readonly asOf: Revision | undefined;
}

interface BookingsParts {
  readonly collections: Pick<CollectionRows, 'candidates'>;
  readonly blobs: BlobStore;
}

interface Found {
  readonly taken: readonly Busy[];
  readonly asOf: Revision | undefined;
}

/** More bookings than are compared. */
class TooManyBookings extends Error {}

/** What resources answer whom they are asked by (MultipleBookings). */
export const bookingsOver = ({ collections, blobs }: BookingsParts) => {
  const takenIn = async (wanted: Wanted, range: TimeRange): Promise<Found> => {
    const taken: Busy[] = [];
    const allowance = newAllowance();
    const whose = whoseAre(wanted);
    let asOf: Revision | undefined;
    let began = performance.now();
    for (const stream of wanted.calendars) {
      const snapshot = await collections.candidates(stream, { components: ['VEVENT'], ...range });
      if (snapshot === undefined) continue;
      if (stream === wanted.calendars[0]) asOf = snapshot.collection.applied;
      for await (const page of withContents(blobs, snapshot.members))
        for (const [member, held] of page) {
          if (member.uid === wanted.uid) continue;
          const budget = newBudget();
          taken.push(
            ...paidBy(allowance, budget, () =>
              busyTimes(objectText(held), clocks, range, budget, whose),
            ),
          );
          if (budget.exhausted || isSpent(allowance) || taken.length > TIMES)
            throw new TooManyBookings();
          if (performance.now() - began < WORK_MS) continue;
          await setImmediate();
          began = performance.now();
        }
    }
    return { taken, asOf };
  };

  /**
   * Whether a resource takes what it is invited to: everything, or else as many of the object's parts as it can. A series
   * is looked at two years ahead; what needs more work than a booking is worth is declined.
   */
  return async (wanted: Wanted): Promise<Booked> => {
    const { text, addresses, bookings } = wanted;
    const all = answeringAll(text, addresses, 'ACCEPTED');
    const range = bookings > 0 ? rangeOf(wanted) : undefined;
    if (range === undefined) return { answers: all, taken: undefined, asOf: undefined };
    const declined = answeringAll(text, addresses, 'DECLINED');
    try {
      const { taken, asOf } = await takenIn(wanted, range);
      const fullFor = (answers: Answers): Period | undefined =>
        firstFull(timesWith(wanted, answers, range), taken, bookings);
      const full = fullFor(all);
      if (full === undefined) return { answers: all, taken: undefined, asOf };
      const answers = new Map(
        [...all.keys()].map((key) => {
          const alone = new Map([...declined, [key, 'ACCEPTED']]);
          const isFree = all.size > 1 && fullFor(alone) === undefined;
          return [key, isFree ? 'ACCEPTED' : 'DECLINED'] as const;
        }),
      );
      return { answers, taken: full, asOf };
    } catch (error) {
      if (!(error instanceof TooManyBookings)) throw error;
      return { answers: declined, taken: { start: range.from, end: range.to }, asOf: undefined };
    }
  };
};

export type Bookings = ReturnType<typeof bookingsOver>;

const clocks = { zones: knownZones, floating: UTC };

const whoseAre = ({ addresses }: Wanted): Whose => ({ addresses, tentativeIsFree: false });

/** When the object takes place with some answers of the resource. */
const timesWith = (wanted: Wanted, answers: Answers, range: TimeRange): readonly Busy[] => {
  const text = withAnswers(wanted.text, wanted.addresses, answers);
  const budget = newBudget();
  const times = busyTimes(text, clocks, range, budget, whoseAre(wanted));
  if (budget.exhausted) throw new TooManyBookings();
  return times;
};

/** What of the object's time is looked at: `undefined` for what takes none. */
const rangeOf = ({ text, addresses, now }: Wanted): TimeRange | undefined => {
  const reading = calendarTimes(text);
  const bounds = 'invalid' in reading ? undefined : boundsOf(reading.times, knownZones);
  if (bounds === undefined || answersIn(text, addresses).size === 0) return undefined;
  const today = Date.parse(now);
  const { start, end } = bounds;
  const from = end < today ? start : Math.max(start, today);
  return { from, to: Math.min(end, from + HORIZON) };
};
