import { calendarClient, fill } from '../client.mjs';
import { startDaybook } from '../servers/daybook.mjs';
import { radicaleThere, startRadicale } from '../servers/radicale.mjs';
import { sogoThere, startSogo } from '../servers/sogo.mjs';
import { repeated, throughput } from '../timing.mjs';

/**
 * What is compared: times a client waits, in ms, except where it says otherwise. `target`: how many
 * times quicker than SOGo with 5,000 events Daybook is meant to be.
 */
export const rows = {
  put: { title: 'PUT, one client', target: 6 },
  many: { title: 'PUT, eight clients', target: 10, unit: '/s' },
  nothingNew: { title: 'sync-collection, nothing new', target: 12 },
  list: { title: 'PROPFIND, Depth: 1', target: 6 },
  initial: { title: 'sync-collection, everything', target: 6 },
  month: { title: 'calendar-query, one month', target: 6 },
  multiget: { title: 'calendar-multiget of 100', target: 4 },
  file: { title: 'the whole calendar as .ics', target: 30 },
  memory: { title: 'memory of all processes', limit: 300, unit: ' MiB' },
};

const contenders = {
  daybook: { name: 'Daybook', there: () => true, start: startDaybook },
  sogo: { name: 'SOGo', there: sogoThere, start: startSogo },
  radicale: { name: 'Radicale', there: radicaleThere, start: startRadicale },
};

/** Names that `--against` takes. */
export const rivals = Object.keys(contenders).filter((name) => name !== 'daybook');

const measured = async (server, names, size, { seconds, measure }) => {
  const client = calendarClient(server);
  const few = names.slice(0, 100).map(client.hrefOf);
  const checked = (/** @type {number} */ found, /** @type {string} */ what) => {
    if (found < size) throw new Error(`${what} showed ${found} of ${size} events`);
  };
  const p50 = async (title, work, most = 1000) =>
    measure(`${server.name}, ${size} events: ${title}`, async () => {
      const { p50: middle } = await repeated(work, { seconds, most });
      return middle;
    });
  // SOGo's tokens are whole seconds: one made in the second of the last change still shows it.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const { token } = await client.sync();
  const result = {
    nothingNew: await p50(rows.nothingNew.title, () => client.sync(token)),
    list: await p50(rows.list.title, async () => checked((await client.list()).count, 'PROPFIND')),
    initial: await p50(rows.initial.title, async () =>
      checked((await client.sync()).count, 'sync-collection'),
    ),
    month:
      (await client.month()) === undefined
        ? undefined
        : await p50(rows.month.title, async () => {
            if ((await client.month()) === 0) throw new Error('a month without events');
          }),
    multiget: await p50(rows.multiget.title, () => client.multiget(few)),
    file: await p50(rows.file.title, async () => checked(await client.file(), 'the .ics')),
    put: await p50(rows.put.title, (i) => client.put(`one-${size}-${i}`, i), 300),
    many: await measure(`${server.name}, ${size} events: ${rows.many.title}`, async () => {
      const clients = Array.from({ length: 8 }, () => calendarClient(server));
      const rate = await throughput(
        clients.map(
          ({ put }) =>
            (i) =>
              put(`many-${size}-${i}`, i),
        ),
        seconds,
      );
      for (const one of clients) one.close();
      return rate;
    }),
    memory: await server.memory(),
  };
  client.close();
  return result;
};

/**
 * Measures each server at each size, one server at a time and each time a new one, so that none has others beside it.
 * @returns {Promise<readonly { name: string, settings: string, sizes: ReadonlyMap<number, object> }[]>}
 */
export const comparison = async ({ against, sizes, seconds, measure, say }) => {
  const results = [];
  for (const name of ['daybook', ...against]) {
    const { name: title, there, start } = contenders[name];
    if (!there()) {
      say(`${title} is not installed: apt-get install sogo memcached postgresql radicale`);
      continue;
    }
    const bySize = new Map();
    let settings = '';
    for (const size of sizes) {
      // A new one for each size: what measuring PUT leaves behind is the more, the quicker a server is.
      const server = await start();
      try {
        const names = await fill(server, [], size);
        bySize.set(size, await measured(server, names, size, { seconds, measure }));
        settings = server.settings;
      } finally {
        await server.stop();
      }
    }
    results.push({ name: title, settings, sizes: bySize });
  }
  return results;
};
