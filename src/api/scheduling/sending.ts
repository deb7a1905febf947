import type { ResourceName } from '../../domain/kernel/ids.ts';
import type { Addresses, CalendarUserAddress } from '../../domain/scheduling/addresses.ts';
import type { Delivery } from '../../domain/scheduling/process.ts';
import type { Answers } from '../../domain/scheduling/own-answers.ts';
import type { Outgoing } from '../../domain/scheduling/scheduling.ts';
import type { Principal } from '../services.ts';
import type { Addressee } from './addressee.ts';
import { type Cause, type delivering, statuses } from './delivering.ts';
import type { Recipient, SchedulingPeople } from './service.ts';

/** A message for somebody who is told by mail. */
export interface MailedMessage {
  readonly outgoing: Outgoing;
  readonly recipient: CalendarUserAddress;
  readonly mail: string;
  /** Whose object it is about. */
  readonly sender: Principal;
  /** The sender's object as it is, or was. */
  readonly object: string | undefined;
  /** And as its recipients knew it. */
  readonly before?: string | undefined;
  readonly cause: Cause;
}

/**
 * Puts a message into the outbox, once for each cause and recipient. Its answer names the mail, by which its way is
 * followed; `undefined`: nobody is told by mail.
 */
export type MailOut = (message: MailedMessage) => Promise<string | undefined>;

interface SendingParts {
  readonly people: SchedulingPeople;
  readonly deliver: ReturnType<typeof delivering>;
  readonly mailOut?: MailOut;
}

/** What messages say, of what, by whom and why. */
export interface Sending {
  readonly messages: readonly Outgoing[];
  readonly sender: Principal;
  readonly senderAddresses: Addresses;
  readonly name?: ResourceName | undefined;
  readonly object: string | undefined;
  /** And as others knew it. */
  readonly before?: string | undefined;
  readonly cause: Cause;
}

/** An answer that arrived with an organizer here. */
export interface Answered {
  readonly organizer: Principal;
  readonly before: string | undefined;
}

/** What somebody answered at once whom an invitation was for. */
export interface OwnAnswers {
  readonly addresses: Addresses;
  readonly answers: Answers;
}

/** Sends messages to whomever they are for: into calendars here, by mail elsewhere. */
export const sendingMessages = (parts: SendingParts) => {
  const { people, deliver, mailOut } = parts;

  const bySlowWay = async (
    outgoing: Outgoing,
    address: CalendarUserAddress,
    recipient: Recipient | undefined,
    { sender, object, before, cause }: Sending,
  ): Promise<Delivery | undefined> => {
    if (recipient?.kind !== 'external') return { recipient: address, status: statuses.unknownUser };
    if (!outgoing.mailed.includes(address)) return undefined;
    const mail = await mailOut?.({
      ...{ outgoing, recipient: address, mail: recipient.mail, sender, object, before, cause },
    });
    // Where no mail is sent at all, whoever switched that off knows.
    return mail === undefined ? undefined : { recipient: address, status: statuses.pending, mail };
  };

  return async (
    sending: Sending,
  ): Promise<{
    readonly deliveries: readonly Delivery[];
    readonly answered: readonly Answered[];
    readonly ownAnswers: readonly OwnAnswers[];
  }> => {
    const { messages, sender, senderAddresses, name, cause } = sending;
    const all = [...new Set(messages.flatMap(({ message }) => message.recipients))];
    if (all.length === 0) return { deliveries: [], answered: [], ownAnswers: [] };
    const recipients = await people.recipients(all, sender);
    const deliveries = new Map<string, Delivery>();
    const answered: Answered[] = [];
    const ownAnswers: OwnAnswers[] = [];
    for (const outgoing of messages) {
      const { message } = outgoing;
      const here: Addressee[] = [];
      for (const address of message.recipients) {
        const recipient = recipients.get(address);
        if (recipient?.kind !== 'person' && recipient?.kind !== 'resource') {
          const delivery = await bySlowWay(outgoing, address, recipient, sending);
          if (delivery !== undefined) deliveries.set(address, delivery);
        } else if (!outgoing.informs) here.push({ address, ...recipient });
      }
      const dispatch = { message, sender, senderAddresses, name, cause };
      const delivered = await deliver(dispatch, here);
      for (const { address, status, kind, before, answers } of delivered) {
        deliveries.set(address, { recipient: address, status });
        const to = here.find((one) => one.address === address);
        if (to === undefined) continue;
        if (answers !== undefined) ownAnswers.push({ addresses: to.addresses, answers });
        if (message.method !== 'REQUEST' && message.method !== 'CANCEL' && kind !== 'refuse')
          answered.push({ organizer: to.person, before });
      }
    }
    return { deliveries: [...deliveries.values()], answered, ownAnswers };
  };
};
