import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/needing.ts';
import { type Program, program } from '../support/program.ts';
import { type Computer, computer } from './vdirsyncer.ts';

const [BOB, CAROL] = ['battery staple', 'staple battery'] as const;

const event = (uid: string, summary: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261122T100000Z\r\nDTSTART:20261205T100000Z\r\nSUMMARY:${summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

const rewrite = async (folder: string, old: string, replacement: string): Promise<string> => {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8');
    if (!text.includes(old)) continue;
    await writeFile(path, text.replace(old, replacement));
    return path;
  }
  throw new Error(`no file with ${old} in ${folder}`);
};

describeWith(
  'vdirsyncer 0.19 and khal, three people at one shared calendar',
  [
    { file: '/usr/bin/vdirsyncer', from: 'vdirsyncer' },
    { file: '/usr/bin/khal', from: 'khal' },
  ],
  () => {
    let server: Program;
    let ada: Computer;
    let bob: Computer;
    let carol: Computer;

    const sogo = async (what: string, authorization?: string): Promise<void> => {
      const { status } = await server.request('POST', '/SOGo/dav/ada/Calendar/personal/', {
        headers: { 'content-type': 'application/xml' },
        body: what.replace(/>|\/>/, ' xmlns="urn:inverse:params:xml:ns:inverse-dav"$&'),
        ...(authorization !== undefined && { authorization }),
      });
      expect([200, 204]).toContain(status);
    };
    const basic = (login: string, password: string): string =>
      `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;

    beforeAll(async () => {
      server = await program();
      for (const [login, password] of [
        ['bob', BOB],
        ['carol', CAROL],
      ] as const) {
        const { code, err } = await server.daybook(
          ['user', 'add', login, '--password-stdin'],
          `${password}\n`,
        );
        expect(code, err).toBe(0);
      }
      await server.start();
      const roles = (of: string, ...given: string[]): Promise<void> =>
        sogo(
          `<acl-query><set-roles user="${of}">${given.map((role) => `<${role}/>`).join('')}</set-roles></acl-query>`,
        );
      await roles('bob', 'ObjectCreator', 'ObjectEraser', 'PublicModifier', 'PrivateDAndTViewer');
      await roles('carol', 'PublicViewer');
      for (const [login, password] of [
        ['bob', BOB],
        ['carol', CAROL],
      ] as const)
        await sogo('<subscribe/>', basic(login, password));
      const shared = { calendar: 'ada_personal' } as const;
      [ada, bob, carol] = await Promise.all([
        computer(server, 'a'),
        computer(server, 'b', undefined, { ...shared, login: 'bob', password: BOB }),
        computer(server, 'b', undefined, { ...shared, login: 'carol', password: CAROL }),
      ]);
    }, 180_000);
    afterAll(async () => {
      await Promise.all([ada?.discard(), bob?.discard(), carol?.discard(), server?.discard()]);
    }, 60_000);

    const settle = async (): Promise<void> => {
      for (const one of [ada, bob, ada, bob, carol]) await one.sync();
    };

    it('what either makes and changes comes to the other, and a conflict is decided once', async () => {
      await ada.khal('new', '-a', 'personal', '2026-12-01', '10:00', '11:00', 'From Ada');
      await bob.khal('new', '-a', 'ada_personal', '2026-12-02', '10:00', '11:00', 'From Bob');
      await settle();
      expect(await bob.khal('list', '2026-12-01', '2026-12-03')).toMatch(/From Ada[^]*From Bob/);
      await rewrite(bob.calendar, 'From Ada', 'From Ada, changed by Bob');
      await rewrite(ada.calendar, 'From Bob', 'From Bob, says Ada');
      await rewrite(bob.calendar, 'From Bob', 'From Bob, says Bob');
      await bob.sync();
      await settle();
      const [hers, his, seen] = await Promise.all(
        [ada, bob, carol].map((one) => one.contents(one.calendar)),
      );
      expect(his).toEqual(hers);
      expect(seen).toEqual(hers);
      const all = [...(hers?.values() ?? [])].join();
      expect(all).toContain('From Ada, changed by Bob');
      expect(all).toContain('From Bob, says Ada');
    }, 180_000);

    it('a private event comes to whoever may see its time, as that, and to nobody else', async () => {
      const secret = event('secret', 'Dentist').replace(
        'SUMMARY',
        'CLASS:PRIVATE\r\nDESCRIPTION:Tooth\r\nSUMMARY',
      );
      await writeFile(join(ada.calendar, 'secret.ics'), secret);
      await settle();
      const his = [...(await bob.contents(bob.calendar)).values()];
      expect(his).toHaveLength(3);
      expect(his.join()).toContain('DTSTART:20261205T100000Z');
      expect(his.join()).not.toMatch(/Dentist|Tooth|UID:secret/);
      expect((await carol.contents(carol.calendar)).size).toBe(2);
      expect([...(await ada.contents(ada.calendar)).values()].join()).toContain('Dentist');
    }, 120_000);

    it('what somebody writes who may only read is refused, and stays on his computer', async () => {
      await writeFile(join(carol.calendar, 'hers.ics'), event('hers', 'Carol would like'));
      const edited = await rewrite(carol.calendar, 'From Ada,', 'From Carol,');
      // vdirsyncer says what was refused, and by that fails.
      await expect(carol.sync()).rejects.toThrow(/403|Forbidden/);
      expect(await readFile(join(carol.calendar, 'hers.ics'), 'utf8')).toContain(
        'Carol would like',
      );
      expect(await readFile(edited, 'utf8')).toContain('From Carol,');
      await ada.sync();
      const hers = [...(await ada.contents(ada.calendar)).values()].join();
      expect(hers).not.toContain('Carol');
      expect(hers).toContain('From Ada, changed by Bob');
    }, 120_000);
  },
);
