import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresJobs } from '../../../src/adapters/jobs/jobs.ts';
import type { RemindersParts } from '../../../src/api/reminders/parts.ts';
import { remindersReaction, remindersWorker } from '../../../src/api/reminders/reminders.ts';
import type { CalendarEvent } from '../../../src/domain/calendar/calendar.ts';
import type { Recorded, StreamId } from '../../../src/domain/kernel/event-store.ts';
import type { ClaimedJob } from '../../../src/domain/kernel/jobs.ts';
import type { EventCodec } from '../../../src/domain/kernel/ports.ts';
import { streams } from '../../../src/domain/kernel/streams.ts';
import type { NewMail } from '../../../src/domain/mail/outbox.ts';
import { type FullNode, startNode } from '../../support/full-node.ts';
import { eventText, ICALENDAR } from '../../support/objects.ts';
import { freshDatabase } from '../../support/postgres.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CALENDAR = '/SOGo/dav/ada/Calendar/personal/';

let database: Awaited<ReturnType<typeof freshDatabase>>;
/** Its own reminders are off: the tests say what time it is. */
let node: FullNode;
let calendar: StreamId;
/** What was put into the outbox, once for each key. */
const put = new Map<string, NewMail>();
let now = 0;
let isOn = true;
const logged: string[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({ url: database.url });
  await node.daybook.accounts.add({
    ...{ login: 'ada', password: 'secret', mail: 'ada@acme.com', displayName: 'Ada <A>' },
  });
  const ada = await node.daybook.services.sharing.personCalled('ada');
  if (ada === undefined) throw new Error('no ada');
  const { entries } = await node.daybook.services.home(ada.account);
  const personal = entries.find(({ kind }) => kind === 'calendar');
  if (personal === undefined) throw new Error('no calendar');
  calendar = streams.calendar(personal.collection);
  await node.daybook.changePreferences(ada.account, { timeZone: 'Europe/Berlin', language: 'de' });
}, 60_000);
afterAll(async () => {
  await node?.stop();
  await database?.drop();
});
beforeEach(async () => {
  put.clear();
  logged.length = 0;
  isOn = true;
  now = Date.now();
  await node.pool.query('truncate jobs.jobs');
});

const parts = (): RemindersParts => ({
  services: node.daybook.services,
  accounts: node.daybook.accountRows,
  codec: node.daybook.codec as unknown as EventCodec<CalendarEvent>,
  jobs: postgresJobs({ pool: node.pool }),
  outbox: {
    async put(mail) {
      if (put.has(mail.key)) return 'held-already';
      put.set(mail.key, mail);
      return 'put';
    },
  },
  policy: {
    reminders: () => isOn,
    remindersAnywhere: () => isOn,
    mailDomain: () => 'acme.com',
    from: () => undefined,
  },
  domains: { of: () => undefined },
  submissions: { submit: () => undefined },
  wake: () => undefined,
  now: () => now,
  log: (code) => {
    logged.push(code);
  },
});

const request = async (method: string, name: string, body?: string): Promise<number> => {
  const answer = await fetch(`${node.url}${name.startsWith('/') ? name : CALENDAR + name}`, {
    method,
    headers: {
      ...ICALENDAR,
      authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}`,
    },
    ...(body === undefined ? {} : { body }),
  });
  await answer.body?.cancel();
  return answer.status;
};
const events = async (): Promise<readonly Recorded[]> => {
  const all: Recorded[] = [];
  for await (const batch of node.daybook.store.read(calendar, 0n)) all.push(...batch);
  return all;
};
/** Lets the reaction hear of what was recorded last; all of it, when it begins anew. */
const hear = async (all = false, begins = false): Promise<void> => {
  const reaction = remindersReaction(parts());
  if (begins) reaction.begun?.();
  for (const event of (await events()).slice(all ? 0 : -1))
    if (reaction.handles(event)) await reaction.react(event, new AbortController().signal);
};
const jobsNow = async (): Promise<readonly number[]> =>
  (await parts().jobs.list('waiting')).map(({ dueAt }) => Date.parse(dueAt));
/** Lets the time of the one job come, and does it; what came of it. */
const ring = async (): Promise<string> => {
  await node.pool.query("update jobs.jobs set leased_until = '-infinity'");
  const { rows } = await node.pool.query<ClaimedJob & { due: string }>(
    'select *, extract(epoch from due_at) * 1000 as due from jobs.jobs order by due_at',
  );
  const [job] = rows;
  if (job === undefined) return 'nothing';
  const claimed = { ...job, due: Number(job.due), attempt: 1, turn: Number(job.turn) };
  now = Math.max(now, claimed.due);
  const outcome = await remindersWorker(parts()).work(claimed);
  await parts().jobs.settle(claimed, outcome);
  return outcome.kind;
};
const utc = (moment: number): string =>
  new Date(moment).toISOString().replaceAll(/[-:]|\.\d+/g, '');
const alarm = (...lines: readonly string[]) => [
  'BEGIN:VALARM',
  'ACTION:EMAIL',
  ...lines,
  'END:VALARM',
];
let number = 0;
const store = async (start: number, ...lines: readonly string[]): Promise<string> => {
  number += 1;
  const uid = `r${number}`;
  expect(await request('PUT', `${uid}.ics`, text(uid, start, ...lines))).toBe(201);
  await hear();
  return uid;
};
const text = (uid: string, start: number, ...lines: readonly string[]) =>
  eventText(uid, 'SUMMARY:Lunch <b>\\, all', 'DURATION:PT1H', ...lines).replace(
    /DTSTART.*/,
    `DTSTART:${utc(start)}`,
  );
const seconds = (moment: number): number => Math.floor(moment / 1000) * 1000;
const to = () => [...put.values()].map(({ mail }) => mail.to.address);

describe('reminders by mail', () => {
  it('are sent when they are due, once, and then there is nothing left to do', async () => {
    const start = seconds(now) + 2 * HOUR;
    await store(start, ...alarm('TRIGGER:-PT15M', 'ATTENDEE:mailto:ada@acme.com'));
    expect(await jobsNow()).toEqual([start - 15 * MINUTE]);
    const { rows } = await node.pool.query('select * from jobs.jobs');
    expect(await ring()).toBe('done');
    expect(to()).toEqual(['ada@acme.com']);
    expect(await jobsNow()).toEqual([]);
    // A node that died before it could say so, and one that has the index anew.
    const [job] = rows as ClaimedJob[];
    if (job !== undefined) await remindersWorker(parts()).work(job);
    await hear(true);
    await ring();
    expect(put.size).toBe(1);
  });

  it('say what is when and where, in the language and zone of the owner, and mean what was written', async () => {
    await store(Date.UTC(2099, 5, 1, 10), 'LOCATION:Room 1', ...alarm('TRIGGER:-PT15M'));
    await ring();
    const [{ mail } = { mail: undefined }] = [...put.values()];
    expect(mail?.subject).toBe('Erinnerung: Lunch <b>, all');
    expect(mail?.from).toEqual({ address: 'ada@acme.com', name: 'Ada <A>' });
    expect(mail?.text).toContain('1. Juni 2099');
    expect(mail?.text).toMatch(/12:00.*13:00.*Europe\/Berlin/);
    expect(mail?.text).toContain('Wo: Room 1');
    expect(mail?.text).toContain('Kalender: Personal Calendar');
    expect(mail?.html).toContain('Lunch &lt;b&gt;, all');
    expect(mail?.messageId).toMatch(/^[0-9a-f]{40}@acme\.com$/);
  });

  it('follow a change of the object, and go with it', async () => {
    const start = seconds(now) + 2 * HOUR;
    const uid = await store(start, ...alarm('TRIGGER:-PT15M'));
    expect(
      await request('PUT', `${uid}.ics`, text(uid, start + DAY, ...alarm('TRIGGER:-PT15M'))),
    ).toBe(204);
    await hear();
    expect(await jobsNow()).toEqual([start + DAY - 15 * MINUTE]);
    expect(await request('PUT', `${uid}.ics`, text(uid, start + DAY))).toBe(204);
    await hear();
    // What it is left with finds that there is nothing to say.
    expect(await ring()).toBe('done');
    const other = await store(start, ...alarm('TRIGGER:-PT15M'));
    expect(await request('DELETE', `${other}.ics`)).toBe(204);
    await hear();
    expect(await jobsNow()).toEqual([]);
    expect(put.size).toBe(0);
  });

  it('are of every instance, one after the other, each alarm by itself', async () => {
    const start = seconds(now) - 7 * DAY + HOUR;
    await store(
      start,
      'RRULE:FREQ=WEEKLY;COUNT=3',
      ...alarm('TRIGGER:-PT15M', 'REPEAT:1', 'DURATION:PT5M'),
      ...alarm('TRIGGER;RELATED=END:PT0S'),
    );
    const rings: number[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      rings.push((await jobsNow())[0] ?? 0);
      expect(await ring()).toBe(turn === 5 ? 'done' : 'again');
    }
    const offsets = [-15 * MINUTE, -10 * MINUTE, HOUR];
    expect(rings).toEqual(
      [start + 7 * DAY, start + 14 * DAY].flatMap((each) => offsets.map((offset) => each + offset)),
    );
    expect(put.size).toBe(6);
  });

  it('that were missed are sent late, but not of what is over for a day', async () => {
    const start = seconds(now) + HOUR;
    await store(start, 'RRULE:FREQ=DAILY', ...alarm('TRIGGER:-PT15M'));
    now = start + 10 * DAY + HOUR / 2;
    expect(await ring()).toBe('again');
    // Of today and of yesterday; and what comes next is tomorrow's.
    expect(put.size).toBe(2);
    expect(logged).toContain('reminders-dropped');
    expect(await jobsNow()).toEqual([start + 11 * DAY - 15 * MINUTE]);
  });

  it('are sent late too where nobody had heard of them before all servers went away', async () => {
    const start = seconds(now) + HOUR;
    const body = text('unheard', start, ...alarm('TRIGGER:-PT30M'));
    expect(await request('PUT', 'unheard.ics', body)).toBe(201);
    now = start;
    await hear();
    expect(await ring()).toBe('done');
    expect(put.size).toBe(1);
  });

  it('that are overdue are not lost by a change of the object', async () => {
    const start = seconds(now) + HOUR;
    const uid = await store(start, ...alarm('TRIGGER:-PT30M'));
    now = start - 10 * MINUTE;
    const changed = text(uid, start, 'LOCATION:Elsewhere', ...alarm('TRIGGER:-PT30M'));
    expect(await request('PUT', `${uid}.ics`, changed)).toBe(204);
    await hear();
    expect(await ring()).toBe('done');
    expect(put.size).toBe(1);
  });

  it('go to others only if they are invited to it by the owner', async () => {
    const start = seconds(now) + 2 * HOUR;
    const people = ['bob@b.example', 'stranger@c.example', 'ada@acme.com'];
    const both = alarm('TRIGGER:-PT15M', ...people.map((one) => `ATTENDEE:mailto:${one}`));
    const guests = ['ATTENDEE:mailto:Bob@B.example', 'ATTENDEE:mailto:ada@acme.com'];
    await store(start, 'ORGANIZER:mailto:ada@acme.com', ...guests, ...both);
    await ring();
    expect(to()).toEqual(['ada@acme.com', 'bob@b.example']);
    put.clear();
    await store(start, 'ORGANIZER:mailto:boss@b.example', ...guests, ...both);
    await ring();
    expect(to()).toEqual(['ada@acme.com']);
    put.clear();
    await store(start, ...alarm('TRIGGER:-PT15M', 'ATTENDEE:mailto:stranger@c.example'));
    await ring();
    expect(to()).toEqual([]);
  });

  it('are no way to flood anybody', async () => {
    const start = seconds(now) + HOUR;
    const guests = ['ORGANIZER:mailto:ada@acme.com', 'ATTENDEE:mailto:bob@b.example'];
    const both = ['ATTENDEE:mailto:bob@b.example', 'ATTENDEE:mailto:ada@acme.com'];
    const many = Array.from({ length: 200 }, (_, i) => alarm(`TRIGGER:-PT${i + 1}S`, ...both));
    await store(start, 'RRULE:FREQ=SECONDLY', ...guests, ...many.flat());
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await ring()).toBe('again');
      now += 10_000;
    }
    const addresses = to();
    expect(addresses.filter((one) => one === 'bob@b.example').length).toBeLessThan(3);
    expect(addresses.length).toBeLessThan(33);
    await parts().jobs.removeAll('reminder');
  });

  it('of a task are about when it is due', async () => {
    const due = seconds(now) + DAY;
    const body = eventText('task', `DUE:${utc(due)}`, ...alarm('TRIGGER;RELATED=END:-PT1H'))
      .replace(/DTSTART.*\r\n/, '')
      .replaceAll('VEVENT', 'VTODO');
    expect(await request('PUT', 'task.ics', body)).toBe(201);
    await hear();
    expect(await ring()).toBe('done');
    expect([...put.values()][0]?.mail.text).toContain('Fällig: ');
  });

  it('are forgotten while they are switched off, and not sent afterwards', async () => {
    const uid = await store(seconds(now) + HOUR, ...alarm('TRIGGER:-PT15M'));
    await remindersReaction(parts()).unwanted?.();
    expect(await jobsNow()).toEqual([]);
    now += 2 * HOUR;
    await hear(true, true);
    expect(await parts().jobs.dueOf('reminder', `${calendar}/${uid}.ics`)).toBeUndefined();
  });

  it('go with their calendar and with their account', async () => {
    const { jobs } = parts();
    await store(seconds(now) + HOUR, ...alarm('TRIGGER:-PT15M'));
    await jobs.removeAll('reminder', calendar);
    expect(await jobsNow()).toEqual([]);
    const job = { kind: 'reminder', key: `${calendar}/gone.ics`, scope: calendar } as const;
    await jobs.put([{ ...job, account: 'nobody' as never, due: now, note: '0' }]);
    expect(await ring()).toBe('done');
    const { accounts, accountRows } = node.daybook;
    await accounts.add({ login: 'eve', password: 'secret' });
    const eve = await accountRows.byLogin('eve');
    if (eve === undefined) throw new Error('no eve');
    await jobs.put([{ ...job, account: eve.account, due: now + DAY, note: '0' }]);
    await accounts.erase({ account: eve.account, login: 'eve' });
    expect(await jobsNow()).toEqual([]);
  });
});

describe('reminders of a server', () => {
  it('are mailed once by two nodes, and not while they are off', async () => {
    const sent: string[] = [];
    let wanted = false;
    const options = {
      url: database.url,
      reminders: () => wanted,
      sendMail: async ({ subject }: { readonly subject: string }) => {
        sent.push(subject);
        return { kind: 'sent' as const };
      },
    };
    const nodes = await Promise.all([startNode(options), startNode(options)]);
    try {
      wanted = true;
      const start = seconds(Date.now()) + HOUR + 6_000;
      const lines = ['SUMMARY:Soon', 'DURATION:PT1H', ...alarm('TRIGGER:-PT1H')];
      const body = eventText('soon', ...lines).replace(/DTSTART.*/, `DTSTART:${utc(start)}`);
      expect(await request('PUT', 'soon.ics', body)).toBe(201);
      await expect
        .poll(() => sent.filter((subject) => subject.includes('Soon')), {
          ...{ timeout: 60_000, interval: 50 },
        })
        .toHaveLength(1);
      const { jobs } = parts();
      await expect
        .poll(async () => (await jobs.counts()).due, { timeout: 20_000, interval: 50 })
        .toBe(0);
      expect(sent.filter((subject) => subject.includes('Soon'))).toHaveLength(1);
      wanted = false;
      await expect
        .poll(async () => (await jobs.counts()).waiting, { timeout: 20_000, interval: 50 })
        .toBe(0);
    } finally {
      await Promise.all(nodes.map((one) => one.stop()));
    }
  }, 120_000);
});
