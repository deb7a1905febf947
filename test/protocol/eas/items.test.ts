import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Element } from '../../../src/domain/activesync/data.ts';
import { all, type EasServer, el, startEas, textAt, treeOf } from '../../support/eas.ts';
import { folderCopy, folderOfType } from '../../support/eas-folder.ts';

let server: EasServer;
beforeAll(async () => {
  server = await startEas({ settings: { devices: () => 100 } });
});
afterAll(() => server.stop());

let last = 0;
const newPhone = async () => {
  last += 1;
  const device = server.device({ id: `ITEMS${last}`, version: '14.1' });
  await server.dav.send('MKCALENDAR', '/SOGo/dav/alice/Calendar/second/');
  const calendar = folderCopy(device, await folderOfType(device, '8'));
  const second = folderCopy(device, await folderOfType(device, '13'));
  const cards = folderCopy(device, await folderOfType(device, '9'));
  for (const folder of [calendar, second, cards]) await folder.sync();
  return { device, calendar, second, cards };
};

const put = async (name: string, more: readonly string[] = []): Promise<void> => {
  await server.dav.send('PUT', `/SOGo/dav/alice/Calendar/personal/${name}.ics`, {
    body: [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//t//EN', 'BEGIN:VEVENT', `UID:${name}`],
      ...['DTSTAMP:20300101T000000Z', 'DTSTART:20300105T100000Z', 'DTEND:20300105T110000Z'],
      ...[`SUMMARY:${name}`, ...more, 'END:VEVENT', 'END:VCALENDAR', ''],
    ].join('\r\n'),
    headers: { 'content-type': 'text/calendar' },
  });
};
const bodyOf = async (name: string): Promise<string> =>
  (await server.dav.send('GET', `/SOGo/dav/alice/Calendar/personal/${name}.ics`)).body;
const idOf = (items: ReadonlyMap<string, readonly Element[]>, title: string): string =>
  [...items].find(([, data]) => data.some(({ value }) => value === title))?.[0] ?? '';

describe('GetItemEstimate (MS-ASCMD 2.2.1.9)', () => {
  const estimate = (id: string, key: string): Element =>
    el(
      'getitemestimate:GetItemEstimate',
      el(
        'getitemestimate:Collections',
        el(
          'getitemestimate:Collection',
          el('airsync:SyncKey', key),
          el('getitemestimate:CollectionId', id),
        ),
      ),
    );

  test('counts what Sync then tells, and uses no key up', async () => {
    const { device, calendar } = await newPhone();
    await calendar.pull();
    for (const name of ['e1', 'e2', 'e3']) await put(name);
    for (let count = 0; count < 2; count += 1) {
      const { root } = await device.send('GetItemEstimate', estimate(calendar.id, calendar.key));
      expect(textAt(root, 'getitemestimate:Estimate')).toBe('3');
    }
    expect((await calendar.sync()).added).toHaveLength(3);
    const { root } = await device.send('GetItemEstimate', estimate(calendar.id, calendar.key));
    expect(textAt(root, 'getitemestimate:Estimate')).toBe('0');
  });

  test.each([
    ['nothing', '1', '2'],
    [undefined, '0', '3'],
    [undefined, 'unknown', '4'],
  ])('says that folder %s with key %s cannot be counted: %s', async (folder, key, status) => {
    const { device, calendar } = await newPhone();
    const { root } = await device.send('GetItemEstimate', estimate(folder ?? calendar.id, key));
    expect(textAt(root, 'getitemestimate:Status')).toBe(status);
  });
});

describe('MoveItems (MS-ASCMD 2.2.1.12)', () => {
  const move = (item: string, from: string, to: string): Element =>
    el(
      'move:MoveItems',
      el(
        'move:Move',
        ...[el('move:SrcMsgId', item), el('move:SrcFldId', from), el('move:DstFldId', to)],
      ),
    );

  test('moves an item once, and answers the same again', async () => {
    const { device, calendar, second } = await newPhone();
    await put('moved');
    await calendar.pull();
    await second.pull();
    const id = idOf(calendar.items, 'moved');
    const body = move(id, calendar.id, second.id);
    const [first, again] = [
      await device.send('MoveItems', body),
      await device.send('MoveItems', body),
    ];
    const there = textAt(first.root, 'move:DstMsgId');
    expect(textAt(first.root, 'move:Status')).toBe('3');
    expect([textAt(again.root, 'move:Status'), textAt(again.root, 'move:DstMsgId')]).toEqual([
      '3',
      there,
    ]);
    expect((await calendar.sync()).deleted).toEqual([id]);
    expect((await second.sync()).added.map((one) => one.id)).toEqual([there]);
  });

  test('says what cannot be moved', async () => {
    const { device, calendar, second, cards } = await newPhone();
    await put('fixed');
    await calendar.pull();
    const id = idOf(calendar.items, 'fixed');
    const status = async (...what: [string, string, string]) =>
      textAt((await device.send('MoveItems', move(...what))).root, 'move:Status');
    expect(await status('nothing', calendar.id, second.id)).toBe('1');
    expect(await status(id, 'nothing', second.id)).toBe('1');
    expect(await status(id, calendar.id, 'nothing')).toBe('2');
    expect(await status(id, calendar.id, cards.id)).toBe('2');
    expect(await status(id, calendar.id, calendar.id)).toBe('4');
  });
});

describe('ItemOperations (MS-ASCMD 2.2.1.10)', () => {
  const fetch = (folder: string, item: string): Element =>
    el(
      'itemoperations:ItemOperations',
      el(
        'itemoperations:Fetch',
        el('itemoperations:Store', 'Mailbox'),
        el('airsync:CollectionId', folder),
        el('airsync:ServerId', item),
        el('itemoperations:Options', el('airsyncbase:BodyPreference', el('airsyncbase:Type', '1'))),
      ),
    );

  test('fetches an item, whole or in parts', async () => {
    const { device, calendar } = await newPhone();
    await put('fetched', ['DESCRIPTION:Tea\\nand cake']);
    await calendar.pull();
    const body = fetch(calendar.id, idOf(calendar.items, 'fetched'));
    const { root } = await device.send('ItemOperations', body);
    expect(textAt(root, 'calendar:Subject')).toBe('fetched');
    expect(textAt(root, 'airsyncbase:Data')).toContain('and cake');
    const parts = await device.send('ItemOperations', body, { 'ms-asacceptmultipart': 'T' });
    expect(parts.headers['content-type']).toBe('application/vnd.ms-sync.multipart');
    const at = (index: number) => {
      const from = parts.octets.readUInt32LE(4 + 8 * index);
      return parts.octets.subarray(from, from + parts.octets.readUInt32LE(8 + 8 * index));
    };
    expect(parts.octets.readUInt32LE(0)).toBe(2);
    expect(textAt(treeOf(at(0)), 'itemoperations:Part')).toBe('1');
    expect(at(1).toString()).toContain('and cake');
  });

  test('says of each operation what became of it', async () => {
    const { device, calendar } = await newPhone();
    const { root } = await device.send(
      'ItemOperations',
      el(
        'itemoperations:ItemOperations',
        ...(fetch(calendar.id, 'nothing').value as Element[]),
        el('itemoperations:EmptyFolderContents', el('airsync:CollectionId', calendar.id)),
        el('itemoperations:Fetch', el('airsyncbase:FileReference', 'x')),
      ),
    );
    expect(all(root, 'itemoperations:Status').map(({ value }) => value)).toEqual([
      '1',
      '6',
      '16',
      '15',
    ]);
  });
});

describe('MeetingResponse (MS-ASCMD 2.2.1.11)', () => {
  const invitation = [
    'ORGANIZER:mailto:boss@elsewhere.example',
    'ATTENDEE;PARTSTAT=ACCEPTED:mailto:boss@elsewhere.example',
    'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@example.org',
  ];
  const respond = (answer: number, folder: string, item: string, instance?: string): Element =>
    el(
      'meetingresponse:MeetingResponse',
      el(
        'meetingresponse:Request',
        el('meetingresponse:UserResponse', String(answer)),
        el('meetingresponse:CollectionId', folder),
        el('meetingresponse:RequestId', item),
        ...(instance === undefined ? [] : [el('meetingresponse:InstanceId', instance)]),
      ),
    );

  test.each([
    [1, 'ACCEPTED'],
    [2, 'TENTATIVE'],
    [3, 'DECLINED'],
  ])('stores answer %s as %s', async (answer, partstat) => {
    const { device, calendar } = await newPhone();
    await put(`meeting${answer}`, invitation);
    await calendar.pull();
    const id = idOf(calendar.items, `meeting${answer}`);
    for (let count = 0; count < 2; count += 1) {
      const { root } = await device.send('MeetingResponse', respond(answer, calendar.id, id));
      expect(textAt(root, 'meetingresponse:Status')).toBe('1');
      expect(textAt(root, 'meetingresponse:CalendarId')).toBe(answer === 3 ? undefined : id);
    }
    expect((await bodyOf(`meeting${answer}`)).replace(/\r\n[ \t]/g, '')).toMatch(
      new RegExp(`PARTSTAT=${partstat}[^\\n]*alice@example.org`),
    );
  });

  test('answers for one instance of a series', async () => {
    const { device, calendar } = await newPhone();
    await put('series', [...invitation, 'RRULE:FREQ=DAILY;COUNT=5']);
    await calendar.pull();
    const id = idOf(calendar.items, 'series');
    const ask = async (...rest: Parameters<typeof respond>) =>
      textAt(
        (await device.send('MeetingResponse', respond(...rest))).root,
        'meetingresponse:Status',
      );
    expect(await ask(3, calendar.id, id, '2030-01-07T10:00:00.000Z')).toBe('1');
    const body = (await bodyOf('series')).replace(/\r\n[ \t]/g, '');
    expect(body).toContain('RECURRENCE-ID:20300107T100000Z');
    expect(body.match(/PARTSTAT=DECLINED/g)).toHaveLength(1);
    expect(await ask(1, calendar.id, id, 'nonsense')).toBe('104');
  });

  test('says what is no invitation', async () => {
    const { device, calendar, cards } = await newPhone();
    await put('plain');
    await put('once', invitation);
    await calendar.pull();
    const ask = async (...rest: Parameters<typeof respond>) =>
      textAt(
        (await device.send('MeetingResponse', respond(...rest))).root,
        'meetingresponse:Status',
      );
    expect(await ask(1, calendar.id, idOf(calendar.items, 'plain'))).toBe('2');
    expect(await ask(1, calendar.id, 'nothing')).toBe('2');
    expect(await ask(1, cards.id, 'nothing')).toBe('2');
    const once = idOf(calendar.items, 'once');
    expect(await ask(7, calendar.id, once)).toBe('2');
    expect(await ask(1, calendar.id, once, '2030-01-05T10:00:00.000Z')).toBe('146');
  });
});
