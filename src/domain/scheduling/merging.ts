import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { ContentLine } from '../icalendar/content-lines.ts';
import type { Addresses } from './addresses.ts';
import { lineOf, newLine, sequenceOf, withLine } from './object-parts.ts';
import {
  attendeeLine,
  parameterValues,
  partstatOf,
  withAttendees,
  withParameters,
} from './people.ts';
import { isPrivate } from './privacy.ts';

/** What a recipient has of a component already. */
export interface Own {
  readonly node: ComponentNode;
  /** It is the series of which the component is an exception. */
  readonly isSeries: boolean;
}

interface Merging {
  readonly recipient: Addresses;
  /** Events of whole days leave time free. */
  readonly allDayTransparent: boolean;
}

/** An organizer's component, with what is the recipient's own: his answer, alarms, categories, whether his time is taken. */
export const merged = (
  sent: ComponentNode,
  own: Own | undefined,
  { recipient, allDayTransparent }: Merging,
): ComponentNode => {
  const shared = withoutAlarms(sent);
  const mine = own === undefined ? shared : withOwn(shared, own, recipient);
  return allDayTransparent && own === undefined ? transparentIfAllDay(mine) : mine;
};

const withoutAlarms = (node: ComponentNode): ComponentNode =>
  node.components.length === 0 ? node : { ...node, components: [] };

const withOwn = (sent: ComponentNode, own: Own, recipient: Addresses): ComponentNode => {
  const invited = attendeeLine(sent, recipient);
  const answered = withAttendees(sent, (line) =>
    line === invited ? withOwnAnswer(line, sent, own, recipient) : line,
  );
  const { node } = own;
  const isMine = (line: ContentLine): boolean => isPrivate(line) || isProgress(line, sent, node);
  const mine = node.properties.filter(isMine);
  const categorized = mine.some(({ name }) => name === 'CATEGORIES');
  const theirs = answered.properties.filter(
    (line) => !isMine(line) || (line.name === 'CATEGORIES' && !categorized),
  );
  const organized = theirs.map((line) =>
    line.name === 'ORGANIZER' ? organizerOf(line, node) : line,
  );
  const alarms = node.components.filter(({ name }) => name === 'VALARM');
  return { name: sent.name, properties: [...organized, ...mine], components: alarms };
};

/** How far an attendee is with a task is his, until it is another task. */
const isProgress = ({ name }: ContentLine, sent: ComponentNode, own: ComponentNode): boolean =>
  sent.name === 'VTODO' &&
  (name === 'PERCENT-COMPLETE' || name === 'COMPLETED') &&
  sequenceOf(sent) <= sequenceOf(own);

/** Between client and server: who schedules, and what became of the answer. */
const organizerOf = (line: ContentLine, own: ComponentNode): ContentLine => {
  const known = lineOf(own, 'ORGANIZER');
  if (known === undefined) return line;
  return withParameters(line, {
    'SCHEDULE-AGENT': parameterValues(known, 'SCHEDULE-AGENT'),
    'SCHEDULE-STATUS': parameterValues(known, 'SCHEDULE-STATUS'),
  });
};

/** His own word counts, until he is asked again (SEQUENCE); an answer may still be on its way. */
const withOwnAnswer = (
  line: ContentLine,
  sent: ComponentNode,
  { node, isSeries }: Own,
  recipient: Addresses,
): ContentLine => {
  const mine = attendeeLine(node, recipient);
  if (mine === undefined || sequenceOf(sent) > sequenceOf(node)) return line;
  if (partstatOf(mine) === 'NEEDS-ACTION') return line;
  if (isSeries && partstatOf(line) !== 'NEEDS-ACTION') return line;
  return withParameters(line, {
    PARTSTAT: parameterValues(mine, 'PARTSTAT'),
    RSVP: parameterValues(mine, 'RSVP'),
    'DELEGATED-TO': parameterValues(mine, 'DELEGATED-TO'),
  });
};

const transparentIfAllDay = (node: ComponentNode): ComponentNode => {
  const start = lineOf(node, 'DTSTART');
  const isAllDay = start !== undefined && /^\d{8}$/.test(start.value.trim());
  return isAllDay && node.name === 'VEVENT'
    ? withLine(node, newLine('TRANSP', 'TRANSPARENT'))
    : node;
};
