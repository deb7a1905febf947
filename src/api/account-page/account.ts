import type { Session } from '../../domain/account/sessions.ts';
import { hrefs } from '../dav/href.ts';
import { html } from '../http/page/html.ts';
import type { Principal } from '../services.ts';
import { authenticatorUri } from '../sign-in/one-time-code.ts';
import type { OwnAppPassword, OwnSecondFactor } from '../sign-in/own-access.ts';
import type { OwnRecovery } from '../sign-in/recovery.ts';
import { recoverySection } from './forgotten.ts';
import { codeInput, page, type Piece, ROOT } from './page.ts';
import { qrSvg } from './qr.ts';

/** Everything the page shows. */
export interface AccountView {
  readonly principal: Principal;
  /** Scheme, host and port as the visitor sees them. */
  readonly origin: string;
  /** Against forgery; in every form. */
  readonly forgeryToken: string;
  readonly appPasswords: readonly OwnAppPassword[];
  readonly secondFactor: OwnSecondFactor;
  readonly sessions: readonly (Session & { readonly current: boolean })[];
  /** Whether there is a form to change the password. */
  readonly passwordChange: boolean;
  /** How a forgotten password is replaced; absent: not here. */
  readonly recovery?: OwnRecovery | undefined;
  /** Whether a second factor has to be set up before there is anything else. */
  readonly mustEnrol: boolean;
  readonly alert?: string | undefined;
  /** An app password just made. */
  readonly made?: { readonly name: string; readonly password: string } | undefined;
  /** Recovery codes just made. */
  readonly recoveryCodes?: readonly string[] | undefined;
}

const none: readonly Piece[] = [];

const moment = (at: string): Piece =>
  html`<time datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time>`;

const from = (client: string, address: string): string =>
  [client === 'unknown' ? '' : client.replace('/', ' '), address].filter(Boolean).join(', ');

const by = (client: string, address: string): string => {
  const named = from(client, address);
  return named === '' ? '' : ` by ${named}`;
};

const opens = { dav: 'calendars and contacts', eas: 'ActiveSync', mail: 'mail' } as const;

const addresses = ({ principal: { login }, origin }: AccountView): Piece => html`
<h2 id="addresses">Your addresses</h2>
<dl class="card">
<dt>Server</dt><dd><code>${origin}/</code></dd>
<dt>User name</dt><dd><code>${login}</code></dd>
<dt>Calendar</dt><dd><code>${origin}${hrefs.home(login, 'calendar')}personal/</code></dd>
<dt>Contacts</dt><dd><code>${origin}${hrefs.home(login, 'addressbook')}personal/</code></dd>
</dl>`;

const appPasswords = (view: AccountView, guard: Piece): Piece => html`
<h2 id="app-passwords">App passwords</h2>
${
  view.made === undefined
    ? none
    : [
        html`<div class="card note"><p>The password for <strong>${view.made.name}</strong>. It is shown only now; type it there, then forget it:</p><code class="secret">${view.made.password}</code></div>`,
      ]
}
<div class="card">
<p>A password for one device or program. It can't be used to sign in here, and if you lose the device you revoke it alone.</p>
${
  view.appPasswords.length === 0
    ? none
    : [
        html`<ul class="rows">${view.appPasswords.map(
          ({ id, name, protocols, addedAt, lastUsed }) => html`
<li><div><strong>${name}</strong><small>opens ${protocols.map((one) => opens[one]).join(', ')}; made ${moment(addedAt)}</small><small>${
            lastUsed === undefined
              ? 'not used yet'
              : html`last used ${moment(lastUsed.at)}${by(lastUsed.client, lastUsed.address)}`
          }</small></div>
<form method="post" action="${ROOT}/app-passwords/revoke">${guard}<input type="hidden" name="id" value="${id}" /><button class="quiet" type="submit" aria-label="Revoke ${name}">Revoke</button></form></li>`,
        )}</ul>`,
      ]
}
<form method="post" action="${ROOT}/app-passwords">${guard}
<label for="name">For which device?</label>
<input id="name" name="name" type="text" required="" maxlength="100" placeholder="phone" autocomplete="off" />
<fieldset><legend>It opens</legend>
<label class="choice"><input type="checkbox" name="opens" value="dav" checked="" />calendars and contacts (CalDAV, CardDAV)</label>
<label class="choice"><input type="checkbox" name="opens" value="eas" />ActiveSync</label>
<label class="choice"><input type="checkbox" name="opens" value="mail" />mail</label>
</fieldset>
<button type="submit">Make an app password</button>
</form>
</div>`;

const enrolment = (secret: string, { principal, origin }: AccountView, guard: Piece): Piece => {
  const issuer = URL.canParse(origin) ? new URL(origin).hostname : 'Daybook';
  return html`
<ol>
<li>Scan this with an authenticator: Aegis, FreeOTP, 2FAS, Google's, Microsoft's, or a password manager.
${qrSvg(authenticatorUri(secret, issuer, principal.login), 'QR code for an authenticator')}
Or type the key: <code class="secret">${secret.match(/.{4}/g)?.join(' ') ?? secret}</code></li>
<li>Type the six digits that it shows.
<form method="post" action="${ROOT}/second-factor/turn-on">${guard}
<label for="turn-on">Code</label>
${codeInput('turn-on')}
<p>From then on your password alone opens nothing: programs need app passwords.</p>
<button type="submit">Turn it on</button>
</form></li>
</ol>`;
};

const secondFactor = (view: AccountView, guard: Piece): Piece => {
  const factor = view.secondFactor;
  const enrol = (text: string, kind: string): Piece =>
    html`<form method="post" action="${ROOT}/second-factor/enrol">${guard}<button class="${kind}" type="submit">${text}</button></form>`;
  return html`
<h2 id="second-factor">Second factor</h2>
${
  view.recoveryCodes === undefined
    ? none
    : [
        html`<div class="card note"><p>Your recovery codes, each good once, for the day the authenticator is gone. They are shown only now: print them, or write them down.</p><ul class="codes">${view.recoveryCodes.map((code) => html`<li>${code}</li>`)}</ul></div>`,
      ]
}
<div class="card">
${
  factor.status === 'on'
    ? html`<p><strong>On.</strong> Signing in here takes your password and a code; your password alone opens nothing else. ${String(factor.recoveryCodesLeft)} recovery codes are left.</p>
<details><summary>New recovery codes</summary><div>
<form method="post" action="${ROOT}/second-factor/recovery-codes">${guard}<label for="new-codes">Code</label>${codeInput('new-codes')}<button type="submit">Replace the old ones</button></form></div></details>
<details><summary>Turn it off</summary><div>
<form method="post" action="${ROOT}/second-factor/turn-off">${guard}<label for="turn-off">Code</label>${codeInput('turn-off')}<button type="submit">Turn it off</button></form></div></details>`
    : factor.status === 'enrolled'
      ? html`<p>Not on yet.</p>${enrolment(factor.secret, view, guard)}${enrol('Begin again with another key', 'quiet')}`
      : html`<p>Off. With it, somebody who learns your password can't sign in here, nor read your calendars: that takes a code from your phone as well.</p>${enrol('Set it up', '')}`
}
</div>`;
};

const passwordForm = (guard: Piece): Piece => html`
<h2 id="password">Password</h2>
<div class="card">
<form method="post" action="${ROOT}/password">${guard}
<label for="oldPassword">The one you have</label>
<input id="oldPassword" name="oldPassword" type="password" required="" maxlength="1024" autocomplete="current-password" />
<label for="newPassword">A new one</label>
<input id="newPassword" name="newPassword" type="password" required="" maxlength="1024" autocomplete="new-password" />
<button type="submit">Change it</button>
</form>
<p>You are signed out everywhere else. App passwords stay.</p>
</div>`;

const sessions = (view: AccountView, guard: Piece): Piece => html`
<h2 id="sessions">Where you are signed in</h2>
<div class="card">
<ul class="rows">${view.sessions.map(
  ({ id, client, address, startedAt, seenAt, current }) => html`
<li><div><strong>${from(client, address) || 'a browser'}</strong><small>${
    current ? 'this one; ' : ''
  }since ${moment(startedAt)}, seen ${moment(seenAt)}</small></div>
<form method="post" action="${ROOT}/sessions/end">${guard}<input type="hidden" name="id" value="${id}" /><button class="quiet" type="submit">${current ? 'Sign out' : 'End'}</button></form></li>`,
)}</ul>
</div>`;

/** The page of somebody who is signed in. */
export const accountPage = (view: AccountView): string => {
  const { displayName, login, mail } = view.principal;
  const guard = html`<input type="hidden" name="xsrf" value="${view.forgeryToken}" />`;
  const sections = view.mustEnrol
    ? [
        html`<p class="card note">Your administrator wants everybody to have a second factor. Set it up, and the rest of this page is there.</p>`,
        secondFactor(view, guard),
      ]
    : [
        addresses(view),
        appPasswords(view, guard),
        secondFactor(view, guard),
        ...(view.passwordChange ? [passwordForm(guard)] : none),
        ...(view.recovery === undefined ? none : [recoverySection(view.recovery, guard)]),
        sessions(view, guard),
      ];
  return page({
    title: 'Your account',
    alert: view.alert,
    body: html`<header><div class="top"><h1>${displayName}</h1>
<form method="post" action="${ROOT}/sign-out">${guard}<button class="quiet" type="submit">Sign out</button></form></div>
<p class="lead">${[login === displayName ? '' : login, mail === login ? '' : mail].filter(Boolean).join(' · ')}</p></header>
<main>${sections}</main>`,
  });
};
