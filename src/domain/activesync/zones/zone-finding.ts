import { DAY, dayOf } from '../../icalendar/civil.ts';
import { localText } from '../../icalendar/time-values.ts';
import { UTC, type Zone } from '../../icalendar/zones/zone.ts';
import { knownZones } from '../../icalendar/zones/zones.ts';
import { decodeBlob, encodeBlob, isZero, type ZoneDate, type ZoneRules } from './blob.ts';
import { agrees, rulesOf, wallIn } from './rules.ts';
import { populous, windowsName, zoneOfWindows } from './zone-names.ts';

/** A zone as events refer to it. */
export interface NamedZone {
  readonly tzid: string;
  readonly zone: Zone;
  /** Content lines of its VTIMEZONE between BEGIN and END, where nobody knows it by its name. */
  readonly own?: string;
}

/** The blob of a zone for something that takes place at a moment (MS-ASDTYPE 2.7.6). */
export const blobOf = ({ tzid, zone }: NamedZone, moment: number): string => {
  const year = Math.floor(moment / (365.2425 * DAY));
  let known = blobs.get(zone);
  if (known === undefined) {
    known = new Map();
    blobs.set(zone, known);
  }
  // Within one UTC year the rules are the same, but for a zone whose clocks change otherwise than twice.
  const key = `${year} ${zone.spanAt(moment).offset} ${tzid}`;
  let blob = known.get(key);
  if (blob === undefined) {
    blob = encodeBlob(rulesOf(zone, moment, windowsName(tzid)));
    if (known.size < REMEMBERED) known.set(key, blob);
  }
  return blob;
};

const blobs = new WeakMap<Zone, Map<string, string>>();
const REMEMBERED = 1_000;

export const ZERO_BLOB = encodeBlob({ bias: 0, name: '', standardBias: 0, daylightBias: 0 });

/** What a client's blob says, or nothing where it is none. */
export type ZoneSaid = { readonly rules: ZoneRules; readonly isZero: boolean };

export const readZone = (text: string | undefined): ZoneSaid | undefined => {
  const rules = text === undefined ? undefined : decodeBlob(text);
  return rules && { rules, isZero: isZero(rules) };
};

/**
 * The zone that rules mean for something at a moment: the one stored before where it agrees, that of the
 * Windows name, the user's own, one of the most populous; and where all of them go otherwise, one made of the rules.
 */
export const zoneFor = (
  { rules }: ZoneSaid,
  moment: number,
  stored: NamedZone | undefined,
  user: NamedZone,
): NamedZone => {
  if (stored !== undefined && agrees(stored.zone, rules, moment)) return stored;
  const windows = zoneOfWindows(rules.name);
  const byName = windows === undefined ? undefined : namedZone(windows);
  if (byName !== undefined && agrees(byName.zone, rules, moment)) return byName;
  if (agrees(user.zone, rules, moment)) return user;
  for (const tzid of isZero(rules) ? [] : populous) {
    const candidate = namedZone(tzid);
    if (candidate !== undefined && agrees(candidate.zone, rules, moment)) return candidate;
  }
  return isZero(rules) ? UTC_ZONE : madeOf(rules);
};

export const UTC_ZONE: NamedZone = { tzid: 'UTC', zone: UTC };

/** A zone by its name; `undefined` for one that nobody knows. */
export const namedZone = (tzid: string): NamedZone | undefined => {
  const zone = knownZones.zoneOf({ tzid });
  return zone && { tzid, zone };
};

/** The user's zone; UTC where it is unknown. */
export const userZone = (name: string): NamedZone => namedZone(name) ?? UTC_ZONE;

/** A zone of a private name, which says what is in it: the same rules always have the same name. */
const madeOf = (rules: ZoneRules): NamedZone => {
  const standard = -(rules.bias + rules.standardBias);
  const { summer } = rules;
  const lines =
    summer === undefined
      ? observance('STANDARD', '19700101T000000', '', standard, standard)
      : [
          ...yearly('STANDARD', summer.ends, -(rules.bias + rules.daylightBias), standard),
          ...yearly('DAYLIGHT', summer.begins, standard, -(rules.bias + rules.daylightBias)),
        ];
  const dates = summer === undefined ? [] : [nameOf(summer.begins), nameOf(summer.ends)];
  const tzid = ['Custom', offsetText(standard), ...dates].join(' ');
  const own = lines.join('\r\n');
  return { tzid, own, zone: knownZones.zoneOf({ tzid, own }) ?? UTC };
};

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const nthOf = ({ week, weekday }: ZoneDate): string =>
  `${week === 5 ? -1 : week}${WEEKDAYS[weekday] ?? 'SU'}`;

const nameOf = (date: ZoneDate): string =>
  `${date.year === 0 ? nthOf(date) : `${date.year}-${date.week}`} ${date.month} ${date.hour}.${date.minute}`;

const FIRST_YEAR = 1970;

const yearly = (
  kind: 'STANDARD' | 'DAYLIGHT',
  date: ZoneDate,
  before: number,
  after: number,
): readonly string[] => {
  const year = date.year === 0 ? FIRST_YEAR : date.year;
  const start = Math.max(wallIn(date, year), dayOf(FIRST_YEAR, 1, 1) * DAY);
  const rule =
    date.year === 0 ? `RRULE:FREQ=YEARLY;BYMONTH=${date.month};BYDAY=${nthOf(date)}` : '';
  return observance(kind, localText(start), rule, before, after);
};

const observance = (
  kind: string,
  start: string,
  rule: string,
  before: number,
  after: number,
): readonly string[] => [
  `BEGIN:${kind}`,
  `DTSTART:${start}`,
  ...(rule === '' ? [] : [rule]),
  `TZOFFSETFROM:${offsetText(before)}`,
  `TZOFFSETTO:${offsetText(after)}`,
  `END:${kind}`,
];

/** Minutes as UTC-OFFSET. */
const offsetText = (minutes: number): string => {
  const size = Math.abs(minutes);
  const digits = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, '0'));
  return `${minutes < 0 ? '-' : '+'}${digits.join('')}`;
};
