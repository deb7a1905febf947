import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignInAttempt } from '../sign-in/attempt.ts';
import { forgeryToken } from '../sign-in/secrets.ts';
import type { SignedIn, WebSessions } from '../sign-in/web-sessions.ts';
import { clientOf } from './client.ts';
import { cookieOf, setCookie } from './cookies.ts';

/** SOGo's own names: its clients look for them. */
const SESSION = '0xHIGHFLYxSOGo';
const FORGERY = 'XSRF-TOKEN';
const PATH = '/SOGo/';
/** A right password that waits for its code. */
const HALF = 'daybook-half';

export const attemptOf = ({ remote, headers }: FastifyRequest): SignInAttempt => ({
  protocol: 'web',
  address: remote.address,
  client: clientOf(headers['user-agent']),
});

/** Who sent the request, by its cookie. */
export const signedInBy = async (
  sessions: Pick<WebSessions, 'find'>,
  { headers }: FastifyRequest,
): Promise<SignedIn | undefined> => {
  const token = cookieOf(headers.cookie, SESSION);
  return token === undefined ? undefined : sessions.find(token);
};

export const halfTokenOf = ({ headers }: FastifyRequest): string | undefined =>
  cookieOf(headers.cookie, HALF);

const put = (reply: FastifyReply, secure: boolean, name: string, value: string, age?: number) =>
  reply.header(
    'set-cookie',
    setCookie({
      name,
      value,
      path: PATH,
      hidden: name !== FORGERY,
      secure,
      ...(age === undefined ? {} : { age }),
    }),
  );

/** Gives a browser its session. `age`: seconds to remember it; else until the browser is closed. */
export const giveSession = (
  reply: FastifyReply,
  { remote: { secure }, headers }: FastifyRequest,
  token: string,
  age?: number,
): void => {
  put(reply, secure, SESSION, token, age);
  put(reply, secure, FORGERY, forgeryToken(token), age);
  if (cookieOf(headers.cookie, HALF) !== undefined) put(reply, secure, HALF, '', 0);
};

export const giveHalf = (reply: FastifyReply, { remote }: FastifyRequest, token: string): void => {
  put(reply, remote.secure, HALF, token);
};

export const takeSession = (reply: FastifyReply, { remote: { secure } }: FastifyRequest): void => {
  for (const name of [SESSION, FORGERY, HALF]) put(reply, secure, name, '', 0);
};

const hostname = (host: string): string => host.toLowerCase().replace(/:\d+$/, '');

/**
 * Whether a page of ours made the browser send this, by what no page can forge: `Sec-Fetch-Site` (Fetch
 * Metadata), else `Origin` (RFC 6454 §7). `undefined` when neither is there: then it is no browser of these years.
 */
export const isFromHere = ({ headers, remote }: FastifyRequest): boolean | undefined => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = headers;
  if (origin === undefined) return undefined;
  return URL.canParse(origin) && new URL(origin).hostname === hostname(remote.host);
};

/** Whether a text is the session's token against forgery; takes as long for any. */
export const provesPage = ({ token }: SignedIn, said: unknown): boolean => {
  const [expected, found] = [Buffer.from(forgeryToken(token)), Buffer.from(String(said))];
  return expected.length === found.length && timingSafeEqual(expected, found);
};

/** Headers of everything that is one person's own. */
export const ownHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
} as const;
