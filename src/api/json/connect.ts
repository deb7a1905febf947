import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { afterAt } from '../../domain/account/visibility.ts';
import {
  attemptOf,
  giveSession,
  isFromHere,
  signedInBy,
  takeSession,
} from '../http/browser-session.ts';
import { endSession } from '../single-sign-on/way.ts';
import { fullLogin } from '../sign-in/full-login.ts';
import type { WebSignInRefusal } from '../sign-in/web-sessions.ts';
import { fieldsOf, optionalText, text } from './body.ts';
import type { JsonParts } from './parts.ts';
import { Problem } from './problem.ts';

/** SOGo's numbers of what a directory may object to. */
const POLICY = { locked: 1, none: 65535 } as const;

/** What SOGo's page understands: 202 asks for a code, 403 says why not. */
const refuse = (reply: FastifyReply, refusal: WebSignInRefusal): FastifyReply => {
  switch (refusal.refused) {
    case 'code-needed':
      return reply.code(202).send({ totpMissingKey: 1 });
    case 'code':
      return reply.code(403).send({ totpInvalidKey: 1 });
    case 'blocked':
      if (refusal.seconds !== undefined) reply.header('retry-after', String(refusal.seconds));
      return reply.code(403).send({ LDAPPasswordPolicyError: POLICY.locked });
    case 'credentials':
      return reply.code(403).send({ LDAPPasswordPolicyError: POLICY.none });
  }
};

const elsewhere = (): Problem =>
  new Problem(403, 'forged', 'This request was made by a page of another site.');

const notHere = (): Problem =>
  new Problem(
    403,
    'sign-in-elsewhere',
    'People sign in at one place for all: begin at /SOGo/login.',
  );

/** `POST /SOGo/connect` and the ways out, as SOGo's web interface has them. */
export const connectRoutes = (
  app: FastifyInstance,
  { sessions, times, domains, way }: JsonParts,
): void => {
  app.post('/SOGo/connect', async (request, reply) => {
    const by = way();
    if (by !== undefined && !by.asksName) throw notHere();
    if (isFromHere(request) === false) throw elsewhere();
    const fields = fieldsOf(request.body);
    const [typed, password] = [text(fields, 'userName'), text(fields, 'password')];
    const [domain, code] = [
      optionalText(fields, 'domain'),
      optionalText(fields, 'verificationCode'),
    ];
    const userName = fullLogin(typed, domain ?? '', domains.suffix);
    if (by !== undefined && !by.takesPasswords(afterAt(userName))) throw notHere();
    const before = await signedInBy(sessions, request);
    const answer = await sessions.signIn(
      { userName, password, ...(code === undefined ? {} : { code }) },
      attemptOf(request),
    );
    if ('refused' in answer) return refuse(reply, answer);
    if (before !== undefined) await sessions.end(before.session.account, before.session.id);
    const age = fields['rememberLogin'] ? times.lifetime : undefined;
    giveSession(reply, request, answer.token, age);
    const { displayName, login } = answer.principal;
    const lacking = (await sessions.find(answer.token))?.mustEnrol === true;
    return reply.send({
      ...{ cn: displayName, username: login, expire: -1, grace: -1 },
      // SOGo's word for a second factor that was taken away, and has to be set up anew.
      ...(lacking ? { totpDisabled: 1 } : {}),
    });
  });

  const logoff = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (isFromHere(request) === false) throw elsewhere();
    const signedIn = await signedInBy(sessions, request);
    const kept = signedIn && (await endSession(sessions, signedIn));
    takeSession(reply, request);
    return reply.redirect((await way()?.after(request, kept)) ?? '/SOGo/account', 302);
  };
  for (const url of ['/SOGo/logoff', '/SOGo/so/:user/logoff'])
    app.route({ method: ['GET', 'POST'], url, handler: logoff });
};
