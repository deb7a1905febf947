import { ianaZone } from './iana-zone.ts';
import { ownZone } from './own-zone.ts';
import { fixedZone, type Zone } from './zone.ts';
import { readZoneName } from './zone-names.ts';

/** A TZID as an object uses it. */
export interface ZoneDefinition {
  readonly tzid: string;
  /** Content lines between BEGIN and END of the object's VTIMEZONE of that name, if it has one. */
  readonly own?: string;
}

/** Finds zones, and remembers them. */
export interface Zones {
  /**
   * What the object itself says comes first, then the name: IANA's, Windows', an alias, an offset.
   * `undefined` when nobody knows it; its times are then like those without a zone.
   */
  zoneOf(definition: ZoneDefinition): Zone | undefined;
}

/**
 * @param capacity how many zones to remember; some 20 KiB each when they have been used for decades.
 */
export const newZones = (capacity = 500): Zones => {
  const byContent = new Map<string, Zone | undefined>();
  const byTzid = new Map<string, Zone | undefined>();
  const byName = new Map<string, Zone>();

  const iana = (name: string): Zone | undefined => {
    const found = ianaZone(name);
    // Many names, one zone.
    return found && remembered(byName, capacity, found.name, () => found.zone);
  };
  const named = (tzid: string): Zone | undefined => {
    const { names, offset } = readZoneName(tzid);
    for (const name of names) {
      const zone = iana(name);
      if (zone !== undefined) return zone;
    }
    return offset === undefined ? undefined : fixedZone(offset);
  };

  return {
    zoneOf({ tzid, own }) {
      if (own !== undefined) {
        const zone = remembered(byContent, capacity, own, () => ownZone(own));
        if (zone !== undefined) return zone;
      }
      if (tzid.length > LONGEST) return undefined;
      return remembered(byTzid, capacity, tzid, () => named(tzid));
    },
  };
};

/** Characters of a name that anybody may know. */
const LONGEST = 200;

/** For everybody: what a zone is does not depend on who asks. */
export const knownZones: Zones = newZones();

/** The oldest makes room for the newest. */
const remembered = <Value>(
  among: Map<string, Value>,
  capacity: number,
  key: string,
  make: () => Value,
): Value => {
  if (among.has(key)) return among.get(key) as Value;
  const value = make();
  if (among.size >= capacity)
    for (const oldest of among.keys()) {
      among.delete(oldest);
      break;
    }
  among.set(key, value);
  return value;
};
