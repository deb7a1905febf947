import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Data, Element } from '../../../src/domain/activesync/data.ts';
import { type EasDevice, type EasServer, el, startEas, textAt } from '../../support/eas.ts';
import { type FolderCopy, folderCopy, folderOfType, keyless } from '../../support/eas-folder.ts';

let server: EasServer;
beforeAll(async () => {
  server = await startEas({ settings: { devices: () => 100 } });
});
afterAll(() => server.stop());

let last = 0;
const newCopy = async (
  options: Parameters<EasServer['device']>[0] = {},
): Promise<FolderCopy & { readonly device: EasDevice }> => {
  last += 1;
  const device = server.device({ id: `SYNC${last}`, version: '14.1', ...options });
  const copy = folderCopy(device, await folderOfType(device, '8'));
  await copy.sync();
  return Object.assign(copy, { device });
};

const path = (name: string): string => `/SOGo/dav/alice/Calendar/personal/${name}.ics`;
const event = (uid: string, title: string, start = '20300105T100000Z'): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20300101T000000Z',
    `DTSTART:${start}`,
    `DTEND:${start.replace('T10', 'T11')}`,
    `SUMMARY:${title}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const put = async (name: string, title: string, start?: string): Promise<void> => {
  const { status } = await server.dav.send('PUT', path(name), {
    body: event(name, title, start),
    headers: { 'content-type': 'text/calendar' },
  });
  expect(status).toBeLessThan(300);
};
const remove = async (name: string): Promise<void> => {
  await server.dav.send('DELETE', path(name));
};
const titleOf = (data: Data): string => textAt({ tag: '', value: data }, 'calendar:Subject') ?? '';
const titles = ({ items }: FolderCopy): readonly string[] =>
  [...items.values()].map(titleOf).sort();

const appointment = (title: string, start = '20300105T100000Z'): Element =>
  keyless(
    'ApplicationData',
    el('calendar:StartTime', start),
    el('calendar:EndTime', start.replace('T10', 'T11')),
    el('calendar:DtStamp', '20300101T000000Z'),
    el('calendar:Subject', title),
    el('calendar:AllDayEvent', '0'),
    el('calendar:BusyStatus', '2'),
    el('calendar:Sensitivity', '0'),
  );
const add = (clientId: string, title: string): Element =>
  keyless('Add', keyless('ClientId', clientId), appointment(title));
const change = (id: string, title: string): Element =>
  keyless('Change', keyless('ServerId', id), appointment(title));
const erase = (id: string): Element => keyless('Delete', keyless('ServerId', id));
const commands = (...all: readonly Element[]): Element => keyless('Commands', ...all);
const window = (size: number): Element => keyless('WindowSize', String(size));
const inCalendar = async (): Promise<readonly string[]> => {
  const { body } = await server.dav.send('GET', '/SOGo/dav/alice/Calendar/personal.ics');
  return [...body.matchAll(/^SUMMARY:(.*?)\r?$/gm)].map(([, title]) => title ?? '').sort();
};
const clear = async (): Promise<void> => {
  const copy = await newCopy();
  await copy.pull();
  for (const id of copy.items.keys()) await copy.sync(commands(erase(id)));
};

describe('Sync (MS-ASCMD 2.2.1.21)', () => {
  test('begins with key 0 and no items, then tells all of them page by page', async () => {
    await clear();
    for (let count = 0; count < 7; count += 1) await put(`page${count}`, `page ${count}`);
    const copy = await newCopy();
    expect(copy.items.size).toBe(0);
    const first = await copy.sync(window(3));
    expect([first.added.length, first.more]).toEqual([3, true]);
    expect(await copy.pull(window(3))).toBe(2);
    expect(titles(copy)).toEqual([0, 1, 2, 3, 4, 5, 6].map((count) => `page ${count}`));
    expect((await copy.sync()).status).toBe('empty');
  });

  test('tells what was added, changed and deleted since, once, and coalesced', async () => {
    await clear();
    await put('a', 'A');
    await put('b', 'B');
    const copy = await newCopy();
    await copy.pull();
    await put('a', 'A1');
    await put('a', 'A2');
    await remove('b');
    await put('c', 'C');
    await put('d', 'D');
    await remove('d');
    const news = await copy.sync();
    expect(news.changed.map(({ data }) => titleOf(data))).toEqual(['A2']);
    expect(news.added.map(({ data }) => titleOf(data))).toEqual(['C']);
    expect(news.deleted).toHaveLength(1);
    expect((await copy.sync()).status).toBe('empty');
  });

  test('gives a lost answer again, with what came since', async () => {
    await clear();
    const copy = await newCopy();
    await copy.sync();
    await put('lost', 'lost');
    const before = copy.key;
    const lost = await copy.ask(before);
    await put('later', 'later');
    const again = await copy.ask(before);
    expect(again.added.map(({ id }) => id)).toEqual(
      expect.arrayContaining(lost.added.map(({ id }) => id)),
    );
    expect(again.added.map(({ data }) => titleOf(data)).sort()).toEqual(['later', 'lost']);
    // The first answer's key is gone with it.
    expect((await copy.ask(lost.key)).status).toBe('3');
    copy.take(again);
    expect((await copy.sync()).status).toBe('empty');
    expect((await copy.ask(before)).status).toBe('3');
  });

  test('refuses keys that it never gave, and those of another folder', async () => {
    const copy = await newCopy();
    for (const key of ['1', 'x', '99-abc', '00', '-1'])
      expect((await copy.ask(key)).status).toBe('3');
    const tasks = folderCopy(copy.device, await folderOfType(copy.device, '7'));
    expect((await tasks.ask(copy.key)).status).not.toBe('1');
  });

  test('stores what a device adds, once however often it says so, and does not tell it back', async () => {
    await clear();
    const copy = await newCopy();
    const before = copy.key;
    const lost = await copy.ask(
      before,
      commands(add('c1', 'from the phone'), add('c2', 'another')),
    );
    expect(lost.responses.map(({ status }) => status)).toEqual(['1', '1']);
    const again = await copy.sync(commands(add('c1', 'from the phone'), add('c2', 'another')));
    expect(again.responses.map(({ id }) => id)).toEqual(lost.responses.map(({ id }) => id));
    expect(again.added).toHaveLength(0);
    expect(await inCalendar()).toEqual(['another', 'from the phone']);
    expect((await copy.sync()).status).toBe('empty');
    const other = await newCopy();
    await other.pull();
    expect(titles(other)).toEqual(['another', 'from the phone']);
  });

  test('repeats an Add with another one beside it', async () => {
    await clear();
    const copy = await newCopy();
    const before = copy.key;
    const lost = await copy.ask(before, commands(add('c1', 'one')));
    const again = await copy.sync(commands(add('c1', 'one'), add('c2', 'two')));
    expect(again.responses[0]?.id).toBe(lost.responses[0]?.id);
    expect(await inCalendar()).toEqual(['one', 'two']);
  });

  test('changes and deletes, and answers only what failed', async () => {
    await clear();
    await put('x', 'X');
    await put('y', 'Y');
    const copy = await newCopy();
    await copy.pull();
    const [x = '', y = ''] = [...copy.items]
      .sort((a, b) => (titleOf(a[1]) < titleOf(b[1]) ? -1 : 1))
      .map(([id]) => id);
    const done = await copy.sync(commands(change(x, 'X1'), erase(y), erase('nothing')));
    expect(done.responses).toMatchObject([{ tag: 'Delete', id: 'nothing', status: '8' }]);
    expect([done.changed, done.deleted]).toEqual([[], []]);
    expect(await inCalendar()).toEqual(['X1']);
    const refetched = await copy.sync(commands(keyless('Fetch', keyless('ServerId', x))));
    expect(titleOf(refetched.responses[0]?.data ?? [])).toBe('X1');
  });

  test.each([
    ['server', [], 'theirs', '7'],
    ['client', [keyless('Options', keyless('Conflict', '0'))], 'ours', undefined],
  ] as const)('lets the %s win a conflict', async (_who, options, winner, status) => {
    await clear();
    await put('conflict', 'before');
    const copy = await newCopy();
    await copy.pull(...options);
    const [id = ''] = copy.items.keys();
    await put('conflict', 'theirs');
    const done = await copy.sync(commands(change(id, 'ours')));
    expect(done.responses[0]?.status).toBe(status);
    await copy.pull();
    expect(titles(copy)).toEqual([winner]);
    expect(await inCalendar()).toEqual([winner]);
  });

  test('takes away what falls out of the window of dates, and brings it back when that grows', async () => {
    await clear();
    await put('old', 'old', '20010105T100000Z');
    await put('new', 'new');
    const filter = (value: number) => keyless('Options', keyless('FilterType', String(value)));
    const copy = await newCopy();
    await copy.pull(filter(0));
    expect(titles(copy)).toEqual(['new', 'old']);
    expect((await copy.sync(filter(4))).soft).toHaveLength(1);
    expect(await inCalendar()).toEqual(['new', 'old']);
    expect((await copy.sync()).status).toBe('empty');
    await put('old', 'old again', '20010105T100000Z');
    expect((await copy.sync()).status).toBe('empty');
    expect((await copy.sync(filter(0))).added.map(({ data }) => titleOf(data))).toEqual([
      'old again',
    ]);
  });

  test('answers an empty request as the one before, while its keys are those', async () => {
    const copy = await newCopy();
    await copy.pull();
    await copy.sync();
    expect((await copy.device.send('Sync')).octets).toHaveLength(0);
    await put('empty', 'empty');
    const { root } = await copy.device.send('Sync');
    expect(JSON.stringify(root)).toContain('"empty"');
    const lost = await copy.device.send('Sync');
    expect(JSON.stringify(lost.root)).toContain('"13"');
  });

  test('tells what a device cannot take item by item, and leaves out the first then', async () => {
    await clear();
    for (const name of ['poison', 'fine', 'good']) await put(name, name);
    const copy = await newCopy();
    const sizes: number[] = [];
    for (let count = 0; count < 6; count += 1) sizes.push((await copy.ask(copy.key)).added.length);
    expect(sizes).toEqual([3, 3, 3, 1, 1, 1]);
    await copy.pull();
    expect(titles(copy)).toEqual(['fine', 'good']);
    expect(server.dav.logged.map(({ code }) => code)).toContain('activesync-item-skipped');
    await put('poison', 'no poison');
    await copy.pull();
    expect(titles(copy)).toEqual(['fine', 'good', 'no poison']);
  });

  test('does two requests of one device one after the other', async () => {
    await clear();
    const copy = await newCopy();
    const both = await Promise.all(
      [1, 2, 3].map(() => copy.ask(copy.key, commands(add('p', 'parallel')))),
    );
    expect(new Set(both.map(({ responses }) => responses[0]?.id)).size).toBe(1);
    expect(await inCalendar()).toEqual(['parallel']);
  });
});
