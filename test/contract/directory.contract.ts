import { describeWith, type Needed } from '../support/needing.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EntryCondition } from '../../src/domain/account/entry-condition.ts';
import type { MatchType } from '../../src/domain/collection/collation.ts';
import type { Directory } from '../../src/domain/account/directory.ts';
import { password as adaPassword } from '../support/ldap/people.ts';

/** A directory with the people that the suite looks for. */
export interface DirectoryUnderTest {
  /** A fresh adapter; `bindFields`, `LoginFieldNames` and what describes resources are set. */
  make(): Directory;
  /** What adapters reported. */
  readonly troubles: readonly unknown[];
  /** Whether its service may set passwords. */
  readonly mayReset: boolean;
  /** Makes the directory unreachable, and reachable again. */
  away(): Promise<void>;
  back(): Promise<void>;
  stop(): Promise<void>;
}

interface Adapter {
  readonly name: string;
  start(): Promise<DirectoryUnderTest>;
  readonly needs?: readonly Needed[];
}

/**
 * The port `Directory`. Needs: ada (Ada Lovelace, ada@acme.com, also countess@acme.com, staff), Grace
 * (Grace Hopper, g@beta.org, guest, `plain text`), bob (no password), twin and twin2 (`one`, both of
 * same@acme.com), `ann lee`, `100%`, `eve@acme.com`, `ünal` (`odd`), room1 (a location, two bookings), and the
 * groups engineers: ada and admirals, and admirals: Grace and engineers.
 * Modules: Calendar needs staff.
 */
export const directoryContract = ({ name, start, needs = [] }: Adapter): void => {
  describeWith(`the directory port, by ${name}`, needs, () => {
    let under: DirectoryUnderTest;
    let directory: Directory;
    beforeAll(async () => {
      under = await start();
      directory = under.make();
    });
    afterAll(async () => {
      await directory.close();
      await under.stop();
    });
    const loginOf = async (typed: string, secret: string, asked = directory) =>
      (await asked.authenticate(typed, secret))?.login;
    const ids = async (text: string, limit = 50) =>
      (await directory.search(text, { limit })).map(({ id }) => id).toSorted();

    it('says who it is, when the password is right', async () => {
      expect(await directory.authenticate('ada', adaPassword)).toEqual({
        source: 'directory',
        login: 'ada',
        displayName: 'Ada Lovelace',
        mail: 'ada@acme.com',
      });
      expect(await directory.prove('ada', adaPassword)).toMatchObject({
        outcome: 'right',
        user: { login: 'ada' },
      });
    });
    it('says nothing when it is wrong, or nobody has the login', async () => {
      for (const [typed, secret] of [
        ['ada', 'wrong'],
        ['ada', 'plain text'],
        ['nobody', adaPassword],
        ['bob', 'anything'],
        ['', adaPassword],
      ] as const) {
        expect(await directory.authenticate(typed, secret)).toBeUndefined();
        expect(await directory.prove(typed, secret)).toEqual({ outcome: 'wrong' });
      }
    });
    it('lets nobody in without a password, with NUL in it, or with 10 kB of it', async () => {
      for (const typed of ['ada', 'bob', 'nobody', ''])
        for (const secret of ['', '\0', `${adaPassword}\0`, 'x'.repeat(10_000)]) {
          expect(await directory.authenticate(typed, secret)).toBeUndefined();
          expect(await directory.prove(typed, secret)).toEqual({ outcome: 'wrong' });
        }
      expect(under.troubles).toEqual([]);
    });
    it('has one login for somebody, however it is typed', async () => {
      for (const typed of ['ADA', ' ada ', 'countess@acme.com', 'Countess@ACME.com'])
        expect(await loginOf(typed, adaPassword)).toBe('ada');
      expect(await loginOf('GRACE', 'plain text')).toBe('grace');
      expect((await directory.lookup('GRACE'))?.login).toBe('grace');
      expect(await directory.lookup('nobody')).toBeUndefined();
    });
    it('takes logins with at and per cent signs, spaces and non-ASCII letters', async () => {
      for (const typed of ['ann lee', '100%', 'eve@acme.com', 'ünal', 'U\u0308NAL'])
        expect(await loginOf(typed, 'odd')).toBe(typed.normalize('NFC').toLowerCase());
    });
    it('takes what is typed for a value, whatever language it is in', async () => {
      for (const typed of [
        '*',
        'ada)(uid=*',
        "ada' or '1'='1",
        'ad_',
        'ada%',
        'ada\0',
        'ada\\',
        '{ada}',
      ])
        for (const secret of ['odd', adaPassword]) {
          expect(await directory.authenticate(typed, secret)).toBeUndefined();
          expect(await directory.lookup(typed)).toBeUndefined();
          expect(await directory.find({ login: typed })).toBeUndefined();
          expect(await directory.find({ mail: typed })).toBeUndefined();
          expect(await directory.find({ id: typed })).toBeUndefined();
        }
      for (const text of ['*', '_', '\\', "''", ')(cn=*', 'ad_', 'a\0', '%'.repeat(300)])
        expect(await directory.search(text, { limit: 50 })).toEqual([]);
      expect(under.troubles).toEqual([]);
    });
    it('refuses a login that two have', async () => {
      expect(await loginOf('same@acme.com', 'one')).toBeUndefined();
      expect(await directory.find({ mail: 'same@acme.com' })).toBeUndefined();
      expect(await loginOf('twin', 'one')).toBe('twin');
    });
    it('tells what ModulesConstraints keep people from', async () => {
      expect((await directory.authenticate('ada', adaPassword))?.barred).toBeUndefined();
      expect((await directory.authenticate('grace', 'plain text'))?.barred).toEqual(['Calendar']);
    });
    it('finds an entry by login, address and id', async () => {
      const ada = { id: 'ada', login: 'ada', displayName: 'Ada Lovelace', kind: 'individual' };
      for (const key of [
        { login: 'ada' },
        { login: 'COUNTESS@acme.com' },
        { mail: 'Ada@acme.com' },
        { mail: 'countess@acme.com' },
        { id: 'ada' },
      ])
        expect(await directory.find(key)).toMatchObject(ada);
      const entry = await directory.find({ login: 'ada' });
      expect(entry?.mails).toEqual(['ada@acme.com', 'countess@acme.com']);
      expect(entry?.contact.get('displayname')).toBe('Ada Lovelace');
      expect(entry?.contact.get('telephonenumber')).toBe('+44 20 7946 0001');
      expect(JSON.stringify([entry, [...(entry?.contact ?? [])]])).not.toMatch(/SSHA/);
    });
    it('describes resources', async () => {
      expect(await directory.find({ login: 'room1' })).toMatchObject({
        kind: 'location',
        bookings: 2,
      });
      expect(await directory.find({ login: 'ada' })).toMatchObject({ bookings: undefined });
    });
    it('searches for every word in any field, for as many as are wanted', async () => {
      expect(await ids('love')).toEqual(['ada']);
      expect(await ids('LACE  ada')).toEqual(['ada']);
      expect(await ids('ada hopper')).toEqual([]);
      expect(await ids('beta.org')).toEqual(['Grace']);
      expect(await ids('Öz')).toEqual(['ünal']);
      expect(await ids('')).toEqual([]);
      expect((await ids('.')).length).toBeGreaterThan(7);
      expect(await ids('.', 3)).toHaveLength(3);
    });
    it('says which entries meet a condition, and whether that is all of them', async () => {
      const found = async (condition: EntryCondition, limit = 50) =>
        (await directory.book.ids(condition, { limit })).ids.toSorted();
      const text = (field: string, match: MatchType, wanted: string): EntryCondition => ({
        field,
        match,
        text: wanted,
      });
      expect(await found(text('mail', 'contains', 'COUNTESS'))).toEqual(['ada']);
      expect(await found(text('mail', 'equals', 'ada@acme.com'))).toEqual(['ada']);
      expect(await found(text('cn', 'starts-with', 'twin'))).toEqual(['twin', 'twin2']);
      expect(await found(text('cn', 'ends-with', 'lovelace'))).toEqual(['ada']);
      expect(await found(text('id', 'equals', 'ada'))).toEqual(['ada']);
      expect(await found(text('login', 'equals', 'room1'))).toEqual(['room1']);
      expect(await found(text('title', 'contains', 'count'))).toEqual(['ada']);
      expect(await found({ field: 'title' })).toEqual(['ada']);
      expect(await found({ kind: 'location' })).toEqual(['room1']);
      const [love, hopper] = [text('cn', 'contains', 'love'), text('cn', 'contains', 'hopper')];
      expect(await found({ all: [love, hopper] })).toEqual([]);
      expect(await found({ any: [love, hopper] })).toEqual(['Grace', 'ada']);
      expect(await found({ any: [] })).toEqual([]);
      expect(await found(text('nothing-of-that-name', 'contains', 'a'))).toEqual([]);
      const all = await directory.book.ids({ all: [] }, { limit: 1000 });
      expect(all.isComplete).toBe(true);
      expect(all.ids.length).toBeGreaterThan(7);
      const three = await directory.book.ids({ all: [] }, { limit: 3 });
      expect(three.isComplete).toBe(false);
      expect(three.ids).toHaveLength(3);
      const whole = await directory.book.ids({ all: [] }, { limit: all.ids.length });
      expect(whole).toEqual(all);
    });
    it('takes the texts of a condition for what they are', async () => {
      for (const wanted of ['*', '_', '\\', "''", ')(cn=*', 'ad_', '|%', '{ada}'])
        for (const match of ['equals', 'contains', 'starts-with', 'ends-with'] as const)
          for (const field of ['cn', 'mail', 'id'])
            expect(
              (await directory.book.ids({ field, match, text: wanted }, { limit: 50 })).ids,
            ).toEqual([]);
      expect(under.troubles).toEqual([]);
    });
    it('has groups among its entries', async () => {
      const groups = await directory.book.ids({ kind: 'group' }, { limit: 50 });
      expect(groups.isComplete).toBe(true);
      expect(groups.ids).toEqual(expect.arrayContaining(['engineers', 'admirals']));
      expect(groups.ids).not.toContain('ada');
      const named = { field: 'cn', match: 'contains', text: 'ngineer' } as const;
      expect((await directory.book.ids(named, { limit: 50 })).ids).toEqual(['engineers']);
      const [engineers] = await directory.book.entries(['engineers'], {});
      expect(engineers).toMatchObject({ id: 'engineers', kind: 'group' });
    });
    it('gives entries by their ids, each as it is written', async () => {
      const ids = ['ada', 'ADA', 'ünal', '100%', 'nobody', '*', 'a\0', '', 'ada'];
      const found = await directory.book.entries(ids, {});
      expect(found.map(({ id }) => id).toSorted()).toEqual(['100%', 'ada', 'ünal']);
      const ada = found.find(({ id }) => id === 'ada');
      expect(ada?.contact.get('title')).toBe('Countess');
      expect(JSON.stringify([ada, [...(ada?.contact ?? [])]])).not.toMatch(/SSHA/);
    });
    it('changes a password, against the old one', async () => {
      const change = (from: string, to: string) => directory.changePassword('twin2', from, to);
      expect(await change('wrong', 'two')).toEqual({ refused: 'wrong' });
      expect(await change('', 'two')).toEqual({ refused: 'wrong' });
      expect(await change('one', '')).toEqual({ refused: 'too-weak' });
      expect(await change('one', 'a\0b')).toEqual({ refused: 'too-weak' });
      expect(await directory.changePassword('nobody', 'one', 'two')).toEqual({ refused: 'wrong' });
      expect(await loginOf('twin2', 'one')).toBe('twin2');
      expect(await change('one', 'zwéi')).toEqual({ changed: true });
      expect(await loginOf('twin2', 'zwéi')).toBe('twin2');
      expect(await loginOf('twin2', 'one')).toBeUndefined();
      expect(await loginOf('twin', 'one')).toBe('twin');
      expect(await change('zwéi', 'one')).toEqual({ changed: true });
    });
    it('sets a password for who forgot the old one, where its service may', async () => {
      const reset = (login: string, to: string) => directory.resetPassword(login, to);
      expect(await reset('nobody', 'two')).toEqual({ refused: 'wrong' });
      expect(await reset('ann lee', '')).toEqual({ refused: 'too-weak' });
      expect(await reset("' or '1'='1", 'two')).toEqual({ refused: 'wrong' });
      expect(await reset('*', 'two')).toEqual({ refused: 'wrong' });
      expect(await loginOf('ann lee', 'odd')).toBe('ann lee');
      const outcome = await reset('ann lee', 'zwéi');
      expect(outcome).toEqual(under.mayReset ? { changed: true } : { refused: 'not-allowed' });
      expect(await loginOf('ann lee', 'zwéi')).toBe(under.mayReset ? 'ann lee' : undefined);
      expect(await loginOf('ann lee', 'odd')).toBe(under.mayReset ? undefined : 'ann lee');
      if (under.mayReset) expect(await reset('ann lee', 'odd')).toEqual({ changed: true });
    });
    it('knows groups, groups in groups and those in a circle', async () => {
      const members = async (id: string) =>
        (await directory.members(id))?.map(({ login }) => String(login)).toSorted();
      expect(await members('engineers')).toEqual(['ada', 'grace']);
      expect(await members('admirals')).toEqual(['ada', 'grace']);
      expect(await members('ADMIRALS')).toEqual(['ada', 'grace']);
      for (const id of ['ada', 'nobody', '', '*', "' or '1'='1", 'a\0', '%'])
        expect(await members(id)).toBeUndefined();
      const groups = async (login: string) =>
        (await directory.groupsOf(login)).map(({ id }) => id).toSorted();
      expect(await groups('grace')).toEqual(['admirals', 'engineers']);
      expect(await groups('ADA')).toEqual(['admirals', 'engineers']);
      for (const login of ['bob', 'twin', 'nobody', 'same@acme.com', "' or '1'='1", 'a\0'])
        expect(await groups(login)).toEqual([]);
      expect(under.troubles).toEqual([]);
    });
    it('finds groups as it finds people', async () => {
      const engineers = { id: 'engineers', kind: 'group' };
      expect(await directory.find({ id: 'engineers' })).toMatchObject(engineers);
      expect((await directory.find({ id: 'engineers' }))?.login).toBeUndefined();
      expect(await directory.find({ login: 'engineers' })).toBeUndefined();
      expect(await directory.authenticate('engineers', 'odd')).toBeUndefined();
      expect(await ids('engineers')).toEqual(['engineers']);
      expect(await ids('.')).toEqual(expect.arrayContaining(['ada', 'engineers', 'admirals']));
    });
    it('lets in who was right a while ago while it is away, and refuses nobody', async () => {
      const away = { code: 'user-source-unavailable' };
      expect(await loginOf('ada', adaPassword)).toBe('ada');
      await under.away();
      expect(await loginOf('ada', adaPassword)).toBe('ada');
      await expect(directory.authenticate('ada', 'wrong')).rejects.toMatchObject(away);
      await expect(directory.authenticate('twin2', 'one')).rejects.toMatchObject(away);
      await expect(directory.prove('ada', adaPassword)).rejects.toMatchObject(away);
      await expect(directory.find({ mail: 'ada@acme.com' })).rejects.toMatchObject(away);
      await expect(directory.search('ada', { limit: 5 })).rejects.toMatchObject(away);
      await expect(directory.book.ids({ all: [] }, { limit: 5 })).rejects.toMatchObject(away);
      await expect(directory.book.entries(['ada'], {})).rejects.toMatchObject(away);
      await expect(directory.changePassword('ada', adaPassword, 'x')).rejects.toMatchObject(away);
      await under.back();
      await expect
        .poll(() => loginOf('twin', 'one').catch(() => undefined), { timeout: 20_000 })
        .toBe('twin');
    });
  });
};
