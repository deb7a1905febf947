import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import { CALENDAR_LIMITS } from '../../src/domain/icalendar/calendar-limits.ts';
import { classesIn } from '../../src/domain/icalendar/classification.ts';
import { readCalendarObject } from '../../src/domain/icalendar/calendar-object.ts';
import { corpora, corpus } from '../support/corpus.ts';
import { fastest, PATIENCE } from '../support/fastest.ts';

const calendar = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...lines, 'END:VCALENDAR', ''].join(
    '\r\n',
  );
const event = (...lines: readonly string[]): readonly string[] => [
  'BEGIN:VEVENT',
  'UID:one',
  'DTSTART:20260105T090000Z',
  ...lines,
  'END:VEVENT',
];

describe('a calendar object that is good', () => {
  test.each(corpus('ical/good'))('$name is read, as ical.js reads it', ({ text }) => {
    const parsed = new ICAL.Component(
      ICAL.parse(text) as ConstructorParameters<typeof ICAL.Component>[0],
    );
    const [first] = parsed.getAllSubcomponents().filter(({ name }) => name !== 'vtimezone');
    expect(readCalendarObject(text)).toEqual({
      facts: {
        uid: first?.getFirstPropertyValue('uid'),
        component: first?.name.toUpperCase(),
        classes: classesIn(text),
      },
    });
  });

  test('is read whatever its summary says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (summary) => {
        const component = new ICAL.Component('vcalendar');
        const inner = new ICAL.Component('vevent');
        component.addPropertyWithValue('version', '2.0');
        component.addSubcomponent(inner);
        inner.addPropertyWithValue('uid', 'one');
        inner.addPropertyWithValue(
          'dtstart',
          ICAL.Time.fromData({ year: 2026, month: 1, day: 5, isDate: true }),
        );
        inner.addPropertyWithValue('summary', summary);
        expect(readCalendarObject(component.toString())).toHaveProperty('facts.uid', 'one');
      }),
    );
  });

  test('has the same facts however it is folded (RFC 5545 §3.1)', () => {
    const text = calendar(
      ...event('SUMMARY;X-A="b;c:d":e', 'RRULE:FREQ=WEEKLY;COUNT=3', 'EXDATE:20260112T090000Z'),
    );
    const places = fc.array(fc.integer({ min: 1, max: text.length - 3 }), { maxLength: 30 });
    fc.assert(
      fc.property(places, fc.constantFrom('\r\n ', '\n\t'), (at, fold) => {
        const cuts = [...new Set(at)]
          .filter((place) => !/[\r\n]/.test(text.slice(place - 1, place + 1)))
          .sort((one, other) => other - one);
        const folded = cuts.reduce(
          (rest, place) => rest.slice(0, place) + fold + rest.slice(place),
          text,
        );
        expect(readCalendarObject(folded)).toEqual(readCalendarObject(text));
      }),
    );
  });
});

describe.each(corpora('ical/bad'))(
  'a calendar object that fails %s (RFC 4791 §5.3.2.1)',
  (condition) => {
    test.each(corpus(`ical/bad/${condition}`))('$name is refused with it', ({ text }) => {
      expect(readCalendarObject(text)).toHaveProperty('condition', condition);
    });
  },
);

describe('any text', () => {
  test('is read or refused, and never breaks the reader', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'BEGIN:VCALENDAR',
        'END:VCALENDAR',
        'BEGIN:VEVENT',
        'END:VEVENT',
        'VERSION:2.0',
      ),
      fc.constantFrom(
        'UID:a',
        'UID:b',
        'DTSTART:20260101',
        'RRULE:FREQ=DAILY',
        'RECURRENCE-ID:20260101',
      ),
      fc.constantFrom(' folded', '\tfolded', '', ';', ':', 'A;B="', 'A;B=c,"d":e', 'METHOD:X'),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const reading = readCalendarObject(lines.join('\r\n'));
        if ('facts' in reading)
          expect(() => ICAL.parse(lines.join('\r\n')) as unknown).not.toThrow();
        else expect(reading.invalid).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });

  test('of a good object cut off anywhere is refused', () => {
    const text = calendar(...event('SUMMARY:x'));
    const whole = text.trimEnd().length;
    for (let at = 0; at < whole; at += 1)
      expect(readCalendarObject(text.slice(0, at))).toHaveProperty('condition');
  });
});

/** What nobody writes by accident. Each must be answered well within a second. */
const hostile: readonly [name: string, text: () => string][] = [
  [
    '100,000 overrides',
    () => {
      const override = event('RECURRENCE-ID:20260105T090000Z').join('\r\n');
      return calendar(...Array.from({ length: 100_000 }, () => override));
    },
  ],
  [
    '20 MB of folded description',
    () => calendar(...event(`DESCRIPTION:${`${'y'.repeat(74)}\r\n `.repeat(263_000)}`)),
  ],
  ['one line of 10 MB', () => calendar(...event(`DESCRIPTION:${'y'.repeat(10_000_000)}`))],
  ['10 MB of parameters', () => calendar(...event(`SUMMARY${';X=1'.repeat(2_500_000)}:x`))],
  ['10 MB of unclosed quotes', () => calendar(...event(`SUMMARY${';X="'.repeat(2_500_000)}`))],
  ['a million dates', () => calendar(...event(`EXDATE:${'20260101,'.repeat(1_000_000)}20260101`))],
  [
    'a rule with a million days',
    () => calendar(...event(`RRULE:FREQ=DAILY;BYDAY=${'MO,'.repeat(1_000_000)}MO`)),
  ],
  [
    'a rule with a million parts',
    () => calendar(...event(`RRULE:FREQ=DAILY${';WKST=MO'.repeat(1_000_000)}`)),
  ],
  ['a million levels', () => 'BEGIN:VCALENDAR\r\n'.concat('BEGIN:VEVENT\r\n'.repeat(1_000_000))],
  ['five million lines', () => calendar(...event('A:\r\n'.repeat(5_000_000)))],
  ['ten million carriage returns', () => calendar(...event('\r'.repeat(10_000_000)))],
  [
    'a duration of ten million digits',
    () => calendar(...event(`DURATION:P${'1'.repeat(10_000_000)}`)),
  ],
];

describe('a hostile text', () => {
  test.each(hostile)(
    'of %s ends within a second',
    (_, text) => {
      const whole = text();
      expect(fastest(1000, () => readCalendarObject(whole))).toBeLessThan(1000);
    },
    PATIENCE,
  );

  test.each([
    ['lines', calendar(...event(...Array.from({ length: CALENDAR_LIMITS.lines }, () => 'X-A:1')))],
    [
      'components',
      calendar(
        ...Array.from({ length: CALENDAR_LIMITS.components }, () =>
          event('RECURRENCE-ID:20260105'),
        ).flat(),
      ),
    ],
    ['dates', calendar(...event(`EXDATE:${'20260101,'.repeat(CALENDAR_LIMITS.dates)}20260101`))],
  ])('with too many %s is refused', (what, text) => {
    const reading = readCalendarObject(text);
    expect('invalid' in reading && reading.invalid).toMatch(new RegExp(`more than \\d+ ${what}$`));
  });
});
