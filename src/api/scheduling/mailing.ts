import { createHash } from 'node:crypto';
import { isMailAddress } from '../../domain/mail/address.ts';
import type { MailKey, NewMail, Outbox } from '../../domain/mail/outbox.ts';
import type { Mailbox } from '../../domain/mail/transport.ts';
import type { Preferences } from '../../domain/preferences/preferences.ts';
import { mailOf } from '../../domain/scheduling/addresses.ts';
import { mailFacts } from '../../domain/scheduling/mail/facts.ts';
import { writeMessage } from '../../domain/scheduling/message.ts';
import type { Outgoing } from '../../domain/scheduling/scheduling.ts';
import type { Domains } from '../domains.ts';
import type { Log } from '../log.ts';
import type { MailPolicy } from '../mail/policy.ts';
import type { Principal } from '../services.ts';
import type { Submissions } from '../sign-in/submissions.ts';
import { textsOf } from './mail/texts.ts';
import { writeInvitation } from './mail/writing.ts';
import type { MailedMessage, MailOut } from './sending.ts';

export interface InvitationMailParts {
  readonly outbox: Pick<Outbox, 'put'>;
  readonly policy: Pick<MailPolicy, 'invitations' | 'mailDomain'>;
  readonly domains: Pick<Domains, 'of'>;
  readonly submissions: Submissions;
  /** Told when something was put. */
  wake(): void;
  preferencesOf(person: Principal): Promise<Pick<Preferences, 'language' | 'timeZone'>>;
  readonly log: Log;
}

/** What a mail about a message has beside it. */
export interface MailContext {
  readonly language: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Who sends it, when the message's sender has no mail address. */
  readonly otherwise: string;
  readonly domain: string | undefined;
}

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 40);

/** X-SOGo-Message-Type, by which SOGo and its users' filters know such mail. */
const kinds: Readonly<Record<Outgoing['occasion'], string>> = {
  invitation: 'calendar:invitation',
  delegation: 'calendar:invitation',
  update: 'calendar:invitation-update',
  cancellation: 'calendar:cancellation',
  reply: 'calendar:invitation-reply',
  counter: 'calendar:invitation-reply',
  refresh: 'calendar:invitation-reply',
  'decline-counter': 'calendar:invitation-update',
};

/**
 * A message as mail to one of its recipients (RFC 6047): in words, and as iCalendar. All mail about one object is one
 * thread, named after its UID, so that a reply of whatever program is found with the invitation. `undefined` for a
 * message in which there is nothing to tell of.
 */
export const mailFor = (
  { outgoing, mail, sender, before, cause }: MailedMessage,
  { language, timeZone, otherwise, domain }: MailContext,
): NewMail | undefined => {
  const { message, occasion, informs } = outgoing;
  const facts = mailFacts(outgoing, before);
  if (facts === undefined) return undefined;
  const address = mailOf(message.sender) ?? '';
  const from: Mailbox = {
    address: isMailAddress(address) ? address : otherwise,
    name: sender.displayName,
  };
  const { sentBy } = facts;
  const acting = sentBy !== undefined && sentBy !== from.address && isMailAddress(sentBy);
  const key = digest('scheduling', cause.event, mail, message.method, occasion) as MailKey;
  const organizer = facts.organizer?.mail ?? '';
  const thread = `${digest('scheduling thread', message.uid)}@${hostOf(organizer || from.address)}`;
  return {
    ...{ key, account: sender.account },
    mail: {
      ...{ from, to: { address: mail, name: '' } },
      ...writeInvitation(outgoing, facts, textsOf(language), timeZone),
      ...{ date: cause.at, messageId: `${key}@${hostOf(from.address)}`, thread },
      kind: kinds[occasion],
      about: {
        ...{ account: sender.account, uid: message.uid },
        ...{ event: cause.event, correlationId: cause.correlationId },
      },
      ...(acting && { sender: { address: sentBy, name: '' } }),
      ...(!informs && { calendar: { method: message.method, text: writeMessage(message) } }),
      ...(domain !== undefined && { domain }),
    },
  };
};

const hostOf = (address: string): string => {
  const host = address.slice(address.lastIndexOf('@') + 1);
  return /^[A-Za-z0-9.-]{1,253}$/.test(host) ? host : 'localhost';
};

/** Tells people elsewhere by mail, where SOGoAppointmentSendEMailNotifications says so. */
export const invitationMail =
  (parts: InvitationMailParts): MailOut =>
  async (message) => {
    const { policy, domains, outbox, submissions, log } = parts;
    const { sender, cause } = message;
    const domain = domains.of(sender);
    if (!policy.invitations(domain)) return undefined;
    const { language, timeZone } = await parts.preferencesOf(sender);
    const otherwise =
      [sender.mail, sender.login].find(isMailAddress) ??
      `${sender.login}@${policy.mailDomain(domain)}`;
    const mail = mailFor(message, { language, timeZone, otherwise, domain });
    if (mail === undefined) return undefined;
    const { account } = sender;
    if (submissions.submit(account, 1) !== undefined) {
      log('mail-held-back', { account, event: cause.event });
      return undefined;
    }
    const putting = await outbox.put(mail);
    if (putting === 'put') parts.wake();
    if (putting === 'put' || putting === 'held-already') return mail.key;
    log('mail-held-back', { account, event: cause.event });
    return undefined;
  };
