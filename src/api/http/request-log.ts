import type { FastifyInstance } from 'fastify';
import type { Log } from '../log.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What a protocol knows about its request, for the log line. */
    logged: Readonly<Record<string, string>>;
  }
}

const nothing: Readonly<Record<string, string>> = {};

/** Gives each answer its `X-Request-Id`, and the log one line for each request when its answer is out, or its client gone. Neither path nor query: people write those. */
export const logRequests = (app: FastifyInstance, log: Log): void => {
  app.decorateRequest('logged');
  app.addHook('onRequest', async (request, reply) => {
    request.logged = nothing;
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    log('request', {
      id: request.id,
      method: request.method,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 100) / 100,
      ...(reply.raw.writableFinished ? {} : { aborted: true }),
      ...request.logged,
    });
  });
};
