import type { FastifyRequest } from 'fastify';
import type { SignInProtocol } from '../../domain/account/app-passwords.ts';
import type { Principal, Services } from '../services.ts';
import type { SignInAttempt, SignInRefusal } from '../sign-in/attempt.ts';
import { clientOf } from './client.ts';
import { basicCredentials, CHALLENGE } from './credentials.ts';

/** Whom a program asks for. */
type Identified = Principal | SignInRefusal | undefined;

/** A token in an Authorization header (RFC 6750 §2.1). */
const bearerToken = (authorization: string | undefined): string | undefined =>
  /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '')?.[1];

/**
 * Who sent a request: whom a trusted proxy names, where that is wanted; else by a token; else by login and
 * password. `undefined` when it says nothing of that kind, or nothing true.
 */
export const identify = async (
  { authenticate, others = {} }: Pick<Services, 'authenticate' | 'others'>,
  { headers, remote }: FastifyRequest,
  protocol: SignInProtocol,
  credentialsOf = basicCredentials,
): Promise<Identified> => {
  const { authorization } = headers;
  if (others.byProxy !== undefined && remote.user !== undefined) return others.byProxy(remote.user);
  const attempt: SignInAttempt = {
    protocol,
    address: remote.address,
    client: clientOf(headers['user-agent']),
  };
  const token = others.byToken === undefined ? undefined : bearerToken(authorization);
  if (token !== undefined) return others.byToken?.(token, attempt);
  const credentials = credentialsOf(authorization);
  return credentials && authenticate(credentials.login, credentials.password, attempt);
};

/** For a 401: the ways in that there are (RFC 9110 §11.6.1), and what was wrong with a token (RFC 6750 §3.1). */
export const challengeFor = (
  { others = {} }: Pick<Services, 'others'>,
  { headers: { authorization } }: FastifyRequest,
): string => {
  if (others.byToken === undefined) return CHALLENGE;
  const wrong = bearerToken(authorization) === undefined ? '' : ', error="invalid_token"';
  return `${CHALLENGE}, Bearer realm="SOGo"${wrong}`;
};
