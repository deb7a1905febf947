import { jwtVerify } from 'jose';
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  ResponseBodyError,
  type TokenEndpointResponse,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type {
  IdentityProvider,
  SignOnOutcome,
  StillProven,
} from '../../domain/account/identity-provider.ts';
import { unavailableIn } from './bounded-fetch.ts';
import { type Discovered, discovering } from './openid-client.ts';
import { nameIn } from './openid-names.ts';
import type { OpenIdSettings } from './openid-settings.ts';

/** Where the provider sends browsers back to. */
const RETURN = '/SOGo/';

interface Memory {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Kept sealed with the session. */
interface Keepsake {
  readonly idToken: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Milliseconds since 1970; absent: the provider does not say. */
  readonly expiresAt?: number;
}

const words = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'no sensible answer';

/** Whether the provider says that a token is good for nothing (RFC 6750 §3.1). */
const isTurnedDown = (error: unknown): boolean =>
  error instanceof WWWAuthenticateChallengeError ||
  (error instanceof Error && error.cause instanceof Response && error.cause.status === 401);

/** OpenID Connect Back-Channel Logout 1.0 §2.4. */
const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';
/** How old the word that somebody signed out may be. */
const FRESH = '5 minutes';

const keysOf = (sub: string, sid: unknown): readonly string[] => [
  `sub ${sub}`,
  ...(typeof sid === 'string' ? [`sid ${sid}`] : []),
];

const keepsakeOf = (
  tokens: Pick<TokenEndpointResponse, 'access_token' | 'refresh_token' | 'expires_in' | 'id_token'>,
  refreshes: boolean,
  before?: Keepsake,
): string => {
  const refreshToken = tokens.refresh_token ?? before?.refreshToken;
  return JSON.stringify({
    idToken: tokens.id_token ?? before?.idToken ?? '',
    accessToken: tokens.access_token,
    ...(refreshes && refreshToken !== undefined ? { refreshToken } : {}),
    ...(tokens.expires_in === undefined
      ? {}
      : { expiresAt: Date.now() + tokens.expires_in * 1000 }),
  } satisfies Keepsake);
};

/** A sign-in by OpenID Connect Core 1.0 §3.1: code flow with PKCE (RFC 7636), state and nonce. */
export const openIdProvider = (
  settings: OpenIdSettings,
  discovered: () => Promise<Discovered> = discovering(settings),
): IdentityProvider => {
  const { clientId, nameClaim, refreshes, endsSession, trace } = settings;
  const scope = [...new Set(['openid', ...settings.scope.split(/\s+/).filter(Boolean)])].join(' ');

  const exchanged = async (
    configuration: Configuration,
    answer: URL,
    { state, nonce, verifier }: Memory,
  ): Promise<SignOnOutcome> => {
    const tokens = await authorizationCodeGrant(configuration, answer, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) return { outcome: 'unbelievable', why: 'no id token' };
    let name = nameIn(claims, nameClaim);
    if (name === 'absent' && configuration.serverMetadata().userinfo_endpoint !== undefined)
      name = nameIn(await fetchUserInfo(configuration, tokens.access_token, claims.sub), nameClaim);
    trace('proven', { claim: nameClaim, found: typeof name === 'string' ? name : 'yes' });
    if (typeof name === 'string') return { outcome: 'unbelievable', why: `the name is ${name}` };
    return {
      outcome: 'proven',
      name: name.name,
      keys: keysOf(claims.sub, claims['sid']),
      keepsake: keepsakeOf(tokens, refreshes),
    };
  };

  const refreshed = async (configuration: Configuration, kept: Keepsake): Promise<StillProven> => {
    if (kept.refreshToken === undefined) return { state: 'over' };
    const tokens = await refreshTokenGrant(configuration, kept.refreshToken);
    trace('refreshed');
    return { state: 'holds', keepsake: keepsakeOf(tokens, refreshes, kept) };
  };

  /** By the time that the provider gave, and else by what it says of the token now. */
  const judged = async (configuration: Configuration, kept: Keepsake): Promise<StillProven> => {
    if (kept.expiresAt !== undefined && kept.expiresAt <= Date.now())
      return refreshed(configuration, kept);
    if (configuration.serverMetadata().userinfo_endpoint === undefined) return { state: 'holds' };
    const { sub } = JSON.parse(
      Buffer.from(kept.idToken.split('.')[1] ?? '', 'base64url').toString('utf8'),
    ) as { sub: string };
    try {
      await fetchUserInfo(configuration, kept.accessToken, sub);
      return { state: 'holds' };
    } catch (error) {
      if (isTurnedDown(error)) return refreshed(configuration, kept);
      throw error;
    }
  };

  return {
    kind: 'openid',
    async begin(origin, domain = settings.domain) {
      const { configuration } = await discovered();
      const memory: Memory = {
        state: randomState(),
        nonce: randomNonce(),
        verifier: randomPKCECodeVerifier(),
      };
      const location = buildAuthorizationUrl(configuration, {
        redirect_uri: `${origin}${RETURN}`,
        scope,
        state: memory.state,
        nonce: memory.nonce,
        code_challenge: await calculatePKCECodeChallenge(memory.verifier),
        code_challenge_method: 'S256',
        ...(settings.sendsDomain && domain !== undefined ? { sogo_domain: domain } : {}),
      });
      trace('asked');
      return { location: location.href, memory: JSON.stringify(memory) };
    },
    async finish({ origin, query, memory }) {
      const { configuration } = await discovered();
      const answer = new URL(`${origin}${RETURN}?${query}`);
      try {
        return await exchanged(configuration, answer, JSON.parse(memory) as Memory);
      } catch (error) {
        const away = unavailableIn(error);
        if (away !== undefined) throw away;
        trace('refused', { why: words(error) });
        return error instanceof AuthorizationResponseError
          ? { outcome: 'denied' }
          : { outcome: 'unbelievable', why: words(error) };
      }
    },
    async end(keepsake, after) {
      if (!endsSession) return undefined;
      const { configuration } = await discovered();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      const { idToken } = JSON.parse(keepsake) as Keepsake;
      return buildEndSessionUrl(configuration, {
        id_token_hint: idToken,
        post_logout_redirect_uri: after,
      }).href;
    },
    async check(keepsake) {
      try {
        const { configuration } = await discovered();
        return await judged(configuration, JSON.parse(keepsake) as Keepsake);
      } catch (error) {
        // The provider spoke, and not for the token; all else is its own trouble.
        return error instanceof ResponseBodyError && error.error === 'invalid_grant'
          ? { state: 'over' }
          : { state: 'unknown' };
      }
    },
    async ended(message) {
      const { configuration, keys } = await discovered();
      try {
        const { payload } = await jwtVerify(message, keys, {
          issuer: configuration.serverMetadata().issuer,
          audience: clientId,
          maxTokenAge: FRESH,
          clockTolerance: '1 minute',
        });
        const { events, nonce, sid, sub } = payload;
        const isLogout = typeof events === 'object' && events !== null && LOGOUT in events;
        if (!isLogout || nonce !== undefined) return undefined;
        // Where a session is named, it alone is meant.
        if (typeof sid === 'string') return [`sid ${sid}`];
        return sub === undefined ? undefined : keysOf(sub, undefined);
      } catch (error) {
        const away = unavailableIn(error);
        if (away !== undefined) throw away;
        trace('logout refused', { why: words(error) });
        return undefined;
      }
    },
  };
};
