import {
  answeredType,
  type Busy,
  busyTimes,
  clippedTo,
  type Whose,
} from '../../domain/icalendar/free-busy.ts';
import {
  type Allowance,
  isSpent,
  newBudget,
  paidBy,
} from '../../domain/icalendar/recurrence/budget.ts';
import type { TimeRange } from '../../domain/icalendar/time-range.ts';
import type { Zone } from '../../domain/icalendar/zones/zone.ts';
import { knownZones } from '../../domain/icalendar/zones/zones.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { BlobStore } from '../../domain/kernel/ports.ts';
import type {
  CollectionRow,
  CollectionRows,
  MemberContent,
  Taken,
  TakingMember,
} from '../../projections/collection/rows.ts';
import { withContents } from '../dav/objects/contents.ts';
import { objectText } from '../dav/objects/data.ts';
import { inPieces } from '../dav/reports/in-pieces.ts';

/** Times before they are coalesced, and instances that are looked at, of one person or in one answer. */
const LIMITS = { instances: 200_000, times: 50_000 } as const;

/** There is more to tell, or to work out, than one answer does. */
export class TooMuchBusyTime extends Error {
  override readonly name = 'TooMuchBusyTime';
}

/** Calendars whose times are wanted, and how far the work has come. */
export interface Counting {
  readonly calendars: readonly { readonly stream: StreamId; readonly floating: Zone }[];
  readonly range: TimeRange;
  /** Whose answers count. */
  readonly whose: Whose | undefined;
  /** As whoever asks sees them. */
  readonly rows: CollectionRows;
  readonly blobs: BlobStore;
  /** What of them was read already, with others. */
  readonly takings: ReadonlyMap<StreamId, Taken> | undefined;
  readonly allowance: Allowance;
}

interface CalendarTimes {
  /** Each event's own. */
  readonly times: readonly Busy[];
  /** How many of the calendars there are, to whoever asks. */
  readonly visible: number;
}

/**
 * The time that the objects of some calendars take in a range.
 * @throws TooMuchBusyTime, ContentMissing
 */
export const timesIn = async (counting: Counting): Promise<CalendarTimes> => {
  const { calendars, rows, takings } = counting;
  const times: Busy[] = [];
  const tally: Tally = { left: LIMITS.instances };
  const unread = calendars.map(({ stream }) => stream).filter((one) => !takings?.has(one));
  const others: ReadonlyMap<StreamId, CollectionRow> =
    unread.length === 0 ? new Map() : await rows.collections(unread);
  let visible = 0;
  for (const calendar of calendars) {
    const { stream, floating } = calendar;
    const taken = takings?.get(stream);
    const row = taken?.collection ?? others.get(stream);
    if (row?.status !== 'live') continue;
    visible += 1;
    const more =
      taken?.members === undefined
        ? await timesOfCandidates(counting, calendar, tally)
        : await timesOfMembers(counting, taken.members, floating, tally);
    for (const time of more) times.push(time);
    if (times.length > LIMITS.times) throw new TooMuchBusyTime();
  }
  return { times, visible };
};

interface Tally {
  /** Instances. */
  left: number;
}

const timesOfMembers = async (
  counting: Counting,
  members: readonly TakingMember[],
  floating: Zone,
  tally: Tally,
): Promise<readonly Busy[]> => {
  const clip = clippedTo(counting.range);
  const known = members.flatMap((member) => {
    if (!('time' in member)) return [];
    const { time, invitation } = member;
    const { whose } = counting;
    const type = invitation && whose ? answeredType(time.type, invitation, whose) : time.type;
    return type === undefined ? [] : clip({ ...time, type });
  });
  const unread = members.filter(
    (member): member is TakingMember & MemberContent => 'content' in member,
  );
  const read: Busy[] = [];
  for (const member of unread) {
    const { content } = member;
    if (content.kind === 'blob') continue;
    for (const time of timesOfText(counting, objectText(content), floating, tally)) read.push(time);
  }
  const blobs = unread.filter(({ content }) => content.kind === 'blob');
  if (blobs.length > 0)
    for await (const piece of withContents(counting.blobs, [blobs]))
      for (const [, held] of piece)
        read.push(...timesOfText(counting, objectText(held), floating, tally));
  return [...known, ...read];
};

/** A calendar that is too large to be read with others, or that its rows are behind of: page by page. */
const timesOfCandidates = async (
  counting: Counting,
  { stream, floating }: Counting['calendars'][number],
  tally: Tally,
): Promise<readonly Busy[]> => {
  const { rows, blobs, range } = counting;
  const snapshot = await rows.candidates(stream, {
    components: ['VEVENT', 'VFREEBUSY'],
    ...range,
  });
  if (snapshot?.collection.status !== 'live') return [];
  const times: Busy[] = [];
  for await (const piece of inPieces(withContents(blobs, snapshot.members)))
    for (const [, held] of piece) {
      times.push(...timesOfText(counting, objectText(held), floating, tally));
      if (times.length > LIMITS.times) throw new TooMuchBusyTime();
    }
  return times;
};

const timesOfText = (
  { range, whose, allowance }: Counting,
  text: string,
  floating: Zone,
  tally: Tally,
): readonly Busy[] => {
  const budget = newBudget(Math.min(tally.left, newBudget().instances));
  const clocks = { zones: knownZones, floating };
  const times = paidBy(allowance, budget, () => busyTimes(text, clocks, range, budget, whose));
  tally.left -= times.length;
  if (budget.exhausted || isSpent(allowance)) throw new TooMuchBusyTime();
  return times;
};
