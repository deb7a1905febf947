import { describe, expect, test } from 'vitest';
import { occurrencesIn } from '../../../src/domain/icalendar/occurrences.ts';
import { wallOf } from '../../../src/domain/icalendar/zones/zone.ts';
import { at, digits, timesOf, zone, zones } from '../../support/times.ts';

const newYork = zone('America/New_York');

/** What the rule's examples show: a rule, and days as `1997-09 2-11 13`, at nine unless said otherwise. */
interface Example {
  readonly says: string;
  readonly start: string;
  readonly rules: readonly string[];
  /** Other lines beside the rule. */
  readonly beside?: readonly string[];
  readonly days: readonly string[];
  readonly times?: readonly string[];
  /** The examples that go on for ever are shown up to here; the moment after the last day. */
  readonly shown?: string;
}

const examples: readonly Example[] = [
  {
    says: 'daily for 10 occurrences',
    start: '19970902',
    rules: ['FREQ=DAILY;COUNT=10'],
    days: ['1997-09 2-11'],
  },
  {
    says: 'daily until December 24, 1997',
    start: '19970902',
    rules: ['FREQ=DAILY;UNTIL=19971224T000000Z'],
    days: ['1997-09 2-30', '1997-10 1-31', '1997-11 1-30', '1997-12 1-23'],
  },
  {
    says: 'every other day, for ever',
    start: '19970902',
    rules: ['FREQ=DAILY;INTERVAL=2'],
    days: [
      '1997-09 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30',
      '1997-10 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30',
      '1997-11 1 3 5 7 9 11 13 15 17 19 21 23 25 27 29',
      '1997-12 1 3',
    ],
    shown: '19971204',
  },
  {
    says: 'every 10 days, 5 occurrences',
    start: '19970902',
    rules: ['FREQ=DAILY;INTERVAL=10;COUNT=5'],
    days: ['1997-09 2 12 22', '1997-10 2 12'],
  },
  {
    says: 'every day in January, for 3 years',
    start: '19980101',
    rules: [
      'FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
      'FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1',
    ],
    days: ['1998-01 1-31', '1999-01 1-31', '2000-01 1-31'],
  },
  {
    says: 'weekly for 10 occurrences',
    start: '19970902',
    rules: ['FREQ=WEEKLY;COUNT=10'],
    days: ['1997-09 2 9 16 23 30', '1997-10 7 14 21 28', '1997-11 4'],
  },
  {
    says: 'weekly until December 24, 1997',
    start: '19970902',
    rules: ['FREQ=WEEKLY;UNTIL=19971224T000000Z'],
    days: ['1997-09 2 9 16 23 30', '1997-10 7 14 21 28', '1997-11 4 11 18 25', '1997-12 2 9 16 23'],
  },
  {
    says: 'every other week, for ever',
    start: '19970902',
    rules: ['FREQ=WEEKLY;INTERVAL=2;WKST=SU'],
    days: [
      '1997-09 2 16 30',
      '1997-10 14 28',
      '1997-11 11 25',
      '1997-12 9 23',
      '1998-01 6 20',
      '1998-02 3 17',
    ],
    shown: '19980218',
  },
  {
    says: 'weekly on Tuesday and Thursday for five weeks',
    start: '19970902',
    rules: [
      'FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH',
      'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH',
    ],
    days: ['1997-09 2 4 9 11 16 18 23 25 30', '1997-10 2'],
  },
  {
    says: 'every other week on Monday, Wednesday and Friday until December 24, 1997',
    start: '19970901',
    rules: ['FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR'],
    days: [
      '1997-09 1 3 5 15 17 19 29',
      '1997-10 1 3 13 15 17 27 29 31',
      '1997-11 10 12 14 24 26 28',
      '1997-12 8 10 12 22',
    ],
  },
  {
    says: 'every other week on Tuesday and Thursday, for 8 occurrences',
    start: '19970902',
    rules: ['FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH'],
    days: ['1997-09 2 4 16 18 30', '1997-10 2 14 16'],
  },
  {
    says: 'monthly on the first Friday for 10 occurrences',
    start: '19970905',
    rules: ['FREQ=MONTHLY;COUNT=10;BYDAY=1FR'],
    days: [
      '1997-09 5',
      '1997-10 3',
      '1997-11 7',
      '1997-12 5',
      '1998-01 2',
      '1998-02 6',
      '1998-03 6',
      '1998-04 3',
      '1998-05 1',
      '1998-06 5',
    ],
  },
  {
    says: 'monthly on the first Friday until December 24, 1997',
    start: '19970905',
    rules: ['FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR'],
    days: ['1997-09 5', '1997-10 3', '1997-11 7', '1997-12 5'],
  },
  {
    says: 'every other month on the first and last Sunday for 10 occurrences',
    start: '19970907',
    rules: ['FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU'],
    days: ['1997-09 7 28', '1997-11 2 30', '1998-01 4 25', '1998-03 1 29', '1998-05 3 31'],
  },
  {
    says: 'monthly on the second-to-last Monday for 6 months',
    start: '19970922',
    rules: ['FREQ=MONTHLY;COUNT=6;BYDAY=-2MO'],
    days: ['1997-09 22', '1997-10 20', '1997-11 17', '1997-12 22', '1998-01 19', '1998-02 16'],
  },
  {
    says: 'monthly on the third-to-the-last day, for ever',
    start: '19970928',
    rules: ['FREQ=MONTHLY;BYMONTHDAY=-3'],
    days: ['1997-09 28', '1997-10 29', '1997-11 28', '1997-12 29', '1998-01 29', '1998-02 26'],
    shown: '19980227',
  },
  {
    says: 'monthly on the 2nd and 15th for 10 occurrences',
    start: '19970902',
    rules: ['FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15'],
    days: ['1997-09 2 15', '1997-10 2 15', '1997-11 2 15', '1997-12 2 15', '1998-01 2 15'],
  },
  {
    says: 'monthly on the first and last day for 10 occurrences',
    start: '19970930',
    rules: ['FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1'],
    days: [
      '1997-09 30',
      '1997-10 1 31',
      '1997-11 1 30',
      '1997-12 1 31',
      '1998-01 1 31',
      '1998-02 1',
    ],
  },
  {
    says: 'every 18 months on the 10th to the 15th for 10 occurrences',
    start: '19970910',
    rules: ['FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15'],
    days: ['1997-09 10-15', '1999-03 10-13'],
  },
  {
    says: 'every Tuesday, every other month',
    start: '19970902',
    rules: ['FREQ=MONTHLY;INTERVAL=2;BYDAY=TU'],
    days: [
      '1997-09 2 9 16 23 30',
      '1997-11 4 11 18 25',
      '1998-01 6 13 20 27',
      '1998-03 3 10 17 24 31',
    ],
    shown: '19980401',
  },
  {
    says: 'yearly in June and July for 10 occurrences',
    start: '19970610',
    rules: ['FREQ=YEARLY;COUNT=10;BYMONTH=6,7'],
    days: [1997, 1998, 1999, 2000, 2001].flatMap((year) => [`${year}-06 10`, `${year}-07 10`]),
  },
  {
    says: 'every other year in January, February and March for 10 occurrences',
    start: '19970310',
    rules: ['FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3'],
    days: [
      '1997-03 10',
      ...[1999, 2001, 2003].flatMap((year) =>
        ['01', '02', '03'].map((month) => `${year}-${month} 10`),
      ),
    ],
  },
  {
    says: 'every third year on the 1st, 100th and 200th day for 10 occurrences',
    start: '19970101',
    rules: ['FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200'],
    days: [
      '1997-01 1',
      '1997-04 10',
      '1997-07 19',
      '2000-01 1',
      '2000-04 9',
      '2000-07 18',
      '2003-01 1',
      '2003-04 10',
      '2003-07 19',
      '2006-01 1',
    ],
  },
  {
    says: 'every 20th Monday of the year, for ever',
    start: '19970519',
    rules: ['FREQ=YEARLY;BYDAY=20MO'],
    days: ['1997-05 19', '1998-05 18', '1999-05 17'],
    shown: '19990518',
  },
  {
    says: 'Monday of week number 20, for ever',
    start: '19970512',
    rules: ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO'],
    days: ['1997-05 12', '1998-05 11', '1999-05 17'],
    shown: '19990518',
  },
  {
    says: 'every Thursday in March, for ever',
    start: '19970313',
    rules: ['FREQ=YEARLY;BYMONTH=3;BYDAY=TH'],
    days: ['1997-03 13 20 27', '1998-03 5 12 19 26', '1999-03 4 11 18 25'],
    shown: '19990401',
  },
  {
    says: 'every Thursday, but only during June, July and August, for ever',
    start: '19970605',
    rules: ['FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8'],
    days: [
      '1997-06 5 12 19 26',
      '1997-07 3 10 17 24 31',
      '1997-08 7 14 21 28',
      '1998-06 4 11 18 25',
      '1998-07 2 9 16 23 30',
      '1998-08 6 13 20 27',
      '1999-06 3 10 17 24',
      '1999-07 1 8 15 22 29',
      '1999-08 5 12 19 26',
    ],
    shown: '19990901',
  },
  {
    says: 'every Friday the 13th, for ever',
    start: '19970902',
    rules: ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13'],
    beside: ['EXDATE;TZID=America/New_York:19970902T090000'],
    days: ['1998-02 13', '1998-03 13', '1998-11 13', '1999-08 13', '2000-10 13'],
    shown: '20001014',
  },
  {
    says: 'the first Saturday that follows the first Sunday of the month, for ever',
    start: '19970913',
    rules: ['FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13'],
    days: [
      '1997-09 13',
      '1997-10 11',
      '1997-11 8',
      '1997-12 13',
      '1998-01 10',
      '1998-02 7',
      '1998-03 7',
      '1998-04 11',
      '1998-05 9',
      '1998-06 13',
    ],
    shown: '19980614',
  },
  {
    says: 'every 4 years, the first Tuesday after a Monday in November, for ever',
    start: '19961105',
    rules: ['FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8'],
    days: ['1996-11 5', '2000-11 7', '2004-11 2'],
    shown: '20041103',
  },
  {
    says: 'the third of Tuesday, Wednesday and Thursday in the month, for the next 3 months',
    start: '19970904',
    rules: ['FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3'],
    days: ['1997-09 4', '1997-10 7', '1997-11 6'],
  },
  {
    says: 'the second-to-last weekday of the month',
    start: '19970929',
    rules: ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2'],
    days: [
      '1997-09 29',
      '1997-10 30',
      '1997-11 27',
      '1997-12 30',
      '1998-01 29',
      '1998-02 26',
      '1998-03 30',
    ],
    shown: '19980331',
  },
  {
    // As erratum 3883 has it; the RFC's own UNTIL ends the rule before its last example.
    says: 'every 3 hours from 9:00 to 17:00 on a day',
    start: '19970902',
    rules: ['FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z'],
    days: ['1997-09 2'],
    times: ['090000', '120000', '150000'],
  },
  {
    says: 'every 15 minutes for 6 occurrences',
    start: '19970902',
    rules: ['FREQ=MINUTELY;INTERVAL=15;COUNT=6'],
    days: ['1997-09 2'],
    times: ['090000', '091500', '093000', '094500', '100000', '101500'],
  },
  {
    says: 'every hour and a half for 4 occurrences',
    start: '19970902',
    rules: ['FREQ=MINUTELY;INTERVAL=90;COUNT=4'],
    days: ['1997-09 2'],
    times: ['090000', '103000', '120000', '133000'],
  },
  {
    says: 'every 20 minutes from 9:00 to 16:40 every day',
    start: '19970902',
    rules: [
      'FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40',
      'FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16',
    ],
    days: ['1997-09 2-3'],
    times: [9, 10, 11, 12, 13, 14, 15, 16].flatMap((hour) =>
      ['0000', '2000', '4000'].map((rest) => String(hour).padStart(2, '0') + rest),
    ),
    shown: '19970904',
  },
  {
    says: 'what WKST=MO makes of a rule',
    start: '19970805',
    rules: ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO'],
    days: ['1997-08 5 10 19 24'],
  },
  {
    says: 'what WKST=SU makes of the same rule',
    start: '19970805',
    rules: ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU'],
    days: ['1997-08 5 17 19 31'],
  },
  {
    says: 'a day that does not exist, which is left out',
    start: '20070115',
    rules: ['FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5'],
    days: ['2007-01 15 30', '2007-02 15', '2007-03 15 30'],
  },
];

const daysOf = (text: string): readonly string[] => {
  const [month = '', ...days] = text.split(' ');
  return days.flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from(
      { length: last - first + 1 },
      (_, index) => month.replace('-', '') + String(first + index).padStart(2, '0'),
    );
  });
};

describe('RFC 5545 §3.8.5.3 shows', () => {
  test.each(examples.flatMap((example) => example.rules.map((rule) => ({ ...example, rule }))))(
    '$says: $rule',
    ({ rule, start, beside = [], days, times = ['090000'], shown = '20990101' }) => {
      const lines = [`DTSTART;TZID=America/New_York:${start}T090000`, `RRULE:${rule}`, ...beside];
      const { occurrences, exhausted } = occurrencesIn(
        timesOf(lines),
        { zones, floating: newYork },
        -Infinity,
        at(shown) + 4 * 3_600_000,
      );
      expect(exhausted).toBe(false);
      expect(occurrences.map((one) => digits(wallOf(newYork, one.start)))).toEqual(
        days.flatMap(daysOf).flatMap((day) => times.map((time) => `${day}T${time}`)),
      );
    },
  );
});
