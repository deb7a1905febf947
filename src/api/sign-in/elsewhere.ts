import type { IdentityProvider, TokenProofs } from '../../domain/account/identity-provider.ts';
import type { ProxyGrants } from '../../domain/account/proxy-grants.ts';
import type { SamlProvider } from '../../domain/account/saml-provider.ts';

/** Where people prove themselves, asked about sign-ins of its kind after so many seconds at the earliest. */
export interface AskedProvider {
  readonly asked: IdentityProvider;
  readonly checkAfter: number;
}

/** What SAML 2 has besides what providers have in common. */
export interface SamlSide {
  readonly provider: SamlProvider;
  /** Where to go when signing out is done there (SOGoSAML2LogoutURL); `undefined`: nowhere else. */
  readonly afterLogout: string | undefined;
}

/** How people of a domain prove themselves: by a password here, or by the settings of that name. */
export type WayOfDomain = { readonly password: true } | { readonly provenBy: string };

/** Who proves people and programs besides the user sources. It may be something else a moment later. */
export interface Elsewhere {
  /** Where people prove themselves for the web, if not here. */
  readonly provider?: AskedProvider | undefined;
  /** How people of a domain do (SOGoLoginTypeByDomain); absent: all alike. `undefined` is no domain. */
  readonly wayOf?: ((domain: string | undefined) => WayOfDomain) | undefined;
  /** The domains that it names, in small letters. */
  readonly domains?: ReadonlySet<string> | undefined;
  /** Where its proxy-granting tickets wait, if it is to give any. */
  readonly grants?: ProxyGrants | undefined;
  /** The provider again, if it speaks SAML 2. */
  readonly saml?: SamlSide | undefined;
  /** Proves bearers of tokens. */
  readonly tokens?: TokenProofs | undefined;
  /** SOGoTrustProxyAuthentication. */
  readonly trustsProxy?: boolean;
  /** Where people know this server (DaybookPublicURL). */
  readonly publicUrl?: string | undefined;
}

/** What of it holds now. */
export type ElsewhereNow = () => Elsewhere;

/** Whether people of a domain sign in with passwords. */
export const takesPasswords = (
  { provider, wayOf }: Pick<Elsewhere, 'provider' | 'wayOf'>,
  domain: string | undefined,
): boolean => (wayOf === undefined ? provider === undefined : 'password' in wayOf(domain));
