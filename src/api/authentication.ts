import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AppPasswordId } from '../domain/account/app-passwords.ts';
import { canonicalLogin } from '../domain/account/login.ts';
import { PASSWORD_LIMIT, type PasswordHasher } from '../domain/account/password.ts';
import {
  type SourceUser,
  type UserSource,
  UserSourceUnavailable,
} from '../domain/account/user-source.ts';
import type { Revision, StreamId } from '../domain/kernel/event-store.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import type { AccountRow, AccountRows } from '../projections/account/rows.ts';
import { rememberedProofs } from './proofs.ts';
import type { Principal, Services } from './services.ts';
import type { SignInAttempt } from './sign-in/attempt.ts';
import type { Guard } from './sign-in/guard.ts';
import { appPasswordDigest } from './sign-in/secrets.ts';
import type { Vouch } from './sign-in/vouching.ts';
import { trustedAccounts } from './trusted-accounts.ts';
import { vouchedParts } from './vouched.ts';

export type Authenticate = Services['authenticate'];

interface AuthenticatorParts {
  readonly accounts: Pick<AccountRows, 'byLogin'>;
  readonly hasher: PasswordHasher;
  /** Asked, in this order, for logins without an account that has a password of its own. */
  readonly sources: Iterable<UserSource>;
  /** The account of somebody a source has let in; `undefined` when the login is another's. */
  adopt(user: SourceUser): Promise<AccountId | undefined>;
  readonly guard: Pick<Guard, 'blocked' | 'failed'>;
  /** Asked about people whose app password is right. */
  readonly vouch: Vouch;
  /** Whether somebody has to have a second factor (SOGoTOTPEnabled), and so opens nothing else without one. */
  wantsSecondFactor(who: Principal): boolean;
  /** Told of every use of an app password: costs nothing. */
  used(id: AppPasswordId, account: AccountId, attempt: SignInAttempt): void;
  /** Told when a right password is refused because its account has a second factor. */
  refused(account: AccountId, attempt: SignInAttempt): void;
  /** See `trustedAccounts`. */
  watch(stream: StreamId, told: (revision: Revision) => void): () => void;
  seen(stream: StreamId, revision: Revision): Promise<boolean>;
  /** How long an account's row is trusted without asking again, in ms. */
  readonly rowTrust?: number;
  /** See `rememberedProofs`. */
  readonly reluctance?: number;
}

/** Credentials that were right lately: their owners are neither blocked nor kept waiting. */
const FAMILIAR = { max: 20_000, ttl: 3_600_000 } as const;

/** What no login and no password can be, and what nobody else should have to cope with. */
const isUnusable = (login: string, password: string): boolean =>
  password.length > PASSWORD_LIMIT ||
  login.length > PASSWORD_LIMIT ||
  /\p{Cc}/u.test(login) ||
  password.includes('\0') ||
  !login.isWellFormed() ||
  !password.isWellFormed();

/**
 * Proves a login and a password: an app password of the account first, which costs next to nothing; then
 * against the built-in user table; then by the user sources. An account with a password of its own
 * answers for itself, so that no source can let anybody into it.
 *
 * Throws `TooManyPasswords` where passwords are tried faster than they can be checked,
 * `UserSourceUnavailable` where a source that might know is away, and what reading the rows throws.
 */
export const authenticator = (parts: AuthenticatorParts): Authenticate => {
  const {
    hasher,
    sources,
    adopt,
    guard,
    vouch,
    used,
    refused,
    rowTrust = 1000,
    reluctance = 1000,
  } = parts;
  const accounts = trustedAccounts({ ...parts, rowTrust });
  const { proves, admit, questionOf } = rememberedProofs({ verify: hasher.verify, reluctance });
  const familiar = new LRUCache<string, true>(FAMILIAR);
  // Compared against for logins nobody has, so that time does not tell who exists.
  const decoy = hasher.hash(randomBytes(16).toString('hex'));

  const principal = ({ account, login, displayName, mail }: AccountRow): Principal => ({
    account,
    login,
    displayName: displayName || login,
    mail,
  });

  /** Whom an app password opens the door for. */
  const byAppPassword = async (
    row: AccountRow | undefined,
    digest: string | undefined,
    attempt: SignInAttempt,
  ): Promise<Principal | undefined> => {
    if (row?.appPasswords === undefined || digest === undefined) return undefined;
    const found = Object.entries(row.appPasswords).find(
      ([, one]) =>
        one.digest === digest && one.protocols.some((protocol) => protocol === attempt.protocol),
    );
    if (found === undefined) return undefined;
    const vouchedUser = row.passwordHash === '' ? await vouch(row.login) : undefined;
    if (row.passwordHash === '' && vouchedUser === undefined) return undefined;
    used(found[0] as AppPasswordId, row.account, attempt);
    return { ...principal(row), ...vouchedParts(vouchedUser) };
  };

  /** A right main password opens the web alone where there is, or has to be, a second factor to ask for. */
  const byMainPassword = (
    row: Pick<AccountRow, 'secondFactor'> | undefined,
    who: Principal,
    attempt: SignInAttempt,
  ): Awaited<ReturnType<Authenticate>> => {
    const isFactorAsked = row?.secondFactor === true || parts.wantsSecondFactor(who);
    if (!isFactorAsked || attempt.protocol === 'web') return who;
    refused(who.account, attempt);
    return { refused: 'second-factor' };
  };

  /** The first source's answer that is somebody. One that is away keeps others from answering only when none knows. */
  const vouchedFor = async (typed: string, password: string): Promise<SourceUser | undefined> => {
    const away: UserSourceUnavailable[] = [];
    for (const source of sources) {
      try {
        const user = await source.authenticate(typed, password);
        if (user !== undefined) return user;
      } catch (error) {
        if (!(error instanceof UserSourceUnavailable)) throw error;
        away.push(error);
      }
    }
    if (away[0] !== undefined) throw away[0];
    return undefined;
  };

  const bySource = async (
    typed: string,
    password: string,
    attempt: SignInAttempt,
  ): ReturnType<Authenticate> => {
    const user = await vouchedFor(typed, password);
    if (user === undefined) return undefined;
    const { login, displayName, mail } = user;
    const row = accounts.trusted(login) ?? (await accounts.fresh(login));
    if (row !== undefined && row.passwordHash !== '') return undefined;
    const account = row?.account ?? (await adopt(user));
    if (account === undefined) return undefined;
    const named = { login, displayName: displayName || login, mail };
    const who = { account, ...named, ...vouchedParts(user) };
    return byMainPassword(row, who, attempt);
  };

  const judged = async (
    typed: string,
    password: string,
    digest: string | undefined,
    attempt: SignInAttempt,
  ): ReturnType<Authenticate> => {
    const login = canonicalLogin(typed);
    const trusted = accounts.trusted(login);
    const ownPassword = trusted !== undefined && trusted.passwordHash !== '';
    // An account that a source vouches for has nothing of its own that a password could be compared to.
    const isEnough = trusted !== undefined && !ownPassword && digest === undefined;
    const row = isEnough ? trusted : await accounts.fresh(login);
    const opened = await byAppPassword(row, digest, attempt);
    if (opened !== undefined) return opened;
    if (row !== undefined && row.passwordHash !== '')
      return (await proves(row.passwordHash, login, password))
        ? byMainPassword(row, principal(row), attempt)
        : undefined;
    const vouched = await bySource(typed, password, attempt);
    if (vouched === undefined) await proves(await decoy, login, password);
    return vouched;
  };

  return async (typed, password, attempt) => {
    if (isUnusable(typed, password)) return undefined;
    const login = canonicalLogin(typed);
    const question = questionOf(login, password);
    const digest = attempt.protocol === 'web' ? undefined : appPasswordDigest(password);
    const trusted = accounts.trusted(login);
    const opened = await byAppPassword(trusted, digest, attempt);
    if (opened !== undefined) return opened;
    if (familiar.has(question)) {
      const isOwn = trusted !== undefined && trusted.passwordHash !== '';
      if (isOwn && (await proves(trusted.passwordHash, login, password, question)))
        return byMainPassword(trusted, principal(trusted), attempt);
    } else {
      const seconds = guard.blocked(login, attempt);
      if (seconds !== undefined) return { refused: 'blocked', seconds };
      // Nor need the database hear of what could not be checked anyway.
      await admit(login, password);
    }
    const answer = await judged(typed, password, digest, attempt);
    if (answer === undefined) {
      familiar.delete(question);
      guard.failed(login, question, attempt);
    } else familiar.set(question, true);
    return answer;
  };
};
