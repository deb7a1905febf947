import type { SharingSettings } from './sharing.ts';
import type { DeviceLedger } from '../domain/activesync/ledger.ts';
import type { SyncLedger } from '../domain/activesync/sync-ledger.ts';
import type { PasswordHasher } from '../domain/account/password.ts';
import type { DomainEvent } from '../domain/events.ts';
import type { EventStore } from '../domain/kernel/event-store.ts';
import type { FoldCache } from '../domain/kernel/handle.ts';
import type { Jobs } from '../domain/kernel/jobs.ts';
import type { Nodes } from '../domain/kernel/nodes.ts';
import type { BlobRef } from '../domain/kernel/ids.ts';
import type { CollectionKind } from '../domain/kernel/streams.ts';
import type { DoubtfulBlobs, EventCodec, KeyVault } from '../domain/kernel/ports.ts';
import type { Locks } from '../domain/locks/locks.ts';
import type { Choices } from '../domain/preferences/preferences.ts';
import type { FetchFeed } from '../domain/web-calendar/fetching.ts';
import type { FeedSchedule } from '../domain/web-calendar/schedule.ts';
import type { accountProjection } from '../projections/account/projection.ts';
import type { AccountRows, AccountsByMail } from '../projections/account/rows.ts';
import type { collectionProjection } from '../projections/collection/projection.ts';
import type { CollectionTables } from '../projections/collection/rows.ts';
import type { homeProjection } from '../projections/home/projection.ts';
import type { HomeTables } from '../projections/home/rows.ts';
import type { ProjectionStorage } from '../projections/runtime/writing.ts';
import type { Audits } from '../projections/verify/audit.ts';
import type { Erasing } from './account-erasure.ts';
import type { BookSource } from './books/directories.ts';
import type { EasSettings } from './eas/parts.ts';
import type { DomainSettings } from './domains.ts';
import type { Log } from './log.ts';
import type { MailFoundation } from './mail/mailing.ts';
import type { Meter } from './metrics/meter.ts';
import type { CacheSize, PoolSize } from './metrics/readings.ts';
import type { BusyRules } from './scheduling/busy-rules.ts';
import type { Dialect } from './services.ts';
import type { ChangingSource } from './sign-in/own-password.ts';
import type { SignInFoundation } from './sign-in/assembly.ts';

/** A projection's deltas are between it and its tables. */
type Tables<Of> = Of extends { readonly empty: () => infer Delta }
  ? ProjectionStorage<Delta>
  : never;

/** What `main.ts` opened, as ports. */
export interface Foundation {
  readonly store: EventStore;
  readonly codec: EventCodec<DomainEvent>;
  readonly vault: KeyVault;
  readonly blobs: DoubtfulBlobs;
  readonly rows: {
    readonly collections: CollectionTables;
    readonly homes: HomeTables;
    readonly accounts: AccountRows & AccountsByMail;
    readonly writing: {
      readonly collection: Tables<typeof collectionProjection>;
      readonly home: Tables<typeof homeProjection>;
      readonly account: Tables<typeof accountProjection>;
    };
    readonly audits: Audits;
    holding(refs: readonly BlobRef[]): Promise<readonly BlobRef[]>;
    healthy(): Promise<boolean>;
  };
  readonly erasing: Erasing;
  readonly feeds: { readonly schedule: FeedSchedule; readonly fetch: FetchFeed };
  readonly mail: MailFoundation;
  readonly jobs: Jobs;
  readonly locks: Locks;
  readonly activeSync: {
    readonly ledger: DeviceLedger;
    readonly sync: SyncLedger;
    readonly settings: EasSettings;
  };
  readonly hasher: PasswordHasher;
  readonly signIn: SignInFoundation;
  /** Who else may log in, in the order to ask; nobody beside a command. */
  readonly sources: Iterable<ChangingSource>;
  /** Which directories are address books, or have people's own in them. */
  readonly books: Iterable<BookSource>;
  readonly domains: DomainSettings;
  readonly nodes: Nodes;
  /** A bounded memory of folded streams, one for each kind; `weigh` counts what a state holds. */
  cache<State>(kind: string, weigh: (state: State) => number): FoldCache<State>;
  /** How full those are. */
  caches(): readonly CacheSize[];
  /** How full the pool that serves requests is. */
  pool(): PoolSize;
  readonly meter: Meter;
  pause(attempt: number): Promise<void>;
  readonly resourceLimit: number;
  readonly dialect: Dialect;
  readonly unserved: readonly CollectionKind[];
  readonly unexported: readonly CollectionKind[];
  /** SOGoEnablePublicAccess */
  readonly publicAccess: boolean;
  /** SOGoFreeBusyDefaultInterval of a domain. */
  freeBusyDays(domain: string | undefined): readonly [before: number, after: number];
  /** What is configured of free and busy time, for people of a domain. */
  busyRules(domain: string | undefined): BusyRules;
  /** What people of a domain have who have not chosen (SOGoTimeZone, SOGoLanguage …). */
  usualPreferences(domain: string | undefined): Choices;
  /** What is configured of sharing, for people of a domain. */
  sharingSettings(domain: string | undefined): SharingSettings;
  readonly nodeId: string;
  /** A command run beside a server: projects only what no server does. */
  readonly guest: boolean;
  readonly version: string;
  readonly log: Log;
  close(): Promise<void>;
}
