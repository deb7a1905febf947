import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { Instant } from '../kernel/ids.ts';
import { type Addresses, addressesOf, type CalendarUserAddress } from './addresses.ts';
import type { PartChange } from './changes.ts';
import { composed, secondAfter, stampAt } from './composing.ts';
import { derivedInstance, excludedIn } from './instance-of.ts';
import { recurrenceIdOf } from './instance-keys.ts';
import { isMailed } from './mailed.ts';
import { newLine, type ObjectParts, sequenceOf, withLine, withSequence } from './object-parts.ts';
import { attendeeLine, partstatOf, withAttendees } from './people.ts';
import type { Prepared } from './preparing.ts';
import { shareable } from './privacy.ts';
import { type InstanceKey, SERIES, type Stamp } from './instance.ts';
import type { Outgoing, Weight } from './scheduling.ts';
import { type Standing, standings, type View, viewOf } from './views.ts';

export interface Telling {
  readonly before: ObjectParts | undefined;
  readonly after: Prepared | undefined;
  /** As the client sent it: SCHEDULE-FORCE-SEND is still in it. */
  readonly asSent: ObjectParts | undefined;
  readonly organizer: Addresses;
  readonly sender: CalendarUserAddress;
  readonly now: Instant;
  readonly last: Stamp | undefined;
  /** The object that people are told of. */
  readonly text: string;
}

/** Attendees who have to be told the same. */
interface Group {
  readonly people: CalendarUserAddress[];
  readonly was: Standing;
  readonly is: Standing;
}

const nowhere: Standing = { invited: [], informed: [], forced: false };

/** Messages to all attendees before or after a change: what is called off first, then what holds. */
export const telling = (all: Telling): readonly Outgoing[] => {
  const stories = groupsOf(all).map((group) => ({ group, story: storyOf(all, group) }));
  const mailed = isMailed(all.text, all.now);
  const cancelledAt = stampAt(all.now, all.last?.dtstamp);
  const cancels = stories.flatMap(({ group, story }) => {
    if (story.cancelled.size === 0) return [];
    return [cancellation(all, group, story, cancelledAt, mailed)];
  });
  const heldAt = cancels.length === 0 ? cancelledAt : secondAfter(cancelledAt);
  const requests = stories.flatMap(({ group, story }) => {
    const { people } = group;
    const asked = story.weight === undefined ? [] : [request(all, people, story, heldAt, mailed)];
    return [...asked, ...informing(all, group, story, heldAt, mailed)];
  });
  return [...cancels, ...requests];
};

interface Retelling extends Pick<Telling, 'organizer' | 'sender' | 'now' | 'last' | 'text'> {
  readonly object: ObjectParts;
}

/** To one attendee, all that he is invited to, as it is. */
export const retelling = (all: Retelling, person: CalendarUserAddress): readonly Outgoing[] => {
  const { object, organizer, now, last, text } = all;
  const invited = standings(object, organizer).get(person)?.invited ?? [];
  const view = viewOf(object, invited);
  if (view.parts.size === 0) return [];
  const story = { before: view, after: view, cancelled: view.parts, weight: 'content' } as const;
  const prepared = { ...all, after: { object, changes: new Map() } };
  const dtstamp = stampAt(now, last?.dtstamp);
  const mailed = isMailed(text, now);
  return [request(prepared, [person], { ...story, changed: headOf(view) }, dtstamp, mailed)];
};

const groupsOf = (all: Telling): readonly Group[] => {
  const was = standings(all.before, all.organizer);
  const is = standings(all.after?.object, all.organizer);
  const forced = standings(all.asSent, all.organizer);
  const groups = new Map<string, Group>();
  for (const person of new Set([...was.keys(), ...is.keys()])) {
    const [then, now] = [was.get(person) ?? nowhere, is.get(person) ?? nowhere];
    const isForced = forced.get(person)?.forced === true;
    const name = [then.invited, now.invited, then.informed, now.informed, [String(isForced)]]
      .map((keys) => keys.map((key) => `[${key}]`).join(''))
      .join('|');
    const group = groups.get(name) ?? {
      ...{ people: [], was: then, is: { ...now, forced: isForced } },
    };
    group.people.push(person);
    groups.set(name, group);
  }
  return [...groups.values()];
};

/** What some attendees have to be told. */
interface Story {
  readonly before: View;
  readonly after: View;
  /** Components that are called off for them. */
  readonly cancelled: ReadonlyMap<InstanceKey, ComponentNode>;
  /** `undefined`: nothing else to tell. */
  readonly weight: Weight | undefined;
  readonly changed: readonly InstanceKey[];
}

const storyOf = (all: Telling, { was, is }: Group): Story => {
  const before = viewOf(all.before, was.invited);
  const after = viewOf(all.after?.object, is.invited);
  const lost = lostIn(before, after);
  const cancelled = new Map(
    lost.flatMap((key) => {
      const node = cancelledPart(all, key);
      return node === undefined ? [] : [[key, node] as const];
    }),
  );
  if (after.parts.size === 0) return { before, after, cancelled, weight: undefined, changed: [] };
  if (before.parts.has(SERIES) !== after.parts.has(SERIES) || before.parts.size === 0)
    return { before, after, cancelled, weight: 'significant', changed: headOf(after) };
  const changes = changesFor(all, was, before, after);
  const weights = changes.map(([, weight]) => weight);
  const weight = heaviest(is.forced ? ['significant'] : weights);
  const changed = changes.map(([key]) => key);
  return {
    ...{ before, after, cancelled, weight },
    changed: changed.length === 0 ? headOf(after) : changed,
  };
};

const headOf = ({ parts }: View): readonly InstanceKey[] =>
  parts.has(SERIES) ? [SERIES] : [...parts.keys()];

/** What somebody was invited to, and no longer is. */
const lostIn = (before: View, after: View): readonly InstanceKey[] => {
  if (before.parts.has(SERIES) && !after.parts.has(SERIES)) return [SERIES];
  const gone = [...before.parts.keys()].filter(
    (key) => !after.parts.has(key) && (!after.parts.has(SERIES) || after.excluded.has(key)),
  );
  if (!before.parts.has(SERIES)) return gone;
  const excluded = [...after.excluded].filter(
    (key) => !before.excluded.has(key) && !before.parts.has(key),
  );
  return [...gone, ...excluded];
};

/** Of what they were invited to and still are: what changed, and how much. */
const changesFor = (
  { after: prepared }: Telling,
  was: Standing,
  before: View,
  after: View,
): readonly (readonly [InstanceKey, Weight])[] => {
  const found: [InstanceKey, Weight][] = [];
  const invited = new Set(was.invited);
  for (const key of after.parts.keys()) {
    const weight = prepared?.changes.get(key)?.weight;
    // Those who are no longer invited to an exception, which goes on for others.
    if (!before.parts.has(key) && !invited.has(SERIES)) found.push([key, 'significant']);
    else if (weight !== undefined) found.push([key, weight]);
  }
  const reverted =
    after.parts.has(SERIES) &&
    ([...before.parts.keys()].some((key) => !after.parts.has(key) && !after.excluded.has(key)) ||
      [...before.excluded].some((key) => !after.excluded.has(key) && !after.parts.has(key)));
  if (reverted && !found.some(([key]) => key === SERIES)) found.unshift([SERIES, 'significant']);
  return found;
};

const order: readonly Weight[] = ['significant', 'content', 'participation'];
const heaviest = (weights: readonly Weight[]): Weight | undefined =>
  order.find((weight) => weights.includes(weight));

/** A part that is called off, as it was. */
const cancelledPart = ({ before, after }: Telling, key: InstanceKey): ComponentNode | undefined => {
  if (before === undefined) return undefined;
  const part = before.parts.get(key) ?? derivedInstance(before, key);
  if (part === undefined || key === SERIES) return part;
  const excluding = after && exclusionOf(after.object, key);
  const line = excluding ?? recurrenceIdOf(part);
  return line === undefined ? part : withLine(part, { ...line, name: 'RECURRENCE-ID' });
};

/** The EXDATE that names an instance, as the client wrote it. */
const exclusionOf = ({ parts, clock }: ObjectParts, key: InstanceKey) => {
  const lines = parts.get(SERIES)?.properties.filter(({ name }) => name === 'EXDATE') ?? [];
  for (const line of lines)
    for (const value of line.value.split(',')) {
      const single = { ...line, value: value.trim() };
      if (clock.keyOf(single) === key) return single;
    }
  return undefined;
};

const cancellation = (
  all: Telling,
  { people, was, is }: Group,
  { cancelled }: Story,
  dtstamp: string,
  mailed: boolean,
): Outgoing => {
  const { before, after, sender, organizer } = all;
  if (before === undefined) throw new RangeError('nothing is called off that was not there');
  const theirs = new Set(people);
  const parts = new Map<InstanceKey, ComponentNode>();
  for (const [key, node] of cancelled) {
    // The whole is called off for everybody, or some people are no longer invited.
    const forAll = after === undefined || isGone(after.object, key);
    const shared = shareable(node);
    const told = forAll
      ? withLine(shared, newLine('STATUS', 'CANCELLED'))
      : withAttendees(shared, (line) =>
          addressesOf(line).some((one) => theirs.has(one)) ? line : undefined,
        );
    parts.set(key, withSequence(told, cancelledSequence(all, key, node)));
  }
  const message = composed({
    ...{ method: 'CANCEL', object: before, parts, sender, recipients: people, dtstamp },
  });
  const declined = (person: CalendarUserAddress): boolean =>
    was.invited.every((key) => {
      const node = before.parts.get(key);
      const line = node && attendeeLine(node, new Set([person]));
      return line === undefined || partstatOf(line) === 'DECLINED';
    });
  // Who becomes somebody that is only told of it is told of that, and not that it was called off.
  const tell = mailed && is.informed.length === 0 && organizer.size > 0;
  return {
    ...{ message, occasion: 'cancellation', weight: 'significant', informs: false },
    changed: [...parts.keys()],
    mailed: tell ? people.filter((person) => !declined(person)) : [],
  };
};

const isGone = (after: ObjectParts, key: InstanceKey): boolean =>
  key === SERIES
    ? !after.parts.has(SERIES)
    : excludedIn(after).has(key) || (!after.parts.has(SERIES) && !after.parts.has(key));

/** Beyond all that was said, when it is called off for everybody; else as it goes on for the others. */
const cancelledSequence = (
  { before, after, last }: Telling,
  key: InstanceKey,
  node: ComponentNode,
): number => {
  const now = after?.object.parts.get(key);
  const own = Math.max(sequenceOf(node), now === undefined ? 0 : sequenceOf(now));
  if (after !== undefined && !isGone(after.object, key)) return own;
  const known = [...(before?.parts.values() ?? []), ...(after?.object.parts.values() ?? [])];
  return Math.max(last?.sequence ?? 0, own, ...known.map(sequenceOf)) + 1;
};

const request = (
  { after, sender }: Pick<Telling, 'after' | 'sender'>,
  people: readonly CalendarUserAddress[],
  { before, after: view, weight = 'content', changed }: Story,
  dtstamp: string,
  mailed: boolean,
): Outgoing => {
  if (after === undefined) throw new RangeError('nobody is invited to what was deleted');
  const parts = new Map([...view.parts].map(([key, node]) => [key, shareable(node)]));
  const message = composed({
    ...{ method: 'REQUEST', object: after.object, parts, sender, recipients: people, dtstamp },
  });
  const isNew = before.parts.size === 0;
  return {
    ...{ message, occasion: isNew ? 'invitation' : 'update', weight, changed, informs: false },
    mailed: mailed && weight !== 'participation' ? people : [],
  };
};

/** To those who are only told of it. */
const informing = (
  all: Telling,
  { people, was, is }: Group,
  story: Story,
  dtstamp: string,
  mailed: boolean,
): readonly Outgoing[] => {
  const { before, after, sender } = all;
  const then = viewOf(before, was.informed);
  const now = viewOf(after?.object, is.informed);
  const toldOf = now.parts.size > 0 ? now : story.after.parts.size > 0 ? undefined : then;
  const object = now.parts.size > 0 ? after?.object : before;
  if (toldOf === undefined || toldOf.parts.size === 0 || object === undefined) return [];
  const known = then.parts.size > 0 || story.before.parts.size > 0;
  const off = now.parts.size === 0;
  const changes: readonly (PartChange | undefined)[] = [...now.parts.keys()].map((key) =>
    after?.changes.get(key),
  );
  const heavy = changes.some((change) => change?.weight === 'significant');
  if (known && !off && !heavy && was.informed.length > 0) return [];
  const parts = new Map([...toldOf.parts].map(([key, node]) => [key, shareable(node)]));
  const method = off ? 'CANCEL' : 'REQUEST';
  const message = composed({ method, object, parts, sender, recipients: people, dtstamp });
  return [
    {
      ...{ message, weight: 'significant', informs: true },
      occasion: off ? 'cancellation' : known ? 'update' : 'invitation',
      changed: headOf(toldOf),
      mailed: mailed ? people : [],
    },
  ];
};
