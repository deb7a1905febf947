import type { Lookup } from './hierarchy.ts';
import { ConfigurationError } from './read-file.ts';
import type { SamlNeed } from './saml-needs.ts';

/** What a configuration says of SAML 2; files by their paths. */
export interface SamlSettings {
  /** `https://HOST`, without a path. */
  readonly origin: string;
  readonly privateKey: string;
  readonly certificate: string;
  readonly providerMetadata: string;
  readonly providerPublicKey: string | undefined;
  readonly providerCertificate: string | undefined;
  readonly loginAttribute: string | undefined;
  readonly endsThere: boolean;
  readonly afterLogout: string | undefined;
}

/** @throws ConfigurationError when something is missing */
export const samlSettings = (setting: Lookup): SamlSettings => {
  const given = (name: SamlNeed): string => {
    const value = setting(name);
    if (value === undefined)
      throw new ConfigurationError(
        `SOGoAuthenticationType = saml2 needs ${name}: see docs/administration/single-sign-on.md`,
      );
    return value;
  };
  return {
    origin: new URL(given('DaybookPublicURL')).origin,
    privateKey: given('SOGoSAML2PrivateKeyLocation'),
    certificate: given('SOGoSAML2CertificateLocation'),
    providerMetadata: given('SOGoSAML2IdpMetadataLocation'),
    providerPublicKey: setting('SOGoSAML2IdpPublicKeyLocation'),
    providerCertificate: setting('SOGoSAML2IdpCertificateLocation'),
    loginAttribute: setting('SOGoSAML2LoginAttribute'),
    endsThere: setting('SOGoSAML2LogoutEnabled'),
    afterLogout: setting('SOGoSAML2LogoutURL'),
  };
};
