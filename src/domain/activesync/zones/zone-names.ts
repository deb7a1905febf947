import { windowsZones } from '../../icalendar/zones/windows-zones.ts';

const CAPITALS: ReadonlySet<string> = new Set(['aus', 'gtb', 'sa', 'se', 'us', 'utc']);
const SMALL: ReadonlySet<string> = new Set(['and']);

/** `w. europe standard time` as Windows writes it. */
const asWritten = (name: string): string =>
  name.replaceAll(/[a-z.]+/g, (word) => {
    if (CAPITALS.has(word)) return word.toUpperCase();
    return SMALL.has(word) ? word : word.charAt(0).toUpperCase() + word.slice(1);
  });

let names: ReadonlyMap<string, string> | undefined;

/** The name that Windows has for an IANA zone, or ''. */
export const windowsName = (tzid: string): string => {
  names ??= new Map([...windowsZones].map(([name, zone]) => [zone, asWritten(name)]));
  return names.get(tzid) ?? (windowsZones.has(tzid.toLowerCase()) ? tzid : '');
};

/** The IANA zone of a Windows name, or `undefined`. */
export const zoneOfWindows = (name: string): string | undefined =>
  windowsZones.get(
    name
      .trim()
      .replace(/ daylight time$/i, ' standard time')
      .toLowerCase(),
  );

/**
 * Zones that rules without a name are taken for, the first that fits: where most people are, of zones whose clocks
 * go alike.
 */
export const populous: readonly string[] = [
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
  'Asia/Kolkata',
  'Asia/Shanghai',
  'Asia/Tokyo',
  'Europe/Helsinki',
  'Europe/Moscow',
  'Europe/Istanbul',
  'America/Sao_Paulo',
  'America/Bogota',
  'America/Mexico_City',
  'America/Phoenix',
  'America/Anchorage',
  'Pacific/Honolulu',
  'America/Halifax',
  'America/St_Johns',
  'America/Caracas',
  'America/Santiago',
  'America/Argentina/Buenos_Aires',
  'Africa/Cairo',
  'Africa/Lagos',
  'Africa/Johannesburg',
  'Africa/Nairobi',
  'Africa/Casablanca',
  'Asia/Jerusalem',
  'Asia/Beirut',
  'Asia/Tehran',
  'Asia/Dubai',
  'Asia/Kabul',
  'Asia/Karachi',
  'Asia/Kathmandu',
  'Asia/Dhaka',
  'Asia/Yangon',
  'Asia/Jakarta',
  'Asia/Manila',
  'Asia/Seoul',
  'Australia/Sydney',
  'Australia/Brisbane',
  'Australia/Adelaide',
  'Australia/Darwin',
  'Australia/Perth',
  'Pacific/Auckland',
  'Pacific/Fiji',
  'Atlantic/Azores',
  'Atlantic/Cape_Verde',
  'Pacific/Apia',
];
