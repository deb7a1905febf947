import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Data, Element } from '../../../src/domain/activesync/data.ts';
import { type EasServer, el, startEas, textAt } from '../../support/eas.ts';
import { type FolderCopy, folderCopy, folderOfType, keyless } from '../../support/eas-folder.ts';

let server: EasServer;
beforeAll(async () => {
  server = await startEas({ settings: { devices: () => 100 } });
});
afterAll(() => server.stop());

const HOME = '/SOGo/dav/alice/Calendar';
const names = ['n0', 'n1', 'n2', 'n3', 'n4'];

type Step =
  | { readonly who: 'dav'; readonly what: 'put' | 'delete'; readonly name: string }
  | {
      readonly who: 'phone' | 'tablet';
      readonly what: 'pull' | 'lose' | 'add' | 'add twice' | 'change' | 'change twice' | 'delete';
      readonly pick: number;
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    who: fc.constant('dav' as const),
    what: fc.constantFrom('put' as const, 'put' as const, 'delete' as const),
    name: fc.constantFrom(...names),
  }),
  fc.record({
    who: fc.constantFrom('phone' as const, 'tablet' as const),
    what: fc.constantFrom(
      ...(['pull', 'lose', 'add', 'add twice', 'change', 'change twice', 'delete'] as const),
    ),
    pick: fc.nat(100),
  }),
);

const titleOf = (data: Data): string => textAt({ tag: '', value: data }, 'calendar:Subject') ?? '';

let serial = 0;
const next = (by: string): string => {
  serial += 1;
  return `${by} ${serial}`;
};

const put = async (folder: string, name: string): Promise<void> => {
  const { status } = await server.dav.send('PUT', `${HOME}/${folder}/${name}.ics`, {
    body: [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//t//EN', 'BEGIN:VEVENT', `UID:${name}`],
      ...['DTSTAMP:20300101T000000Z', 'DTSTART:20300105T100000Z', 'DTEND:20300105T110000Z'],
      ...[`SUMMARY:${next('dav')}`, 'END:VEVENT', 'END:VCALENDAR', ''],
    ].join('\r\n'),
    headers: { 'content-type': 'text/calendar' },
  });
  expect(status).toBeLessThan(300);
};

const saying = (title: string): Element =>
  keyless(
    'ApplicationData',
    el('calendar:StartTime', '20300105T100000Z'),
    el('calendar:EndTime', '20300105T110000Z'),
    el('calendar:Subject', title),
  );

/** One step of a device; whatever is lost is asked for again later, or now. */
const act = async (copy: FolderCopy, { what, pick }: Extract<Step, { pick: number }>) => {
  const id = [...copy.items.keys()][pick % Math.max(copy.items.size, 1)];
  const window = keyless('WindowSize', String(1 + (pick % 4)));
  const doing = async (times: number, command: Element): Promise<void> => {
    const commands = keyless('Commands', command);
    for (let count = 1; count < times; count += 1) await copy.ask(copy.key, window, commands);
    const { status, responses } = await copy.sync(window, commands);
    expect(['1', 'empty']).toContain(status);
    for (const { tag, client, id: made } of responses)
      if (tag === 'Add' && client !== undefined && made !== undefined)
        copy.items.set(made, command.value.length === 0 ? [] : dataOf(command));
  };
  if (what === 'pull') await copy.sync(window);
  else if (what === 'lose') await copy.ask(copy.key, window);
  else if (what === 'add' || what === 'add twice') {
    const title = next(copy.id);
    const add = keyless('Add', keyless('ClientId', title), saying(title));
    await doing(what === 'add' ? 1 : 2, add);
  } else if (id !== undefined && what !== 'delete') {
    const command = keyless('Change', keyless('ServerId', id), saying(next(copy.id)));
    copy.items.set(id, dataOf(command));
    await doing(what === 'change' ? 1 : 3, command);
  } else if (id !== undefined) {
    copy.items.delete(id);
    await doing(1 + (pick % 2), keyless('Delete', keyless('ServerId', id)));
  }
};

const dataOf = ({ value }: Element): Data => {
  const found = (value as Data).find(({ tag }) => tag === 'airsync:ApplicationData');
  return (found?.value ?? []) as Data;
};

const settle = async (copy: FolderCopy): Promise<readonly string[]> => {
  // Until nothing is told: what was told in the last answer is confirmed by the next.
  for (let count = 0; (await copy.sync()).status !== 'empty'; count += 1)
    expect(count).toBeLessThan(200);
  return [...copy.items.values()].map(titleOf).sort();
};

test('two devices and a DAV client that edit together end with the same, whatever answers are lost', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 60 }), async (steps) => {
      runs += 1;
      const folder = `together${runs}`;
      await server.dav.send('MKCALENDAR', `${HOME}/${folder}/`);
      const devices = await Promise.all(
        ['PHONE', 'TABLET'].map(async (name) => {
          const device = server.device({ id: `${name}${runs}`, version: '14.1' });
          const copy = folderCopy(device, await folderOfType(device, '13', folder));
          await copy.pull();
          return copy;
        }),
      );
      const [phone, tablet] = devices;
      if (phone === undefined || tablet === undefined) throw new Error('no devices');
      for (const one of steps) {
        if (one.who !== 'dav') await act(one.who === 'phone' ? phone : tablet, one);
        else if (one.what === 'put') await put(folder, one.name);
        else await server.dav.send('DELETE', `${HOME}/${folder}/${one.name}.ics`);
      }
      const { body } = await server.dav.send('GET', `${HOME}/${folder}.ics`);
      const there = [...body.matchAll(/^SUMMARY:(.*?)\r?$/gm)]
        .map(([, title]) => title ?? '')
        .sort();
      const ends = [await settle(phone), await settle(tablet)];
      await server.dav.send('DELETE', `${HOME}/${folder}/`);
      expect(ends).toEqual([there, there]);
    }),
    { numRuns: 20 },
  );
}, 60_000);
