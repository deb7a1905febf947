import { randomBytes } from 'node:crypto';
import {
  type IdentityProvider,
  ProviderUnavailable,
  type SignOnOutcome,
} from '../../domain/account/identity-provider.ts';
import type { ProxyGrants } from '../../domain/account/proxy-grants.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** An element, as a bounded reader without entities and document types gives it. */
export interface XmlNode {
  /** `{NAMESPACE}local` */
  readonly name: string;
  readonly nodes: readonly (XmlNode | string)[];
}

interface CasParts {
  /** SOGoCASServiceURL: `https://HOST/cas`. */
  readonly url: string;
  readonly endsSession: boolean;
  /** Where proxy-granting tickets wait; absent: none are asked for. */
  readonly grants?: ProxyGrants | undefined;
  /** @throws for what is no well-formed XML, or not harmless */
  readXml(octets: Uint8Array): XmlNode;
}

/** A sign-in by CAS, and what can be had with it. */
export interface CasProvider extends IdentityProvider {
  /**
   * A ticket for another service, good once (CAS Protocol 3.0 §2.7); `undefined`: the server gives none, or
   * the sign-in was without proxy-granting ticket. @throws ProviderUnavailable
   */
  proxyTicket(keepsake: string, service: string): Promise<string | undefined>;
}

/** Where the server sends browsers back to. */
const RETURN = '/SOGo/';
/** Where the server brings proxy-granting tickets. */
const GRANTS = '/SOGo/casProxy';

const CAS = '{http://www.yale.edu/tp/cas}';
const SAMLP = '{urn:oasis:names:tc:SAML:2.0:protocol}';
/** Letters of a ticket (§3.1.1 asks for 32 at least to be taken, and better 256), and of a name. */
const LIMIT = 1024;

interface Keepsake {
  readonly ticket: string;
  readonly grantingTicket?: string;
}

const child = (node: XmlNode | undefined, name: string): XmlNode | undefined =>
  node?.nodes.find((one): one is XmlNode => typeof one !== 'string' && one.name === name);

const textOf = (node: XmlNode | undefined): string =>
  (node?.nodes ?? [])
    .filter((one) => typeof one === 'string')
    .join('')
    .trim();

const unbelievable = (why: string): SignOnOutcome => ({ outcome: 'unbelievable', why });

const serviceOf = (origin: string, state: string): string => `${origin}${RETURN}?state=${state}`;

const KEY = 'ticket ';

/**
 * CAS Protocol 3.0, as version 2 of it has it too. The service that a ticket is for holds a word that only the
 * browser knows that was sent for it, so that nobody's browser can be signed in by somebody else's ticket.
 */
export const casProvider = ({ url, endsSession, grants, readXml }: CasParts): CasProvider => {
  const at = (path: string, query: Readonly<Record<string, string>>): string =>
    `${url.replace(/\/+$/, '')}/${path}?${new URLSearchParams(query)}`;

  const ask = async (path: string, query: Readonly<Record<string, string>>): Promise<XmlNode> => {
    const answer = await boundedFetch(at(path, query));
    const octets = new Uint8Array(await answer.arrayBuffer());
    try {
      return readXml(octets);
    } catch (cause) {
      throw new ProviderUnavailable({ cause });
    }
  };

  const grantingTicket = async (success: XmlNode): Promise<string | undefined> => {
    const iou = textOf(child(success, `${CAS}proxyGrantingTicket`));
    return iou === '' || iou.length > LIMIT ? undefined : grants?.take(iou);
  };

  return {
    kind: 'cas',
    async begin(origin) {
      const state = randomBytes(32).toString('base64url');
      const service = serviceOf(origin, state);
      return { location: at('login', { service }), memory: JSON.stringify({ state }) };
    },
    async finish({ origin, query, memory }) {
      const ticket = query.get('ticket') ?? '';
      const { state } = JSON.parse(memory) as { state: string };
      if (query.get('state') !== state) return unbelievable('state');
      if (!/^ST-[\x21-\x7e]+$/.test(ticket) || ticket.length > LIMIT) return unbelievable('ticket');
      const answer = await ask('serviceValidate', {
        service: serviceOf(origin, state),
        ticket,
        ...(grants === undefined ? {} : { pgtUrl: `${origin}${GRANTS}` }),
      });
      if (answer.name !== `${CAS}serviceResponse`) return unbelievable('no answer of CAS');
      const success = child(answer, `${CAS}authenticationSuccess`);
      const name = textOf(child(success, `${CAS}user`));
      if (success === undefined || name === '' || name.length > LIMIT)
        return unbelievable('the server does not know the ticket');
      const granting = await grantingTicket(success);
      const keepsake: Keepsake = {
        ticket,
        ...(granting === undefined ? {} : { grantingTicket: granting }),
      };
      const keys = [`${KEY}${ticket}`];
      return { outcome: 'proven', name, keys, keepsake: JSON.stringify(keepsake) };
    },
    end: async (_keepsake, after) => (endsSession ? at('logout', { service: after }) : undefined),
    async ended(message) {
      try {
        const request = readXml(Buffer.from(message, 'utf8'));
        const ticket = textOf(child(request, `${SAMLP}SessionIndex`));
        const isLogout = request.name === `${SAMLP}LogoutRequest`;
        return isLogout && ticket !== '' && ticket.length <= LIMIT
          ? [`${KEY}${ticket}`]
          : undefined;
      } catch {
        return undefined;
      }
    },
    async proxyTicket(keepsake, service) {
      const { grantingTicket: pgt } = JSON.parse(keepsake) as Keepsake;
      if (pgt === undefined) return undefined;
      const answer = await ask('proxy', { pgt, targetService: service });
      return textOf(child(child(answer, `${CAS}proxySuccess`), `${CAS}proxyTicket`)) || undefined;
    },
  };
};
