/**
 * What an account says about one of its collections. Kept with the account's home and not with the
 * collection, because two people who share a calendar name and colour it each in his own way.
 */
export interface CollectionProperties {
  /** DAV:displayname (RFC 4918 §15.2). */
  readonly displayName?: string;
  /** CALDAV:calendar-description, CARDDAV:addressbook-description. */
  readonly description?: string;
  /** Apple's calendar-color: `#RRGGBB` or `#RRGGBBAA`. */
  readonly color?: string;
  /** Apple's calendar-order. */
  readonly order?: number;
  /** CALDAV:calendar-timezone (RFC 4791 §5.2.2): an iCalendar object with one VTIMEZONE. */
  readonly timeZone?: string;
  /** CALDAV:schedule-calendar-transp (RFC 6638 §9.1). */
  readonly transparency?: 'opaque' | 'transparent';
  /** Where a web calendar's objects come from: an HTTP address without credentials. Others cannot be written to it. */
  readonly source?: string;
  /** Whether devices of ActiveSync are shown it; absent: as is usual for its kind. SOGo's word. */
  readonly synchronize?: boolean;
  /** Dead properties (RFC 4918 §4): `{namespace}name` to the property's element, as XML text. */
  readonly dead: ReadonlyMap<string, string>;
}

type Settable = Omit<CollectionProperties, 'dead'>;

/** `null` takes a property away; an absent key leaves it as it is. */
export type PropertyChange = {
  readonly [Key in keyof Settable]?: NonNullable<Settable[Key]> | null;
} & { readonly dead?: ReadonlyMap<string, string | null> };

export const noProperties: CollectionProperties = { dead: new Map() };

/** Bounds on what one collection may be told to remember. */
export const PROPERTY_LIMITS = { dead: 100, characters: 65_536 } as const;

const settableKeys = [
  'displayName',
  'description',
  'color',
  'order',
  'timeZone',
  'transparency',
  'source',
  'synchronize',
] as const satisfies readonly (keyof Settable)[];

/** Only what a change would really change: what is recorded, so that saying a thing twice records nothing. */
export const effectiveChange = (
  properties: CollectionProperties,
  change: PropertyChange,
): PropertyChange | undefined => {
  const settable = Object.fromEntries(
    settableKeys
      .filter((key) => change[key] !== undefined && change[key] !== (properties[key] ?? null))
      .map((key) => [key, change[key]]),
  ) as PropertyChange;
  const dead = new Map(
    [...(change.dead ?? [])].filter(([name, xml]) => xml !== (properties.dead.get(name) ?? null)),
  );
  if (Object.keys(settable).length === 0 && dead.size === 0) return undefined;
  return dead.size === 0 ? settable : { ...settable, dead };
};

export const applyChange = (
  properties: CollectionProperties,
  change: PropertyChange,
): CollectionProperties => {
  const dead = new Map(properties.dead);
  for (const [name, xml] of change.dead ?? []) {
    if (xml === null) dead.delete(name);
    else dead.set(name, xml);
  }
  const merged = settableKeys
    .map((key) => [key, change[key] === undefined ? properties[key] : change[key]] as const)
    .filter(([, value]) => value !== undefined && value !== null);
  return { ...(Object.fromEntries(merged) as Settable), dead };
};

/** Whether the properties stay within `PROPERTY_LIMITS`. */
export const withinLimits = (properties: CollectionProperties): boolean => {
  const texts = [
    properties.displayName,
    properties.description,
    properties.color,
    properties.timeZone,
    properties.source,
  ];
  return (
    properties.dead.size <= PROPERTY_LIMITS.dead &&
    [...texts, ...properties.dead.values()].every(
      (text) => (text?.length ?? 0) <= PROPERTY_LIMITS.characters,
    )
  );
};
