import type { ComponentNode } from '../icalendar/component-tree.ts';
import { utcText } from '../icalendar/time-values.ts';
import type { Instant } from '../kernel/ids.ts';
import type { CalendarUserAddress } from './addresses.ts';
import type { Method, SchedulingMessage } from './message.ts';
import { newLine, type ObjectParts, sequenceOf, withLine } from './object-parts.ts';
import type { InstanceKey, Stamp } from './instance.ts';

interface Draft {
  readonly method: Method;
  /** Whose UID, type and time zones the message has. */
  readonly object: ObjectParts;
  readonly parts: ReadonlyMap<InstanceKey, ComponentNode>;
  readonly sender: CalendarUserAddress;
  readonly recipients: readonly CalendarUserAddress[];
  readonly dtstamp: string;
}

/** A message of some components; DTSTAMP is put into each of them. */
export const composed = (draft: Draft): SchedulingMessage => {
  const { method, object, parts, sender, recipients, dtstamp } = draft;
  const stamped = [...parts.values()].map((node) =>
    withLine(sequenced(node), newLine('DTSTAMP', dtstamp)),
  );
  const sequence = Math.max(0, ...stamped.map(sequenceOf));
  return {
    ...{ method, uid: object.uid, component: object.component, sender, recipients },
    stamp: { sequence, dtstamp },
    instances: [...parts.keys()],
    body: {
      name: 'VCALENDAR',
      properties: [
        newLine('VERSION', '2.0'),
        newLine('PRODID', '-//Daybook//Daybook//EN'),
        newLine('METHOD', method),
      ],
      components: [
        ...object.calendar.components.filter(({ name }) => name === 'VTIMEZONE'),
        ...stamped,
      ],
    },
  };
};

/** SEQUENCE is always said: an answer without it would be taken for one to whatever there is. */
const sequenced = (node: ComponentNode): ComponentNode =>
  withLine(node, newLine('SEQUENCE', String(sequenceOf(node))));

/** DTSTAMP of what is said now: later than what was said before, if the clock has not moved, or went back. */
export const stampAt = (now: Instant, last: string | undefined): string => {
  const moment = utcText(Date.parse(now));
  return last === undefined || moment > last ? moment : secondAfter(last);
};

export const secondAfter = (dtstamp: string): string => utcText(momentOfStamp(dtstamp) + 1_000);

const momentOfStamp = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** Which of two comes first; negative when it is `one`. */
export const compareStamps = (one: Stamp, other: Stamp): number =>
  one.sequence - other.sequence ||
  (one.dtstamp < other.dtstamp ? -1 : one.dtstamp > other.dtstamp ? 1 : 0);
