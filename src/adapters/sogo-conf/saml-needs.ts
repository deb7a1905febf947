const needs = [
  'DaybookPublicURL',
  'SOGoSAML2PrivateKeyLocation',
  'SOGoSAML2CertificateLocation',
  'SOGoSAML2IdpMetadataLocation',
] as const;

/** A parameter that SAML 2 can't do without. */
export type SamlNeed = (typeof needs)[number];

/** Those that are not set. */
export const missingForSaml = (isSet: (name: SamlNeed) => boolean): readonly SamlNeed[] =>
  needs.filter((name) => !isSet(name));
