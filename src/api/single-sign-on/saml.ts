import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type SamlProvider, TICKET } from '../../domain/account/saml-provider.ts';
import { page } from '../account-page/page.ts';
import { accountHeaders } from '../account-page/style.ts';
import { html } from '../http/page/html.ts';
import { clientStatus, faultOf, RETRY_AFTER } from '../http/faults.ts';
import type { Log } from '../log.ts';
import type { Services } from '../services.ts';
import type { WebSessions } from '../sign-in/web-sessions.ts';

/** The guide's addresses, by which providers know this server. */
export const SAML_PATHS = {
  metadata: '/SOGo/saml2-metadata',
  /** Takes an answer by POST, and gives it to the browser that asked by GET. */
  signOn: '/SOGo/saml2-signon-post',
  logout: '/SOGo/saml2-sls',
} as const;

export interface SamlParts {
  readonly saml: SamlProvider;
  readonly sessions: Pick<WebSessions, 'endBy'>;
  readonly guard: Services['guard'];
  /** Where to go when signing out is done (SOGoSAML2LogoutURL); `undefined`: nowhere else. */
  readonly afterLogout: string | undefined;
  readonly log: Log;
}

/** Octets of a form: an answer in base 64, with its escapes, and what else comes with it. */
const LIMIT = 256 * 1024;

const begin = html`<main><p class="card"><a href="/SOGo/">Sign in</a></p></main>`;
const notBelieved = (): string =>
  page({
    title: 'Not signed in',
    alert:
      'What came back from the sign-in was not accepted. Try once more; if that does not help, tell your administrator.',
    body: begin,
  });
const signedOut = (everywhere: boolean): string =>
  page({
    title: 'Signed out',
    ...(everywhere
      ? {}
      : {
          alert: 'You are signed out here. The sign-in itself may still hold: close the browser.',
        }),
    body: [html`<header><h1>Signed out</h1></header>`, begin],
  });

/** What providers and their visitors ask for by SAML 2; beginning and finishing a sign-in is the same for all providers. */
export const samlPlugin =
  ({ saml, sessions, guard, afterLogout, log }: SamlParts): FastifyPluginAsync =>
  async (app) => {
    const show = (reply: FastifyReply, status: number, body: string): FastifyReply =>
      reply.code(status).headers(accountHeaders).send(body);
    const refuse = (request: FastifyRequest, reply: FastifyReply, why: string): FastifyReply => {
      log('sign-on-refused', { id: request.id, provider: saml.kind, why });
      return show(reply, 403, notBelieved());
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
      reply.header('retry-after', String(wait));
      return show(
        reply,
        429,
        page({ title: 'Too many requests', alert: 'Too many requests.', body: [] }),
      );
    });
    app.setErrorHandler((error, request, reply) => {
      const status = clientStatus(error);
      if (status !== undefined) return show(reply, status, notBelieved());
      const { status: faulty, code } = faultOf(error);
      log('request-failed', { id: request.id, code });
      if (faulty === 503) reply.header('retry-after', RETRY_AFTER);
      const alert = `Something is out of order here, request ${request.id}. Try again in a moment.`;
      return show(reply, faulty, page({ title: 'Out of order', alert, body: [] }));
    });

    app.get(SAML_PATHS.metadata, async (_request, reply) =>
      reply.type('application/xml; charset=utf-8').send(saml.metadata),
    );

    app.post(SAML_PATHS.signOn, async (request, reply) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const received = await saml.receive(form.get('SAMLResponse') ?? '');
      if ('refused' in received) return refuse(request, reply, received.refused);
      // By GET the browser brings the cookies that it did not bring along from the provider's page. What RelayState
      // says is not looked at: where to go was noted before it went there.
      const query = new URLSearchParams({ [TICKET]: received.ticket });
      return reply.redirect(`${SAML_PATHS.signOn}?${query}`, 303);
    });

    app.get(SAML_PATHS.logout, async (request, reply) => {
      const { url } = request;
      const mark = url.indexOf('?');
      const message = await saml.logout(mark < 0 ? '' : url.slice(mark + 1));
      if ('refused' in message) return refuse(request, reply, message.refused);
      if (message.kind === 'response')
        return afterLogout === undefined
          ? show(reply, 200, signedOut(message.succeeded))
          : reply.redirect(afterLogout, 302);
      await sessions.endBy(saml.kind, message.keys);
      const back = await message.answer();
      return back === undefined ? show(reply, 200, signedOut(true)) : reply.redirect(back, 302);
    });
  };
