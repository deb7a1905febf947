import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { Instant } from '../kernel/ids.ts';
import { type Addresses, addressesOf, type CalendarUserAddress, isOf } from './addresses.ts';
import { type GivenAnswer, answersIn, declinesIn } from './answers.ts';
import { attendeePart, forbiddenIn } from './attendee-copy.ts';
import { composed, stampAt } from './composing.ts';
import { newDelegates } from './delegating.ts';
import { derivedInstance } from './instance-of.ts';
import { isMailed } from './mailed.ts';
import type { Method } from './message.ts';
import { newLine, type ObjectParts, objectParts, writeParts } from './object-parts.ts';
import { organizersDiffer } from './organizing.ts';
import {
  agentOf,
  attendeeLine,
  attendeeLines,
  organizerLine,
  withAttendees,
  withParameters,
} from './people.ts';
import { shareable } from './privacy.ts';
import { dtstampOf } from './reading.ts';
import { type InstanceKey, SERIES } from './instance.ts';
import type { NotAllowed, Outgoing } from './scheduling.ts';

export interface AttendeeChange {
  readonly before: string | undefined;
  /** As a client sent it; `undefined`: deleted. */
  readonly after: string | undefined;
  readonly attendee: Addresses;
  readonly now: Instant;
  /** DTSTAMP of the last answer about this UID, so that the next is later; absent: none is known of. */
  readonly last?: string | undefined;
  /** Schedule-Reply: F (RFC 6638 §8.1): who deletes says nothing. */
  readonly silent?: boolean;
  /** What no attendee may change (RFC 6638 §3.2.2.1) stays with him, and is not refused. */
  readonly lenient?: boolean;
}

export type Answered =
  | {
      readonly kind: 'answered';
      /** REPLY to the organizer; to somebody he delegated to, the organizer's words as REQUEST. */
      readonly messages: readonly Outgoing[];
      /** `after` itself where nothing had to be changed. */
      readonly stored: string | undefined;
      /** For `last` next time. */
      readonly last: string | undefined;
    }
  | NotAllowed;

/** What an attendee's change tells the organizer (RFC 6638 §3.2.2), and what is stored. */
export const answer = (change: AttendeeChange): Answered => {
  const { attendee } = change;
  const before = change.before === undefined ? undefined : objectParts(change.before);
  const after = change.after === undefined ? undefined : objectParts(change.after);
  if (after === undefined || change.after === undefined) {
    const declines =
      before === undefined || change.silent === true ? [] : declinesIn(before, attendee);
    return answered(change, told(change, before, declines), change.after);
  }
  const refusal =
    organizersDiffer(after) ??
    (before === undefined || change.lenient === true
      ? undefined
      : forbiddenIn(before, after, attendee));
  if (refusal !== undefined) return refusal;
  const parts = new Map(
    [...after.parts].map(([key, node]) => [key, attendeePart(before, key, node, attendee)]),
  );
  const kept = { ...after, parts };
  const answers = answersIn(before, after, attendee).map((one) => ({
    ...one,
    part: parts.get(one.instance) ?? derivedInstance(kept, one.instance) ?? one.part,
  }));
  const messages = [...told(change, kept, answers), ...handedOn(change, kept, answers)];
  return answered(change, messages, writeParts(after, parts, change.after));
};

const answered = (
  { last }: AttendeeChange,
  messages: readonly Outgoing[],
  stored: string | undefined,
): Answered => {
  const reply = messages.find(({ occasion }) => occasion === 'reply');
  return { kind: 'answered', messages, stored, last: reply?.message.stamp.dtstamp ?? last };
};

const told = (
  { now, last, attendee, before, after }: AttendeeChange,
  object: ObjectParts | undefined,
  answers: readonly GivenAnswer[],
): readonly Outgoing[] => {
  if (object === undefined || answers.length === 0) return [];
  const parts = new Map(answers.map((one) => [one.instance, replyOf(one)]));
  const text = after ?? before ?? '';
  const dtstamp = stampAt(now, last);
  const message = toOrganizer('REPLY', object, parts, attendee, dtstamp);
  if (message === undefined) return [];
  return [{ ...message, mailed: isMailed(text, now) ? message.message.recipients : [] }];
};

/** A message of an attendee's to the organizer; `undefined` where the server is not to send one, or does not know to whom. */
const toOrganizer = (
  method: Method,
  object: ObjectParts,
  parts: ReadonlyMap<InstanceKey, ComponentNode>,
  attendee: Addresses,
  dtstamp: string,
): Outgoing | undefined => {
  const nodes = [...object.parts.values()];
  const organizer = nodes.map(organizerLine).find((line) => line !== undefined);
  const mine = nodes.map((node) => attendeeLine(node, attendee)).find((line) => line !== undefined);
  if (organizer === undefined || mine === undefined) return undefined;
  if (agentOf(organizer) !== 'SERVER' || agentOf(mine) !== 'SERVER') return undefined;
  const [to, sender] = [addressesOf(organizer)[0], addressesOf(mine)[0]];
  if (to === undefined || sender === undefined || isOf(organizer, attendee)) return undefined;
  return {
    message: composed({ method, object, parts, sender, recipients: [to], dtstamp }),
    ...{ occasion: occasions[method] ?? 'reply', weight: 'significant', informs: false },
    changed: [...parts.keys()],
    mailed: [to],
  };
};

const occasions: Readonly<Partial<Record<Method, Outgoing['occasion']>>> = {
  COUNTER: 'counter',
  REFRESH: 'refresh',
};

/** What of a component an answer repeats, so that people and programs see what it is to (RFC 5546 §3.2.3). */
const repeated: ReadonlySet<string> = new Set([
  'UID',
  'SEQUENCE',
  'RECURRENCE-ID',
  'DTSTART',
  'DTEND',
  'DUE',
  'DURATION',
  'SUMMARY',
  'LOCATION',
  'ORGANIZER',
  'ATTENDEE',
  'COMMENT',
  'PERCENT-COMPLETE',
  'COMPLETED',
]);

const replyOf = ({ part, line, partstat }: GivenAnswer): ComponentNode => {
  const delegates = new Set(newDelegates(undefined, line));
  const [mine] = addressesOf(line);
  const whole = withAttendees(shareable(part), (one) => {
    const [address] = addressesOf(one);
    if (address === mine) return withParameters(one, { PARTSTAT: partstat, RSVP: undefined });
    return address !== undefined && delegates.has(address) ? one : undefined;
  });
  return {
    ...whole,
    properties: [
      ...whole.properties.filter(({ name }) => repeated.has(name)),
      newLine('REQUEST-STATUS', '2.0;Success'),
    ],
    components: [],
  };
};

/** To whom an attendee delegated: the organizer's words, as he has them (RFC 5546 §4.2.5). */
const handedOn = (
  { attendee, now, after }: AttendeeChange,
  object: ObjectParts,
  answers: readonly GivenAnswer[],
): readonly Outgoing[] => {
  const to = new Map<CalendarUserAddress, Map<InstanceKey, ComponentNode>>();
  for (const { instance, before, line, part } of answers)
    for (const one of newDelegates(before, line)) {
      const parts = to.get(one) ?? new Map<InstanceKey, ComponentNode>();
      to.set(one, parts.set(instance, shareable(part)));
    }
  return [...to].flatMap(([delegate, parts]) => {
    const node = [...parts.values()][0];
    const mine = node && attendeeLine(node, attendee);
    const sender = mine && addressesOf(mine)[0];
    if (node === undefined || sender === undefined) return [];
    const organizer = organizerLine(node);
    if (organizer === undefined || agentOf(organizer) !== 'SERVER') return [];
    // As old as what the organizer said, so that his own word is newer.
    const dtstamp = dtstampOf(node) ?? stampAt(now, undefined);
    const message = composed({
      ...{ method: 'REQUEST', object, parts, sender, recipients: [delegate], dtstamp },
    });
    const outgoing: Outgoing = {
      ...{ message, occasion: 'delegation', weight: 'significant', informs: false },
      changed: [...parts.keys()],
      mailed: isMailed(after ?? '', now) ? [delegate] : [],
    };
    return [outgoing];
  });
};

export type Partstat =
  | 'NEEDS-ACTION'
  | 'ACCEPTED'
  | 'DECLINED'
  | 'TENTATIVE'
  | 'DELEGATED'
  | 'COMPLETED'
  | 'IN-PROCESS';

/**
 * An object with an attendee's answer, to all of it (absent instance: the series and its exceptions) or to one
 * instance, which is made where the object has only the series. The text itself where that is his answer already.
 * For automatic answers, resources, links in mails; `answer` then says what the organizer is told.
 */
export const withAnswer = (
  text: string,
  attendee: Addresses,
  partstat: Partstat,
  instance?: InstanceKey,
): string => {
  const object = objectParts(text);
  if (object === undefined) return text;
  const withIt = (node: ComponentNode): ComponentNode =>
    withAttendees(node, (line) =>
      line === attendeeLine(node, attendee)
        ? withParameters(line, { PARTSTAT: partstat, RSVP: undefined })
        : line,
    );
  if (instance === undefined) {
    const parts = new Map([...object.parts].map(([key, node]) => [key, withIt(node)]));
    return writeParts(object, parts, text);
  }
  const node = object.parts.get(instance) ?? derivedInstance(object, instance);
  if (node === undefined || attendeeLine(node, attendee) === undefined) return text;
  const now = withIt(node);
  if (now === node) return text;
  return writeParts(object, new Map(object.parts).set(instance, now), text);
};

/** Asks the organizer for the newest of an object (RFC 5546 §3.2.6); `undefined` where there is nobody to ask. */
export const refresh = (text: string, attendee: Addresses, now: Instant): Outgoing | undefined => {
  const object = objectParts(text);
  if (object === undefined) return undefined;
  const kept: ReadonlySet<string> = new Set(['UID', 'RECURRENCE-ID', 'ORGANIZER', 'ATTENDEE']);
  const parts = new Map(
    [...object.parts].flatMap(([key, node]) => {
      if (object.parts.has(SERIES) && key !== SERIES) return [];
      const mine = withAttendees(shareable(node), (line) =>
        isOf(line, attendee) ? line : undefined,
      );
      if (attendeeLines(mine).length === 0) return [];
      const properties = mine.properties.filter(({ name }) => kept.has(name));
      return [[key, { ...mine, properties, components: [] }] as const];
    }),
  );
  return parts.size === 0
    ? undefined
    : toOrganizer('REFRESH', object, parts, attendee, stampAt(now, undefined));
};

/**
 * Proposes `proposed` in place of what the attendee has (RFC 5546 §3.2.7): the components in which it differs;
 * `undefined` where none does, or there is nobody to propose it to.
 */
export const counter = (
  text: string,
  proposed: string,
  attendee: Addresses,
  now: Instant,
): Outgoing | undefined => {
  const [object, other] = [objectParts(text), objectParts(proposed)];
  if (object === undefined || other === undefined) return undefined;
  const parts = new Map(
    [...other.parts].flatMap(([key, node]) => {
      const same = object.parts.get(key) ?? derivedInstance(object, key);
      const mine = attendeeLine(node, attendee) !== undefined;
      if (!mine || same === undefined || isUnchanged(same, node)) return [];
      const own = withAttendees(shareable(node), (line) =>
        isOf(line, attendee) ? line : undefined,
      );
      return [[key, own] as const];
    }),
  );
  return parts.size === 0
    ? undefined
    : toOrganizer('COUNTER', object, parts, attendee, stampAt(now, undefined));
};

const isUnchanged = (one: ComponentNode, other: ComponentNode): boolean =>
  one.properties.length === other.properties.length &&
  one.properties.every((line, at) => {
    const same = other.properties[at];
    return same?.name === line.name && same.value === line.value;
  });
