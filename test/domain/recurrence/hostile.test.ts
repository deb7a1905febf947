import { describe, expect, test } from 'vitest';
import { boundsOf } from '../../../src/domain/icalendar/bounds.ts';
import { occurrencesIn, occursIn } from '../../../src/domain/icalendar/occurrences.ts';
import { calendarTimes } from '../../../src/domain/icalendar/times.ts';
import { fastest, PATIENCE } from '../../support/fastest.ts';
import { at, object, timesOf, zone, zones } from '../../support/times.ts';

const clocks = { zones, floating: zone('Europe/Berlin') };
const upTo = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => n + from).join(',');

const rules = [
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5',
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=SECONDLY',
  'FREQ=SECONDLY;COUNT=4294967295',
  'FREQ=SECONDLY;INTERVAL=9999999999',
  'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=4',
  'FREQ=SECONDLY;BYHOUR=3;BYMINUTE=7;BYSECOND=9;COUNT=100000',
  'FREQ=SECONDLY;BYSETPOS=2;COUNT=7',
  'FREQ=SECONDLY;INTERVAL=7;BYSECOND=1;BYMINUTE=2;BYHOUR=3;BYMONTHDAY=31;BYDAY=MO;BYMONTH=12',
  'FREQ=MINUTELY;INTERVAL=1440;BYHOUR=5;COUNT=9',
  'FREQ=HOURLY;INTERVAL=24;BYHOUR=5;COUNT=3',
  `FREQ=YEARLY;BYYEARDAY=${upTo(366, 1)};BYHOUR=${upTo(24)};BYMINUTE=${upTo(60)};BYSECOND=${upTo(60)};BYSETPOS=${upTo(366, 1)}`,
  `FREQ=DAILY;BYHOUR=${upTo(24)};BYMINUTE=${upTo(60)};BYSECOND=${upTo(60)};COUNT=9999999`,
  'FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;COUNT=3',
  `FREQ=YEARLY;BYWEEKNO=${upTo(52, 1)};BYYEARDAY=366;BYDAY=MO;COUNT=300`,
  'FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=31,29;COUNT=2000',
  'FREQ=DAILY;BYYEARDAY=366;BYDAY=MO;COUNT=100',
  'FREQ=YEARLY;INTERVAL=9999999999;COUNT=2',
];

/** Milliseconds; some thirty times what they cost on a machine that does nothing else. */
const ENOUGH = 150;

describe('a hostile rule ends within its budget', () => {
  test.each(rules)(
    '%s',
    (rule) => {
      const times = timesOf(['DTSTART;TZID=Europe/Berlin:19970101T060000', `RRULE:${rule}`]);
      const [from, to] = [at('20260301T000000Z'), at('20260401T000000Z')];
      for (const work of [
        () => occurrencesIn(times, clocks, from, to),
        () => occurrencesIn(times, clocks, -Infinity, Infinity),
        () => occursIn(times, clocks, from, to),
        () => boundsOf(times, zones),
      ]) {
        work();
        expect(fastest(ENOUGH, work)).toBeLessThan(ENOUGH);
      }
    },
    PATIENCE,
  );

  test('together with a thousand others', () => {
    const many = Array.from({ length: 1000 }, (_, n) => `RRULE:${rules[n % rules.length]}`);
    const times = timesOf(['DTSTART:19970101T060000Z', ...many]);
    const work = () => occurrencesIn(times, clocks, at('20260301T000000Z'), at('20260401T000000Z'));
    work();
    expect(fastest(ENOUGH, work)).toBeLessThan(ENOUGH);
    expect(work().exhausted).toBe(true);
  });
});

describe('what a budget cut off', () => {
  const second = timesOf(['DTSTART:20260101T000000Z', 'RRULE:FREQ=SECONDLY']);

  test('is said to be', () => {
    const [from, to] = [at('20260101T000000Z'), at('20270101T000000Z')];
    const { occurrences, exhausted } = occurrencesIn(second, clocks, from, to);
    expect(exhausted).toBe(true);
    expect(occurrences.length).toBeGreaterThan(1000);
  });

  test('is in every range that it may be in', () => {
    const never = timesOf([
      'DTSTART:19700101T060000Z',
      'RRULE:FREQ=HOURLY;INTERVAL=24;BYHOUR=5;COUNT=3',
    ]);
    expect(boundsOf(never, zones)?.end).toBe(Infinity);
    expect(occursIn(never, clocks, at('20260101T000000Z'), Infinity)).toBe(true);
  });
});

describe('a hostile object', () => {
  const override = (n: number) => [
    `RECURRENCE-ID:2026010${(n % 9) + 1}T090000Z`,
    `DTSTART;TZID=Zone${n}:20260105T090000`,
  ];

  test.each([
    [
      '10,000 overrides in as many zones',
      () => object(...Array.from({ length: 10_000 }, (_, n) => override(n))),
    ],
    [
      '50,000 dates',
      () =>
        object([
          'DTSTART:20260101T000000Z',
          'RRULE:FREQ=DAILY',
          ...Array.from(
            { length: 50 },
            () => `EXDATE:${'20260105T090000Z,'.repeat(999)}20260105T090000Z`,
          ),
        ]),
    ],
    [
      '200 time zones without an end',
      () =>
        object(
          ...Array.from({ length: 200 }, (_, n) => [
            'BEGIN:VTIMEZONE',
            `TZID:Zone${n}`,
            ...Array.from({ length: 50 }, () => [
              'BEGIN:STANDARD',
              'DTSTART:19000101T000000',
              'TZOFFSETFROM:+0100',
              'TZOFFSETTO:+0200',
              'RRULE:FREQ=SECONDLY',
              'END:STANDARD',
            ]).flat(),
            'END:VTIMEZONE',
          ]),
          ...Array.from({ length: 200 }, (_, n) => override(n)),
        ),
    ],
  ])(
    'of %s is read and asked within a second',
    (_, text) => {
      const whole = text();
      const work = () => {
        const reading = calendarTimes(whole);
        if ('invalid' in reading) throw new Error(reading.invalid);
        return occurrencesIn(reading.times, clocks, at('20260301T000000Z'), at('20260401T000000Z'));
      };
      expect(fastest(1000, work)).toBeLessThan(1000);
    },
    PATIENCE,
  );
});
