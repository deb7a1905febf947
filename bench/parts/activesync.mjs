import { encodeWbxml } from '../../dist/api/eas/wbxml/encode.js';
import { decodeWbxml } from '../../dist/api/eas/wbxml/decode.js';
import { data } from '../../dist/api/eas/wbxml/read.js';
import { calendarClient, fill } from '../client.mjs';
import { httpClient } from '../http-client.mjs';
import { memoryOf } from '../processes.mjs';
import { once, repeated, summary } from '../timing.mjs';

export const FIRST_SYNC_MS = 4000;
export const FIRST_SYNC_MIB = 120;
export const EMPTY_SYNC_MS = 3;
export const SYNC_FLAT = 1.3;
export const PING_KIB = 20;
export const BESIDE_PINGS_MS = 50;

/** Devices that one person may have. */
const DEVICES = 100;

const el = (/** @type {string} */ tag, value) => ({ tag, value });
const all = (element, /** @type {string} */ tag) =>
  typeof element?.value === 'string' || element === undefined
    ? []
    : element.value.flatMap((one) => [...(one.tag === tag ? [one] : []), ...all(one, tag)]);

/** A device with a connection of its own. */
const deviceOf = (address, /** @type {string} */ id) => {
  const { request, close } = httpClient(address);
  const send = async (/** @type {string} */ command, element) => {
    const path = `/Microsoft-Server-ActiveSync?Cmd=${command}&User=u&DeviceId=${id}&DeviceType=Android`;
    const headers = {
      'Content-Type': 'application/vnd.ms-sync.wbxml',
      'MS-ASProtocolVersion': '14.1',
    };
    const body = element === undefined ? '' : encodeWbxml(element).toString('latin1');
    const answer = await request('POST', path, headers, body);
    if (answer.status !== 200) throw new Error(`unexpected ${answer.status} to ${command}`);
    if (answer.body.length === 0) return undefined;
    const source = decodeWbxml(answer.body);
    return el(source.next().tag, data(source));
  };
  let folder = '';
  let key = '0';
  const sync = async () => {
    const collection = [
      el('airsync:SyncKey', key),
      el('airsync:CollectionId', folder),
      el('airsync:WindowSize', '512'),
    ];
    const root = await send(
      'Sync',
      el('airsync:Sync', [el('airsync:Collections', [el('airsync:Collection', collection)])]),
    );
    key = all(root, 'airsync:SyncKey')[0]?.value ?? key;
    return {
      told: all(root, 'airsync:ServerId').length,
      more: all(root, 'airsync:MoreAvailable').length > 0,
    };
  };
  return {
    close,
    sync,
    async begin() {
      const root = await send(
        'FolderSync',
        el('folderhierarchy:FolderSync', [el('folderhierarchy:SyncKey', '0')]),
      );
      const calendar = all(root, 'folderhierarchy:Add').find(
        (one) => all(one, 'folderhierarchy:Type')[0]?.value === '8',
      );
      folder = all(calendar, 'folderhierarchy:ServerId')[0]?.value ?? '';
      await sync();
    },
    async pull() {
      let told = 0;
      for (;;) {
        const page = await sync();
        told += page.told;
        if (!page.more) return told;
      }
    },
    ping: () =>
      send(
        'Ping',
        el('ping:Ping', [
          el('ping:HeartbeatInterval', '3000'),
          el('ping:Folders', [
            el('ping:Folder', [el('ping:Id', folder), el('ping:Class', 'Calendar')]),
          ]),
        ]),
      ),
  };
};

/** The first synchronization of a calendar, and what one costs when nothing and when one thing is new. */
const synchronized = async (server, events, { measure, seconds, say }) => {
  say(`storing ${events} events`);
  await fill(server, [], events);
  const phone = deviceOf(server.address, `FIRST${events}`);
  const client = calendarClient(server);
  try {
    await phone.begin();
    const before = await memoryOf([server.pid]);
    const first = await measure('first synchronization', () =>
      once(async () => {
        const told = await phone.pull();
        if (told < events) throw new Error(`${told} of ${events} events came`);
      }),
    );
    const grown = (await memoryOf([server.pid])) - before;
    await phone.sync();
    const empty = await measure(
      'nothing new',
      async () => (await repeated(phone.sync, { seconds })).p50,
    );
    const times = [];
    await measure('one change', async () => {
      for (let round = 0; round < 60; round += 1) {
        await client.put(`changing-${events}`, 1, `round ${round}`);
        times.push(await once(phone.sync));
      }
    });
    return { events, first, grown, empty, change: summary(times.slice(10)).p50 };
  } finally {
    phone.close();
    client.close();
  }
};

/** So many devices that wait, and how it is beside them. */
const waiting = async (server, pings, { measure, seconds, say }) => {
  const phones = [];
  const owners = [];
  say(`letting ${pings} devices wait`);
  for (let person = 0; person < Math.ceil(pings / DEVICES); person += 1) {
    const user = `waiting${person}`;
    await server.daybook(['user', 'add', user, '--password-stdin'], 'bench\n');
    const address = { ...server.address, user, password: 'bench' };
    owners.push({ ...server, address, calendar: `/SOGo/dav/${user}/Calendar/personal/` });
    for (let each = 0; each < DEVICES && phones.length < pings; each += 1)
      phones.push({ person, phone: deviceOf(address, `WAITS${person}X${each}`) });
  }
  for (let at = 0; at < phones.length; at += 20)
    await Promise.all(phones.slice(at, at + 20).map(({ phone }) => phone.begin()));
  const before = await memoryOf([server.pid]);
  const answers = phones.map(({ phone }) => phone.ping().then(() => performance.now()));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const each = (((await memoryOf([server.pid])) - before) * 1024) / pings;
  const reader = calendarClient(server);
  const beside = await measure(
    'other requests meanwhile',
    async () =>
      (await repeated((index) => reader.put('beside', 1, `beside ${index}`), { seconds })).p99,
  );
  reader.close();
  const wakes = [];
  for (const [person, owner] of owners.slice(0, 20).entries()) {
    const writer = calendarClient(owner);
    const from = performance.now();
    await writer.put('wakes', 1);
    const woken = answers.filter((_, at) => phones[at].person === person);
    for (const at of await Promise.all(woken)) wakes.push(at - from);
    writer.close();
  }
  for (const { phone } of phones) phone.close();
  await Promise.allSettled(answers);
  return { pings, each, beside, wake: summary(wakes) };
};

/** ActiveSync: synchronizing, and waiting. */
export const activesync = async ({ start, small, events, large, pings, ...rest }) => {
  const sizes = [];
  for (const size of [small, events, large]) {
    const server = await start({ DaybookMaximumDevices: DEVICES });
    try {
      sizes.push(await synchronized(server, size, rest));
    } finally {
      await server.stop();
    }
  }
  const server = await start({ DaybookMaximumDevices: DEVICES });
  try {
    return { sizes, waiting: await waiting(server, pings, rest) };
  } finally {
    await server.stop();
  }
};
