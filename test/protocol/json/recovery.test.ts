import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argon2Passwords } from '../../../src/adapters/passwords/argon2.ts';
import type { OutgoingMail } from '../../../src/domain/mail/transport.ts';
import {
  type Browser,
  browser,
  davStatus,
  type FullNode,
  startNode,
} from '../../support/full-node.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
let without: FullNode;
const sent: OutgoingMail[] = [];
let verified = 0;

beforeAll(async () => {
  database = await freshDatabase();
  const hasher = argon2Passwords();
  node = await startNode({
    url: database.url,
    recovery: 'https://dav.acme.com',
    hasher: {
      hash: hasher.hash,
      verify: (hash, password) => {
        verified += 1;
        return hasher.verify(hash, password);
      },
    },
    limits: { failures: { count: 6, interval: 60, block: 60 } },
    sendMail: async (mail) => {
      sent.push(mail);
      return { kind: 'sent' };
    },
  });
  without = await startNode({ url: database.url });
});
afterAll(async () => {
  await node?.stop();
  await without?.stop();
  await database?.drop();
});

const added = async (login: string): Promise<Browser> => {
  await node.daybook.accounts.add({ login, mail: `${login}@acme.com`, password: 'forgotten one' });
  const at = browser(node);
  await at.json('/SOGo/connect', { userName: login, password: 'forgotten one' });
  return at;
};
const save = async (at: Browser, login: string, defaults: object): Promise<number> =>
  (await at.json(`/SOGo/so/${login}/Preferences/save`, { defaults })).status;
interface Told {
  readonly jwt?: string;
  readonly mode?: string;
}
const asks = async (path: string, fields: object): Promise<readonly [number, Told]> => {
  const answer = await browser(node).json(`/SOGo/${path}`, fields);
  const text = await answer.text();
  return [answer.status, (text === '' ? {} : JSON.parse(text)) as Told];
};
const question = {
  SOGoPasswordRecoveryMode: 'SecretQuestion',
  SOGoPasswordRecoveryQuestion: 'SecretQuestion2',
  SOGoPasswordRecoveryQuestionAnswer: 'Aix  en Provence',
};
const check = (userName: string, answer: string, asked = 'SecretQuestion2') =>
  asks('passwordRecoveryCheck', { userName, mode: 'SecretQuestion', question: asked, answer });
const change = (token: string, newPassword: string) =>
  asks('changePassword', { userName: 'x', token, newPassword });

describe('a forgotten password', () => {
  it('is not replaced where that was not said (SOGoPasswordRecoveryEnabled)', async () => {
    for (const path of [
      'passwordRecoveryEnabled',
      'passwordRecovery',
      'passwordRecoveryCheck',
      'passwordRecoveryEmail',
    ]) {
      const answer = await browser(without).json(`/SOGo/${path}`, { userName: 'ada' });
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect(await asks('passwordRecoveryEnabled', { userName: 'a@acme.com' })).toEqual([
      200,
      { domain: 'acme.com' },
    ]);
  });

  it('is replaced once by the right answer, however it is written; the answer is not handed out', async () => {
    const ada = await added('ada');
    expect(await save(ada, 'ada', question)).toBe(200);
    const defaults = await (await ada.get('/SOGo/so/ada/jsonDefaults')).text();
    expect(defaults).toContain('SecretQuestion2');
    expect(defaults).not.toMatch(/argon2|provence|QuestionAnswer/i);
    // What a page posts that was not shown it.
    expect(await save(ada, 'ada', { SOGoPasswordRecoveryQuestionAnswer: '' })).toBe(200);
    expect(await asks('passwordRecovery', { userName: 'ada' })).toEqual([
      200,
      { mode: 'SecretQuestion', secretQuestion: 'SecretQuestion2' },
    ]);
    expect((await check('ada', 'Arles'))[0]).toBe(403);
    expect((await check('ada', 'Aix en Provence', 'SecretQuestion1'))[0]).toBe(403);
    const [, { jwt: other = '' }] = await check('ada', 'aix en provence');
    const [status, { jwt = '' }] = await check('ADA', 'AIX EN PROVENCE ');
    expect(status).toBe(200);
    expect(await change(jwt, 'short')).toEqual([403, { LDAPPasswordPolicyError: 6 }]);
    expect((await change(jwt, 'a new and long one'))[0]).toBe(204);
    expect(await davStatus(node, 'ada', 'a new and long one')).toBe(207);
    expect(await davStatus(node, 'ada', 'forgotten one')).toBe(401);
    expect((await ada.get('/SOGo/api/account')).status).toBe(401);
    // Used; made for a password that is none any more; made up.
    for (const token of [jwt, other, 'a'.repeat(43), ''])
      expect(await change(token, 'one more long one')).toEqual([
        403,
        { LDAPPasswordPolicyError: 10 },
      ]);
    expect(node.logged.filter(({ code }) => code === 'password-recovered')).toHaveLength(1);
  });

  it('is not guessed: wrong answers block as wrong passwords do', async () => {
    const bea = await added('bea');
    await save(bea, 'bea', question);
    for (const answer of ['a', 'b', 'c', 'd', 'e', 'f']) await check('bea', answer);
    expect((await check('bea', 'Aix en Provence'))[0]).toBe(403);
  });

  it('is replaced by a link that was mailed to the other address, and only leads where this server is known', async () => {
    const eve = await added('eve');
    const mode = { SOGoPasswordRecoveryMode: 'SecondaryEmail' };
    const address = { SOGoPasswordRecoverySecondaryEmail: 'not an address' };
    expect(await save(eve, 'eve', { ...mode, ...address })).toBe(400);
    const own = { SOGoPasswordRecoverySecondaryEmail: 'eve@home.example' };
    expect(await save(eve, 'eve', { ...mode, ...own })).toBe(200);
    expect(
      await asks('passwordRecoveryEmail', { userName: 'eve', mailDomain: 'evil.org' }),
    ).toEqual([200, {}]);
    const mail = await expect
      .poll(() => sent[0], { timeout: 20_000 })
      .toBeDefined()
      .then(() => sent[0]);
    expect(mail).toMatchObject({
      from: { address: 'noreply@acme.com' },
      to: { address: 'eve@home.example' },
      subject: 'A new password',
    });
    const [, token = ''] =
      /https:\/\/dav\.acme\.com\/SOGo\/passwordRecoveryEmail\?token=([\w-]{43})\n/.exec(
        mail?.text ?? '',
      ) ?? [];
    expect(token).not.toBe('');
    const visitor = browser(node);
    const page = await (await visitor.get(`/SOGo/passwordRecoveryEmail?token=${token}`)).text();
    expect(page).toContain(`value="${token}"`);
    const form = { token, newPassword: 'what eve likes' };
    const done = await visitor.form('/SOGo/account/forgotten/password', form);
    expect([done.status, (await done.text()).includes('was changed')]).toEqual([200, true]);
    expect(await davStatus(node, 'eve', 'what eve likes')).toBe(207);
    const again = await visitor.form('/SOGo/account/forgotten/password', form);
    expect([again.status, (await again.text()).includes('no longer good')]).toEqual([403, true]);
    for (let count = 0; count < 8; count += 1)
      await asks('passwordRecoveryEmail', { userName: 'eve' });
    await node.daybook.recovery.close();
    const mailed = node.logged.filter(({ code }) => code === 'recovery-mailed');
    expect(mailed.length).toBeLessThanOrEqual(5);
  });

  it('tells nobody who is here: who chose no way, and who never was, are answered after the same work', async () => {
    await added('zoe');
    const asked = async (login: string) => {
      const way = await asks('passwordRecovery', { userName: login });
      const before = verified;
      const checked = await check(login, 'guess');
      const mails = await asks('passwordRecoveryEmail', { userName: login });
      return { way, checked, mails, verified: verified - before };
    };
    const here = await asked('zoe');
    const nobody = await asked('nobody');
    expect(here.checked).toEqual(nobody.checked);
    expect(here.mails).toEqual(nobody.mails);
    expect([here.verified, nobody.verified]).toEqual([1, 1]);
    // Some of those who never were have a question, others an address, and always the same.
    const modes = new Set<string>();
    for (let count = 0; count < 24; count += 1) {
      const first = await asks('passwordRecovery', { userName: `nobody${count}` });
      expect(await asks('passwordRecovery', { userName: `nobody${count}` })).toEqual(first);
      modes.add(String(first[1].mode));
    }
    expect([...modes].toSorted()).toEqual(['SecondaryEmail', 'SecretQuestion']);
  });

  it('is prepared for and replaced on pages without scripts', async () => {
    const kim = await added('kim');
    const page = await (await kim.get('/SOGo/account')).text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const chosen = { xsrf, mode: 'SecretQuestion', question: 'SecretQuestion3', address: '' };
    expect((await kim.form('/SOGo/account/recovery', chosen)).status).toBe(400);
    expect((await kim.form('/SOGo/account/recovery', { ...chosen, answer: 'Lou' })).status).toBe(
      303,
    );
    const stranger = browser(node);
    expect(await (await stranger.get('/SOGo/account')).text()).toContain('/SOGo/account/forgotten');
    const asked = await stranger.form('/SOGo/account/forgotten', { userName: 'kim' });
    expect(await asked.text()).toContain('best friend of childhood');
    const given = { userName: 'kim', question: 'SecretQuestion3', answer: 'lou' };
    const right = await (await stranger.form('/SOGo/account/forgotten/answer', given)).text();
    const token = /name="token" type="hidden" value="([^"]+)"/.exec(right)?.[1] ?? '';
    const form = { token, newPassword: 'what kim likes' };
    expect((await stranger.form('/SOGo/account/forgotten/password', form)).status).toBe(200);
    expect(await davStatus(node, 'kim', 'what kim likes')).toBe(207);
  });
});
