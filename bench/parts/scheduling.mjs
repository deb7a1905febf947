import { randomUUID } from 'node:crypto';
import { layFoundation } from '../../dist/api/composition/foundation.js';
import { loadSettings } from '../../dist/adapters/sogo-conf/settings.js';
import { assemble } from '../../dist/api/assemble.js';
import { buildServer } from '../../dist/api/http/server.js';
import { silentMeter } from '../../dist/api/metrics/meter.js';
import { httpClient } from '../http-client.mjs';
import { folderFor, removeFolder } from '../processes.mjs';
import { once, repeated, summary } from '../timing.mjs';

/** A PUT with so many people here invited, who all have it when it is answered; ms. */
export const FEW_MS = 60;
export const MANY_MS = 1000;

const PASSWORD = 'bench';

/** One server in this process, with an embedded store of its own, over HTTP. */
const open = async (/** @type {string} */ data) => {
  const settings = await loadSettings({ config: undefined, data, listen: '127.0.0.1:0' }, {});
  const foundation = await layFoundation(settings, {
    guest: false,
    log: () => undefined,
    meter: silentMeter,
    version: 'bench',
    sources: [],
    books: [],
    signal: new AbortController().signal,
  });
  const daybook = assemble(foundation);
  const app = buildServer(daybook.services, {
    log: () => undefined,
    healthy: async () => true,
    ready: daybook.readiness,
    page: () => ({ headers: {}, body: '' }),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address();
  return {
    daybook,
    port,
    close: async () => {
      await app.close();
      await daybook.close();
    },
  };
};

const login = (/** @type {number} */ number) => `p${number}`;

/** An event of p0's to which so many others are invited. */
const meeting = (
  /** @type {string} */ uid,
  /** @type {number} */ invited,
  /** @type {string} */ summary,
) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Daybook//Bench//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    'DTSTART:20300107T090000Z',
    'DTEND:20300107T100000Z',
    `SUMMARY:${summary}`,
    'ORGANIZER:mailto:p0@example.org',
    ...Array.from(
      { length: invited },
      (_, i) => `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${login(i + 1)}@example.org`,
    ),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

const client = (/** @type {number} */ port, /** @type {string} */ user) => {
  const { request, close } = httpClient({ host: '127.0.0.1', port, user, password: PASSWORD });
  const at = (/** @type {string} */ uid) => `/SOGo/dav/${user}/Calendar/personal/${uid}.ics`;
  const headers = { 'Content-Type': 'text/calendar; charset=utf-8' };
  return {
    close,
    put: async (/** @type {string} */ uid, /** @type {string} */ text) => {
      const { status } = await request('PUT', at(uid), headers, text);
      if (status !== 201 && status !== 204) throw new Error(`PUT was answered with ${status}`);
    },
    mustHave: async (/** @type {string} */ uid) => {
      for (let tries = 0; ; tries += 1) {
        const { status } = await request('GET', at(uid), {});
        if (status === 200) return;
        if (tries === 1000) throw new Error(`${user} was not served: ${status}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
};

/** How long a PUT takes that `few` people here are invited by, and one that `many` are. */
export const scheduling = async ({ few, many, seconds, measure }) => {
  const data = folderFor({});
  const { daybook, port, close } = await open(data);
  try {
    await measure(`${many + 1} people`, async () => {
      for (let from = 0; from <= many; from += 8)
        await Promise.all(
          Array.from({ length: Math.min(8, many + 1 - from) }, async (_, i) => {
            const user = login(from + i);
            await daybook.accounts.add({
              ...{ login: user, password: PASSWORD },
              ...{ mail: `${user}@example.org`, displayName: user },
            });
            const { account } = await daybook.services.sharing.personCalled(user);
            await daybook.services.home(account);
          }),
        );
      await daybook.caughtUp();
    });
    const organizer = client(port, login(0));
    const last = { few: client(port, login(few)), many: client(port, login(many)) };
    const inviting = async (/** @type {number} */ invited, /** @type {'few' | 'many'} */ whom) => {
      const uid = randomUUID();
      await organizer.put(uid, meeting(uid, invited, 'Planning'));
      await last[whom].mustHave(uid);
      return uid;
    };
    const first = await once(() => inviting(many, 'many'));
    const times = [];
    const changes = [];
    await measure(`PUT with ${few} people`, () =>
      repeated(
        async (n) => {
          const uid = randomUUID();
          times.push(await once(() => organizer.put(uid, meeting(uid, few, 'Planning'))));
          await last.few.mustHave(uid);
          changes.push(await once(() => organizer.put(uid, meeting(uid, few, `Changed ${n}`))));
        },
        { seconds },
      ),
    );
    const large = [];
    await measure(`PUT with ${many} people`, () =>
      repeated(
        async () => {
          const uid = randomUUID();
          large.push(
            await once(async () => {
              await organizer.put(uid, meeting(uid, many, 'Planning'));
              await last.many.mustHave(uid);
            }),
          );
        },
        { seconds, most: 10 },
      ),
    );
    organizer.close();
    last.few.close();
    last.many.close();
    const p50 = (/** @type {readonly number[]} */ values) => summary(values).p50;
    return { few, many, first, put: p50(times), change: p50(changes), large: p50(large) };
  } finally {
    await close();
    removeFolder(data);
  }
};
