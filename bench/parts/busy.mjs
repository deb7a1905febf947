import { createHash, randomUUID } from 'node:crypto';
import { layFoundation } from '../../dist/api/composition/foundation.js';
import { loadSettings } from '../../dist/adapters/sogo-conf/settings.js';
import { assemble } from '../../dist/api/assemble.js';
import { silentMeter } from '../../dist/api/metrics/meter.js';
import { busyAskingBy } from '../../dist/api/scheduling/asking.js';
import { addressesOf, busyTimeOf } from '../../dist/api/scheduling/busy.js';
import { readCalendarObject } from '../../dist/domain/icalendar/calendar-object.js';
import { event } from '../objects.mjs';
import { folderFor, removeFolder } from '../processes.mjs';
import { once, repeated, summary } from '../timing.mjs';

/** Free and busy times of so many people over two weeks; ms. */
export const BUSY_MS = 300;
/** Finding what is due, and settling it; ms. */
export const DUE_MS = 20;

const DAY = 86_400_000;
const FROM = Date.UTC(2026, 5, 1);

/** Every third event is an invitation that was accepted, every fortieth one that was declined. */
const object = (
  /** @type {string} */ uid,
  /** @type {number} */ number,
  /** @type {string} */ mail,
) => {
  const partstat = number % 40 === 0 ? 'DECLINED' : 'ACCEPTED';
  const invited =
    number % 3 === 0 || number % 40 === 0
      ? `ORGANIZER:mailto:boss@example.org\r\nATTENDEE:mailto:boss@example.org\r\nATTENDEE;PARTSTAT=${partstat}:mailto:${mail}\r\n`
      : '';
  return event(uid, number).replace('LOCATION:', `${invited}LOCATION:`);
};

/** One server in this process, with an embedded store of its own. */
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
  return assemble(foundation);
};

/** Gives somebody so many events. */
const fill = async (daybook, account, mail, events) => {
  const { services, byCommandLine } = daybook;
  const { entries } = await services.home(account);
  const calendar = entries.find(({ kind }) => kind === 'calendar');
  const stream = `calendar-${calendar.collection}`;
  const by = byCommandLine();
  for (let at = 0; at < events; at += 100)
    await Promise.all(
      Array.from({ length: Math.min(100, events - at) }, async (_, i) => {
        const uid = randomUUID();
        const octets = Buffer.from(object(uid, at + i, mail));
        const { facts } = readCalendarObject(octets.toString());
        const etag = createHash('sha256').update(octets).digest('base64url').slice(0, 22);
        const content = { kind: 'inline', octets };
        const command = {
          ...{ type: 'StoreCalendarObject', name: `${uid}.ics`, content, when: {} },
          facts: { ...facts, etag },
        };
        const stored = await services.calendars({ stream, owner: account, command, by });
        if (!('accepted' in stored)) throw new Error('an event was not stored');
      }),
    );
};

/** Puts so many jobs for times to come, some of them due; how long the due ones take to be found, and to be given out. */
const reminders = async ({ jobs }, account, alarms, seconds, measure) => {
  const now = Date.now();
  const job = (/** @type {number} */ n) => ({
    ...{ kind: 'bench', key: `calendar-${n % 1000}/${n}.ics`, scope: `calendar-${n % 1000}` },
    ...{ account, note: String(now), due: now + DAY + n * 60_000 },
  });
  await measure(`${alarms} alarms`, async () => {
    for (let at = 0; at < alarms; at += 5000)
      await jobs.put(Array.from({ length: Math.min(5000, alarms - at) }, (_, i) => job(at + i)));
  });
  const found = [];
  await measure(`the due ones of ${alarms} alarms`, () =>
    repeated(
      async (n) => {
        await jobs.put([{ ...job(n % alarms), due: now - 1000 }]);
        found.push(await once(() => claimOne(jobs, job(n % alarms).due)));
      },
      { seconds },
    ),
  );
  return summary(found.slice(found.length >> 2)).p50;
};

/** Finds the one that is due, and gives it another time. */
const claimOne = async (jobs, /** @type {number} */ due) => {
  const claimed = await jobs.claim(['bench'], 'bench', 16);
  if (claimed.length !== 1) throw new Error(`${claimed.length} jobs were due, not one`);
  await jobs.settle(claimed[0], { kind: 'again', due, note: '' });
};

/** When `people` people, each with `events` events, are busy: for the first time, and then. */
export const busy = async ({ people, events, alarms, seconds, measure }) => {
  const data = folderFor({});
  const daybook = await open(data);
  try {
    const { services, accounts } = daybook;
    const logins = Array.from({ length: people }, (_, i) => `p${i}`);
    await measure(`${people} people with ${events} events each`, async () => {
      for (let at = 0; at < people; at += 8)
        await Promise.all(
          logins.slice(at, at + 8).map(async (login) => {
            const mail = `${login}@example.org`;
            await accounts.add({ login, password: 'bench', mail, displayName: login });
            const { account } = await services.sharing.personCalled(login);
            await fill(daybook, account, mail, events);
          }),
        );
      await daybook.caughtUp();
    });
    const found = await Promise.all(logins.map((login) => services.sharing.personCalled(login)));
    const asked = found.map((person) => ({ person, addresses: addressesOf(person) }));
    const asking = await busyAskingBy(services, found[0]);
    const weeks = (/** @type {number} */ n) => {
      const from = FROM + n * 14 * DAY;
      return { from, to: from + 14 * DAY };
    };
    const tell = async (/** @type {number} */ n) => {
      const told = await busyTimeOf(asking, asked, weeks(n));
      const times = told.reduce((sum, one) => sum + one.times.length, 0);
      if (times < people) throw new Error(`only ${times} times of ${people} people`);
    };
    const first = await once(() => tell(0));
    const { p50 } = await measure(`when ${people} people are busy`, () =>
      repeated((n) => tell(n % 20), { seconds }),
    );
    const { account } = found[0];
    const due = await reminders(daybook, account, alarms, seconds, measure);
    return { people, events, alarms, first, p50, due };
  } finally {
    await daybook.close();
    removeFolder(data);
  }
};
