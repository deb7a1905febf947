import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { Instant } from '../kernel/ids.ts';
import { type Addresses, addressesOf, type CalendarUserAddress } from './addresses.ts';
import { type ObjectParts, objectParts, writeParts } from './object-parts.ts';
import { agentOf, attendeeLines, isOrganizedBy, organizerLine } from './people.ts';
import { prepared } from './preparing.ts';
import type { Stamp } from './instance.ts';
import type { NotAllowed, Outgoing } from './scheduling.ts';
import { retelling, telling } from './telling.ts';

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
   * see the latest (If-Schedule-Tag-Match, RFC 6638 §3.2.10; no precondition at all). Never when the change is what
   * `receive` made of an answer.
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
export const organize = (change: OrganizerChange): Organized => {
  const { organizer, now } = change;
  const before = change.before === undefined ? undefined : objectParts(change.before);
  const after = change.after === undefined ? undefined : objectParts(change.after);
  const refusal = refusalOf(before, after, organizer);
  if (refusal !== undefined) return refusal;
  const was = before !== undefined && isTheirs(before, organizer) ? before : undefined;
  const is = after !== undefined && isTheirs(after, organizer) ? after : undefined;
  const nobodyTold = (stored: string | undefined): Organized => ({
    ...{ kind: 'organized', messages: [], stored, last: change.last },
  });
  if (was === undefined && is === undefined) return nobodyTold(change.after);
  if (attendees(was) + attendees(is) === 0) return nobodyTold(change.after);
  const ready =
    after &&
    prepared(before, after, {
      ...{ organizer, last: change.last, keepAnswers: change.keepAnswers },
      dropOwnAttendance: change.dropOwnAttendance === true,
    });
  const stored =
    after === undefined || ready === undefined || change.after === undefined
      ? change.after
      : writeParts(after, ready.object.parts, change.after);
  const sender = senderOf(ready?.object ?? before, organizer);
  if (sender === undefined || isLeftToClient(is ?? was)) return nobodyTold(stored);
  const messages = telling({
    ...{ before, after: ready, asSent: after, organizer, sender, now },
    last: change.last,
    text: stored ?? change.before ?? '',
  });
  return { kind: 'organized', messages, stored, last: lastOf(messages, change.last) };
};

const refusalOf = (
  before: ObjectParts | undefined,
  after: ObjectParts | undefined,
  organizer: Addresses,
): NotAllowed | undefined => {
  if (after === undefined) return undefined;
  const mixed = organizersDiffer(after);
  if (mixed !== undefined) return mixed;
  if (before === undefined || attendees(before) === 0) return undefined;
  const given = [...after.parts.values()].map(organizerLine).find((line) => line !== undefined);
  if (given === undefined || isOrganizedBy(partWithOrganizer(after), organizer)) return undefined;
  return {
    kind: 'not-allowed',
    condition: 'allowed-organizer-scheduling-object-change',
    invalid: 'an event that people were invited to cannot be given another organizer',
  };
};

/** RFC 6638 §3.2.4.2. */
export const organizersDiffer = (object: ObjectParts): NotAllowed | undefined => {
  const named = [...object.parts.values()].flatMap((node) => {
    const line = organizerLine(node);
    return line === undefined ? [] : [addressesOf(line)[0] ?? line.value];
  });
  if (new Set(named).size <= 1) return undefined;
  return {
    kind: 'not-allowed',
    condition: 'same-organizer-in-all-components',
    invalid: 'components with different organizers',
  };
};

const partWithOrganizer = ({ parts }: ObjectParts): ComponentNode => {
  const nodes = [...parts.values()];
  const node = nodes.find((one) => organizerLine(one) !== undefined) ?? nodes[0];
  return node ?? { name: '', properties: [], components: [] };
};

const attendees = (object: ObjectParts | undefined): number =>
  [...(object?.parts.values() ?? [])].reduce((sum, node) => sum + attendeeLines(node).length, 0);

const isTheirs = (object: ObjectParts, organizer: Addresses): boolean =>
  [...object.parts.values()].some((node) => isOrganizedBy(node, organizer));

const senderOf = (
  object: ObjectParts | undefined,
  organizer: Addresses,
): CalendarUserAddress | undefined => {
  const line = object && organizerLine(partWithOrganizer(object));
  const said = line && addressesOf(line)[0];
  return said ?? [...organizer].find((one) => one.startsWith('mailto:')) ?? [...organizer][0];
};

/** SCHEDULE-AGENT of the organizer: the client, or nobody, tells people. */
const isLeftToClient = (object: ObjectParts | undefined): boolean => {
  const line = object && organizerLine(partWithOrganizer(object));
  return line !== undefined && agentOf(line) !== 'SERVER';
};

const lastOf = (messages: readonly Outgoing[], last: Stamp | undefined): Stamp | undefined => {
  let [sequence, dtstamp] = [last?.sequence ?? 0, last?.dtstamp ?? ''];
  for (const { message } of messages) {
    sequence = Math.max(sequence, message.stamp.sequence);
    if (message.stamp.dtstamp > dtstamp) ({ dtstamp } = message.stamp);
  }
  return dtstamp === '' ? last : { sequence, dtstamp };
};

/** Everything of an object that an attendee is invited to, once more, for one who asked (REFRESH). */
export const resend = (
  asked: Pick<OrganizerChange, 'organizer' | 'now' | 'last'> & {
    readonly text: string;
    readonly to: CalendarUserAddress;
  },
): { readonly messages: readonly Outgoing[]; readonly last: Stamp | undefined } => {
  const { text, to, organizer, now, last } = asked;
  const object = objectParts(text);
  const sender = senderOf(object, organizer);
  if (object === undefined || sender === undefined) return { messages: [], last };
  const messages = retelling({ object, organizer, sender, now, last, text }, to);
  return { messages, last: lastOf(messages, last) };
};
