import type { Instant } from '../kernel/ids.ts';
import type { Addresses } from './addresses.ts';
import type { NotAllowed, Outgoing, Stamp } from './scheduling.ts';

export interface OrganizerChange {
  readonly before: string | undefined;
  /** As a client sent it, or the server made it; `undefined`: deleted. */
  readonly after: string | undefined;
  readonly organizer: Addresses;
  readonly now: Instant;
  /** What was last sent about this UID; absent: nothing is known of it, and `before` tells. */
  readonly last?: Stamp | undefined;
  /**
   * Attendees' answers in `before` count more than those in `after`, unless SEQUENCE was raised: the client did not
   * see the latest (If-Schedule-Tag-Match, RFC 6638 §3.2.10; no precondition at all).
   */
  readonly keepAnswers: boolean;
  /** The organizer is no attendee of his own, as SOGo stores it. */
  readonly dropOwnAttendance?: boolean;
}

export type Organized =
  | {
      readonly kind: 'organized';
      /** In the order in which they are to be delivered. None: nobody has to be told. */
      readonly messages: readonly Outgoing[];
      /** `after` itself where nothing had to be changed. */
      readonly stored: string | undefined;
      /** For `last` next time. */
      readonly last: Stamp | undefined;
    }
  | NotAllowed;

/** What an organizer's change tells the attendees (RFC 6638 §3.2.1), and what is stored. */
export declare const organize: (change: OrganizerChange) => Organized;

/**
 * Whether Schedule-Tag has to change when the server changed an object by itself (RFC 6638 §3.2.10): anything but
 * what attendees answered, delivery's status and time stamps differs. A client's own PUT always changes it.
 */
export declare const isSchedulingSignificant: (before: string, after: string) => boolean;
