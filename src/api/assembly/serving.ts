import { randomUUID } from 'node:crypto';
import type { FilesEvent, FilesState } from '../../domain/files/changes.ts';
import { files } from '../../domain/files/files.ts';
import { foldTail, unfolded } from '../../domain/kernel/fold.ts';
import type { CollectionId } from '../../domain/kernel/ids.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { notifications } from '../../domain/notifications/notifications.ts';
import { preferencesOver } from '../../domain/preferences/preferences.ts';
import { consistentCollectionRows } from '../../projections/collection/reading.ts';
import { consistentHome } from '../../projections/home/reading.ts';
import { builtInDirectory } from '../built-in-directory.ts';
import { directoriesOver } from '../books/directories.ts';
import { fileTrees } from '../file-trees.ts';
import { homeHints } from '../home-hints.ts';
import { provisionedHome } from '../homes.ts';
import { knownPreferences } from '../scheduling/known-preferences.ts';
import type { Services } from '../services.ts';
import { sharing } from '../sharing.ts';
import type { Ground } from './ground.ts';
import { type AssembledScheduling, schedulingOn } from './scheduling.ts';
import type { People } from './people.ts';

const weighFiles = ({ total }: FilesState): number =>
  total.items + Math.ceil(total.characters / 250);

/** What every protocol stands on, and what runs by itself needs of it. */
interface Served extends Services {
  readonly scheduling: AssembledScheduling;
}

/** What every protocol stands on. */
export const servicesOn = (ground: Ground, people: People): Served => {
  const { foundation, store, handle, codecFor, runtime, reading, homes, calendars } = ground;
  const { addressBooks, changePreferences, now } = ground;
  const { rows, sources, blobs } = foundation;
  const { access, adopt, domains, groups, preferencesOf } = people;

  const seen: Services['seen'] = async (stream, revision) => {
    await ground.seen(stream, revision);
  };
  const currentHomes = consistentHome({ ...reading, rows: rows.homes });
  const homeOf = provisionedHome({
    rows: currentHomes,
    ...{ homes, calendars, addressBooks, seen },
    provenance: ground.byServer,
  });
  const hints = homeHints(homeOf, runtime.watch);
  ground.onErasure(hints.forget);

  const preferencesOfAll = knownPreferences({
    ...{ store, none: ground.noPreferences, chosenOf: ground.chosenPreferencesOf },
    over: (person, chosen) =>
      preferencesOver(chosen, foundation.usualPreferences(domains.of(person))),
  });

  const services: Served = {
    ...{ calendars, addressBooks, homes, blobs, seen, now, domains },
    locks: foundation.locks,
    files: handle('files', files, weighFiles),
    filesOf: fileTrees({
      store,
      codec: codecFor<FilesEvent>(),
      cache: foundation.cache('folders', weighFiles),
    }),
    collections: consistentCollectionRows({ ...reading, rows: rows.collections }),
    home: homeOf,
    homeHint: hints.hint,
    homesOf: currentHomes.homes,
    preferencesOf,
    preferencesOfAll,
    changePreferences,
    notify: handle('notifications', notifications),
    notificationsOf: async (owner) => {
      const log = { store, codec: codecFor<never>() };
      const stream = streams.notifications(owner);
      return (await foldTail(notifications, log, stream, unfolded(notifications))).state;
    },
    sharing: sharing({
      ...{ sources, adopt, domains, groups },
      accounts: rows.accounts,
      settings: foundation.sharingSettings,
      watch: runtime.watch,
    }),
    directories: directoriesOver(
      foundation.books,
      domains,
      builtInDirectory({ rows: rows.accounts, groups, domains, preferencesOfAll }),
    ),
    authenticate: access.authenticate,
    others: access.others,
    guard: access.guard,
    newCollectionId: () => randomUUID() as CollectionId,
    limits: {
      get resource() {
        return foundation.resourceLimit;
      },
      xml: 4 * 1024 * 1024,
      hrefs: 10_000,
    },
    get dialect() {
      return foundation.dialect;
    },
    get unserved() {
      return foundation.unserved;
    },
    get unexported() {
      return foundation.unexported;
    },
    publicAccess: () => foundation.publicAccess,
    freeBusyDays: (principal) => foundation.freeBusyDays(domains.of(principal)),
    busyRules: (principal) => foundation.busyRules(domains.of(principal)),
    get scheduling() {
      return scheduling;
    },
  };
  const scheduling = schedulingOn(ground, people, services);
  return services;
};
