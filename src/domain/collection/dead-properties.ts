/** Dead properties (RFC 4918 §4): `{namespace}name` to the property's element, as XML text. */
export type DeadProperties = ReadonlyMap<string, string>;

/** What a change does to dead properties; `null` takes one away. */
export type DeadChange = ReadonlyMap<string, string | null>;

export const withDead = (dead: DeadProperties, change: DeadChange): DeadProperties => {
  const changed = new Map(dead);
  for (const [name, xml] of change) {
    if (xml === null) changed.delete(name);
    else changed.set(name, xml);
  }
  return changed;
};

/** What dead properties hold, names and values together. */
export const charactersOf = (dead: DeadProperties): number => {
  let characters = 0;
  for (const [name, xml] of dead) characters += name.length + xml.length;
  return characters;
};

export const areSame = (one: DeadProperties, other: DeadProperties): boolean =>
  one.size === other.size && [...one].every(([name, xml]) => other.get(name) === xml);
