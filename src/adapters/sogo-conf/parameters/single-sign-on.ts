import { tableUrl, webUrl } from '../network-types.ts';
import { acting, system } from '../row.ts';
import { bool, path, seconds, secret, text } from '../scalar-types.ts';

/** CAS, SAML 2 and OpenID. */
export const singleSignOnParameters = {
  SOGoCASServiceURL: system(webUrl, 'the CAS server'),
  SOGoCASLogoutEnabled: system(bool, 'logging out ends the CAS session', false),
  SOGoSAML2PrivateKeyLocation: acting(system(path, "this server's private key, PEM")),
  SOGoSAML2CertificateLocation: acting(system(path, "this server's certificate, PEM")),
  SOGoSAML2IdpMetadataLocation: acting(system(path, "the identity provider's metadata, XML")),
  SOGoSAML2IdpPublicKeyLocation: acting(system(path, "the identity provider's public key, PEM")),
  SOGoSAML2IdpCertificateLocation: acting(system(path, "the identity provider's certificate, PEM")),
  SOGoSAML2LoginAttribute: acting(system(text, 'attribute that holds the login')),
  SOGoSAML2LogoutEnabled: acting(system(bool, "logging out ends the provider's session", false)),
  SOGoSAML2LogoutURL: acting(system(webUrl, 'page after logging out')),
  OCSOpenIdURL: system(tableUrl, 'table of OpenID sessions'),
  SOGoOpenIdConfigUrl: system(webUrl, "the provider's discovery document"),
  SOGoOpenIdClient: system(text, 'client id'),
  SOGoOpenIdClientSecret: system(secret, 'client secret'),
  SOGoOpenIdScope: system(text, 'scopes, with spaces between'),
  SOGoOpenIdEmailParam: system(text, 'claim that holds the mail address', 'email'),
  SOGoOpenIdEnableRefreshToken: system(bool, 'use refresh tokens', false),
  SOGoOpenIdTokenCheckInterval: system(seconds, 'at least between two checks of a token', 0),
  SOGoOpenIdLogoutEnabled: system(bool, "logging out ends the provider's session", false),
  SOGoOpenIdSendDomainInfo: system(bool, 'tell the provider the domain', false),
  SOGoOpenIDDebugEnabled: system(bool, 'trace OpenID', false),
};
