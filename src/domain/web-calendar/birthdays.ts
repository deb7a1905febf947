import { escapeText, foldLine } from '../icalendar/writing.ts';
import type { Instant } from '../kernel/ids.ts';
import type { Day } from '../vcard/days.ts';
import type { Digest } from './split.ts';

/** The source of a calendar that shows the days in its owner's cards, in the place of a feed's address. */
export const BIRTHDAYS = 'birthdays:';

/** A day, and the card it comes from. */
export interface CardDay extends Day {
  /** UID of the card. */
  readonly card: string;
  /** When the card was stored. */
  readonly at: Instant;
}

/**
 * A calendar of days as an iCalendar stream: all-day events that come every year, from the year itself where it is
 * known. Of two that say the same, as from copies of one card in two address books, one is there.
 */
export const birthdayCalendar = (days: readonly CardDay[], digest: Digest): string => {
  const told = new Set<string>();
  const events = days.flatMap((day) => {
    const said = [day.kind, summaryOf(day), dateOf(day)].join('\n');
    const uid = digest(`${day.kind} ${day.card}`);
    if (told.has(said) || told.has(uid)) return [];
    told.add(said).add(uid);
    return eventLines(day, uid);
  });
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Daybook//Birthdays//EN',
    ...events,
    'END:VCALENDAR',
  ]
    .map(foldLine)
    .join('');
};

const eventLines = (day: CardDay, uid: string): readonly string[] => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  `DTSTAMP:${day.at.slice(0, 19).replaceAll(/[-:]/g, '')}Z`,
  `DTSTART;VALUE=DATE:${dateOf(day)}`,
  `RRULE:FREQ=YEARLY${isLeapDay(day) ? ';BYMONTH=2;BYMONTHDAY=-1' : ''}`,
  `SUMMARY:${escapeText(summaryOf(day))}`,
  `CATEGORIES:${day.kind === 'birthday' ? 'Birthday' : 'Anniversary'}`,
  'TRANSP:TRANSPARENT',
  'END:VEVENT',
];

/** Comes on the last of February, which every year has. */
const isLeapDay = ({ month, day }: Day): boolean => month === 2 && day === 29;

const summaryOf = ({ kind, name, year }: Day): string => {
  const whose = kind === 'birthday' ? name : `${name}: anniversary`;
  return year === undefined ? whose : `${whose} (${year})`;
};

/** Where nobody knows the year: one that has a 29 February. */
const UNKNOWN = 1972;

const dateOf = ({ year = UNKNOWN, month, day }: Day): string =>
  String(year).padStart(4, '0') + String(month).padStart(2, '0') + String(day).padStart(2, '0');
