import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** The requests of each connection, one after the other. */
export interface Turns {
  /** Lets a pipelined request begin when the one before it on its connection is answered. */
  keep(app: FastifyInstance): void;
  /** Whether an answer is on its way out, so that nothing else may be written. */
  isAnswering(socket: Socket): boolean;
}

/**
 * Node hands pipelined requests over all at once, and RFC 9112 §9.3.2 allows that only for safe
 * methods: a GET sent after a DELETE must not overtake it. Turns also bound what one connection can
 * have us do at a time.
 */
export const inTurn = (): Turns => {
  const last = new WeakMap<Socket, ServerResponse>();
  return {
    keep: (app) => {
      app.addHook('onRequest', async ({ raw: { socket } }, { raw: response }) => {
        const before = last.get(socket);
        last.set(socket, response);
        if (before !== undefined && !before.closed) await once(before, 'close');
      });
    },
    isAnswering: (socket) => {
      const response = last.get(socket);
      return response !== undefined && response.headersSent && !response.closed;
    },
  };
};
