import type { KeyObject } from 'node:crypto';
import { checkIssuer, checkVersion, type NameId, nameIdOf } from './assertion.ts';
import { checkEncrypted, decrypted } from './encryption.ts';
import { assertion, protocol, SUCCESS } from './names.ts';
import type { Endpoints } from './own-metadata.ts';
import { redirectMessage } from './redirect.ts';
import { SamlRefused } from './refusal.ts';
import { checkTimes, freshUntil } from './times.ts';
import { childrenOf, onlyChild, readMessage, textOf, type XmlElement, xmlOf } from './xml.ts';

export interface LogoutParties {
  readonly endpoints: Endpoints;
  /** The provider's entity id. */
  readonly issuer: string;
  readonly privateKey: string;
  readonly keys: readonly KeyObject[];
}

/** What the provider says of signing out. */
export type LogoutMessage =
  | {
      readonly kind: 'request';
      readonly id: string;
      /** From when on it is not believed any more, in ms. */
      readonly until: number;
      readonly nameId: NameId;
      /** Those that end; none: all that go by the name. */
      readonly sessionIndexes: readonly string[];
      readonly relayState: string | undefined;
    }
  | { readonly kind: 'response'; readonly inResponseTo: string; readonly succeeded: boolean };

/** Sessions one request may name. */
const INDEXES = 100;

const encryptedName = async (found: XmlElement, privateKey: string): Promise<NameId> => {
  checkEncrypted(found);
  return nameIdOf(readMessage(await decrypted(xmlOf(found), privateKey)));
};

const nameIn = async (request: XmlElement, privateKey: string): Promise<NameId> => {
  const plain = onlyChild(request, assertion('NameID'));
  if (plain !== undefined) return nameIdOf(plain);
  const encrypted = onlyChild(request, assertion('EncryptedID'));
  if (encrypted === undefined) throw new SamlRefused('structure');
  return encryptedName(encrypted, privateKey);
};

const requestFrom = async (
  root: XmlElement,
  privateKey: string,
  relayState: string | undefined,
): Promise<LogoutMessage> => {
  const id = root.attributes.get('ID') ?? '';
  if (!/^[A-Za-z_][\w.-]{0,255}$/.test(id)) throw new SamlRefused('structure');
  const now = Date.now();
  const until = freshUntil(root.attributes.get('IssueInstant'), now);
  checkTimes(root.attributes, now);
  const sessionIndexes = childrenOf(root, protocol('SessionIndex')).map(textOf);
  if (sessionIndexes.length > INDEXES) throw new SamlRefused('too-large');
  const nameId = await nameIn(root, privateKey);
  return { kind: 'request', id, until, nameId, sessionIndexes, relayState };
};

const responseFrom = (root: XmlElement): LogoutMessage => {
  const inResponseTo = root.attributes.get('InResponseTo');
  if (inResponseTo === undefined) throw new SamlRefused('unsolicited');
  const status = onlyChild(root, protocol('Status'));
  const code = status && onlyChild(status, protocol('StatusCode'));
  return {
    kind: 'response',
    inResponseTo,
    succeeded: code?.attributes.get('Value') === SUCCESS,
  };
};

/**
 * A message about signing out, by HTTP-Redirect (saml-profiles-2.0-os §4.4), from the query as it was sent.
 * Whether it comes for the first time is for the caller to find out. @throws SamlRefused
 */
export const logoutMessage = async (
  query: string,
  { endpoints, issuer, privateKey, keys }: LogoutParties,
): Promise<LogoutMessage> => {
  const { kind, xml, relayState } = await redirectMessage(query, keys);
  const root = readMessage(xml);
  if (root.name !== protocol(kind === 'request' ? 'LogoutRequest' : 'LogoutResponse'))
    throw new SamlRefused('structure');
  checkVersion(root);
  checkIssuer(root, issuer);
  if (root.attributes.get('Destination') !== endpoints.logout) throw new SamlRefused('destination');
  return kind === 'request' ? requestFrom(root, privateKey, relayState) : responseFrom(root);
};
