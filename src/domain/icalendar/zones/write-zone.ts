import { HOUR, MINUTE, SECOND } from '../civil.ts';
import { localText } from '../time-values.ts';
import { escapeText, foldLine } from '../writing.ts';
import { changesOf, isSummer } from './changes.ts';
import { type Change, regularFrom } from './yearly-change.ts';
import type { Zone } from './zone.ts';
import { knownZones } from './zones.ts';

/**
 * VTIMEZONE of a zone that goes by its name (RFC 5545 §3.6.5), its lines folded; `undefined` for a name
 * that nobody knows. Tells of every change since 1970, the last ones as yearly rules where they are
 * regular. Worked out once, in some tens of milliseconds.
 */
export const zoneText = (tzid: string): string | undefined => {
  const known = texts.get(tzid);
  if (known !== undefined) return known;
  const zone = hasControls(tzid) ? undefined : knownZones.zoneOf({ tzid });
  if (zone === undefined) return undefined;
  const text = written(tzid, zone);
  if (texts.size < REMEMBERED) texts.set(tzid, text);
  return text;
};

const hasControls = (text: string): boolean => /[\u0000-\u001f\u007f]/.test(text);

const texts = new Map<string, string>();
/** IANA's names are some six hundred. */
const REMEMBERED = 1_000;

/** The same in a VCALENDAR of its own, as CALDAV:calendar-timezone holds one. */
export const zoneCalendar = (tzid: string): string | undefined => {
  const text = zoneText(tzid);
  return text === undefined
    ? undefined
    : `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Daybook//Daybook//EN\r\n${text}END:VCALENDAR\r\n`;
};

const BEGIN = Date.UTC(1970, 0, 1);
/** What is regular up to here is taken to stay so; of what is not, nothing later is told. */
const END = Date.UTC(2066, 0, 1);

const written = (tzid: string, zone: Zone): string => {
  const initial = zone.spanAt(BEGIN).offset;
  const changes = changesOf(zone, BEGIN, END);
  const yearly = regularFrom(changes);
  const lines = [
    'BEGIN:VTIMEZONE',
    `TZID:${escapeText(tzid)}`,
    ...observance({ moment: BEGIN - initial, before: initial, after: initial }, false, []),
    ...grouped(changes.slice(0, yearly.from)),
    ...yearly.rules.flatMap(({ first, rule }) =>
      observance(first, first.after > first.before, [`RRULE:${rule}`]),
    ),
    'END:VTIMEZONE',
  ];
  return lines.map(foldLine).join('');
};

/** Changes from and to the same offsets as one observance with several onsets. */
const grouped = (changes: readonly Change[]): readonly string[] => {
  const groups = new Map<string, Change[]>();
  changes.forEach((change, index) => {
    const key = `${change.before} ${change.after} ${isSummer(changes, index)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  });
  return [...groups].flatMap(([key, [first, ...others]]) =>
    first === undefined
      ? []
      : observance(
          first,
          key.endsWith('true'),
          others.map(({ moment, before }) => `RDATE:${localText(moment + before)}`),
        ),
  );
};

const observance = (
  { moment, before, after }: Change,
  summer: boolean,
  more: readonly string[],
): readonly string[] => {
  const name = summer ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${name}`,
    `DTSTART:${localText(moment + before)}`,
    ...more,
    `TZOFFSETFROM:${offsetText(before)}`,
    `TZOFFSETTO:${offsetText(after)}`,
    `END:${name}`,
  ];
};

/** `+0100`, with seconds where there are any (RFC 5545 §3.3.14). */
const offsetText = (offset: number): string => {
  const size = Math.abs(offset);
  const seconds = Math.floor(size / SECOND) % 60;
  const parts = [Math.floor(size / HOUR), Math.floor(size / MINUTE) % 60];
  if (seconds > 0) parts.push(seconds);
  return (offset < 0 ? '-' : '+') + parts.map((part) => String(part).padStart(2, '0')).join('');
};
