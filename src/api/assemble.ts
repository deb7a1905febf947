import { streams } from '../domain/kernel/streams.ts';
import { startBackground } from './assembly/background.ts';
import { groundOn } from './assembly/ground.ts';
import { peopleOn } from './assembly/people.ts';
import { servicesOn } from './assembly/serving.ts';
import { takeMailOn } from './assembly/mail-in.ts';
import { activeSyncOn } from './assembly/active-sync.ts';
import type { Daybook } from './daybook.ts';
import type { Foundation } from './foundation.ts';
import { readings } from './metrics/readings.ts';

/** Puts deciders, projections and services on a foundation, and starts what runs by itself. */
export const assemble = (foundation: Foundation): Daybook => {
  const { codec, vault, rows, version, log } = foundation;
  const ground = groundOn(foundation);
  const { store, runtime, byCommandLine } = ground;
  const people = peopleOn(ground);
  const services = servicesOn(ground, people);
  const background = startBackground(ground, people, services);

  return {
    store,
    codec,
    vault,
    services,
    projections: ground.projections,
    audits: rows.audits,
    strayBlobs: background.strayBlobs,
    accountRows: rows.accounts,
    signIn: people.access,
    recovery: people.recovery,
    webCalendars: background.webCalendars,
    outbox: foundation.mail.outbox,
    jobs: foundation.jobs,
    activeSync: activeSyncOn(ground),
    takeMail: takeMailOn(ground, services),
    byCommandLine,
    accounts: people.administration,
    groups: people.groups,
    domains: people.domains,
    nodes: foundation.nodes,
    nodeId: foundation.nodeId,
    preferencesOf: people.preferencesOf,
    changePreferences: (owner, change) =>
      ground.changePreferences({
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
      jobs: foundation.jobs.counts,
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
        await background.close();
        await runtime.close();
        const open = [...foundation.books].map(({ directory }) => directory);
        await Promise.all([...new Set([...foundation.sources, ...open])].map((one) => one.close()));
      } finally {
        await foundation.close();
      }
    },
  };
};
