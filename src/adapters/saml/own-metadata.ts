import { X509Certificate } from 'node:crypto';
import { bindings, namespaces } from './names.ts';
import { escaped } from './xml.ts';

/** Where this server stands for an identity provider: the guide's addresses below its own. */
export const endpointsAt = (origin: string) => ({
  entityId: `${origin}/SOGo/saml2-metadata`,
  signOn: `${origin}/SOGo/saml2-signon-post`,
  logout: `${origin}/SOGo/saml2-sls`,
});
export type Endpoints = ReturnType<typeof endpointsAt>;

const key = (use: 'signing' | 'encryption', certificate: string, methods: string): string =>
  `<KeyDescriptor use="${use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}` +
  `</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${methods}</KeyDescriptor>`;

const methods = ['aes256-gcm', 'aes128-gcm']
  .map((name) => `http://www.w3.org/2009/xmlenc11#${name}`)
  .concat('http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p')
  .map((name) => `<EncryptionMethod Algorithm="${name}"/>`)
  .join('');

/** This server's metadata (saml-metadata-2.0-os §2.4.4), for the provider's administrator. */
export const ownMetadata = (endpoints: Endpoints, certificate: string): string => {
  const encoded = new X509Certificate(certificate).raw.toString('base64');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<EntityDescriptor xmlns="${namespaces.metadata}" xmlns:ds="${namespaces.signature}" entityID="${escaped(endpoints.entityId)}">`,
    `<SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="${namespaces.protocol}">`,
    key('signing', encoded, ''),
    key('encryption', encoded, methods),
    `<SingleLogoutService Binding="${bindings.redirect}" Location="${escaped(endpoints.logout)}"/>`,
    '<NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</NameIDFormat>',
    `<AssertionConsumerService index="0" isDefault="true" Binding="${bindings.post}" Location="${escaped(endpoints.signOn)}"/>`,
    '</SPSSODescriptor>',
    '</EntityDescriptor>',
    '',
  ].join('\n');
};
