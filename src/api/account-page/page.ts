import { html } from '../http/page/html.ts';
import { accountStyle } from './style.ts';

export type Piece = ReturnType<typeof html>;

/** Where the page and its forms are. */
export const ROOT = '/SOGo/account';

interface PageParts {
  readonly title: string;
  /** What just went wrong. */
  readonly alert?: string | undefined;
  /** Where it leads at once. */
  readonly refresh?: string;
  readonly body: Piece | readonly Piece[];
}

/** One well-formed document, without scripts and without anything from elsewhere. */
export const page = ({ title, alert, refresh, body }: PageParts): string =>
  html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
${refresh === undefined ? [] : [html`<meta http-equiv="refresh" content="0; url=${refresh}" />`]}
<title>${title} – Daybook</title>
<style>${accountStyle}</style>
</head>
<body>
${alert === undefined ? [] : [html`<main><p class="card alert" role="alert">${alert}</p></main>`]}
${body}
<footer><p><a href="/">How to connect programs</a></p></footer>
</body>
</html>
`.markup;

export const nameInput = html`<label for="userName">User name</label>
<input id="userName" name="userName" type="text" required="" maxlength="256" autocomplete="username" autocapitalize="none" spellcheck="false" />`;

/** Asks for user name and password. @param recovers whether a forgotten one can be replaced */
export const signInPage = (domains: readonly string[], alert?: string, recovers = false): string =>
  page({
    title: 'Sign in',
    alert,
    body: html`<header><h1>Sign in</h1></header>
<main>
<form class="card narrow" method="post" action="${ROOT}/sign-in">
${nameInput}
${domains.length === 0 ? [] : [domainChoice(domains)]}
<label for="password">Password</label>
<input id="password" name="password" type="password" required="" maxlength="1024" autocomplete="current-password" />
<button type="submit">Sign in</button>
${recovers ? [html`<p><a href="${ROOT}/forgotten">Forgotten?</a></p>`] : []}
</form>
</main>`,
  });

/** Asks for the user name alone, where it says how the person has to prove himself. */
export const namePage = (domains: readonly string[], alert?: string): string =>
  page({
    title: 'Sign in',
    alert,
    body: html`<header><h1>Sign in</h1></header>
<main>
<form class="card narrow" method="post" action="${ROOT}/name">
${nameInput}
${domains.length === 0 ? [] : [domainChoice(domains)]}
<button type="submit">Go on</button>
</form>
</main>`,
  });

/** Asks for the password of a user name that was typed before. */
export const passwordPage = (userName: string): string =>
  page({
    title: 'Sign in',
    body: html`<header><h1>Sign in</h1></header>
<main>
<form class="card narrow" method="post" action="${ROOT}/sign-in">
<p>${userName}</p>
<input name="userName" type="hidden" value="${userName}" />
<label for="password">Password</label>
<input id="password" name="password" type="password" required="" maxlength="1024" autocomplete="current-password" />
<button type="submit">Sign in</button>
</form>
</main>`,
  });

/** SOGoLoginDomains: for a user name without an at sign. */
export const domainChoice = (domains: readonly string[]): Piece =>
  html`<label for="domain">Domain</label>
<select id="domain" name="domain">
${domains.map((domain) => html`<option value="${domain}">${domain}</option>`)}
</select>`;

/** Asks for the second factor. */
export const codePage = (alert?: string): string =>
  page({
    title: 'Code',
    alert,
    body: html`<header><h1>One more step</h1></header>
<main>
<form class="card narrow" method="post" action="${ROOT}/code">
<p>Your account has a second factor. Type the six digits that your authenticator shows now, or one of your recovery codes.</p>
<label for="code">Code</label>
${codeInput('code')}
<button type="submit">Sign in</button>
</form>
</main>`,
  });

export const codeInput = (id: string): Piece =>
  html`<input id="${id}" class="code" name="code" type="text" required="" maxlength="64" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" />`;
