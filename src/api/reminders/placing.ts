import type { HomeEntry } from '../../domain/home/home.ts';
import type { Clocks } from '../../domain/icalendar/placing.ts';
import { UTC, type Zone } from '../../domain/icalendar/zones/zone.ts';
import { knownZones } from '../../domain/icalendar/zones/zones.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import { collectionStream } from '../../domain/kernel/streams.ts';
import type { Preferences } from '../../domain/preferences/preferences.ts';
import type { AccountRow } from '../../projections/account/rows.ts';
import { zoneOfCalendar } from '../dav/properties/time-zone.ts';
import { addressesOf } from '../scheduling/busy.ts';
import type { RemindersParts } from './parts.ts';

/** Whose calendar it is, and what reminders of its objects depend on besides. */
export interface Around {
  readonly owner: AccountRow;
  readonly addresses: ReadonlySet<string>;
  readonly preferences: Preferences;
  /** Absent while nobody knows yet what the owner calls it. */
  readonly entry: HomeEntry | undefined;
  readonly clocks: Clocks & { readonly floating: Zone };
}

/** @throws what the tables and the store throw; `undefined` where there is no such calendar, or no owner, any more. */
export const aroundOf = async (
  { services, accounts }: Pick<RemindersParts, 'services' | 'accounts'>,
  stream: StreamId,
): Promise<Around | undefined> => {
  const row = (await services.collections.collections([stream])).get(stream);
  if (row?.status !== 'live' || row.kind !== 'calendar') return undefined;
  const owner = await accounts.byId(row.owner);
  if (owner === undefined) return undefined;
  const [homes, all] = await Promise.all([
    services.homesOf([row.owner]),
    services.preferencesOfAll([owner]),
  ]);
  const preferences = all.get(row.owner);
  if (preferences === undefined) return undefined;
  const entry = homes
    .get(row.owner)
    ?.entries.find(({ kind, collection }) => collectionStream(kind, collection) === stream);
  const own = knownZones.zoneOf({ tzid: preferences.timeZone }) ?? UTC;
  const floating =
    entry?.properties.timeZone === undefined ? own : zoneOfCalendar(entry.properties);
  return {
    ...{ owner, preferences, entry },
    addresses: addressesOf(owner),
    clocks: { zones: knownZones, floating },
  };
};
