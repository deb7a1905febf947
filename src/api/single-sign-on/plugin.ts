import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { page, ROOT } from '../account-page/page.ts';
import { ownHeaders, signedInBy } from '../http/browser-session.ts';
import { clientStatus, faultOf, RETRY_AFTER } from '../http/faults.ts';
import type { ProxyGrants } from '../../domain/account/proxy-grants.ts';
import type { IdentityProvider, ProviderKind } from '../../domain/account/identity-provider.ts';
import type { Log } from '../log.ts';
import type { Guard } from '../sign-in/guard.ts';
import type { WebSessions } from '../sign-in/web-sessions.ts';
import { BEGIN, SIGNED_OUT, signedOutPage, unavailablePage } from './pages.ts';
import { targetOf } from './target.ts';
import { show, type Way } from './way.ts';

interface SingleSignOnParts {
  readonly sessions: WebSessions;
  readonly log: Log;
  readonly guard: Pick<Guard, 'tooManyFrom'>;
  /** The way that there is now, if there is one. */
  way(): Way | undefined;
  /** Where a CAS server brings proxy-granting tickets now, if one is asked for them. */
  grants(): ProxyGrants | undefined;
}

/** Octets of a message. */
const LIMIT = 16 * 1024;
/** Letters of a ticket. */
const TICKET = 1024;

const queryOf = ({ url }: FastifyRequest): URLSearchParams =>
  new URLSearchParams(url.slice(Math.max(url.indexOf('?'), 0)));

const fieldOf = ({ body }: FastifyRequest, name: string): string =>
  body instanceof URLSearchParams ? (body.get(name) ?? '') : '';

/** What the answers of providers have in common: a code, a refusal, a ticket. */
const isAnswer = (query: URLSearchParams): boolean =>
  ['code', 'error', 'ticket'].some((name) => query.has(name));

/** A domain as somebody names it. */
const DOMAIN = /^[a-z0-9](?:[a-z0-9.-]{0,253}[a-z0-9])?$/i;
const domainIn = (query: URLSearchParams): string | undefined => {
  const domain = query.get('domain') ?? '';
  return DOMAIN.test(domain) ? domain.toLowerCase() : undefined;
};

/**
 * The ways in and out of a browser where people prove themselves at an identity provider. While there is none, they
 * lead to the page that asks for a password, and what is the provider's own is not there.
 */
export const singleSignOnPlugin =
  ({ way, sessions, guard, grants, log }: SingleSignOnParts): FastifyPluginAsync =>
  async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: LIMIT },
      (_request, body, parsed) => parsed(null, new URLSearchParams(String(body))),
    );
    app.addHook('onRequest', async ({ remote }, reply) => {
      reply.headers(ownHeaders);
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
      if (status !== undefined)
        return show(
          reply,
          status,
          page({ title: 'Not understood', alert: 'This can’t be read.', body: [] }),
        );
      const { status: faulty, code } = faultOf(error);
      log('request-failed', { id: request.id, code });
      if (faulty === 503) reply.header('retry-after', RETRY_AFTER);
      return show(reply, faulty, unavailablePage());
    });

    const enter = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const by = way();
      if (by === undefined) return reply.redirect(ROOT, 302);
      const query = queryOf(request);
      if (isAnswer(query)) return by.finish(request, reply, query);
      const target = targetOf(query.get('target')) ?? ROOT;
      const signedIn = await signedInBy(sessions, request);
      if (signedIn !== undefined) return reply.redirect(target, 302);
      const domain = domainIn(query);
      // Whose name nobody knows yet is asked for it.
      return by.asksName && (domain === undefined || by.takesPasswords(domain))
        ? reply.redirect(ROOT, 302)
        : by.begin(request, reply, target, domain);
    };
    for (const url of ['/SOGo', '/SOGo/index', BEGIN, '/SOGo/openid_redirect']) app.get(url, enter);
    app.get(SIGNED_OUT, async (_request, reply) => show(reply, 200, signedOutPage()));

    /** The provider of a kind, if that is what there is. */
    const providerOf = (kind: ProviderKind): IdentityProvider | undefined => {
      const provider = way()?.provider;
      return provider?.kind === kind ? provider : undefined;
    };

    /** The provider says that somebody signed out there: no browser of his comes with it. */
    const hear = async (
      reply: FastifyReply,
      kind: ProviderKind,
      message: string,
    ): Promise<FastifyReply | void> => {
      const provider = providerOf(kind);
      if (provider === undefined) return reply.callNotFound();
      const keys = message === '' ? undefined : await provider.ended(message);
      if (keys === undefined) return reply.code(400).send();
      const ended = await sessions.endBy(kind, keys);
      log('sign-out-heard', { provider: kind, sessions: ended });
      return reply.code(200).send();
    };
    app.post('/SOGo/openid_backchannel_logout', async (request, reply) =>
      hear(reply, 'openid', fieldOf(request, 'logout_token')),
    );
    for (const url of ['/SOGo', '/SOGo/casProxy'])
      app.post(url, async (request, reply) =>
        hear(reply, 'cas', fieldOf(request, 'logoutRequest')),
      );
    app.get('/SOGo/casProxy', async (request, reply) => {
      if (providerOf('cas') === undefined) return reply.callNotFound();
      const query = queryOf(request);
      const [iou, ticket] = [query.get('pgtIou') ?? '', query.get('pgtId') ?? ''];
      // A server that only tries whether somebody is here sends neither.
      if (iou !== '' && ticket !== '' && iou.length <= TICKET && ticket.length <= TICKET)
        await grants()?.keep(iou, ticket);
      return reply.code(200).send();
    });
  };
