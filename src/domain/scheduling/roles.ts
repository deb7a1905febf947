import type { ContentLine } from '../icalendar/content-lines.ts';
import { type Addresses, addressesOf, type CalendarUserAddress } from './addresses.ts';
import { objectParts, writeParts } from './object-parts.ts';
import { attendeeLine, attendeeLines, isOrganizedBy, withParameters } from './people.ts';

/** What somebody is in an object. */
export type Role = 'organizer' | 'attendee' | 'neither';

/**
 * What the owner of a calendar is in an object that is, or was, in it. An object with ATTENDEEs and without ORGANIZER
 * is its owner's; one without both is nobody's (`neither`: nothing is scheduled).
 */
export const roleIn = (text: string, addresses: Addresses): Role => {
  if (!/^(?:ATTENDEE|ORGANIZER)/im.test(text)) return 'neither';
  const nodes = [...(objectParts(text)?.parts.values() ?? [])];
  if (nodes.some((node) => isOrganizedBy(node, addresses))) return 'organizer';
  return nodes.some((node) => attendeeLine(node, addresses) !== undefined) ? 'attendee' : 'neither';
};

/** Everybody who is an attendee of anything in an object, whatever his role. */
export const attendeesOf = (text: string): readonly CalendarUserAddress[] => {
  const nodes = [...(objectParts(text)?.parts.values() ?? [])];
  const lines = nodes.flatMap(attendeeLines);
  return [...new Set(lines.flatMap((line) => addressesOf(line).slice(0, 1)))];
};

/**
 * An object with how delivery went, SCHEDULE-STATUS (RFC 6638 §7.3, RFC 5546 §3.6) of people's lines, ATTENDEE or
 * ORGANIZER, in all components; the text itself where it says so already.
 */
export const withScheduleStatus = (
  text: string,
  status: ReadonlyMap<CalendarUserAddress, string>,
): string => {
  const object = objectParts(text);
  if (object === undefined) return text;
  const told = (line: ContentLine): ContentLine => {
    if (line.name !== 'ATTENDEE' && line.name !== 'ORGANIZER') return line;
    const code = addressesOf(line)
      .map((one) => status.get(one))
      .find((one) => one !== undefined);
    return code === undefined ? line : withParameters(line, { 'SCHEDULE-STATUS': code });
  };
  const parts = new Map(
    [...object.parts].map(([key, node]) => {
      const properties = node.properties.map(told);
      const same = properties.every((line, at) => line === node.properties[at]);
      return [key, same ? node : { ...node, properties }] as const;
    }),
  );
  return writeParts(object, parts, text);
};
