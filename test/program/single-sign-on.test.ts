import { describeWith } from '../support/needing.ts';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  lemonldapNeeds,
  type IdentityProvider,
  identityProvider,
} from '../support/identity-provider/lemonldap.ts';
import { type Program, program } from '../support/program.ts';

const document = join(import.meta.dirname, '../../docs/administration/single-sign-on.md');

/** An example for administrators, with this machine's places in it. */
const example = async (
  which: string,
  places: Readonly<Record<string, string>>,
): Promise<string> => {
  const blocks = (await readFile(document, 'utf8')).matchAll(/^```\n(\{[^`]*)^```/gm);
  const [, block] = [...blocks].find(([, text = '']) => text.includes(which)) ?? [];
  if (block === undefined) throw new Error(`no example with ${which}`);
  return Object.entries(places).reduce((text, [from, to]) => text.replaceAll(from, to), block);
};

describeWith('single sign-on at lemonldap-ng, in a browser', lemonldapNeeds, () => {
  let provider: IdentityProvider;
  let chrome: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daybook-single-sign-on-'));
    provider = await identityProvider();
    chrome = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  }, 120_000);
  afterAll(async () => {
    await chrome?.close();
    await provider?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A server with an example's configuration, and `dwho` in its own table. */
  const serving = async (which: string): Promise<Program> => {
    const config = join(folder, `${which.replaceAll(/\W/g, '')}.conf`);
    const server = await program({}, false, ['--config', config]);
    await writeFile(
      config,
      await example(which, {
        'https://dav.acme.com': server.origin,
        'https://login.acme.com': provider.origin,
      }),
    );
    const added = await server.daybook(['user', 'add', 'dwho', '--password-stdin'], 'x horse 1\n');
    expect(added.err).toBe('');
    await provider.configure({
      cas: [`${server.origin}/SOGo/`],
      openid: [
        {
          clientId: 'daybook',
          clientSecret: 'open barley',
          redirectUris: [`${server.origin}/SOGo/`],
          afterLogout: [`${server.origin}/SOGo/signed-out`],
          jwtAccessTokens: true,
        },
      ],
    });
    await server.start();
    return server;
  };

  const atProvider = async (page: Page, name: string): Promise<void> => {
    await page.locator('#userfield').fill(name);
    await page.locator('#passwordfield').fill(name);
    await page.locator('form#lform button[type=submit]').click();
  };
  /** What DAV says to a token of the provider, and to one with a letter changed. */
  const byToken = async (server: Program): Promise<readonly number[]> => {
    const answer = await fetch(`${provider.origin}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('daybook:open barley')}` },
      body: new URLSearchParams({
        ...{ grant_type: 'password', scope: 'openid profile email' },
        ...{ username: 'dwho', password: 'dwho' },
      }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const ask = async (bearer: string): Promise<number> => {
      const authorization = `Bearer ${bearer}`;
      const headers = { depth: '0' };
      return (await server.request('PROPFIND', '/SOGo/dav/dwho/', { authorization, headers }))
        .status;
    };
    const changed = token.replace(/[^.](?=[^.]{20}$)/, (letter) => (letter === 'A' ? 'B' : 'A'));
    return [await ask(token), await ask(changed)];
  };
  const heading = (page: Page): Promise<string | null> =>
    page.getByRole('heading', { level: 1 }).textContent();

  it.each([
    ['OpenID Connect', 'SOGoAuthenticationType = openid'],
    ['CAS', 'SOGoAuthenticationType = cas'],
  ])(
    'by %s leads in and out, with the example of the manual',
    async (_what, which) => {
      const server = await serving(which);
      try {
        const page = await (await chrome.newContext()).newPage();
        await page.goto(`${server.origin}/SOGo/`);
        expect(page.url().startsWith(provider.origin)).toBe(true);
        await atProvider(page, 'dwho');
        await page.waitForURL(`${server.origin}/SOGo/account`);
        expect(await heading(page)).toBe('dwho');
        if (which.endsWith('openid')) expect(await byToken(server)).toEqual([207, 401]);
        await page.getByRole('button', { name: 'Sign out' }).first().click();
        await page.waitForURL(
          (url) => url.href.startsWith(provider.origin) || url.pathname === '/SOGo/signed-out',
        );
        // The provider's own session is over too: it asks again.
        await page.goto(`${server.origin}/SOGo/`);
        await page.locator('#userfield').waitFor();
        await atProvider(page, 'rtyler');
        await page.getByRole('heading', { name: 'Not known here' }).waitFor();
        expect(await page.getByText('rtyler').count()).toBe(1);
      } finally {
        await server.discard();
      }
    },
    110_000,
  );
});
