import type { Lookup } from './hierarchy.ts';
import { ConfigurationError } from './read-file.ts';

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

const required = [
  'DaybookPublicURL',
  'SOGoSAML2PrivateKeyLocation',
  'SOGoSAML2CertificateLocation',
  'SOGoSAML2IdpMetadataLocation',
] as const;

/** What SAML 2 can't do without and is not set. */
export const missingForSaml = (isSet: (name: (typeof required)[number]) => boolean): string[] =>
  required.filter((name) => !isSet(name));

/** @throws ConfigurationError when something is missing */
export const samlSettings = (setting: Lookup): SamlSettings => {
  const given = (name: (typeof required)[number]): string => {
    const value = setting(name);
    if (value === undefined)
      throw new ConfigurationError(`SOGoAuthenticationType = saml2 needs ${name}`);
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
