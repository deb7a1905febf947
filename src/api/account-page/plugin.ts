import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { afterAt } from '../../domain/account/visibility.ts';
import { type AppPasswordId, appPasswordProtocols } from '../../domain/account/app-passwords.ts';
import type { SessionId } from '../../domain/account/sessions.ts';
import {
  attemptOf,
  giveHalf,
  giveSession,
  halfTokenOf,
  isFromHere,
  ownHeaders,
  provesPage,
  signedInBy,
  takeSession,
} from '../http/browser-session.ts';
import { clientStatus, faultOf, RETRY_AFTER } from '../http/faults.ts';
import type { JsonParts } from '../json/parts.ts';
import type { CodeTry } from '../sign-in/codes.ts';
import type { AccessRefusal } from '../sign-in/own-access.ts';
import { accessRefusals } from '../sign-in/refusals.ts';
import { fullLogin } from '../sign-in/full-login.ts';
import { forgeryToken } from '../sign-in/secrets.ts';
import type { SignedIn, WebSignInRefusal } from '../sign-in/web-sessions.ts';
import { accountPage, type AccountView } from './account.ts';
import { ownRecovery } from '../sign-in/recovery.ts';
import { forgottenRoutes, keepRecovery } from './forgotten.ts';
import { passwordAlert } from './password.ts';
import { codePage, namePage, page, passwordPage, ROOT, signInPage } from './page.ts';
import { signInByProxy } from '../single-sign-on/by-proxy.ts';
import {
  leavingPage,
  noPasswordPage,
  provingPage,
  signedOutPage,
} from '../single-sign-on/pages.ts';
import { endSession } from '../single-sign-on/way.ts';
import { type Form, isRefused, secondFactorForms } from './second-factor.ts';
import { accountHeaders } from './style.ts';
import { subscribing } from './subscribing.ts';

/** Octets of a form. */
const LIMIT = 16 * 1024;

/** What may be shown besides the account as it is. */
type Shown = Pick<AccountView, 'alert' | 'made' | 'recoveryCodes'>;

const fieldOf = ({ body }: FastifyRequest, name: string): string =>
  body instanceof URLSearchParams ? (body.get(name) ?? '') : '';

const originOf = ({ remote }: FastifyRequest): string =>
  `${remote.secure ? 'https' : 'http'}://${remote.host}`;

/** Says when to come again. */
const isTooMany = (reply: FastifyReply, seconds: number | undefined): boolean => {
  if (seconds !== undefined) reply.header('retry-after', String(seconds));
  return seconds !== undefined;
};

/** Forms of whoever has to set up a second factor first. */
const enrolling = /^\/(?:sign-out|second-factor\/(?:enrol|turn-on))$/;

/** A page on which somebody looks after his own ways to sign in: forms, and no script. */
export const accountPagePlugin =
  (parts: JsonParts): FastifyPluginAsync =>
  async (app) => {
    const { sessions, access, guard, log, domains } = parts;
    const show = (reply: FastifyReply, status: number, body: string): FastifyReply =>
      reply.code(status).headers(accountHeaders).send(body);
    const nameForm = (alert?: string): string => namePage(domains.offered, alert);
    /** Name and password, or the name first where it says how he proves himself. */
    const signInForm = (alert?: string): string =>
      parts.way()?.asksName === true
        ? nameForm(alert)
        : signInPage(domains.offered, alert, parts.recovery.isOffered());
    const typedName = (request: FastifyRequest): string =>
      fullLogin(fieldOf(request, 'userName'), fieldOf(request, 'domain'), domains.suffix);
    const back = (reply: FastifyReply, anchor = ''): FastifyReply =>
      reply.redirect(`${ROOT}${anchor}`, 303);

    /** RFC 6585 §4. */
    const crowded = (reply: FastifyReply): FastifyReply =>
      show(reply, 429, page({ title: 'Too many requests', alert: 'Too many requests.', body: [] }));

    const showAccount = async (
      request: FastifyRequest,
      reply: FastifyReply,
      { principal, session, token, mustEnrol }: SignedIn,
      shown: Shown = {},
      status = 200,
    ): Promise<FastifyReply> => {
      const { account } = principal;
      const [appPasswords, secondFactor, all] = await Promise.all([
        access.appPasswords(account),
        access.secondFactor(account),
        sessions.of(account),
      ]);
      const view: AccountView = {
        ...{ principal, appPasswords, secondFactor, origin: originOf(request) },
        forgeryToken: forgeryToken(token),
        passwordChange: parts.passwordChange,
        mustEnrol: mustEnrol === true,
        recovery: parts.recovery.isOn(parts.services.domains.of(principal))
          ? ownRecovery(await parts.services.preferencesOf(principal))
          : undefined,
        sessions: all.map((one) => ({ ...one, current: one.id === session.id })),
        ...shown,
      };
      return show(reply, status, accountPage(view));
    };

    const refusedSignIn = (
      request: FastifyRequest,
      reply: FastifyReply,
      refusal: WebSignInRefusal,
      again: (alert: string) => string,
    ): FastifyReply => {
      switch (refusal.refused) {
        case 'code-needed':
          giveHalf(reply, request, refusal.token);
          return show(reply, 200, codePage());
        case 'code':
          return show(reply, 403, again(accessRefusals.WrongCode.text));
        case 'blocked':
          reply.header('retry-after', String(refusal.seconds ?? 300));
          return show(reply, 429, again('Too many wrong tries. Try again in some minutes.'));
        case 'credentials':
          return show(reply, 403, again('User name or password is wrong.'));
      }
    };

    /** A form of somebody who is signed in, sent by our own page. */
    const form = (path: string, handle: Form): void => {
      app.post(`${ROOT}${path}`, async (request, reply) => {
        const who = await signedInBy(sessions, request);
        if (who === undefined)
          return show(
            reply,
            403,
            parts.way() === undefined
              ? signInForm('You are not signed in any more.')
              : signedOutPage(),
          );
        request.logged = { account: who.principal.account };
        if (isTooMany(reply, guard.tooMany(who.principal.account))) return crowded(reply);
        if (isFromHere(request) !== true || !provesPage(who, fieldOf(request, 'xsrf')))
          return showAccount(
            request,
            reply,
            who,
            {
              alert: 'Nothing was done: this form was not sent by this page. Try again from here.',
            },
            403,
          );
        return who.mustEnrol === true && !enrolling.test(path)
          ? showAccount(request, reply, who, {}, 403)
          : handle(request, reply, who);
      });
    };

    const byOf = (request: FastifyRequest, { principal: { account } }: SignedIn) =>
      sessions.provenance(account, attemptOf(request).client);

    const tryOf = (request: FastifyRequest, who: SignedIn): CodeTry => ({
      account: who.principal.account,
      code: fieldOf(request, 'code'),
      attempt: attemptOf(request),
      by: byOf(request, who),
    });

    const refuse = (
      request: FastifyRequest,
      reply: FastifyReply,
      who: SignedIn,
      { kind }: AccessRefusal,
    ): Promise<FastifyReply> => {
      const { status, text } = accessRefusals[kind];
      return showAccount(request, reply, who, { alert: text }, status);
    };

    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: LIMIT },
      (_request, body, parsed) => parsed(null, new URLSearchParams(String(body))),
    );
    app.addHook('onRequest', async ({ remote }, reply) => {
      reply.headers(ownHeaders);
      return isTooMany(reply, guard.tooManyFrom(remote.address)) ? crowded(reply) : undefined;
    });
    app.setErrorHandler((error, request, reply) => {
      const status = clientStatus(error);
      if (status !== undefined)
        return show(
          reply,
          status,
          page({ title: 'Not understood', alert: 'This form can’t be read.', body: [] }),
        );
      const { status: faulty, code } = faultOf(error);
      log('request-failed', { id: request.id, code });
      if (faulty === 503) reply.header('retry-after', RETRY_AFTER);
      const alert = `Something is out of order here, request ${request.id}. Try again in a moment.`;
      return show(reply, faulty, page({ title: 'Out of order', alert, body: [] }));
    });

    const signedIn = async (request: FastifyRequest, reply: FastifyReply, alert?: string) => {
      const who = await signedInBy(sessions, request);
      const led = await signInByProxy(request, reply, who, {
        admit: parts.byProxy(),
        sessions,
      });
      if (led !== undefined) return led;
      if (who === undefined) {
        const way = parts.way();
        if (way === undefined) return show(reply, 200, signInForm(alert));
        return way.asksName ? show(reply, 200, nameForm(alert)) : way.begin(request, reply);
      }
      if (isTooMany(reply, guard.tooMany(who.principal.account))) return crowded(reply);
      return who.mustEnrol === true ? showAccount(request, reply, who) : who;
    };
    app.get(ROOT, async (request, reply) => {
      const who = await signedIn(request, reply);
      return 'principal' in who ? showAccount(request, reply, who) : who;
    });
    subscribing({
      ...{ app, form, show, services: parts.services, field: fieldOf, by: byOf },
      signedIn: (request, reply) =>
        signedIn(request, reply, 'Sign in here, then open the link once more.'),
    });

    app.post(`${ROOT}/name`, async (request, reply) => {
      if (isFromHere(request) !== true)
        return show(reply, 403, nameForm('Sign in from this page.'));
      const userName = typedName(request);
      const [way, domain] = [parts.way(), afterAt(userName)];
      if (userName === '') return show(reply, 400, nameForm('Type your user name.'));
      if (way === undefined || way.takesPasswords(domain))
        return show(reply, 200, passwordPage(userName));
      // Forms may not lead elsewhere, and so a page does.
      return show(reply, 200, provingPage(domain));
    });
    app.post(`${ROOT}/sign-in`, async (request, reply) => {
      const way = parts.way();
      const userName = typedName(request);
      const isElsewhere = way !== undefined && !way.takesPasswords(afterAt(userName));
      if (way?.asksName === false || isElsewhere) return show(reply, 403, noPasswordPage());
      // Else another site could sign its visitor in as somebody else, who would read what he writes.
      if (isFromHere(request) !== true)
        return show(reply, 403, signInForm('Sign in from this page.'));
      const before = await signedInBy(sessions, request);
      const password = fieldOf(request, 'password');
      const answer = await sessions.signIn({ userName, password }, attemptOf(request));
      if ('refused' in answer) return refusedSignIn(request, reply, answer, signInForm);
      if (before !== undefined) await sessions.end(before.session.account, before.session.id);
      giveSession(reply, request, answer.token);
      return back(reply);
    });
    app.post(`${ROOT}/code`, async (request, reply) => {
      if (isFromHere(request) !== true)
        return show(reply, 403, signInForm('Sign in from this page.'));
      const code = fieldOf(request, 'code');
      const answer = await sessions.completeWithCode(
        halfTokenOf(request) ?? '',
        code,
        attemptOf(request),
      );
      if ('refused' in answer)
        return answer.refused === 'credentials'
          ? show(reply, 403, signInForm('That took too long. Sign in again.'))
          : refusedSignIn(request, reply, answer, codePage);
      giveSession(reply, request, answer.token);
      return back(reply);
    });

    forgottenRoutes(app, { recovery: parts.recovery, domains, show });

    form('/sign-out', async (request, reply, who) => {
      const kept = await endSession(sessions, who);
      takeSession(reply, request);
      const place = await parts.way()?.after(request, kept);
      return place === undefined ? back(reply) : show(reply, 200, leavingPage(place));
    });
    form('/password', async (request, reply, who) => {
      const { principal, session } = who;
      const alert = await passwordAlert(parts, {
        principal,
        oldPassword: fieldOf(request, 'oldPassword'),
        newPassword: fieldOf(request, 'newPassword'),
        attempt: attemptOf(request),
        by: byOf(request, who),
      });
      if (alert !== undefined) return showAccount(request, reply, who, { alert }, 403);
      await sessions.endOthers(principal.account, session.id);
      return showAccount(request, reply, who, { alert: 'Your password was changed.' });
    });
    form('/recovery', async (request, reply, who) => {
      const alert = await keepRecovery(parts, request, who.principal, byOf(request, who));
      return alert === undefined
        ? back(reply, '#recovery')
        : showAccount(request, reply, who, { alert }, 400);
    });
    form('/sessions/end', async (request, reply, { principal: { account } }) => {
      await sessions.end(account, fieldOf(request, 'id') as SessionId);
      return back(reply, '#sessions');
    });
    form('/app-passwords', async (request, reply, who) => {
      const name = fieldOf(request, 'name');
      const chosen = request.body instanceof URLSearchParams ? request.body.getAll('opens') : [];
      const protocols = appPasswordProtocols.filter((one) => chosen.includes(one));
      const { account } = who.principal;
      const done = await access.addAppPassword(account, { name, protocols }, byOf(request, who));
      if (isRefused(done)) return refuse(request, reply, who, done.rejected);
      return showAccount(request, reply, who, { made: { name, password: done.password } });
    });
    form('/app-passwords/revoke', async (request, reply, who) => {
      const id = fieldOf(request, 'id') as AppPasswordId;
      const done = await access.revokeAppPassword(who.principal.account, id, byOf(request, who));
      return isRefused(done)
        ? refuse(request, reply, who, done.rejected)
        : back(reply, '#app-passwords');
    });
    secondFactorForms({ form, access, sessions, refuse, back, showAccount, tryOf, byOf });
  };
