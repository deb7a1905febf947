import type { ComponentNode } from '../icalendar/component-tree.ts';
import { type ContentLine, parametersOf, unescapeText } from '../icalendar/content-lines.ts';
import { readDuration } from '../icalendar/time-values.ts';
import { addressesOf } from './addresses.ts';
import { derivedInstance } from './instance-of.ts';
import { startOf } from './instance-keys.ts';
import { attendeeLines } from './people.ts';
import { isPrivate } from './privacy.ts';
import { lineOf, type ObjectParts, sequenceOf } from './object-parts.ts';
import type { InstanceKey } from './instance.ts';
import type { Weight } from './scheduling.ts';

/** What a part of an object says, so that two parts can be compared, however they are written. */
interface Said {
  /** When, where, what. */
  readonly significant: string;
  readonly exceptionDates: ReadonlySet<InstanceKey>;
  readonly content: string;
  /** Worked out when it is asked for: people are many. */
  participation(): string;
  readonly sequence: number;
}

/** What became of a part. */
export interface PartChange {
  /** `undefined`: nothing that anybody has to be told. */
  readonly weight: Weight | undefined;
  /** Instances that were taken out of the series by EXDATE. */
  readonly excluded: readonly InstanceKey[];
}

/** Compares a part with what stood there before; an exception that is new, with the instance that the series had. */
export const changeOf = (
  before: ObjectParts,
  after: ObjectParts,
  instance: InstanceKey,
): PartChange => {
  const now = after.parts.get(instance);
  const then = before.parts.get(instance) ?? derivedInstance(before, instance);
  if (now === undefined) return { weight: then && 'significant', excluded: [] };
  if (then === undefined) return { weight: 'significant', excluded: [] };
  const [old, young] = [saidBy(then, before), saidBy(now, after)];
  const excluded = [...young.exceptionDates].filter((key) => !old.exceptionDates.has(key));
  const restored = [...old.exceptionDates].some((key) => !young.exceptionDates.has(key));
  return {
    weight: weigh(old, young, restored),
    excluded,
  };
};

const weigh = (old: Said, young: Said, restored: boolean): Weight | undefined => {
  if (restored || old.significant !== young.significant) return 'significant';
  if (old.content !== young.content || young.sequence > old.sequence) return 'content';
  return old.participation() === young.participation() ? undefined : 'participation';
};

/** A change of one of these asks people again; so SOGo does it, with more than RFC 6638 §3.2.8 names. */
const significant: ReadonlySet<string> = new Set([
  'ORGANIZER',
  'DTSTART',
  'DTEND',
  'DUE',
  'DURATION',
  'SUMMARY',
  'LOCATION',
  'RDATE',
  'RRULE',
  'EXRULE',
  'RECURRENCE-ID',
  'STATUS',
]);

/** Say nothing about it, or not to others. */
const beside: ReadonlySet<string> = new Set([
  'DTSTAMP',
  'LAST-MODIFIED',
  'CREATED',
  'SEQUENCE',
  'REQUEST-STATUS',
  'EXDATE',
  'ATTENDEE',
]);

const saidBy = (node: ComponentNode, object: ObjectParts): Said => {
  const { clock } = object;
  const main: string[] = [];
  const content: string[] = [];
  for (const line of node.properties) {
    if (significant.has(line.name)) main.push(...mainFact(line, node, object));
    else if (!beside.has(line.name) && !isPrivate(line)) content.push(plainFact(line));
  }
  main.push(`END:${endFact(node, object)}`);
  const exceptions = node.properties.filter(({ name }) => name === 'EXDATE');
  return {
    significant: joined(main),
    content: joined(content),
    participation: () => joined(attendeeLines(node).map(personFact)),
    exceptionDates: new Set(exceptions.flatMap((line) => clock.keysOf(line))),
    sequence: sequenceOf(node),
  };
};

const joined = (facts: readonly string[]): string => facts.toSorted(byText).join('\n');
const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const mainFact = (
  line: ContentLine,
  node: ComponentNode,
  { clock }: ObjectParts,
): readonly string[] => {
  const { name, value } = line;
  switch (name) {
    case 'DTEND':
    case 'DUE':
    case 'DURATION':
      return line === startOf(node) ? [`${name}:${timeFact(line, clock)}`] : [];
    case 'DTSTART':
      return [`${name}:${timeFact(line, clock)}`];
    case 'RECURRENCE-ID':
      return [`${name}:${clock.keyOf(line) ?? value}`];
    case 'RDATE':
      return clock.keysOf(line).map((key) => `${name}:${key}`);
    case 'RRULE':
    case 'EXRULE':
      return [`${name}:${ruleFact(value)}`];
    case 'ORGANIZER':
      return [`${name}:${addressesOf(line)[0] ?? value}`];
    case 'STATUS':
      return statusFact(value, node);
    default:
      return [`${name}:${unescapeText(value).trim()}`].filter((fact) => fact !== `${name}:`);
  }
};

const timeFact = (line: ContentLine, clock: ObjectParts['clock']): string => {
  const time = clock.timeOf(line);
  return time === undefined ? line.value : `${time.isDate ? 'date ' : ''}${time.moment}`;
};

/** When it ends, whether that is said by an end or a duration. */
const endFact = (node: ComponentNode, { clock }: ObjectParts): string => {
  const start = lineOf(node, 'DTSTART');
  const end = lineOf(node, 'DTEND') ?? lineOf(node, 'DUE');
  if (end !== undefined) return timeFact(end, clock);
  const duration = lineOf(node, 'DURATION');
  const lasting = duration && readDuration(duration.value);
  if (start === undefined || lasting === undefined) return duration?.value ?? '';
  const end2 = clock.after(start, lasting.days, lasting.milliseconds);
  const isDate = clock.timeOf(start)?.isDate === true;
  return `${isDate ? 'date ' : ''}${end2 ?? ''}`;
};

/** The parts of a rule in one order, without those that only say what holds anyway. */
const ruleFact = (value: string): string =>
  value
    .toUpperCase()
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'INTERVAL=1' && part !== 'WKST=MO')
    .toSorted(byText)
    .join(';');

/** How far a task is, is nobody's invitation; that it was called off is. */
const statusFact = (value: string, { name }: ComponentNode): readonly string[] => {
  const status = value.trim().toUpperCase();
  if (name === 'VTODO') return status === 'CANCELLED' ? ['STATUS:CANCELLED'] : [];
  return status === 'CONFIRMED' || status === '' ? [] : [`STATUS:${status}`];
};

const plainFact = ({ name, parameters, value }: ContentLine): string =>
  `${name}${parameters === '' ? '' : parametersFact(parameters, () => true)}:${value.trimEnd()}`;

const personFact = (line: ContentLine): string => {
  const [address = line.value] = addressesOf(line);
  const told = parametersFact(
    line.parameters,
    (name) => !name.startsWith('SCHEDULE-') && name !== 'RSVP' && !name.startsWith('X-'),
  );
  return `${address}${told}`;
};

const parametersFact = (parameters: string, told: (name: string) => boolean): string =>
  parametersOf(parameters)
    .filter(({ name }) => told(name))
    .map(({ name, values }) => `;${name}=${values.join(',')}`)
    .toSorted(byText)
    .join('');

/** Whether two parts are of the same thing, at the same time and place; instances may have been taken out of the later one. */
export const isSameSchedule = (
  one: ComponentNode,
  of: ObjectParts,
  other: ComponentNode,
  otherOf: ObjectParts,
): boolean => saidBy(one, of).significant === saidBy(other, otherOf).significant;

/** Whether an exception differs from its instance of the series by what people answered, and by nothing else. */
export const isAnswersApart = (
  instance: ComponentNode,
  exception: ComponentNode,
  of: ObjectParts,
): boolean => {
  const [one, other] = [saidBy(instance, of), saidBy(exception, of)];
  const names = (node: ComponentNode): string => joined(attendeeLines(node).map(nameOf));
  return (
    one.significant === other.significant &&
    one.content === other.content &&
    names(instance) === names(exception)
  );
};

/** Whether more than answers, delivery's status and time stamps differs. */
export const isSignificantChange = (before: ObjectParts, after: ObjectParts): boolean => {
  if (!isSamePeople(people(before), people(after))) return true;
  const keys = new Set([...before.parts.keys(), ...after.parts.keys()]);
  return [...keys].some((key) => {
    const { weight, excluded } = changeOf(before, after, key);
    return excluded.length > 0 || (weight !== undefined && weight !== 'participation');
  });
};

const people = ({ parts }: ObjectParts): ReadonlySet<string> =>
  new Set([...parts.values()].flatMap((node) => attendeeLines(node).map(nameOf)));

const isSamePeople = (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  some.size === others.size && [...some].every((one) => others.has(one));

const nameOf = (line: ContentLine): string => addressesOf(line)[0] ?? line.value;
