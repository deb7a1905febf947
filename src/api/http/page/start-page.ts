import { type Client, clients, type Urls, urlsOf } from './clients.ts';
import { html } from './html.ts';
import { style, styleSource } from './style.ts';

export interface StartPage {
  /** Scheme, host and port as the visitor sees them: `https://example.org`. From the network: not trusted. */
  readonly origin: string;
  readonly version: string;
}

/** Sent with the page: nothing but the page itself may be loaded, run, framed or submitted. */
export const startPageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src ${styleSource}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
} as const;

type Piece = ReturnType<typeof html>;

const loopback = /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

/** What keeps a client from connecting that did everything right. */
const notes = (origin: string): readonly Piece[] => {
  if (loopback.test(origin))
    return [
      html`<p class="note">The first start printed a user name and a password in its terminal; <code>npx daybook user add NAME</code> adds people. Under this address only programs on this computer can connect. For other devices put a proxy that speaks TLS in front, or let Daybook listen on an address of your network (<code>--listen</code>).</p>`,
    ];
  if (origin.startsWith('https:')) return [];
  return [
    html`<p class="note">This connection is not encrypted: user names and passwords can be read on the way. Put a proxy that speaks TLS in front; most phones insist on it.</p>`,
  ];
};

const sampleOf = ({ sample }: Client, urls: Urls): readonly Piece[] =>
  sample === undefined ? [] : [html`<pre tabindex="0"><code>${sample(urls)}</code></pre>`];

const section = (client: Client, urls: Urls): Piece => html`
<details>
<summary>${client.name} <span>(${client.runsOn})</span></summary>
<div>
<ol>${client.steps(urls).map((step) => html`<li>${step}</li>`)}</ol>
${sampleOf(client, urls)}
</div>
</details>`;

/**
 * The page at `/`: says how to connect each client, with the exact URLs of this origin. One
 * well-formed document without scripts and without anything from elsewhere; it tells nobody who has
 * an account here.
 */
export const startPage = ({ origin, version }: StartPage): string => {
  const urls = urlsOf(origin);
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>Daybook: connect your calendars and contacts</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Daybook</h1>
<p class="lead">Your calendars and contacts are here. Connect the programs you already use.</p>
</header>
<main>
<div class="card">
<dl>
<dt>Server</dt><dd><code>${urls.server}</code></dd>
<dt>User name</dt><dd>the one you were given, called USER below</dd>
<dt>Your calendar</dt><dd><code>${urls.calendar}</code></dd>
<dt>Your contacts</dt><dd><code>${urls.addressBook}</code></dd>
</dl>
</div>
<p>Most programs find everything else when given the server, your user name and your password.</p>
${notes(origin)}
<h2>How to connect</h2>${clients.map((client) => section(client, urls))}
</main>
<footer>
<p><a href="/SOGo/account">Your account</a>: app passwords, second factor, where you are signed in.</p>
<p>Daybook ${version}. Whether it works: <a href="/healthz">healthz</a>, <a href="/readyz">readyz</a>.</p>
</footer>
</body>
</html>
`.markup;
};
