import type { KeyObject } from 'node:crypto';
import { escape } from 'node:querystring';
import { type CacheProvider, SAML, type SamlConfig } from '@node-saml/node-saml';
import { loginOf, type NameId } from './assertion.ts';
import { type LogoutMessage, logoutMessage } from './logout.ts';
import { endpointsAt, ownMetadata } from './own-metadata.ts';
import type { Provider } from './provider-metadata.ts';
import { provenResponse } from './response.ts';
import { SKEW } from './times.ts';

export interface ServiceProviderParts {
  /** Scheme, host and port under which people reach this server: what a message is meant for is never asked of the visitor. */
  readonly origin: string;
  /** PEM, of this server. */
  readonly privateKey: string;
  readonly certificate: string;
  readonly provider: Provider;
  /** Of the provider; each as PEM, and read. */
  readonly keys: readonly { readonly pem: string; readonly key: KeyObject }[];
  readonly loginAttribute: string | undefined;
}

/** Somebody's session at the provider. */
export interface ProviderSession {
  readonly nameId: NameId;
  readonly index: string | undefined;
}

/** Somebody the provider vouches for. */
export interface SamlSignIn {
  /** The assertion's; for telling whether it was seen before, as long as it is any good. */
  readonly id: string;
  /** Until then, in ms. */
  readonly until: number;
  /** Our request's. */
  readonly inResponseTo: string;
  /** As the provider writes it. */
  readonly login: string;
  /** `undefined`: the provider said nothing by which it would know the session again. */
  readonly session: ProviderSession | undefined;
  /** When the provider's session ends, if it says so, in ms. */
  readonly sessionUntil: number | undefined;
}

/** This server towards one identity provider (saml-profiles-2.0-os §4.1 and §4.4). Keeps nothing. */
export interface ServiceProvider {
  /** XML. */
  readonly metadata: string;
  /** Where to send a browser to sign in; `id` is a new one, and comes back in the answer. */
  signOnUrl(id: string): Promise<string>;
  /** @throws SamlRefused for what is not signed by the provider, for this server, now */
  signIn(encoded: string): Promise<SamlSignIn>;
  /** Where to send a browser to sign out, if the provider has such a place; `id` is a new one. */
  logoutUrl(id: string, session: ProviderSession): Promise<string | undefined>;
  /** A message about signing out, from a query as it was sent. @throws SamlRefused */
  logout(query: string): Promise<LogoutMessage>;
  /** Where to send a browser with the answer to the provider's request, if there is such a place. */
  logoutAnswerUrl(
    request: Extract<LogoutMessage, { kind: 'request' }>,
    succeeded: boolean,
  ): Promise<string | undefined>;
}

/** Requests are remembered by the caller, on all nodes; the library's own memory would hold a timer each. */
const nothingKept: CacheProvider = {
  saveAsync: async () => null,
  getAsync: async () => null,
  removeAsync: async () => null,
};

/** The library signs what `querystring` writes, and sends what `URL` writes: a space is `%20` there and `+` here. */
const asSigned = (location: string): string => {
  const url = new URL(location);
  url.search = [...url.searchParams]
    .map(([name, value]) => `${escape(name)}=${escape(value)}`)
    .join('&');
  return url.href;
};

/** What no format says (saml-core-2.0-os §8.3.1). */
const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';

export const serviceProvider = (parts: ServiceProviderParts): ServiceProvider => {
  const { provider, privateKey, certificate, keys, loginAttribute } = parts;
  const endpoints = endpointsAt(parts.origin);
  const configuration: SamlConfig = {
    issuer: endpoints.entityId,
    audience: endpoints.entityId,
    callbackUrl: endpoints.signOn,
    entryPoint: provider.signOn,
    idpCert: keys.map(({ pem }) => pem),
    privateKey,
    decryptionPvk: privateKey,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    acceptedClockSkewMs: SKEW,
    cacheProvider: nothingKept,
  };
  const parties = { endpoints, issuer: provider.entityId, privateKey };
  const library = (more: Partial<SamlConfig>): SAML => new SAML({ ...configuration, ...more });

  return {
    metadata: ownMetadata(endpoints, certificate),
    signOnUrl: async (id) =>
      asSigned(
        await library({ generateUniqueId: () => id }).getAuthorizeUrlAsync('', undefined, {}),
      ),
    async signIn(encoded) {
      const given = { ...parties, configuration };
      const { attributes, nameId, sessionIndex, ...proven } = await provenResponse(encoded, given);
      return {
        ...proven,
        login: loginOf(attributes, loginAttribute),
        session: nameId && { nameId, index: sessionIndex },
      };
    },
    logoutUrl: async (id, { nameId, index }) => {
      const { logout } = provider;
      if (logout === undefined) return undefined;
      const asks = library({ logoutUrl: logout.url, generateUniqueId: () => id });
      const location = await asks.getLogoutUrlAsync(
        {
          issuer: provider.entityId,
          nameID: nameId.value,
          nameIDFormat: nameId.format ?? UNSPECIFIED,
          ...(nameId.nameQualifier === undefined ? {} : { nameQualifier: nameId.nameQualifier }),
          ...(nameId.spNameQualifier === undefined
            ? {}
            : { spNameQualifier: nameId.spNameQualifier }),
          ...(index === undefined ? {} : { sessionIndex: index }),
        },
        '',
        {},
      );
      return asSigned(location);
    },
    logout: (query) => logoutMessage(query, { ...parties, keys: keys.map(({ key }) => key) }),
    logoutAnswerUrl: async ({ id, relayState }, succeeded) => {
      const { logout } = provider;
      if (logout === undefined) return undefined;
      const location = await library({ logoutUrl: logout.answers }).getLogoutResponseUrlAsync(
        { issuer: provider.entityId, nameID: '', nameIDFormat: '', ID: id },
        relayState ?? '',
        {},
        succeeded,
      );
      return asSigned(location);
    },
  };
};
