import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type IdentityProvider,
  ProviderUnavailable,
  type SignOnOutcome,
} from '../../domain/account/identity-provider.ts';
import { codePage, ROOT } from '../account-page/page.ts';
import { accountHeaders } from '../account-page/style.ts';
import { attemptOf, giveHalf, giveSession, signedInBy } from '../http/browser-session.ts';
import { RETRY_AFTER } from '../http/faults.ts';
import type { Log } from '../log.ts';
import type { SignedIn, WebSessions } from '../sign-in/web-sessions.ts';
import { endJourney, startJourney } from './journey.ts';
import { deniedPage, SIGNED_OUT, unavailablePage, unbelievablePage, unknownPage } from './pages.ts';

interface WayParts {
  readonly provider: IdentityProvider;
  readonly sessions: WebSessions;
  /** Where people know this server (DaybookPublicURL); `undefined`: where each says that he is. */
  readonly publicUrl: string | undefined;
  /** Whether it depends on the domain where somebody has to prove himself. */
  readonly asksName: boolean;
  /** Whether people of a domain sign in with passwords all the same. */
  takesPasswords(domain: string | undefined): boolean;
  readonly log: Log;
}

/** The way in through an identity provider, for routes to stand on. */
export interface Way extends Pick<WayParts, 'provider' | 'asksName' | 'takesPasswords'> {
  /**
   * Sends a browser to prove itself, and to `target` afterwards: a path that `targetOf` let through.
   * `domain`: whose people they are of, where somebody said so.
   */
  begin(
    request: FastifyRequest,
    reply: FastifyReply,
    target?: string,
    domain?: string,
  ): Promise<FastifyReply>;
  /** A browser that came back: signs it in, or says why not. */
  finish(
    request: FastifyRequest,
    reply: FastifyReply,
    query: URLSearchParams,
  ): Promise<FastifyReply>;
  /** Where somebody goes whose session has just been ended. */
  after(request: FastifyRequest, keepsake: string | undefined): Promise<string>;
  originOf(request: FastifyRequest): string;
}

export const show = (reply: FastifyReply, status: number, body: string): FastifyReply =>
  reply.code(status).headers(accountHeaders).send(body);

/** Ends a session, after all that is needed of it has been read. What it owed to its provider. */
export const endSession = async (
  sessions: Pick<WebSessions, 'keepsake' | 'end'>,
  signedIn: SignedIn,
): Promise<string | undefined> => {
  const keepsake = await sessions.keepsake(signedIn);
  await sessions.end(signedIn.session.account, signedIn.session.id);
  return keepsake;
};

export const wayThrough = (parts: WayParts): Way => {
  const { provider, sessions, publicUrl, asksName, takesPasswords, log } = parts;
  const originOf: Way['originOf'] = ({ remote }) =>
    publicUrl ?? `${remote.secure ? 'https' : 'http'}://${remote.host}`;

  /** @throws whatever is not the provider's absence */
  const unavailable = (reply: FastifyReply, error: unknown): FastifyReply => {
    if (!(error instanceof ProviderUnavailable)) throw error;
    const { cause } = error;
    log('identity-provider-trouble', { cause: cause instanceof Error ? cause.name : typeof cause });
    return show(reply.header('retry-after', RETRY_AFTER), 503, unavailablePage());
  };

  const proven = async (
    request: FastifyRequest,
    reply: FastifyReply,
    outcome: Extract<SignOnOutcome, { outcome: 'proven' }>,
    target: string,
  ): Promise<FastifyReply> => {
    const before = await signedInBy(sessions, request);
    const { kind } = provider;
    const answer = await sessions.signInProven({ ...outcome, provider: kind }, attemptOf(request));
    if ('refused' in answer) {
      if (answer.refused === 'code-needed') {
        giveHalf(reply, request, answer.token);
        return show(reply, 200, codePage());
      }
      log('sign-in-unknown', { provider: kind });
      const out = await provider.end(outcome.keepsake, `${originOf(request)}${SIGNED_OUT}`);
      return show(reply, 403, unknownPage(outcome.name, out));
    }
    if (before !== undefined) await sessions.end(before.session.account, before.session.id);
    giveSession(reply, request, answer.token);
    return reply.redirect(target, 303);
  };

  return {
    ...{ provider, asksName, takesPasswords, originOf },
    async begin(request, reply, target = ROOT, domain = undefined) {
      try {
        const { location, memory } = await provider.begin(originOf(request), domain);
        startJourney(reply, request, { memory, target });
        return await reply.redirect(location, 302);
      } catch (error) {
        return unavailable(reply, error);
      }
    },
    async finish(request, reply, query) {
      const journey = endJourney(reply, request);
      const refuse = (why: string): FastifyReply => {
        log('sign-in-unbelievable', { provider: provider.kind, why });
        return show(reply, 403, unbelievablePage());
      };
      if (journey === undefined) return refuse('not begun by this browser');
      try {
        const { memory, target } = journey;
        const outcome = await provider.finish({ origin: originOf(request), query, memory });
        if (outcome.outcome === 'denied') return await show(reply, 403, deniedPage());
        if (outcome.outcome === 'unbelievable') return await refuse(outcome.why);
        return await proven(request, reply, outcome, target);
      } catch (error) {
        return unavailable(reply, error);
      }
    },
    async after(request, keepsake) {
      try {
        const place = `${originOf(request)}${SIGNED_OUT}`;
        const out = keepsake === undefined ? undefined : await provider.end(keepsake, place);
        return out ?? SIGNED_OUT;
      } catch (error) {
        // Out here in any case.
        if (error instanceof ProviderUnavailable) return SIGNED_OUT;
        throw error;
      }
    },
  };
};
