import { createHash } from 'node:crypto';
import { html } from './html.ts';

/** The page's only style sheet, inline; colours follow what the reader's system prefers. */
export const style = html`
:root { color-scheme: light dark; --paper: #fdfcf9; --ink: #23262b; --soft: #5b6068;
  --line: #dcd8cf; --card: #ffffff; --accent: #1f5f99; }
@media (prefers-color-scheme: dark) { :root { --paper: #17191c; --ink: #e7e4de; --soft: #a4a9b1;
  --line: #363a40; --card: #1f2226; --accent: #8fc1ee; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; }
main, header, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 3rem; }
h1 { margin: 0; font-size: 2.25rem; line-height: 1.2; letter-spacing: -0.02em; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.25rem; }
p, ul, ol { margin: 0.5rem 0; }
ol, ul { padding-left: 1.4rem; }
li { margin: 0.3rem 0; }
.lead { font-size: 1.125rem; color: var(--soft); }
.card { margin: 1.5rem 0; padding: 1rem 1.25rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 0.5rem; }
dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: 0.4rem 1.25rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: 0.9rem/1.5 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 0.75rem 0; padding: 0.9rem 1rem; overflow-x: auto; background: var(--paper);
  border: 1px solid var(--line); border-radius: 0.375rem; }
.note { margin: 1rem 0; padding-left: 1rem; border-left: 0.25rem solid var(--accent); }
details { border-top: 1px solid var(--line); padding: 0.25rem 0; }
details:last-of-type { border-bottom: 1px solid var(--line); }
summary { padding: 0.6rem 0; cursor: pointer; font-weight: 600; }
summary span { font-weight: 400; color: var(--soft); }
details > div { padding-bottom: 0.9rem; }
:focus-visible { outline: 0.15rem solid var(--accent); outline-offset: 0.15rem; }
footer { margin-top: 3rem; padding-bottom: 3rem; color: var(--soft); font-size: 0.9rem; }
a { color: var(--accent); }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.6rem; } }
`;

/** CSP source expression (CSP Level 3 §2.3.1) that allows this style sheet and no other. */
export const styleSource = `'sha256-${createHash('sha256').update(style.markup).digest('base64')}'`;
