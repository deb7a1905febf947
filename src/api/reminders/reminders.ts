import { createHash } from 'node:crypto';
import type { CalendarEvent } from '../../domain/calendar/calendar.ts';
import {
  type EmailAlarms,
  emailAlarmsIn,
  mayHaveEmailAlarms,
  nextRing,
  type Ring,
  ringsBetween,
} from '../../domain/icalendar/email-alarms.ts';
import { newBudget } from '../../domain/icalendar/recurrence/budget.ts';
import type { Content } from '../../domain/kernel/content.ts';
import type { Recorded, StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountId, Instant, ResourceName } from '../../domain/kernel/ids.ts';
import { splitStream } from '../../domain/kernel/streams.ts';
import type { MailKey } from '../../domain/mail/outbox.ts';
import type { Mailbox } from '../../domain/mail/transport.ts';
import type { Worker } from '../jobs/working.ts';
import { mailLanguageOf } from '../mail/languages.ts';
import { mailboxOf } from '../mail/putting.ts';
import type { Reaction } from '../mail/reacting.ts';
import type { RemindersParts } from './parts.ts';
import { type Around, aroundOf } from './placing.ts';
import { recipientsOf } from './recipients.ts';
import { writeReminder } from './writing.ts';

const KIND = 'reminder';
const MINUTE = 60_000;
const DAY = 86_400_000;
/** How far back rings are looked for; what was over for a day is not told of anyway. */
const LONGEST_AWAY = 60 * DAY;
/** Rings of one object that are mailed together, and ms until the next: alarms of what takes place every second are nobody's wish. */
const TOGETHER = 10;
const APART = MINUTE;

const handled: ReadonlySet<string> = new Set([
  'CalendarObjectStored',
  'CalendarObjectDeleted',
  'CalendarDeleted',
]);

const keyOf = (stream: StreamId, name: ResourceName): string => `${stream}/${name}`;

/**
 * Keeps one job for each object with alarms by mail: due when the first of them rings that has not yet. It is an
 * index made of the log, from its start, and can be made again.
 */
export const remindersReaction = (parts: RemindersParts): Reaction => {
  const { services, codec, jobs, policy, now, log } = parts;
  /** What rang before is over: nobody wanted it. */
  let since = -Infinity;

  const textOf = async (content: Content): Promise<string | undefined> => {
    const octets =
      content.kind === 'inline' ? content.octets : await services.blobs.get(content.ref);
    return octets === undefined ? undefined : utf8.decode(octets);
  };

  /** Up to when its rings have had their consequences, or never will. */
  const settledUntil = async (key: string, { occurredAt }: Recorded): Promise<number> => {
    const due = await jobs.dueOf(KIND, key);
    const stored = Math.max(Date.parse(occurredAt), since);
    return due === undefined ? stored : Math.min(stored, due - 1);
  };

  const stored = async (
    event: Extract<CalendarEvent, { type: 'CalendarObjectStored' }>,
    recorded: Recorded,
  ): Promise<void> => {
    const { stream } = recorded;
    const text = await textOf(event.content);
    // A job whose object has no such alarm any more finds that out by itself.
    if (text === undefined || !mayHaveEmailAlarms(text)) return;
    const around = await aroundOf(parts, stream);
    if (around === undefined) return;
    const key = keyOf(stream, event.name);
    const { clocks, addresses, owner } = around;
    const alarms = emailAlarmsIn(text, clocks, addresses);
    const after = await settledUntil(key, recorded);
    const budget = newBudget();
    const due = alarms && nextRing(alarms, clocks, after, budget);
    if (budget.exhausted) log('reminders-unworkable', { account: owner.account, stream });
    if (due === undefined) await jobs.remove(KIND, key);
    else
      await jobs.put([
        { ...{ kind: KIND, key, due }, account: owner.account, scope: stream, note: String(after) },
      ]);
  };

  return {
    name: 'reminders',
    begins: 'start',
    wanted: policy.remindersAnywhere,
    begun: () => {
      since = now();
    },
    unwanted: () => jobs.removeAll(KIND),
    handles: ({ stream, type }) => handled.has(type) && splitStream(stream)[0] === 'calendar',
    async react(recorded) {
      const [event] = await codec.open([recorded]);
      if (event?.type === 'CalendarObjectStored') await stored(event, recorded);
      else if (event?.type === 'CalendarObjectDeleted')
        await jobs.remove(KIND, keyOf(recorded.stream, event.name));
      else if (event?.type === 'CalendarDeleted') await jobs.removeAll(KIND, recorded.stream);
    },
  };
};

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Mails what has rung of an object, and waits for what rings next. Whatever it is told of more than once, it mails once. */
export const remindersWorker = (parts: RemindersParts): Worker => {
  const { services, policy, domains, log } = parts;

  const current = async (
    stream: StreamId,
    name: ResourceName,
  ): Promise<{ readonly text: string; readonly uid: string } | undefined> => {
    const snapshot = await services.collections.named(stream, [name]);
    if (snapshot?.collection.status !== 'live') return undefined;
    for await (const page of snapshot.members)
      for (const { content, uid } of page) {
        const octets =
          content.kind === 'inline' ? content.octets : await services.blobs.get(content.ref);
        return octets && { text: utf8.decode(octets), uid };
      }
    return undefined;
  };

  return {
    kind: KIND,
    wanted: policy.remindersAnywhere,
    async work(job) {
      const stream = job.scope as StreamId;
      const name = job.key.slice(stream.length + 1) as ResourceName;
      const [object, around] = await Promise.all([current(stream, name), aroundOf(parts, stream)]);
      const { clocks, addresses, owner } = around ?? {};
      if (object === undefined || clocks === undefined || addresses === undefined || !around)
        return { kind: 'done' };
      const alarms = emailAlarmsIn(object.text, clocks, addresses);
      if (alarms === undefined) return { kind: 'done' };
      // The database's clock said that it is due.
      const now = Math.max(parts.now(), job.due);
      const budget = newBudget();
      const after = Math.max(Number(job.note), now - LONGEST_AWAY);
      const rings = ringsBetween(alarms, clocks, after, now, budget);
      if (policy.reminders(domains.of(around.owner)))
        await mailed(parts, { rings, alarms, around, now, uid: object.uid });
      const due = nextRing(alarms, clocks, now, budget);
      if (budget.exhausted) log('reminders-unworkable', { account: owner?.account, stream });
      return due === undefined
        ? { kind: 'done' }
        : { kind: 'again', due: Math.max(due, now + APART), note: String(now) };
    },
  };
};

interface Rung {
  readonly rings: readonly Ring[];
  readonly alarms: EmailAlarms;
  readonly around: Around;
  readonly now: number;
  readonly uid: string;
}

const mailed = async (parts: RemindersParts, rung: Rung): Promise<void> => {
  const { log } = parts;
  const { rings, around, now } = rung;
  const told = rings
    .filter(({ at, occurrence }) => (occurrence?.end ?? at) >= now - DAY)
    .slice(-TOGETHER);
  const count = rings.length - told.length;
  if (count > 0) log('reminders-dropped', { account: around.owner.account, count });
  for (const ring of told) await put(parts, rung, ring);
};

const put = async (parts: RemindersParts, rung: Rung, ring: Ring): Promise<void> => {
  const { policy, domains, outbox, submissions, log } = parts;
  const { alarms, around, now, uid } = rung;
  const { owner, addresses, preferences, entry, clocks } = around;
  const { account } = owner;
  const domain = domains.of(owner);
  const ownBox = mailboxOf(owner, policy.mailDomain(domain));
  const recipients = recipientsOf(ring, alarms, addresses, ownBox);
  const configured = policy.from(domain);
  const from = configured === undefined ? ownBox : { address: configured, name: '' };
  if (from === undefined || recipients.length === 0) return;
  if (submissions.submit(account, recipients.length) !== undefined) {
    log('mail-held-back', { account });
    return;
  }
  const words = writeReminder(ring, alarms, {
    language: mailLanguageOf(preferences.language),
    timeZone: preferences.timeZone,
    floating: clocks.floating,
    calendar: entry?.properties.displayName ?? entry?.segment ?? '',
  });
  for (const to of recipients) {
    const key = to === ownBox ? mailKey(account, uid, ring) : dailyKey(account, uid, ring, to);
    const putting = await outbox.put({
      ...{ key, account },
      mail: {
        ...{ from, to },
        ...words,
        date: new Date(now).toISOString() as Instant,
        messageId: `${key}@${from.address.slice(from.address.lastIndexOf('@') + 1)}`,
        ...(domain !== undefined && { domain }),
      },
    });
    if (putting === 'put') parts.wake();
    if (putting === 'full' || putting === 'too-large') log('mail-held-back', { account });
  }
};

const keyFrom = (...cause: readonly (string | number)[]): MailKey =>
  createHash('sha256')
    .update(JSON.stringify(['reminder', ...cause]))
    .digest('hex')
    .slice(0, 40) as MailKey;

/** The same for the same alarm of the same instance, whichever calendar of its owner it is in. */
const mailKey = (account: AccountId, uid: string, { at, alarm, occurrence }: Ring): MailKey =>
  keyFrom(account, uid, occurrence?.recurrenceId ?? '', alarm.identity, at);

/** For somebody else: the same for all alarms of an object that ring in one day. */
const dailyKey = (account: AccountId, uid: string, { at }: Ring, { address }: Mailbox): MailKey =>
  keyFrom(account, uid, Math.floor(at / DAY), address);
