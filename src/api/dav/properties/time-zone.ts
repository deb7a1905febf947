import type { CollectionProperties } from '../../../domain/home/properties.ts';
import { scanContentLines } from '../../../domain/icalendar/content-lines.ts';
import { zoneDefinitionIn } from '../../../domain/icalendar/times.ts';
import { UTC, type Zone } from '../../../domain/icalendar/zones/zone.ts';
import { knownZones } from '../../../domain/icalendar/zones/zones.ts';

/** Lines of one time zone object: zones with every transition spelled out stay well below. */
const LINES = 5_000;

/** Whether a text is an iCalendar object with exactly one VTIMEZONE and nothing else (RFC 4791 §5.2.2). */
export const isTimeZoneObject = (text: string): boolean => {
  const open: string[] = [];
  let zones = 0;
  let identified = false;
  const wrong = scanContentLines(
    text.trim(),
    { groups: false, bareParameters: false, lines: LINES },
    ({ name, value }) => {
      const component = value.toUpperCase();
      if (name === 'BEGIN') {
        open.push(component);
        if (component === 'VTIMEZONE') zones += 1;
        return allowed.has(open.join('/')) ? undefined : `${component} has no place here`;
      }
      if (name === 'END') return open.pop() === component ? undefined : 'END without BEGIN';
      if (name === 'TZID' && open.at(-1) === 'VTIMEZONE') identified = true;
      return open.length === 0 ? 'outside of VCALENDAR' : undefined;
    },
  );
  return wrong === undefined && open.length === 0 && zones === 1 && identified;
};

const allowed: ReadonlySet<string> = new Set([
  'VCALENDAR',
  'VCALENDAR/VTIMEZONE',
  'VCALENDAR/VTIMEZONE/STANDARD',
  'VCALENDAR/VTIMEZONE/DAYLIGHT',
]);

/** The zone of a calendar's days and floating times; UTC's unless it says another (RFC 4791 §5.2.2, §7.3). */
export const zoneOfCalendar = (properties: CollectionProperties): Zone => {
  const known = zones.get(properties);
  if (known !== undefined) return known;
  const definition =
    properties.timeZone === undefined ? undefined : zoneDefinitionIn(properties.timeZone);
  const zone = (definition && knownZones.zoneOf(definition)) ?? UTC;
  zones.set(properties, zone);
  return zone;
};

/** Asked for once for each object of an answer. */
const zones = new WeakMap<CollectionProperties, Zone>();
