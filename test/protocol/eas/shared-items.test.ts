import { afterAll, beforeAll, expect, test } from 'vitest';
import { StoreUnavailable } from '../../../src/domain/kernel/event-store.ts';
import type { Data, Element } from '../../../src/domain/activesync/data.ts';
import { type EasServer, el, startEas, textAt } from '../../support/eas.ts';
import { folderCopy, folderOfType, keyless } from '../../support/eas-folder.ts';

let server: EasServer;
beforeAll(async () => {
  server = await startEas();
});
afterAll(() => server.stop());

const TEAM = '/SOGo/dav/bob%40example.org/Calendar/team/';
const bob = { credentials: 'bob@example.org:secret' };
const xml = { 'content-type': 'application/xml' };

const put = (name: string, classification: string) =>
  server.dav.send('PUT', `${TEAM}${name}.ics`, {
    ...bob,
    headers: { 'content-type': 'text/calendar' },
    body: [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//t//EN', 'BEGIN:VEVENT', `UID:${name}`],
      ...['DTSTAMP:20300101T000000Z', 'DTSTART:20300105T100000Z', 'DTEND:20300105T110000Z'],
      ...[`SUMMARY:${name}`, `CLASS:${classification}`, 'END:VEVENT', 'END:VCALENDAR', ''],
    ].join('\r\n'),
  });

const grant = (roles: string) =>
  server.dav.send('POST', TEAM, {
    ...bob,
    headers: xml,
    body: `<acl-query xmlns="urn:inverse:params:xml:ns:inverse-dav"><set-roles user="alice">${roles}</set-roles></acl-query>`,
  });

const titleOf = (data: Data): string => textAt({ tag: '', value: data }, 'calendar:Subject') ?? '';

const subscribed = async () => {
  await server.dav.send('MKCALENDAR', TEAM, bob);
  await grant('<PublicViewer/><PrivateDAndTViewer/>');
  const subscribe = '<subscribe xmlns="urn:inverse:params:xml:ns:inverse-dav"/>';
  await server.dav.send('POST', TEAM, { headers: xml, body: subscribe });
  const { services } = server.dav;
  const alice = await services.sharing.personCalled('alice');
  if (alice === undefined) throw new Error('no alice');
  const home = await services.home(alice.account);
  const entry = home.entries.find(({ owner }) => owner !== undefined);
  await server.dav.send('PROPPATCH', `/SOGo/dav/alice/Calendar/${entry?.segment}/`, {
    body: '<D:propertyupdate xmlns:D="DAV:" xmlns:I="urn:inverse:params:xml:ns:inverse-dav"><D:set><D:prop><I:synchronize>1</I:synchronize></D:prop></D:set></D:propertyupdate>',
  });
};

const saying = (title: string): Element =>
  keyless(
    'ApplicationData',
    el('calendar:StartTime', '20300105T100000Z'),
    el('calendar:EndTime', '20300105T110000Z'),
    el('calendar:Subject', title),
  );

test('shows of somebody else’s calendar what may be seen, refuses changes and tells again what there is', async () => {
  await subscribed();
  await put('open', 'PUBLIC');
  await put('secret', 'PRIVATE');
  const device = server.device({ version: '14.1' });
  const copy = folderCopy(device, await folderOfType(device, '13'));
  await copy.sync();
  await copy.pull();
  const titles = [...copy.items.values()].map(titleOf);
  expect(titles).toHaveLength(2);
  expect(titles).toContain('open');
  expect(titles).not.toContain('secret');
  const [open = ''] = [...copy.items].find(([, data]) => titleOf(data) === 'open') ?? [];

  const done = await copy.sync(
    keyless(
      'Commands',
      keyless('Add', keyless('ClientId', 'new'), saying('mine')),
      keyless('Change', keyless('ServerId', open), saying('changed')),
    ),
  );
  expect(done.responses.map(({ tag, status }) => [tag, status])).toEqual([
    ['Add', '6'],
    ['Change', '7'],
  ]);
  expect(done.changed.map(({ data }) => titleOf(data))).toEqual(['open']);
  const erased = await copy.sync(keyless('Commands', keyless('Delete', keyless('ServerId', open))));
  expect(erased.responses[0]?.status).toBe('7');
  expect(erased.added.map(({ id }) => id)).toEqual([open]);
  expect((await server.dav.send('GET', `${TEAM}open.ics`, bob)).body).toContain('SUMMARY:open');

  // Whoever sees more begins anew, else what was there before would never come.
  await grant('<PublicViewer/><PrivateViewer/>');
  expect((await copy.sync()).status).toBe('3');
  copy.items.clear();
  copy.key = '0';
  await copy.sync();
  await copy.pull();
  expect([...copy.items.values()].map(titleOf).sort()).toEqual(['open', 'secret']);
});

test('asks a device to come again while the database is away, and keeps its key', async () => {
  const device = server.device({ id: 'AWAY', version: '14.1' });
  const copy = folderCopy(device, await folderOfType(device, '8'));
  await copy.sync();
  const { sync } = server.parts;
  const { folders } = sync;
  const away = () => Promise.reject(new StoreUnavailable('away'));
  Object.assign(sync, { folders: away });
  const body = el(
    'ping:Ping',
    el('ping:HeartbeatInterval', '60'),
    el('ping:Folders', el('ping:Folder', el('ping:Id', copy.id), el('ping:Class', 'Calendar'))),
  );
  expect(textAt((await device.send('Ping', body)).root, 'ping:Status')).toBe('8');
  const { raw } = await copy.ask(copy.key);
  expect(textAt(raw.root, 'airsync:Status')).toBe('111');
  Object.assign(sync, { folders });
  expect(['1', 'empty']).toContain((await copy.sync()).status);
});
