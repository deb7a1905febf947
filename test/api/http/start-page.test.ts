import { createHash } from 'node:crypto';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html } from '../../../src/api/http/page/html.ts';
import { startPage, startPageHeaders } from '../../../src/api/http/page/start-page.ts';

const origin = 'https://dav.example.org';

/** What a strict XML parser sees: elements in order, their attributes, and all text, elements apart. */
const parsed = (page: string) => {
  const seen = { elements: [] as string[], attributes: [] as string[], text: '' };
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    seen.text += ' ';
    seen.elements.push(name);
    seen.attributes.push(...Object.entries(attributes).map(([key, value]) => `${key}=${value}`));
  });
  parser.on('text', (text) => {
    seen.text += text;
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(page).close();
  return seen;
};

describe('the page at /', () => {
  it('is well-formed and has one title, one h1 and a language', () => {
    const { elements, attributes } = parsed(startPage({ origin, version: '0.1.0' }));
    for (const once of ['title', 'h1', 'main', 'style'])
      expect(elements.filter((name) => name === once)).toEqual([once]);
    expect(attributes).toContain('lang=en');
  });

  it.each([
    'https://dav.example.org/',
    'https://dav.example.org/SOGo/dav/USER/',
    'https://dav.example.org/SOGo/dav/USER/Calendar/personal/',
    'https://dav.example.org/SOGo/dav/USER/Contacts/personal/',
  ])('gives the exact URL %s', (url) => {
    const { text } = parsed(startPage({ origin, version: '0.1.0' }));
    expect(text.split(/[\s"]/)).toContain(url);
  });

  it.each(['Thunderbird', 'Apple Calendar', 'iPhone', 'DAVx⁵', 'Evolution', 'KOrganizer', 'khal'])(
    'says how to connect %s',
    (client) => {
      expect(parsed(startPage({ origin, version: '0.1.0' })).text).toContain(client);
    },
  );

  it('has a vdirsyncer configuration to paste, with this server in both places', () => {
    const { text } = parsed(startPage({ origin, version: '0.1.0' }));
    expect(text.match(/^url = "https:\/\/dav\.example\.org\/"$/gm)).toHaveLength(2);
  });

  it.each([
    'http://a<script>alert(1)</script>',
    'http://a"onmouseover="alert(1)',
    "http://a'&<b>",
    'http://a</code></pre><img src=x>',
  ])('shows the hostile origin %s as text and nothing else (RFC 9110 §7.2)', (hostile) => {
    const usual = parsed(startPage({ origin: 'http://a', version: '0.1.0' }));
    const attacked = parsed(startPage({ origin: hostile, version: '0.1.0' }));
    expect(attacked.elements).toEqual(usual.elements);
    expect(attacked.attributes).toEqual(usual.attributes);
    expect(attacked.text).toContain(`${hostile}/SOGo/dav/USER/`);
  });

  it('loads nothing: no script, no image, no address that is not of this server', () => {
    const { elements, attributes } = parsed(startPage({ origin, version: '0.1.0' }));
    for (const loading of ['script', 'img', 'link', 'iframe', 'form', 'object'])
      expect(elements).not.toContain(loading);
    const addresses = attributes.filter((pair) => /^(href|src|action)=/.test(pair));
    expect(addresses).toEqual(['href=/SOGo/account', 'href=/healthz', 'href=/readyz']);
    expect(startPage({ origin, version: '0.1.0' })).not.toMatch(/@import|url\(/);
  });

  it('is allowed its own style sheet by its hash, and nothing more (CSP Level 3 §2.3.1)', () => {
    const [, style = ''] =
      /<style>(.*?)<\/style>/s.exec(startPage({ origin, version: '0.1.0' })) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(startPageHeaders['content-security-policy'].split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  it.each(['http://127.0.0.1:20000', 'http://localhost', 'http://[::1]:20000'])(
    'says that %s is for this computer only',
    (here) => {
      expect(parsed(startPage({ origin: here, version: '1' })).text).toContain('on this computer');
    },
  );

  it('warns where passwords would travel unencrypted, and only there', () => {
    const warns = (where: string) =>
      parsed(startPage({ origin: where, version: '1' })).text.includes('not encrypted');
    expect(warns('http://dav.example.org')).toBe(true);
    expect(warns('https://dav.example.org')).toBe(false);
    expect(warns('http://127.0.0.1.evil.example')).toBe(true);
  });
});

describe('html', () => {
  it('escapes every value but what it made itself', () => {
    const inner = html`<b>${'<&>'}</b>`;
    expect(html`<p title="${`"'`}">${inner}${[inner, inner]}</p>`.markup).toBe(
      '<p title="&quot;&#39;"><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b></p>',
    );
  });

  it('leaves text without special characters as it is', () => {
    expect(escapeHtml('Grüße, 東京')).toBe('Grüße, 東京');
  });
});
