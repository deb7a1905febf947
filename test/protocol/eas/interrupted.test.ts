import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Element } from '../../../src/domain/activesync/data.ts';
import { type EasServer, el, startEas, textAt } from '../../support/eas.ts';
import { type FolderCopy, folderCopy, folderOfType, keyless } from '../../support/eas-folder.ts';

/** What devices are told of is not written down, from a moment on: as if the server had ended before it could. */
let isCut = false;
let server: EasServer;
beforeAll(async () => {
  server = await startEas({ settings: { devices: () => 100 } });
  const { sync } = server.parts;
  const { keepFolder } = sync;
  Object.assign(sync, {
    keepFolder: async (...given: Parameters<typeof keepFolder>) => {
      if (isCut) throw new Error('the server is gone');
      return keepFolder(...given);
    },
  });
});
afterAll(() => server.stop());

let last = 0;
const newCopy = async (): Promise<FolderCopy> => {
  last += 1;
  const name = `cut${last}`;
  await server.dav.send('MKCALENDAR', `/SOGo/dav/alice/Calendar/${name}/`);
  const device = server.device({ id: `CUT${last}`, version: '14.1' });
  const copy = folderCopy(device, await folderOfType(device, '13', name));
  await copy.pull();
  return copy;
};
const inCalendar = async (): Promise<readonly string[]> => {
  const { body } = await server.dav.send('GET', `/SOGo/dav/alice/Calendar/cut${last}.ics`);
  return [...body.matchAll(/^SUMMARY:(.*?)\r?$/gm)].map(([, title]) => title ?? '').sort();
};
const data = (title: string): Element =>
  keyless(
    'ApplicationData',
    el('calendar:StartTime', '20300105T100000Z'),
    el('calendar:EndTime', '20300105T110000Z'),
    el('calendar:Subject', title),
  );
const commands = (...all: readonly Element[]): Element => keyless('Commands', ...all);
const add = (client: string): Element =>
  keyless('Add', keyless('ClientId', client), data(`added ${client}`));

/** A request whose work is done and whose answer never comes, and the same once more. */
const twice = async (copy: FolderCopy, ...rest: readonly Element[]) => {
  isCut = true;
  const { raw } = await copy.ask(copy.key, ...rest);
  isCut = false;
  expect(textAt(raw.root, 'airsync:Status')).toBe('110');
  return copy.sync(...rest);
};

describe('a server that ends between what it did and its answer', () => {
  test('has one item of an Add that is repeated', async () => {
    const copy = await newCopy();
    const again = await twice(copy, commands(add('1'), add('2')));
    expect(again.responses.map(({ status }) => status)).toEqual(['1', '1']);
    expect(again.added).toHaveLength(0);
    expect(await inCalendar()).toEqual(['added 1', 'added 2']);
  });

  test('has a Change that is repeated, and calls it no conflict', async () => {
    const copy = await newCopy();
    const id = (await copy.sync(commands(add('1')))).responses[0]?.id ?? '';
    await copy.sync();
    const change = keyless('Change', keyless('ServerId', id), data('changed'));
    expect((await twice(copy, commands(change))).responses).toEqual([]);
    expect(await inCalendar()).toEqual(['changed']);
  });

  test('has deleted what is deleted again', async () => {
    const copy = await newCopy();
    const id = (await copy.sync(commands(add('1')))).responses[0]?.id ?? '';
    await copy.sync();
    const again = await twice(copy, commands(keyless('Delete', keyless('ServerId', id))));
    expect(again.responses).toEqual([]);
    expect(await inCalendar()).toEqual([]);
  });
});
