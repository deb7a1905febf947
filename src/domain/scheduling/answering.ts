import type { Instant } from '../kernel/ids.ts';
import type { Addresses } from './addresses.ts';
import type { InstanceKey, NotAllowed, Outgoing } from './scheduling.ts';

export interface AttendeeChange {
  readonly before: string | undefined;
  /** As a client sent it; `undefined`: deleted. */
  readonly after: string | undefined;
  readonly attendee: Addresses;
  readonly now: Instant;
  /** Schedule-Reply: F (RFC 6638 §8.1): who deletes says nothing. */
  readonly silent?: boolean;
  /** What no attendee may change is refused (RFC 6638 §3.2.2.1); else it stays with him. Default: refused. */
  readonly lenient?: boolean;
}

export type Answered =
  | {
      readonly kind: 'answered';
      /** REPLY to the organizer; for somebody he delegated to, the organizer's words as REQUEST. */
      readonly messages: readonly Outgoing[];
      /** `after` itself where nothing had to be changed. */
      readonly stored: string | undefined;
    }
  | NotAllowed;

/** What an attendee's change tells the organizer (RFC 6638 §3.2.2). */
export declare const answer: (change: AttendeeChange) => Answered;

export type Partstat =
  | 'NEEDS-ACTION'
  | 'ACCEPTED'
  | 'DECLINED'
  | 'TENTATIVE'
  | 'DELEGATED'
  | 'COMPLETED'
  | 'IN-PROCESS';

/**
 * An object with an attendee's answer, to the whole (absent instance) or to one instance, which is made where the
 * object has only the series. The text itself where that is his answer already. For automatic answers, resources,
 * links in mails; `answer` then says what the organizer is told.
 */
export declare const withAnswer: (
  text: string,
  attendee: Addresses,
  partstat: Partstat,
  instance?: InstanceKey,
) => string;

/** Asks the organizer for the newest of an object (RFC 5546 §3.2.6). */
export declare const refresh: (
  text: string,
  attendee: Addresses,
  now: Instant,
) => Outgoing | undefined;

/** Proposes `proposed` in place of what the attendee has (RFC 5546 §3.2.7). */
export declare const counter: (
  text: string,
  proposed: string,
  attendee: Addresses,
  now: Instant,
) => Outgoing | undefined;
