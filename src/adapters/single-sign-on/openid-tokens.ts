import { hash } from 'node:crypto';
import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { fetchUserInfo, tokenIntrospection } from 'openid-client';
import { LRUCache } from 'lru-cache';
import { ProviderUnavailable, type TokenProofs } from '../../domain/account/identity-provider.ts';
import { unavailableIn } from './bounded-fetch.ts';
import { type Discovered, discovering } from './openid-client.ts';
import { nameIn } from './openid-names.ts';
import type { OpenIdSettings } from './openid-settings.ts';

/** How long an answer about a token is taken, in ms: a revoked one opens nothing for longer than that. */
const TRUST = { good: 60_000, bad: 10_000 } as const;
const REMEMBERED = 10_000;
/** Octets of a token. */
const LIMIT = 8192;
/** Questions to the provider at a time: nobody with made-up tokens may keep it busy. */
const AT_ONCE = 16;

interface Judged {
  readonly name: string | undefined;
  readonly until: number;
}

const isJwt = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);

/** RFC 9068 §2.1 has `at+jwt`; many providers say `JWT`, or nothing. What is for others than APIs says what it is. */
const isAccessToken = (
  token: string,
  { nonce, at_hash, c_hash, events, typ }: JWTPayload,
): boolean => {
  const { typ: type = 'JWT' } = decodeProtectedHeader(token);
  const kinds = ['at+jwt', 'application/at+jwt', 'jwt'];
  const others = [nonce, at_hash, c_hash, events];
  return (
    kinds.includes(type.toLowerCase()) &&
    others.every((one) => one === undefined) &&
    (typ === undefined || typ === 'Bearer')
  );
};

/** Access tokens of the provider that are meant for us: JWTs by its keys, others by its own word (RFC 7662). */
export const openIdTokens = (
  settings: OpenIdSettings,
  discovered: () => Promise<Discovered> = discovering(settings),
): TokenProofs => {
  const { clientId, nameClaim, trace } = settings;
  const judged = new LRUCache<string, Judged>({ max: REMEMBERED });
  const underWay = new Map<string, Promise<Judged>>();

  const claimsOf = async (
    { configuration, keys }: Discovered,
    token: string,
  ): Promise<Readonly<Record<string, unknown>> | undefined> => {
    if (isJwt(token)) {
      const { issuer } = configuration.serverMetadata();
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: clientId,
        requiredClaims: ['exp', 'sub'],
      });
      return isAccessToken(token, payload) ? payload : undefined;
    }
    if (configuration.serverMetadata().introspection_endpoint === undefined) return undefined;
    const found = await tokenIntrospection(configuration, token);
    const audience = [found.aud ?? found.client_id].flat();
    const isMeant = found.active && audience.includes(clientId);
    return isMeant ? { ...found } : undefined;
  };

  const asked = async (token: string): Promise<Judged> => {
    const now = Date.now();
    const found = await discovered();
    const claims = await claimsOf(found, token);
    if (claims === undefined) return { name: undefined, until: now + TRUST.bad };
    let name = nameIn(claims, nameClaim);
    const { exp, sub } = claims;
    if (name === 'absent' && typeof sub === 'string')
      name = nameIn(await fetchUserInfo(found.configuration, token, sub), nameClaim);
    const ends = typeof exp === 'number' ? exp * 1000 : Number.POSITIVE_INFINITY;
    return {
      name: typeof name === 'string' ? undefined : name.name,
      until: Math.min(now + TRUST.good, ends),
    };
  };

  const ask = async (token: string): Promise<Judged> => {
    try {
      return await asked(token);
    } catch (error) {
      const away = unavailableIn(error);
      if (away !== undefined) throw away;
      trace('token refused');
      return { name: undefined, until: Date.now() + TRUST.bad };
    }
  };

  return {
    async prove(token) {
      if (token.length > LIMIT) return undefined;
      const key = hash('sha256', token, 'base64');
      const before = judged.get(key);
      if (before !== undefined && before.until > Date.now()) return before.name;
      let running = underWay.get(key);
      if (running === undefined) {
        if (underWay.size >= AT_ONCE)
          throw new ProviderUnavailable({ cause: new Error('too many tokens at a time') });
        running = ask(token).finally(() => underWay.delete(key));
        underWay.set(key, running);
      }
      const answer = await running;
      judged.set(key, answer);
      return answer.name;
    },
  };
};
