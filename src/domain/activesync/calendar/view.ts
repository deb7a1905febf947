import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { parameter, type ContentLine } from '../../icalendar/content-lines.ts';
import { readTime, type Moment } from '../../icalendar/time-values.ts';
import { momentOf, UTC } from '../../icalendar/zones/zone.ts';
import { knownZones } from '../../icalendar/zones/zones.ts';
import type { Context } from '../item-class.ts';
import { lineIn, type Lines } from '../properties.ts';
import { type NamedZone, userZone } from '../zones/zone-finding.ts';

/** What is needed to tell of a component of a calendar object. */
export interface View {
  readonly context: Context;
  readonly user: NamedZone;
  /** Time zones that the object itself describes, by TZID: content lines between BEGIN and END. */
  readonly own: ReadonlyMap<string, string>;
  /** The component that an exception is one of; absent for that of the series. */
  readonly master?: ComponentNode;
  /** Whether its times and its rule are none that ActiveSync could say, so that they are not written. */
  readonly isReduced: boolean;
  /** VTIMEZONEs that written times need; found while writing. */
  readonly needed: Map<string, NamedZone>;
}

export const viewOf = (root: ComponentNode | undefined, context: Context): View => ({
  context,
  user: userZone(context.zone),
  own: new Map(root?.components.flatMap(definitionIn) ?? []),
  isReduced: false,
  needed: new Map(),
});

const definitionIn = (zone: ComponentNode): readonly (readonly [string, string])[] => {
  if (zone.name !== 'VTIMEZONE') return [];
  const tzid = lineIn(zone.properties, 'TZID')?.value.trim();
  return tzid === undefined ? [] : [[tzid, zone.components.flatMap(linesOf).join('\r\n')]];
};

const linesOf = ({ name, properties, components }: ComponentNode): readonly string[] => [
  `BEGIN:${name}`,
  ...properties.map((one) => `${one.name}${one.parameters}:${one.value}`),
  ...components.flatMap(linesOf),
  `END:${name}`,
];

/** A date or time of a property, and by whose clock. */
export interface PlacedTime extends Moment {
  readonly zone: NamedZone;
}

/** The zone of a TZID: what the object says of it, then what everybody knows; the user's where nobody knows any. */
const zoneNamed = (tzid: string, { own, user }: View): NamedZone => {
  const definition = own.get(tzid);
  const zone = knownZones.zoneOf(definition === undefined ? { tzid } : { tzid, own: definition });
  if (zone === undefined) return user;
  return { tzid, zone, ...(definition !== undefined && { own: definition }) };
};

/** Reads a time; dates and times that float are by the user's clock. */
export const timeOf = (value: string, parameters: string, view: View): PlacedTime | undefined => {
  const time = readTime(value);
  if (time === undefined) return undefined;
  if (time.form === 'utc') return { ...time, zone: { tzid: 'UTC', zone: UTC } };
  const tzid = parameters === '' ? undefined : parameter(parameters, 'TZID')?.trim();
  const isPlaced = time.form === 'local' && tzid !== undefined && tzid !== '';
  return { ...time, zone: isPlaced ? zoneNamed(tzid, view) : view.user };
};

export const timeIn = (lines: Lines, name: string, view: View): PlacedTime | undefined => {
  const found = lineIn(lines, name);
  return found && timeOfLine(found, view);
};

export const timeOfLine = (
  { value, parameters }: ContentLine,
  view: View,
): PlacedTime | undefined => timeOf(value, parameters, view);

/** The moment of a time; of a date, midnight by the user's clock. */
export const placedMoment = ({ wall, zone }: PlacedTime): number => momentOf(zone.zone, wall);
