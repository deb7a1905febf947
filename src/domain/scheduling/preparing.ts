import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { ContentLine } from '../icalendar/content-lines.ts';
import { type Addresses, addressesOf, isOf } from './addresses.ts';
import { changeOf, isAnswersApart, type PartChange } from './changes.ts';
import { derivedInstance, excludedIn } from './instance-of.ts';
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
import { type InstanceKey, SERIES, type Stamp } from './instance.ts';

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
  const said = preparing.last?.sequence ?? -1;
  const reached = Math.max(said, ...sequences);
  const isFirst = before === undefined || !invitesAnybody(before);
  for (const [key, node] of after.parts) {
    const change = before && changeOf(before, after, key);
    const then = before && (before.parts.get(key) ?? derivedInstance(before, key));
    if (change !== undefined) changes.set(key, change);
    const asks = change?.weight === 'significant' && then !== undefined;
    const whole = withOrganizer(withoutOwn(node, preparing), preparing.organizer);
    const people = withAttendees(whole, (line) =>
      answered(line, then, { ...preparing, asks, raised: raises(node, then) }),
    );
    const least = sequenceAfter(node, then, change, reached);
    const again = isFirst ? said + 1 : isNewException(before, key, node) ? said : 0;
    parts.set(key, withSequence(people, Math.max(least, again)));
  }
  for (const [key, node] of answersAlone(before, after, changes.get(SERIES))) parts.set(key, node);
  return { object: { ...after, parts }, changes };
};

/**
 * Exceptions that only say how people answered one instance, as the server made them: a client that does not know them
 * takes no answer back by leaving them out.
 */
const answersAlone = (
  before: ObjectParts | undefined,
  after: ObjectParts,
  series: PartChange | undefined,
): readonly (readonly [InstanceKey, ComponentNode])[] => {
  if (before === undefined || !after.parts.has(SERIES) || series?.weight === 'significant')
    return [];
  const excluded = excludedIn(after);
  return [...before.parts].filter(([key, node]) => {
    if (key === SERIES || after.parts.has(key) || excluded.has(key)) return false;
    const general = derivedInstance(before, key);
    return general !== undefined && isAnswersApart(general, node, before);
  });
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

const invitesAnybody = ({ parts }: ObjectParts): boolean =>
  [...parts.values()].some((node) => attendeeLines(node).length > 0);

/** What was called off before, and is there again, must be newer than that. What the server made of an answer was there all along. */
const isNewException = (before: ObjectParts, key: InstanceKey, node: ComponentNode): boolean => {
  if (key === SERIES || before.parts.has(key)) return false;
  const general = derivedInstance(before, key);
  return general === undefined || !isAnswersApart(general, node, before);
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
