import { CALENDAR_LIMITS } from '../calendar-limits.ts';
import { parameter, scanContentLines } from '../content-lines.ts';
import { ianaZone } from './iana-zone.ts';
import { zoneText } from './write-zone.ts';

/** What a client wants of the time zones in calendar data: all, or none that everybody knows (RFC 7809 §7.1). */
export type ZonesWanted = 'all' | 'unusual';

/**
 * A stored calendar object with the VTIMEZONEs that are wanted, all else as it was: with one for every
 * zone that its times refer to, as far as anybody knows it; or without those that go by an IANA name.
 */
export const withZones = (calendar: string, wanted: ZonesWanted): string =>
  wanted === 'all' ? completed(calendar) : calendar.replaceAll(DEFINITION, unlessUsual);

/** Lines that begin so are never within another: what is folded begins with a blank. */
const DEFINITION =
  /^BEGIN:VTIMEZONE[ \t]*\r?\n(?:(?!END:VTIMEZONE)[^\n]*\n)*END:VTIMEZONE[ \t]*\r?\n/gim;

const unlessUsual = (definition: string): string => {
  const unfolded = definition.replaceAll(/\r?\n[ \t]/g, '');
  const tzid = /^TZID(?:;[^:\r\n]*)?:(.*)$/im.exec(unfolded)?.[1]?.trim() ?? '';
  return isIana(tzid) ? '' : definition;
};

/** Whether a name is one that every program with the IANA database knows. */
const isIana = (tzid: string): boolean => {
  const known = usual.get(tzid);
  if (known !== undefined) return known;
  const found = ianaZone(tzid) !== undefined;
  if (usual.size < REMEMBERED) usual.set(tzid, found);
  return found;
};

const usual = new Map<string, boolean>();
const REMEMBERED = 1_000;

const completed = (calendar: string): string => {
  const referred = new Set<string>();
  const defined = new Set<string>();
  const open: string[] = [];
  scanContentLines(calendar, DIALECT, ({ name, parameters, value }) => {
    if (name === 'BEGIN') open.push(value.trimEnd().toUpperCase());
    else if (name === 'END') open.pop();
    else if (name === 'TZID' && open.at(-1) === 'VTIMEZONE') defined.add(value.trim());
    const tzid = parameters === '' ? undefined : parameter(parameters, 'TZID')?.trim();
    if (tzid !== undefined) referred.add(tzid);
    return undefined;
  });
  const missing = [...referred]
    .filter((tzid) => !defined.has(tzid))
    .slice(0, ZONES)
    .map((tzid) => zoneText(tzid) ?? '')
    .join('');
  if (missing === '') return calendar;
  const first = FIRST_COMPONENT.exec(calendar)?.index ?? -1;
  return first === -1 ? calendar : calendar.slice(0, first) + missing + calendar.slice(first);
};

/** Zones that are added to one object. */
const ZONES = 32;
const DIALECT = { groups: false, bareParameters: false, lines: CALENDAR_LIMITS.lines };
const FIRST_COMPONENT = /^BEGIN:(?!VCALENDAR)/im;
