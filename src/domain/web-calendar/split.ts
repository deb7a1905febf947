import { calendarComponents, type Component } from '../calendar/calendar.ts';
import { CALENDAR_LIMITS } from '../icalendar/calendar-limits.ts';
import {
  type ContentLine,
  parameter,
  scanContentLines,
  unescapeText,
} from '../icalendar/content-lines.ts';
import { readDuration } from '../icalendar/time-values.ts';
import { escapeText, writeLine } from '../icalendar/writing.ts';
import { tidyText } from './tidy-text.ts';

/** Bounds on one feed beside its size. */
const LIMITS = { lines: 3_000_000, components: 100_000 } as const;

/** One component of a feed below VCALENDAR, with those inside it. */
interface Part {
  readonly name: string;
  /** Folded, with their ends, BEGIN and END included; UID, if any, at `uidAt`. */
  readonly lines: string[];
  uidAt: number | undefined;
  uid: string | undefined;
  recurrenceId: string | undefined;
  readonly zones: Set<string>;
}

/** What a feed came apart into. */
export interface Split {
  /** Texts of calendar objects as RFC 4791 §4.1 wants them: one UID and one type of component each. */
  readonly objects: ReadonlyMap<string, string>;
  /** What the feed calls itself (RFC 7986 §5.1, X-WR-CALNAME). */
  readonly name?: string;
  /** How often it wants to be asked, in seconds (RFC 7986 §5.7, X-PUBLISHED-TTL). */
  readonly refresh?: number;
}

/** A short text that follows from another; two texts never share one. */
export type Digest = (text: string) => string;

interface Reading {
  readonly parts: Part[];
  readonly zones: Map<string, string>;
  readonly about: Map<string, string>;
  depth: number;
  part: Part | undefined;
  components: number;
}

/**
 * Takes an iCalendar stream apart (RFC 5545 §3.4): one object for each UID, with the time zones it names. Lenient,
 * because nobody can mend a feed: METHOD is left out; several VCALENDARs are one; a component without UID gets one made
 * of its text; a second component of one UID, where there may be only one, gets a UID of its own, so that nothing is
 * lost; lines that are no content lines are passed over. Of what is there twice, word for word, one stays.
 *
 * Answers `invalid`, for people, when the text is no iCalendar stream.
 */
export const splitCalendar = (
  text: string,
  digest: Digest,
): Split | { readonly invalid: string } => {
  const reading: Reading = {
    parts: [],
    zones: new Map(),
    about: new Map(),
    depth: 0,
    part: undefined,
    components: 0,
  };
  const dialect = { groups: false, bareParameters: false, lines: LIMITS.lines };
  const wrong = scanContentLines(tidyText(text), dialect, (line) => visit(line, reading));
  if (wrong !== undefined) return { invalid: wrong };
  if (reading.components === 0) return { invalid: 'no VCALENDAR' };
  if (reading.depth > 0) return { invalid: 'the text ends in the middle of a component' };
  const name = reading.about.get('NAME') ?? reading.about.get('X-WR-CALNAME');
  const refresh = secondsOf(
    reading.about.get('REFRESH-INTERVAL') ?? reading.about.get('X-PUBLISHED-TTL'),
  );
  return {
    objects: assembled(reading, digest),
    ...(name !== undefined && name !== '' && { name: unescapeText(name) }),
    ...(refresh !== undefined && { refresh }),
  };
};

/** The text without what many feeds write anew at each request though nothing has changed: DTSTAMP. */
export const withoutStamps = (text: string): string => text.replaceAll(/^DTSTAMP[;:].*\r\n/gm, '');

const visit = (line: ContentLine, reading: Reading): string | undefined => {
  if (line.name === 'BEGIN') return begin(line, reading);
  if (reading.depth === 0) return 'a property outside of VCALENDAR';
  const { part } = reading;
  if (line.name === 'END') return end(line, reading);
  if (part === undefined) {
    if (reading.depth === 1 && !reading.about.has(line.name))
      reading.about.set(line.name, line.value.trim());
    return undefined;
  }
  if (reading.depth === 2) note(line, part);
  const tzid = parameter(line.parameters, 'TZID');
  if (tzid !== undefined) part.zones.add(tzid);
  part.lines.push(writeLine(line));
  return undefined;
};

const begin = (line: ContentLine, reading: Reading): string | undefined => {
  const name = line.value.trim().toUpperCase();
  if ((reading.depth === 0) !== (name === 'VCALENDAR'))
    return 'VCALENDAR must be outermost, and only there';
  if (reading.depth === CALENDAR_LIMITS.depth) return 'components nested too deep';
  reading.components += 1;
  if (reading.components > LIMITS.components) return `more than ${LIMITS.components} components`;
  if (reading.depth === 1)
    reading.part = {
      name,
      lines: [],
      uidAt: undefined,
      uid: undefined,
      recurrenceId: undefined,
      zones: new Set(),
    };
  reading.depth += 1;
  reading.part?.lines.push(`BEGIN:${name}\r\n`);
  return undefined;
};

const end = (line: ContentLine, reading: Reading): string | undefined => {
  const name = line.value.trim().toUpperCase();
  const { part } = reading;
  part?.lines.push(`END:${name}\r\n`);
  reading.depth -= 1;
  if (reading.depth === 0) return name === 'VCALENDAR' ? undefined : 'END where VCALENDAR is open';
  if (reading.depth > 1 || part === undefined) return undefined;
  if (name !== part.name) return `END where ${part.name} is open`;
  reading.part = undefined;
  if (part.name === 'VTIMEZONE') {
    const id = part.lines
      .find((each) => each.startsWith('TZID:'))
      ?.slice('TZID:'.length)
      .trim();
    if (id !== undefined && !reading.zones.has(id)) reading.zones.set(id, part.lines.join(''));
  } else reading.parts.push(part);
  return undefined;
};

const note = ({ name, value }: ContentLine, part: Part): void => {
  if (name === 'UID' && part.uid === undefined && value.trim() !== '') {
    part.uid = unescapeText(value.trim());
    part.uidAt = part.lines.length;
  } else if (name === 'RECURRENCE-ID') part.recurrenceId ??= value.trim();
};

const isComponent = (name: string): name is Component =>
  name !== 'VFREEBUSY' && calendarComponents.some((known) => known === name);

/** Components by their final UID. */
const assembled = ({ parts, zones, about }: Reading, digest: Digest): Map<string, string> => {
  const byUid = new Map<string, Map<string, Part>>();
  for (const part of parts) {
    if (!isComponent(part.name)) continue;
    const said = withoutStamps(part.lines.join(''));
    const uid = bounded(part.uid ?? digest(said), digest);
    place(part, uid, said);
  }

  /** Under its UID if there is room; else under one of its own, which the same text always gets. */
  function place(part: Part, uid: string, said: string): void {
    const siblings = byUid.get(uid) ?? new Map<string, Part>();
    const [first] = siblings.values();
    const instance = part.recurrenceId ?? '';
    const taken = siblings.get(instance);
    if (taken !== undefined && withoutStamps(taken.lines.join('')) === said) return;
    if (taken !== undefined || (first !== undefined && first.name !== part.name)) {
      const own = `${uid.slice(0, 900)}-${digest(said)}`;
      if (!byUid.has(own)) place(part, own, said);
      return;
    }
    byUid.set(uid, siblings.set(instance, part));
  }

  const product = about.get('PRODID') ?? '-//Daybook//Web calendar//EN';
  const scale = about.get('CALSCALE');
  return new Map(
    [...byUid].map(([uid, siblings]) => {
      const named = new Set([...siblings.values()].flatMap((part) => [...part.zones]));
      return [
        uid,
        [
          'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n',
          writeLine({ group: '', name: 'PRODID', parameters: '', value: product }),
          ...(scale === undefined
            ? []
            : [writeLine({ group: '', name: 'CALSCALE', parameters: '', value: scale })]),
          ...[...named].map((zone) => zones.get(zone) ?? ''),
          ...[...siblings.values()].map((part) => withUid(part, uid)),
          'END:VCALENDAR\r\n',
        ].join(''),
      ];
    }),
  );
};

const bounded = (uid: string, digest: Digest): string =>
  uid.length > CALENDAR_LIMITS.uid ? digest(uid) : uid;

const withUid = ({ lines, uidAt, uid }: Part, wanted: string): string => {
  if (uid === wanted) return lines.join('');
  const line = writeLine({ group: '', name: 'UID', parameters: '', value: escapeText(wanted) });
  const at = uidAt ?? 1;
  return [...lines.slice(0, at), line, ...lines.slice(uidAt === undefined ? at : at + 1)].join('');
};

const secondsOf = (value: string | undefined): number | undefined => {
  const duration = value === undefined ? undefined : readDuration(value);
  if (duration === undefined) return undefined;
  return duration.days * 86_400 + duration.milliseconds / 1000;
};
