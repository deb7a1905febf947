import type { Addresses, CalendarUserAddress } from '../../domain/scheduling/addresses.ts';
import {
  type ArrivalTrouble,
  type ArrivedCalendar,
  type ArrivedMail,
  isProven,
  maySay,
  methodsOf,
  type PassedOver,
  passedOver,
  type ReadArrivedMail,
  senderOf,
  withMethod,
} from '../../domain/scheduling/arrived.ts';
import type { Instant } from '../../domain/kernel/ids.ts';
import { mailto } from '../../domain/scheduling/addresses.ts';
import type { Method, SchedulingMessage } from '../../domain/scheduling/message.ts';
import { type NoMessage, readMessages } from '../../domain/scheduling/reading.ts';
import type { Receipt } from '../../domain/scheduling/receipt.ts';
import { derivedId } from '../derived-id.ts';
import type { Principal } from '../principal.ts';

/** Somebody here whose mailbox a mail came to. */
export interface MailRecipient {
  readonly mail: string;
  readonly person: Principal;
  readonly addresses: Addresses;
  /** Of a resource, as `DirectoryEntry.bookings`. */
  readonly bookings?: number;
}

/** One message of a mail, and what it did. */
export interface Heeded {
  readonly recipient: string;
  readonly method: Method;
  readonly uid: string;
  readonly outcome: Receipt['kind'];
}

/** What became of a mail. */
export type Taken =
  | { readonly kind: 'trouble'; readonly trouble: ArrivalTrouble | NoMessage['trouble'] }
  | { readonly kind: 'passed-over'; readonly reason: PassedOver }
  /** Nobody whom it came to is here. */
  | { readonly kind: 'unknown-recipient' }
  | { readonly kind: 'heeded'; readonly messages: readonly Heeded[] };

/**
 * Heeds the invitations, answers and cancellations of a mail. The same mail again changes nothing more.
 * @param recipients addresses of the mailboxes it came to; absent: whom it says it was delivered to, or is for.
 * @throws what passes: StoreUnavailable, UserSourceUnavailable. Then it is to be given again.
 */
export type TakeMail = (octets: Uint8Array, recipients?: readonly string[]) => Promise<Taken>;

export interface TakingParts {
  readonly read: ReadArrivedMail;
  /** Who has a mailbox here. */
  residents(mails: readonly string[]): Promise<readonly MailRecipient[]>;
  /** Does what a message says to somebody's calendar, and tells others of what follows from it. */
  heed(message: SchedulingMessage, to: MailRecipient, cause: MailCause): Promise<Receipt['kind']>;
  now(): Instant;
  /** The server whose word on senders is taken, and without which nothing counts; absent: From is believed. */
  readonly prover?: string;
}

/** What set a message of a mail going: the same for the same mail. */
export interface MailCause {
  readonly event: string;
  readonly correlationId: string;
  readonly at: Instant;
}

/** People of one mail who are looked for. */
const MOST_RECIPIENTS = 100;

export const takingMail =
  (parts: TakingParts): TakeMail =>
  async (octets, given) => {
    const mail = await parts.read(octets);
    if ('trouble' in mail) return { kind: 'trouble', trouble: mail.trouble };
    const wanted = given ?? [...mail.deliveredTo, ...mail.addressed];
    const reason = passedOver(mail, wanted);
    if (reason !== undefined) return { kind: 'passed-over', reason };
    const sender = senderOf(mail);
    if (sender === undefined) return { kind: 'passed-over', reason: 'no-sender' };
    if (parts.prover !== undefined && !isProven(mail, parts.prover))
      return { kind: 'passed-over', reason: 'unproven' };
    const recipients = await recipientsOf(parts, mail, given);
    if (recipients.length === 0) return { kind: 'unknown-recipient' };
    const heeded: Heeded[] = [];
    let trouble: NoMessage['trouble'] | undefined;
    for (const recipient of recipients)
      for (const one of mail.calendars) {
        const done = await heedCalendar(parts, { mail, sender, recipient }, one);
        heeded.push(...done.heeded);
        trouble ??= done.trouble;
      }
    if (heeded.length > 0) return { kind: 'heeded', messages: heeded };
    return trouble === undefined
      ? { kind: 'passed-over', reason: 'no-calendar' }
      : { kind: 'trouble', trouble };
  };

/** Servers that delivered it know better than whoever wrote it, unless all they know is a mailbox for everybody. */
const recipientsOf = async (
  { residents }: TakingParts,
  { deliveredTo, addressed }: ArrivedMail,
  given: readonly string[] | undefined,
): Promise<readonly MailRecipient[]> => {
  for (const mails of given === undefined ? [deliveredTo, addressed] : [given]) {
    const wanted = [...new Set(mails.map((one) => one.trim().toLowerCase()))];
    const found = wanted.length === 0 ? [] : await residents(wanted.slice(0, MOST_RECIPIENTS));
    if (found.length > 0) return found;
  }
  return [];
};

interface Come {
  readonly mail: ArrivedMail;
  readonly sender: CalendarUserAddress;
  readonly recipient: MailRecipient;
}

/** Outcomes after which another method is tried: nothing has come of it. */
const idle: ReadonlySet<Heeded['outcome']> = new Set(['refuse', 'unchanged']);

/** The first method counts by which the sender may say something new; where there is none, nothing changes. */
const heedCalendar = async (
  { heed, now }: TakingParts,
  { mail, sender, recipient }: Come,
  calendar: ArrivedCalendar,
): Promise<{ readonly heeded: readonly Heeded[]; readonly trouble?: NoMessage['trouble'] }> => {
  const own = mailto(recipient.mail);
  let first: readonly Heeded[] = [];
  let trouble: NoMessage['trouble'] | undefined;
  for (const method of methodsOf(calendar)) {
    if (!maySay(method, mail)) continue;
    const heeded: Heeded[] = [];
    const envelope = {
      ...{ sender, recipients: own === undefined ? [] : [own] },
      ...(mail.date === undefined ? {} : { date: mail.date }),
    };
    for (const reading of readMessages(withMethod(calendar.text, method), envelope)) {
      if ('trouble' in reading) {
        trouble ??= reading.trouble;
        continue;
      }
      const { message } = reading;
      const event = derivedId('mail', `${mail.messageId ?? ''}\n${message.uid}\n${sender}`);
      const cause = { event, correlationId: event, at: now() };
      const outcome = await heed(message, recipient, cause);
      heeded.push({ recipient: recipient.mail, method, uid: message.uid, outcome });
    }
    if (heeded.some(({ outcome }) => !idle.has(outcome))) return { heeded };
    if (first.length === 0) first = heeded;
  }
  return { heeded: first, ...(trouble === undefined ? {} : { trouble }) };
};
