import { describe, expect, test } from 'vitest';
import { classesIn } from '../../../src/domain/icalendar/classification.ts';
import { masked } from '../../../src/domain/icalendar/masking.ts';

const event = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');

describe('the classification of a calendar object (RFC 5545 §3.8.1.3)', () => {
  test.each([
    ['PUBLIC without CLASS', ['SUMMARY:x'], ['PUBLIC']],
    ['what CLASS says', ['CLASS:CONFIDENTIAL'], ['CONFIDENTIAL']],
    ['without regard to case and parameters', ['class;x-a=b: private'], ['PRIVATE']],
    ['PRIVATE for a value nobody knows', ['CLASS:X-SECRET'], ['PRIVATE']],
    ['in a name that is folded', ['CLA\r\n SS:PRIVATE'], ['PRIVATE']],
    ['not of an alarm', ['BEGIN:VALARM', 'CLASS:PRIVATE', 'END:VALARM'], ['PUBLIC']],
    ['not in a text', ['DESCRIPTION:CLASS:PRIVATE'], ['PUBLIC']],
  ])('%s', (_, lines, classes) => {
    expect(classesIn(event('BEGIN:VEVENT', 'UID:1', ...lines, 'END:VEVENT'))).toEqual(classes);
  });

  test('those of all its components', () => {
    const one = ['BEGIN:VEVENT', 'UID:1', 'END:VEVENT'];
    const other = ['BEGIN:VEVENT', 'UID:1', 'CLASS:PRIVATE', 'END:VEVENT'];
    expect(classesIn(event(...one, ...other))).toEqual(['PUBLIC', 'PRIVATE']);
  });

  test('none of a text that is no calendar object', () => {
    expect(classesIn('CLASS')).toEqual([]);
  });
});

describe('an object of which only dates and times are shown', () => {
  const secret = 'Kündigung';
  const object = event(
    'METHOD:X-Kündigung',
    `X-WR-CALNAME:${secret}`,
    'BEGIN:VTIMEZONE',
    'TZID:Europe/Berlin',
    `X-LIC-LOCATION:${secret}`,
    'BEGIN:STANDARD',
    'DTSTART:19701025T030000',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    `COMMENT:${secret}`,
    'END:STANDARD',
    'END:VTIMEZONE',
    'BEGIN:VEVENT',
    `UID:${secret}`,
    `DTSTART;TZID=Europe/Berlin;X-NOTE="${secret}":20260105T090000`,
    'DTEND;TZID=Europe/Berlin:20260105T100000',
    'DTSTAMP:20260101T000000Z',
    'RRULE:FREQ=WEEKLY;COUNT=3',
    'EXDATE;TZID=Europe/Berlin:20260112T090000',
    'CLASS:CONFIDENTIAL',
    `SUMMARY:${secret}`,
    `DESCRIPTION:${secret}`,
    `LOCATION:${secret}`,
    `CATEGORIES:${secret}`,
    `ORGANIZER;CN=${secret}:mailto:a@example.org`,
    `ATTENDEE;CN=${secret}:mailto:b@example.org`,
    `X-ANYTHING:${secret}`,
    'TRANSP:TRANSPARENT',
    'STATUS:TENTATIVE',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${secret}`,
    'TRIGGER:-PT5M',
    'END:VALARM',
    'END:VEVENT',
    'BEGIN:VEVENT',
    `UID:${secret}`,
    'RECURRENCE-ID;TZID=Europe/Berlin:20260119T090000',
    'DTSTART;TZID=Europe/Berlin:20260119T110000',
    `SUMMARY:${secret}`,
    'END:VEVENT',
    `BEGIN:X-${'SECRET'}`,
    `COMMENT:${secret}`,
    'END:X-SECRET',
  );
  const shown = masked(object, ['CONFIDENTIAL'], 'another-uid') ?? '';

  test('says when, how often and that time stays free, and nothing else', () => {
    expect(shown.split('\r\n')).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//x//EN',
      'BEGIN:VTIMEZONE',
      'TZID:Europe/Berlin',
      'BEGIN:STANDARD',
      'DTSTART:19701025T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'END:STANDARD',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'UID:another-uid',
      'SUMMARY:(Confidential event)',
      'DTSTART;TZID=Europe/Berlin:20260105T090000',
      'DTEND;TZID=Europe/Berlin:20260105T100000',
      'DTSTAMP:20260101T000000Z',
      'RRULE:FREQ=WEEKLY;COUNT=3',
      'EXDATE;TZID=Europe/Berlin:20260112T090000',
      'TRANSP:TRANSPARENT',
      'X-SOGO-SECURE:YES',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:another-uid',
      'SUMMARY:(Confidential event)',
      'RECURRENCE-ID;TZID=Europe/Berlin:20260119T090000',
      'DTSTART;TZID=Europe/Berlin:20260119T110000',
      'X-SOGO-SECURE:YES',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  test('there is none of a text that cannot be read', () => {
    expect(masked('nothing', ['PUBLIC'], 'x')).toBeUndefined();
  });
});
