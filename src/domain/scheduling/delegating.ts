import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { ContentLine } from '../icalendar/content-lines.ts';
import { type Addresses, addressesOf, type CalendarUserAddress, isOf } from './addresses.ts';
import { newLine } from './object-parts.ts';
import {
  attendeeLine,
  attendeeLines,
  namedBy,
  organizerLine,
  parameterValues,
  partstatOf,
  withAttendees,
  withParameters,
} from './people.ts';

/** Attendees of a chain of delegation, one after the other; nobody hands a thing on more often. */
const HOPS = 10;

/**
 * A component after somebody's answer, with the attendees that follow from it: whom he delegated to is invited,
 * and who was delegated to by him, and now is not, is taken away with all to whom it went from there.
 *
 * @param mine his line before. @param line his line in the answer.
 */
export const withDelegation = (
  node: ComponentNode,
  mine: ContentLine,
  line: ContentLine,
  answer: ComponentNode,
  delegator: CalendarUserAddress,
): ComponentNode => {
  const [was, is] = [namedBy(mine, 'DELEGATED-TO'), namedBy(line, 'DELEGATED-TO')];
  const gone = was.filter((one) => !is.includes(one));
  const kept = gone.reduce((rest, one) => withoutChain(rest, one, delegator), node);
  return is
    .filter((one) => one !== delegator)
    .slice(0, HOPS)
    .reduce((rest, one) => withDelegate(rest, one, mine, answer), kept);
};

/** A component to which somebody is invited as another's delegate. The organizer is none, and who is invited stays as he is. */
export const withDelegate = (
  node: ComponentNode,
  delegate: CalendarUserAddress,
  delegator: ContentLine,
  said: ComponentNode,
): ComponentNode => {
  const them: Addresses = new Set([delegate]);
  const organizer = organizerLine(node);
  if (organizer !== undefined && isOf(organizer, them)) return node;
  if (attendeeLine(node, them) !== undefined) return node;
  const line = attendeeLine(said, them);
  const fresh = withParameters(newLine('ATTENDEE', line?.value ?? delegate), {
    CN: line && parameterValues(line, 'CN'),
    ROLE: parameterValues(delegator, 'ROLE'),
    PARTSTAT: 'NEEDS-ACTION',
    RSVP: 'TRUE',
    'DELEGATED-FROM': delegator.value.trim(),
  });
  return { ...node, properties: [...node.properties, fresh] };
};

/** A component without somebody's delegate, and whom that one delegated to. Who was invited by the organizer himself stays. */
const withoutChain = (
  node: ComponentNode,
  delegate: CalendarUserAddress,
  delegator: CalendarUserAddress,
): ComponentNode => {
  const gone = new Set<CalendarUserAddress>();
  let [next, from]: [CalendarUserAddress[], CalendarUserAddress] = [[delegate], delegator];
  for (let hop = 0; hop < HOPS && next.length > 0; hop += 1) {
    const following: CalendarUserAddress[] = [];
    for (const one of next) {
      const line = attendeeLine(node, new Set([one]));
      if (line === undefined || gone.has(one)) continue;
      if (!namedBy(line, 'DELEGATED-FROM').includes(from)) continue;
      gone.add(one);
      following.push(...namedBy(line, 'DELEGATED-TO'));
      from = one;
    }
    next = following;
  }
  return withAttendees(node, (line) =>
    addressesOf(line).some((one) => gone.has(one)) ? undefined : line,
  );
};

/** Those to whom somebody hands it on who are not invited yet. */
export const newDelegates = (
  before: ContentLine | undefined,
  after: ContentLine,
): readonly CalendarUserAddress[] => {
  const known = before === undefined ? [] : namedBy(before, 'DELEGATED-TO');
  if (partstatOf(after) !== 'DELEGATED') return [];
  return namedBy(after, 'DELEGATED-TO').filter((one) => !known.includes(one));
};

/** Whether an object says that one of its attendees handed it to somebody. */
export const isDelegatedBy = (
  node: ComponentNode,
  delegator: CalendarUserAddress,
  delegate: Addresses,
): boolean =>
  attendeeLines(node).some(
    (line) =>
      addressesOf(line).includes(delegator) &&
      namedBy(line, 'DELEGATED-TO').some((one) => delegate.has(one)),
  );
