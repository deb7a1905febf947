import { page } from '../account-page/page.ts';
import { html } from '../http/page/html.ts';

/** Where a sign-in begins, or begins again. */
export const BEGIN = '/SOGo/login';
/** Where somebody is who has just signed out. */
export const SIGNED_OUT = '/SOGo/signed-out';

const link = (href: string, text: string) => html`<p><a href="${href}">${text}</a></p>`;

const note = (title: string, text: string, links: readonly ReturnType<typeof html>[]): string =>
  page({
    title,
    body: html`<header><h1>${title}</h1></header>
<main><div class="card narrow"><p>${text}</p>${links}</div></main>`,
  });

const again = link(BEGIN, 'Sign in');

export const signedOutPage = (): string => note('Signed out', 'You are signed out here.', [again]);

export const signedOutHerePage = (): string =>
  note(
    'Signed out here',
    'You are signed out here, but not everywhere: close the browser to be sure.',
    [again],
  );

export const deniedPage = (): string => note('Not signed in', 'You were not signed in.', [again]);

export const unbelievablePage = (): string =>
  note(
    'Not signed in',
    'This answer does not belong to a sign-in that this browser began here, took too long, or was used before.',
    [again],
  );

/** @param out where the provider's own session can be ended */
export const unknownPage = (name: string, out: string | undefined): string =>
  note(
    'Not known here',
    `You have proven to be ${name}, but nobody of that name may sign in here. Ask your administrator.`,
    [out === undefined ? again : link(out, 'Sign out and try another name')],
  );

export const unavailablePage = (): string =>
  note('Out of reach', 'The place where people sign in does not answer. Try again in a moment.', [
    again,
  ]);

export const noPasswordPage = (): string =>
  note(
    'Sign in elsewhere',
    'Passwords do not open this page: people sign in at one place for all.',
    [again],
  );

/** On to where people of a domain prove themselves. */
export const provingPage = (domain: string | undefined): string => {
  const href = domain === undefined ? BEGIN : `${BEGIN}?${new URLSearchParams({ domain })}`;
  return page({
    title: 'Sign in',
    refresh: href,
    body: html`<header><h1>Sign in</h1></header>
<main><div class="card narrow"><p>You are taken to where you sign in.</p>${link(href, 'Go on')}</div></main>`,
  });
};

/** Forms may not lead elsewhere, and so a page does. */
export const leavingPage = (href: string): string =>
  page({
    title: 'Signed out',
    refresh: href,
    body: html`<header><h1>Signed out</h1></header>
<main><div class="card narrow"><p>You are signed out here, and are taken to where you signed in.</p>${link(href, 'Go on')}</div></main>`,
  });
