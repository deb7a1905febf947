import { describe, expect, test } from 'vitest';
import { itemClasses } from '../../../src/domain/activesync/item-classes.ts';
import { changed, context, data, eventText, linesOf, type Said } from './given-item.ts';

const { toData, merge } = itemClasses.Calendar;
/** A Wednesday, the first of its month. */
const start = 'DTSTART;TZID=Europe/Berlin:20261007T090000';

/** What is told of a rule, in the order of its names. */
const told = (rule: string, dtstart = start, version: '14.0' | '14.1' = '14.1') => {
  const found = toData(eventText(dtstart, `RRULE:${rule}`), context({ version }))?.find(
    ({ tag }) => tag === 'calendar:Recurrence',
  )?.value;
  if (found === undefined || typeof found === 'string' || found instanceof Uint8Array)
    return undefined;
  return found
    .map(({ tag, value }) => `${tag.slice(9)}=${typeof value === 'string' ? value : ''}`)
    .join(' ');
};

const stored = (Recurrence: Said, dtstart = start): string | undefined => {
  const text = eventText(dtstart);
  const said = data('calendar', { Recurrence });
  const merged = merge(text, [...(toData(text, context()) ?? []), ...said], context());
  if ('refused' in merged) return String(merged.refused);
  return linesOf(merged)
    .find((line) => line.startsWith('RRULE'))
    ?.slice(6);
};

/** Rules whose form on the wire is exactly equal, both ways. */
test.each<readonly [string, string]>([
  ['FREQ=DAILY', 'Type=0 Interval=1'],
  ['FREQ=DAILY;INTERVAL=3;COUNT=7', 'Type=0 Occurrences=7 Interval=3'],
  ['FREQ=WEEKLY;BYDAY=MO,WE,FR;WKST=MO', 'Type=1 Interval=1 DayOfWeek=42 FirstDayOfWeek=1'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;WKST=SU', 'Type=1 Interval=2 DayOfWeek=65 FirstDayOfWeek=0'],
  ['FREQ=MONTHLY;BYMONTHDAY=31', 'Type=2 Interval=1 DayOfMonth=31'],
  ['FREQ=MONTHLY;BYDAY=2TU', 'Type=3 Interval=1 WeekOfMonth=2 DayOfWeek=4'],
  ['FREQ=MONTHLY;BYDAY=-1FR', 'Type=3 Interval=1 WeekOfMonth=5 DayOfWeek=32'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', 'Type=3 Interval=1 WeekOfMonth=5 DayOfWeek=127'],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'Type=3 Interval=1 WeekOfMonth=5 DayOfWeek=62'],
  ['FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1', 'Type=3 Interval=1 WeekOfMonth=1 DayOfWeek=65'],
  ['FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24', 'Type=5 Interval=1 MonthOfYear=12 DayOfMonth=24'],
  ['FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'Type=6 Interval=1 WeekOfMonth=5 DayOfWeek=1 MonthOfYear=3'],
])('%s is %s, and back', (rule, wire) => {
  expect(told(rule)).toBe(wire);
  const elements = wire.split(' ').map((part): readonly [string, string] => {
    const [name = '', value = ''] = part.split('=');
    return [name, value];
  });
  const again = stored(Object.fromEntries(elements));
  expect(
    again
      ?.split(';')
      .filter((part) => part !== 'INTERVAL=1')
      .sort(),
  ).toEqual(rule.split(';').sort());
});

test.each<readonly [string, string | undefined]>([
  // Told by what means the same.
  ['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'Type=1 Interval=1 DayOfWeek=62 FirstDayOfWeek=1'],
  ['FREQ=WEEKLY', 'Type=1 Interval=1 DayOfWeek=8 FirstDayOfWeek=1'],
  ['FREQ=MONTHLY', 'Type=2 Interval=1 DayOfMonth=7'],
  ['FREQ=YEARLY', 'Type=5 Interval=1 MonthOfYear=10 DayOfMonth=7'],
  ['FREQ=YEARLY;INTERVAL=2', 'Type=2 Interval=24 DayOfMonth=7'],
  ['FREQ=DAILY;BYHOUR=9;BYMINUTE=0', 'Type=0 Interval=1'],
  ['FREQ=DAILY;UNTIL=20261231', 'Type=0 Interval=1 Until=20261231T080000Z'],
  ['FREQ=DAILY;UNTIL=20261231T060000Z', 'Type=0 Interval=1 Until=20261230T080000Z'],
  // No words for these.
  ['FREQ=DAILY;INTERVAL=2;BYDAY=MO', undefined],
  ['FREQ=DAILY;BYHOUR=9,17', undefined],
  ['FREQ=HOURLY', undefined],
  ['FREQ=WEEKLY;INTERVAL=100', undefined],
  ['FREQ=MONTHLY;BYDAY=5MO', undefined],
  ['FREQ=MONTHLY;BYDAY=MO', undefined],
  ['FREQ=MONTHLY;BYMONTHDAY=1,15', undefined],
  ['FREQ=MONTHLY;BYMONTHDAY=-2', undefined],
  ['FREQ=YEARLY;BYDAY=20MO', undefined],
  ['FREQ=YEARLY;BYMONTH=1,7', undefined],
  ['FREQ=YEARLY;INTERVAL=2;BYMONTH=3', undefined],
  ['FREQ=YEARLY;BYYEARDAY=100', undefined],
  ['FREQ=DAILY;COUNT=1000', undefined],
])('%s is told as %s', (rule, wire) => {
  expect(told(rule)).toBe(wire);
});

test('FirstDayOfWeek is a word since 14.1', () => {
  expect(told('FREQ=WEEKLY', start, '14.0')).toBe('Type=1 Interval=1 DayOfWeek=8');
});

test('of days, UNTIL is the last one', () => {
  const days = 'DTSTART;VALUE=DATE:20261007';
  expect(told('FREQ=DAILY;UNTIL=20261010', days)).toBe('Type=0 Interval=1 Until=20261009T220000Z');
  for (const Until of ['20261009T220000Z', '20261010T000000Z'])
    expect(stored({ Type: '0', Until }, days)).toBe('FREQ=DAILY;UNTIL=20261010');
});

describe('what clients say', () => {
  test.each<readonly [Said, string]>([
    [{ Type: '0', DayOfWeek: '62' }, 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
    [{ Type: '1', Interval: '0' }, 'FREQ=WEEKLY'],
    [{ Type: '0', Occurrences: '3', Until: '20261231T080000Z' }, 'FREQ=DAILY;COUNT=3'],
    [{ Type: '0', Until: '2026-12-31T08:00:00.000Z' }, 'FREQ=DAILY;UNTIL=20261231T080000Z'],
    // A day alone means its occurrence.
    [{ Type: '0', Until: '20261231T000000Z' }, 'FREQ=DAILY;UNTIL=20261231T080000Z'],
    // What does not belong to a type is passed over.
    [
      { Type: '2', DayOfMonth: '5', WeekOfMonth: '2', MonthOfYear: '3' },
      'FREQ=MONTHLY;BYMONTHDAY=5',
    ],
    [
      { Type: '6', DayOfWeek: '2', WeekOfMonth: '1', MonthOfYear: '5', CalendarType: '1' },
      'FREQ=YEARLY;BYMONTH=5;BYDAY=1MO',
    ],
  ])('%j is %s', (elements, rule) => {
    expect(stored(elements)).toBe(rule);
  });

  test.each<Said>([
    { Type: '4' },
    { Type: '7' },
    { Interval: '1' },
    { Type: '1', DayOfWeek: '128' },
    { Type: '2', DayOfMonth: '32' },
    { Type: '3', DayOfWeek: '2' },
    { Type: '6', DayOfWeek: '2', WeekOfMonth: '6', MonthOfYear: '5' },
    { Type: '5', MonthOfYear: '13' },
    { Type: '0', Occurrences: '1000' },
    { Type: '0', Occurrences: '-1' },
    { Type: '0', Until: 'never' },
    { Type: '0', CalendarType: '13' },
    { Type: '2', CalendarType: '6' },
  ])('%j is refused with status 6', (elements) => {
    expect(stored(elements)).toBe('6');
  });

  test('nothing of a rule takes it away, before 16.0', () => {
    const text = eventText(start, 'RRULE:FREQ=DAILY', 'EXDATE;TZID=Europe/Berlin:20261008T090000');
    for (const value of [undefined, '']) {
      const lines = linesOf(
        merge(
          text,
          changed(toData(text, context()), {
            'calendar:Recurrence': value,
            'calendar:Exceptions': undefined,
          }),
          context(),
        ),
      );
      expect(lines.join()).not.toMatch(/RRULE|EXDATE/);
    }
  });
});
