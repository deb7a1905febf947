import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { unescapeText } from '../../icalendar/content-lines.ts';
import { readDuration } from '../../icalendar/time-values.ts';
import { addressesOf, type CalendarUserAddress, mailOf } from '../addresses.ts';
import { type InstanceKey, SERIES } from '../instance.ts';
import { derivedInstance } from '../instance-of.ts';
import { lineOf, type ObjectParts, objectParts, valueOf } from '../object-parts.ts';
import { attendeeLine, namedBy, organizerLine, parameterValues, partstatOf } from '../people.ts';
import type { Outgoing } from '../scheduling.ts';

/** When something is; milliseconds, UTC. The end of whole days is the midnight after them. */
export interface Period {
  readonly start: number;
  readonly end: number;
  readonly isDate: boolean;
}

interface Person {
  /** '' where only an address is known. */
  readonly name: string;
  readonly mail: string;
}

/** What people are told of a message. */
export interface MailFacts {
  readonly title: string;
  readonly description: string;
  readonly where: string;
  readonly when: Period | undefined;
  /** When, and where, it was before, if that is something else. */
  readonly before: { readonly when: Period | undefined; readonly where: string } | undefined;
  readonly recurs: boolean;
  readonly organizer: Person | undefined;
  /** Who answers. */
  readonly attendee: Person | undefined;
  readonly partstat: string;
  /** What he says with his answer. */
  readonly comment: string;
  /** Who acts for the sender. */
  readonly sentBy: string | undefined;
}

/** @param before the sender's object before the change, as far as it is known */
export const mailFacts = (
  { message, changed }: Outgoing,
  before: string | undefined,
): MailFacts | undefined => {
  const object = objectParts(message.body);
  const [first] = changed;
  const key = first !== undefined && object?.parts.has(first) === true ? first : headOf(object);
  const node = key === undefined ? undefined : object?.parts.get(key);
  if (object === undefined || key === undefined || node === undefined) return undefined;
  const mine = attendeeLine(node, new Set([message.sender]));
  const isAnswer = ['REPLY', 'COUNTER', 'REFRESH'].includes(message.method);
  const organizer = organizerLine(node);
  const sender = isAnswer ? mine : organizer;
  const [sentBy] = sender === undefined ? [] : namedBy(sender, 'SENT-BY');
  return {
    title: textOf(node, 'SUMMARY'),
    description: textOf(node, 'DESCRIPTION'),
    where: textOf(node, 'LOCATION'),
    when: periodOf(node, object),
    before: isAnswer ? undefined : earlier(before, key, node, object),
    recurs: lineOf(node, 'RRULE') !== undefined || lineOf(node, 'RDATE') !== undefined,
    organizer: organizer && personOf(organizer),
    attendee: isAnswer && mine !== undefined ? personOf(mine) : undefined,
    partstat: mine === undefined ? '' : partstatOf(mine),
    comment: isAnswer ? textOf(node, 'COMMENT') : '',
    sentBy: sentBy && mailOf(sentBy),
  };
};

const headOf = (object: ObjectParts | undefined): InstanceKey | undefined =>
  object?.parts.has(SERIES) === true ? SERIES : [...(object?.parts.keys() ?? [])][0];

const textOf = (node: ComponentNode, name: string): string =>
  unescapeText(valueOf(node, name) ?? '').trim();

const personOf = (line: Parameters<typeof namedBy>[0]): Person => {
  const mail = addressesOf(line)
    .map((one: CalendarUserAddress) => mailOf(one))
    .find((one) => one !== undefined);
  return { name: parameterValues(line, 'CN')?.[0] ?? '', mail: mail ?? '' };
};

const periodOf = (node: ComponentNode, { clock }: ObjectParts): Period | undefined => {
  const ending = lineOf(node, 'DTEND') ?? lineOf(node, 'DUE');
  const starting = lineOf(node, 'DTSTART') ?? ending;
  const start = starting && clock.timeOf(starting);
  if (starting === undefined || start === undefined) return undefined;
  const duration = readDuration(valueOf(node, 'DURATION') ?? '');
  const lasts = duration && clock.after(starting, duration.days, duration.milliseconds);
  const day = start.isDate ? clock.after(starting, 1, 0) : undefined;
  const end = (ending && clock.timeOf(ending)?.moment) ?? lasts ?? day ?? start.moment;
  return { start: start.moment, end: Math.max(end, start.moment), isDate: start.isDate };
};

const earlier = (
  before: string | undefined,
  key: InstanceKey,
  node: ComponentNode,
  object: ObjectParts,
): MailFacts['before'] => {
  const old = before === undefined ? undefined : objectParts(before);
  const then = old && (old.parts.get(key) ?? derivedInstance(old, key));
  if (old === undefined || then === undefined) return undefined;
  const [was, is] = [periodOf(then, old), periodOf(node, object)];
  const where = textOf(then, 'LOCATION');
  const moved = was?.start !== is?.start || was?.end !== is?.end || was?.isDate !== is?.isDate;
  if (!moved && where === textOf(node, 'LOCATION')) return undefined;
  return { when: moved ? was : undefined, where };
};
