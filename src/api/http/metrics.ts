import {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify';
import type { Exposition } from '../metrics/meter.ts';

const LOOPBACK = /^(?:127(?:[.]\d+){3}|::1|::ffff:127(?:[.]\d+){3})$/;
const LOCAL_HOST = /^(?:localhost|127(?:[.]\d+){3}|\[::1\])(?::\d+)?$/i;
/** What proxies say of whom they speak for. */
const FORWARDED = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
] as const;

/**
 * Whether a program on this machine asks for itself. A proxy in front asks from the same address for
 * the whole world: it is known by its headers, and by the name it was asked for.
 */
const isDirect = ({ ip, headers, raw }: FastifyRequest): boolean =>
  LOOPBACK.test(ip) &&
  LOCAL_HOST.test(headers.host ?? '') &&
  raw.httpVersion === '1.1' &&
  FORWARDED.every((name) => headers[name] === undefined);

/**
 * `/metrics`. For `everybody` who can connect, on a listener of its own; on the server's own listener
 * only `directly`: others are told that there is no such thing.
 */
export const metricsPlugin =
  (exposition: () => Promise<Exposition>, reach: 'everybody' | 'directly'): FastifyPluginAsync =>
  async (app) => {
    app.route({
      method: ['GET', 'HEAD'],
      url: '/metrics',
      handler: async (request, reply): Promise<FastifyReply> => {
        if (reach === 'directly' && !isDirect(request)) {
          reply.callNotFound();
          return reply;
        }
        const { contentType, body } = await exposition();
        return reply.header('cache-control', 'no-store').type(contentType).send(body);
      },
    });
  };

/** A server of `/metrics` and nothing else, not listening yet. */
export const metricsServer = (exposition: () => Promise<Exposition>): FastifyInstance => {
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.register(metricsPlugin(exposition, 'everybody'));
  return app;
};
