import { describe, expect, test } from 'vitest';
import { boundsOf } from '../../../src/domain/icalendar/bounds.ts';
import { occurrencesIn } from '../../../src/domain/icalendar/occurrences.ts';
import { calendarTimes } from '../../../src/domain/icalendar/times.ts';
import { UTC } from '../../../src/domain/icalendar/zones/zone.ts';
import { at, digits, object, timesOf, zone, zones } from '../../support/times.ts';

type Lines = readonly string[];

const found = (
  components: readonly Lines[],
  { from = '20200101T000000Z', to = '20300101T000000Z', floating = UTC } = {},
) => occurrencesIn(timesOf(...components), { zones, floating }, at(from), at(to)).occurrences;

/** Starts, in UTC. */
const starts = (components: readonly Lines[], options?: Parameters<typeof found>[1]) =>
  found(components, options).map(({ start }) => digits(start));

/** Starts and ends, in UTC, and which component says so. */
const spans = (components: readonly Lines[], options?: Parameters<typeof found>[1]) =>
  found(components, options).map(
    ({ start, end, component }) => `${digits(start)}/${digits(end)} ${component}`,
  );

const weekly: Lines = [
  'DTSTART;TZID=Europe/Berlin:20260105T090000',
  'DTEND;TZID=Europe/Berlin:20260105T100000',
  'RRULE:FREQ=WEEKLY;COUNT=4',
];

describe('a recurrence set', () => {
  test('keeps the time of day when the clocks change', () => {
    expect(
      starts([['DTSTART;TZID=Europe/Berlin:20260322T090000', 'RRULE:FREQ=WEEKLY;COUNT=3']]),
    ).toEqual(['20260322T080000', '20260329T070000', '20260405T070000']);
  });

  test('keeps an instance that falls into a gap, with the offset before it (RFC 5545 §3.3.10)', () => {
    expect(
      starts([['DTSTART;TZID=Europe/Berlin:20260328T023000', 'RRULE:FREQ=DAILY;COUNT=3']]),
    ).toEqual(['20260328T013000', '20260329T013000', '20260330T003000']);
  });

  test('has each moment once, also where clocks jump (RFC 5545 §3.8.5.2)', () => {
    const hours = starts([
      ['DTSTART;TZID=Europe/Berlin:20260329T010000', 'RRULE:FREQ=MINUTELY;INTERVAL=30;COUNT=6'],
    ]);
    expect(hours).toEqual([...new Set(hours)].sort());
    expect(hours).toEqual([
      '20260329T000000',
      '20260329T003000',
      '20260329T010000',
      '20260329T013000',
    ]);
  });

  test('counts a DTSTART that the rule does not name as the first (RFC 5545 §3.8.5.3)', () => {
    expect(starts([['DTSTART:20260106T090000Z', 'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3']])).toEqual([
      '20260106T090000',
      '20260112T090000',
      '20260119T090000',
    ]);
  });

  test('of two rules is that of both (RFC 5545 §3.8.5.3)', () => {
    expect(
      starts([
        [
          'DTSTART:20260101T090000Z',
          'RRULE:FREQ=DAILY;COUNT=3',
          'RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3',
        ],
      ]),
    ).toEqual(['20260101T090000', '20260102T090000', '20260103T090000', '20260105T090000']);
  });

  test('has DTSTART, and the dates of RDATE in any zone (RFC 5545 §3.8.5.2)', () => {
    expect(
      starts([
        [
          'DTSTART;TZID=Europe/Berlin:20260105T090000',
          'RDATE:20260107T080000Z,20260105T080000Z',
          'RDATE;TZID=America/New_York:20260106T030000',
          'RDATE;VALUE=DATE:20260109',
        ],
      ]),
    ).toEqual(['20260105T080000', '20260106T080000', '20260107T080000', '20260109T080000']);
  });

  test('has the periods of RDATE with their own ends (RFC 5545 §3.8.5.2)', () => {
    expect(
      spans([
        [
          'DTSTART:20260105T090000Z',
          'DTEND:20260105T100000Z',
          'RDATE;VALUE=PERIOD:20260106T090000Z/PT3H,20260107T090000Z/20260107T091500Z',
          'RDATE;VALUE=PERIOD:20260105T090000Z/PT2H',
        ],
      ]),
    ).toEqual([
      '20260105T090000/20260105T110000 0',
      '20260106T090000/20260106T120000 0',
      '20260107T090000/20260107T091500 0',
    ]);
  });

  test('finds a long period of RDATE in a range near its end', () => {
    const lines = ['DTSTART:20260105T090000Z', 'RDATE;VALUE=PERIOD:20260106T090000Z/P10D'];
    const range = { from: '20260115T000000Z', to: '20260115T010000Z' };
    expect(starts([lines], range)).toEqual(['20260106T090000']);
  });

  test.each([
    ['in UTC', 'EXDATE:20260112T080000Z'],
    ['in the zone of DTSTART', 'EXDATE;TZID=Europe/Berlin:20260112T090000'],
    ['in another zone', 'EXDATE;TZID=America/New_York:20260112T030000'],
    ['without a zone, as some clients write it', 'EXDATE:20260112T090000'],
    ['as a date', 'EXDATE;VALUE=DATE:20260112'],
  ])('lacks an EXDATE %s (RFC 5545 §3.8.5.1)', (_, line) => {
    expect(starts([[...weekly, line]])).toEqual([
      '20260105T080000',
      '20260119T080000',
      '20260126T080000',
    ]);
  });

  test('lacks what EXRULE names (RFC 2445 §4.8.5.2)', () => {
    expect(
      starts([
        [
          'DTSTART:20260101T090000Z',
          'RRULE:FREQ=DAILY;COUNT=6',
          'EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=2',
        ],
      ]),
    ).toEqual([
      '20260101T090000',
      '20260102T090000',
      '20260104T090000',
      '20260105T090000',
      '20260106T090000',
    ]);
  });

  test('of days is of the days of whoever asks', () => {
    const lines = [
      'DTSTART;VALUE=DATE:20260328',
      'RRULE:FREQ=DAILY;COUNT=3',
      'EXDATE;VALUE=DATE:20260329',
    ];
    const floating = zone('Europe/Berlin');
    expect(spans([lines], { floating })).toEqual([
      '20260327T230000/20260328T230000 0',
      '20260329T220000/20260330T220000 0',
    ]);
  });

  test('lacks days that EXDATE names by a time', () => {
    const lines = [
      'DTSTART;VALUE=DATE:20260101',
      'RRULE:FREQ=DAILY;COUNT=4',
      'EXDATE:20260102T000000Z',
    ];
    const floating = zone('America/New_York');
    expect(starts([[...lines, 'EXDATE;TZID=Europe/Berlin:20260103T000000']], { floating })).toEqual(
      ['20260101T050000', '20260104T050000'],
    );
  });

  test.each([
    ['a date includes its day', 'DTSTART:20260101T090000Z', 'UNTIL=20260103', 3],
    ['a time is the last one', 'DTSTART:20260101T090000Z', 'UNTIL=20260103T090000Z', 3],
    ['a time just before is not', 'DTSTART:20260101T090000Z', 'UNTIL=20260103T085959Z', 2],
    [
      'UTC is compared as a moment',
      'DTSTART;TZID=Europe/Berlin:20260101T003000',
      'UNTIL=20260102T233000Z',
      3,
    ],
    [
      'local time is of the same clock',
      'DTSTART;TZID=Europe/Berlin:20260101T003000',
      'UNTIL=20260103T003000',
      3,
    ],
    ['a time ends days too', 'DTSTART;VALUE=DATE:20260101', 'UNTIL=20260103T000000Z', 3],
  ])('ends with UNTIL: %s (RFC 5545 §3.3.10)', (_, start, until, count) => {
    expect(starts([[start, `RRULE:FREQ=DAILY;${until}`]])).toHaveLength(count);
  });
});

describe('the end of an instance (RFC 5545 §3.8.5.3)', () => {
  test('is as far from its start as DTEND from DTSTART, exactly', () => {
    expect(
      spans([
        [
          'DTSTART;TZID=Europe/Berlin:20260327T220000',
          'DTEND;TZID=Europe/Berlin:20260328T060000',
          'RRULE:FREQ=DAILY;COUNT=2',
        ],
      ]),
    ).toEqual(['20260327T210000/20260328T050000 0', '20260328T210000/20260329T050000 0']);
  });

  test('is the same time of the day with a DURATION of days', () => {
    expect(
      spans([
        ['DTSTART;TZID=Europe/Berlin:20260328T090000', 'DURATION:P1D', 'RRULE:FREQ=DAILY;COUNT=2'],
      ]),
    ).toEqual(['20260328T080000/20260329T070000 0', '20260329T070000/20260330T070000 0']);
  });
});

const moved = (id: string, start: string, ...more: Lines): Lines => [
  `RECURRENCE-ID${id}`,
  `DTSTART${start}`,
  ...more,
];

describe('an override (RFC 5545 §3.8.4.4)', () => {
  test.each([
    ['in UTC', ':20260112T080000Z'],
    ['in the zone of DTSTART', ';TZID=Europe/Berlin:20260112T090000'],
    ['in another zone', ';TZID=America/New_York:20260112T030000'],
    ['without a zone', ':20260112T090000'],
    ['as a date', ';VALUE=DATE:20260112'],
  ])('takes the place of the instance that it names %s', (_, id) => {
    const override = moved(id, ':20260113T130000Z', 'DTEND:20260113T140000Z');
    expect(spans([weekly, override])).toEqual([
      '20260105T080000/20260105T090000 0',
      '20260113T130000/20260113T140000 1',
      '20260119T080000/20260119T090000 0',
      '20260126T080000/20260126T090000 0',
    ]);
  });

  test('of a day may name it by a time', () => {
    const days = ['DTSTART;VALUE=DATE:20260105', 'RRULE:FREQ=DAILY;COUNT=2'];
    expect(spans([days, moved(':20260106T000000Z', ';VALUE=DATE:20260110')])).toEqual([
      '20260105T000000/20260106T000000 0',
      '20260110T000000/20260111T000000 1',
    ]);
  });

  test('keeps the RECURRENCE-ID of what it moved', () => {
    const [one] = found([moved(':20260112T080000Z', ':20260201T130000Z'), weekly], {
      from: '20260201T000000Z',
    });
    expect(one).toMatchObject({ recurrenceId: at('20260112T080000Z'), component: 0 });
  });

  test('moves into and out of a range', () => {
    const override = moved(':20260112T080000Z', ':20260401T130000Z');
    const january = { from: '20260101T000000Z', to: '20260201T000000Z' };
    const april = { from: '20260401T000000Z', to: '20260501T000000Z' };
    expect(starts([weekly, override], january)).toHaveLength(3);
    expect(starts([weekly, override], april)).toEqual(['20260401T130000']);
  });

  test('stands alone where its series is somewhere else (RFC 4791 §4.1)', () => {
    expect(
      starts([
        moved(':20260112T080000Z', ':20260112T090000Z'),
        moved(':20260119T080000Z', ':20260119T100000Z'),
      ]),
    ).toEqual(['20260112T090000', '20260119T100000']);
  });

  test('whose instance is in no recurrence set takes place all the same', () => {
    expect(starts([weekly, moved(':20260114T080000Z', ':20260114T090000Z')])).toHaveLength(5);
  });
});

describe('RANGE=THISANDFUTURE (RFC 5545 §3.2.13)', () => {
  const later = moved(
    ';RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260119T090000',
    ';TZID=Europe/Berlin:20260120T110000',
    'DURATION:PT30M',
  );

  test('moves its instance and all later ones as far as its own start is moved', () => {
    expect(spans([weekly, later])).toEqual([
      '20260105T080000/20260105T090000 0',
      '20260112T080000/20260112T090000 0',
      '20260120T100000/20260120T103000 1',
      '20260127T100000/20260127T103000 1',
    ]);
  });

  test('keeps the time of day when the clocks change', () => {
    const ever = [...weekly.slice(0, 2), 'RRULE:FREQ=WEEKLY'];
    const range = { from: '20260324T000000Z', to: '20260401T000000Z' };
    expect(starts([ever, later], range)).toEqual(['20260324T100000', '20260331T090000']);
  });

  test('gives way to a later one, and to an override of a single instance', () => {
    const again = moved(
      ';RANGE=THISANDFUTURE:20260126T080000Z',
      ';TZID=Europe/Berlin:20260126T150000',
    );
    const ever = [...weekly.slice(0, 2), 'RRULE:FREQ=WEEKLY'];
    const single = moved(':20260209T080000Z', ':20260209T200000Z');
    expect(starts([ever, later, again, single], { to: '20260217T000000Z' })).toEqual([
      '20260105T080000',
      '20260112T080000',
      '20260120T100000',
      '20260126T140000',
      '20260202T140000',
      '20260209T200000',
      '20260216T140000',
    ]);
  });

  test('finds instances that are moved far into a range', () => {
    const far = moved(';RANGE=THISANDFUTURE:20260119T080000Z', ':20260719T080000Z', 'DURATION:P3D');
    const range = { from: '20260728T000000Z', to: '20260729T000000Z' };
    expect(starts([weekly, far], range)).toEqual(['20260726T080000']);
  });
});

describe('RSCALE (RFC 7529)', () => {
  const rule = (text: string, start = '20240131') =>
    starts([[`DTSTART;VALUE=DATE:${start}`, `RRULE:${text};COUNT=4`]]).map((day) =>
      day.slice(0, 8),
    );

  test('GREGORIAN leaves out days that do not exist, unless SKIP says otherwise', () => {
    expect(rule('RSCALE=GREGORIAN;FREQ=MONTHLY')).toEqual([
      '20240131',
      '20240331',
      '20240531',
      '20240731',
    ]);
    expect(rule('RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD')).toEqual([
      '20240131',
      '20240229',
      '20240331',
      '20240430',
    ]);
    expect(rule('RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD')).toEqual([
      '20240131',
      '20240301',
      '20240331',
      '20240501',
    ]);
  });

  test('GREGORIAN moves February 29', () => {
    const yearly = 'RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=';
    expect(rule(`${yearly}BACKWARD`, '20240229')).toEqual([
      '20240229',
      '20250228',
      '20260228',
      '20270228',
    ]);
    expect(rule(`${yearly}FORWARD`, '20240229')).toEqual([
      '20240229',
      '20250301',
      '20260301',
      '20270301',
    ]);
  });

  test('of another calendar is refused by its name', () => {
    const text = object(['DTSTART;VALUE=DATE:20240210', 'RRULE:RSCALE=CHINESE;FREQ=YEARLY']);
    const reading = calendarTimes(text);
    expect(reading).toMatchObject({ rscale: 'CHINESE' });
    expect('invalid' in reading && reading.invalid).toContain('RSCALE=CHINESE is not supported');
  });
});

describe('the bounds of an object', () => {
  const bounds = (...components: readonly Lines[]) => {
    const { start, end } = boundsOf(timesOf(...components), zones) ?? { start: 0, end: 0 };
    return [digits(start), Number.isFinite(end) ? digits(end) : end];
  };

  test('are those of its only occurrence', () => {
    expect(bounds(['DTSTART:20260105T090000Z', 'DTEND:20260105T100000Z'])).toEqual([
      '20260105T090000',
      '20260105T100000',
    ]);
  });

  test('are a day wider where they depend on who asks', () => {
    expect(bounds(['DTSTART;VALUE=DATE:20260105'])).toEqual(['20260104T000000', '20260107T000000']);
  });

  test('have no end where a rule has none', () => {
    expect(bounds(['DTSTART:20260105T090000Z', 'RRULE:FREQ=DAILY'])).toEqual([
      '20260105T090000',
      Infinity,
    ]);
  });

  test('end with the last that COUNT counts', () => {
    expect(bounds(weekly)[1]).toBe('20260126T090000');
    expect(bounds(['DTSTART:20260131T090000Z', 'RRULE:FREQ=MONTHLY;COUNT=4'])[1]).toBe(
      '20260731T090000',
    );
  });

  test('end with UNTIL', () => {
    expect(bounds(['DTSTART:20260105T090000Z', 'RRULE:FREQ=DAILY;UNTIL=20260107T120000Z'])[1]).toBe(
      '20260107T120000',
    );
  });

  test('include what overrides moved', () => {
    expect(
      bounds(weekly, moved(':20260112T080000Z', ':20270112T080000Z', 'DURATION:PT1H'))[1],
    ).toBe('20270112T090000');
    expect(bounds(weekly, moved(':20260112T080000Z', ':20250112T080000Z'))[0]).toBe(
      '20250112T080000',
    );
  });

  test('of a journal without a date are none', () => {
    expect(boundsOf(timesOf(['BEGIN:VJOURNAL', 'UID:1', 'END:VJOURNAL']), zones)).toBeUndefined();
  });
});
