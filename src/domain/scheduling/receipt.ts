import { type Addresses, addressesOf, type CalendarUserAddress } from './addresses.ts';
import type { Heard } from './heard.ts';
import type { SchedulingMessage } from './message.ts';
import type { ObjectParts } from './object-parts.ts';
import { organizerLine } from './people.ts';
import type { Scheduled } from './instance.ts';

export interface Receiving {
  readonly message: SchedulingMessage;
  /** The recipient's object of this UID, in whichever of his calendars it is. */
  readonly existing: string | undefined;
  /** `nothingHeard` where nothing is kept: `existing` then tells by itself what it is of. */
  readonly heard: Heard;
  readonly recipient: Addresses;
  readonly options?: ReceivingOptions;
}

export interface ReceivingOptions {
  /** Answers of somebody who was not invited: passed over (default), or taken in as of one more attendee. */
  readonly partyCrashers?: 'ignore' | 'add';
  /** What is called off: taken away (default), or kept with STATUS:CANCELLED. */
  readonly cancelled?: 'remove' | 'mark';
  /** Other addresses of the sender, when he is known here. */
  readonly senderAddresses?: Addresses;
  /** SOGoiPhoneForceAllDayTransparency: events of whole days leave time free. */
  readonly allDayTransparent?: boolean;
}

export type Receipt =
  | {
      readonly kind: 'store';
      readonly object: string;
      readonly component: Scheduled;
      readonly heard: Heard;
      /** Whether Schedule-Tag has to change. */
      readonly significant: boolean;
      /** Whether the recipient has yet to answer something of it. */
      readonly asks: boolean;
    }
  | { readonly kind: 'remove'; readonly heard: Heard }
  /** The object stays as it is; `heard` may have grown. */
  | { readonly kind: 'unchanged'; readonly reason: UnchangedReason; readonly heard: Heard }
  /** For people to see and decide (COUNTER, DECLINECOUNTER): inbox only. */
  | { readonly kind: 'shown'; readonly heard: Heard }
  /** The sender wants to have the object again (REFRESH): `resend` says what he is sent. */
  | { readonly kind: 'resend'; readonly to: CalendarUserAddress; readonly heard: Heard }
  | { readonly kind: 'refuse'; readonly reason: RefuseReason };

export type UnchangedReason =
  /** Older than, or the same as, what was heard. */
  | 'outdated'
  /** An answer to what has changed since. */
  | 'answer-outdated'
  | 'no-such-object'
  /** Nothing in it is new. */
  | 'same'
  /** The recipient took it out of his calendar, and nothing significant changed since. */
  | 'removed-here'
  /** A delegate's answer, kept until the delegation is known. */
  | 'held'
  | 'unknown-attendee';

export type RefuseReason =
  /** The sender is neither the organizer nor somebody who may speak for him. */
  | 'not-the-organizer'
  /** An object of this UID has another organizer, or is the recipient's own. */
  | 'other-organizer'
  /** The recipient is not invited. */
  | 'not-invited'
  /** The recipient does not organize the object. */
  | 'not-organized-here'
  /** PUBLISH, which nobody is asked to answer, and what is no event or task. */
  | 'unsupported';

export const refuse = (reason: RefuseReason): Receipt => ({ kind: 'refuse', reason });

export const unchanged = (reason: UnchangedReason, heard: Heard): Receipt => ({
  ...{ kind: 'unchanged', reason, heard },
});

export const organizerIn = ({ parts }: ObjectParts): CalendarUserAddress | undefined => {
  for (const node of parts.values()) {
    const line = organizerLine(node);
    if (line !== undefined) return addressesOf(line)[0];
  }
  return undefined;
};
