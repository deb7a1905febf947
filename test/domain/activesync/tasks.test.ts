import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/domain/activesync/item-class.ts';
import { itemClasses } from '../../../src/domain/activesync/item-classes.ts';
import {
  calendarText,
  changed,
  component,
  context,
  data,
  linesOf,
  objectOf,
  type Said,
  saidIn,
} from './given-item.ts';

const { toData, merge } = itemClasses.Tasks;
const task = (...lines: readonly string[]) =>
  calendarText(component('VTODO', 'SUMMARY:a', ...lines));
const told = (text: string, more?: Partial<Context>) => toData(text, context(more));
const edit = (text: string, elements: Said, more?: Partial<Context>) => {
  const changes = Object.fromEntries(data('tasks', elements).map(({ tag, value }) => [tag, value]));
  return linesOf(merge(text, changed(told(text, more), changes), context(more)));
};

describe('days of tasks', () => {
  test('are the moment, and what the clock of the user shows', () => {
    const found = told(
      task('DTSTART;VALUE=DATE:20261007', 'DUE;TZID=America/New_York:20261008T090000'),
    );
    expect(
      ['UtcStartDate', 'StartDate', 'UtcDueDate', 'DueDate'].map((name) => saidIn(found, name)),
    ).toEqual([
      '2026-10-06T22:00:00.000Z',
      '2026-10-07T00:00:00.000Z',
      '2026-10-08T13:00:00.000Z',
      '2026-10-08T15:00:00.000Z',
    ]);
  });
  test('at midnight are dates, at other times moments', () => {
    const day = { UtcDueDate: '2026-10-08T22:00:00.000Z', DueDate: '2026-10-09T00:00:00.000Z' };
    expect(edit(task(), day)).toContain('DUE;VALUE=DATE:20261009');
    expect(edit(task(), { DueDate: '2026-10-09T00:00:00' })).toContain('DUE;VALUE=DATE:20261009');
    const time = { UtcDueDate: '20261009T100000Z', DueDate: '20261009T120000Z' };
    expect(edit(task(), time)).toContain('DUE;TZID=Europe/Berlin:20261009T120000');
    expect(edit(task(), time)).toContain('TZID:Europe/Berlin');
  });
  test('come of DURATION too, and take its place', () => {
    const text = task('DTSTART:20261007T100000Z', 'DURATION:PT2H');
    expect(saidIn(told(text), 'UtcDueDate')).toBe('2026-10-07T12:00:00.000Z');
    expect(
      edit(text, {
        UtcDueDate: '2026-10-07T13:00:00.000Z',
        DueDate: '2026-10-07T15:00:00.000Z',
      }).join(),
    ).not.toContain('DURATION');
  });
  test('go when they are left out, and are refused when they are none', () => {
    const left =
      told(task('DUE;VALUE=DATE:20261009'))?.filter(({ tag }) => !tag.endsWith('DueDate')) ?? [];
    expect(linesOf(merge(task('DUE;VALUE=DATE:20261009'), left, context())).join()).not.toContain(
      'DUE',
    );
    expect(merge(task(), data('tasks', { UtcDueDate: 'soon' }), context())).toEqual({ refused: 6 });
  });
});

test.each([
  ['', '1'],
  ['PRIORITY:0', '1'],
  ['PRIORITY:1', '2'],
  ['PRIORITY:4', '2'],
  ['PRIORITY:5', '1'],
  ['PRIORITY:6', '0'],
  ['PRIORITY:9', '0'],
])('%j is Importance %s, always told', (line, importance) => {
  expect(saidIn(told(task(...(line === '' ? [] : [line]))), 'Importance')).toBe(importance);
});

describe('completed', () => {
  test('with its date, or now', () => {
    const lines = edit(task(), { Complete: '1', DateCompleted: '2026-10-04T08:00:00.000Z' });
    for (const line of ['STATUS:COMPLETED', 'PERCENT-COMPLETE:100', 'COMPLETED:20261004T080000Z'])
      expect(lines).toContain(line);
    expect(edit(task(), { Complete: '1' })).toContain('COMPLETED:20261005T101200Z');
    // An empty flag says yes (MS-ASDTYPE 2.1).
    expect(edit(task(), { Complete: '' })).toContain('STATUS:COMPLETED');
  });
  test('and not any more', () => {
    const lines = edit(
      task('STATUS:COMPLETED', 'COMPLETED:20261004T080000Z', 'PERCENT-COMPLETE:100'),
      { Complete: '0', DateCompleted: '' },
    );
    expect(lines).toContain('STATUS:NEEDS-ACTION');
    expect(lines.join()).not.toMatch(/COMPLETED:|PERCENT/);
    expect(
      edit(task('STATUS:IN-PROCESS', 'PERCENT-COMPLETE:40'), { Complete: '0', Importance: '2' }),
    ).toContain('STATUS:IN-PROCESS');
  });
});

test('reminders are moments, whatever they hang on', () => {
  const alarm = (trigger: string) => [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    trigger,
    'X-K:1',
    'END:VALARM',
  ];
  const text = task('DUE:20261009T100000Z', ...alarm('TRIGGER;RELATED=END:-PT1H'));
  expect(saidIn(told(text), 'ReminderTime')).toBe('2026-10-09T09:00:00.000Z');
  const lines = edit(text, { ReminderTime: '2026-10-09T08:00:00.000Z' });
  expect(lines).toContain('TRIGGER;VALUE=DATE-TIME:20261009T080000Z');
  expect(lines).toContain('X-K:1');
  expect(edit(text, { ReminderSet: '0', ReminderTime: '' }).join()).not.toContain('VALARM');
  expect(saidIn(told(task()), 'ReminderSet')).toBe('0');
});

describe('recurring tasks', () => {
  const series = task('DTSTART;VALUE=DATE:20261007', 'RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20261231');
  test('tell their start and their end', () => {
    const found = (name: string) => saidIn(told(series), 'Recurrence', name);
    expect(['Type', 'Start', 'DayOfWeek', 'Until', 'Regenerate', 'DeadOccur'].map(found)).toEqual([
      '1',
      '2026-10-07T00:00:00.000Z',
      '8',
      '2026-12-31T00:00:00.000Z',
      '0',
      '0',
    ]);
  });
  test('count from completion where they regenerate', () => {
    const Recurrence = {
      Type: '0',
      Interval: '3',
      Start: '2026-10-07T00:00:00.000Z',
      Regenerate: '1',
    };
    const merged = merge(task(), data('tasks', { Recurrence }), context());
    const lines = linesOf(merged);
    for (const line of [
      'RRULE:FREQ=DAILY;INTERVAL=3',
      'X-DAYBOOK-REGENERATE:TRUE',
      'DTSTART;VALUE=DATE:20261007',
    ])
      expect(lines).toContain(line);
    expect(saidIn(told(objectOf(merged)), 'Recurrence', 'Regenerate')).toBe('1');
  });
  test('completed go on with new dates, the finished occurrence beside them', () => {
    const next = {
      UtcStartDate: '2026-10-13T22:00:00.000Z',
      StartDate: '2026-10-14T00:00:00.000Z',
    };
    expect(edit(series, next)).toContain('RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20261231');
    const Recurrence = {
      Type: '1',
      DayOfWeek: '8',
      Start: '2026-10-07T00:00:00.000Z',
      DeadOccur: '1',
    };
    const finished = merge(
      undefined,
      data('tasks', { Subject: 'a', Complete: '1', Recurrence }),
      context(),
    );
    expect(linesOf(finished).join()).not.toContain('RRULE:');
    expect(linesOf(finished)).toContain('STATUS:COMPLETED');
    expect(saidIn(told(objectOf(finished)), 'Recurrence', 'DeadOccur')).toBe('1');
  });
  test('without a form keep their rule', () => {
    const text = task('DTSTART;VALUE=DATE:20261007', 'RRULE:FREQ=YEARLY;BYWEEKNO=3');
    expect(edit(text, { Subject: 'b', Recurrence: { Type: '0' } })).toContain(
      'RRULE:FREQ=YEARLY;BYWEEKNO=3',
    );
  });
});

test('notes are journals (MS-ASNOTE), since 14.0', () => {
  const text = calendarText(
    component('VJOURNAL', 'SUMMARY:a', 'DESCRIPTION:b', 'CATEGORIES:Blue', 'X-K:1'),
  );
  const found = itemClasses.Notes.toData(text, context());
  expect(saidIn(found, 'Subject')).toBe('a');
  expect(saidIn(found, 'MessageClass')).toBe('IPM.StickyNote');
  expect(saidIn(found, 'LastModifiedDate')).toBe('2026-01-01T00:00:00.000Z');
  expect(saidIn(found, 'Body', 'Data')).toBe('b');
  expect(itemClasses.Notes.toData(text, context({ version: '12.1' }))).toBeUndefined();
  const lines = linesOf(
    itemClasses.Notes.merge(
      text,
      changed(found, { 'notes:Subject': 'c', 'notes:Categories': '' }),
      context(),
    ),
  );
  for (const line of ['SUMMARY:c', 'DESCRIPTION:b', 'X-K:1', 'LAST-MODIFIED:20261005T101200Z'])
    expect(lines).toContain(line);
  expect(lines.join()).not.toContain('CATEGORIES');
  const made = itemClasses.Notes.merge(undefined, data('notes', { Subject: 'New' }), context());
  expect(linesOf(made)).toContain('BEGIN:VJOURNAL');
  expect(linesOf(made)).toContain('UID:made-uid');
});
