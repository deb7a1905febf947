import { type Period, readPeriod } from './busy-periods.ts';
import { type ComponentNode, componentTree, isTimed } from './component-tree.ts';
import { type ContentLine, parameter } from './content-lines.ts';
import { occurrencesIn } from './occurrences.ts';
import type { Clocks } from './placing.ts';
import type { Budget } from './recurrence/budget.ts';
import type { TimeRange } from './time-range.ts';
import { utcText } from './time-values.ts';
import { calendarTimes } from './times.ts';
import { foldLine } from './writing.ts';

/** Kinds of time that is not free (RFC 5545 §3.2.9). Names that only others know count as `BUSY`. */
export const busyTypes = ['BUSY', 'BUSY-TENTATIVE', 'BUSY-UNAVAILABLE'] as const;
export type BusyType = (typeof busyTypes)[number];

/** Time of one kind; milliseconds, UTC. */
export interface Busy extends Period {
  readonly type: BusyType;
}

/** Whose calendar an event is in, as far as answers to invitations care. */
export interface Whose {
  /** Their calendar user addresses, in small letters: `mailto:a@example.org`. */
  readonly addresses: ReadonlySet<string>;
  /** Whether what they accepted tentatively leaves them free, as in SOGo. */
  readonly tentativeIsFree: boolean;
}

/**
 * The time in a range that a calendar object takes (RFC 4791 §7.10): events that are opaque and not
 * cancelled, and what a VFREEBUSY tells. Says nothing of what cannot be read. Where the budget ends
 * first, `budget.exhausted` says so.
 *
 * @param whose whose answers count; absent: nobody's, and every event is as good as accepted.
 */
export const busyTimes = (
  text: string,
  clocks: Clocks,
  range: TimeRange,
  budget: Budget,
  whose?: Whose,
): readonly Busy[] => {
  const reading = calendarTimes(text);
  if ('invalid' in reading) return [];
  const { component } = reading.times;
  if (component !== 'VEVENT' && component !== 'VFREEBUSY') return [];
  const components = componentTree(text)?.components.filter(isTimed) ?? [];
  if (component === 'VFREEBUSY') return components.flatMap(toldBy).flatMap(clippedTo(range));
  const types = components.map((one) => typeFor(one, whose));
  if (types.every((type) => type === undefined)) return [];
  return occurrencesIn(reading.times, clocks, range.from, range.to, budget)
    .occurrences.flatMap(({ start, end, component: index }) => {
      const type = types[index];
      return type === undefined ? [] : [{ start, end, type }];
    })
    .flatMap(clippedTo(range));
};

/** The table of §7.10; `undefined` is free time. */
export const typeOf = ({ properties }: ComponentNode): BusyType | undefined => {
  const valueOf = (name: string): string | undefined =>
    properties
      .find((line) => line.name === name)
      ?.value.trim()
      .toUpperCase();
  if (valueOf('TRANSP') === 'TRANSPARENT') return undefined;
  const status = valueOf('STATUS');
  if (status === 'CANCELLED') return undefined;
  return status === 'TENTATIVE' ? 'BUSY-TENTATIVE' : 'BUSY';
};

/** Who invites to an event, and what those who are invited answered: addresses in small letters, PARTSTAT in capitals. */
export interface Invitation {
  readonly organizer?: string;
  readonly answers: readonly (readonly [address: string, partstat: string])[];
}

const addressIn = ({ value }: ContentLine): string => value.trim().toLowerCase();

/** `undefined` of an event to which nobody is invited. */
export const invitationIn = ({ properties }: ComponentNode): Invitation | undefined => {
  const attendees = properties.filter(({ name }) => name === 'ATTENDEE');
  if (attendees.length === 0) return undefined;
  const organizer = properties.find(({ name }) => name === 'ORGANIZER');
  return {
    ...(organizer === undefined ? {} : { organizer: addressIn(organizer) }),
    answers: attendees.map((line) => [
      addressIn(line),
      parameter(line.parameters, 'PARTSTAT')?.toUpperCase() ?? 'NEEDS-ACTION',
    ]),
  };
};

/** What kind of time an event takes of somebody, by what they answered who do not organize it (RFC 5545 §3.2.12). */
export const answeredType = (
  type: BusyType,
  { organizer, answers }: Invitation,
  { addresses, tentativeIsFree }: Whose,
): BusyType | undefined => {
  if (organizer !== undefined && addresses.has(organizer)) return type;
  switch (answers.find(([address]) => addresses.has(address))?.[1]) {
    case undefined:
    case 'ACCEPTED':
      return type;
    case 'DECLINED':
    case 'DELEGATED':
      return undefined;
    case 'TENTATIVE':
      return tentativeIsFree ? undefined : 'BUSY-TENTATIVE';
    default:
      return 'BUSY-TENTATIVE';
  }
};

const typeFor = (component: ComponentNode, whose: Whose | undefined): BusyType | undefined => {
  const type = typeOf(component);
  const invitation = type && whose && invitationIn(component);
  return invitation && whose ? answeredType(type, invitation, whose) : type;
};

const toldBy = ({ properties }: ComponentNode): readonly Busy[] =>
  properties
    .filter(({ name }) => name === 'FREEBUSY')
    .flatMap(({ parameters, value }) => {
      const said = parameter(parameters, 'FBTYPE')?.toUpperCase() ?? 'BUSY';
      if (said === 'FREE') return [];
      const type = busyTypes.find((one) => one === said) ?? 'BUSY';
      return value.split(',').flatMap((item) => {
        const period = readPeriod(item);
        return period === undefined ? [] : [{ ...period, type }];
      });
    });

/** What of a time lies in a range; what has no length takes no time. */
export const clippedTo =
  ({ from, to }: TimeRange) =>
  ({ start, end, type }: Busy): readonly Busy[] => {
    const clipped = { start: Math.max(start, from), end: Math.min(end, to), type };
    return clipped.start < clipped.end ? [clipped] : [];
  };

/** Times of one kind that touch or overlap as one, by their start. */
export const coalesced = (times: readonly Busy[]): readonly Busy[] =>
  busyTypes
    .flatMap((type) => {
      const joined: { start: number; end: number; type: BusyType }[] = [];
      const ordered = times
        .filter((time) => time.type === type)
        .sort((one, other) => one.start - other.start);
      for (const time of ordered) {
        const last = joined.at(-1);
        if (last === undefined || time.start > last.end) joined.push({ ...time });
        else last.end = Math.max(last.end, time.end);
      }
      return joined;
    })
    .sort((one, other) => one.start - other.start);

/** What a VFREEBUSY says beside the times. */
interface FreeBusyFacts {
  readonly uid: string;
  readonly now: number;
  /** Whose times they are, and who asked, of an answer to somebody (RFC 5546 §3.3.3); values of ATTENDEE and ORGANIZER. */
  readonly reply?: { readonly attendee: string; readonly organizer: string | undefined };
}

/**
 * A calendar object that tells when somebody is busy (RFC 5545 §3.6.4).
 * @param now milliseconds.
 */
export const freeBusyText = (
  times: readonly Busy[],
  range: TimeRange,
  { uid, now, reply }: FreeBusyFacts,
): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Daybook//Daybook//EN',
    ...(reply === undefined ? [] : ['METHOD:REPLY']),
    'BEGIN:VFREEBUSY',
    `UID:${uid}`,
    `DTSTAMP:${utcText(now)}`,
    ...(reply?.organizer === undefined ? [] : [`ORGANIZER:${reply.organizer}`]),
    ...(reply === undefined ? [] : [`ATTENDEE:${reply.attendee}`]),
    ...(Number.isFinite(range.from) ? [`DTSTART:${utcText(range.from)}`] : []),
    ...(Number.isFinite(range.to) ? [`DTEND:${utcText(range.to)}`] : []),
    ...times.map(
      ({ start, end, type }) =>
        `FREEBUSY${type === 'BUSY' ? '' : `;FBTYPE=${type}`}:${utcText(start)}/${utcText(end)}`,
    ),
    'END:VFREEBUSY',
    'END:VCALENDAR',
  ]
    .map(foldLine)
    .join('');
