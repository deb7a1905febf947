import type { IncomingMessage } from 'node:http';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { BodyTooLarge, brokeOff, declaredLength, readBody } from '../http/body.ts';
import { bodyRoom, type RoomSize, type Share } from '../http/body-room.ts';
import { challengeFor, identify } from '../http/identify.ts';
import { send } from '../http/send.ts';
import type { Log } from '../log.ts';
import type { Limits, Principal, Services } from '../services.ts';
import type { SignInRefusal } from '../sign-in/attempt.ts';
import { type Answer, refusalAnswer } from './answer.ts';
import { barredFrom } from './barred.ts';
import { bodyOf } from './dispatch.ts';
import { refuse } from './errors.ts';
import { type Failure, failureOf } from './failure.ts';
import { dispatched, understood } from './incoming.ts';
import { DAV_ROOT, readHref } from './path.ts';
import { isPublic, nobody } from './public.ts';
import { tablesFor } from './public-tables.ts';
import { placeOf } from './tables.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent a DAV request, once proven. */
    principal: Principal | undefined;
    /** What its body holds of the room for bodies, until it is answered. */
    share: Share | undefined;
  }
}

/**
 * The route of a request that DAV answers, `undefined` for all others. `/` is DAV's for every method
 * but those of browsers: clients that were given a bare host name begin there (RFC 6764 §6).
 */
export const davRoute = (method: string, url: string): string | undefined => {
  if (/^\/(?:SOGo\/dav|principals)(?:[/?]|$)/.test(url)) return DAV_ROOT;
  const browsing = method === 'GET' || method === 'HEAD' || method === 'POST';
  return /^\/(?:\?|$)/.test(url) && !browsing ? DAV_ROOT : undefined;
};

/** Everything here is somebody's own: kept by no shared cache, shown by no client without asking again. */
const guarded = { 'cache-control': 'private, no-cache', 'x-content-type-options': 'nosniff' };

/** Room for at least two of the longest objects an account may send at once, and for eight of all. */
const roomFor = ({ resource }: Limits): RoomSize => ({
  owner: Math.max(32 * MIB, 2 * resource),
  all: Math.max(128 * MIB, 8 * resource),
});
const MIB = 1024 * 1024;

const unauthorized = (challenge: string, reason?: string): Answer =>
  refusalAnswer({
    status: 401,
    headers: { 'www-authenticate': challenge },
    ...(reason === undefined ? {} : { reason }),
  });
const APP_PASSWORD_NEEDED =
  'This account has a second factor: make an app password on its page and use that here.';

/** RFC 6585 §4. */
const tooMany = (seconds: number): Answer =>
  refusalAnswer({
    status: 429,
    headers: { 'retry-after': String(seconds) },
    reason: `Too many requests: nothing is answered for ${seconds} seconds.`,
  });

const refusedAnswer = (refusal: SignInRefusal, challenge: string): Answer =>
  refusal.refused === 'blocked'
    ? tooMany(refusal.seconds)
    : unauthorized(challenge, APP_PASSWORD_NEEDED);

/** RFC 9110 §8.4. */
const refuseCoding = (coding: string | undefined): undefined => {
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity')
    throw refuse(415, undefined, { headers: { 'accept-encoding': 'identity' } });
};

/**
 * CalDAV and CardDAV, in a context of their own: bodies as octets, errors as `DAV:error`.
 *
 * Every request outside the public tree needs credentials, OPTIONS too, as with SOGo: clients that probe with OPTIONS learn at
 * once how to authenticate, and some take a 200 to mean that nobody need. It also keeps `Allow` from
 * telling strangers what exists.
 */
export const davPlugin =
  (services: Services, log: Log): FastifyPluginAsync =>
  async (app) => {
    const failed = (
      error: unknown,
      { id, method, originalUrl, principal }: FastifyRequest,
    ): Failure =>
      failureOf(error, {
        id,
        url: originalUrl,
        body: bodyOf(tablesFor(principal), method),
      });

    const answer = (request: FastifyRequest, reply: FastifyReply, given: Answer) =>
      send(reply, { ...given, headers: { ...guarded, ...given.headers } }, (error) => {
        log('request-failed', { id: request.id, streaming: true, ...failed(error, request).fault });
      });

    const shareFor = bodyRoom(() => roomFor(services.limits));
    app.decorateRequest('principal', undefined);
    app.decorateRequest('share', undefined);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) => {
      const { method, principal, raw } = request;
      const share = shareFor(principal?.account ?? '');
      request.share = share;
      return readBody(
        payload,
        declaredLength(raw),
        services.limits[bodyOf(tablesFor(principal), method)],
        share,
      );
    });
    app.addHook('onResponse', async ({ share }) => share?.release());

    app.setErrorHandler((error, request, reply) => {
      const { refusal, fault } = failed(error, request);
      // A client that went away in the middle of its request is no fault of ours.
      if (fault !== undefined && !brokeOff(request.raw))
        log('request-failed', { id: request.id, ...fault });
      // Fastify would close at once; `send` lets the client read the answer first.
      if (error instanceof BodyTooLarge) reply.removeHeader('connection');
      return answer(request, reply, refusalAnswer(refusal));
    });

    app.addHook('onRequest', async (request, reply) => {
      const { 'content-encoding': coding } = request.headers;
      const full = services.guard.tooManyFrom(request.remote.address);
      if (full !== undefined) return answer(request, reply, tooMany(full));
      if (services.publicAccess?.() === true && isPublic(readHref(request.originalUrl))) {
        // Whatever a program says of who it is: here all are the same, and no password is tried.
        request.principal = barredFrom(nobody, services.unserved);
        return refuseCoding(coding);
      }
      const who = await identify(services, request, 'dav');
      if (who === undefined || 'refused' in who) {
        const challenge = challengeFor(services, request);
        return answer(
          request,
          reply,
          who === undefined ? unauthorized(challenge) : refusedAnswer(who, challenge),
        );
      }
      request.principal = barredFrom(who, services.unserved);
      const wait = services.guard.tooMany(who.account);
      if (wait !== undefined) return answer(request, reply, tooMany(wait));
      return refuseCoding(coding);
    });

    app.route({
      method: app.supportedMethods,
      url: DAV_ROOT,
      handler: async (request, reply) => {
        const { principal } = request;
        if (principal === undefined) throw new Error('a request came past its authentication');
        const incoming = await understood(services, tablesFor(principal), principal, request);
        request.logged = {
          account: principal.account,
          via: incoming.by.via,
          place: placeOf(incoming.resource),
        };
        return answer(request, reply, await dispatched(incoming));
      },
    });
  };
