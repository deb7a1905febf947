import type { FastifyInstance } from 'fastify';
import type { PasswordRefusal } from '../../domain/account/directory.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import { attemptOf, isFromHere, provesPage, signedInBy } from '../http/browser-session.ts';
import { fullLogin } from '../sign-in/full-login.ts';
import { fieldsOf, optionalText, text } from './body.ts';
import type { JsonParts } from './parts.ts';
import { Problem, tooMany } from './problem.ts';

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

/**
 * `POST /SOGo/changePassword`, as SOGo's web interface has it (SOGoPasswordChangeEnabled), for whoever is
 * signed in. All other browsers of his are signed out.
 */
export const changePasswordRoute = (app: FastifyInstance, parts: JsonParts): void => {
  const { sessions, password, guard } = parts;
  app.post('/SOGo/changePassword', async (request, reply) => {
    const signedIn = await signedInBy(sessions, request);
    if (!parts.passwordChange || signedIn === undefined)
      throw new Problem(403, 'signed-out', 'A password can’t be changed here, or not by nobody.');
    const { principal, session } = signedIn;
    const { account, login } = principal;
    request.logged = { account };
    const wait = guard.tooMany(account);
    if (wait !== undefined) throw tooMany(wait);
    const isProven = !parts.forgeryGuard || provesPage(signedIn, request.headers['x-xsrf-token']);
    if (!isProven || isFromHere(request) === false)
      throw new Problem(403, 'forged', 'The header X-XSRF-TOKEN has to say what the cookie says.');
    const fields = fieldsOf(request.body);
    const [oldPassword, newPassword] = [text(fields, 'oldPassword'), text(fields, 'newPassword')];
    const domain = optionalText(fields, 'domain') ?? '';
    const named = optionalText(fields, 'userName') ?? login;
    const isOwn = [named, fullLogin(named, domain, parts.domains.suffix)].some(
      (one) => canonicalLogin(one) === login,
    );
    if (!isOwn) throw new Problem(403, 'somebody-else', 'People change their own password alone.');
    const attempt = attemptOf(request);
    const by = sessions.provenance(account, attempt.client);
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
