import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { discardRest } from '../http/body.ts';
import type { Guard } from '../sign-in/guard.ts';
import { act, type Asked, type Edition, type Found, TIME_ZONES } from './actions.ts';
import { problemDocument, ZoneProblem } from './problem.ts';

interface Parts {
  /** Daybook's. */
  readonly version: string;
  readonly guard: Pick<Guard, 'tooManyFrom'>;
}

const editionOf = (version: string): Edition => {
  const data = process.versions['tz'] ?? `ICU ${process.versions['icu'] ?? ''}`;
  return {
    data,
    token: `${data}-${version}`.replaceAll(/[^\w.-]/g, '-'),
    since: `${statSync(process.execPath).mtime.toISOString().slice(0, 19)}Z`,
  };
};

/**
 * The time zones that this server knows, for whoever asks (RFC 7808): nothing in it is anybody's. Answers
 * are small, depend on nothing but the request and may be kept by caches.
 */
export const timeZonePlugin =
  ({ version, guard }: Parts): FastifyPluginAsync =>
  async (app) => {
    const edition = editionOf(version);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (request, _payload, done) => {
      discardRest(request.raw);
      done(null);
    });
    app.addHook('onRequest', async ({ remote }, reply) => {
      const wait = guard.tooManyFrom(remote.address);
      if (wait !== undefined) return reply.code(429).header('retry-after', wait).send();
      return undefined;
    });
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      if (!['GET', 'HEAD'].includes(request.method))
        return reply.code(405).header('allow', 'GET, HEAD').send();
      try {
        return await answer(request, reply, act(askedBy(request), edition));
      } catch (error) {
        if (!(error instanceof ZoneProblem)) throw error;
        return reply
          .code(error.status)
          .header('cache-control', 'no-store')
          .type('application/problem+json')
          .send(problemDocument(error));
      }
    };
    for (const url of [TIME_ZONES, `${TIME_ZONES}/*`])
      app.route({ method: app.supportedMethods, url, handler });
  };

const askedBy = ({ raw, headers }: FastifyRequest): Asked => {
  const [path = '', query = ''] = (raw.url ?? '').split('?', 2);
  const below = decoded(path.slice(TIME_ZONES.length)).replace(/(?<=.)\/$/, '');
  return { path: below, query: new URLSearchParams(query), accept: headers.accept ?? '*/*' };
};

/** What is no UTF-8 names nothing. */
const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
};

/** Seconds that an answer may be kept without asking again. */
const FRESH = 3600;

const answer = (
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { type, body, etag = createHash('sha256').update(body).digest('base64url').slice(0, 22) }: Found,
): FastifyReply => {
  const tag = `"${etag}"`;
  reply.headers({
    etag: tag,
    'cache-control': `public, max-age=${FRESH}`,
    'x-content-type-options': 'nosniff',
  });
  return matches(headers['if-none-match'], tag)
    ? reply.code(304).send()
    : reply.type(type).send(body);
};

/** RFC 9110 §13.1.2. */
const matches = (given: string | undefined, tag: string): boolean =>
  given !== undefined &&
  given.split(',').some((one) => ['*', tag].includes(one.trim().replace(/^W\//, '')));
