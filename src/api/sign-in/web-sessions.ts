import { randomUUID } from 'node:crypto';
import type { Session, SessionId, Sessions } from '../../domain/account/sessions.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import type { AccountRow, AccountRows } from '../../projections/account/rows.ts';
import type { Principal, Services } from '../services.ts';
import { vouchedParts } from '../vouched.ts';
import type { SignInAttempt } from './attempt.ts';
import type { Codes } from './codes.ts';
import { newToken, tokenDigest } from './secrets.ts';
import type { Vouch } from './vouching.ts';

/** How long people stay signed in, in seconds. */
export interface SessionTimes {
  readonly idle: number;
  readonly lifetime: number;
}

interface WebSessionsParts {
  readonly sessions: Sessions;
  readonly rows: Pick<AccountRows, 'byId'>;
  readonly times: SessionTimes;
  readonly authenticate: Services['authenticate'];
  readonly codes: Codes;
  readonly vouch: Vouch;
  now(): Instant;
}

/** Somebody who is signed in, and by what. */
export interface SignedIn {
  readonly principal: Principal;
  readonly session: Session;
  readonly token: string;
}

export type WebSignInRefusal =
  | { readonly refused: 'credentials' | 'code' }
  | { readonly refused: 'blocked'; readonly seconds?: number }
  /** The password was right; `token` is good for nothing but a code. */
  | { readonly refused: 'code-needed'; readonly token: string };

/** Browsers and the people behind them. A token is made at every sign-in and never taken from a browser. */
export interface WebSessions {
  /** With a code, if there is one, or a refusal that says that one is needed. */
  signIn(
    given: { readonly userName: string; readonly password: string; readonly code?: string },
    attempt: SignInAttempt,
  ): Promise<{ readonly token: string; readonly principal: Principal } | WebSignInRefusal>;
  /** The second half of a sign-in that is half done. */
  completeWithCode(
    halfToken: string,
    code: string,
    attempt: SignInAttempt,
  ): Promise<{ readonly token: string; readonly principal: Principal } | WebSignInRefusal>;
  /** Who a token belongs to, as long as the account is open. */
  find(token: string): Promise<SignedIn | undefined>;
  of(account: AccountId): Promise<readonly Session[]>;
  end(account: AccountId, id: SessionId): Promise<boolean>;
  endOthers(account: AccountId, but: SessionId): Promise<void>;
  endAll(account: AccountId): Promise<void>;
  /** The envelope of what somebody does in a browser. */
  provenance(account: AccountId, client: string): Provenance;
}

/** Seconds for which a right password waits for its code. */
const HALF = 300;

const isToken = (token: string): boolean => /^[\w-]{43}$/.test(token);

export const webSessions = (parts: WebSessionsParts): WebSessions => {
  const { sessions, rows, times, authenticate, codes, vouch, now } = parts;

  const principalOf = ({ account, login, displayName, mail }: AccountRow): Principal => ({
    account,
    login,
    displayName: displayName || login,
    mail,
  });

  const start = async (
    account: AccountId,
    kind: Session['kind'],
    { client, address = '' }: SignInAttempt,
  ): Promise<string> => {
    const token = newToken();
    const id = randomUUID() as SessionId;
    const lasting = kind === 'half' ? { idle: HALF, lifetime: HALF } : times;
    await sessions.start(tokenDigest(token), { id, account, kind, client, address, ...lasting });
    return token;
  };

  const provenance = (account: AccountId, client: string): Provenance => {
    const id = randomUUID();
    const via = `web ${client}`.slice(0, 200);
    return { actor: account, via, at: now(), correlationId: id, causationId: id };
  };

  /** Somebody whose password was right: in, or asked for a code. */
  const past = async (
    principal: Principal,
    code: string | undefined,
    attempt: SignInAttempt,
  ): ReturnType<WebSessions['signIn']> => {
    const { account } = principal;
    const factor = await codes.secondFactor(account);
    if (factor.status === 'on') {
      if (code === undefined || code === '')
        return { refused: 'code-needed', token: await start(account, 'half', attempt) };
      const by = provenance(account, attempt.client);
      const verdict = await codes.check(factor, { account, code, attempt, by });
      if (verdict !== 'right') return { refused: verdict === 'wrong' ? 'code' : 'blocked' };
    }
    return { token: await start(account, 'full', attempt), principal };
  };

  const found = async (token: string, kind: Session['kind']): Promise<SignedIn | undefined> => {
    if (!isToken(token)) return undefined;
    const session = await sessions.find(tokenDigest(token));
    if (session?.kind !== kind) return undefined;
    const row = await rows.byId(session.account);
    if (row === undefined) return undefined;
    const vouched = row.passwordHash === '' ? await vouch(row.login) : undefined;
    if (row.passwordHash === '' && vouched === undefined) return undefined;
    const principal = { ...principalOf(row), ...vouchedParts(vouched) };
    return { principal, session, token };
  };

  return {
    async signIn({ userName, password, code }, attempt) {
      const who = await authenticate(userName, password, attempt);
      if (who === undefined) return { refused: 'credentials' };
      if ('refused' in who) return who.refused === 'blocked' ? who : { refused: 'credentials' };
      return past(who, code, attempt);
    },
    async completeWithCode(halfToken, code, attempt) {
      const half = await found(halfToken, 'half');
      if (half === undefined) return { refused: 'credentials' };
      const answer = await past(half.principal, code, attempt);
      if (!('refused' in answer)) await sessions.end(half.session.account, half.session.id);
      return answer;
    },
    find: (token) => found(token, 'full'),
    of: (account) => sessions.of(account),
    end: (account, id) => sessions.end(account, id),
    endOthers: (account, but) => sessions.endAll(account, but),
    endAll: (account) => sessions.endAll(account),
    provenance,
  };
};
