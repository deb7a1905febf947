import { type ContentLine, parameter } from '../../icalendar/content-lines.ts';
import type { Context } from '../item-class.ts';
import { lineIn, type Lines, parameterWord } from '../properties.ts';

/** The mail address of an ATTENDEE or ORGANIZER in small letters; '' for one that has none. */
export const addressOf = ({ value, parameters }: ContentLine): string => {
  const [, mailed] = /^mailto:([^?]+)/i.exec(value.trim()) ?? [];
  const address = mailed ?? parameter(parameters, 'EMAIL') ?? '';
  return isAddress(address) ? address.trim().toLowerCase() : '';
};

/** Whether a text could be a mail address; what is not cannot be invited. */
export const isAddress = (text: string): boolean =>
  text.length <= 320 && /^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+$/.test(text.trim());

export const isOwner = (address: string, { owner }: Context): boolean =>
  owner.addresses.some((own) => own.toLowerCase() === address);

export const organizerOf = (lines: Lines): ContentLine | undefined => lineIn(lines, 'ORGANIZER');

/** Whose meeting it is: nobody's where it is none. */
export const roleOf = (lines: Lines, context: Context): 'none' | 'organizer' | 'attendee' => {
  const organizer = organizerOf(lines);
  if (organizer === undefined)
    return lines.some(({ name }) => name === 'ATTENDEE') ? 'organizer' : 'none';
  const isMine = isOwner(addressOf(organizer), context);
  if (!isMine) return 'attendee';
  return attendeesOf(lines).length > 0 ? 'organizer' : 'none';
};

/** Those who are invited, as ActiveSync lists them: with an address, and without the organizer. */
export const attendeesOf = (lines: Lines): readonly ContentLine[] => {
  const organizer = organizerOf(lines);
  const own = organizer === undefined ? '' : addressOf(organizer);
  return lines.filter((one) => {
    if (one.name !== 'ATTENDEE') return false;
    const address = addressOf(one);
    return address !== '' && address !== own;
  });
};

/** The owner among the attendees. */
export const ownLine = (lines: Lines, context: Context): ContentLine | undefined =>
  lines.find((one) => one.name === 'ATTENDEE' && isOwner(addressOf(one), context));

export const partstatOf = (attendee: ContentLine): string =>
  parameterWord(attendee, 'PARTSTAT') || 'NEEDS-ACTION';
