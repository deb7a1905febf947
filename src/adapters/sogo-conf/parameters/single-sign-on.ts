import { tableUrl, webUrl } from '../network-types.ts';
import { acting, needless, system } from '../row.ts';
import { bool, path, seconds, secret, text } from '../scalar-types.ts';

/** CAS, SAML 2 and OpenID. */
export const singleSignOnParameters = {
  SOGoCASServiceURL: acting(system(webUrl, 'the CAS server')),
  SOGoCASLogoutEnabled: acting(system(bool, 'logging out ends the CAS session', false)),
  SOGoSAML2PrivateKeyLocation: acting(system(path, "this server's private key, PEM")),
  SOGoSAML2CertificateLocation: acting(system(path, "this server's certificate, PEM")),
  SOGoSAML2IdpMetadataLocation: acting(system(path, "the identity provider's metadata, XML")),
  SOGoSAML2IdpPublicKeyLocation: acting(system(path, "the identity provider's public key, PEM")),
  SOGoSAML2IdpCertificateLocation: acting(system(path, "the identity provider's certificate, PEM")),
  SOGoSAML2LoginAttribute: acting(system(text, 'attribute that holds the login')),
  SOGoSAML2LogoutEnabled: acting(system(bool, "logging out ends the provider's session", false)),
  SOGoSAML2LogoutURL: acting(system(webUrl, 'page after logging out')),
  OCSOpenIdURL: needless(
    system(tableUrl, 'table of OpenID sessions'),
    'sessions are in its own database',
  ),
  SOGoOpenIdConfigUrl: acting(system(webUrl, "the provider's discovery document")),
  SOGoOpenIdClient: acting(system(text, 'client id')),
  SOGoOpenIdClientSecret: acting(system(secret, 'client secret')),
  SOGoOpenIdScope: acting(system(text, 'scopes, with spaces between', 'openid profile email')),
  SOGoOpenIdEmailParam: acting(
    system(text, 'claim that names people to the user sources', 'email'),
  ),
  SOGoOpenIdEnableRefreshToken: acting(system(bool, 'use refresh tokens', false)),
  SOGoOpenIdTokenCheckInterval: acting(
    system(seconds, 'at least between two checks of a token; 0: a minute', 0),
  ),
  SOGoOpenIdLogoutEnabled: acting(system(bool, "logging out ends the provider's session", false)),
  SOGoOpenIdSendDomainInfo: acting(system(bool, 'tell the provider the domain', false)),
  SOGoOpenIDDebugEnabled: acting(system(bool, 'trace OpenID', false)),
};
