import type { Settings, SettingsChange } from '../domain/preferences/settings.ts';

/** A user of the built-in table who is no person. */
export interface BuiltInResource {
  readonly kind: 'location' | 'thing';
  /** As `DirectoryEntry.bookings`. */
  readonly bookings: number;
}

/** Among the settings of its account, where only administrators write. */
const KIND = 'resource/kind';
const BOOKINGS = 'resource/bookings';

export const resourceIn = (settings: Settings): BuiltInResource | undefined => {
  const [kind, bookings] = [KIND, BOOKINGS].map((path): unknown => {
    const json = settings.get(path);
    return json === undefined ? undefined : JSON.parse(json);
  });
  if (kind !== 'location' && kind !== 'thing') return undefined;
  return { kind, bookings: typeof bookings === 'number' ? bookings : 0 };
};

/** `undefined`: it is a person. */
export const settingsOfResource = (resource: BuiltInResource | undefined): SettingsChange =>
  new Map([
    [KIND, resource === undefined ? null : JSON.stringify(resource.kind)],
    [BOOKINGS, resource === undefined ? null : JSON.stringify(resource.bookings)],
  ]);
