import type { FastifyReply } from 'fastify';
import type { Answer } from '../dav/answer.ts';
import { discardRest, discardRestFirst } from './body.ts';
import { gathered } from './stream.ts';

/** Puts an answer on the wire. Resolves once it is handed over; a broken stream is reported and destroyed. */
export const send = async (
  reply: FastifyReply,
  { status, headers = {}, body }: Answer,
  onBroken: (error: unknown) => void,
): Promise<FastifyReply> => {
  const payload =
    body === undefined || typeof body === 'string' || body instanceof Uint8Array
      ? body
      : await gathered(body, onBroken);
  if (reply.raw.shouldKeepAlive) discardRest(reply.request.raw);
  else await discardRestFirst(reply.request.raw);
  reply.code(status).headers(headers);
  return reply.send(payload instanceof Uint8Array ? bufferOf(payload) : payload);
};

const bufferOf = (octets: Uint8Array): Buffer =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
