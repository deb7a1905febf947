import { createHash } from 'node:crypto';
import { html } from '../http/page/html.ts';
import { style } from '../http/page/style.ts';

/** The start page's style, and what forms need. */
export const accountStyle = html`${style}
.top { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.5rem 1rem; }
.top form { margin: 0; }
.narrow { max-width: 26rem; }
ol > li > form { margin-bottom: 1rem; }
label { display: block; margin: 0.9rem 0 0.25rem; font-weight: 600; }
label.choice { display: flex; gap: 0.6rem; align-items: baseline; margin: 0.4rem 0; font-weight: 400; }
fieldset { margin: 0.9rem 0 0; padding: 0; border: 0; }
legend { padding: 0; font-weight: 600; }
input[type=text], input[type=password] { width: 100%; padding: 0.6rem 0.7rem; font: inherit;
  color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 0.375rem; }
input.code { max-width: 16rem; font: 1.1rem/1.4 ui-monospace, monospace; letter-spacing: 0.08em; }
input[type=checkbox] { width: 1.1rem; height: 1.1rem; accent-color: var(--accent); }
button { min-height: 2.75rem; margin-top: 1rem; padding: 0.55rem 1.1rem; font: inherit; font-weight: 600;
  color: var(--card); background: var(--accent); border: 1px solid var(--accent);
  border-radius: 0.375rem; cursor: pointer; }
button.quiet { margin: 0; color: var(--accent); background: transparent; border-color: var(--line); font-weight: 400; }
.rows { margin: 0; padding: 0; list-style: none; }
.rows li { display: flex; gap: 0.5rem 1rem; align-items: center; justify-content: space-between;
  margin: 0; padding: 0.75rem 0; border-top: 1px solid var(--line); }
.rows li:first-child { border-top: 0; }
.rows strong { overflow-wrap: anywhere; }
.rows small { display: block; color: var(--soft); font-size: 0.875rem; }
.rows form { flex: none; margin: 0; }
.alert { border-left: 0.25rem solid #c0392b; }
.secret { display: block; margin: 0.75rem 0; padding: 0.9rem 1rem; background: var(--paper);
  border: 1px dashed var(--soft); border-radius: 0.375rem; font: 1.25rem/1.6 ui-monospace, monospace;
  overflow-wrap: anywhere; user-select: all; }
.codes { columns: 2; margin: 0.75rem 0; padding: 0; list-style: none; font: 1rem/1.8 ui-monospace, monospace; }
.qr { display: block; width: 13rem; max-width: 100%; margin: 1rem 0; border-radius: 0.375rem; }
@media (max-width: 30rem) { header { padding-top: 1.5rem; } h1 { font-size: 1.75rem; } .codes { columns: 1; }
  input.code { max-width: none; } .narrow button { width: 100%; } }
`;

const hash = createHash('sha256').update(accountStyle.markup).digest('base64');

/** Nothing but the page itself, and forms that lead here; no script at all. */
export const accountHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  'x-frame-options': 'DENY',
  // Not no-referrer: browsers would hide the origin of our own forms too.
  'referrer-policy': 'same-origin',
} as const;
