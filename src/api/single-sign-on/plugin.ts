import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { page, ROOT } from '../account-page/page.ts';
import { ownHeaders, signedInBy } from '../http/browser-session.ts';
import { clientStatus, faultOf, RETRY_AFTER } from '../http/faults.ts';
import type { ProxyGrants } from '../../domain/account/proxy-grants.ts';
import type { Guard } from '../sign-in/guard.ts';
import { BEGIN, SIGNED_OUT, signedOutPage, unavailablePage } from './pages.ts';
import { targetOf } from './target.ts';
import { show, type Way, type WayParts } from './way.ts';

interface SingleSignOnParts extends Pick<WayParts, 'sessions' | 'log'> {
  readonly guard: Pick<Guard, 'tooManyFrom'>;
  readonly way: Way;
  /** Where a CAS server brings proxy-granting tickets, if one is asked for them. */
  readonly grants?: ProxyGrants | undefined;
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

/** The ways in and out of a browser where people prove themselves at an identity provider. */
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
      const query = queryOf(request);
      if (isAnswer(query)) return way.finish(request, reply, query);
      const target = targetOf(query.get('target')) ?? ROOT;
      const signedIn = await signedInBy(sessions, request);
      return signedIn === undefined
        ? way.begin(request, reply, target)
        : reply.redirect(target, 302);
    };
    for (const url of ['/SOGo', '/SOGo/index', BEGIN, '/SOGo/openid_redirect']) app.get(url, enter);
    app.get(SIGNED_OUT, async (_request, reply) => show(reply, 200, signedOutPage()));

    /** The provider says that somebody signed out there: no browser of his comes with it. */
    const hear = async (
      reply: FastifyReply,
      message: string,
      refusal: number,
    ): Promise<FastifyReply> => {
      const keys = message === '' ? undefined : await way.provider.ended(message);
      if (keys === undefined) return reply.code(refusal).send();
      const ended = await sessions.endBy(way.provider.kind, keys);
      log('sign-out-heard', { provider: way.provider.kind, sessions: ended });
      return reply.code(200).send();
    };
    if (way.provider.kind === 'openid')
      app.post('/SOGo/openid_backchannel_logout', async (request, reply) =>
        hear(reply, fieldOf(request, 'logout_token'), 400),
      );
    if (way.provider.kind !== 'cas') return;
    for (const url of ['/SOGo', '/SOGo/casProxy'])
      app.post(url, async (request, reply) => hear(reply, fieldOf(request, 'logoutRequest'), 400));
    app.get('/SOGo/casProxy', async (request, reply) => {
      const query = queryOf(request);
      const [iou, ticket] = [query.get('pgtIou') ?? '', query.get('pgtId') ?? ''];
      // A server that only tries whether somebody is here sends neither.
      if (iou !== '' && ticket !== '' && iou.length <= TICKET && ticket.length <= TICKET)
        await grants?.keep(iou, ticket);
      return reply.code(200).send();
    });
  };
