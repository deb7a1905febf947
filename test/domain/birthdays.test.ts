import { describe, expect, it } from 'vitest';
import { readCalendarObject } from '../../src/domain/icalendar/calendar-object.ts';
import type { Instant } from '../../src/domain/kernel/ids.ts';
import { daysOf } from '../../src/domain/vcard/days.ts';
import { birthdayCalendar, type CardDay } from '../../src/domain/web-calendar/birthdays.ts';
import { splitCalendar } from '../../src/domain/web-calendar/split.ts';

const card = (version: string, ...lines: readonly string[]): string =>
  [
    'BEGIN:VCARD',
    `VERSION:${version}`,
    'UID:jane',
    'FN:Jane\\, Doe',
    ...lines,
    'END:VCARD',
    '',
  ].join('\r\n');
const name = 'Jane, Doe';

describe('the days of a card (RFC 6350 §6.2.5, §6.2.6)', () => {
  it.each([
    ['3.0', 'BDAY:1980-04-15', { year: 1980, month: 4, day: 15 }],
    ['3.0', 'BDAY:19800415', { year: 1980, month: 4, day: 15 }],
    ['3.0', 'BDAY;VALUE=date-time:1980-04-15T10:22:00Z', { year: 1980, month: 4, day: 15 }],
    ['3.0', 'BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:1604-02-29', { month: 2, day: 29 }],
    ['3.0', 'item1.BDAY:--0415', { month: 4, day: 15 }],
    ['3.0', 'BDAY:--04-15', { month: 4, day: 15 }],
    ['4.0', 'BDAY:19800415', { year: 1980, month: 4, day: 15 }],
    ['4.0', 'BDAY:--0229', { month: 2, day: 29 }],
    ['4.0', 'BDAY;VALUE=date-and-or-time:19800415T102200Z', { year: 1980, month: 4, day: 15 }],
    ['4.0', 'BDAY;CALSCALE=gregorian:20000229', { year: 2000, month: 2, day: 29 }],
  ])('%s: %s', (version, line, date) => {
    expect(daysOf(card(version, line))).toEqual([{ kind: 'birthday', name, ...date }]);
  });

  it.each([
    ['4.0', 'ANNIVERSARY:20050601'],
    ['3.0', 'X-ANNIVERSARY:2005-06-01'],
    ['3.0', 'X-EVOLUTION-ANNIVERSARY:2005-06-01'],
    ['3.0', 'item1.X-ABDATE:2005-06-01\r\nitem1.X-ABLabel:_$!<Anniversary>!$_'],
  ])('%s: %s is an anniversary', (version, line) => {
    const date = { year: 2005, month: 6, day: 1 };
    expect(daysOf(card(version, line))).toEqual([{ kind: 'anniversary', name, ...date }]);
  });

  it.each([
    ['4.0', 'BDAY;VALUE=text:circa 1800'],
    ['3.0', 'BDAY:circa 1800'],
    ['3.0', 'BDAY:'],
    ['4.0', 'BDAY:1980'],
    ['4.0', 'BDAY:1980-04'],
    ['4.0', 'BDAY:---15'],
    ['4.0', 'BDAY:19810229'],
    ['4.0', 'BDAY:--0230'],
    ['4.0', 'BDAY:00000101'],
    ['4.0', 'BDAY:19801301'],
    ['4.0', 'BDAY;CALSCALE=hebrew:57400415'],
    ['4.0', 'KIND:group\r\nBDAY:19800415'],
    ['3.0', 'NOTE:BDAY:19800415'],
  ])('%s: %s is none', (version, line) => {
    expect(daysOf(card(version, line))).toEqual([]);
  });
});

const digest = (text: string): string => Buffer.from(text).toString('hex');
const day = (more: Partial<CardDay>): CardDay => ({
  kind: 'birthday',
  name: 'Jane',
  month: 4,
  day: 15,
  card: 'jane',
  at: '2026-01-01T00:00:00.123Z' as Instant,
  ...more,
});
const objects = (...days: readonly CardDay[]): readonly string[] => {
  const split = splitCalendar(birthdayCalendar(days, digest), digest);
  if ('invalid' in split) throw new Error(split.invalid);
  return [...split.objects.values()];
};

describe('a calendar of days', () => {
  it('has all-day events that come every year, from the year where it is known', () => {
    const [first = '', second = '', third = ''] = objects(
      day({ year: 1980, name: 'Doe, Jane; \n x' }),
      day({ kind: 'anniversary', year: 2005 }),
      day({ card: 'kim', name: 'Kim' }),
    );
    expect(first).toContain('DTSTART;VALUE=DATE:19800415\r\nRRULE:FREQ=YEARLY\r\n');
    expect(first).toContain('SUMMARY:Doe\\, Jane\\; \\n x (1980)\r\n');
    expect(first).toContain('TRANSP:TRANSPARENT\r\n');
    expect(second).toContain('SUMMARY:Jane: anniversary (2005)\r\n');
    expect(third).toContain('DTSTART;VALUE=DATE:19720415\r\n');
    expect(third).toContain('SUMMARY:Kim\r\n');
    for (const object of [first, second, third])
      expect(readCalendarObject(object)).toHaveProperty('facts.component', 'VEVENT');
  });

  it('has the last of February where there is no 29th', () => {
    const [object = ''] = objects(day({ month: 2, day: 29 }));
    expect(object).toContain('DTSTART;VALUE=DATE:19720229\r\n');
    expect(object).toContain('RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1\r\n');
  });

  it('says nothing twice, and is a calendar when it says nothing', () => {
    expect(objects(day({}), day({ card: 'copy' }), day({}))).toHaveLength(1);
    expect(objects()).toEqual([]);
  });
});
