import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  all,
  childrenOf,
  type EasAnswered,
  type EasServer,
  el,
  startEas,
  textAt,
} from '../../support/eas.ts';
import { folderCopy, folderOf, folderOfType, keyless } from '../../support/eas-folder.ts';

let server: EasServer;
beforeAll(async () => {
  server = await startEas({ settings: { devices: () => 100 } });
});
afterAll(() => server.stop());

let last = 0;
const newCopy = async () => {
  last += 1;
  const device = server.device({ id: `PING${last}`, version: '14.1' });
  const copy = folderCopy(device, await folderOfType(device, '8'));
  await copy.pull();
  await copy.pull();
  return Object.assign(copy, { device });
};

const put = (name: string, title: string) =>
  server.dav.send('PUT', `/SOGo/dav/alice/Calendar/personal/${name}.ics`, {
    body: [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//t//EN', 'BEGIN:VEVENT', `UID:${name}`],
      ...['DTSTAMP:20300101T000000Z', 'DTSTART:20300105T100000Z', `SUMMARY:${title}`],
      ...['END:VEVENT', 'END:VCALENDAR', ''],
    ].join('\r\n'),
    headers: { 'content-type': 'text/calendar' },
  });

const pingFor = (heartbeat: number | undefined, ...ids: readonly string[]) =>
  el(
    'ping:Ping',
    ...(heartbeat === undefined ? [] : [el('ping:HeartbeatInterval', String(heartbeat))]),
    ...(ids.length === 0
      ? []
      : [
          el(
            'ping:Folders',
            ...ids.map((id) => el('ping:Folder', el('ping:Id', id), el('ping:Class', 'Calendar'))),
          ),
        ]),
  );
const statusOf = ({ root }: EasAnswered) => textAt(root, 'ping:Status');
const foldersIn = ({ root }: EasAnswered) => all(root, 'ping:Folder').map(({ value }) => value);

/** Whether something is still waited for. */
const isOpen = async (answer: Promise<unknown>): Promise<boolean> =>
  Promise.race([answer.then(() => false), new Promise<boolean>((r) => setTimeout(r, 400, true))]);

describe('Ping (MS-ASCMD 2.2.1.13)', () => {
  test('says at once what a device has not fetched yet, and not more than twice', async () => {
    const copy = await newCopy();
    await put('pending', 'pending');
    for (let count = 0; count < 2; count += 1) {
      const answer = await copy.device.send('Ping', pingFor(60, copy.id));
      expect([statusOf(answer), foldersIn(answer)]).toEqual(['2', [copy.id]]);
    }
    const third = copy.device.send('Ping', pingFor(60, copy.id));
    expect(await isOpen(third)).toBe(true);
    await put('pending', 'once more');
    expect(statusOf(await third)).toBe('2');
  });

  test('waits for a change by somebody else, and not for one of its own', async () => {
    const copy = await newCopy();
    const answer = copy.device.send('Ping', pingFor(60, copy.id));
    const own = keyless(
      'Add',
      keyless('ClientId', 'own'),
      keyless(
        'ApplicationData',
        el('calendar:StartTime', '20300105T100000Z'),
        el('calendar:EndTime', '20300105T110000Z'),
        el('calendar:Subject', 'own'),
      ),
    );
    await copy.sync(keyless('Commands', own));
    expect(await isOpen(answer)).toBe(true);
    const from = performance.now();
    await put('woken', 'woken');
    expect(statusOf(await answer)).toBe('2');
    expect(performance.now() - from).toBeLessThan(5000);
    expect((await copy.sync()).added).toHaveLength(1);
  });

  test('asks with what it said last where a part is missing', async () => {
    const copy = await newCopy();
    expect(statusOf(await copy.device.send('Ping', pingFor(60)))).toBe('3');
    expect(statusOf(await copy.device.send('Ping'))).toBe('3');
    await put('cached', 'cached');
    expect(statusOf(await copy.device.send('Ping', pingFor(60, copy.id)))).toBe('2');
    expect(statusOf(await copy.device.send('Ping'))).toBe('2');
  });

  test('says which intervals and how many folders there may be', async () => {
    const copy = await newCopy();
    const short = await copy.device.send('Ping', pingFor(5, copy.id));
    expect([statusOf(short), textAt(short.root, 'ping:HeartbeatInterval')]).toEqual(['5', '60']);
    const long = await copy.device.send('Ping', pingFor(999_999, copy.id));
    expect([statusOf(long), textAt(long.root, 'ping:HeartbeatInterval')]).toEqual(['5', '3540']);
    const many = Array.from({ length: 201 }, (_, count) => `c${count}`);
    const crowded = await copy.device.send('Ping', pingFor(60, ...many));
    expect([statusOf(crowded), textAt(crowded.root, 'ping:MaxFolders')]).toEqual(['6', '200']);
    expect(statusOf(await copy.device.send('Ping', pingFor(60, 'c0')))).toBe('7');
  });

  test('ends the one before, the newest wins', async () => {
    const copy = await newCopy();
    const first = copy.device.send('Ping', pingFor(60, copy.id));
    expect(await isOpen(first)).toBe(true);
    const second = copy.device.send('Ping', pingFor(60, copy.id));
    expect(statusOf(await first)).toBe('1');
    expect(await isOpen(second)).toBe(true);
    await put('second', 'second');
    expect(statusOf(await second)).toBe('2');
  });

  test('tells of a list of folders that changed', async () => {
    const copy = await newCopy();
    const answer = copy.device.send('Ping', pingFor(60, copy.id));
    expect(await isOpen(answer)).toBe(true);
    await server.dav.send('MKCALENDAR', `/SOGo/dav/alice/Calendar/more${last}/`);
    expect(statusOf(await answer)).toBe('7');
  });
});

describe('Sync that waits (MS-ASCMD 2.2.3.198)', () => {
  const waiting = (id: string, key: string, ...rest: Parameters<typeof el>[1][]) =>
    el('airsync:Sync', el('airsync:Collections', folderOf(id, key)), ...(rest as []));

  test('answers when something changed, and ends with the next request', async () => {
    const copy = await newCopy();
    await copy.sync();
    const body = waiting(copy.id, copy.key, el('airsync:HeartbeatInterval', '60'));
    const first = copy.device.send('Sync', body);
    expect(await isOpen(first)).toBe(true);
    const second = copy.device.send('Sync', body);
    expect((await first).octets).toHaveLength(0);
    await put('awaited', 'awaited');
    expect(childrenOf(all((await second).root, 'airsync:Commands')[0])).toHaveLength(1);
  });

  test('refuses what cannot be waited for', async () => {
    const copy = await newCopy();
    const ask = async (...rest: Parameters<typeof el>[1][]) => {
      const { root } = await copy.device.send('Sync', waiting(copy.id, copy.key, ...rest));
      return [textAt(root, 'airsync:Status'), textAt(root, 'airsync:Limit')];
    };
    expect(await ask(el('airsync:Wait', '60'))).toEqual(['14', '59']);
    expect(await ask(el('airsync:HeartbeatInterval', '10'))).toEqual(['14', '60']);
    expect(await ask(el('airsync:Wait', '1'), el('airsync:HeartbeatInterval', '60'))).toEqual([
      '4',
      undefined,
    ]);
  });
});
