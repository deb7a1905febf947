import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AppPasswordId, appPasswordProtocols } from '../../domain/account/app-passwords.ts';
import type { SessionId } from '../../domain/account/sessions.ts';
import { hrefs } from '../dav/href.ts';
import { attemptOf, isFromHere, provesPage, signedInBy } from '../http/browser-session.ts';
import type { CodeTry } from '../sign-in/codes.ts';
import type { AccessRefusal, Done } from '../sign-in/own-access.ts';
import { accessRefusals } from '../sign-in/refusals.ts';
import type { SignedIn } from '../sign-in/web-sessions.ts';
import { fieldsOf, text, words } from './body.ts';
import type { JsonParts } from './parts.ts';
import { kindOf, Problem, tooMany } from './problem.ts';

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
  const { sessions, access, guard } = parts;
  const who = async (request: FastifyRequest): Promise<SignedIn> => {
    const signedIn = await signedInBy(sessions, request);
    if (signedIn === undefined)
      throw new Problem(401, 'signed-out', 'Nobody is signed in, or not any more.');
    const { account } = signedIn.principal;
    request.logged = { account };
    const wait = guard.tooMany(account);
    if (wait !== undefined) throw tooMany(wait);
    return signedIn;
  };

  /** For changes: a page of ours asks, and not another site's in the same browser. */
  const whoChanges = async (request: FastifyRequest): Promise<SignedIn> => {
    const signedIn = await who(request);
    const isProven = !parts.forgeryGuard || provesPage(signedIn, request.headers['x-xsrf-token']);
    if (!isProven || isFromHere(request) === false)
      throw new Problem(403, 'forged', 'The header X-XSRF-TOKEN has to say what the cookie says.');
    return signedIn;
  };

  const tryOf = async (request: FastifyRequest): Promise<CodeTry> => {
    const { account } = (await whoChanges(request)).principal;
    const attempt = attemptOf(request);
    const code = text(fieldsOf(request.body), 'code');
    return { account, code, attempt, by: sessions.provenance(account, attempt.client) };
  };

  const change = async (request: FastifyRequest) => {
    const { principal, session } = await whoChanges(request);
    const { account } = principal;
    return { account, session, by: sessions.provenance(account, attemptOf(request).client) };
  };

  const root = '/SOGo/api/account';
  app.get(root, async (request) => {
    const { login, displayName, mail } = (await who(request)).principal;
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
    access.secondFactor((await who(request)).principal.account),
  );
  app.post(`${root}/second-factor/enrol`, async (request) => {
    const { account, by } = await change(request);
    done(await access.enrol(account, by));
    return access.secondFactor(account);
  });
  app.post(`${root}/second-factor/turn-on`, async (request) => {
    const given = await tryOf(request);
    const recoveryCodes = done(await access.turnOn(given));
    const { session } = await who(request);
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
