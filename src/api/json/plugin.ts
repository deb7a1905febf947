import type { FastifyPluginAsync } from 'fastify';
import { ownHeaders } from '../http/browser-session.ts';
import { clientStatus, faultOf, RETRY_AFTER } from '../http/faults.ts';
import { accountRoutes } from './account.ts';
import { changePasswordRoute } from './change-password.ts';
import { calendarPlugin } from './calendar.ts';
import { connectRoutes } from './connect.ts';
import { foldersPlugin } from './folders-plugin.ts';
import type { JsonParts } from './parts.ts';
import { preferencesPlugin } from './preferences.ts';
import { recoveryRoutes } from './recovery.ts';
import { Problem, sendProblem, tooMany } from './problem.ts';

/** Octets of a body. */
const LIMIT = 16 * 1024;

const wordOf: Readonly<Record<number, string>> = { 413: 'too-large', 415: 'no-json' };

/** JSON for scripts of web pages: bodies as `application/json` alone, problems as RFC 9457 has them. */
export const jsonPlugin =
  (parts: JsonParts): FastifyPluginAsync =>
  async (app) => {
    app.removeContentTypeParser('text/plain');
    app.addHook('onRoute', (route) => {
      route.bodyLimit = LIMIT;
    });
    app.addHook('onRequest', async ({ remote }, reply) => {
      reply.headers(ownHeaders);
      const wait = parts.guard.tooManyFrom(remote.address);
      if (wait === undefined) return;
      throw tooMany(wait);
    });
    app.setErrorHandler((error, request, reply) => {
      if (error instanceof Problem) return sendProblem(reply, error);
      const status = clientStatus(error);
      if (status !== undefined)
        return sendProblem(
          reply,
          new Problem(status, wordOf[status] ?? 'unreadable', 'This can’t be read as JSON.'),
        );
      const { status: faulty, code } = faultOf(error);
      parts.log('request-failed', { id: request.id, code });
      const headers: Record<string, string> = faulty === 503 ? { 'retry-after': RETRY_AFTER } : {};
      return sendProblem(reply, new Problem(faulty, 'fault', `request ${request.id}`, headers));
    });
    connectRoutes(app, parts);
    accountRoutes(app, parts);
    changePasswordRoute(app, parts);
    recoveryRoutes(app, parts);
    app.register(calendarPlugin(parts));
    app.register(foldersPlugin(parts));
    app.register(preferencesPlugin(parts));
  };
