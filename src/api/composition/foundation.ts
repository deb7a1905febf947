import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrateBlobs, postgresBlobStore } from '../../adapters/blobs/postgres.ts';
import { eventCodec } from '../../adapters/codec/event-codec.ts';
import { postgresSyncLedger } from '../../adapters/eas-ledger/postgres-sync.ts';
import { postgresDeviceLedger } from '../../adapters/eas-ledger/postgres.ts';
import { migrateDeviceLedger } from '../../adapters/eas-ledger/schema.ts';
import { openEmbedded } from '../../adapters/embedded/launcher.ts';
import { eventStoreDbEventStore } from '../../adapters/eventstoredb/event-store.ts';
import { migrateVault, postgresKeyVault } from '../../adapters/keys/postgres.ts';
import { httpFeed } from '../../adapters/feeds/http-feed.ts';
import { migrateFeeds, postgresFeedSchedule } from '../../adapters/feeds/schedule.ts';
import { postgresJobs } from '../../adapters/jobs/jobs.ts';
import { migrateJobs } from '../../adapters/jobs/schema.ts';
import { postgresLocks } from '../../adapters/locks/locks.ts';
import { migrateLocks } from '../../adapters/locks/schema.ts';
import { readArrivedMail } from '../../adapters/mime/arrived-mail.ts';
import { postgresCheckpoints } from '../../adapters/outbox/checkpoints.ts';
import { postgresOutbox } from '../../adapters/outbox/outbox.ts';
import { migrateOutbox } from '../../adapters/outbox/schema.ts';
import { argon2Passwords } from '../../adapters/passwords/argon2.ts';
import { postgresEventStore } from '../../adapters/postgres/event-store.ts';
import { postgresNodes } from '../../adapters/postgres/nodes.ts';
import { openPool } from '../../adapters/postgres/pool.ts';
import { migrateLog } from '../../adapters/postgres/schema.ts';
import { migrateReadModel, readModel } from '../../adapters/readmodel/read-model.ts';
import { busyRules } from '../../adapters/sogo-conf/busy-rules.ts';
import { activeSyncSettings } from '../../adapters/sogo-conf/activesync.ts';
import { mailSettings } from '../../adapters/sogo-conf/mail.ts';
import { mailPolicy } from '../../adapters/sogo-conf/mail-policy.ts';
import type { Settings } from '../../adapters/sogo-conf/settings.ts';
import { mailInSettings } from '../../adapters/sogo-conf/mail-in.ts';
import { watchedMailbox } from '../../adapters/imap/watched-mailbox.ts';
import { mailTransport } from '../../adapters/smtp/mail-transport.ts';
import { recoverySettings } from '../../adapters/sogo-conf/recovery.ts';
import { usualPreferences } from '../../adapters/sogo-conf/usual-preferences.ts';
import { sharingSettings } from '../../adapters/sogo-conf/sharing.ts';
import { postgresCounters } from '../../adapters/sign-in/counters.ts';
import { postgresOneTimeNotes } from '../../adapters/sign-in/one-time-notes.ts';
import { postgresProxyGrants } from '../../adapters/sign-in/proxy-grants.ts';
import { migrateSignIn } from '../../adapters/sign-in/schema.ts';
import { postgresSessions } from '../../adapters/sign-in/sessions.ts';
import { postgresSignInState } from '../../adapters/sign-in/state.ts';
import { weekStartOf } from '../../domain/preferences/preferences.ts';
import { erasingOver } from '../account-erasure.ts';
import type { Foundation } from '../foundation.ts';
import { foldCaches } from '../fold-caches.ts';
import { languageTag } from '../json/languages.ts';
import { provenElsewhereLive } from './identity-provider.ts';
import { liveDomains, liveSignIn, liveSubmissions } from './live-parts.ts';
import type { Alongside } from './reloadable.ts';
import { nameOfTrouble } from './trouble.ts';

/** Names this node to its equals: the same after a restart, and no other process's. */
const nodeId = ({ listen }: Settings, guest: boolean): string =>
  guest
    ? `${hostname()} guest ${process.pid}`
    : `${hostname()} ${'path' in listen ? listen.path : `${listen.host}:${listen.port}`}`;

/** Whose word on senders counts, and the mailbox that is watched, where the settings name one. */
const mailIn = (setting: Settings['setting']) => {
  const { prover, found } = mailInSettings(setting);
  const proven = prover === undefined ? {} : { prover };
  if (found === undefined) return proven;
  return {
    ...proven,
    watched: { name: `mail-in ${found.user}/${found.mailbox}`, open: watchedMailbox(found) },
  };
};

/** Opens what the settings name; `signal` ends the wait for a database that does not start. */
export const layFoundation = async (
  settings: Settings,
  {
    guest,
    log,
    meter,
    version,
    signal,
    sources,
    books,
    alongside = () => undefined,
  }: Pick<Foundation, 'guest' | 'log' | 'meter' | 'version' | 'sources' | 'books'> & {
    readonly signal: AbortSignal;
    /** Absent: settings are read once. */
    readonly alongside?: Alongside;
  },
): Promise<Foundation> => {
  const embedded =
    settings.databaseUrl === undefined
      ? await openEmbedded({
          dataDir: settings.dataDirectory ?? 'data',
          signal,
          log: ({ kind, ...fields }) => log(`embedded-${kind}`, fields),
        })
      : undefined;
  const url = settings.databaseUrl ?? embedded?.url ?? '';
  const trouble = (error: unknown): void =>
    log('database-trouble', { cause: nameOfTrouble(error) });
  // Each connection is a process of the database's: one on this machine has the memory of this machine.
  const connections = embedded === undefined ? 8 : 5;
  const pool = openPool({ url, max: guest ? 2 : connections, report: trouble });
  try {
    await migrateVault(pool);
    await migrateBlobs(pool);
    await migrateReadModel(pool);
    await migrateSignIn(pool);
    await migrateFeeds(pool);
    await migrateOutbox(pool);
    await migrateJobs(pool);
    await migrateLocks(pool);
    await migrateDeviceLedger(pool);
    if (settings.eventStoreUrl === undefined) await migrateLog(pool);
    const store =
      settings.eventStoreUrl === undefined
        ? postgresEventStore({
            connection: { connectionString: url },
            readers: guest ? 2 : 4,
            report: (error) => log('store-trouble', { cause: nameOfTrouble(error) }),
            onTransaction: (appends) => meter.observe('daybook_log_transaction_appends', appends),
          })
        : eventStoreDbEventStore({
            connectionString: settings.eventStoreUrl,
            log: ({ code, ...fields }) => log(code, fields),
          });
    const nodes = postgresNodes({ connectionString: url, report: trouble });
    const vault = postgresKeyVault({ pool });
    const codec = eventCodec({ vault, newId: randomUUID });
    const blobs = postgresBlobStore({ pool, vault });
    const caches = foldCaches();
    const notes = postgresOneTimeNotes({ pool });
    const outbox = postgresOutbox({ pool, vault });
    const locks = postgresLocks({
      pool,
      ...(guest ? {} : { listen: { connectionString: url } }),
    });
    const rows = readModel({ pool, logHere: settings.eventStoreUrl === undefined });
    return {
      store,
      vault,
      rows,
      codec,
      blobs,
      erasing: erasingOver({ remembering: [codec, blobs, outbox, caches], rows, blobs, vault }),
      feeds: {
        schedule: postgresFeedSchedule({ pool }),
        fetch: httpFeed({
          get networks() {
            return settings.setting('DaybookFeedNetworks');
          },
          agent: `Daybook/${version}`,
        }),
      },
      mail: {
        outbox,
        checkpoints: postgresCheckpoints({ pool }),
        send: mailTransport((domain) => mailSettings(settings.setting, domain)),
        policy: mailPolicy(settings.setting, () => settings.domains),
        limits: liveSubmissions(settings),
        read: readArrivedMail,
        ...mailIn(settings.setting),
      },
      jobs: postgresJobs({ pool }),
      locks,
      activeSync: {
        ledger: postgresDeviceLedger({ pool }),
        sync: postgresSyncLedger({ pool }),
        settings: activeSyncSettings(settings.setting),
      },
      hasher: argon2Passwords(),
      signIn: {
        sessions: postgresSessions({ pool }),
        counters: postgresCounters({ pool }),
        state: postgresSignInState({ pool }),
        ...liveSignIn(settings),
        notes,
        recovery: recoverySettings(settings.setting),
        wantsSecondFactor: (domain) => settings.setting('SOGoTOTPEnabled', domain),
        elsewhere: await provenElsewhereLive(
          settings,
          {
            grants: postgresProxyGrants({ pool }),
            ...{ notes, log, guest },
          },
          alongside,
        ),
      },
      nodes,
      sources,
      books,
      domains: liveDomains(settings),
      ...caches,
      pool: () => ({
        busy: pool.totalCount - pool.idleCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
      }),
      meter,
      pause: (attempt) => sleep(Math.random() * 10 * 2 ** attempt),
      get resourceLimit() {
        return settings.resourceLimit;
      },
      freeBusyDays: (domain) => {
        const [before = 0, after = 0] = settings.setting('SOGoFreeBusyDefaultInterval', domain);
        return [before, after];
      },
      busyRules: (domain) => busyRules(settings.setting, domain),
      get unserved() {
        const { setting } = settings;
        return [
          ...(setting('SOGoCalendarDAVAccessEnabled') ? [] : ['calendar' as const]),
          ...(setting('SOGoAddressBookDAVAccessEnabled') ? [] : ['addressbook' as const]),
        ];
      },
      get unexported() {
        const without = settings.setting('SOGoDisableExport');
        return [
          ...(without.includes('Calendar') ? ['calendar' as const] : []),
          ...(without.includes('Contacts') ? ['addressbook' as const] : []),
        ];
      },
      get publicAccess() {
        return settings.setting('SOGoEnablePublicAccess');
      },
      usualPreferences: (domain) => {
        const usual = usualPreferences(settings.setting, domain);
        return {
          ...usual,
          language: languageTag(usual.language) ?? 'en',
          weekStart: weekStartOf(usual.weekStart),
        };
      },
      sharingSettings: (domain) => sharingSettings(settings.setting, domain),
      get dialect() {
        return settings.setting('DaybookSOGoDialect') ? 'sogo' : 'rfc';
      },
      nodeId: nodeId(settings, guest),
      guest,
      version,
      log,
      close: async () => {
        await nodes.close();
        await locks.close();
        await store.close();
        await rows.close();
        await pool.end();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await pool.end();
    await embedded?.stop();
    throw error;
  }
};
