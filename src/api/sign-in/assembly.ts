import type {
  AccountCommand,
  AccountEvent,
  AccountRejection,
} from '../../domain/account/account.ts';
import type { Counters } from '../../domain/account/counters.ts';
import type { OneTimeNotes } from '../../domain/account/one-time-notes.ts';
import type { PasswordHasher } from '../../domain/account/password.ts';
import type { Sessions } from '../../domain/account/sessions.ts';
import type { SignInState } from '../../domain/account/sign-in-state.ts';
import { domainOf, type OfDomain } from '../../domain/account/visibility.ts';
import type { SourceUser } from '../../domain/account/user-source.ts';
import type { EventStore, Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { Handle } from '../../domain/kernel/handle.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import type { EventCodec } from '../../domain/kernel/ports.ts';
import type { AccountRows } from '../../projections/account/rows.ts';
import { authenticator } from '../authentication.ts';
import type { DomainSettings } from '../domains.ts';
import type { Log } from '../log.ts';
import type { OtherProofs, Services } from '../services.ts';
import { admitting } from './admitting.ts';
import { codes as codesOf } from './codes.ts';
import type { ElsewhereNow } from './elsewhere.ts';
import { type Guard, guarding, type SignInLimits } from './guard.ts';
import { lastUses } from './last-uses.ts';
import { otherProofs } from './other-proofs.ts';
import { type OwnAccess, ownAccess } from './own-access.ts';
import { provenNames } from './proven-names.ts';
import { type ChangingSource, type OwnPassword, ownPassword } from './own-password.ts';
import type { RecoverySettings } from './recovery.ts';
import { type SharedCounts, sharedCounts } from './shared-counts.ts';
import { vouching } from './vouching.ts';
import { type SessionTimes, type WebSessions, webSessions } from './web-sessions.ts';

/** Tables and settings that signing in stands on. */
export interface SignInFoundation {
  readonly sessions: Sessions;
  readonly counters: Counters;
  readonly state: SignInState;
  readonly limits: SignInLimits;
  readonly times: SessionTimes;
  /** Whether people of a domain have to have a second factor (SOGoTOTPEnabled). */
  wantsSecondFactor(domain: string | undefined): boolean;
  readonly notes: OneTimeNotes;
  readonly recovery: RecoverySettings;
  /** Who proves people and programs besides; it may be something else a moment later. */
  readonly elsewhere: ElsewhereNow;
}

interface SignInParts {
  readonly foundation: SignInFoundation;
  readonly store: EventStore;
  readonly codec: EventCodec<AccountEvent>;
  readonly accounts: Handle<AccountCommand, AccountEvent, AccountRejection>;
  readonly rows: AccountRows;
  readonly domains: Pick<DomainSettings, 'admitted' | 'names' | 'domainBased'>;
  readonly hasher: PasswordHasher;
  readonly sources: Iterable<ChangingSource>;
  /** The account of somebody a source has let in; `undefined` when the login is another's. */
  adopt(user: SourceUser): Promise<AccountId | undefined>;
  watch(stream: StreamId, told: (revision: Revision) => void): () => void;
  /** Whether the rows include a revision, waiting a moment for it. */
  seen(stream: StreamId, revision: Revision): Promise<boolean>;
  now(): Instant;
  readonly log: Log;
}

/** All that has to do with getting in. */
export interface SignIn {
  readonly authenticate: Services['authenticate'];
  readonly guard: Guard;
  /** What this node and the others count. */
  readonly counts: Pick<SharedCounts, 'count' | 'blocked'>;
  readonly sessions: WebSessions;
  readonly access: OwnAccess;
  readonly others: OtherProofs;
  readonly elsewhere: ElsewhereNow;
  readonly password: OwnPassword;
  /** Writes what was gathered. */
  close(): Promise<void>;
}

export const signInOver = (parts: SignInParts): SignIn => {
  const { foundation, store, codec, accounts, rows, sources, now, log, seen } = parts;
  const { counters, state, limits, times, elsewhere } = foundation;
  const report = (trouble: unknown): void =>
    log('sign-in-state-trouble', {
      cause: trouble instanceof Error ? trouble.name : typeof trouble,
    });
  const counts = sharedCounts({ counters, report });
  const guard = guarding({ counts, limits, log });
  const uses = lastUses({ state, now, report });
  const vouch = vouching({ sources });
  const wantsSecondFactor = (who: OfDomain): boolean =>
    foundation.wantsSecondFactor(domainOf(who, parts.domains));
  const authenticate = admitting(
    parts.domains,
    authenticator({
      ...parts,
      accounts: rows,
      guard,
      ...{ vouch, wantsSecondFactor },
      used: uses.used,
      refused: (account, { protocol }) => log('app-password-needed', { account, protocol }),
    }),
  );
  const admit = provenNames({
    ...parts,
    accounts: rows,
    rowTrust: 1000,
    lookup: vouching({ sources, byAnyName: true }),
  });
  const codes = codesOf({ store, codec, accounts, state, guard });
  return {
    authenticate,
    guard,
    counts,
    sessions: webSessions({
      sessions: foundation.sessions,
      rows,
      times,
      authenticate,
      codes,
      vouch,
      admit,
      ...{ elsewhere, wantsSecondFactor },
      domainOf: (person) =>
        domainOf(person, parts.domains) ??
        domainOf(person, { names: elsewhere().domains ?? new Set(), domainBased: false }),
      now,
    }),
    elsewhere,
    others: otherProofs({ elsewhere, admit, guard }),
    password: ownPassword({ ...parts, authenticate, guard }),
    access: ownAccess({ accounts, rows, state, codes, seen }),
    close: async () => {
      await Promise.all([counts.close(), uses.close()]);
    },
  };
};
