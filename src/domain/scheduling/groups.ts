import type { ContentLine } from '../icalendar/content-lines.ts';
import { type Addresses, addressesOf, type CalendarUserAddress, isOf } from './addresses.ts';
import { newLine, objectParts, writeParts } from './object-parts.ts';
import { attendeeLines, parameterValues, withParameters } from './people.ts';

/** Somebody who is in a group. */
export interface GroupMember {
  readonly address: CalendarUserAddress;
  readonly name: string;
}

export type Groups = ReadonlyMap<CalendarUserAddress, readonly GroupMember[]>;

/**
 * An object whose groups are replaced by their members, each invited as the group was (PARTSTAT, RSVP, ROLE); whoever is
 * invited himself, or organizes it, is not invited again. The text itself where there is none of them.
 */
export const withMembers = (text: string, groups: Groups, organizer: Addresses): string => {
  const object = groups.size === 0 ? undefined : objectParts(text);
  if (object === undefined) return text;
  const membersOf = (line: ContentLine): readonly GroupMember[] | undefined => {
    const [address] = line.name === 'ATTENDEE' ? addressesOf(line) : [];
    return address && groups.get(address);
  };
  const parts = new Map(
    [...object.parts].map(([key, node]) => {
      const lines = attendeeLines(node);
      if (!lines.some(membersOf)) return [key, node] as const;
      const invited = new Set(lines.filter((line) => !membersOf(line)).flatMap(addressesOf));
      const properties = node.properties.flatMap((line) => {
        const members = membersOf(line);
        if (members === undefined) return [line];
        return members.flatMap((member) => {
          const one = memberLine(line, member);
          if (invited.has(member.address) || isOf(one, organizer)) return [];
          invited.add(member.address);
          return [one];
        });
      });
      return [key, { ...node, properties }] as const;
    }),
  );
  return writeParts(object, parts, text);
};

const memberLine = (group: ContentLine, { address, name }: GroupMember): ContentLine =>
  withParameters(newLine('ATTENDEE', address), {
    ...(name === '' ? {} : { CN: name }),
    ...Object.fromEntries(
      ['ROLE', 'PARTSTAT', 'RSVP'].flatMap((parameter) => {
        const values = parameterValues(group, parameter);
        return values === undefined ? [] : [[parameter, values]];
      }),
    ),
  });
