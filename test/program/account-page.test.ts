import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeAt } from '../../src/api/sign-in/one-time-code.ts';
import { davStatus } from '../support/full-node.ts';
import { type Program, program } from '../support/program.ts';

let server: Program;
let chrome: Browser;
beforeAll(async () => {
  server = await program();
  await server.start();
  chrome = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}, 120_000);
afterAll(async () => {
  await chrome.close();
  await server.discard();
});

/** A browser of its own; whatever it complains of is kept. */
const visit = async (width = 1000, colorScheme: 'light' | 'dark' = 'light') => {
  const context = await chrome.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A refused form is a 403, which Chromium mentions; nothing else may be said.
    if (!message.text().includes('status of 403')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${server.origin}/SOGo/account`);
  return { page, complaints };
};

const signIn = async (page: Page): Promise<void> => {
  await page.getByLabel('User name').fill('ada');
  await page.getByLabel('Password').fill(server.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
};
const codeField = (page: Page) => page.getByRole('textbox', { name: 'Code' });
const heading = (page: Page): Promise<string | null> =>
  page.getByRole('heading', { level: 1 }).textContent();

describe('the account page in a browser', () => {
  it('takes somebody through app passwords and a second factor, without a script', async () => {
    const { page, complaints } = await visit();
    await page.getByLabel('User name').fill('ada');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('wrong');
    await signIn(page);
    expect(await heading(page)).toBe('ada');
    expect(await page.getByText(`${server.origin}/SOGo/dav/ada/Calendar/personal/`).count()).toBe(
      1,
    );

    await page.getByLabel('For which device?').fill('<b>my phone</b>');
    await page.getByRole('button', { name: 'Make an app password' }).click();
    const appPassword = (await page.locator('code.secret').textContent()) ?? '';
    expect(await davStatus({ url: server.origin }, 'ada', appPassword)).toBe(207);
    // What people write stays text.
    expect(await page.getByText('<b>my phone</b>').count()).toBeGreaterThan(0);

    await page.getByRole('button', { name: 'Set it up' }).click();
    const secret = ((await page.locator('code.secret').textContent()) ?? '').replaceAll(' ', '');
    expect(await page.getByRole('img', { name: /QR code/ }).isVisible()).toBe(true);
    await codeField(page).fill(codeAt(secret, Date.now()));
    await page.getByRole('button', { name: 'Turn it on' }).click();
    const recoveryCodes = await page.locator('.codes li').allTextContents();
    expect(recoveryCodes).toHaveLength(10);
    expect(await davStatus({ url: server.origin }, 'ada', server.password)).toBe(401);
    expect(await davStatus({ url: server.origin }, 'ada', appPassword)).toBe(207);

    await page.getByRole('button', { name: 'Sign out' }).first().click();
    await signIn(page);
    expect(await heading(page)).toBe('One more step');
    await codeField(page).fill('000000');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('wrong');
    // The present one is taken already, and the next is as good: clocks differ.
    await codeField(page).fill(codeAt(secret, Date.now() + 30_000));
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await heading(page)).toBe('ada');

    await page.getByRole('button', { name: 'Revoke <b>my phone</b>' }).click();
    expect(await page.getByText('<b>my phone</b>').count()).toBe(0);
    expect(await davStatus({ url: server.origin }, 'ada', appPassword)).toBe(401);

    await page.getByText('Turn it off').first().click();
    await page.locator('#turn-off').fill(recoveryCodes[0] ?? '');
    await page.getByRole('button', { name: 'Turn it off' }).click();
    expect(await page.getByRole('button', { name: 'Set it up' }).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'fits a phone, and is readable when it is %s',
    async (scheme) => {
      const { page, complaints } = await visit(360, scheme);
      const fits = (): Promise<boolean> =>
        page.evaluate('document.documentElement.scrollWidth <= innerWidth');
      expect(await fits()).toBe(true);
      await signIn(page);
      expect(await heading(page)).toBe('ada');
      expect(await fits()).toBe(true);
      // What a thumb has to meet (WCAG 2.2 §2.5.8 asks for 24 pixels).
      for (const button of await page.getByRole('button').all())
        expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(40);
      const colours = await page.evaluate<[string, string]>(
        '[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]',
      );
      const [ink = 0, paper = 0] = colours.map((colour) => Number(/\d+/.exec(colour)?.[0]));
      expect(scheme === 'dark' ? ink - paper : paper - ink).toBeGreaterThan(150);
      expect(complaints).toEqual([]);
    },
  );

  it('cannot be framed, and its forms are not for pages of other sites', async () => {
    const { page } = await visit();
    await signIn(page);
    expect(await heading(page)).toBe('ada');
    const before = await server.daybook(['user', 'app-password', 'list', 'ada']);
    // Another site: other host name, same server, so that nothing else keeps the form from arriving.
    const evil = server.origin.replace('127.0.0.1', 'localhost');
    await page.route(`${evil}/evil`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<iframe src="${server.origin}/SOGo/account"></iframe>
          <form method="post" action="${server.origin}/SOGo/account/app-passwords">
          <input name="name" value="mine" /><input name="opens" value="dav" /><button>Win</button></form>`,
      }),
    );
    await page.goto(`${evil}/evil`);
    expect(page.frames().some((frame) => frame.url().includes('/SOGo/account'))).toBe(false);
    await page.getByRole('button', { name: 'Win' }).click();
    await page.waitForURL(/app-passwords/);
    const after = await server.daybook(['user', 'app-password', 'list', 'ada']);
    expect(after.out).toBe(before.out);
  });
});

describe('daybook user, about ways to sign in', () => {
  it('makes, lists and revokes app passwords, obeyed by a running server', async () => {
    const added = await server.daybook(['user', 'app-password', 'add', 'ada', 'her laptop']);
    const [, id = '', password = ''] =
      /^Added ([0-9a-f-]+)\. Password: (\S+)\n$/.exec(added.out) ?? [];
    await expect
      .poll(() => davStatus({ url: server.origin }, 'ada', password), { timeout: 20_000 })
      .toBe(207);
    const list = await server.daybook(['user', 'app-password', 'list', 'ada', '--json']);
    const names = list.out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { name: string }).name);
    expect(names).toContain('her laptop');
    const revoked = await server.daybook(['user', 'app-password', 'revoke', 'ada', id]);
    expect([revoked.code, revoked.out]).toEqual([0, 'Revoked.\n']);
    await expect
      .poll(() => davStatus({ url: server.origin }, 'ada', password), { timeout: 20_000 })
      .toBe(401);
    const again = await server.daybook(['user', 'app-password', 'revoke', 'ada', id]);
    expect([again.code, again.err]).toEqual([
      1,
      'daybook: There is no such app password any more.\n',
    ]);
    const nobody = await server.daybook(['user', 'app-password', 'list', 'nobody']);
    expect([nobody.code, nobody.err]).toEqual([1, "daybook: there is no account 'nobody'\n"]);
    const wrong = await server.daybook([
      'user',
      'app-password',
      'add',
      'ada',
      'x',
      '--opens',
      'web',
    ]);
    expect(wrong.code).toBe(2);
  });

  it('tells of the second factor and of sessions, and ends them', async () => {
    expect((await server.daybook(['user', 'second-factor', 'ada'])).out).toBe('off\n');
    const { page } = await visit();
    await signIn(page);
    expect((await server.daybook(['user', 'sessions', 'ada'])).out).toMatch(/\tChrome\/\d+\t/);
    expect((await server.daybook(['user', 'sessions', 'ada', '--end'])).out).toBe('Ended.\n');
    await page.reload();
    expect(await heading(page)).toBe('Sign in');
    expect((await server.daybook(['user', 'second-factor', 'ada', 'reset'])).out).toBe('off\n');
    expect((await server.daybook(['user', 'second-factor', 'ada', 'sideways'])).code).toBe(2);
  });
});
