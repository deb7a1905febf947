import { createSign } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';
import { encrypt, type EncryptOptions } from 'xml-encryption';
import type { KeyPair } from './identity-provider/configuration.ts';

const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';

/** An instant some seconds from now. */
export const inSeconds = (seconds: number): string =>
  new Date(Date.now() + seconds * 1000).toISOString();

let count = 0;
const newId = (): string => `_${(count += 1)}${Math.random().toString(36).slice(2)}`;

/** What a provider says; a test changes one thing of it. */
export interface Said {
  readonly id: string;
  readonly assertionId: string;
  readonly issuer: string;
  readonly destination: string;
  readonly recipient: string;
  readonly audience: string;
  readonly inResponseTo: string | undefined;
  readonly confirmedFor: string | undefined;
  readonly issued: string;
  readonly notBefore: string;
  readonly notOnOrAfter: string;
  readonly confirmedUntil: string;
  readonly method: string;
  readonly status: string;
  /** Markup. */
  readonly nameId: string;
  /** Markup of the statement's attributes. */
  readonly attributes: string;
  readonly conditions: string;
  readonly sessionIndex: string;
  readonly sessionUntil: string | undefined;
}

export const attribute = (name: string, ...values: readonly string[]): string =>
  `<saml:Attribute Name="${name}">${values
    .map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`)
    .join('')}</saml:Attribute>`;

/** What is right, for a server at `origin`. */
export const said = (origin: string, issuer: string, inResponseTo: string): Said => ({
  id: newId(),
  assertionId: newId(),
  issuer,
  destination: `${origin}/SOGo/saml2-signon-post`,
  recipient: `${origin}/SOGo/saml2-signon-post`,
  audience: `${origin}/SOGo/saml2-metadata`,
  inResponseTo,
  confirmedFor: inResponseTo,
  issued: inSeconds(0),
  notBefore: inSeconds(-30),
  notOnOrAfter: inSeconds(300),
  confirmedUntil: inSeconds(300),
  method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
  status: 'urn:oasis:names:tc:SAML:2.0:status:Success',
  nameId: '<saml:NameID>ada</saml:NameID>',
  attributes: attribute('uid', 'ada'),
  conditions: '',
  sessionIndex: newId(),
  sessionUntil: undefined,
});

const optional = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` ${name}="${value}"`;

export const assertionXml = (one: Said): string =>
  `<saml:Assertion xmlns:saml="${ASSERTION}" ID="${one.assertionId}" Version="2.0" IssueInstant="${one.issued}">` +
  `<saml:Issuer>${one.issuer}</saml:Issuer>` +
  `<saml:Subject>${one.nameId}<saml:SubjectConfirmation Method="${one.method}">` +
  `<saml:SubjectConfirmationData Recipient="${one.recipient}" NotOnOrAfter="${one.confirmedUntil}"${optional('InResponseTo', one.confirmedFor)}/>` +
  `</saml:SubjectConfirmation></saml:Subject>` +
  `<saml:Conditions NotBefore="${one.notBefore}" NotOnOrAfter="${one.notOnOrAfter}">` +
  `<saml:AudienceRestriction><saml:Audience>${one.audience}</saml:Audience></saml:AudienceRestriction>${one.conditions}</saml:Conditions>` +
  `<saml:AuthnStatement AuthnInstant="${inSeconds(0)}" SessionIndex="${one.sessionIndex}"${optional('SessionNotOnOrAfter', one.sessionUntil)}><saml:AuthnContext>` +
  `<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
  `<saml:AttributeStatement>${one.attributes}</saml:AttributeStatement>` +
  `</saml:Assertion>`;

/** A response around whatever is given. */
export const responseXml = (one: Said, inside: string): string =>
  `<samlp:Response xmlns:samlp="${PROTOCOL}" xmlns:saml="${ASSERTION}" ID="${one.id}" Version="2.0" IssueInstant="${inSeconds(0)}" Destination="${one.destination}"${optional('InResponseTo', one.inResponseTo)}>` +
  `<saml:Issuer>${one.issuer}</saml:Issuer>` +
  `<samlp:Status><samlp:StatusCode Value="${one.status}"/></samlp:Status>${inside}</samlp:Response>`;

interface Signing {
  readonly keys: KeyPair;
  readonly algorithm?: string;
  readonly digest?: string;
  readonly canonicalization?: string;
}

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** The same with a signature in the element of an id, after its issuer. */
export const signed = (xml: string, id: string, signing: Signing): string => {
  const canonicalization = signing.canonicalization ?? EXCLUSIVE;
  const signature = new SignedXml({
    privateKey: signing.keys.privateKey,
    publicCert: signing.keys.certificate,
    signatureAlgorithm: signing.algorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: EXCLUSIVE,
    idAttribute: 'ID',
  });
  const xpath = `//*[@ID='${id}']`;
  signature.addReference({
    xpath,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', canonicalization],
    digestAlgorithm: signing.digest ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
  });
  const reference = `${xpath}/*[local-name(.)='Issuer']`;
  signature.computeSignature(xml, { prefix: 'ds', location: { reference, action: 'after' } });
  return signature.getSignedXml();
};

/** A response whose assertion is signed, as most providers send it. */
export const signedResponse = (one: Said, keys: KeyPair): string =>
  responseXml(one, signed(assertionXml(one), one.assertionId, { keys }));

export const encode = (xml: string): string => Buffer.from(xml).toString('base64');

const encrypting = promisify(encrypt);

/** Encrypted for whoever has the key of a certificate; `wrapper` is EncryptedAssertion or EncryptedID. */
export const encrypted = async (
  xml: string,
  wrapper: string,
  to: KeyPair,
  algorithms: Partial<Pick<EncryptOptions, 'encryptionAlgorithm' | 'keyEncryptionAlgorithm'>> = {},
): Promise<string> => {
  const data = await encrypting(xml, {
    rsa_pub: to.publicKey,
    pem: to.certificate,
    encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
    warnInsecureAlgorithm: false,
    ...algorithms,
  });
  return `<saml:${wrapper} xmlns:saml="${ASSERTION}">${data}</saml:${wrapper}>`;
};

interface LogoutSaid {
  readonly id: string;
  readonly issuer: string;
  readonly destination: string;
  readonly issued: string;
  readonly nameId: string;
  readonly sessionIndexes: readonly string[];
}

export const logoutRequestXml = (one: LogoutSaid): string =>
  `<samlp:LogoutRequest xmlns:samlp="${PROTOCOL}" xmlns:saml="${ASSERTION}" ID="${one.id}" Version="2.0" IssueInstant="${one.issued}" Destination="${one.destination}">` +
  `<saml:Issuer>${one.issuer}</saml:Issuer>${one.nameId}` +
  `${one.sessionIndexes.map((index) => `<samlp:SessionIndex>${index}</samlp:SessionIndex>`).join('')}</samlp:LogoutRequest>`;

/** A message as a signed query (saml-bindings-2.0-os §3.4.4.1). */
export const redirectQuery = (
  parameter: 'SAMLRequest' | 'SAMLResponse',
  xml: string,
  keys: KeyPair,
  { relayState, hash = 'sha256' }: { relayState?: string; hash?: 'sha1' | 'sha256' } = {},
): string => {
  const algorithm =
    hash === 'sha1'
      ? 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
      : 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
  const query = [
    `${parameter}=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`,
    ...(relayState === undefined ? [] : [`RelayState=${encodeURIComponent(relayState)}`]),
    `SigAlg=${encodeURIComponent(algorithm)}`,
  ].join('&');
  const signature = createSign(hash).update(query).sign(keys.privateKey, 'base64');
  return `${query}&Signature=${encodeURIComponent(signature)}`;
};
