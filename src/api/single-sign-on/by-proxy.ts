import type { FastifyReply, FastifyRequest } from 'fastify';
import { codePage, ROOT } from '../account-page/page.ts';
import { attemptOf, giveHalf, giveSession } from '../http/browser-session.ts';
import type { Admit } from '../sign-in/proven-names.ts';
import type { SignedIn, WebSessions } from '../sign-in/web-sessions.ts';
import { unknownPage } from './pages.ts';
import { show } from './way.ts';

/**
 * Signs a browser in whose person a trusted proxy has proven, and who is not signed in as that person yet.
 * `undefined`: there is nothing to do, and the page may be shown.
 */
export const signInByProxy = async (
  request: FastifyRequest,
  reply: FastifyReply,
  before: SignedIn | undefined,
  { admit, sessions }: { readonly admit: Admit | undefined; readonly sessions: WebSessions },
): Promise<FastifyReply | undefined> => {
  const { user } = request.remote;
  if (admit === undefined || user === undefined) return undefined;
  const meant = await admit(user);
  if (meant === undefined) return show(reply, 403, unknownPage(user, undefined));
  if (before?.principal.account === meant.account) return undefined;
  const proven = { provider: 'proxy', name: user, keys: [], keepsake: '' };
  const answer = await sessions.signInProven(proven, attemptOf(request));
  if ('refused' in answer) {
    if (answer.refused !== 'code-needed') return show(reply, 403, unknownPage(user, undefined));
    giveHalf(reply, request, answer.token);
    return show(reply, 200, codePage());
  }
  if (before !== undefined) await sessions.end(before.session.account, before.session.id);
  giveSession(reply, request, answer.token);
  return reply.redirect(ROOT, 303);
};
