import type { Instant } from '../kernel/ids.ts';
import { type CalendarUserAddress, mailto } from './addresses.ts';
import { type Method, methods } from './message.ts';

/** A calendar that came with a mail (RFC 6047 §2.4), or was attached to it. */
export interface ArrivedCalendar {
  readonly text: string;
  /** METHOD of its media type; absent when that says none. */
  readonly method?: string;
}

/** As much of a mail as scheduling looks at. */
export interface ArrivedMail {
  /** Addresses of From. */
  readonly from: readonly string[];
  /** Whom servers on its way say it was delivered to, the last of them first: Delivered-To, X-Original-To. */
  readonly deliveredTo: readonly string[];
  /** Addresses of To and Cc. */
  readonly addressed: readonly string[];
  /** With its angle brackets; absent when it has none. */
  readonly messageId?: string;
  readonly date?: Instant;
  /** First word of Auto-Submitted (RFC 3834 §5); absent when it says none. */
  readonly autoSubmitted?: string;
  /** Values of X-Loop. */
  readonly loops: readonly string[];
  /** How many servers it has passed (Received). */
  readonly hops: number;
  /** Values of Authentication-Results, the last server's first (RFC 8601). */
  readonly authentication: readonly string[];
  /** Tells how the delivery of another mail went (RFC 6522). */
  readonly isReport: boolean;
  /** A few at most; nothing of mails that are attached to it. */
  readonly calendars: readonly ArrivedCalendar[];
}

/** Why a mail changes nothing, whatever it says. */
export type PassedOver =
  /** No calendar in it, or none that is a message. */
  | 'no-calendar'
  /** Not from exactly one address. */
  | 'no-sender'
  /** Tells of the delivery of another mail. */
  | 'report'
  /** Has gone round. */
  | 'loop'
  /** Nobody has made sure whose it is. */
  | 'unproven';

/** Servers that a mail passes at most; more than this, and it goes round. */
const MOST_HOPS = 50;

/** Whoever sent a mail; only From counts, because that is what DMARC proves (RFC 7489 §3.1). */
export const senderOf = ({ from }: ArrivedMail): CalendarUserAddress | undefined => {
  const [only, another] = from;
  return only === undefined || another !== undefined ? undefined : mailto(only);
};

/** Why a mail is not looked into; `undefined`: it is. */
export const passedOver = (
  mail: ArrivedMail,
  recipients: readonly string[],
): PassedOver | undefined => {
  if (mail.isReport) return 'report';
  const own = new Set(recipients.map((one) => one.toLowerCase()));
  if (mail.hops > MOST_HOPS || mail.loops.some((one) => own.has(one.trim().toLowerCase())))
    return 'loop';
  if (mail.calendars.length === 0) return 'no-calendar';
  return senderOf(mail) === undefined ? 'no-sender' : undefined;
};

/**
 * Whether a server that is trusted says that a mail is of whom From names (DMARC): by the first of its headers, which
 * is the one that it wrote itself (RFC 8601 §5).
 */
export const isProven = ({ from, authentication }: ArrivedMail, server: string): boolean => {
  const plain = authentication.map((value) =>
    value
      .replaceAll(/\([^()]*\)/g, ' ')
      .trim()
      .toLowerCase(),
  );
  const said = plain.find((value) => /^[^\s;]*/.exec(value)?.[0] === server.toLowerCase());
  const domain = from[0]?.toLowerCase().split('@').at(-1);
  return (said ?? '').split(';').some((result) => {
    if (!/^\s*dmarc\s*=\s*pass(?![\w-])/.test(result)) return false;
    const [, whose] = /\sheader\.from\s*=\s*([^\s;]+)/.exec(result) ?? [];
    return whose === undefined || whose.split('@').at(-1) === domain;
  });
};

/**
 * Methods that a calendar may be meant with, the likeliest first: its own, its media type's, and one that follows
 * from what it says. Of the three, some programs leave one out, or write a wrong one. Who tries them in turn takes
 * the first by which the sender may say what he says.
 */
export const methodsOf = ({ text, method }: ArrivedCalendar): readonly Method[] => {
  const said = METHOD.exec(text)?.[1];
  const found = [said, method].flatMap((one) => methods.find((each) => each === upper(one)) ?? []);
  // What is only published asks nobody, unless it names whom it asks.
  const guessed = found.every((one) => one === 'PUBLISH') && ORGANIZER.test(text);
  return [...new Set([...found, ...(guessed ? [guess(text)] : [])])].filter(
    (one) => one !== 'PUBLISH',
  );
};

const METHOD = /^METHOD(?:;[^:\r\n]*)?:[ \t]*([^\r\n]*?)[ \t]*\r?$/im;
const ORGANIZER = /^ORGANIZER[;:]/im;

const upper = (text: string | undefined): string | undefined => text?.trim().toUpperCase();

/** One attendee who has answered is an answer; anything else asks, or calls off. */
const guess = (text: string): Method => {
  const attendees = text.replaceAll(/\r?\n[ \t]/g, '').match(/^ATTENDEE[;:].*$/gim) ?? [];
  const [only, another] = attendees;
  const answered = /;PARTSTAT="?(?:ACCEPTED|DECLINED|TENTATIVE|DELEGATED)/i;
  if (only !== undefined && another === undefined && answered.test(only)) return 'REPLY';
  return /^STATUS:CANCELLED\b/im.test(text) ? 'CANCEL' : 'REQUEST';
};

/** A calendar's text as if its METHOD were another. */
export const withMethod = (text: string, method: Method): string => {
  const bare = text.replaceAll(new RegExp(`${METHOD.source}\n?`, 'gim'), '');
  return bare.replaceAll(
    /^BEGIN:VCALENDAR[ \t]*\r?$/gim,
    (line) => `${line}\nMETHOD:${method}${line.endsWith('\r') ? '\r' : ''}`,
  );
};

/** Whether a program that answers by itself may say this: it answers, and asks nobody (RFC 3834 §2). */
export const maySay = (method: Method, { autoSubmitted }: ArrivedMail): boolean =>
  autoSubmitted !== 'auto-replied' ||
  method === 'REPLY' ||
  method === 'COUNTER' ||
  method === 'DECLINECOUNTER';

/** What keeps a mail from being read; no such mail is read the next time either. */
export const arrivalTroubles = ['too-large', 'unreadable'] as const;
export type ArrivalTrouble = (typeof arrivalTroubles)[number];

/** Reads the octets of a mail (RFC 5322, RFC 2045), bounded in size, parts, depth and headers. */
export type ReadArrivedMail = (
  octets: Uint8Array,
) => Promise<ArrivedMail | { readonly trouble: ArrivalTrouble }>;
