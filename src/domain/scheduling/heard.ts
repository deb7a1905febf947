import { compareStamps } from './composing.ts';
import type { CalendarUserAddress } from './addresses.ts';
import { type ObjectParts, sequenceOf } from './object-parts.ts';
import { type InstanceKey, SERIES, type Stamp } from './instance.ts';

/** What was last heard of a sender about an instance; plain data. */
export interface Mark extends Stamp {
  readonly sender: CalendarUserAddress;
  readonly instance: InstanceKey;
  /** It was called off. */
  readonly cancelled: boolean;
}

/** An answer of a delegate whose delegator has not been heard of yet. */
export interface HeldAnswer {
  /** The REPLY, as `writeMessage` writes it. */
  readonly message: string;
  readonly sender: CalendarUserAddress;
}

/** What a recipient has heard about one UID: to be kept beside the object, and after it is gone. Plain data, bounded. */
export interface Heard {
  readonly marks: readonly Mark[];
  readonly held: readonly HeldAnswer[];
}

export const nothingHeard: Heard = { marks: [], held: [] };

/** Of one UID; the oldest are forgotten first. */
export const HEARD_LIMITS = { marks: 20_000, held: 50 } as const;

/** What was heard of one sender. */
export interface Marks {
  of(instance: InstanceKey): Mark | undefined;
  /** Whether something about an instance is newer than all that was heard about it. */
  isNews(instance: InstanceKey, stamp: Stamp): boolean;
  /** Whether an instance was spoken of later than a moment (DTSTAMP): what is said of the series does not undo that. */
  isLater(instance: InstanceKey, dtstamp: string): boolean;
  /** Of single instances. */
  readonly instances: readonly Mark[];
}

/** @param existing says what was heard of the organizer where nothing was kept: SEQUENCE, but not when. */
export const marksOf = (
  { marks }: Heard,
  sender: CalendarUserAddress,
  existing?: ObjectParts,
): Marks => {
  const known = new Map(
    marks.filter((one) => one.sender === sender).map((one) => [one.instance, one]),
  );
  if (known.size === 0)
    for (const [instance, node] of existing?.parts ?? [])
      known.set(instance, {
        ...{ sender, instance, cancelled: false },
        ...{ sequence: sequenceOf(node), dtstamp: '' },
      });
  return {
    of: (instance) => known.get(instance),
    isNews(instance, stamp) {
      const mark = known.get(instance);
      if (mark !== undefined && compareStamps(stamp, mark) <= 0) return false;
      // SEQUENCE counts for each component by itself; of series and instance, the one spoken of later counts.
      const series = instance === SERIES ? undefined : known.get(SERIES);
      return series === undefined || stamp.dtstamp > series.dtstamp;
    },
    isLater: (instance, dtstamp) => (known.get(instance)?.dtstamp ?? '') > dtstamp,
    instances: [...known.values()].filter(({ instance }) => instance !== SERIES),
  };
};

/** What was heard, with more of one sender; in one order, whatever was heard first. */
export const withMarks = (heard: Heard, added: readonly Mark[]): Heard => {
  if (added.length === 0) return heard;
  const all = new Map(heard.marks.map((mark) => [nameOf(mark), mark]));
  for (const mark of added) {
    const known = all.get(nameOf(mark));
    if (known === undefined || compareStamps(mark, known) > 0) all.set(nameOf(mark), mark);
  }
  const marks = [...all.values()].toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  return { ...heard, marks: marks.length > HEARD_LIMITS.marks ? latest(marks) : marks };
};

/**
 * What was heard, after a sender spoke of the series: what he had said of instances before that no longer counts, and
 * `added` is what he says of them now.
 */
export const withSeriesMark = (
  heard: Heard,
  sender: CalendarUserAddress,
  dtstamp: string,
  added: readonly Mark[],
): Heard => {
  const marks = heard.marks.filter(
    (one) => one.sender !== sender || one.instance === SERIES || one.dtstamp > dtstamp,
  );
  return withMarks(marks.length === heard.marks.length ? heard : { ...heard, marks }, added);
};

const latest = (marks: readonly Mark[]): readonly Mark[] => {
  const least = marks.map(({ dtstamp }) => dtstamp).toSorted()[marks.length - HEARD_LIMITS.marks];
  return marks.filter(({ dtstamp }) => dtstamp > (least ?? '')).slice(0, HEARD_LIMITS.marks);
};

const nameOf = ({ sender, instance }: Mark): string => `${sender}\n${instance}`;
