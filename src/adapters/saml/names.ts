/** Namespaces of SAML 2.0 (saml-core-2.0-os §1.3.1, saml-metadata-2.0-os §1.2) and of what it is signed with. */
export const namespaces = {
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const;

/** An element's name in Clark notation. */
export type Name = `{${string}}${string}`;

export const assertion = (local: string): Name => `{${namespaces.assertion}}${local}`;
export const protocol = (local: string): Name => `{${namespaces.protocol}}${local}`;
export const metadata = (local: string): Name => `{${namespaces.metadata}}${local}`;
export const signature = (local: string): Name => `{${namespaces.signature}}${local}`;

/** saml-bindings-2.0-os §3.4 and §3.5. */
export const bindings = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
} as const;

export const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
export const ENTITY = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity';
