import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { Uid } from '../kernel/ids.ts';
import type { CalendarUserAddress } from './addresses.ts';
import type { InstanceKey, Scheduled, Stamp } from './scheduling.ts';

/** RFC 5546 §1.4. */
export const methods = [
  'PUBLISH',
  'REQUEST',
  'REPLY',
  'ADD',
  'CANCEL',
  'REFRESH',
  'COUNTER',
  'DECLINECOUNTER',
] as const;
export type Method = (typeof methods)[number];

/** What one calendar user tells others of one object. */
export interface SchedulingMessage {
  readonly method: Method;
  readonly uid: Uid;
  readonly component: Scheduled;
  /** Whose word it is: the organizer's, or the attendee's who answers. Whoever hands it on has made sure of it. */
  readonly sender: CalendarUserAddress;
  readonly recipients: readonly CalendarUserAddress[];
  /** The greatest of its components. */
  readonly stamp: Stamp;
  /** Those its components stand for: '' is the series. */
  readonly instances: readonly InstanceKey[];
  /** VCALENDAR with METHOD. */
  readonly body: ComponentNode;
}

/** What is wrong with a text that should be a message. `invalid` is for people. */
export interface NoMessage {
  readonly trouble: /** Not iCalendar, or nothing that could be stored once METHOD is taken away. */
    | 'unreadable'
    | 'no-method'
    | 'unknown-method'
    /** Neither VEVENT nor VTODO. */
    | 'unsupported-component'
    | 'no-organizer'
    /** A REPLY, COUNTER or REFRESH must be of one attendee. */
    | 'not-one-attendee';
  readonly invalid: string;
}

export type MessageReading = { readonly message: SchedulingMessage } | NoMessage;

/** How a message came. */
export interface Envelope {
  /** Whoever is known to have sent it; absent: whoever the text says, the organizer or the answering attendee. */
  readonly sender?: CalendarUserAddress;
  readonly recipients: readonly CalendarUserAddress[];
  /** METHOD of the media type, for a text without one (RFC 6047 §2.4). */
  readonly method?: string | undefined;
}

/**
 * Reads messages as they come from outside: iCalendar text with METHOD, of which each VCALENDAR, and each UID in one,
 * is a message of its own (Outlook and Google put several into a text). Zones may be Windows'; floating times are
 * kept as such. Bounded as stored objects are; at most `MESSAGES` are read.
 */
export declare const readMessages: (text: string, envelope: Envelope) => readonly MessageReading[];

/** As text: VCALENDAR with METHOD and the VTIMEZONEs that it refers to. `readMessage` reads it again. */
export declare const writeMessage: (message: SchedulingMessage) => string;

/** The first message of a text. */
export declare const readMessage: (text: string, envelope: Envelope) => MessageReading;
