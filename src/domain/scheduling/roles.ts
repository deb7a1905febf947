import type { Addresses, CalendarUserAddress } from './addresses.ts';

/** What somebody is in an object. */
export type Role = 'organizer' | 'attendee' | 'neither';

/** Who schedules with somebody: `SERVER` unless the object says otherwise (RFC 6638 §7.1). */
export type Agent = 'SERVER' | 'CLIENT' | 'NONE';

/**
 * What the owner of a calendar is in an object that is, or was, in it. An object with ATTENDEEs and without ORGANIZER
 * is its owner's; one without both is nobody's (`neither`: nothing is scheduled).
 */
export declare const roleIn: (text: string, addresses: Addresses) => Role;

/** Of an organizer. */
export declare const organizerOf: (
  text: string,
) => { readonly address: CalendarUserAddress; readonly sentBy?: CalendarUserAddress } | undefined;

/** Everybody who is an attendee of anything in an object, whatever his role. */
export declare const attendeesOf: (text: string) => readonly CalendarUserAddress[];

/** SCHEDULE-STATUS (RFC 6638 §7.3, RFC 5546 §3.6) of people, ATTENDEE or ORGANIZER, in all components; what did not change stays. */
export declare const withScheduleStatus: (
  text: string,
  status: ReadonlyMap<CalendarUserAddress, string>,
) => string;
