import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { ContentLine } from '../icalendar/content-lines.ts';
import { type Addresses, addressesOf, type CalendarUserAddress } from './addresses.ts';
import { withDelegation } from './delegating.ts';
import type { Mark, Marks } from './heard.ts';
import { derivedInstance, excludedIn } from './instance-of.ts';
import type { SchedulingMessage } from './message.ts';
import { lineOf, type ObjectParts, sequenceOf, valueOf } from './object-parts.ts';
import { attendeeLine, parameterValues, withAttendees, withParameters } from './people.ts';
import { type InstanceKey, SERIES, type Stamp } from './instance.ts';

export interface Reply {
  readonly message: SchedulingMessage;
  readonly sent: ObjectParts;
  /** The organizer's object. */
  readonly existing: ObjectParts;
  /** What was heard of the one who answers. */
  readonly marks: Marks;
  /** All by which he goes. */
  readonly sender: Addresses;
  /** Whether somebody who was not invited is taken in. */
  readonly crashing: boolean;
}

export interface Replied {
  readonly parts: ReadonlyMap<InstanceKey, ComponentNode>;
  readonly marks: readonly Mark[];
  /** Whether any of it was of somebody who is invited, and to what still holds. */
  readonly taken: boolean;
  readonly outdated: boolean;
}

/** The organizer's object with an attendee's answers, to each instance that he answered. */
export const replied = (reply: Reply): Replied => {
  const { sent, existing, marks, message } = reply;
  const parts = new Map(existing.parts);
  const heard: Mark[] = [];
  let [taken, outdated] = [false, false];
  for (const [key, answer] of sent.parts) {
    const line = attendeeLine(answer, reply.sender);
    if (line === undefined) continue;
    const stamp = stampIn(message, answer, targetOf(parts, existing, key));
    const known = marks.of(key);
    const isOld = known !== undefined && !isAfter(stamp, known);
    const target = isOld ? undefined : targetOf(parts, existing, key);
    if (target === undefined || stamp.sequence < sequenceOf(target)) {
      outdated = true;
      continue;
    }
    const answered = withAnswer(target, line, answer, reply);
    if (answered !== undefined) parts.set(key, answered);
    // Who was left single instances may have answered the series before he heard of it.
    const others = key === SERIES && answerExceptions(parts, line, answer, stamp, reply);
    if (answered === undefined && !others) continue;
    taken = true;
    heard.push({ ...{ sender: message.sender, instance: key, cancelled: false }, ...stamp });
  }
  return { parts, marks: heard, taken, outdated };
};

/** What an answer is to; an exception is made where the series has none. `undefined`: there is nothing (any more). */
const targetOf = (
  parts: ReadonlyMap<InstanceKey, ComponentNode>,
  existing: ObjectParts,
  key: InstanceKey,
): ComponentNode | undefined => {
  const part = parts.get(key);
  if (part !== undefined) return part;
  const object = { ...existing, parts };
  return excludedIn(object).has(key) ? undefined : derivedInstance(object, key);
};

/** Who answers without SEQUENCE answers what there is. */
const stampIn = (
  { stamp }: SchedulingMessage,
  answer: ComponentNode,
  target: ComponentNode | undefined,
): Stamp => ({
  sequence:
    valueOf(answer, 'SEQUENCE') === undefined && target !== undefined
      ? sequenceOf(target)
      : sequenceOf(answer),
  dtstamp: stamp.dtstamp,
});

const isAfter = (stamp: Stamp, known: Stamp): boolean =>
  stamp.sequence > known.sequence ||
  (stamp.sequence === known.sequence && stamp.dtstamp > known.dtstamp);

/** An answer to the series is also one to its exceptions (whether there were any), but those that he answered by themselves or that were changed since. */
const answerExceptions = (
  parts: Map<InstanceKey, ComponentNode>,
  line: ContentLine,
  answer: ComponentNode,
  stamp: Stamp,
  reply: Reply,
): boolean => {
  let any = false;
  for (const [key, node] of parts) {
    if (key === SERIES || reply.sent.parts.has(key) || reply.marks.of(key) !== undefined) continue;
    if (sequenceOf(node) > stamp.sequence || attendeeLine(node, reply.sender) === undefined)
      continue;
    const answered = withAnswer(node, line, answer, reply);
    if (answered === undefined) continue;
    parts.set(key, answered);
    any = true;
  }
  return any;
};

/** `undefined` when he is not invited to it. */
const withAnswer = (
  node: ComponentNode,
  line: ContentLine,
  answer: ComponentNode,
  { sender, crashing, message }: Reply,
): ComponentNode | undefined => {
  const mine = attendeeLine(node, sender);
  if (mine === undefined) {
    if (!crashing) return undefined;
    return { ...node, properties: [...node.properties, answeredLine(bare(line), line, answer)] };
  }
  const answered = withAttendees(node, (one) =>
    one === mine ? answeredLine(mine, line, answer) : one,
  );
  return withDelegation(answered, mine, line, answer, message.sender);
};

const answeredLine = (mine: ContentLine, line: ContentLine, answer: ComponentNode): ContentLine =>
  withParameters(mine, {
    PARTSTAT: parameterValues(line, 'PARTSTAT') ?? 'NEEDS-ACTION',
    RSVP: undefined,
    'DELEGATED-TO': parameterValues(line, 'DELEGATED-TO'),
    'SENT-BY': parameterValues(line, 'SENT-BY'),
    'SCHEDULE-STATUS': statusOf(answer),
  });

/** RFC 6638 §3.2.5: what the answer says of how the request arrived. */
const statusOf = (answer: ComponentNode): string =>
  /^\d(?:\.\d+){1,2}/.exec(lineOf(answer, 'REQUEST-STATUS')?.value.trim() ?? '')?.[0] ?? '2.0';

/** Of somebody new: no more than who he is. */
const bare = (line: ContentLine): ContentLine =>
  withParameters({ ...line, parameters: '' }, { CN: parameterValues(line, 'CN') });

/** Who handed it to the one who answers, as he says. */
export const delegatorsOf = (reply: Reply): readonly CalendarUserAddress[] =>
  [...reply.sent.parts.values()].flatMap((node) => {
    const line = attendeeLine(node, reply.sender);
    const from = line && parameterValues(line, 'DELEGATED-FROM');
    return (from ?? []).flatMap((value) =>
      addressesOf({ group: '', name: 'ATTENDEE', parameters: '', value }),
    );
  });
