import type { CalendarUserAddress } from './addresses.ts';
import type { InstanceKey } from './instance.ts';
import type { SchedulingMessage } from './message.ts';

/**
 * Scheduling (iTIP, RFC 5546, as CalDAV does it by itself, RFC 6638), without a word of where objects are kept
 * or how messages travel:
 *
 * - `organize` (organizing.ts): what an organizer's change of an object tells the attendees, and what is stored.
 * - `answer` (answering.ts): what an attendee's change tells the organizer, and whether he may make it.
 * - `receive` (receiving.ts): what a message does to the recipient's object.
 * - `roleIn` (roles.ts) says which of the first two is to be asked.
 * - `readMessage`, `writeMessage` (message.ts): messages as iCalendar text.
 *
 * Objects are texts, as they are stored; `undefined` is none. All of it is a function of what it is given: the same
 * message again, or an older one, changes nothing, and in whatever order messages arrive the end is the same.
 *
 * A **stamp** orders what somebody says of an object: SEQUENCE, then DTSTAMP (RFC 5546 §2.1.5). Nothing that is older
 * than, or as old as, what was heard of the same sender about the same instance is listened to. What was heard is
 * kept beside the object (`Heard`), because an object that was removed cannot say it.
 */

/** What an organizer's change is to those who are invited. */
export type Weight =
  /** When, where, what: they are asked again. */
  | 'significant'
  /** Something else about it: their answers stand. */
  | 'content'
  /** Only who else takes part, and what others answered. */
  | 'participation';

export type Occasion =
  | 'invitation'
  | 'update'
  | 'cancellation'
  | 'reply'
  | 'delegation'
  | 'counter'
  | 'refresh'
  | 'decline-counter';

/** A message that is to be delivered, and what it is about, for those who write of it to people. */
export interface Outgoing {
  readonly message: SchedulingMessage;
  readonly occasion: Occasion;
  readonly weight: Weight;
  /** What changed: '' for the series. Of a whole object that is sent, the part that people should be told of. */
  readonly changed: readonly InstanceKey[];
  /**
   * Those of the message's recipients who may be told by mail. Not: who declined what is cancelled; nobody when it
   * is over, or the object says that no mail is to be sent (`X-SOGO-SEND-APPOINTMENT-NOTIFICATIONS`).
   */
  readonly mailed: readonly CalendarUserAddress[];
  /** Recipients are NON-PARTICIPANTs: told by mail without the calendar part; nothing is put into calendars. */
  readonly informs: boolean;
}

/** Preconditions of RFC 6638 §3.2.4. */
export type SchedulingCondition =
  | 'same-organizer-in-all-components'
  | 'allowed-organizer-scheduling-object-change'
  | 'allowed-attendee-scheduling-object-change';

export interface NotAllowed {
  readonly kind: 'not-allowed';
  readonly condition: SchedulingCondition;
  /** For people. */
  readonly invalid: string;
}
