import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundsOf } from '../../../src/domain/icalendar/bounds.ts';
import { asksRangeAlone, calendarMatcher } from '../../../src/domain/icalendar/filter.ts';
import { calendarTimes, zoneDefinitionIn } from '../../../src/domain/icalendar/times.ts';
import { digits, object, zone, zones } from '../../support/times.ts';

/** As far from UTC as a VTIMEZONE can say. */
const farthest = (offset: string): string =>
  ['BEGIN:VTIMEZONE', 'TZID:Far', 'BEGIN:STANDARD', 'DTSTART:19700101T000000']
    .concat(`TZOFFSETFROM:${offset}`, `TZOFFSETTO:${offset}`, 'END:STANDARD', 'END:VTIMEZONE')
    .join('\r\n');

const own = (offset: string) => {
  const definition = zoneDefinitionIn(object([...farthest(offset).split('\r\n')]));
  const found = definition && zones.zoneOf(definition);
  if (found === undefined) throw new Error('no zone');
  return found;
};

const clocks = [
  zone('UTC'),
  zone('Europe/Berlin'),
  zone('Pacific/Kiritimati'),
  zone('Pacific/Apia'),
  zone('America/St_Johns'),
  own('+2359'),
  own('-2359'),
];

const HOUR = 3_600_000;
/** Clocks change in most of these zones somewhere in it, and Samoa leaves out a day. */
const moments = fc
  .integer({ min: Date.UTC(2011, 11, 1) / 60_000, max: Date.UTC(2012, 11, 1) / 60_000 })
  .map((minute) => minute * 60_000);
const zoned = fc.constantFrom(
  ':%Z',
  ':%',
  ';TZID=Europe/Berlin:%',
  ';TZID=Pacific/Apia:%',
  ';TZID=Far:%',
  ';TZID=Nowhere:%',
  ';VALUE=DATE:%',
);
const written = (form: string, moment: number): string =>
  form.replace('%', form.startsWith(';VALUE') ? digits(moment).slice(0, 8) : digits(moment));

const ends = fc.oneof(
  fc.constant(() => []),
  fc.tuple(zoned, fc.integer({ min: -30, max: 90 })).map(([form, hours]) => (start: number) => [
    `DTEND${written(form, start + hours * HOUR)}`,
  ]),
  fc
    .constantFrom('PT0S', 'PT1H', 'P1D', 'P2DT3H', '-PT1H', 'P1W', 'PT30H')
    .map((duration) => () => [`DURATION:${duration}`]),
);
const more = fc.constantFrom<readonly string[]>(
  [],
  [],
  [],
  ['RRULE:FREQ=DAILY;COUNT=3'],
  ['RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20120101T000000Z'],
  ['EXDATE;VALUE=DATE:20120101'],
  ['EXRULE:FREQ=HOURLY'],
  ['RDATE:20120601T000000Z'],
  ['RECURRENCE-ID:20120101T000000Z'],
);
const component = fc.constantFrom('VEVENT', 'VEVENT', 'VEVENT', 'VTODO', 'VJOURNAL');

const objects = fc
  .tuple(component, zoned, moments, ends, more, fc.constantFrom('+2359', '-2359', '+0130'))
  .map(([name, form, start, end, tail, far]) =>
    object(
      farthest(far).split('\r\n'),
      [`BEGIN:${name}`, 'UID:1', `DTSTART${written(form, start)}`].concat(
        end(start),
        tail,
        `END:${name}`,
      ),
    ),
  );

const rangeAlone = (from: number, to: number) =>
  ({
    name: 'VCALENDAR',
    rule: {
      range: undefined,
      properties: [],
      components: [
        { name: 'VEVENT', rule: { range: { from, to }, properties: [], components: [] } },
      ],
    },
  }) as const;

const boundsIn = (calendar: string) => {
  const reading = calendarTimes(calendar);
  return 'invalid' in reading ? undefined : boundsOf(reading.times, zones);
};

describe('an object that is certain', () => {
  test('is in every range that holds its bounds, whoever asks (RFC 4791 §9.9)', () => {
    let certain = 0;
    const margin = fc.constantFrom(1, 1000, 60_000, HOUR, 24 * HOUR, Infinity);
    fc.assert(
      fc.property(
        objects,
        fc.constantFrom(...clocks),
        margin,
        margin,
        (calendar, floating, before, after) => {
          const bounds = boundsIn(calendar);
          if (bounds?.certain !== true) return;
          certain += 1;
          const filter = rangeAlone(bounds.start - before, bounds.end + after);
          expect(asksRangeAlone(filter)).toBe(true);
          expect(calendarMatcher(filter, { zones, floating })(calendar)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
    expect(certain).toBeGreaterThan(300);
  });

  const certainOf = (...lines: readonly string[]) => boundsIn(object(lines))?.certain;

  test('is an event that happens once, in whatever form its times are', () => {
    for (const lines of [
      ['DTSTART:20260105T090000Z'],
      ['DTSTART;VALUE=DATE:20260105'],
      ['DTSTART:20260105T090000', 'DURATION:PT0S'],
      ['DTSTART;TZID=Europe/Berlin:20260105T090000', 'DTEND;TZID=Asia/Tokyo:20260105T100000'],
    ])
      expect([lines, certainOf(...lines)]).toEqual([lines, true]);
  });

  test.each([
    ['a rule', 'RRULE:FREQ=DAILY;COUNT=2'],
    ['another date', 'RDATE:20260106T090000Z'],
    ['an exception, which may be the event itself', 'EXDATE:20260105T090000Z'],
    ['a rule of exceptions', 'EXRULE:FREQ=DAILY'],
    ['what it takes the place of', 'RECURRENCE-ID:20260105T090000Z'],
  ])('is none that has %s', (_what, line) => {
    expect(certainOf('DTSTART:20260105T090000Z', line)).toBe(false);
  });

  test('is no event beside another, no task, and nothing without a start', () => {
    const twice = ['BEGIN:VEVENT', 'UID:1', 'DTSTART:20260105T090000Z', 'END:VEVENT'];
    expect(boundsIn(object(twice, twice))?.certain).toBe(false);
    expect(
      boundsIn(object(['BEGIN:VTODO', 'UID:1', 'DTSTART:20260105T090000Z', 'END:VTODO']))?.certain,
    ).toBe(false);
    expect(certainOf('DTEND:20260105T090000Z')).not.toBe(true);
  });
});
