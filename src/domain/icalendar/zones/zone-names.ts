import { HOUR, MINUTE, SECOND } from '../civil.ts';
import { windowsZones } from './windows-zones.ts';

/** What a TZID may mean without a VTIMEZONE: names to try in turn, and then perhaps an offset. */
export interface ZoneGuess {
  /** Names for `ianaZone`, the likeliest first. */
  readonly names: readonly string[];
  /** Milliseconds ahead of UTC. */
  readonly offset?: number;
}

/**
 * Reads what writers put into TZID: IANA's names, bare or below a vendor's prefix
 * (`/freeassociation.sourceforge.net/Tzfile/Europe/Berlin`), Windows' names, the labels of its menu
 * (`(UTC+01:00) Amsterdam, Berlin, Bern`), offsets (`UTC+2`, `GMT-0330`).
 */
export const readZoneName = (tzid: string): ZoneGuess => {
  const text = tzid.trim().slice(0, LONGEST);
  const windows = windowsZones.get(
    text.replace(/ daylight time$/i, ' Standard Time').toLowerCase(),
  );
  if (windows !== undefined) return { names: [windows] };
  if (/^(?:z|tzone:\/\/microsoft\/utc)$/i.test(text)) return { names: [], offset: 0 };
  const [, said, label] = /^\(((?:UTC|GMT)[^)]*)\)\s*(.*)$/i.exec(text) ?? [];
  if (said !== undefined && label !== undefined) return guess(labelled(label), offsetOf(said));
  return guess(tailsOf(text), offsetOf(text));
};

const guess = (names: readonly string[], offset: number | undefined): ZoneGuess => ({
  names,
  ...(offset === undefined ? {} : { offset }),
});

/** What is left when more and more of the path is taken away: whole, `a/b/c`, `b/c`, `c`. */
const tailsOf = (text: string): readonly string[] => {
  const parts = text.split('/');
  const whole = parts[0] === '' ? [] : [text];
  const tails = [3, 2, 1]
    .filter((length) => length < parts.length)
    .map((length) => parts.slice(-length).join('/'));
  return [...whole, ...tails].map((name) => name.replaceAll(' ', '_'));
};

/** Names of zones that Windows' menu does not name by a city. */
const regions: ReadonlyMap<string, string> = new Map([
  ['alaska', 'America/Anchorage'],
  ['aleutian islands', 'America/Adak'],
  ['arizona', 'America/Phoenix'],
  ['atlantic time (canada)', 'America/Halifax'],
  ['azores', 'Atlantic/Azores'],
  ['central america', 'America/Guatemala'],
  ['central time (us & canada)', 'America/Chicago'],
  ['eastern time (us & canada)', 'America/New_York'],
  ['greenland', 'America/Godthab'],
  ['hawaii', 'Pacific/Honolulu'],
  ['indiana (east)', 'America/Indianapolis'],
  ['mountain time (us & canada)', 'America/Denver'],
  ['newfoundland', 'America/St_Johns'],
  ['pacific time (us & canada)', 'America/Los_Angeles'],
  ['saskatchewan', 'America/Regina'],
]);

/** `Amsterdam, Berlin, Bern`: the first that is a region or the city of a zone. */
const labelled = (label: string): readonly string[] => {
  const places = label
    .toLowerCase()
    .split(',')
    .map((place) => place.trim());
  return places.flatMap((place) => regions.get(place) ?? cities().get(place) ?? []);
};

let known: ReadonlyMap<string, string> | undefined;
const cities = (): ReadonlyMap<string, string> => {
  known ??= new Map(
    Intl.supportedValuesOf('timeZone').map((name) => [
      name
        .slice(name.lastIndexOf('/') + 1)
        .replaceAll('_', ' ')
        .toLowerCase(),
      name,
    ]),
  );
  return known;
};

const offsetOf = (text: string): number | undefined => {
  if (/^(?:UTC|GMT)$/i.test(text)) return 0;
  const [, sign, hours, minutes = '0'] =
    /^(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d\d)?$/i.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 14 || Number(minutes) > 59) return undefined;
  const size = Number(hours) * HOUR + Number(minutes) * MINUTE;
  return sign === '-' ? -size : size;
};

/** Value of type UTC-OFFSET in milliseconds, `-0500` (RFC 5545 §3.3.14); `undefined` when it is none. */
export const utcOffset = (value: string): number | undefined => {
  const [, sign, hours, minutes, seconds = '0'] =
    /^([+-])(\d\d):?([0-5]\d):?([0-5]\d)?$/.exec(value.trim()) ?? [];
  if (hours === undefined || Number(hours) > 23) return undefined;
  const size = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
  return sign === '-' ? -size : size;
};

/** Characters of a TZID that are looked at. */
const LONGEST = 200;
