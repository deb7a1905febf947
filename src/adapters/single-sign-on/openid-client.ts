import { createRemoteJWKSet, customFetch as joseFetch, type JWTVerifyGetKey } from 'jose';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client';
import { ProviderUnavailable } from '../../domain/account/identity-provider.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { OpenIdSettings } from './openid-settings.ts';

/** A provider as it described itself. */
export interface Discovered {
  readonly configuration: Configuration;
  /** Its keys, fetched when a token names one that is not known. */
  readonly keys: JWTVerifyGetKey;
}

/** How long a description is believed, and how long one that could not be had is not asked for again, in ms. */
const TRUST = { description: 3_600_000, failure: 2000 } as const;

/** Tells the provider whose people are meant, as SOGo does, where that is wanted and known beforehand. */
const boundedFor =
  ({ sendsDomain, domain }: OpenIdSettings): CustomFetch =>
  (url, { body, signal, headers, ...options }) =>
    boundedFetch(url, {
      ...options,
      headers:
        sendsDomain && domain !== undefined ? { ...headers, 'sogo-user-domain': domain } : headers,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });

/**
 * In the body where that is taken: what RFC 6749 §2.3.1 wants of a secret with special characters in a header,
 * not all providers understand.
 */
const authenticationOf = ({ clientSecret }: OpenIdSettings, methods: readonly string[]) => {
  if (clientSecret === undefined) return None();
  return methods.includes('client_secret_post')
    ? ClientSecretPost(clientSecret)
    : ClientSecretBasic(clientSecret);
};

const discover = async (settings: OpenIdSettings): Promise<Discovered> => {
  const { configUrl, clientId, trace } = settings;
  const bounded = boundedFor(settings);
  const url = new URL(configUrl);
  // Whoever writes http:// means it: a provider on the same machine, or behind the same door.
  // oxlint-disable-next-line typescript/no-deprecated -- marked so to make it stand out, as it does here
  const insecurely = url.protocol === 'http:' ? [allowInsecureRequests] : [];
  const execute = [enableNonRepudiationChecks, ...insecurely];
  const options = { execute, timeout: 5, [customFetch]: bounded };
  const described = (await discovery(url, clientId, undefined, None(), options)).serverMetadata();
  const methods = described.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const authentication = authenticationOf(settings, methods);
  const configuration = new Configuration(described, clientId, undefined, authentication);
  configuration.timeout = 5;
  configuration[customFetch] = bounded;
  for (const apply of execute as readonly ((to: Configuration) => void)[]) apply(configuration);
  const { issuer, jwks_uri } = described;
  trace('discovered', { issuer });
  if (jwks_uri === undefined) throw new Error('the provider names no keys');
  const keys = createRemoteJWKSet(new URL(jwks_uri), {
    [joseFetch]: boundedFetch,
    timeoutDuration: 5000,
  });
  return { configuration, keys };
};

/** The provider's description, asked for when it is needed first. @throws ProviderUnavailable */
export const discovering = (settings: OpenIdSettings): (() => Promise<Discovered>) => {
  let known: Discovered | undefined;
  let knownAt = 0;
  let failedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let asking: Promise<Discovered> | undefined;

  const ask = async (): Promise<Discovered> => {
    try {
      known = await discover(settings);
      knownAt = performance.now();
      return known;
    } catch (cause) {
      failure = cause;
      failedAt = performance.now();
      // What was right an hour ago is better than nothing.
      if (known !== undefined) return known;
      throw new ProviderUnavailable({ cause });
    } finally {
      asking = undefined;
    }
  };

  return async () => {
    const now = performance.now();
    if (known !== undefined && now - knownAt < TRUST.description) return known;
    if (now - failedAt < TRUST.failure) {
      if (known !== undefined) return known;
      throw new ProviderUnavailable({ cause: failure });
    }
    asking ??= ask();
    return asking;
  };
};
