import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { afterAt } from '../../domain/account/visibility.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { isMailAddress } from '../../domain/mail/address.ts';
import { attemptOf, isFromHere } from '../http/browser-session.ts';
import { html } from '../http/page/html.ts';
import type { JsonParts } from '../json/parts.ts';
import { fullLogin } from '../sign-in/full-login.ts';
import type { Principal } from '../services.ts';
import {
  type OwnRecovery,
  ownRecovery,
  recoveryChange,
  type RecoveryQuestion,
  recoveryQuestions,
} from '../sign-in/recovery.ts';
import { domainChoice, nameInput, page, type Piece, ROOT } from './page.ts';
import { refusals } from './password.ts';

const fieldOf = ({ body }: FastifyRequest, name: string): string =>
  body instanceof URLSearchParams ? (body.get(name) ?? '') : '';

/** The guide's questions, in words. */
const questionTexts: Readonly<Record<RecoveryQuestion, string>> = {
  SecretQuestion1: 'What is the name of your first pet?',
  SecretQuestion2: 'What is the name of the town where your parents met?',
  SecretQuestion3: 'What is the name of your best friend of childhood?',
};

const card = (title: string, action: string, inside: Piece, alert?: string): string =>
  page({
    title,
    alert,
    body: html`<header><h1>${title}</h1></header>
<main>
<form class="card narrow" method="post" action="${action}">
${inside}
</form>
</main>`,
  });

/** How the person wants to be known again who forgot his password. */
export const recoverySection = ({ mode, question, address }: OwnRecovery, guard: Piece): Piece => {
  const choice = (value: OwnRecovery['mode'], text: string): Piece =>
    html`<label class="choice"><input type="radio" name="mode" value="${value}" ${mode === value ? html`checked=""` : []} />${text}</label>`;
  return html`
<h2 id="recovery">If you forget your password</h2>
<div class="card">
<form method="post" action="${ROOT}/recovery">${guard}
<fieldset><legend>You get a new one</legend>
${choice('Disabled', 'from your administrator')}
${choice('SecondaryEmail', 'by a message to another address of yours')}
${choice('SecretQuestion', 'by an answer that you alone know')}
</fieldset>
<label for="address">Another address</label>
<input id="address" name="address" type="email" maxlength="256" value="${address}" autocomplete="off" />
<label for="question">Question</label>
<select id="question" name="question">${recoveryQuestions.map(
    (each) =>
      html`<option value="${each}" ${each === question ? html`selected=""` : []}>${questionTexts[each]}</option>`,
  )}</select>
<label for="answer">Answer, if it is to be another one</label>
<input id="answer" name="answer" type="text" maxlength="256" autocomplete="off" spellcheck="false" />
<button type="submit">Keep this</button>
</form>
</div>`;
};

const modes = ['Disabled', 'SecretQuestion', 'SecondaryEmail'] as const;

/** What the form of that section asks for; a text says why it can't be kept. */
const wantedRecovery = (request: FastifyRequest, before: OwnRecovery): OwnRecovery | string => {
  const mode = modes.find((each) => each === fieldOf(request, 'mode'));
  const question = recoveryQuestions.find((each) => each === fieldOf(request, 'question'));
  if (mode === undefined || question === undefined)
    return 'Nothing was kept: choose one of the ways.';
  const address = fieldOf(request, 'address').trim();
  if (address !== '' && !isMailAddress(address))
    return 'Nothing was kept: the other address is no mail address.';
  if (mode === 'SecondaryEmail' && address === '')
    return 'Nothing was kept: name the other address.';
  const isAnswered = fieldOf(request, 'answer').trim() !== '';
  if (
    mode === 'SecretQuestion' &&
    !isAnswered &&
    (before.mode !== mode || before.question !== question)
  )
    return 'Nothing was kept: the question needs an answer.';
  return { mode, question, address };
};

/** Keeps what the form of that section asks for; a text says why not. */
export const keepRecovery = async (
  { services, recovery }: Pick<JsonParts, 'services' | 'recovery'>,
  request: FastifyRequest,
  principal: Principal,
  by: Provenance,
): Promise<string | undefined> => {
  const before = ownRecovery(await services.preferencesOf(principal));
  const wanted = wantedRecovery(request, before);
  if (typeof wanted === 'string') return wanted;
  const answer = fieldOf(request, 'answer').trim();
  const sealed = answer === '' ? undefined : await recovery.sealedAnswer(answer);
  const outcome = await services.changePreferences({
    stream: streams.preferences(principal.account),
    owner: principal.account,
    command: { type: 'ChangeSettings', change: recoveryChange(wanted, sealed) },
    by,
  });
  return 'rejected' in outcome ? 'Nothing was kept: you keep too much already.' : undefined;
};

const FORGOTTEN = `${ROOT}/forgotten`;
const TITLE = 'Forgotten password';

const whoPage = (domains: readonly string[], alert?: string): string =>
  card(
    TITLE,
    FORGOTTEN,
    html`${nameInput}
${domains.length === 0 ? [] : [domainChoice(domains)]}
<button type="submit">Go on</button>`,
    alert,
  );

const questionPage = (userName: string, question: RecoveryQuestion, alert?: string): string =>
  card(
    TITLE,
    `${FORGOTTEN}/answer`,
    html`<input name="userName" type="hidden" value="${userName}" />
<input name="question" type="hidden" value="${question}" />
<label for="answer">${questionTexts[question]}</label>
<input id="answer" name="answer" type="text" required="" maxlength="256" autocomplete="off" spellcheck="false" />
<button type="submit">Go on</button>`,
    alert,
  );

const newPasswordPage = (token: string, alert?: string): string =>
  card(
    'A new password',
    `${FORGOTTEN}/password`,
    html`<input name="token" type="hidden" value="${token}" />
<label for="newPassword">A new password</label>
<input id="newPassword" name="newPassword" type="password" required="" maxlength="1024" autocomplete="new-password" />
<button type="submit">Set it</button>`,
    alert,
  );

const note = (title: string, text: string): string =>
  page({
    title,
    body: html`<header><h1>${title}</h1></header>
<main><div class="card narrow"><p>${text}</p><p><a href="${ROOT}">Sign in</a></p></div></main>`,
  });

const MAILED =
  'If you have named an address for this, a message is on its way to it. Its link is good for one hour.';
const GONE = 'This link is no longer good. Begin again.';
const WRONG = 'That is not the answer. After some wrong ones no more are taken for a while.';

interface ForgottenParts extends Pick<JsonParts, 'recovery' | 'domains'> {
  show(reply: FastifyReply, status: number, body: string): FastifyReply;
}

/** Pages for who forgot his password: the user name, then a question or a mail, then a new password. */
export const forgottenRoutes = (
  app: FastifyInstance,
  { recovery, domains, show }: ForgottenParts,
): void => {
  const elsewhere = (request: FastifyRequest): boolean => isFromHere(request) !== true;
  const again = (reply: FastifyReply, status: number, alert?: string): FastifyReply =>
    show(reply, status, whoPage(domains.offered, alert));
  const off = (reply: FastifyReply): FastifyReply =>
    show(reply, 403, note(TITLE, 'Passwords are not recovered here. Ask your administrator.'));

  app.get(FORGOTTEN, async (_request, reply) => again(reply, 200));

  app.post(FORGOTTEN, async (request, reply) => {
    if (elsewhere(request)) return again(reply, 403, 'Begin on this page.');
    const login = fullLogin(
      fieldOf(request, 'userName'),
      fieldOf(request, 'domain'),
      domains.suffix,
    );
    if (login === '') return again(reply, 400, 'Type your user name.');
    if (!recovery.isOn(afterAt(login))) return off(reply);
    const way = await recovery.wayOf(login);
    if (way.mode === 'SecretQuestion') return show(reply, 200, questionPage(login, way.question));
    recovery.byMail(login);
    return show(reply, 200, note(TITLE, MAILED));
  });

  app.post(`${FORGOTTEN}/answer`, async (request, reply) => {
    if (elsewhere(request)) return again(reply, 403, 'Begin on this page.');
    const [login, answer] = [fieldOf(request, 'userName'), fieldOf(request, 'answer')];
    const question = recoveryQuestions.find((each) => each === fieldOf(request, 'question'));
    if (question === undefined || !recovery.isOn(afterAt(login))) return off(reply);
    const judged = await recovery.byAnswer(login, { question, answer }, attemptOf(request));
    if ('token' in judged) return show(reply, 200, newPasswordPage(judged.token));
    if (judged.refused === 'blocked') reply.header('retry-after', String(judged.seconds));
    return show(reply, 403, questionPage(login, question, WRONG));
  });

  app.get('/SOGo/passwordRecoveryEmail', async ({ url }, reply) => {
    const query = new URLSearchParams(url.slice(Math.max(url.indexOf('?'), 0)));
    // Looking at it uses it up not: programs that check mail follow links.
    return show(reply, 200, newPasswordPage(query.get('token') ?? ''));
  });

  app.post(`${FORGOTTEN}/password`, async (request, reply) => {
    if (elsewhere(request)) return again(reply, 403, 'Begin on this page.');
    const [token, password] = [fieldOf(request, 'token'), fieldOf(request, 'newPassword')];
    const outcome = await recovery.reset(token, password, attemptOf(request).client);
    if (outcome === 'changed')
      return show(
        reply,
        200,
        note('A new password', 'Your password was changed. Sign in with it.'),
      );
    if (outcome.refused === 'token') return again(reply, 403, GONE);
    return show(reply, 403, newPasswordPage(token, refusals[outcome.refused]));
  });
};
