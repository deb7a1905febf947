import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { ContentLine } from '../icalendar/content-lines.ts';
import { parametersOf } from '../icalendar/content-lines.ts';
import { withParameters } from './people.ts';

/**
 * Whether a property is somebody's own, and no part of what he shares with those he meets: what programs note down
 * for themselves, whether the time is taken, colours and categories of his own.
 */
export const isPrivate = ({ name }: ContentLine): boolean =>
  own.has(name) || (name.startsWith('X-') && programs.some((prefix) => name.startsWith(prefix)));

const own: ReadonlySet<string> = new Set(['TRANSP', 'CATEGORIES', 'COLOR']);

/** Whose X- properties are notes: of snoozed alarms, of folders, of versions. */
const programs: readonly string[] = [
  'X-MOZ-',
  'X-SOGO-',
  'X-DAYBOOK-',
  'X-EVOLUTION-',
  'X-KDE-',
  'X-LIC-',
  'X-LOTUS-',
  'X-APPLE-TRAVEL-',
  'X-CALENDARSERVER-PRIVATE-',
];

/** Not of a message: what is private, alarms, and how delivery went (RFC 6638 §7). */
const notSent = (line: ContentLine): boolean =>
  line.name === 'REQUEST-STATUS' ||
  (line.name !== 'TRANSP' && line.name !== 'CATEGORIES' && isPrivate(line));

/** A component as others may see it: without alarms, private properties and the parameters that are between client and server. */
export const shareable = (node: ComponentNode): ComponentNode => ({
  name: node.name,
  properties: node.properties.flatMap((line) => (notSent(line) ? [] : [plain(line)])),
  components: node.components.filter(({ name }) => name !== 'VALARM'),
});

const plain = (line: ContentLine): ContentLine => {
  if (line.name !== 'ATTENDEE' && line.name !== 'ORGANIZER') return line;
  if (!/;SCHEDULE-/i.test(line.parameters)) return line;
  const names = parametersOf(line.parameters)
    .map(({ name }) => name)
    .filter((name) => name.startsWith('SCHEDULE-'));
  return withParameters(line, Object.fromEntries(names.map((name) => [name, undefined])));
};
