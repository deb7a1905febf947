import { type ContentLine, parameter } from '../icalendar/content-lines.ts';

/**
 * A calendar user address (RFC 5545 §3.3.3) in the one form in which two can be compared: scheme in small letters,
 * `mailto:` wholly so and with its percent escapes resolved, a path without its last slash.
 */
export type CalendarUserAddress = string & { readonly brand: 'CalendarUserAddress' };

/** All by which one person goes. */
export type Addresses = ReadonlySet<CalendarUserAddress>;

/** Characters of an address that anybody may have. */
const LONGEST = 1_000;

/**
 * Reads what ORGANIZER and ATTENDEE have as a value: `mailto:`, `urn:uuid:`, any other URI, or a principal's path. A
 * bare mail address is taken for `mailto:` of it. `undefined` for what names nobody.
 */
export const calendarUserAddress = (value: string): CalendarUserAddress | undefined => {
  const text = value.trim();
  if (text === '' || text.length > LONGEST) return undefined;
  const [, scheme = '', rest = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(text) ?? [];
  if (scheme === '')
    return text.includes('@') && !text.includes('/') ? mailto(text) : address(path(text));
  const kind = scheme.toLowerCase();
  if (kind === 'mailto') return mailto(rest.split('?', 1)[0] ?? '');
  if (kind === 'urn') return address(text.toLowerCase());
  if (kind !== 'http' && kind !== 'https') return address(`${kind}:${rest}`);
  const [, host = '', below = ''] = /^(\/\/[^/]*)(.*)$/s.exec(rest) ?? [];
  return address(`${kind}:${host.toLowerCase()}${path(below)}`);
};

/** The address of somebody's mailbox. */
export const mailto = (mail: string): CalendarUserAddress | undefined => {
  const plain = unescaped(mail).trim().toLowerCase();
  return plain === '' ? undefined : address(`mailto:${plain}`);
};

/** Where mail for an address goes; `undefined` when it does not say. */
export const mailOf = (one: CalendarUserAddress): string | undefined =>
  one.startsWith('mailto:') ? one.slice('mailto:'.length) : undefined;

/** All by which a line (ORGANIZER, ATTENDEE) may be known: its value, then its EMAIL (RFC 7986 §6.2). */
export const addressesOf = (line: ContentLine): readonly CalendarUserAddress[] => {
  const known = remembered.get(line);
  if (known !== undefined) return known;
  const email = line.parameters === '' ? undefined : parameter(line.parameters, 'EMAIL');
  const found = [
    calendarUserAddress(line.value),
    email === undefined ? undefined : calendarUserAddress(email),
  ].filter((one) => one !== undefined);
  remembered.set(line, found);
  return found;
};

/** Whether a line is of somebody. */
export const isOf = (line: ContentLine, addresses: Addresses): boolean =>
  addressesOf(line).some((one) => addresses.has(one));

/** Lines are read once for each of thousands of recipients. */
const remembered = new WeakMap<ContentLine, readonly CalendarUserAddress[]>();

const path = (text: string): string => {
  const plain = unescaped(text);
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain;
};

const unescaped = (text: string): string => {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const address = (text: string): CalendarUserAddress => text as CalendarUserAddress;
