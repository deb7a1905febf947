import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/needing.ts';
import { type Program, program } from '../support/program.ts';
import { type Computer, computer } from './vdirsyncer.ts';

const fileWith = async (folder: string, text: string): Promise<string> => {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if ((await readFile(path, 'utf8')).includes(text)) return path;
  }
  throw new Error(`no file with ${text} in ${folder}`);
};

const replace = async (folder: string, old: string, replacement: string): Promise<void> => {
  const path = await fileWith(folder, old);
  await writeFile(path, (await readFile(path, 'utf8')).replace(old, replacement));
};

const card = (uid: string, name: string): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${uid}\r\nFN:${name}\r\nN:${name};;;;\r\nEMAIL:${uid}@example.org\r\nEND:VCARD\r\n`;

describeWith(
  'vdirsyncer 0.19 and khal, two computers on one account',
  [
    { file: '/usr/bin/vdirsyncer', from: 'vdirsyncer' },
    { file: '/usr/bin/khal', from: 'khal' },
  ],
  () => {
    let server: Program;
    let office: Computer;
    let laptop: Computer;

    beforeAll(async () => {
      server = await program();
      await server.start();
      office = await computer(server, 'a');
      laptop = await computer(server, 'b');
    }, 120_000);
    afterAll(async () => {
      await Promise.all([office?.discard(), laptop?.discard(), server?.discard()]);
    }, 60_000);

    /** Syncs in turn until neither has anything left to say. */
    const settle = async (): Promise<void> => {
      for (const one of [office, laptop, office, laptop]) await one.sync();
    };
    const same = async (): Promise<void> => {
      expect(await laptop.contents(laptop.calendar)).toEqual(
        await office.contents(office.calendar),
      );
      expect(await laptop.contents(laptop.contacts)).toEqual(
        await office.contents(office.contacts),
      );
    };

    it('an event made with khal on one appears in khal on the other', async () => {
      await office.khal(
        'new',
        '-a',
        'personal',
        '2026-12-01',
        '10:00',
        '11:00',
        'Quarterly review',
      );
      await settle();
      expect(await laptop.khal('list', '2026-12-01', '2026-12-02')).toContain('Quarterly review');
      await same();
    }, 120_000);

    it('a contact written on one appears on the other, and its change travels back', async () => {
      await writeFile(join(laptop.contacts, 'grace.vcf'), card('grace', 'Grace Hopper'));
      await settle();
      await replace(office.contacts, 'FN:Grace Hopper', 'FN:Rear Admiral Hopper');
      await settle();
      expect((await laptop.contents(laptop.contacts)).get('grace')).toContain(
        'FN:Rear Admiral Hopper',
      );
      await same();
    }, 120_000);

    it('both change the same event and the same card: the conflict is decided once, for both', async () => {
      await replace(office.calendar, 'Quarterly review', 'Review, says the office');
      await replace(laptop.calendar, 'Quarterly review', 'Review, says the laptop');
      await replace(office.contacts, 'FN:Rear Admiral Hopper', 'FN:Office Hopper');
      await replace(laptop.contacts, 'FN:Rear Admiral Hopper', 'FN:Laptop Hopper');
      await laptop.sync();
      await settle();
      await same();
      const [event] = [...(await office.contents(office.calendar)).values()];
      expect(event).toContain('Review, says the office');
      expect((await laptop.contents(laptop.contacts)).get('grace')).toContain('FN:Office Hopper');
    }, 120_000);

    it('one deletes what the other does not touch, and it is gone for both', async () => {
      await office.khal('new', '-a', 'personal', '2026-12-03', '09:00', '10:00', 'To be cancelled');
      await settle();
      await rm(await fileWith(laptop.calendar, 'To be cancelled'));
      await settle();
      expect(await office.khal('list', '2026-12-03', '2026-12-04')).not.toContain(
        'To be cancelled',
      );
      await same();
    }, 120_000);

    it('many changes on both sides at once end with identical contents', async () => {
      for (const [who, one] of [
        ['office', office],
        ['laptop', laptop],
      ] as const) {
        for (let i = 0; i < 25; i += 1) {
          await writeFile(
            join(one.contacts, `${who}-${i}.vcf`),
            card(`${who}-${i}`, `${who} ${i}`),
          );
          await writeFile(
            join(one.calendar, `${who}-${i}.ics`),
            `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:${who}-${i}\r\nDTSTAMP:20261122T100000Z\r\nDTSTART:202612${String(1 + (i % 28)).padStart(2, '0')}T100000Z\r\nSUMMARY:${who} ${i}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
          );
        }
      }
      await Promise.all([office.sync(), laptop.sync()]);
      await settle();
      await same();
      expect((await office.contents(office.contacts)).size).toBe(51);
      expect((await office.contents(office.calendar)).size).toBe(51);
    }, 180_000);

    it('every change is an event in the log, with who made it and through which client', async () => {
      const printed = await server.daybook([
        'log',
        '--collection',
        'ada/Contacts/personal',
        '--object',
        'grace.vcf',
      ]);
      expect(printed.code, printed.err).toBe(0);
      const events = printed.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, string>);
      expect(events.map(({ type }) => type)).toEqual(
        Array.from({ length: 4 }, () => 'AddressObjectStored'),
      );
      for (const event of events) {
        expect(event['actorLogin']).toBe('ada');
        expect(event['via']).toMatch(/^carddav vdirsyncer\/0\.19/);
      }
      const verified = await server.daybook(['verify']);
      expect(verified.code, verified.out + verified.err).toBe(0);
    }, 60_000);
  },
);
