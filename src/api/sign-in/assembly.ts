import type {
  AccountCommand,
  AccountEvent,
  AccountRejection,
} from '../../domain/account/account.ts';
import type { Counters } from '../../domain/account/counters.ts';
import type { IdentityProvider, TokenProofs } from '../../domain/account/identity-provider.ts';
import type { ProxyGrants } from '../../domain/account/proxy-grants.ts';
import type { PasswordHasher } from '../../domain/account/password.ts';
import type { SamlProvider } from '../../domain/account/saml-provider.ts';
import type { Sessions } from '../../domain/account/sessions.ts';
import type { SignInState } from '../../domain/account/sign-in-state.ts';
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
import { type Guard, guarding, type SignInLimits } from './guard.ts';
import { lastUses } from './last-uses.ts';
import { otherProofs } from './other-proofs.ts';
import { type OwnAccess, ownAccess } from './own-access.ts';
import { provenNames } from './proven-names.ts';
import { type ChangingSource, type OwnPassword, ownPassword } from './own-password.ts';
import { type SharedCounts, sharedCounts } from './shared-counts.ts';
import { vouching } from './vouching.ts';
import {
  type AskedProvider,
  type SessionTimes,
  type WebSessions,
  webSessions,
} from './web-sessions.ts';

/** What SAML 2 has besides what providers have in common. */
export interface SamlSide {
  readonly provider: SamlProvider;
  /** Where to go when signing out is done there (SOGoSAML2LogoutURL); `undefined`: nowhere else. */
  readonly afterLogout: string | undefined;
}

/** Tables and settings that signing in stands on. */
export interface SignInFoundation {
  readonly sessions: Sessions;
  readonly counters: Counters;
  readonly state: SignInState;
  readonly limits: SignInLimits;
  readonly times: SessionTimes;
  /** Where people prove themselves for the web, if not here. */
  readonly provider?: AskedProvider | undefined;
  /** Where its proxy-granting tickets wait, if it is to give any. */
  readonly grants?: ProxyGrants | undefined;
  /** The provider again, if it speaks SAML 2. */
  readonly saml?: SamlSide | undefined;
  /** Proves bearers of tokens. */
  readonly tokens?: TokenProofs | undefined;
  /** SOGoTrustProxyAuthentication. */
  readonly trustsProxy?: boolean;
}

interface SignInParts {
  readonly foundation: SignInFoundation;
  readonly store: EventStore;
  readonly codec: EventCodec<AccountEvent>;
  readonly accounts: Handle<AccountCommand, AccountEvent, AccountRejection>;
  readonly rows: AccountRows;
  readonly domains: Pick<DomainSettings, 'admitted'>;
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
  readonly provider: IdentityProvider | undefined;
  readonly grants: ProxyGrants | undefined;
  readonly saml: SamlSide | undefined;
  readonly password: OwnPassword;
  /** Writes what was gathered. */
  close(): Promise<void>;
}

export const signInOver = (parts: SignInParts): SignIn => {
  const { foundation, store, codec, accounts, rows, sources, now, log, seen } = parts;
  const { counters, state, limits, times } = foundation;
  const report = (trouble: unknown): void =>
    log('sign-in-state-trouble', {
      cause: trouble instanceof Error ? trouble.name : typeof trouble,
    });
  const counts = sharedCounts({ counters, report });
  const guard = guarding({ counts, limits, log });
  const uses = lastUses({ state, now, report });
  const vouch = vouching({ sources });
  const authenticate = admitting(
    parts.domains,
    authenticator({
      ...parts,
      accounts: rows,
      guard,
      vouch,
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
      provider: foundation.provider,
      now,
    }),
    provider: foundation.provider?.asked,
    grants: foundation.grants,
    saml: foundation.saml,
    others: otherProofs({
      tokens: foundation.tokens,
      trustsProxy: foundation.trustsProxy ?? false,
      admit,
      guard,
    }),
    password: ownPassword({ ...parts, authenticate, guard }),
    access: ownAccess({ accounts, rows, state, codes, seen }),
    close: async () => {
      await Promise.all([counts.close(), uses.close()]);
    },
  };
};
