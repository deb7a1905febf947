import type { FastifyInstance, FastifyRequest } from 'fastify';
import { afterAt } from '../../domain/account/visibility.ts';
import { attemptOf, isFromHere } from '../http/browser-session.ts';
import { fullLogin } from '../sign-in/full-login.ts';
import { fieldsOf, optionalText, text } from './body.ts';
import type { JsonParts } from './parts.ts';
import { Problem } from './problem.ts';

/**
 * SOGo's actions for who forgot his password (SOGoPasswordRecoveryEnabled); `changePassword` takes the token that they
 * end in. They answer alike for people who are there and for those who are not.
 */
export const recoveryRoutes = (
  app: FastifyInstance,
  { recovery, domains }: Pick<JsonParts, 'recovery' | 'domains'>,
): void => {
  /** Whom a request means. @throws Problem 403 where nobody of the domain recovers a password */
  const meant = ({ body }: FastifyRequest) => {
    const fields = fieldsOf(body);
    const login = fullLogin(
      text(fields, 'userName'),
      optionalText(fields, 'domain') ?? '',
      domains.suffix,
    );
    const domain = afterAt(login);
    if (!recovery.isOn(domain))
      throw new Problem(403, 'not-enabled', 'Passwords are not recovered here.');
    return { fields, login, domain };
  };
  const mustBeFromHere = (request: FastifyRequest): void => {
    if (isFromHere(request) === false)
      throw new Problem(403, 'forged', 'This request was made by a page of another site.');
  };

  app.post('/SOGo/passwordRecoveryEnabled', async (request) => ({
    domain: meant(request).domain ?? '',
  }));

  app.post('/SOGo/passwordRecovery', async (request) => {
    const way = await recovery.wayOf(meant(request).login);
    return way.mode === 'SecretQuestion'
      ? { mode: way.mode, secretQuestion: way.question }
      : // Of the address nothing is told, not even what it begins with.
        { mode: way.mode, secondaryEmail: '***@***' };
  });

  app.post('/SOGo/passwordRecoveryCheck', async (request, reply) => {
    mustBeFromHere(request);
    const { fields, login } = meant(request);
    const given = { question: text(fields, 'question'), answer: text(fields, 'answer') };
    const answer = await recovery.byAnswer(login, given, attemptOf(request));
    if ('token' in answer) return { jwt: answer.token };
    if (answer.refused === 'blocked') reply.header('retry-after', String(answer.seconds));
    throw new Problem(403, 'wrong-answer', 'That is not the answer.');
  });

  app.post('/SOGo/passwordRecoveryEmail', async (request) => {
    mustBeFromHere(request);
    recovery.byMail(meant(request).login);
    return {};
  });
};
