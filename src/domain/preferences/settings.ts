/**
 * What web interfaces keep for a person and nothing here acts on, as SOGo's two documents have it: a path
 * (`defaults/SOGoShortDateFormat`, `settings/Calendar/View`) to its value as JSON.
 */
export type Settings = ReadonlyMap<string, string>;

/** `null` takes a setting away; an absent path leaves it as it is. */
export type SettingsChange = ReadonlyMap<string, string | null>;

/** Bounds on what is kept for one person. */
const LIMITS = { settings: 1000, path: 200, value: 65_536, characters: 500_000 } as const;

/** Only what a change would really change. */
export const effectiveSettings = (settings: Settings, change: SettingsChange): SettingsChange =>
  new Map([...change].filter(([path, value]) => value !== (settings.get(path) ?? null)));

export const appliedSettings = (settings: Settings, change: SettingsChange): Settings => {
  const applied = new Map(settings);
  for (const [path, value] of change) {
    if (value === null) applied.delete(path);
    else applied.set(path, value);
  }
  return applied;
};

/** Whether they may be kept. */
export const areWithinLimits = (settings: Settings): boolean => {
  let characters = 0;
  for (const [path, value] of settings) {
    if (path.length > LIMITS.path || value.length > LIMITS.value) return false;
    characters += path.length + value.length;
  }
  return settings.size <= LIMITS.settings && characters <= LIMITS.characters;
};
