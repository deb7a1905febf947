import { describeWith } from '../support/needing.ts';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  lemonldapNeeds,
  type IdentityProvider,
  identityProvider,
  makeKeys,
} from '../support/identity-provider/lemonldap.ts';
import { type Program, program } from '../support/program.ts';

const manual = join(import.meta.dirname, '../../docs/administration/single-sign-on.md');
const PUBLIC = 'https://dav.acme.com';

/** The manual's example, with this machine's places in it. */
const example = async (places: Readonly<Record<string, string>>): Promise<string> => {
  const blocks = (await readFile(manual, 'utf8')).matchAll(/^```\n(\{[^`]*)^```/gm);
  const [, block] = [...blocks].find(([, text = '']) => text.includes('= saml2')) ?? [];
  if (block === undefined) throw new Error('the manual has no example for SAML');
  return Object.entries(places).reduce((text, [from, to]) => text.replaceAll(from, to), block);
};

/** Another site than the provider's for a browser, so that cookies are kept back as they are between hosts. */
const here = (server: Program): string => server.origin.replace('127.0.0.1', 'localhost');

describeWith('SAML 2 with lemonldap-ng and Chromium', lemonldapNeeds, () => {
  let folder: string;
  let provider: IdentityProvider;
  let server: Program;
  let chrome: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daybook-saml-'));
    const config = join(folder, 'sogo.conf');
    [provider, server, chrome] = await Promise.all([
      identityProvider(),
      program({}, false, ['--config', config]),
      chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] }),
    ]);
    await Promise.all([makeKeys(folder, 'saml'), provider.configure({ saml: [] })]);
    const described = join(folder, 'idp-metadata.xml');
    await writeFile(described, await (await fetch(provider.saml.metadataUrl)).text());
    await writeFile(config, await example({ [PUBLIC]: here(server), '/etc/sogo': folder }));
    const added = await server.daybook(['user', 'add', 'dwho', '--password-stdin'], 'tardis box\n');
    if (added.code !== 0) throw new Error(added.err);
    await server.start();
    const own = await fetch(`${here(server)}/SOGo/saml2-metadata`);
    await provider.configure({ saml: [{ metadata: await own.text(), encrypts: 'assertion' }] });
  }, 120_000);
  afterAll(async () => {
    await chrome.close();
    await Promise.all([provider.stop(), server.discard()]);
    await rm(folder, { recursive: true });
  });

  const openPage = async (context?: BrowserContext): Promise<Page> =>
    (context ?? (await chrome.newContext())).newPage();
  /** As somebody who opens the address of the server. */
  const signIn = async (page: Page, name: string): Promise<void> => {
    await page.goto(`${here(server)}/SOGo/`);
    await page.locator('input[name=user]').fill(name);
    await page.locator('input[name=password]').fill(name);
    await page.locator('button[type=submit]').first().click();
    await page.waitForURL(new RegExp(`^${here(server)}/SOGo/`));
  };
  const heading = (page: Page): Promise<string | null> =>
    page.getByRole('heading', { level: 1 }).textContent();
  /** Whether the server still knows this browser, which it would lead to the provider else. */
  const isSignedIn = async (page: Page): Promise<boolean> => {
    const answer = await page.request.get(`${here(server)}/SOGo/account`, { maxRedirects: 0 });
    return answer.status() === 200;
  };

  it('signs somebody in, by an assertion encrypted for this server, and out on both sides', async () => {
    const page = await openPage();
    await signIn(page, 'dwho');
    expect(page.url()).toBe(`${here(server)}/SOGo/account`);
    expect(await heading(page)).toBe('dwho');
    const cookies = await page.context().cookies(`${here(server)}/SOGo/`);
    expect(cookies.find(({ name }) => name === '0xHIGHFLYxSOGo')).toMatchObject({
      httpOnly: true,
      sameSite: 'Lax',
    });

    await page.getByRole('button', { name: 'Sign out' }).first().click();
    await page.waitForURL(`${here(server)}/SOGo/signed-out`);
    expect(await isSignedIn(page)).toBe(false);
    // The provider forgot as well: it asks for the password again.
    await page.goto(`${here(server)}/SOGo/`);
    expect(await page.locator('input[name=password]').count()).toBe(1);
  });

  it('ends the sessions that the provider ends, and no other', async () => {
    const [page, other] = [await openPage(), await openPage()];
    await signIn(page, 'dwho');
    await signIn(other, 'dwho');
    const visit = await openPage(page.context());
    await visit.goto(`${provider.origin}/?logout=1`);
    await expect.poll(() => isSignedIn(page), { timeout: 20_000 }).toBe(false);
    expect(await isSignedIn(other)).toBe(true);
  });

  it('lets in nobody whom no source knows, and says so', async () => {
    const page = await openPage();
    await signIn(page, 'rtyler');
    expect(await heading(page)).toBe('Not known here');
    expect(await isSignedIn(page)).toBe(false);
  });
});
