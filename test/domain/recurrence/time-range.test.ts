import { describe, expect, test } from 'vitest';
import { boundsOf } from '../../../src/domain/icalendar/bounds.ts';
import { occursIn } from '../../../src/domain/icalendar/occurrences.ts';
import { UTC } from '../../../src/domain/icalendar/zones/zone.ts';
import { at, timesOf, zone, zones } from '../../support/times.ts';

/** A component, and ranges as `from to` on January 5, 2026, that it lies in or does not. */
interface Row {
  readonly what: string;
  readonly lines: readonly string[];
  readonly in: readonly string[];
  readonly out: readonly string[];
}

const event = (...lines: readonly string[]) => ['BEGIN:VEVENT', 'UID:1', ...lines, 'END:VEVENT'];
const task = (...lines: readonly string[]) => ['BEGIN:VTODO', 'UID:1', ...lines, 'END:VTODO'];
const journal = (...lines: readonly string[]) => [
  'BEGIN:VJOURNAL',
  'UID:1',
  ...lines,
  'END:VJOURNAL',
];
const NINE = ':20260105T090000Z';
const TEN = ':20260105T100000Z';

const rows: readonly Row[] = [
  {
    what: 'VEVENT with DTEND',
    lines: event(`DTSTART${NINE}`, `DTEND${TEN}`),
    in: ['08 11', '0930 0945', '08 0901', '0959 11', '09 10', '* 0901', '0959 *'],
    out: ['08 09', '10 11', '* 09', '10 *'],
  },
  {
    what: 'VEVENT with DTEND at DTSTART',
    lines: event(`DTSTART${NINE}`, `DTEND${NINE}`),
    in: ['08 10'],
    out: ['09 10', '08 09'],
  },
  {
    what: 'VEVENT with DURATION',
    lines: event(`DTSTART${NINE}`, 'DURATION:PT1H'),
    in: ['08 11', '0930 0945', '08 0901', '0959 11'],
    out: ['08 09', '10 11'],
  },
  {
    what: 'VEVENT with a DURATION of nothing',
    lines: event(`DTSTART${NINE}`, 'DURATION:PT0S'),
    in: ['08 10', '09 10', '09 0901'],
    out: ['08 09', '0901 10'],
  },
  {
    what: 'VEVENT with DTSTART alone',
    lines: event(`DTSTART${NINE}`),
    in: ['08 10', '09 10'],
    out: ['08 09', '0901 10'],
  },
  {
    what: 'VEVENT of a day',
    lines: event('DTSTART;VALUE=DATE:20260105'),
    in: ['00 01', '2359 *', '* 0001'],
    out: ['* 00'],
  },
  {
    what: 'VTODO with DTSTART and DURATION',
    lines: task(`DTSTART${NINE}`, 'DURATION:PT1H'),
    in: ['08 11', '0930 0945', '08 0901', '10 11'],
    out: ['08 09', '1001 11'],
  },
  {
    what: 'VTODO with DTSTART and DUE',
    lines: task(`DTSTART${NINE}`, `DUE${TEN}`),
    in: ['08 11', '0930 0945', '08 0901', '0959 11'],
    out: ['08 09', '10 11'],
  },
  {
    what: 'VTODO with DTSTART and DUE at once',
    lines: task(`DTSTART${NINE}`, `DUE${NINE}`),
    in: ['08 09', '09 10', '08 10'],
    out: ['0901 10', '07 08'],
  },
  {
    what: 'VTODO with DTSTART alone',
    lines: task(`DTSTART${NINE}`),
    in: ['08 10', '09 10'],
    out: ['08 09', '0901 10'],
  },
  {
    what: 'VTODO with DUE alone',
    lines: task(`DUE${TEN}`),
    in: ['08 11', '0959 10', '09 10'],
    out: ['10 11', '08 09'],
  },
  {
    what: 'VTODO with COMPLETED and CREATED',
    lines: task(`COMPLETED${TEN}`, `CREATED${NINE}`),
    in: ['08 11', '0930 0945', '10 11', '08 09'],
    out: ['1001 11', '07 0859'],
  },
  {
    what: 'VTODO with COMPLETED alone',
    lines: task(`COMPLETED${TEN}`),
    in: ['08 11', '10 11', '08 10'],
    out: ['1001 11', '07 0959'],
  },
  {
    what: 'VTODO with CREATED alone',
    lines: task(`CREATED${NINE}`),
    in: ['08 11', '10 11', '10 *'],
    out: ['07 08', '08 09'],
  },
  { what: 'VTODO without a date', lines: task(), in: ['08 09', '* 00', '00 *'], out: [] },
  {
    what: 'VJOURNAL with a time',
    lines: journal(`DTSTART${NINE}`),
    in: ['08 10', '09 10'],
    out: ['08 09', '0901 10'],
  },
  {
    what: 'VJOURNAL of a day',
    lines: journal('DTSTART;VALUE=DATE:20260105'),
    in: ['00 01', '2359 *'],
    out: ['* 00'],
  },
  { what: 'VJOURNAL without a date', lines: journal(), in: [], out: ['08 09', '00 *'] },
  {
    what: 'VTODO that repeats by its DUE, as some clients write it',
    lines: task('DUE:20260101T100000Z', 'RRULE:FREQ=DAILY'),
    in: ['08 11'],
    out: ['10 11'],
  },
];

const clocks = { zones, floating: UTC };
const moment = (text: string, otherwise: number): number =>
  text === '*' ? otherwise : at(`20260105T${text.padEnd(6, '0')}Z`);
const ranges = rows.flatMap(({ what, lines, ...answers }) =>
  (['in', 'out'] as const).flatMap((answer) =>
    answers[answer].map((range) => ({ what, lines, answer, range })),
  ),
);

describe('a time range (RFC 4791 §9.9)', () => {
  test.each(ranges)('$range: $what is $answer', ({ lines, answer, range }) => {
    const [from = '', to = ''] = range.split(' ');
    const times = timesOf(lines);
    const [start, end] = [moment(from, -Infinity), moment(to, Infinity)];
    expect(occursIn(times, clocks, start, end)).toBe(answer === 'in');
    // What is in a range is in bounds that reach it.
    const bounds = boundsOf(times, zones);
    if (answer === 'in') expect(bounds && bounds.start <= end && bounds.end >= start).toBe(true);
  });

  test('judges days and floating times by the clock of whoever asks (RFC 4791 §9.9)', () => {
    const day = timesOf(event('DTSTART;VALUE=DATE:20260105'));
    const [from, to] = [at('20260105T230000Z'), at('20260105T233000Z')];
    expect(occursIn(day, clocks, from, to)).toBe(true);
    expect(occursIn(day, { zones, floating: zone('Europe/Berlin') }, from, to)).toBe(false);
  });

  test('takes a time of an unknown zone for one without a zone', () => {
    const unknown = timesOf(event('DTSTART;TZID=Nowhere:20260105T090000'));
    expect(occursIn(unknown, clocks, at('20260105T090000Z'), at('20260105T090001Z'))).toBe(true);
  });

  test('of an instance far from DTSTART is found', () => {
    const times = timesOf(event('DTSTART:19700105T090000Z', 'RRULE:FREQ=WEEKLY'));
    expect(occursIn(times, clocks, at('20260105T000000Z'), at('20260106T000000Z'))).toBe(true);
    expect(occursIn(times, clocks, at('20260106T000000Z'), at('20260107T000000Z'))).toBe(false);
  });
});
