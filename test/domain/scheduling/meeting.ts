import { type Addresses, calendarUserAddress } from '../../../src/domain/scheduling/addresses.ts';
import { answer, type AttendeeChange } from '../../../src/domain/scheduling/answering.ts';
import { type Heard, nothingHeard } from '../../../src/domain/scheduling/heard.ts';
import type { SchedulingMessage } from '../../../src/domain/scheduling/message.ts';
import { organize, type OrganizerChange } from '../../../src/domain/scheduling/organizing.ts';
import { type Receipt, type ReceivingOptions } from '../../../src/domain/scheduling/receipt.ts';
import { receive } from '../../../src/domain/scheduling/receiving.ts';
import type { Outgoing } from '../../../src/domain/scheduling/scheduling.ts';
import type { Instant } from '../../../src/domain/kernel/ids.ts';

/** Somebody's addresses: `ada` is `mailto:ada@example.org`. */
export const person = (...names: readonly string[]): Addresses =>
  new Set(
    names.map((name) => {
      const found = calendarUserAddress(name.includes(':') ? name : `mailto:${name}@example.org`);
      if (found === undefined) throw new Error(name);
      return found;
    }),
  );

export const ada = person('ada');
export const bob = person('bob');
export const cyd = person('cyd');

export const at = (minute: number): Instant =>
  new Date(Date.UTC(2026, 0, 1, 8, minute)).toISOString() as Instant;

/** A calendar of components, each given by its lines; those that a meeting always has are added. */
export const calendar = (...components: readonly (readonly string[])[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//test//EN',
    ...components.flat(),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

const named = (lines: readonly string[], name: string): boolean =>
  lines.some((line) => line.startsWith(`${name}:`) || line.startsWith(`${name};`));

/** VEVENT of UID `lunch` that ada organizes. */
export const event = (...lines: readonly string[]): readonly string[] => [
  'BEGIN:VEVENT',
  'UID:lunch',
  'DTSTAMP:20260101T080000Z',
  ...(named(lines, 'DTSTART') ? [] : ['DTSTART:20270105T110000Z', 'DTEND:20270105T120000Z']),
  ...(named(lines, 'SUMMARY') ? [] : ['SUMMARY:Lunch']),
  ...(named(lines, 'ORGANIZER') ? [] : ['ORGANIZER;CN=Ada:mailto:ada@example.org']),
  ...lines,
  'END:VEVENT',
];

export const invites = (name: string, parameters = ';PARTSTAT=NEEDS-ACTION;RSVP=TRUE'): string =>
  `ATTENDEE${parameters}:mailto:${name}@example.org`;

export const weekly = [
  'DTSTART;TZID=Europe/Berlin:20270105T120000',
  'DTEND;TZID=Europe/Berlin:20270105T130000',
  'RRULE:FREQ=WEEKLY;COUNT=5',
] as const;

/** An exception of the weekly lunch. */
export const exception = (day: string, ...lines: readonly string[]): readonly string[] =>
  event(
    `RECURRENCE-ID;TZID=Europe/Berlin:${day}T120000`,
    ...(named(lines, 'DTSTART')
      ? []
      : [`DTSTART;TZID=Europe/Berlin:${day}T120000`, `DTEND;TZID=Europe/Berlin:${day}T130000`]),
    ...lines,
  );

type Organized = Extract<ReturnType<typeof organize>, { kind: 'organized' }>;
type Answered = Extract<ReturnType<typeof answer>, { kind: 'answered' }>;

export const organized = (
  before: string | undefined,
  after: string | undefined,
  more: Partial<OrganizerChange> = {},
): Organized => {
  const result = organize({
    ...{ before, after, organizer: ada, now: at(0), keepAnswers: false },
    ...more,
  });
  if (result.kind !== 'organized') throw new Error(result.invalid);
  return result;
};

export const answered = (
  before: string | undefined,
  after: string | undefined,
  more: Partial<AttendeeChange> = {},
): Answered => {
  const result = answer({ before, after, attendee: bob, now: at(5), ...more });
  if (result.kind !== 'answered') throw new Error(result.invalid);
  return result;
};

/** Messages in short: `REQUEST bob,cyd [series] significant`. */
export const inShort = (messages: readonly Outgoing[]): readonly string[] =>
  messages.map(({ message, weight, informs }) => {
    const to = message.recipients.map((one) => one.replace(/^mailto:|@.*$/g, ''));
    const what = message.instances.map((key) => (key === '' ? 'series' : key));
    return `${informs ? 'informs ' : ''}${message.method} ${to.join(',')} [${what.join(' ')}] ${weight}`;
  });

export const only = (messages: readonly Outgoing[]): SchedulingMessage => {
  const [first, ...others] = messages;
  if (first === undefined || others.length > 0)
    throw new Error(`not one message: ${inShort(messages).join('; ')}`);
  return first.message;
};

/** Somebody's copy and what he heard. */
export interface Copy {
  readonly text: string | undefined;
  readonly heard: Heard;
}

export const empty: Copy = { text: undefined, heard: nothingHeard };

export const holding = (text: string | undefined): Copy => ({ text, heard: nothingHeard });

export const delivered = (
  copy: Copy,
  message: SchedulingMessage,
  recipient: Addresses,
  options?: ReceivingOptions,
): { readonly copy: Copy; readonly receipt: Receipt } => {
  const { text, heard } = copy;
  const receipt = receive({
    ...{ message, existing: text, heard, recipient },
    ...(options && { options }),
  });
  return { copy: copyAfter(copy, receipt), receipt };
};

const copyAfter = (copy: Copy, receipt: Receipt): Copy => {
  switch (receipt.kind) {
    case 'store':
      return { text: receipt.object, heard: receipt.heard };
    case 'remove':
      return { text: undefined, heard: receipt.heard };
    case 'refuse':
      return copy;
    default:
      return { ...copy, heard: receipt.heard };
  }
};

/** Copies after some messages. */
export const after = (
  copy: Copy,
  recipient: Addresses,
  messages: readonly Outgoing[],
  options?: ReceivingOptions,
): Copy =>
  messages
    .filter(({ message }) => message.recipients.some((one) => recipient.has(one)))
    .reduce((now, { message }) => delivered(now, message, recipient, options).copy, copy);

/** Unfolded lines of a text. */
export const lines = (text: string | undefined): readonly string[] =>
  (text ?? '').replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/);

/** Lines of a text that begin with a name. */
export const all = (text: string | undefined, name: string): readonly string[] =>
  lines(text).filter((line) => line.startsWith(`${name}:`) || line.startsWith(`${name};`));

/** How people answered, in the order of the text: `bob ACCEPTED`. */
export const answers = (text: string | undefined): readonly string[] =>
  all(text, 'ATTENDEE').map((line) => {
    const who = /mailto:([^@]*)@/i.exec(line.slice(line.lastIndexOf(':') - 7))?.[1] ?? '';
    return `${who} ${/PARTSTAT=([^;:]*)/.exec(line)?.[1] ?? '-'}`;
  });
