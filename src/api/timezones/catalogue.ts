import { ianaZone } from '../../domain/icalendar/zones/iana-zone.ts';
import { zoneCalendar } from '../../domain/icalendar/zones/write-zone.ts';

/** A zone as a list names it, perhaps with a name that it goes by too. */
export interface Listed {
  readonly tzid: string;
  readonly aliases?: readonly string[];
}

let names: readonly string[] | undefined;

/** Every zone that the database of this process has, by its usual name. */
export const allZones = (): readonly Listed[] => {
  names ??= [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])].toSorted();
  return names.map((tzid) => ({ tzid }));
};

/**
 * Zones whose names fit a pattern (RFC 7808 §5.5): all of the name, or with an asterisk at an end of the
 * pattern the rest of it; `\*` is an asterisk. Case makes no difference, nor does `_` for a blank. Of the
 * names that a zone goes by too only whole ones are known.
 */
export const zonesLike = (pattern: string): readonly Listed[] => {
  const { text, open, more } = patternOf(pattern);
  const found = allZones().filter(({ tzid }) => {
    const name = plain(tzid);
    if (open && more) return name.includes(text);
    if (open) return name.endsWith(text);
    return more ? name.startsWith(text) : name === text;
  });
  if (found.length > 0 || open || more) return found;
  const zone = zoneNamed(pattern.replaceAll(' ', '_'));
  return zone === undefined ? [] : [{ tzid: zone.name, aliases: [pattern] }];
};

const patternOf = (pattern: string) => {
  const open = pattern.startsWith('*');
  const begun = open ? pattern.slice(1) : pattern;
  const more = /(?:^|[^\\])(?:\\\\)*\*$/.test(begun);
  const text = more ? begun.slice(0, -1) : begun;
  return { text: plain(text.replaceAll(/\\([*\\])/g, '$1')), open, more };
};

const plain = (name: string): string => name.toLowerCase().replaceAll('_', ' ');

/** Characters of a name; those of the database have 32 at the most. */
const LONGEST = 100;

export const zoneNamed = (tzid: string) => (tzid.length > LONGEST ? undefined : ianaZone(tzid));

/**
 * An iCalendar object with a zone, under the name that was asked for (RFC 7808 §5.3, §7.2); `undefined`
 * where the database has none.
 */
export const zoneObject = (tzid: string): string | undefined => {
  const zone = zoneNamed(tzid);
  const text = zone && zoneCalendar(zone.name);
  // Only usual names are remembered: there is no end to the others, as case makes no difference.
  return zone === undefined || zone.name === tzid
    ? text
    : text?.replace(/^TZID:.*\r\n/m, () => `TZID:${tzid}\r\nTZID-ALIAS-OF:${zone.name}\r\n`);
};
