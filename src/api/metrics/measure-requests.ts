import type { FastifyInstance } from 'fastify';
import type { Meter } from './meter.ts';

/** Counts and times every request of a server. The answer tells how many are being answered. */
export const measureRequests = (app: FastifyInstance, meter: Meter): (() => number) => {
  let open = 0;
  app.addHook('onRequest', async () => {
    open += 1;
  });
  app.addHook('onResponse', async ({ method }, reply) => {
    open -= 1;
    const status = reply.raw.writableFinished ? String(reply.statusCode) : 'aborted';
    // Node's parser knows some thirty methods and refuses all others: the label is bounded by that.
    meter.count('daybook_requests_total', method, status);
    meter.observe('daybook_request_seconds', reply.elapsedTime / 1000, method);
  });
  return () => open;
};
