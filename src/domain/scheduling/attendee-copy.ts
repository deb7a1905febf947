import type { ComponentNode } from '../icalendar/component-tree.ts';
import { type Addresses, addressesOf, type CalendarUserAddress } from './addresses.ts';
import { isSameSchedule } from './changes.ts';
import { newDelegates, withDelegate } from './delegating.ts';
import { derivedInstance } from './instance-of.ts';
import { type ObjectParts, sequenceOf, withSequence } from './object-parts.ts';
import {
  attendeeLine,
  attendeeLines,
  namedBy,
  organizerLine,
  withAttendees,
  withParameters,
} from './people.ts';
import { type InstanceKey, SERIES } from './instance.ts';
import type { NotAllowed } from './scheduling.ts';

/**
 * What of an attendee's change he may not make (RFC 6638 §3.2.2.1): when, where and what it is, who organizes it and
 * who else is invited are the organizer's to say. His answer, whom he delegates to, his alarms, notes and categories,
 * and which instances he takes out are his.
 */
export const forbiddenIn = (
  before: ObjectParts,
  after: ObjectParts,
  attendee: Addresses,
): NotAllowed | undefined => {
  if (before.parts.has(SERIES) && !after.parts.has(SERIES))
    return forbidden('only the organizer can take the series away');
  for (const [key, node] of after.parts) {
    const then = before.parts.get(key) ?? derivedInstance(before, key);
    if (then === undefined) return forbidden('only the organizer can add to it');
    if (!isSameSchedule(then, before, node, after))
      return forbidden('only the organizer can change what it is, when and where');
    const wrong = wrongPeople(then, node, attendee);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
};

const wrongPeople = (
  then: ComponentNode,
  node: ComponentNode,
  attendee: Addresses,
): NotAllowed | undefined => {
  const mine = attendeeLine(node, attendee);
  const old = attendeeLine(then, attendee);
  if (old !== undefined && mine === undefined)
    return forbidden('an attendee cannot take himself off the list; he can decline');
  const [was, is] = [peopleIn(then), peopleIn(node)];
  const mineToName = new Set([
    ...(mine === undefined ? [] : namedBy(mine, 'DELEGATED-TO')),
    ...(old === undefined ? [] : delegatedBy(then, namedBy(old, 'DELEGATED-TO'))),
    ...attendee,
  ]);
  const differs = [...new Set([...was, ...is])].some(
    (one) => was.has(one) !== is.has(one) && !mineToName.has(one),
  );
  return differs ? forbidden('only the organizer can invite people') : undefined;
};

const peopleIn = (node: ComponentNode): ReadonlySet<CalendarUserAddress> =>
  new Set(attendeeLines(node).flatMap((line) => addressesOf(line).slice(0, 1)));

/** Delegates, and theirs. */
const delegatedBy = (
  node: ComponentNode,
  first: readonly CalendarUserAddress[],
): ReadonlySet<CalendarUserAddress> => {
  const found = new Set(first);
  for (const one of found) {
    const line = attendeeLine(node, new Set([one]));
    for (const next of line === undefined ? [] : namedBy(line, 'DELEGATED-TO')) found.add(next);
  }
  return found;
};

/**
 * An attendee's part as it is stored: SEQUENCE and the lines of all others as the organizer has them, whom he
 * delegates to among the attendees, and nothing that was only meant for the server.
 */
export const attendeePart = (
  before: ObjectParts | undefined,
  key: InstanceKey,
  node: ComponentNode,
  attendee: Addresses,
): ComponentNode => {
  const mine = attendeeLine(node, attendee);
  const then = before && (before.parts.get(key) ?? derivedInstance(before, key));
  const unforced = {
    ...node,
    properties: node.properties.map((line) =>
      line === mine || line === organizerLine(node)
        ? withParameters(line, { 'SCHEDULE-FORCE-SEND': undefined })
        : line,
    ),
  };
  const same = unforced.properties.every((line, at) => line === node.properties[at]);
  const plain = same ? node : unforced;
  const old = then && attendeeLine(then, attendee);
  const delegated = mine === undefined ? [] : newDelegates(old, mine);
  const whole = delegated.reduce(
    (part, one) => (mine === undefined ? part : withDelegate(part, one, mine, node)),
    plain,
  );
  if (then === undefined) return whole;
  const others = withAttendees(whole, (line) => {
    if (line === attendeeLine(whole, attendee)) return line;
    const [address] = addressesOf(line);
    const stored = address && attendeeLine(then, new Set([address]));
    return stored === undefined || stored.parameters === line.parameters ? line : stored;
  });
  return withSequence(others, sequenceOf(then));
};

const forbidden = (invalid: string): NotAllowed => ({
  kind: 'not-allowed',
  condition: 'allowed-attendee-scheduling-object-change',
  invalid,
});
