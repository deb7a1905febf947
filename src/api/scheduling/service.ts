import type { Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { Instant, ResourceName, ScheduleTag, Uid } from '../../domain/kernel/ids.ts';
import type { Addresses, CalendarUserAddress } from '../../domain/scheduling/addresses.ts';
import type { Role } from '../../domain/scheduling/roles.ts';
import type { NotAllowed } from '../../domain/scheduling/scheduling.ts';
import type { Principal } from '../principal.ts';

/** Whom an address means, to whoever invites them. */
export type Recipient =
  /** Somebody whose calendars are here. */
  | { readonly kind: 'person'; readonly person: Principal; readonly addresses: Addresses }
  /** A room or a thing whose calendar is here; `bookings` as `DirectoryEntry.bookings`. */
  | {
      readonly kind: 'resource';
      readonly person: Principal;
      readonly addresses: Addresses;
      readonly bookings: number;
    }
  /** Somebody who is not here and has a mailbox. */
  | { readonly kind: 'external'; readonly mail: string }
  /** Nobody that could be told. */
  | { readonly kind: 'unknown' };

export interface SchedulingPeople {
  /** All by which somebody goes. */
  addressesOf(person: Principal): Promise<Addresses>;
  /** Whom some addresses mean; every address is answered. Those whom `by` may not know of are as if they were elsewhere. */
  recipients(
    addresses: readonly CalendarUserAddress[],
    by: Principal,
  ): Promise<ReadonlyMap<CalendarUserAddress, Recipient>>;
}

/** What somebody wants to store in a calendar, or to take away. */
export interface Wish {
  readonly owner: Principal;
  /** Whoever wants it, where that is somebody else. */
  readonly actor?: Principal;
  readonly stream: StreamId;
  readonly name: ResourceName;
  readonly uid: Uid;
  /** What is there. */
  readonly before: string | undefined;
  /** `undefined`: it is to be deleted. */
  readonly after: string | undefined;
  /** Whether it is known that the client saw what is there. */
  readonly sawLatest: boolean;
  /** Whether groups among the attendees stay what they are, instead of their members. */
  readonly keepsGroups?: boolean;
  /** Id of the request. */
  readonly cause: string;
  readonly at: Instant;
}

/** What of a wish is stored, or why it is refused. */
export type Plan =
  /** Nobody else takes part. */
  | { readonly kind: 'plain' }
  | {
      readonly kind: 'scheduled';
      readonly role: Exclude<Role, 'neither'>;
      readonly text: string | undefined;
      readonly scheduleTag: ScheduleTag;
    }
  | NotAllowed
  /** Somebody who is invited does not take it; `reason` is for people. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The owner has an object of this UID somewhere else (RFC 6638 §3.2.4.1). */
  | { readonly kind: 'not-unique'; readonly stream: StreamId; readonly name: ResourceName };

/** What a client just changed, as far as whoever recorded it knows it anyway. */
export interface Recent {
  readonly stream: StreamId;
  readonly revision: Revision;
  readonly owner: Principal;
  /** What was there, where it is known. */
  readonly before?: { readonly text: string | undefined };
}

/** What protocols ask of scheduling (RFC 6638). */
export interface Scheduling {
  readonly people: SchedulingPeople;
  /** What becomes of a wish, before it is stored. */
  plan(wish: Wish): Promise<Plan>;
  /** Tells others of what was just recorded: people here before this answers, if that takes no longer than two seconds. */
  changed(recent: Recent): Promise<void>;
}
