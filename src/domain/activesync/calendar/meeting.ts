import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { type ContentLine, parametersOf } from '../../icalendar/content-lines.ts';
import { writeParameters } from '../../icalendar/writing.ts';
import type { Data } from '../data.ts';
import { compactDate } from '../dates.ts';
import { cleanLine, inside, isContainer, maybe, numberIn, textIn } from '../elements.ts';
import { type Field, REFUSED } from '../fields.ts';
import {
  line,
  type Lines,
  parameterWord,
  withParameter,
  withValue,
  wordIn,
} from '../properties.ts';
import { isAtLeast } from '../version.ts';
import {
  addressOf,
  attendeesOf,
  isAddress,
  isOwner,
  organizerOf,
  ownLine,
  partstatOf,
  roleOf,
} from './people.ts';
import { timeIn, placedMoment, type View } from './view.ts';

/** Of an event at most; the store has a bound of its own. */
const ATTENDEES = 5_000;
const NAME = 512;

const statuses: Readonly<Record<string, number>> = {
  TENTATIVE: 2,
  ACCEPTED: 3,
  DECLINED: 4,
  'NEEDS-ACTION': 5,
};
const answers: Readonly<Record<number, string>> = { 2: 'TENTATIVE', 3: 'ACCEPTED', 4: 'DECLINED' };

const typeOf = (attendee: ContentLine): number => {
  const kind = parameterWord(attendee, 'CUTYPE');
  const role = parameterWord(attendee, 'ROLE');
  if (kind === 'RESOURCE' || kind === 'ROOM' || role === 'NON-PARTICIPANT') return 3;
  return role === 'OPT-PARTICIPANT' ? 2 : 1;
};

const nameOf = (person: ContentLine): string =>
  parametersOf(person.parameters).find(({ name }) => name === 'CN')?.values[0] ?? '';

const tellAttendee = (attendee: ContentLine): Data => [
  ...maybe('calendar:Email', addressAsWritten(attendee)),
  ...maybe('calendar:Name', nameOf(attendee) || addressAsWritten(attendee)),
  ...maybe('calendar:AttendeeStatus', statuses[partstatOf(attendee)] ?? 0),
  ...maybe('calendar:AttendeeType', typeOf(attendee)),
];

const addressAsWritten = (person: ContentLine): string =>
  /^mailto:([^?]+)/i.exec(person.value.trim())?.[1] ?? addressOf(person);

/** What a client says of one attendee; `undefined` for one without an address, who cannot be invited. */
interface AttendeeSaid {
  readonly address: string;
  readonly name: string;
  readonly type: number | undefined;
  readonly status: number | undefined;
}

const attendeeSaid = (data: Data): AttendeeSaid | undefined => {
  const written = (textIn(data, 'calendar:Email') ?? '').trim();
  const address = /<([^<>]+)>\s*$/.exec(written)?.[1] ?? written;
  if (!isAddress(address)) return undefined;
  return {
    address,
    name: cleanLine(textIn(data, 'calendar:Name') ?? '').slice(0, NAME),
    type: numberIn(data, 'calendar:AttendeeType', 1, 3),
    status: numberIn(data, 'calendar:AttendeeStatus', 0, 5),
  };
};

/** A stored attendee with what a client may say of others: name and role. Their answers are their own. */
const edited = (stored: ContentLine, said: AttendeeSaid): ContentLine => {
  let attendee = stored;
  const told = nameOf(stored) || addressAsWritten(stored);
  if (said.name !== '' && said.name !== told) attendee = withParameter(attendee, 'CN', said.name);
  if (said.type !== undefined && said.type !== typeOf(attendee))
    attendee = withType(attendee, said.type);
  return attendee;
};

const withType = (attendee: ContentLine, type: number): ContentLine => {
  const others = parametersOf(attendee.parameters).filter(
    ({ name }) => name !== 'ROLE' && name !== 'CUTYPE',
  );
  return { ...attendee, parameters: writeParameters([...others, ...typeParameters(type)]) };
};

const typeParameters = (type: number) =>
  type === 3
    ? [
        { name: 'CUTYPE', values: ['RESOURCE'] },
        { name: 'ROLE', values: ['NON-PARTICIPANT'] },
      ]
    : [{ name: 'ROLE', values: [type === 2 ? 'OPT-PARTICIPANT' : 'REQ-PARTICIPANT'] }];

const newAttendee = (said: AttendeeSaid, partstat: string): ContentLine => ({
  group: '',
  name: 'ATTENDEE',
  parameters: writeParameters([
    ...(said.name === '' || said.name === said.address
      ? []
      : [{ name: 'CN', values: [said.name] }]),
    ...typeParameters(said.type ?? 1),
    { name: 'PARTSTAT', values: [partstat] },
    { name: 'RSVP', values: ['TRUE'] },
  ]),
  value: `mailto:${said.address}`,
});

const withAttendees = (lines: Lines, said: readonly AttendeeSaid[], view: View): Lines => {
  const organizer = organizerOf(lines);
  const own = organizer === undefined ? '' : addressOf(organizer);
  const told = new Set(attendeesOf(lines));
  const stored = new Map([...told].map((one) => [addressOf(one), one]));
  const wanted = new Map<string, ContentLine>();
  // What was received elsewhere and is added here brings the answers that were given there.
  const isReceived = own !== '' && !isOwner(own, view.context);
  for (const one of said.slice(0, ATTENDEES)) {
    const key = one.address.toLowerCase();
    if (key === own || wanted.has(key)) continue;
    const before = stored.get(key);
    const partstat = (isReceived && answers[one.status ?? 0]) || 'NEEDS-ACTION';
    wanted.set(key, before === undefined ? newAttendee(one, partstat) : edited(before, one));
  }
  const kept = lines.flatMap((one) => {
    if (!told.has(one)) return [one];
    const still = wanted.get(addressOf(one));
    wanted.delete(addressOf(one));
    return still === undefined ? [] : [still];
  });
  return [...kept, ...wanted.values()];
};

/** Those invited. Whoever only received the meeting cannot change who else did. */
export const attendeesField: Field<ComponentNode, View> = {
  tags: ['calendar:Attendees'],
  omitted: 'kept',
  read({ properties }) {
    const attendees = attendeesOf(properties).slice(0, ATTENDEES);
    if (attendees.length === 0) return [];
    const value = attendees.map((one) => ({ tag: 'calendar:Attendee', value: tellAttendee(one) }));
    return [{ tag: 'calendar:Attendees', value }];
  },
  write(component, data, view) {
    const { properties } = component;
    const isNew = organizerOf(properties) === undefined || attendeesOf(properties).length === 0;
    if (!isNew && roleOf(properties, view.context) === 'attendee') return component;
    const said = inside(data, 'calendar:Attendees').flatMap(({ tag, value }) =>
      tag === 'calendar:Attendee' && isContainer(value) ? (attendeeSaid(value) ?? []) : [],
    );
    return { ...component, properties: withAttendees(properties, said, view) };
  },
};

/** Android lets nobody edit an appointment that has no organizer. */
const wantsOrganizer = ({ deviceType, version }: View['context']): boolean =>
  /android|samsung/i.test(deviceType) && !isAtLeast(version, '16.0');

/** Whose meeting it is. Told by the server; a client says it only of what is new. */
export const organizerField: Field<ComponentNode, View> = {
  tags: ['calendar:OrganizerName', 'calendar:OrganizerEmail'],
  omitted: 'kept',
  read({ properties }, { context, master }) {
    const organizer = organizerOf(properties);
    if (master !== undefined) return [];
    if (organizer !== undefined && addressOf(organizer) !== '')
      return [
        ...maybe('calendar:OrganizerName', nameOf(organizer) || addressAsWritten(organizer)),
        ...maybe('calendar:OrganizerEmail', addressAsWritten(organizer)),
      ];
    const [own] = context.owner.addresses;
    if (own === undefined || !wantsOrganizer(context)) return [];
    return [
      ...maybe('calendar:OrganizerName', context.owner.name || own),
      ...maybe('calendar:OrganizerEmail', own),
    ];
  },
  write(component, data, { context }) {
    const { properties } = component;
    const address = (textIn(data, 'calendar:OrganizerEmail') ?? '').trim();
    const name = cleanLine(textIn(data, 'calendar:OrganizerName') ?? '').slice(0, NAME);
    // The owner becomes organizer by inviting somebody, and not by making an appointment.
    if (
      organizerOf(properties) !== undefined ||
      properties.some((one) => one.name === 'ATTENDEE') ||
      !isAddress(address) ||
      isOwner(address.toLowerCase(), context)
    )
      return component;
    const parameters = name === '' ? {} : { CN: name };
    return {
      ...component,
      properties: [...properties, line('ORGANIZER', `mailto:${address}`, parameters)],
    };
  },
};

const MEETING = 1;
const RECEIVED = 2;
const CANCELLED = 4;

/** Whether it is a meeting, whose, and whether it is cancelled; a client can only say the last. */
export const meetingStatusField: Field<ComponentNode, View> = {
  tags: ['calendar:MeetingStatus'],
  omitted: 'kept',
  read({ properties }, { context }) {
    const role = roleOf(properties, context);
    if (role === 'none') return maybe('calendar:MeetingStatus', 0);
    const received = role === 'attendee' ? RECEIVED : 0;
    const cancelled = wordIn(properties, 'STATUS') === 'CANCELLED' ? CANCELLED : 0;
    return maybe('calendar:MeetingStatus', MEETING + received + cancelled);
  },
  write(component, data) {
    const said = numberIn(data, 'calendar:MeetingStatus', 0, 15);
    if (said === undefined) return REFUSED;
    const { properties } = component;
    const isCancelled = wordIn(properties, 'STATUS') === 'CANCELLED';
    const cancels = (said & MEETING) !== 0 && (said & CANCELLED) !== 0;
    if (cancels === isCancelled || (said & MEETING) === 0) return component;
    return {
      ...component,
      properties: withValue(properties, 'STATUS', cancels ? 'CANCELLED' : 'CONFIRMED'),
    };
  },
};

/** What the owner answered, and whether an answer is wanted: only told (MS-ASCAL 2.2.2.38). */
export const responseField: Field<ComponentNode, View> = {
  tags: ['calendar:ResponseType', 'calendar:ResponseRequested', 'calendar:AppointmentReplyTime'],
  omitted: 'kept',
  read({ properties }, view) {
    const { context, master } = view;
    if (!isAtLeast(context.version, '14.0')) return [];
    const role = roleOf(properties, context);
    const own = ownLine(properties, context);
    const type =
      role === 'none'
        ? 0
        : role === 'organizer'
          ? 1
          : own === undefined
            ? 5
            : (statuses[partstatOf(own)] ?? 5);
    const replied = type >= 2 && type <= 4 ? timeIn(properties, 'X-MS-REPLYTIME', view) : undefined;
    const rsvp = own !== undefined && parameterWord(own, 'RSVP') === 'FALSE' ? 0 : 1;
    return [
      ...(master !== undefined || role === 'none' ? [] : maybe('calendar:ResponseRequested', rsvp)),
      ...maybe('calendar:ResponseType', type),
      ...maybe('calendar:AppointmentReplyTime', replied && compactDate(placedMoment(replied))),
    ];
  },
};

/** A meeting needs somebody who holds it: whoever invites from a phone that does not say so. */
export const withOrganizer = (component: ComponentNode, { context }: View): ComponentNode => {
  const { properties } = component;
  const [own] = context.owner.addresses;
  if (own === undefined || organizerOf(properties) !== undefined) return component;
  if (attendeesOf(properties).length === 0) return component;
  const parameters = context.owner.name === '' ? {} : { CN: context.owner.name };
  return {
    ...component,
    properties: [...properties, line('ORGANIZER', `mailto:${own}`, parameters)],
  };
};
