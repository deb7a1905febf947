import type { FastifyPluginAsync } from 'fastify';

/** Whether the server can answer, and what that depends on. */
export interface Readiness {
  readonly ready: boolean;
  /** Named parts: `store` (the log), `database` (the projections' tables), `projections`. */
  readonly parts: Readonly<Record<string, boolean>>;
}

interface HealthParts {
  healthy(): Promise<boolean>;
  ready(): Promise<Readiness>;
}

/** `/healthz` and `/readyz` for whoever watches the process: 200 or 503, without credentials. */
export const healthPlugin =
  ({ healthy, ready }: HealthParts): FastifyPluginAsync =>
  async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    app.route({
      method: ['GET', 'HEAD'],
      url: '/healthz',
      handler: async (_request, reply) => {
        const well = await healthy();
        return reply.code(well ? 200 : 503).send({ healthy: well });
      },
    });
    app.route({
      method: ['GET', 'HEAD'],
      url: '/readyz',
      handler: async (_request, reply) => {
        const readiness = await ready();
        return reply.code(readiness.ready ? 200 : 503).send(readiness);
      },
    });
  };
