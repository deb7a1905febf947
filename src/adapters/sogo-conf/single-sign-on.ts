import type { Lookup } from './hierarchy.ts';
import type { ParameterValue } from './parameters.ts';
import type { singleSignOnParameters } from './parameters/single-sign-on.ts';
import type { Dictionary } from './value-type.ts';
import { ConfigurationError } from './read-file.ts';
import { type SamlSettings, samlSettings } from './saml.ts';

interface OpenIdConfiguration {
  readonly configUrl: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly scope: string;
  readonly nameClaim: string;
  readonly refreshes: boolean;
  readonly endsSession: boolean;
  readonly traces: boolean;
  /** Seconds. */
  readonly checkAfter: number;
  readonly sendsDomain: boolean;
}

/** How people of domains prove themselves (SOGoLoginTypeByDomain). */
interface WaysByDomain {
  /** By domain, and `login_default`; the value `plain` is a password. */
  readonly types: ReadonlyMap<string, 'plain' | OpenIdConfiguration>;
}

/** In SOGoLoginTypeByDomain, who has no domain and domains that are not named. */
export const LOGIN_DEFAULT = 'login_default';

interface CasConfiguration {
  readonly url: string;
  readonly endsSession: boolean;
  /** Whether tickets for another service will be wanted. */
  readonly grants: boolean;
}

/** What a configuration says of proving oneself elsewhere. */
export interface SingleSignOnSettings {
  /** Who proves people for the web; '' is the user sources. */
  readonly web: '' | 'openid' | 'cas' | 'saml2';
  /** Present where the web or DAV needs it. */
  readonly openid: OpenIdConfiguration | undefined;
  /** Present where it depends on the domain; then `web` counts for `login_default` alone. */
  readonly byDomain: WaysByDomain | undefined;
  readonly cas: CasConfiguration | undefined;
  readonly saml: SamlSettings | undefined;
  /** Whether DAV takes bearer tokens. */
  readonly tokens: boolean;
  readonly trustsProxy: boolean;
  /** `https://HOST`, without a slash at its end. */
  readonly publicUrl: string | undefined;
}

/** Checked no oftener than this where the file asks for no interval: each check is a question to the provider. */
const CHECK = 60;

const needed = <What>(value: What | undefined, name: string, by: string): What => {
  if (value === undefined)
    throw new ConfigurationError(`${by} needs ${name}: see docs/administration/single-sign-on.md`);
  return value;
};

/** Scheme and host: Daybook's addresses begin at the root. */
const originOf = (url: string | undefined): string | undefined => {
  if (url === undefined) return undefined;
  const { origin, pathname, search, hash } = new URL(url);
  if (pathname !== '/' || search !== '' || hash !== '')
    throw new ConfigurationError(`DaybookPublicURL is scheme and host alone, as ${origin}`);
  return origin;
};

/** The parameters of a provider, at the root or in an entry of SOGoLoginTypeByDomain. */
type ProviderLookup = <Name extends keyof typeof singleSignOnParameters>(
  name: Name,
) => ParameterValue<Name>;

const openIdOf = (setting: ProviderLookup, by: string): OpenIdConfiguration => ({
  configUrl: needed(setting('SOGoOpenIdConfigUrl'), 'SOGoOpenIdConfigUrl', by),
  clientId: needed(setting('SOGoOpenIdClient'), 'SOGoOpenIdClient', by),
  clientSecret: setting('SOGoOpenIdClientSecret'),
  scope: setting('SOGoOpenIdScope'),
  nameClaim: setting('SOGoOpenIdEmailParam'),
  refreshes: setting('SOGoOpenIdEnableRefreshToken'),
  endsSession: setting('SOGoOpenIdLogoutEnabled'),
  traces: setting('SOGoOpenIDDebugEnabled'),
  checkAfter: setting('SOGoOpenIdTokenCheckInterval') || CHECK,
  sendsDomain: setting('SOGoOpenIdSendDomainInfo'),
});

/** What an entry does not say holds as at the root, but for the provider and the client, which are its own. */
const lookupIn =
  (entry: Dictionary, setting: Lookup): ProviderLookup =>
  (name) => {
    const own = entry.get(name);
    const isOfProvider =
      name === 'SOGoOpenIdConfigUrl' ||
      name === 'SOGoOpenIdClient' ||
      name === 'SOGoOpenIdClientSecret';
    // The checker put there what the parameter's own type read.
    if (own !== undefined || isOfProvider) return own as ParameterValue<typeof name>;
    return setting(name);
  };

const byDomainOf = (setting: Lookup): WaysByDomain | undefined => {
  const entries = setting('SOGoLoginTypeByDomain');
  if (entries === undefined) return undefined;
  const web = setting('SOGoAuthenticationType');
  if (web === 'cas' || web === 'saml2')
    throw new ConfigurationError(
      `SOGoLoginTypeByDomain takes passwords and OpenID Connect, and no SOGoAuthenticationType = ${web}`,
    );
  const types = new Map<string, 'plain' | OpenIdConfiguration>(
    [...dictionariesIn(entries)].map(([domain, entry]) => [
      domain,
      entry.get('type') === 'openid'
        ? openIdOf(lookupIn(entry, setting), `SOGoLoginTypeByDomain.${domain}`)
        : 'plain',
    ]),
  );
  if (web === 'openid' && !types.has(LOGIN_DEFAULT))
    types.set(LOGIN_DEFAULT, openIdOf(setting, 'SOGoAuthenticationType = openid'));
  return { types };
};

const dictionariesIn = (entries: Dictionary): ReadonlyMap<string, Dictionary> =>
  entries as ReadonlyMap<string, Dictionary>;

/**
 * Where people and programs prove themselves, if not by a password.
 * @throws ConfigurationError where something that it takes is not set
 */
export const singleSignOnSettings = (setting: Lookup): SingleSignOnSettings => {
  const web = setting('SOGoAuthenticationType');
  const tokens = setting('SOGoDAVAuthenticationType') === 'openid';
  const publicUrl = originOf(setting('DaybookPublicURL'));
  const by =
    web === 'openid' ? 'SOGoAuthenticationType = openid' : 'SOGoDAVAuthenticationType = openid';
  if (web === 'cas' || web === 'saml2')
    needed(publicUrl, 'DaybookPublicURL', `SOGoAuthenticationType = ${web}`);
  return {
    ...{ web, tokens },
    byDomain: byDomainOf(setting),
    openid: web === 'openid' || tokens ? openIdOf(setting, by) : undefined,
    cas:
      web === 'cas'
        ? {
            url: needed(
              setting('SOGoCASServiceURL'),
              'SOGoCASServiceURL',
              'SOGoAuthenticationType = cas',
            ),
            endsSession: setting('SOGoCASLogoutEnabled'),
            grants: setting('SOGoIMAPCASServiceName') !== undefined,
          }
        : undefined,
    saml:
      web === 'saml2'
        ? samlSettings(setting, (value, name) =>
            needed(value, name, 'SOGoAuthenticationType = saml2'),
          )
        : undefined,
    trustsProxy: setting('SOGoTrustProxyAuthentication'),
    publicUrl,
  };
};
