import { readCalendarObject } from '../icalendar/calendar-object.ts';
import { type ComponentNode, componentTree, writeComponent } from '../icalendar/component-tree.ts';
import { utcText } from '../icalendar/time-values.ts';
import type { Instant } from '../kernel/ids.ts';
import { addressesOf, type CalendarUserAddress } from './addresses.ts';
import { compareStamps } from './composing.ts';
import { type Method, methods, type SchedulingMessage } from './message.ts';
import { newLine, type ObjectParts, objectParts, sequenceOf, valueOf } from './object-parts.ts';
import { attendeeLines, namedBy, organizerLine } from './people.ts';
import type { Stamp } from './instance.ts';

/** What is wrong with a text that should be a message. `invalid` is for people. */
export interface NoMessage {
  readonly trouble: /** Not iCalendar, more than is read, or nothing that could be stored once METHOD is taken away. */
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
  /** When it was written, for a text without DTSTAMP. */
  readonly date?: Instant;
}

/** Bounds on what comes from outside, beside those of stored objects. */
export const MESSAGE_LIMITS = { characters: 2_000_000, messages: 100 } as const;

/**
 * Reads messages as they come from outside: iCalendar text with METHOD, of which each VCALENDAR, and each UID in one,
 * is a message of its own (Outlook and Google put several into a text). Zones may be Windows'; floating times are
 * kept as such. Bounded as stored objects are, and by `MESSAGE_LIMITS`; what is beyond is not read.
 */
export const readMessages = (text: string, envelope: Envelope): readonly MessageReading[] => {
  if (text.length > MESSAGE_LIMITS.characters)
    return [unreadable(`more than ${MESSAGE_LIMITS.characters} characters`)];
  const calendars = calendarTexts(text);
  if (calendars.length === 0) return [unreadable('no VCALENDAR')];
  const found: MessageReading[] = [];
  for (const one of calendars) {
    const tree = componentTree(one);
    const objects = tree === undefined ? [undefined] : objectsIn(tree);
    for (const object of objects) {
      if (found.length === MESSAGE_LIMITS.messages) return found;
      found.push(
        object === undefined ? unreadable('not iCalendar') : readCalendar(object, envelope),
      );
    }
  }
  return found;
};

/** The first message of a text. */
export const readMessage = (text: string, envelope: Envelope): MessageReading =>
  readMessages(text, envelope)[0] ?? unreadable('no VCALENDAR');

/** VCALENDARs that stand one after the other. */
const calendarTexts = (text: string): readonly string[] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/^(?=BEGIN:VCALENDAR[ \t]*\r?$)/im)
    .filter((part) => /^BEGIN:VCALENDAR/i.test(part))
    .map((part) => part.trimEnd());

/** One calendar for each UID in it. */
const objectsIn = (calendar: ComponentNode): readonly ComponentNode[] => {
  const isZone = ({ name }: ComponentNode): boolean => name === 'VTIMEZONE';
  const others = calendar.components.filter((node) => !isZone(node));
  const uids = [...new Set(others.map((node) => valueOf(node, 'UID')))];
  if (uids.length < 2) return [calendar];
  return uids.map((uid) => ({
    ...calendar,
    components: calendar.components.filter((node) => isZone(node) || valueOf(node, 'UID') === uid),
  }));
};

const readCalendar = (given: ComponentNode, envelope: Envelope): MessageReading => {
  const said = (valueOf(given, 'METHOD') ?? envelope.method ?? '').trim().toUpperCase();
  if (said === '') return trouble('no-method', 'a calendar without METHOD is no message');
  const method = methods.find((one) => one === said);
  if (method === undefined) return trouble('unknown-method', `METHOD:${said} is not known`);
  const calendar = withOrganizer(given, method, envelope.sender);
  const bare = {
    ...calendar,
    properties: calendar.properties.filter(({ name }) => name !== 'METHOD'),
  };
  const reading = readCalendarObject(writeComponent(bare));
  if ('invalid' in reading)
    return reading.condition === 'supported-calendar-component'
      ? trouble('unsupported-component', reading.invalid)
      : unreadable(reading.invalid);
  const object = objectParts(calendar);
  if (object === undefined) return trouble('unsupported-component', 'neither an event nor a task');
  const sender = senderOf(method, object, envelope);
  if (typeof sender !== 'string') return sender;
  const { uid, parts } = object;
  return {
    message: {
      ...{ method, uid, component: object.component, sender },
      recipients: envelope.recipients,
      stamp: stampOf([...parts.values()], envelope.date),
      instances: [...parts.keys()],
      body: {
        ...calendar,
        properties: [...bare.properties, newLine('METHOD', method)],
      },
    },
  };
};

/** Methods that attendees speak with. */
const answers: ReadonlySet<Method> = new Set(['REPLY', 'COUNTER', 'REFRESH']);

/** Some programs leave out who organizes; whoever sent the invitation is meant. */
const withOrganizer = (
  calendar: ComponentNode,
  method: Method,
  sender: CalendarUserAddress | undefined,
): ComponentNode => {
  if (sender === undefined || (method !== 'REQUEST' && method !== 'CANCEL')) return calendar;
  const isScheduled = ({ name }: ComponentNode): boolean => name === 'VEVENT' || name === 'VTODO';
  if (calendar.components.some((node) => organizerLine(node) !== undefined)) return calendar;
  return {
    ...calendar,
    components: calendar.components.map((node) =>
      isScheduled(node)
        ? { ...node, properties: [...node.properties, newLine('ORGANIZER', sender)] }
        : node,
    ),
  };
};

const senderOf = (
  method: Method,
  { parts }: ObjectParts,
  { sender }: Envelope,
): CalendarUserAddress | NoMessage => {
  const nodes = [...parts.values()];
  const organizers = nodes.map(organizerLine).filter((line) => line !== undefined);
  const [organizer] = organizers;
  if (organizer === undefined && method !== 'PUBLISH')
    return trouble('no-organizer', 'nobody organizes it');
  if (!answers.has(method)) {
    const said = organizer && addressesOf(organizer)[0];
    const whose = sender ?? said;
    return whose ?? trouble('no-organizer', 'nobody organizes it');
  }
  const lines = nodes.flatMap(attendeeLines);
  const people = new Set(lines.flatMap((line) => addressesOf(line).slice(0, 1)));
  if (sender !== undefined && people.has(sender)) return sender;
  const delegators = lines.filter((line) => namedBy(line, 'DELEGATED-TO').length > 0);
  const [only, another] = people.size === 1 ? people : delegators.flatMap(addressesOf);
  if (only === undefined || another !== undefined)
    return trouble('not-one-attendee', `${method} must be of one attendee`);
  return sender ?? only;
};

const stampOf = (nodes: readonly ComponentNode[], date: Instant | undefined): Stamp =>
  nodes
    .map(
      (node): Stamp => ({
        sequence: sequenceOf(node),
        dtstamp: dtstampOf(node) ?? (date === undefined ? '' : utcText(Date.parse(date))),
      }),
    )
    .reduce((one, other) => (compareStamps(one, other) < 0 ? other : one));

/** DTSTAMP, taken for UTC whether it says so or not. */
export const dtstampOf = (node: ComponentNode): string | undefined => {
  const [, digits] = /^(\d{8}T\d{6})/.exec(valueOf(node, 'DTSTAMP')?.trim() ?? '') ?? [];
  return digits === undefined ? undefined : `${digits}Z`;
};

const trouble = (kind: NoMessage['trouble'], invalid: string): NoMessage => ({
  trouble: kind,
  invalid,
});
const unreadable = (invalid: string): NoMessage => trouble('unreadable', invalid);
