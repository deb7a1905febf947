import type { DomainEvent } from '../domain/events.ts';
import type { EventStore } from '../domain/kernel/event-store.ts';
import type { Outcome } from '../domain/kernel/handle.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import type { Jobs } from '../domain/kernel/jobs.ts';
import type { Nodes } from '../domain/kernel/nodes.ts';
import type { EventCodec, KeyVault, Provenance } from '../domain/kernel/ports.ts';
import type { Outbox } from '../domain/mail/outbox.ts';
import type {
  Preferences,
  PreferencesChange,
  PreferencesEvent,
  PreferencesRejection,
} from '../domain/preferences/preferences.ts';
import type { AccountRows } from '../projections/account/rows.ts';
import type { Report } from '../projections/runtime/faults.ts';
import type { Projected } from '../projections/runtime/projector.ts';
import type { Audits } from '../projections/verify/audit.ts';
import type { Accounts } from './accounts.ts';
import type { DomainAdministration } from './domains.ts';
import type { EasParts } from './eas/parts.ts';
import type { Groups } from './groups.ts';
import type { Readiness } from './http/health.ts';
import type { TakeMail } from './mail-in/taking.ts';
import type { Reading } from './metrics/meter.ts';
import type { Resident, Services } from './services.ts';
import type { WebCalendars } from './web-calendars/web-calendars.ts';
import type { Recovery } from './sign-in/recovery.ts';
import type { SignIn } from './sign-in/assembly.ts';

/** Everything `main.ts` puts together, opened and caught up; what servers and commands work with. */
export interface Daybook {
  readonly store: EventStore;
  readonly codec: EventCodec<DomainEvent>;
  readonly vault: KeyVault;
  readonly accounts: Accounts;
  readonly accountRows: AccountRows;
  /** The groups of the built-in user table. */
  readonly groups: Groups;
  readonly services: Services;
  readonly signIn: SignIn;
  /** For who forgot his password. */
  readonly recovery: Recovery;
  readonly domains: DomainAdministration;
  readonly nodes: Nodes;
  /** Names this node to the others. */
  readonly nodeId: string;
  readonly webCalendars: WebCalendars;
  /** Mail that waits to be sent. */
  readonly outbox: Outbox;
  /** What is to be done at a time. */
  readonly jobs: Jobs;
  readonly activeSync: EasParts;
  /** Heeds what came by mail. */
  readonly takeMail: TakeMail;
  /** The envelope of what an administrator does. */
  byCommandLine(): Provenance;
  preferencesOf(person: Resident): Promise<Preferences>;
  changePreferences(
    account: AccountId,
    change: PreferencesChange,
  ): Promise<Outcome<PreferencesEvent, PreferencesRejection>>;
  /** What can be rebuilt, and what tells whether it should be. */
  readonly projections: readonly Projected[];
  readonly audits: Audits;
  /** How many blobs there are that nothing refers to; reads the log where that is in doubt. */
  strayBlobs(signal: AbortSignal): Promise<number>;
  readonly report: Report;
  readiness(): Promise<Readiness>;
  /** What the gauges stand at. */
  readings(): Promise<readonly Reading[]>;
  /** Resolves once this node's projections have come as far as the log was when they started. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}
