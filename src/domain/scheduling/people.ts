import type { ComponentNode } from '../icalendar/component-tree.ts';
import { type ContentLine, parameter, parametersOf } from '../icalendar/content-lines.ts';
import { writeParameters } from '../icalendar/writing.ts';
import { type Addresses, addressesOf, type CalendarUserAddress, isOf } from './addresses.ts';

/** The lines of a component that name people, and what their parameters say. */

export const organizerLine = ({ properties }: ComponentNode): ContentLine | undefined =>
  properties.find(({ name }) => name === 'ORGANIZER');

/** Attendees' lines by their addresses; the first of two that are the same person's. */
const attendeesIn = (node: ComponentNode): ReadonlyMap<CalendarUserAddress, ContentLine> => {
  const known = remembered.get(node);
  if (known !== undefined) return known;
  const found = new Map<CalendarUserAddress, ContentLine>();
  for (const line of attendeeLines(node)) {
    const [first] = addressesOf(line);
    if (first !== undefined && !found.has(first)) found.set(first, line);
  }
  // An EMAIL parameter stands for nobody who has a line of his own.
  for (const line of attendeeLines(node))
    for (const other of addressesOf(line).slice(1)) if (!found.has(other)) found.set(other, line);
  remembered.set(node, found);
  return found;
};

/** Components are asked once for each of thousands of recipients. */
const remembered = new WeakMap<ComponentNode, ReadonlyMap<CalendarUserAddress, ContentLine>>();

export const attendeeLines = ({ properties }: ComponentNode): readonly ContentLine[] =>
  properties.filter(({ name }) => name === 'ATTENDEE');

/** Somebody's own line as an attendee. */
export const attendeeLine = (node: ComponentNode, person: Addresses): ContentLine | undefined => {
  const lines = attendeesIn(node);
  for (const one of person) {
    const line = lines.get(one);
    if (line !== undefined) return line;
  }
  return undefined;
};

/** Who schedules with somebody: `SERVER` unless the object says otherwise (RFC 6638 §7.1). */
export type Agent = 'SERVER' | 'CLIENT' | 'NONE';

const word = (line: ContentLine, name: string): string | undefined =>
  line.parameters === '' ? undefined : parameter(line.parameters, name)?.trim().toUpperCase();

/** NEEDS-ACTION where nothing is said (RFC 5545 §3.2.12). */
export const partstatOf = (line: ContentLine): string => word(line, 'PARTSTAT') ?? 'NEEDS-ACTION';

export const isParticipant = (line: ContentLine): boolean =>
  word(line, 'ROLE') !== 'NON-PARTICIPANT';

/** SCHEDULE-AGENT (RFC 6638 §7.1); a word nobody knows is as if it were CLIENT. */
export const agentOf = (line: ContentLine): Agent => {
  const agent = word(line, 'SCHEDULE-AGENT') ?? 'SERVER';
  return agent === 'SERVER' || agent === 'NONE' ? agent : 'CLIENT';
};

export const forcedBy = (line: ContentLine): string | undefined =>
  word(line, 'SCHEDULE-FORCE-SEND');

/** Those a parameter names: DELEGATED-TO, DELEGATED-FROM, SENT-BY. */
export const namedBy = (line: ContentLine, name: string): readonly CalendarUserAddress[] => {
  if (!line.parameters.toUpperCase().includes(name)) return [];
  const values = parametersOf(line.parameters).find((one) => one.name === name)?.values ?? [];
  return values.flatMap((value) => addressesOf({ ...line, parameters: '', value }));
};

/** A line with parameters set, or taken away (`undefined`), in place; the line itself when it says so already. */
export const withParameters = (
  line: ContentLine,
  changes: Readonly<Record<string, readonly string[] | string | undefined>>,
): ContentLine => {
  const given = parametersOf(line.parameters);
  const wanted = new Map(
    Object.entries(changes).map(([name, value]) => [
      name,
      typeof value === 'string' ? [value] : value,
    ]),
  );
  const kept = given.flatMap((one) => {
    if (!wanted.has(one.name)) return [one];
    const values = wanted.get(one.name);
    wanted.delete(one.name);
    return values === undefined ? [] : [{ name: one.name, values }];
  });
  const added = [...wanted].flatMap(([name, values]) =>
    values === undefined ? [] : [{ name, values }],
  );
  const all = [...kept, ...added];
  const same =
    all.length === given.length &&
    all.every(({ name, values }, at) => {
      const other = given[at];
      return (
        other?.name === name &&
        other.values.length === values.length &&
        other.values.every((value, which) => value === values[which])
      );
    });
  return same ? line : { ...line, parameters: writeParameters(all) };
};

/** All parameters of a line of a name, as they are. */
export const parameterValues = (line: ContentLine, name: string): readonly string[] | undefined =>
  parametersOf(line.parameters).find((one) => one.name === name)?.values;

/** A component with its attendees' lines changed; the component itself when none was. `undefined`: taken away. */
export const withAttendees = (
  node: ComponentNode,
  change: (line: ContentLine) => ContentLine | undefined,
): ComponentNode => {
  let changed = false;
  const properties = node.properties.flatMap((line) => {
    if (line.name !== 'ATTENDEE') return [line];
    const after = change(line);
    if (after !== line) changed = true;
    return after === undefined ? [] : [after];
  });
  return changed ? { ...node, properties } : node;
};

/** Whether the organizer of a component is one of some; without ORGANIZER it is the owner of the calendar. */
export const isOrganizedBy = (node: ComponentNode, addresses: Addresses): boolean => {
  const line = organizerLine(node);
  return line === undefined ? attendeeLines(node).length > 0 : isOf(line, addresses);
};
