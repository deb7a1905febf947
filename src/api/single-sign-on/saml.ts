import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { TICKET } from '../../domain/account/saml-provider.ts';
import { page } from '../account-page/page.ts';
import { clientStatus, faultOf, RETRY_AFTER } from '../http/faults.ts';
import type { Log } from '../log.ts';
import type { SamlSide } from '../sign-in/elsewhere.ts';
import type { Guard } from '../sign-in/guard.ts';
import type { WebSessions } from '../sign-in/web-sessions.ts';
import {
  BEGIN,
  SIGNED_OUT,
  signedOutHerePage,
  unavailablePage,
  unbelievablePage,
} from './pages.ts';
import { show } from './way.ts';

/** The guide's addresses, by which providers know this server. */
const PATHS = {
  metadata: '/SOGo/saml2-metadata',
  signOn: '/SOGo/saml2-signon-post',
  logout: '/SOGo/saml2-sls',
} as const;

interface SamlParts {
  /** What there is of it now. */
  saml(): SamlSide | undefined;
  readonly sessions: Pick<WebSessions, 'endBy'>;
  readonly guard: Pick<Guard, 'tooManyFrom'>;
  readonly log: Log;
}

/** Octets of a form: an answer in base 64, with its escapes, and what else comes with it. */
const LIMIT = 256 * 1024;

/** What providers and their visitors ask for by SAML 2. Beginning and finishing a sign-in is the same for all providers. */
export const samlPlugin =
  ({ saml, sessions, guard, log }: SamlParts): FastifyPluginAsync =>
  async (app) => {
    const refuse = (reply: FastifyReply, why: string): FastifyReply => {
      log('sign-in-unbelievable', { provider: 'saml2', why });
      return show(reply, 403, unbelievablePage());
    };

    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: LIMIT },
      (_request, body, parsed) => parsed(null, new URLSearchParams(String(body))),
    );
    app.addHook('onRequest', async ({ remote }, reply) => {
      reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      const wait = guard.tooManyFrom(remote.address);
      if (wait === undefined) return undefined;
      const body = page({ title: 'Too many requests', alert: 'Too many requests.', body: [] });
      return show(reply.header('retry-after', String(wait)), 429, body);
    });
    app.setErrorHandler((error, request, reply) => {
      const status = clientStatus(error);
      if (status !== undefined) return show(reply, status, unbelievablePage());
      const { status: faulty, code } = faultOf(error);
      log('request-failed', { id: request.id, code });
      if (faulty === 503) reply.header('retry-after', RETRY_AFTER);
      return show(reply, faulty, unavailablePage());
    });

    /** A route that is there as long as the provider is. */
    const whileThere =
      (
        handle: (
          request: FastifyRequest,
          reply: FastifyReply,
          side: SamlSide,
        ) => Promise<FastifyReply>,
      ) =>
      async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> => {
        const side = saml();
        return side === undefined ? reply.callNotFound() : handle(request, reply, side);
      };

    app.get(
      PATHS.metadata,
      whileThere(async (_request, reply, { provider }) =>
        reply.type('application/xml; charset=utf-8').send(provider.metadata),
      ),
    );

    const signOn = whileThere(async ({ body }, reply, { provider }) => {
      const form = body instanceof URLSearchParams ? body : new URLSearchParams();
      const received = await provider.receive(form.get('SAMLResponse') ?? '');
      if ('refused' in received) return refuse(reply, received.refused);
      // By GET the browser brings the cookies that it did not bring along from the provider's page. RelayState is not
      // looked at: where to go was noted before it went there.
      return reply.redirect(`${BEGIN}?${new URLSearchParams({ [TICKET]: received.ticket })}`, 303);
    });

    app.post(PATHS.signOn, signOn);

    const logout = whileThere(async ({ url }, reply, { provider, afterLogout }) => {
      const mark = url.indexOf('?');
      const message = await provider.logout(mark < 0 ? '' : url.slice(mark + 1));
      if ('refused' in message) return refuse(reply, message.refused);
      if (message.kind === 'response')
        return message.succeeded
          ? reply.redirect(afterLogout ?? SIGNED_OUT, 302)
          : show(reply, 200, signedOutHerePage());
      const ended = await sessions.endBy(provider.kind, message.keys);
      log('sign-out-heard', { provider: provider.kind, sessions: ended });
      return reply.redirect((await message.answer()) ?? SIGNED_OUT, 302);
    });
    app.get(PATHS.logout, logout);
  };
