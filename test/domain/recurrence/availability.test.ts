import { describe, expect, test } from 'vitest';
import { isAvailability, unavailableIn } from '../../../src/domain/icalendar/availability.ts';
import { fullyBooked } from '../../../src/domain/icalendar/bookings.ts';
import type { Busy } from '../../../src/domain/icalendar/free-busy.ts';
import { offHours } from '../../../src/domain/icalendar/off-hours.ts';
import { newBudget } from '../../../src/domain/icalendar/recurrence/budget.ts';
import { at, digits, zone, zones } from '../../support/times.ts';

/** A Monday and a Tuesday, in Berlin. */
const range = { from: at('20260104T230000Z'), to: at('20260106T230000Z') };
const berlin = zone('Europe/Berlin');
const written = (times: readonly Busy[]) =>
  times.map(({ start, end, type }) => `${digits(start)}Z/${digits(end)}Z ${type}`).toSorted();

const available = (uid: string, ...lines: readonly string[]) => [
  'BEGIN:AVAILABLE',
  `UID:${uid}`,
  ...lines,
  'END:AVAILABLE',
];
const availability = (...components: readonly (readonly string[])[]) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...components.flatMap((lines) => [
      'BEGIN:VAVAILABILITY',
      'UID:a',
      ...lines,
      'END:VAVAILABILITY',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const nineToFive = available(
  'daily',
  'DTSTART;TZID=Europe/Berlin:20251201T090000',
  'DTEND;TZID=Europe/Berlin:20251201T170000',
  'RRULE:FREQ=DAILY',
);
const unavailable = (text: string) =>
  written(unavailableIn(text, { zones, floating: berlin }, range, newBudget()));

describe('availability (RFC 7953 §4)', () => {
  test('leaves what is available, and is unavailable besides', () => {
    expect(unavailable(availability(nineToFive))).toEqual([
      '20260104T230000Z/20260105T080000Z BUSY-UNAVAILABLE',
      '20260105T160000Z/20260106T080000Z BUSY-UNAVAILABLE',
      '20260106T160000Z/20260106T230000Z BUSY-UNAVAILABLE',
    ]);
  });

  test('counts by the one with the higher priority, where two overlap', () => {
    const away = [
      'PRIORITY:1',
      'BUSYTYPE:BUSY',
      'DTSTART;TZID=Europe/Berlin:20260106T000000',
      'DTEND;TZID=Europe/Berlin:20260107T000000',
      ...available('noon', 'DTSTART;TZID=Europe/Berlin:20260106T110000', 'DURATION:PT2H'),
    ];
    for (const order of [
      [nineToFive, away],
      [away, nineToFive],
    ])
      expect(unavailable(availability(...order))).toEqual([
        '20260104T230000Z/20260105T080000Z BUSY-UNAVAILABLE',
        '20260105T160000Z/20260105T230000Z BUSY-UNAVAILABLE',
        '20260105T230000Z/20260106T100000Z BUSY',
        '20260106T120000Z/20260106T230000Z BUSY',
      ]);
  });

  test('is away when one of those with the same priority is', () => {
    const noon = ['BUSYTYPE:BUSY', 'DTSTART:20260106T100000Z', 'DTEND:20260106T110000Z'];
    for (const order of [
      [nineToFive, noon],
      [noon, nineToFive],
    ])
      expect(unavailable(availability(...order))).toContain(
        '20260106T100000Z/20260106T110000Z BUSY',
      );
  });

  test('speaks of nothing before it begins, and for ever where it has no end', () => {
    expect(unavailable(availability(['DTSTART:20260106T100000Z']))).toEqual([
      '20260106T100000Z/20260106T230000Z BUSY-UNAVAILABLE',
    ]);
    expect(unavailable(availability(['DTSTART:20200106T100000Z']))).toEqual([
      '20260104T230000Z/20260106T230000Z BUSY-UNAVAILABLE',
    ]);
    expect(
      unavailable(availability(['DTSTART:20200106T100000Z', 'DTEND:20200107T100000Z'])),
    ).toEqual([]);
  });

  test('lets an instance be another than its series', () => {
    const text = availability([
      ...nineToFive,
      ...available(
        'daily',
        'RECURRENCE-ID;TZID=Europe/Berlin:20260106T090000',
        'DTSTART;TZID=Europe/Berlin:20260106T200000',
        'DTEND;TZID=Europe/Berlin:20260106T210000',
      ),
    ]);
    expect(unavailable(text)).toEqual([
      '20260104T230000Z/20260105T080000Z BUSY-UNAVAILABLE',
      '20260105T160000Z/20260106T190000Z BUSY-UNAVAILABLE',
      '20260106T200000Z/20260106T230000Z BUSY-UNAVAILABLE',
    ]);
  });

  test.each([
    ['no object', 'hello'],
    [
      'an event',
      availability().replace('END:VCALENDAR', 'BEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR'),
    ],
    ['nothing', availability()],
    ['one available without a start', availability(available('one', 'DTEND:20260105T100000Z'))],
    ['a start that is none', availability(['DTSTART:soon'])],
    [
      'something else inside',
      availability(['BEGIN:VEVENT', 'DTSTART:20260105T100000Z', 'END:VEVENT']),
    ],
    [
      'too many',
      availability(
        Array.from({ length: 101 }, (_, i) => available(`${i}`, 'DTSTART:20260105T100000Z')).flat(),
      ),
    ],
    ['too long a text', availability([`DESCRIPTION:${'x'.repeat(70_000)}`])],
  ])('is not %s', (_, text) => {
    expect(isAvailability(text)).toBe(false);
  });

  test('is one with time zones beside', () => {
    expect(isAvailability(availability(nineToFive))).toBe(true);
  });
});

describe('nights and weekends (SOGoBusyOffHours)', () => {
  const friday = { from: at('20260108T230000Z'), to: at('20260111T230000Z') };
  test('are on the clock of the person', () => {
    expect(written(offHours(friday, berlin, { start: 8 * 60, end: 18 * 60 }))).toEqual([
      '20260108T230000Z/20260109T070000Z BUSY-UNAVAILABLE',
      '20260109T170000Z/20260109T230000Z BUSY-UNAVAILABLE',
      '20260109T230000Z/20260110T230000Z BUSY-UNAVAILABLE',
      '20260110T230000Z/20260111T230000Z BUSY-UNAVAILABLE',
    ]);
  });
  test('are around noon for who works over midnight', () => {
    const day = { from: friday.from, to: at('20260109T230000Z') };
    expect(written(offHours(day, berlin, { start: 22 * 60, end: 6 * 60 }))).toEqual([
      '20260109T050000Z/20260109T210000Z BUSY-UNAVAILABLE',
    ]);
  });
});

describe('bookings of a resource (MultipleBookings, SOGo guide)', () => {
  const booked = (...hours: readonly (readonly [number, number])[]): readonly Busy[] =>
    hours.map(([start, end]) => ({ start, end, type: 'BUSY' }));
  const three = booked([1, 4], [2, 5], [3, 6]);
  test.each([
    [0, []],
    [-1, three],
    [1, three],
    [2, booked([2, 5])],
    [3, booked([3, 4])],
    [4, []],
  ] as const)('of which %i are taken', (bookings, busy) => {
    expect(fullyBooked(three, bookings)).toEqual(busy);
  });
  test('make room for one another', () => {
    expect(fullyBooked(booked([1, 2], [2, 3], [1, 2], [2, 3]), 3)).toEqual([]);
  });
});
