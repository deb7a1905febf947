import { readdir, stat } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventText } from '../support/objects.ts';
import { type Program, program } from '../support/program.ts';
import { describeWith } from '../support/needing.ts';
import { type Computer, computer } from './vdirsyncer.ts';

const EVENTS = 5000;
const CALENDAR = '/SOGo/dav/ada/Calendar/personal/';

const day = (index: number): string =>
  new Date(Date.UTC(2026, 0, 1 + (index % 1500))).toISOString().slice(0, 10).replaceAll('-', '');

const text = (index: number, summary = `Event ${index}`): string =>
  eventText(`event-${index}`, `SUMMARY:${summary}`).replace(
    /DTSTART[^\r]*/,
    `DTSTART:${day(index)}T100000Z`,
  );

describeWith(
  `vdirsyncer 0.19 and khal with ${EVENTS} events`,
  [
    { file: '/usr/bin/vdirsyncer', from: 'vdirsyncer' },
    { file: '/usr/bin/khal', from: 'khal' },
  ],
  () => {
    let server: Program;
    let one: Computer;

    const put = async (index: number, summary?: string): Promise<void> => {
      const answer = await server.request('PUT', `${CALENDAR}event-${index}.ics`, {
        headers: { 'content-type': 'text/calendar; charset=utf-8' },
        body: text(index, summary),
      });
      expect(answer.status).toBeLessThan(300);
      await answer.arrayBuffer();
    };

    beforeAll(async () => {
      server = await program();
      await server.start();
      const indexes = Array.from({ length: EVENTS }, (_, index) => index).values();
      const writer = async (): Promise<void> => {
        for (const index of indexes) await put(index);
      };
      await Promise.all(Array.from({ length: 16 }, writer));
      one = await computer(server, 'a', 120_000);
    }, 180_000);
    afterAll(async () => {
      await Promise.all([one?.discard(), server?.discard()]);
    }, 60_000);

    it('fetches all of them', async () => {
      await one.sync();
      expect((await readdir(one.calendar)).filter((name) => name.endsWith('.ics')).length).toBe(
        EVENTS,
      );
    });

    it('transfers nothing when nothing is new, and one event when one has changed', async () => {
      const before = await modified(one.calendar);
      const quiet = await one.sync();
      expect(quiet).not.toMatch(/Copying/);
      expect(await modified(one.calendar)).toEqual(before);
      await put(4321, 'Changed elsewhere');
      const busy = await one.sync();
      expect(busy.match(/Copying/g)).toHaveLength(1);
      const after = await modified(one.calendar);
      expect([...after].filter(([name, at]) => before.get(name) !== at).length).toBe(1);
    });

    it('shows the changed one in khal, which has read them all', async () => {
      const date = `${day(4321).slice(0, 4)}-${day(4321).slice(4, 6)}-${day(4321).slice(6)}`;
      const shown = await one.khal('list', date, '1d');
      expect(shown).toContain('Changed elsewhere');
    });
  },
);

/** When each file was last written. */
const modified = async (folder: string): Promise<ReadonlyMap<string, number>> =>
  new Map(
    await Promise.all(
      (await readdir(folder)).map(
        async (name) => [name, (await stat(`${folder}/${name}`)).mtimeMs] as const,
      ),
    ),
  );
