import { randomUUID } from 'node:crypto';
import { type AccountEvent, account } from '../domain/account/account.ts';
import { groups, type GroupsEvent } from '../domain/account/groups.ts';
import { login } from '../domain/account/login.ts';
import { addressBook } from '../domain/addressbook/addressbook.ts';
import { calendar } from '../domain/calendar/calendar.ts';
import type { DomainEvent } from '../domain/events.ts';
import type { FilesEvent, FilesState } from '../domain/files/changes.ts';
import { files } from '../domain/files/files.ts';
import { home } from '../domain/home/home.ts';
import { installation, type InstallationEvent } from '../domain/installation/installation.ts';
import type { Decider } from '../domain/kernel/decision.ts';
import { foldTail, unfolded } from '../domain/kernel/fold.ts';
import { type Handle, handling } from '../domain/kernel/handle.ts';
import type { AccountId, CollectionId, GroupId, Instant } from '../domain/kernel/ids.ts';
import type { EventCodec } from '../domain/kernel/ports.ts';
import { streams } from '../domain/kernel/streams.ts';
import { type WebCalendarEvent, webCalendar } from '../domain/web-calendar/credentials.ts';
import { type Preferences, preferences } from '../domain/preferences/preferences.ts';
import { accountProjection } from '../projections/account/projection.ts';
import { collectionProjection } from '../projections/collection/projection.ts';
import { consistentCollectionRows } from '../projections/collection/reading.ts';
import { homeProjection } from '../projections/home/projection.ts';
import { consistentHome } from '../projections/home/reading.ts';
import { projected } from '../projections/runtime/projector.ts';
import { startProjections } from '../projections/runtime/runtime.ts';
import { type ErasureParts, erasure, hearingErasures } from './account-erasure.ts';
import { accountOpening } from './account-opening.ts';
import { renaming } from './account-renaming.ts';
import { accountAdministration } from './accounts.ts';
import { adopting } from './adopting.ts';
import { strayBlobs, sweeping } from './blob-sweep.ts';
import { directoriesOver } from './books/directories.ts';
import { domainsOver } from './domains.ts';
import { tidyingUp } from './tidying-up.ts';
import type { Daybook } from './daybook.ts';
import type { Foundation } from './foundation.ts';
import { fileTrees } from './file-trees.ts';
import { builtInGroups } from './groups.ts';
import { homeHints } from './home-hints.ts';
import { provisionedHome } from './homes.ts';
import { provenances } from './provenances.ts';
import { knowledge } from './knowledge.ts';
import { troublesTo } from './log.ts';
import { startMailing } from './mail/mailing.ts';
import { measuredStore } from './metrics/measured-store.ts';
import { readings } from './metrics/readings.ts';
import type { Services } from './services.ts';
import { sharing } from './sharing.ts';
import { webCalendars } from './web-calendars/web-calendars.ts';
import { signInOver } from './sign-in/assembly.ts';

/** How long a writer waits for its own write to show, in ms; readers see it in any case. */
const WRITER_PATIENCE = 1000;

/** Puts deciders, projections and services on a foundation, and starts projecting. */
export const assemble = (foundation: Foundation): Daybook => {
  const { codec, vault, blobs, rows, hasher, signIn, sources, pause, version, log } = foundation;
  const store = measuredStore(foundation.store, foundation.meter);

  const handle = <Command, State, Event extends DomainEvent, Rejection>(
    kind: string,
    decider: Decider<Command, State, Event, Rejection>,
    weigh: (state: State) => number = () => 0,
  ): Handle<Command, Event, Rejection> =>
    handling(decider, {
      store,
      // A stream holds only the events of its own decider.
      codec: codec as unknown as EventCodec<Event>,
      cache: foundation.cache(kind, weigh),
      pause,
    });

  const now = (): Instant => new Date().toISOString() as Instant;
  const provenance = provenances(version, now);

  const projections = [
    projected(collectionProjection, rows.writing.collection),
    projected(homeProjection, rows.writing.home),
    projected(accountProjection, rows.writing.account),
  ];
  const { erasing } = foundation;
  const troubled = troublesTo(log);
  /** All of an account that is neither in the log nor made of it. */
  const forgetUses = async (account: AccountId): Promise<void> => {
    await signIn.state.forget(account);
    await foundation.feeds.schedule.forget(account);
    await foundation.mail.outbox.purge(account);
    await foundation.locks.purge(account);
  };
  const tidying = tidyingUp({
    tidy: async (account) => {
      await erasing.purge(account);
      await forgetUses(account);
    },
    report: troubled('erasure-trouble'),
  });
  const runtime = startProjections({
    store: hearingErasures(store, (account) => {
      erasing.forget();
      hints.forget(account);
      // Whoever runs the command does the same by itself.
      if (!foundation.guest) tidying.later(account);
    }),
    codec,
    projections,
    nodeId: foundation.nodeId,
    guest: foundation.guest,
    report: ({ code, ...fields }) => log(code, fields),
  });

  const swept = { store, codec, blobs, holding: rows.holding };
  const sweep = foundation.guest ? undefined : sweeping({ ...swept, log });

  const reading = { store, codec, seen: runtime.seen };
  const homes = handle('home', home, ({ entries }) => entries.size);
  const calendars = handle('calendar', calendar, ({ members }) => members.byName.size);
  const weighFiles = ({ total }: FilesState) => total.items + Math.ceil(total.characters / 250);
  const addressBooks = handle('addressbook', addressBook, ({ members }) => members.byName.size);
  const seen: Services['seen'] = async (stream, revision) => {
    await runtime.seen(stream, revision, WRITER_PATIENCE);
  };
  const homeOf = provisionedHome({
    rows: consistentHome({ ...reading, rows: rows.homes }),
    homes,
    calendars,
    addressBooks,
    seen,
    provenance: provenance('server'),
  });
  const hints = homeHints(homeOf, runtime.watch);
  const accounts = handle('account', account);
  const opening = accountOpening({
    logins: handle('login', login),
    accounts,
    newAccountId: () => randomUUID() as AccountId,
  });
  const byServer = provenance('server');
  const preferring = preferences(knowledge);
  const changePreferences = handle('preferences', preferring);
  const preferencesOf = async (owner: AccountId): Promise<Preferences> => {
    const log = { store, codec: codec as unknown as EventCodec<never> };
    const none = unfolded(preferring);
    return (await foldTail(preferring, log, streams.preferences(owner), none)).state;
  };
  const domains = domainsOver({
    settings: foundation.domains,
    store,
    codec: codec as unknown as EventCodec<InstallationEvent>,
    installations: handle('installation', installation, ({ said }) => said.size),
    watch: runtime.watch,
    provenance: provenance('cli'),
  });
  const shown = async (account: AccountId, patience: number): Promise<void> => {
    const stream = streams.account(account);
    const head = (await store.heads([stream])).get(stream);
    if (typeof head === 'bigint') await runtime.seen(stream, head, patience);
  };
  const adopt = adopting({ opening, shown, provenance: byServer });
  const access = signInOver({
    foundation: signIn,
    store,
    codec: codec as unknown as EventCodec<AccountEvent>,
    ...{ accounts, hasher, sources, now, log },
    domains: foundation.domains,
    rows: rows.accounts,
    adopt,
    watch: runtime.watch,
    seen: (stream, revision) => runtime.seen(stream, revision, WRITER_PATIENCE),
  });
  const builtIn = builtInGroups({
    ...{ store, adopt, rows: rows.accounts, provenance: provenance('cli') },
    codec: codec as unknown as EventCodec<GroupsEvent>,
    groups: handle('groups', groups, (state) => state.size),
    newGroupId: () => randomUUID() as GroupId,
  });
  const services: Services = {
    calendars,
    addressBooks,
    homes,
    files: handle('files', files, weighFiles),
    filesOf: fileTrees({
      store,
      codec: codec as unknown as EventCodec<FilesEvent>,
      cache: foundation.cache('folders', weighFiles),
    }),
    collections: consistentCollectionRows({ ...reading, rows: rows.collections }),
    home: homeOf,
    preferencesOf,
    changePreferences,
    homeHint: hints.hint,
    sharing: sharing({
      ...{ sources, adopt, domains, groups: builtIn },
      accounts: rows.accounts,
      settings: foundation.sharingSettings,
      watch: runtime.watch,
    }),
    directories: directoriesOver(foundation.books, domains),
    ...{ blobs, locks: foundation.locks },
    seen,
    authenticate: access.authenticate,
    others: access.others,
    guard: access.guard,
    now,
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
    domains,
    freeBusyDays: (principal) => foundation.freeBusyDays(domains.of(principal)),
  };

  const web = webCalendars({
    ...{ services, store, ...foundation.feeds, all: rows.homes.webCalendars },
    watch: runtime.watch,
    codec: codec as unknown as EventCodec<WebCalendarEvent>,
    handle: handle('webcalendar', webCalendar),
    report: troubled('web-calendar-trouble'),
  });
  const looking = foundation.guest ? undefined : web.start();
  const mailing = foundation.guest
    ? undefined
    : startMailing({
        foundation: foundation.mail,
        ...{ store, domains, log, node: foundation.nodeId, meter: foundation.meter },
        ...{ codec, services, counts: access.counts },
        accounts: rows.accounts,
        seen: (stream, revision) => runtime.seen(stream, revision, WRITER_PATIENCE),
        language: async (account) => (await preferencesOf(account)).language,
      });

  const byCommandLine = provenance('cli');
  const administration: ErasureParts = {
    ...{ opening, accounts, hasher, store, vault, erasing },
    rows: rows.accounts,
    signOut: (account) => signIn.sessions.endAll(account),
    shown: (account) => shown(account, WRITER_PATIENCE),
    provenance: byCommandLine,
    forgetUses,
  };

  return {
    store,
    codec,
    vault,
    services,
    projections,
    audits: rows.audits,
    strayBlobs: async (signal) => (await strayBlobs(swept, signal)).strays.length,
    accountRows: rows.accounts,
    signIn: access,
    webCalendars: web,
    outbox: foundation.mail.outbox,
    byCommandLine,
    accounts: {
      ...accountAdministration(administration),
      ...erasure(administration),
      rename: renaming(administration),
    },
    groups: builtIn,
    domains,
    nodes: foundation.nodes,
    nodeId: foundation.nodeId,
    preferencesOf,
    changePreferences: (owner, change) =>
      changePreferences({
        stream: streams.preferences(owner),
        owner,
        command: { type: 'ChangePreferences', change },
        by: byCommandLine(),
      }),
    report: ({ code, ...fields }) => log(code, fields),
    readings: readings({
      version,
      runtime,
      healthy: store.healthy,
      mailsWaiting: foundation.mail.outbox.waiting,
      caches: foundation.caches,
      pool: foundation.pool,
    }),
    readiness: async () => {
      const [log, database] = await Promise.all([store.healthy(), rows.healthy()]);
      const parts = { store: log, database, projections: runtime.isCaughtUp() };
      return { ready: Object.values(parts).every(Boolean), parts };
    },
    caughtUp: runtime.caughtUp,
    close: async () => {
      try {
        await Promise.all([looking?.close(), mailing?.close()]);
        await access.close();
        await tidying.close();
        await sweep?.close();
        await runtime.close();
        const open = [...foundation.books].map(({ directory }) => directory);
        await Promise.all([...new Set([...sources, ...open])].map((source) => source.close()));
      } finally {
        await foundation.close();
      }
    },
  };
};
