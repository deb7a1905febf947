import { calendarClient, fill } from '../client.mjs';
import { memoryOf } from '../processes.mjs';
import { once, summary } from '../timing.mjs';

/** How much dearer than with 1,000 objects something may be with 50,000. */
export const FLAT = 1.3;
export const FIRST_BYTE_MS = 200;
export const REBUILD_SECONDS = 60;
/** How much more the server's own process may hold while it sends a listing of 50,000, in MiB. */
export const STREAMED_MIB = 64;

/** Looks at a process's memory every 20 ms while work is done; the most it had, in MiB. */
const peakDuring = async (/** @type {number} */ pid, /** @type {() => Promise<any>} */ work) => {
  let peak = await memoryOf([pid]);
  let going = true;
  const watching = (async () => {
    while (going) {
      peak = Math.max(peak, await memoryOf([pid]));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const result = await work();
  going = false;
  await watching;
  return { peak, result };
};

/**
 * The same small things in a small and in a large calendar of one server, in turns, so that whatever
 * else the machine does falls on both alike.
 */
const flatness = async (calendars, rounds, measure) => {
  const times = calendars.map(() => ({ put: [], nothingNew: [], oneChange: [] }));
  await measure(`PUT and sync in turns, ${rounds} rounds`, async () => {
    for (let round = -Math.ceil(rounds / 4); round < rounds; round += 1)
      for (const [index, client] of calendars.entries()) {
        const before = await client.sync(client.token);
        const put = await once(() => client.put(`flat-${round + rounds}`, round + rounds));
        const oneChange = await once(async () => {
          const { token, count } = await client.sync(before.token);
          if (count !== 1) throw new Error(`one change was shown as ${count}`);
          client.token = token;
        });
        const nothingNew = await once(() => client.sync(client.token));
        if (round < 0) continue;
        times[index].put.push(put);
        times[index].oneChange.push(oneChange);
        times[index].nothingNew.push(nothingNew);
      }
  });
  return times.map(({ put, oneChange, nothingNew }) => ({
    put: summary(put).p50,
    oneChange: summary(oneChange).p50,
    nothingNew: summary(nothingNew).p50,
  }));
};

const listed = async (server, folder, size, measure) => {
  const client = calendarClient(server, folder);
  await client.list();
  const before = await memoryOf([server.pid]);
  const firstBytes = [];
  const totals = [];
  const { peak } = await peakDuring(server.pid, () =>
    measure(`PROPFIND of ${size} objects, five times`, async () => {
      for (let i = 0; i < 5; i += 1)
        totals.push(
          await once(async () => {
            const { answer, count } = await client.list();
            if (count < size) throw new Error(`the listing showed ${count} of ${size}`);
            firstBytes.push(answer.firstByte);
          }),
        );
    }),
  );
  client.close();
  return {
    firstByte: summary(firstBytes).p50,
    total: summary(totals).p50,
    grown: peak - before,
  };
};

/** Rebuilds all projections beside the running server; seconds. */
const rebuilt = async (server, measure) =>
  measure('rebuild of all projections, in s', async () =>
    once(() => server.daybook(['rebuild'])).then((ms) => ms / 1000),
  );

/**
 * One Daybook, a calendar of `small` objects and one of `large`, `events` events in the log.
 */
export const growth = async ({ start, small, large, events, rounds, chosen, measure, say }) => {
  const server = await start();
  try {
    const other = server.calendar.replace('/personal/', '/large/');
    const maker = calendarClient(server, other);
    await maker.make();
    maker.close();
    await fill(server, [], small);
    const rate = await measure(`filling a calendar with ${large} objects, per second`, async () => {
      const ms = await once(() => fill(server, [], large, other));
      return (large * 1000) / ms;
    });
    const result = { small, large, rate };
    if (chosen.has('flat')) {
      const clients = [calendarClient(server), calendarClient(server, other)];
      for (const client of clients) client.token = (await client.sync()).token;
      result.flat = await flatness(clients, rounds, measure);
      for (const client of clients) client.close();
    }
    if (chosen.has('listing')) result.listing = await listed(server, other, large, measure);
    if (chosen.has('rebuild')) {
      say(`storing changes until the log has ${events} events`);
      const names = Array.from({ length: events - small - large }, (_, i) => i);
      const clients = Array.from({ length: 8 }, () => calendarClient(server, other));
      await Promise.all(
        clients.map(async (client) => {
          for (let i = names.pop(); i !== undefined; i = names.pop())
            await client.put(`event-${i % large}`, i, `Take ${i}`);
          client.close();
        }),
      );
      result.rebuild = { events, seconds: await rebuilt(server, measure) };
      result.memory = await server.memory();
    }
    return result;
  } finally {
    await server.stop();
  }
};
