import type { FastifyPluginAsync } from 'fastify';
import { hrefs } from '../dav/href.ts';
import { TIME_ZONES } from '../timezones/actions.ts';
import { discardRest } from './body.ts';

/**
 * `/.well-known/caldav` and `carddav` (RFC 6764 §5): a permanent redirect for every method, because
 * clients ask with PROPFIND and with GET alike. `/.well-known/timezone` (RFC 7808 §4.2.1.3) stands for
 * the beginning of a path. Without credentials: it tells nothing.
 */
export const wellKnownPlugin: FastifyPluginAsync = async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request, _payload, done) => {
    discardRest(request.raw);
    done(null);
  });
  for (const url of ['/.well-known/caldav', '/.well-known/carddav'])
    app.route({
      method: app.supportedMethods,
      url,
      handler: async (_request, reply) => reply.redirect(hrefs.root, 301),
    });
  for (const url of [ZONES, `${ZONES}/*`])
    app.route({
      method: app.supportedMethods,
      url,
      handler: async ({ raw }, reply) =>
        reply.redirect(`${TIME_ZONES}${(raw.url ?? '').slice(ZONES.length)}`, 301),
    });
};

const ZONES = '/.well-known/timezone';
