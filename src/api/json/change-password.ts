import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PasswordRefusal } from '../../domain/account/directory.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import { attemptOf, isFromHere } from '../http/browser-session.ts';
import { fullLogin } from '../sign-in/full-login.ts';
import { fieldsOf, optionalText, text } from './body.ts';
import type { JsonParts } from './parts.ts';
import { Problem } from './problem.ts';
import { askingBy } from './signed-in.ts';

/** SOGo's numbers of what a directory may object to. */
const policy = {
  expired: 0,
  locked: 1,
  'not-allowed': 3,
  'too-weak': 5,
  refused: 5,
  'too-short': 6,
  'too-young': 7,
  'used-before': 8,
  wrong: 65535,
} as const satisfies Record<PasswordRefusal, number>;

/** SOGo's number of a recovery token that is no longer good. */
const BAD_TOKEN = 10;

/**
 * `POST /SOGo/changePassword`, as SOGo's web interface has it (SOGoPasswordChangeEnabled), for whoever is
 * signed in. All other browsers of his are signed out.
 */
export const changePasswordRoute = (app: FastifyInstance, parts: JsonParts): void => {
  const { sessions, password, recovery } = parts;
  const { whoChanges } = askingBy(parts);
  /** For who forgot the old one, and proved otherwise who he is. */
  const recovered = async (
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
  ): Promise<FastifyReply> => {
    if (isFromHere(request) === false)
      throw new Problem(403, 'forged', 'This request was made by a page of another site.');
    const wanted = text(fieldsOf(request.body), 'newPassword');
    const outcome = await recovery.reset(token, wanted, attemptOf(request).client);
    if (outcome === 'changed') return reply.code(204).send();
    const number = outcome.refused === 'token' ? BAD_TOKEN : policy[outcome.refused];
    return reply.code(403).send({ LDAPPasswordPolicyError: number });
  };

  app.post('/SOGo/changePassword', async (request, reply) => {
    const token = optionalText(fieldsOf(request.body), 'token');
    if (token !== undefined) return recovered(request, reply, token);
    const { principal, session, by } = await whoChanges(request);
    const { account, login } = principal;
    if (!parts.passwordChange)
      throw new Problem(403, 'not-enabled', 'Passwords can’t be changed here.');
    const fields = fieldsOf(request.body);
    const [oldPassword, newPassword] = [text(fields, 'oldPassword'), text(fields, 'newPassword')];
    const domain = optionalText(fields, 'domain') ?? '';
    const named = optionalText(fields, 'userName') ?? login;
    const isOwn = [named, fullLogin(named, domain, parts.domains.suffix)].some(
      (one) => canonicalLogin(one) === login,
    );
    if (!isOwn) throw new Problem(403, 'somebody-else', 'People change their own password alone.');
    const attempt = attemptOf(request);
    const outcome = await password.change({ principal, oldPassword, newPassword, attempt, by });
    if (outcome === 'changed') {
      await sessions.endOthers(account, session.id);
      return reply.code(204).send();
    }
    if (outcome.refused === 'blocked') {
      reply.header('retry-after', String(outcome.seconds));
      return reply.code(403).send({ LDAPPasswordPolicyError: policy.locked });
    }
    return reply.code(403).send({ LDAPPasswordPolicyError: policy[outcome.refused] });
  });
};
