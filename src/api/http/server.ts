import { randomUUID } from 'node:crypto';
import { METHODS } from 'node:http';
import { type FastifyInstance, type FastifyPluginAsync, type FastifyReply, fastify } from 'fastify';
import { originForm } from '../dav/path.ts';
import { davPlugin, davRoute } from '../dav/plugin.ts';
import { easRoute } from '../eas/route.ts';
import type { Log } from '../log.ts';
import type { Services } from '../services.ts';
import { shareLinkPlugin } from '../share-links/plugin.ts';
import { clientStatus, faultOf } from './faults.ts';
import { healthPlugin, type Readiness } from './health.ts';
import { inTurn } from './in-turn.ts';
import { originOf } from './origin.ts';
import { LOOPBACK, remoteOf } from './remote.ts';
import { logRequests } from './request-log.ts';
import { refuseUnreadable } from './unreadable.ts';
import { wellKnownPlugin } from './well-known.ts';

export interface Page {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ServerParts {
  readonly log: Log;
  /** Whether the process should go on at all; `/healthz`. */
  healthy(): Promise<boolean>;
  /** Whether requests can be served now, and by what parts that stands; `/readyz`. */
  ready(): Promise<Readiness>;
  /** What `/` shows. `origin` is what the client says it connected to: not to be trusted. */
  page(origin: string): Page;
  /** Addresses and networks whose word on whom they ask for is taken; those of this machine when absent. */
  trustedProxies?(): readonly string[];
  /** More protocols, each with a context of its own. */
  readonly plugins?: readonly FastifyPluginAsync[];
}

/** How long a client may take to send a request, and how long a connection may idle, in ms. */
const TIMEOUTS = { request: 120_000, keepAlive: 75_000 } as const;

/** The server with every protocol, not listening yet. `close()` finishes what is under way. */
export const buildServer = (services: Services, parts: ServerParts): FastifyInstance => {
  const turns = inTurn();
  const app = fastify({
    logger: false,
    clientErrorHandler: refuseUnreadable(turns),
    genReqId: () => randomUUID(),
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    requestTimeout: TIMEOUTS.request,
    keepAliveTimeout: TIMEOUTS.keepAlive,
    routerOptions: { ignoreTrailingSlash: true },
    // DAV reads its paths itself: the router must neither decode them nor refuse them in its own way.
    rewriteUrl: ({ method = 'GET', url = '/' }) => {
      const target = originForm(url);
      return easRoute(target) ?? davRoute(method, target) ?? target;
    },
  });
  const known: readonly string[] = app.supportedMethods;
  for (const method of METHODS)
    if (method !== 'CONNECT' && !known.includes(method))
      app.addHttpMethod(method, { hasBody: true });
  logRequests(app, parts.log);
  const remote = remoteOf(parts.trustedProxies ?? (() => LOOPBACK));
  app.decorateRequest('remote');
  app.addHook('onRequest', async (request) => {
    request.remote = remote(request.raw);
  });
  turns.keep(app);
  app.setErrorHandler((error, request, reply) => {
    const status = clientStatus(error);
    if (status !== undefined) return plain(reply, status, 'Bad request');
    const { status: faulty, code } = faultOf(error);
    parts.log('request-failed', { id: request.id, code });
    return plain(reply, faulty, `Internal error, request ${request.id}`);
  });
  app.setNotFoundHandler((_request, reply) => plain(reply, 404, 'Not found'));
  app.route({
    method: ['GET', 'HEAD'],
    url: '/',
    handler: async (request, reply) => {
      const { headers, body } = parts.page(originOf(request.headers));
      return reply.headers(headers).send(body);
    },
  });
  app.register(healthPlugin(parts));
  app.register(wellKnownPlugin);
  app.register(davPlugin(services, parts.log));
  app.register(shareLinkPlugin(services, parts.log));
  for (const plugin of parts.plugins ?? []) app.register(plugin);
  return app;
};

const plain = (reply: FastifyReply, status: number, text: string): FastifyReply =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
