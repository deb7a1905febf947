import { constants, type KeyObject, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { SamlRefused } from './refusal.ts';
import { signatureAlgorithms } from './structure.ts';

const inflating = promisify(inflateRaw);

/** Octets of a message sent in an address, and once it is inflated. */
const LIMIT = 16 * 1024;
const INFLATED = 64 * 1024;

/** A message that came in a query, proven to be the provider's. */
export interface RedirectMessage {
  readonly kind: 'request' | 'response';
  readonly xml: string;
  readonly relayState: string | undefined;
}

const names = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature'] as const;
type Parameter = (typeof names)[number];

/** Parameters as they were sent: a signature is over these octets. @throws SamlRefused when one is there twice */
const rawParameters = (query: string): ReadonlyMap<Parameter, string> => {
  const found = new Map<Parameter, string>();
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const name = names.find((one) => one === decodedText(pair.slice(0, Math.max(equals, 0))));
    if (name === undefined) continue;
    // Else another program could read a different one than was signed.
    if (found.has(name)) throw new SamlRefused('structure');
    found.set(name, pair.slice(equals + 1));
  }
  return found;
};

const decodedText = (raw: string): string => {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    throw new SamlRefused('unreadable');
  }
};

const isSigned = (
  parameters: ReadonlyMap<Parameter, string>,
  message: Parameter,
  keys: readonly KeyObject[],
): boolean => {
  const algorithm = signatureAlgorithms.get(decodedText(parameters.get('SigAlg') ?? ''));
  if (algorithm === undefined) throw new SamlRefused('algorithm');
  const { hash, pss } = algorithm;
  const octets = Buffer.from(
    [message, 'RelayState' as const, 'SigAlg' as const]
      .flatMap((name) => {
        const value = parameters.get(name);
        return value === undefined ? [] : `${name}=${value}`;
      })
      .join('&'),
  );
  const signed = Buffer.from(decodedText(parameters.get('Signature') ?? ''), 'base64');
  const padding = pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING };
  return keys.some((key) => verify(hash, octets, { key, ...padding }, signed));
};

/**
 * A message by HTTP-Redirect (saml-bindings-2.0-os §3.4.4.1), from the query as it was sent.
 * @throws SamlRefused when it is not signed by one of the keys, too long, or no message
 */
export const redirectMessage = async (
  query: string,
  keys: readonly KeyObject[],
): Promise<RedirectMessage> => {
  if (query.length > LIMIT) throw new SamlRefused('too-large');
  const parameters = rawParameters(query);
  const isRequest = parameters.has('SAMLRequest');
  if (isRequest === parameters.has('SAMLResponse')) throw new SamlRefused('structure');
  const message = isRequest ? 'SAMLRequest' : 'SAMLResponse';
  if (!parameters.has('Signature')) throw new SamlRefused('unsigned');
  if (!isSigned(parameters, message, keys)) throw new SamlRefused('signature');
  const relayState = parameters.get('RelayState');
  return {
    kind: isRequest ? 'request' : 'response',
    xml: await inflated(decodedText(parameters.get(message) ?? '')),
    relayState: relayState === undefined ? undefined : decodedText(relayState),
  };
};

const inflated = async (encoded: string): Promise<string> => {
  try {
    const octets = await inflating(Buffer.from(encoded, 'base64'), { maxOutputLength: INFLATED });
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch (cause) {
    throw new SamlRefused('unreadable', { cause });
  }
};
