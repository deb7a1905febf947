import { randomUUID } from 'node:crypto';
import type { Proven } from '../../domain/account/identity-provider.ts';
import type { ProviderPart, Session, SessionId, Sessions } from '../../domain/account/sessions.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import type { AccountRow, AccountRows } from '../../projections/account/rows.ts';
import type { Principal, Services } from '../services.ts';
import { vouchedParts } from '../vouched.ts';
import type { SignInAttempt } from './attempt.ts';
import type { OfDomain } from '../../domain/account/visibility.ts';
import { type ElsewhereNow, takesPasswords } from './elsewhere.ts';
import type { Admit } from './proven-names.ts';
import type { Codes } from './codes.ts';
import { openKeepsake, sealKeepsake } from './keepsake.ts';
import { newToken, providerKeyDigest, tokenDigest } from './secrets.ts';
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
  readonly admit: Admit;
  readonly elsewhere: ElsewhereNow;
  domainOf(person: OfDomain): string | undefined;
  wantsSecondFactor(who: OfDomain): boolean;
  now(): Instant;
}

/** Somebody who is signed in, and by what. */
export interface SignedIn {
  readonly principal: Principal;
  readonly session: Session;
  readonly token: string;
  /** Whether a second factor has to be set up before anything else (SOGoTOTPEnabled); absent: no. */
  readonly mustEnrol?: true;
}

export type WebSignInRefusal =
  | { readonly refused: 'credentials' | 'code' }
  | { readonly refused: 'blocked'; readonly seconds?: number }
  /** The password was right; `token` is good for nothing but a code. */
  | { readonly refused: 'code-needed'; readonly token: string };

/** Somebody proven elsewhere: by an identity provider, or by a proxy before us. */
export interface ProvenElsewhere extends Pick<Proven, 'name' | 'keys' | 'keepsake' | 'by'> {
  readonly provider: string;
}

/** A sign-in's debt to its provider, readable: keys as digests. */
type Proof = Pick<ProviderPart, 'provider' | 'keys'> & Pick<Proven, 'keepsake'>;

const sealedFor = (token: string, { provider, keys, keepsake }: Proof): ProviderPart => ({
  ...{ provider, keys },
  sealed: sealKeepsake(token, keepsake),
});

type SignInAnswer = { readonly token: string; readonly principal: Principal } | WebSignInRefusal;

/** Browsers and the people behind them. A token is made at every sign-in and never taken from a browser. */
export interface WebSessions {
  /** With a code, if there is one, or a refusal that says that one is needed. */
  signIn(
    given: { readonly userName: string; readonly password: string; readonly code?: string },
    attempt: SignInAttempt,
  ): Promise<SignInAnswer>;
  /** Somebody proven elsewhere, whom our sources know; `unknown` when they don't. */
  signInProven(
    proven: ProvenElsewhere,
    attempt: SignInAttempt,
  ): Promise<SignInAnswer | { readonly refused: 'unknown' }>;
  /** The second half of a sign-in that is half done. */
  completeWithCode(halfToken: string, code: string, attempt: SignInAttempt): Promise<SignInAnswer>;
  /** Who a token belongs to, as long as the account is open. */
  find(token: string): Promise<SignedIn | undefined>;
  of(account: AccountId): Promise<readonly Session[]>;
  end(account: AccountId, id: SessionId): Promise<boolean>;
  endOthers(account: AccountId, but: SessionId): Promise<void>;
  endAll(account: AccountId): Promise<void>;
  /** What a provider ends; how many there were. */
  endBy(provider: string, keys: readonly string[]): Promise<number>;
  /** What the provider of a session gave for later; `undefined` where there is none. */
  keepsake(signedIn: Pick<SignedIn, 'session' | 'token'>): Promise<string | undefined>;
  /** The envelope of what somebody does in a browser. */
  provenance(account: AccountId, client: string): Provenance;
}

/** Seconds for which a right password waits for its code. */
const HALF = 300;

const isToken = (token: string): boolean => /^[\w-]{43}$/.test(token);

export const webSessions = (parts: WebSessionsParts): WebSessions => {
  const { sessions, rows, times, authenticate, codes, vouch, admit, elsewhere, now } = parts;

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
    given: Proof | undefined,
  ): Promise<string> => {
    const token = newToken();
    const id = randomUUID() as SessionId;
    const lasting = kind === 'half' ? { idle: HALF, lifetime: HALF } : times;
    await sessions.start(tokenDigest(token), {
      ...{ id, account, kind, client, address, ...lasting },
      ...(given === undefined ? {} : { proof: sealedFor(token, given) }),
    });
    return token;
  };

  const provenance = (account: AccountId, client: string): Provenance => {
    const id = randomUUID();
    const via = `web ${client}`.slice(0, 200);
    return { actor: account, via, at: now(), correlationId: id, causationId: id };
  };

  const keepsake: WebSessions['keepsake'] = async ({ session: { id, provider: by }, token }) => {
    const proof = by === undefined ? undefined : await sessions.proof(id);
    return proof && openKeepsake(token, proof.sealed);
  };

  /** Whether somebody's domain has the provider that proved him: each is believed about its own people alone. */
  const mayProve = ({ by }: ProvenElsewhere, who: Principal): boolean => {
    const way = by === undefined ? undefined : elsewhere().wayOf?.(parts.domainOf(who));
    return by === undefined || (way !== undefined && 'provenBy' in way && way.provenBy === by);
  };

  /** Whether the provider, when it is time to ask it, still stands by its word. */
  const stillProven = async (signedIn: Pick<SignedIn, 'session' | 'token'>): Promise<boolean> => {
    const { session, token } = signedIn;
    const { provider } = elsewhere();
    if (provider?.asked.check === undefined || session.provider !== provider.asked.kind)
      return true;
    if (!(await sessions.dueForCheck(session.id, provider.checkAfter))) return true;
    const answer = await provider.asked.check((await keepsake(signedIn)) ?? '');
    if (answer.state === 'over') await sessions.end(session.account, session.id);
    else if (answer.state === 'holds' && answer.keepsake !== undefined)
      await sessions.reseal(session.id, sealKeepsake(token, answer.keepsake));
    return answer.state !== 'over';
  };

  /** Somebody who was proven: in, or asked for a code. */
  const past = async (
    principal: Principal,
    code: string | undefined,
    attempt: SignInAttempt,
    proof?: Proof,
  ): ReturnType<WebSessions['signIn']> => {
    const { account } = principal;
    const factor = await codes.secondFactor(account);
    if (factor.status === 'on') {
      if (code === undefined || code === '')
        return { refused: 'code-needed', token: await start(account, 'half', attempt, proof) };
      const by = provenance(account, attempt.client);
      const verdict = await codes.check(factor, { account, code, attempt, by });
      if (verdict !== 'right') return { refused: verdict === 'wrong' ? 'code' : 'blocked' };
    }
    return { token: await start(account, 'full', attempt, proof), principal };
  };

  const found = async (token: string, kind: Session['kind']): Promise<SignedIn | undefined> => {
    if (!isToken(token)) return undefined;
    const session = await sessions.find(tokenDigest(token));
    if (session?.kind !== kind) return undefined;
    if (kind === 'full' && !(await stillProven({ session, token }))) return undefined;
    const row = await rows.byId(session.account);
    if (row === undefined) return undefined;
    const vouched = row.passwordHash === '' ? await vouch(row.login) : undefined;
    if (row.passwordHash === '' && vouched === undefined) return undefined;
    const principal = { ...principalOf(row), ...vouchedParts(vouched) };
    const mustEnrol = row.secondFactor !== true && parts.wantsSecondFactor(principal);
    return { principal, session, token, ...(mustEnrol ? { mustEnrol } : {}) };
  };

  /** What a half session owes to a provider, for the whole one. */
  const provenBefore = async ({ session, token }: SignedIn): Promise<Proof | undefined> => {
    const proof = session.provider === undefined ? undefined : await sessions.proof(session.id);
    return proof && { ...proof, keepsake: openKeepsake(token, proof.sealed) };
  };

  return {
    async signIn({ userName, password, code }, attempt) {
      const who = await authenticate(userName, password, attempt);
      if (who === undefined) return { refused: 'credentials' };
      if ('refused' in who) return who.refused === 'blocked' ? who : { refused: 'credentials' };
      // Typed without the domain, whose people prove themselves elsewhere.
      if (!takesPasswords(elsewhere(), parts.domainOf(who))) return { refused: 'credentials' };
      return past(who, code, attempt);
    },
    async signInProven(proven, attempt) {
      const who = await admit(proven.name);
      if (who === undefined || !mayProve(proven, who)) return { refused: 'unknown' };
      const keys = proven.keys.map(providerKeyDigest);
      return past(who, undefined, attempt, { ...proven, keys });
    },
    async completeWithCode(halfToken, code, attempt) {
      const half = await found(halfToken, 'half');
      if (half === undefined) return { refused: 'credentials' };
      const answer = await past(half.principal, code, attempt, await provenBefore(half));
      if (!('refused' in answer)) await sessions.end(half.session.account, half.session.id);
      return answer;
    },
    find: (token) => found(token, 'full'),
    of: (account) => sessions.of(account),
    end: (account, id) => sessions.end(account, id),
    endOthers: (account, but) => sessions.endAll(account, but),
    endAll: (account) => sessions.endAll(account),
    endBy: (by, keys) => sessions.endBy(by, keys.map(providerKeyDigest)),
    keepsake,
    provenance,
  };
};
