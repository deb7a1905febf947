import { SAML, type SamlConfig } from '@node-saml/node-saml';
import {
  type Asserted,
  asserted,
  checkIssuer,
  checkVersion,
  type NameId,
  nameIdOf,
} from './assertion.ts';
import { checkEncrypted, decrypted } from './encryption.ts';
import { assertion, protocol, SUCCESS } from './names.ts';
import type { Endpoints } from './own-metadata.ts';
import { SamlRefused } from './refusal.ts';
import { checkDecrypted, responseParts } from './structure.ts';
import { onlyChild, readMessage, type XmlElement, xmlOf } from './xml.ts';

/** Octets of a response, decoded. */
const LIMIT = 128 * 1024;

export interface ResponseParties {
  readonly endpoints: Endpoints;
  /** The provider's entity id. */
  readonly issuer: string;
  readonly privateKey: string;
  readonly configuration: SamlConfig;
}

/** What a response says that is believed. */
export interface ProvenResponse extends Omit<Asserted, 'subject'> {
  readonly inResponseTo: string;
  /** `undefined` when the provider calls nobody by a name. */
  readonly nameId: NameId | undefined;
}

const decoded = (encoded: string): string => {
  // Base 64 takes four for three, and line ends.
  if (encoded.length > LIMIT * 1.4) throw new SamlRefused('too-large');
  const octets = Buffer.from(encoded, 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch (cause) {
    throw new SamlRefused('unreadable', { cause });
  }
};

const succeeded = (root: XmlElement): boolean => {
  const status = onlyChild(root, protocol('Status'));
  const code = status && onlyChild(status, protocol('StatusCode'));
  return code?.attributes.get('Value') === SUCCESS;
};

/** What is inside of an encrypted element may itself be forged: it is looked at as what is outside. */
const lookInside = async (encrypted: XmlElement, privateKey: string): Promise<boolean> => {
  checkEncrypted(encrypted);
  return checkDecrypted(readMessage(await decrypted(xmlOf(encrypted), privateKey)));
};

/** The octets whose signature is right, and nothing beside them. @throws SamlRefused */
const signedAssertion = async (
  encoded: string,
  isResponseSigned: boolean,
  isAssertionSigned: boolean,
  configuration: SamlConfig,
): Promise<string> => {
  const library = new SAML({
    ...configuration,
    // Every signature that is there has to be right.
    wantAuthnResponseSigned: isResponseSigned,
    wantAssertionsSigned: isAssertionSigned,
  });
  try {
    const { profile } = await library.validatePostResponseAsync({ SAMLResponse: encoded });
    return profile?.getAssertionXml?.() ?? '';
  } catch (cause) {
    throw new SamlRefused(reasonOf(cause), { cause });
  }
};

/** The library checks times and audience as well, and has no other way to say so than words. */
const reasonOf = (cause: unknown) => {
  const message = cause instanceof Error ? cause.message : '';
  if (/expired/i.test(message)) return 'expired';
  if (/not yet valid/i.test(message)) return 'not-yet-valid';
  return /audience/i.test(message) ? 'audience' : 'signature';
};

const nameIdIn = async (subject: XmlElement, privateKey: string): Promise<NameId | undefined> => {
  const plain = onlyChild(subject, assertion('NameID'));
  if (plain !== undefined) return nameIdOf(plain);
  const encrypted = onlyChild(subject, assertion('EncryptedID'));
  if (encrypted === undefined) return undefined;
  checkEncrypted(encrypted);
  return nameIdOf(readMessage(await decrypted(xmlOf(encrypted), privateKey)));
};

/**
 * Proves a response sent by HTTP-POST (saml-profiles-2.0-os §4.1.4): signed by the provider, for us, now, and an
 * answer to a request. Whether to one of ours, and whether for the first time, is for the caller to find out.
 * @throws SamlRefused
 */
export const provenResponse = async (
  encoded: string,
  { endpoints, issuer, privateKey, configuration }: ResponseParties,
): Promise<ProvenResponse> => {
  const xml = decoded(encoded);
  const root = readMessage(xml);
  if (root.name !== protocol('Response')) throw new SamlRefused('structure');
  if (!succeeded(root)) throw new SamlRefused('status');
  const parts = responseParts(root);
  checkVersion(root);
  if (onlyChild(root, assertion('Issuer')) !== undefined) checkIssuer(root, issuer);
  const destination = root.attributes.get('Destination');
  // What is signed has to say where it goes (saml-bindings-2.0-os §3.5.5.2).
  if (destination === undefined ? parts.isSigned : destination !== endpoints.signOn)
    throw new SamlRefused('destination');
  const inResponseTo = root.attributes.get('InResponseTo');
  if (inResponseTo === undefined) throw new SamlRefused('unsolicited');
  const isEncrypted = parts.assertion.name === assertion('EncryptedAssertion');
  const isAssertionSigned = isEncrypted
    ? await lookInside(parts.assertion, privateKey)
    : parts.isAssertionSigned;
  if (!parts.isSigned && !isAssertionSigned) throw new SamlRefused('unsigned');
  const signed = await signedAssertion(encoded, parts.isSigned, isAssertionSigned, configuration);
  const { subject, ...said } = asserted(readMessage(signed), {
    issuer,
    audience: endpoints.entityId,
    recipient: endpoints.signOn,
    inResponseTo,
    now: Date.now(),
  });
  return { ...said, inResponseTo, nameId: await nameIdIn(subject, privateKey) };
};
