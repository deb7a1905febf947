import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieOf, setCookie } from '../http/cookies.ts';
import { targetOf } from './target.ts';

/** What a browser takes along while it is at a provider. */
export interface Journey {
  /** What `begin` gave. */
  readonly memory: string;
  /** Where it wants to go in the end. */
  readonly target: string;
}

/** Seconds that somebody may take to prove himself. */
const PATIENCE = 900;
/** Letters of a cookie that browsers keep. */
const LIMIT = 4000;

/** With `__Host-` no neighbour within a domain can plant one (RFC 6265bis §4.1.3.2); that needs TLS. */
const nameFor = (secure: boolean): string =>
  secure ? '__Host-daybook-journey' : 'daybook-journey';

const put = (reply: FastifyReply, secure: boolean, value: string, age: number): FastifyReply =>
  reply.header(
    'set-cookie',
    setCookie({ name: nameFor(secure), value, path: '/', hidden: true, secure, age }),
  );

/** Ties what comes to the browser that asked. */
export const startJourney = (
  reply: FastifyReply,
  { remote }: FastifyRequest,
  journey: Journey,
): void => {
  const value = Buffer.from(JSON.stringify(journey), 'utf8').toString('base64url');
  put(reply, remote.secure, value, PATIENCE);
};

const read = (value: string): Journey | undefined => {
  try {
    const found: unknown = JSON.parse(Buffer.from(value, 'base64url').toString('utf8'));
    if (typeof found !== 'object' || found === null) return undefined;
    const { memory, target } = found as Readonly<Record<string, unknown>>;
    const place = targetOf(target);
    return typeof memory === 'string' && place !== undefined
      ? { memory, target: place }
      : undefined;
  } catch {
    return undefined;
  }
};

/** The journey that this browser is on, which ends here; `undefined`: on none that began here. */
export const endJourney = (
  reply: FastifyReply,
  { remote, headers }: FastifyRequest,
): Journey | undefined => {
  const value = cookieOf(headers.cookie, nameFor(remote.secure));
  if (value === undefined || value.length > LIMIT) return undefined;
  put(reply, remote.secure, '', 0);
  return read(value);
};
