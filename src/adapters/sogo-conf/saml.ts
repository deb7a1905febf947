import type { Lookup } from './hierarchy.ts';

/** What a configuration says of SAML 2; files by their paths. */
export interface SamlSettings {
  readonly privateKey: string;
  readonly certificate: string;
  readonly providerMetadata: string;
  readonly providerPublicKey: string | undefined;
  readonly providerCertificate: string | undefined;
  readonly loginAttribute: string | undefined;
  readonly endsThere: boolean;
  readonly afterLogout: string | undefined;
}

/** @param needed throws where the value of a name is not there */
export const samlSettings = (
  setting: Lookup,
  needed: (value: string | undefined, name: string) => string,
): SamlSettings => ({
  privateKey: needed(setting('SOGoSAML2PrivateKeyLocation'), 'SOGoSAML2PrivateKeyLocation'),
  certificate: needed(setting('SOGoSAML2CertificateLocation'), 'SOGoSAML2CertificateLocation'),
  providerMetadata: needed(setting('SOGoSAML2IdpMetadataLocation'), 'SOGoSAML2IdpMetadataLocation'),
  providerPublicKey: setting('SOGoSAML2IdpPublicKeyLocation'),
  providerCertificate: setting('SOGoSAML2IdpCertificateLocation'),
  loginAttribute: setting('SOGoSAML2LoginAttribute'),
  endsThere: setting('SOGoSAML2LogoutEnabled'),
  afterLogout: setting('SOGoSAML2LogoutURL'),
});
