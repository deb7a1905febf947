import { tableUrl, webUrl } from '../network-types.ts';
import { needless, starting, system } from '../row.ts';
import { bool, path, seconds, secret, text } from '../scalar-types.ts';

/** CAS, SAML 2 and OpenID. */
export const singleSignOnParameters = {
  SOGoCASServiceURL: starting(system(webUrl, 'the CAS server')),
  SOGoCASLogoutEnabled: starting(system(bool, 'logging out ends the CAS session', false)),
  SOGoSAML2PrivateKeyLocation: starting(system(path, "this server's private key, PEM")),
  SOGoSAML2CertificateLocation: starting(system(path, "this server's certificate, PEM")),
  SOGoSAML2IdpMetadataLocation: starting(system(path, "the identity provider's metadata, XML")),
  SOGoSAML2IdpPublicKeyLocation: starting(system(path, "the identity provider's public key, PEM")),
  SOGoSAML2IdpCertificateLocation: starting(
    system(path, "the identity provider's certificate, PEM"),
  ),
  SOGoSAML2LoginAttribute: starting(system(text, 'attribute that holds the login')),
  SOGoSAML2LogoutEnabled: starting(system(bool, "logging out ends the provider's session", false)),
  SOGoSAML2LogoutURL: starting(system(webUrl, 'page after logging out')),
  OCSOpenIdURL: needless(
    system(tableUrl, 'table of OpenID sessions'),
    'sessions are in its own database',
  ),
  SOGoOpenIdConfigUrl: starting(system(webUrl, "the provider's discovery document")),
  SOGoOpenIdClient: starting(system(text, 'client id')),
  SOGoOpenIdClientSecret: starting(system(secret, 'client secret')),
  SOGoOpenIdScope: starting(system(text, 'scopes, with spaces between', 'openid profile email')),
  SOGoOpenIdEmailParam: starting(
    system(text, 'claim that names people to the user sources', 'email'),
  ),
  SOGoOpenIdEnableRefreshToken: starting(system(bool, 'use refresh tokens', false)),
  SOGoOpenIdTokenCheckInterval: starting(
    system(seconds, 'at least between two checks of a token; 0: a minute', 0),
  ),
  SOGoOpenIdLogoutEnabled: starting(system(bool, "logging out ends the provider's session", false)),
  SOGoOpenIdSendDomainInfo: system(bool, 'tell the provider the domain', false),
  SOGoOpenIDDebugEnabled: starting(system(bool, 'trace OpenID', false)),
};
