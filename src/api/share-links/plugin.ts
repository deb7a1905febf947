import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, refusalAnswer } from '../dav/answer.ts';
import { failureOf } from '../dav/failure.ts';
import { getExport } from '../dav/methods/export.ts';
import { brokeOff } from '../http/body.ts';
import { send } from '../http/send.ts';
import type { Log } from '../log.ts';
import type { Services } from '../services.ts';
import { openedLink } from './opening.ts';

/** Where links are: `/SOGo/share/TOKEN.ics`. */
export const SHARE_ROOT = '/SOGo/share';

/** Whoever has the address has what it shows: it is to be kept by no cache, found by no search, told to no other site. */
const guarded = {
  'cache-control': 'private, no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
};

const gone: Answer = refusalAnswer({ status: 404 });

/**
 * Calendars and address books for whoever knows a link, to be read only and as one file each. Nobody says who they
 * are; requests count towards the limit of their address. Neither the log nor an answer has the address.
 */
export const shareLinkPlugin =
  (services: Services, log: Log): FastifyPluginAsync =>
  async (app) => {
    const answer = (request: FastifyRequest, reply: FastifyReply, given: Answer) =>
      send(reply, { ...given, headers: { ...guarded, ...given.headers } }, (error) => {
        const { fault } = failureOf(error, { id: request.id, url: '', body: 'xml' });
        log('request-failed', { id: request.id, streaming: true, ...fault });
      });
    app.setErrorHandler((error, request, reply) => {
      const { refusal, fault } = failureOf(error, { id: request.id, url: '', body: 'xml' });
      if (fault !== undefined && !brokeOff(request.raw))
        log('request-failed', { id: request.id, ...fault });
      return answer(request, reply, refusalAnswer(refusal));
    });
    app.route<{ Params: { name: string } }>({
      method: ['GET', 'HEAD'],
      url: `${SHARE_ROOT}/:name`,
      handler: async (request, reply) => {
        const wait = services.guard.tooManyFrom(request.remote.address);
        if (wait !== undefined)
          return answer(
            request,
            reply,
            refusalAnswer({ status: 429, headers: { 'retry-after': String(wait) } }),
          );
        const opened = await openedLink(services, request.params.name, request);
        return answer(request, reply, opened === undefined ? gone : await getExport.handle(opened));
      },
    });
  };
