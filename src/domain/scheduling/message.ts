import { type ComponentNode, writeComponent } from '../icalendar/component-tree.ts';
import { withZones } from '../icalendar/zones/references.ts';
import type { Uid } from '../kernel/ids.ts';
import type { CalendarUserAddress } from './addresses.ts';
import type { InstanceKey, Scheduled, Stamp } from './instance.ts';

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

/** As text: VCALENDAR with METHOD and the VTIMEZONEs that it refers to. `readMessage` reads it again. */
export const writeMessage = ({ body }: SchedulingMessage): string => {
  const text = written.get(body) ?? withZones(writeComponent(body), 'all');
  written.set(body, text);
  return text;
};

/** A message is written once for each of its recipients. */
const written = new WeakMap<ComponentNode, string>();
