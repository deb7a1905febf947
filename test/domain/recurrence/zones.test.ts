import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { momentOf, type Zone } from '../../../src/domain/icalendar/zones/zone.ts';
import { newZones } from '../../../src/domain/icalendar/zones/zones.ts';
import { windowsZones } from '../../../src/domain/icalendar/zones/windows-zones.ts';
import { fastest, PATIENCE } from '../../support/fastest.ts';
import { at, zone, zones } from '../../support/times.ts';

const HOUR = 3_600_000;

/** Offset in hours, in January and in July. */
const offsets = (of: Zone | undefined, year = 2026): readonly number[] | undefined =>
  of && [0, 6].map((month) => of.spanAt(Date.UTC(year, month, 15)).offset / HOUR);

/** An offset as the digits of a clock tell it: another way than the zone itself goes. */
const shown = (timeZone: string, moment: number): number => {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
  const { year, month, day, hour, minute, second } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - moment;
};

describe('a zone of the IANA database', () => {
  const some = [
    'Europe/Berlin',
    'America/New_York',
    'Africa/Casablanca',
    'America/Recife',
    'Pacific/Apia',
    'Australia/Lord_Howe',
    'Asia/Tehran',
    'Africa/Monrovia',
    'Antarctica/Troll',
    'Asia/Kathmandu',
  ];
  const seconds = fc.integer({ min: 0, max: Date.UTC(2065, 11, 31) / 1000 });

  test('has the offset at every moment that Intl shows', () => {
    fc.assert(
      fc.property(fc.constantFrom(...some), seconds, (name, second) => {
        const moment = second * 1000;
        expect(zone(name).spanAt(moment).offset).toBe(shown(name, moment));
      }),
      { numRuns: 150 },
    );
  });

  test('has its transitions to the second', () => {
    const { until } = zone('Europe/Berlin').spanAt(Date.UTC(2026, 0, 15));
    expect(until).toBe(Date.UTC(2026, 2, 29, 1));
    // Minus 44 minutes and 30 seconds until 1972.
    expect(zone('Africa/Monrovia').spanAt(Date.UTC(1972, 0, 1)).until).toBe(
      Date.UTC(1972, 0, 7, 0, 44, 30),
    );
    // Six days of summer time.
    expect(zone('America/Recife').spanAt(Date.UTC(2000, 9, 10)).until).toBe(
      Date.UTC(2000, 9, 15, 2),
    );
  });

  test('repeats its rules in years that nobody knows the rules of', () => {
    expect(offsets(zone('Europe/Berlin'), 2126)).toEqual([1, 2]);
    expect(offsets(zone('America/Sao_Paulo'), 9999)).toEqual([-3, -3]);
  });
});

describe('a wall time', () => {
  const berlin = zone('Europe/Berlin');

  test.each([
    ['20260329T023000', '20260329T013000Z', 'in a gap is read with the offset before it'],
    ['20260329T015959', '20260329T005959Z', 'before a gap is plain'],
    ['20260329T030000', '20260329T010000Z', 'after a gap is plain'],
    ['20261025T023000', '20261025T003000Z', 'that comes twice is the first'],
    ['20261025T015959', '20261024T235959Z', 'before one that comes twice is plain'],
    ['20261025T030000', '20261025T020000Z', 'after one that comes twice is plain'],
  ])('%s is %s: one %s (RFC 5545 §3.3.5)', (wall, moment) => {
    expect(momentOf(berlin, at(wall))).toBe(at(moment));
  });

  test('of a day that a country skipped is read with the offset before it (RFC 5545 §3.3.5)', () => {
    expect(momentOf(zone('Pacific/Apia'), at('20111230T120000'))).toBe(at('20111230T220000Z'));
  });

  test('is shown by the clock again at its moment, unless it is in a gap', () => {
    const names = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia'];
    const wall = fc.integer({ min: 0, max: Date.UTC(2060, 0) / 60_000 });
    fc.assert(
      fc.property(fc.constantFrom(...names), wall, (name, minute) => {
        const here = zone(name);
        const moment = momentOf(here, minute * 60_000);
        const { offset, from } = here.spanAt(moment);
        if (moment + offset === minute * 60_000) return;
        // A gap: the moment is after it, as far as the wall time was into it.
        const before = here.spanAt(from - 1).offset;
        expect(moment + before).toBe(minute * 60_000);
        expect(offset).toBeGreaterThan(before);
      }),
    );
  });
});

describe('a TZID without VTIMEZONE', () => {
  test.each([
    ['Europe/Berlin', [1, 2]],
    ['europe/berlin', [1, 2]],
    ['Europe/Kyiv', [2, 3]],
    ['Europe/Kiev', [2, 3]],
    ['W. Europe Standard Time', [1, 2]],
    ['w. europe standard time', [1, 2]],
    ['Eastern Standard Time', [-5, -4]],
    ['Eastern Daylight Time', [-5, -4]],
    ['/freeassociation.sourceforge.net/Tzfile/Europe/Berlin', [1, 2]],
    ['/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires', [-3, -3]],
    ['/citadel.org/20210210_1/America/New_York', [-5, -4]],
    ['/mozilla.org/20050126_1/Asia/Tokyo', [9, 9]],
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', [1, 2]],
    ['(GMT-05:00) Eastern Time (US & Canada)', [-5, -4]],
    ['(UTC+03:00) Nowhere, Neverland', [3, 3]],
    ['America/Los Angeles', [-8, -7]],
    ['UTC', [0, 0]],
    ['Etc/UTC', [0, 0]],
    ['GMT', [0, 0]],
    ['Z', [0, 0]],
    ['tzone://Microsoft/Utc', [0, 0]],
    ['UTC+2', [2, 2]],
    ['GMT-0330', [-3.5, -3.5]],
    ['+05:30', [5.5, 5.5]],
  ])('%s is found', (tzid, hours) => {
    expect(offsets(zones.zoneOf({ tzid }))).toEqual(hours);
  });

  test.each([
    'Nowhere',
    'Customized Time Zone',
    '/',
    '///',
    'UTC+25',
    '',
    '%',
    'Europe/',
    'a'.repeat(10_000),
    '/'.repeat(10_000),
  ])('%# that nobody knows is unknown', (tzid) => {
    expect(zones.zoneOf({ tzid })).toBeUndefined();
  });

  test('is known for every name that Windows has (CLDR windowsZones)', () => {
    expect(windowsZones.size).toBeGreaterThan(130);
    const unknown = [...windowsZones.keys()].filter((tzid) => !zones.zoneOf({ tzid }));
    expect(unknown).toEqual([]);
  });
});

/** The history that RFC 5545 §3.6.5 shows of New York, 1967 on. */
const newYork = [
  [
    'DAYLIGHT',
    '19670430T020000',
    '-0500',
    '-0400',
    'FREQ=YEARLY;BYMONTH=4;BYDAY=-1SU;UNTIL=19730429T070000Z',
  ],
  [
    'STANDARD',
    '19671029T020000',
    '-0400',
    '-0500',
    'FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z',
  ],
  ['DAYLIGHT', '19740106T020000', '-0500', '-0400', undefined, '19750223T020000'],
  [
    'DAYLIGHT',
    '19760425T020000',
    '-0500',
    '-0400',
    'FREQ=YEARLY;BYMONTH=4;BYDAY=-1SU;UNTIL=19860427T070000Z',
  ],
  [
    'DAYLIGHT',
    '19870405T020000',
    '-0500',
    '-0400',
    'FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z',
  ],
  ['DAYLIGHT', '20070311T020000', '-0500', '-0400', 'FREQ=YEARLY;BYMONTH=3;BYDAY=2SU'],
  ['STANDARD', '20071104T020000', '-0400', '-0500', 'FREQ=YEARLY;BYMONTH=11;BYDAY=1SU'],
] as const;

const observances = (rows: readonly (readonly (string | undefined)[])[]): string =>
  rows
    .flatMap(([kind, start, from, to, rule, dates]) => [
      `BEGIN:${kind}`,
      `DTSTART:${start}`,
      `TZOFFSETFROM:${from}`,
      `TZOFFSETTO:${to}`,
      ...(rule === undefined ? [] : [`RRULE:${rule}`]),
      ...(dates === undefined ? [] : [`RDATE:${dates}`]),
      `END:${kind}`,
    ])
    .join('\r\n');

const own = (...rows: readonly (readonly (string | undefined)[])[]): Zone | undefined =>
  newZones().zoneOf({ tzid: 'Nowhere', own: observances(rows) });

describe('an object’s own VTIMEZONE', () => {
  test('with a history of rules and dates is what it describes (RFC 5545 §3.6.5)', () => {
    const described = own(...newYork);
    const known = zone('America/New_York');
    const second = fc.integer({ min: 0, max: Date.UTC(2065, 11, 31) / 1000 });
    fc.assert(
      fc.property(second, (at) => {
        expect(described?.spanAt(at * 1000).offset).toBe(known.spanAt(at * 1000).offset);
      }),
    );
  });

  test('goes before what its name means', () => {
    const text = observances([['STANDARD', '19700101T000000', '+0300', '+0300']]);
    expect(offsets(zones.zoneOf({ tzid: 'Europe/Berlin', own: text }))).toEqual([3, 3]);
  });

  test('that begins in 1601, as Outlook’s do, is in force today', () => {
    const berlin = own(
      ['STANDARD', '16010101T030000', '+0200', '+0100', 'FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10'],
      ['DAYLIGHT', '16010101T020000', '+0100', '+0200', 'FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3'],
    );
    expect(offsets(berlin)).toEqual([1, 2]);
    expect(offsets(berlin, 2126)).toEqual([1, 2]);
    expect(berlin?.spanAt(Date.UTC(2026, 0, 15)).until).toBe(Date.UTC(2026, 2, 29, 1));
  });

  test('stands before its first onset as that says it stood (RFC 5545 §3.6.5)', () => {
    const zone = own(['STANDARD', '20200101T000000', '+0245', '+0300']);
    expect(offsets(zone, 2010)).toEqual([2.75, 2.75]);
    expect(offsets(zone, 2021)).toEqual([3, 3]);
  });

  test.each([
    ['nothing', []],
    ['no start', [['STANDARD', 'never', '+0100', '+0100']]],
    ['no offset', [['STANDARD', '19700101T000000', '+0100', 'later']]],
  ])('that says %s leaves it to its name', (_, rows) => {
    const text = observances(rows);
    expect(offsets(zones.zoneOf({ tzid: 'Europe/Berlin', own: text }))).toEqual([1, 2]);
  });

  test.each([
    ['an onset every second', [['STANDARD', '19000101T000000', '+0100', '+0200', 'FREQ=SECONDLY']]],
    [
      'onsets that never come',
      [['STANDARD', '19000101T000000', '+0100', '+0200', 'FREQ=HOURLY;INTERVAL=24;BYHOUR=5']],
    ],
    [
      'a thousand observances',
      Array.from({ length: 1000 }, () => [
        'DAYLIGHT',
        '19000101T000000',
        '+0100',
        '+0200',
        'FREQ=DAILY;BYMONTHDAY=1',
      ]),
    ],
  ])(
    'with %s costs no more than a moment',
    (_, rows) => {
      const text = observances(rows);
      const work = () => newZones().zoneOf({ tzid: 'X', own: text })?.spanAt(Date.UTC(2026, 0));
      expect(fastest(100, work)).toBeLessThan(100);
    },
    PATIENCE,
  );
});
