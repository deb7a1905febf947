import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { ContentLine } from '../icalendar/content-lines.ts';
import { type Addresses, addressesOf, isOf } from './addresses.ts';
import { changeOf, type PartChange } from './changes.ts';
import { derivedInstance } from './instance-of.ts';
import { lineOf, newLine, type ObjectParts, sequenceOf, withSequence } from './object-parts.ts';
import {
  agentOf,
  attendeeLine,
  attendeeLines,
  isParticipant,
  parameterValues,
  partstatOf,
  withAttendees,
  withParameters,
} from './people.ts';
import type { InstanceKey, Stamp } from './scheduling.ts';

/** An organizer's object as it is stored, and what became of each part. */
export interface Prepared {
  readonly object: ObjectParts;
  readonly changes: ReadonlyMap<InstanceKey, PartChange>;
}

interface Preparing {
  readonly organizer: Addresses;
  readonly last: Stamp | undefined;
  readonly keepAnswers: boolean;
  readonly dropOwnAttendance: boolean;
}

/** What a client sent, with what the server owes to it: SEQUENCE, PARTSTAT and RSVP after significant changes, an ORGANIZER. */
export const prepared = (
  before: ObjectParts | undefined,
  after: ObjectParts,
  preparing: Preparing,
): Prepared => {
  const changes = new Map<InstanceKey, PartChange>();
  const parts = new Map<InstanceKey, ComponentNode>();
  const sequences = [...(before?.parts.values() ?? [])].map(sequenceOf);
  const reached = Math.max(-1, preparing.last?.sequence ?? -1, ...sequences);
  for (const [key, node] of after.parts) {
    const change = before && changeOf(before, after, key);
    const then = before && (before.parts.get(key) ?? derivedInstance(before, key));
    if (change !== undefined) changes.set(key, change);
    const asks = change?.weight === 'significant' && then !== undefined;
    const whole = withOrganizer(withoutOwn(node, preparing), preparing.organizer);
    const people = withAttendees(whole, (line) =>
      answered(line, then, { ...preparing, asks, raised: raises(node, then) }),
    );
    parts.set(key, withSequence(people, sequenceAfter(node, then, change, reached)));
  }
  return { object: { ...after, parts }, changes };
};

/** Greater than any before after a significant change, and never smaller than it was (RFC 5546 §2.1.4). */
const sequenceAfter = (
  node: ComponentNode,
  then: ComponentNode | undefined,
  change: PartChange | undefined,
  reached: number,
): number => {
  const said = sequenceOf(node);
  if (then === undefined || change?.weight === 'significant') return Math.max(said, reached + 1);
  return Math.max(said, sequenceOf(then));
};

const raises = (node: ComponentNode, then: ComponentNode | undefined): boolean =>
  then !== undefined && sequenceOf(node) > sequenceOf(then);

interface Answering extends Preparing {
  readonly asks: boolean;
  readonly raised: boolean;
}

/** An attendee's line as it is stored. */
const answered = (
  line: ContentLine,
  then: ComponentNode | undefined,
  { organizer, asks, raised, keepAnswers }: Answering,
): ContentLine => {
  const unforced = withParameters(line, { 'SCHEDULE-FORCE-SEND': undefined });
  const old = then && attendeeLine(then, new Set(addressesOf(line).slice(0, 1)));
  if (isOf(line, organizer)) return unforced;
  const told = withParameters(unforced, {
    'SCHEDULE-STATUS': old && parameterValues(old, 'SCHEDULE-STATUS'),
  });
  if (old === undefined || agentOf(line) !== 'SERVER') return told;
  // Who handed it on is not asked again: whom he handed it to is.
  if (asks && partstatOf(line) !== 'DELEGATED' && isParticipant(line))
    return withParameters(told, { PARTSTAT: 'NEEDS-ACTION', RSVP: 'TRUE' });
  if (!keepAnswers || raised || asks) return told;
  return withParameters(told, {
    PARTSTAT: parameterValues(old, 'PARTSTAT'),
    RSVP: parameterValues(old, 'RSVP'),
    'DELEGATED-TO': parameterValues(old, 'DELEGATED-TO'),
  });
};

const withoutOwn = (
  node: ComponentNode,
  { organizer, dropOwnAttendance }: Preparing,
): ComponentNode =>
  dropOwnAttendance
    ? withAttendees(node, (line) => (isOf(line, organizer) ? undefined : line))
    : node;

/** Who invites others without saying so organizes what he invites them to. */
const withOrganizer = (node: ComponentNode, organizer: Addresses): ComponentNode => {
  if (attendeeLines(node).length === 0 || lineOf(node, 'ORGANIZER') !== undefined) return node;
  const [mail] = [...organizer].filter((one) => one.startsWith('mailto:'));
  const address = mail ?? [...organizer][0];
  if (address === undefined) return node;
  return { ...node, properties: [...node.properties, newLine('ORGANIZER', address)] };
};
