import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AppPasswordId, appPasswordProtocols } from '../../domain/account/app-passwords.ts';
import type { SessionId } from '../../domain/account/sessions.ts';
import { hrefs } from '../dav/href.ts';
import { attemptOf } from '../http/browser-session.ts';
import type { CodeTry } from '../sign-in/codes.ts';
import type { AccessRefusal, Done } from '../sign-in/own-access.ts';
import { accessRefusals } from '../sign-in/refusals.ts';
import { fieldsOf, text, words } from './body.ts';
import type { JsonParts } from './parts.ts';
import { kindOf, Problem } from './problem.ts';
import { askingBy } from './signed-in.ts';

const refused = ({ kind }: AccessRefusal): Problem => {
  const { status, text: detail } = accessRefusals[kind];
  return new Problem(status, kindOf(kind), detail);
};

/** What was done. @throws Problem when it was not */
const done = <What>(outcome: Done<What>): What => {
  if (typeof outcome === 'object' && outcome !== null && 'rejected' in outcome)
    throw refused(outcome.rejected);
  return outcome;
};

type Identified = FastifyRequest<{ Params: { id: string } }>;

/** Somebody's own ways to sign in, for scripts of our pages. All need a session; changes its token as well. */
export const accountRoutes = (app: FastifyInstance, parts: JsonParts): void => {
  const { sessions, access } = parts;
  const { who, whoChanges } = askingBy(parts);
  const factor = askingBy(parts, true);

  const tryOf = async (request: FastifyRequest): Promise<CodeTry> => {
    const { principal, by } = await factor.whoChanges(request);
    const code = text(fieldsOf(request.body), 'code');
    return { account: principal.account, code, attempt: attemptOf(request), by };
  };

  const change = async (request: FastifyRequest) => {
    const { principal, session, by } = await whoChanges(request);
    return { account: principal.account, session, by };
  };

  const root = '/SOGo/api/account';
  app.get(root, async (request) => {
    const { login, displayName, mail } = (await factor.who(request)).principal;
    return { login, displayName, mail, principal: hrefs.principal(login) };
  });

  app.get(`${root}/app-passwords`, async (request) =>
    access.appPasswords((await who(request)).principal.account),
  );
  app.post(`${root}/app-passwords`, async (request, reply) => {
    const { account, by } = await change(request);
    const fields = fieldsOf(request.body);
    const name = text(fields, 'name');
    const protocols = words(fields, 'protocols', appPasswordProtocols);
    reply.code(201);
    return done(await access.addAppPassword(account, { name, protocols }, by));
  });
  app.post(`${root}/app-passwords/:id/revoke`, async (request: Identified, reply) => {
    const { account, by } = await change(request);
    done(await access.revokeAppPassword(account, request.params.id as AppPasswordId, by));
    return reply.code(204).send();
  });

  app.get(`${root}/second-factor`, async (request) =>
    access.secondFactor((await factor.who(request)).principal.account),
  );
  app.post(`${root}/second-factor/enrol`, async (request) => {
    const { principal, by } = await factor.whoChanges(request);
    const { account } = principal;
    done(await access.enrol(account, by));
    return access.secondFactor(account);
  });
  app.post(`${root}/second-factor/turn-on`, async (request) => {
    const given = await tryOf(request);
    const recoveryCodes = done(await access.turnOn(given));
    const { session } = await factor.who(request);
    await sessions.endOthers(given.account, session.id);
    return { recoveryCodes };
  });
  app.post(`${root}/second-factor/turn-off`, async (request, reply) => {
    done(await access.turnOff(await tryOf(request)));
    return reply.code(204).send();
  });
  app.post(`${root}/second-factor/recovery-codes`, async (request) => ({
    recoveryCodes: done(await access.replaceRecoveryCodes(await tryOf(request))),
  }));

  app.get(`${root}/sessions`, async (request) => {
    const { principal, session } = await who(request);
    const all = await sessions.of(principal.account);
    return all.map(({ id, startedAt, seenAt, client, address }) => ({
      ...{ id, startedAt, seenAt, client, address },
      current: id === session.id,
    }));
  });
  app.post(`${root}/sessions/:id/end`, async (request: Identified, reply) => {
    const { account } = await change(request);
    if (!(await sessions.end(account, request.params.id as SessionId)))
      throw new Problem(404, 'session-not-found', 'There is no such session any more.');
    return reply.code(204).send();
  });
  app.post(`${root}/sessions/end-others`, async (request, reply) => {
    const { account, session } = await change(request);
    await sessions.endOthers(account, session.id);
    return reply.code(204).send();
  });
};
