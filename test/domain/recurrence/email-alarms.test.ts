import { describe, expect, test } from 'vitest';
import {
  emailAlarmsIn,
  mayHaveEmailAlarms,
  nextRing,
  ringsBetween,
} from '../../../src/domain/icalendar/email-alarms.ts';
import { newBudget } from '../../../src/domain/icalendar/recurrence/budget.ts';
import { at, digits, object, zone, zones } from '../../support/times.ts';

const clocks = { zones, floating: zone('Europe/Berlin') };
const alarm = (...lines: readonly string[]) => [
  'BEGIN:VALARM',
  'ACTION:EMAIL',
  ...lines,
  'END:VALARM',
];
const addresses = new Set(['mailto:ada@acme.com']);
const rings = (
  components: readonly (readonly string[])[],
  from = '20260101T000000Z',
  to = '20260201T000000Z',
) => {
  const alarms = emailAlarmsIn(object(...components), clocks, addresses);
  if (alarms === undefined) return [];
  return ringsBetween(alarms, clocks, at(from), at(to), newBudget()).map(
    (ring) =>
      `${digits(ring.at)}Z of ${ring.occurrence === undefined ? 'nothing' : `${digits(ring.occurrence.start)}Z`}`,
  );
};
const next = (components: readonly (readonly string[])[], after: string) => {
  const alarms = emailAlarmsIn(object(...components), clocks, addresses);
  const found = alarms && nextRing(alarms, clocks, at(after));
  return found === undefined ? undefined : `${digits(found)}Z`;
};
const noon = ['DTSTART:20260105T120000Z', 'DTEND:20260105T130000Z'];

describe('alarms by mail (RFC 5545 §3.6.6)', () => {
  test.each([
    [['TRIGGER:-PT15M'], ['20260105T114500Z']],
    [['TRIGGER;RELATED=END:PT5M'], ['20260105T130500Z']],
    [['TRIGGER;VALUE=DATE-TIME:20260103T080000Z'], ['20260103T080000Z']],
    [
      ['TRIGGER:-PT1H', 'REPEAT:2', 'DURATION:PT10M'],
      ['20260105T110000Z', '20260105T111000Z', '20260105T112000Z'],
    ],
    [['TRIGGER:-PT1H', 'REPEAT:2'], ['20260105T110000Z']],
    [['TRIGGER:soon'], []],
    [[], []],
    [['TRIGGER:-PT15M', 'PROXIMITY:ARRIVE'], []],
    [['TRIGGER;X-WebStatus=triggered:-PT15M'], []],
    [['TRIGGER:-PT15M', 'ACKNOWLEDGED:20260105T114500Z'], []],
    [['TRIGGER:-PT15M', 'ACKNOWLEDGED:20260105T114459Z'], ['20260105T114500Z']],
  ])('with %j ring at %j', (lines, moments) => {
    expect(rings([[...noon, ...alarm(...lines)]])).toEqual(
      moments.map((moment) => `${moment} of 20260105T120000Z`),
    );
  });

  test.each([
    ['STATUS:CANCELLED'],
    ['X-MOZ-LASTACK:20260105T120000Z'],
    ['ATTENDEE;PARTSTAT=DECLINED:mailto:ADA@acme.com'],
  ])('do not ring with %s', (line) => {
    expect(rings([[...noon, line, ...alarm('TRIGGER:-PT15M')]])).toEqual([]);
  });

  test('that are snoozed ring at their new time, the old one being acknowledged (RFC 9074 §7)', () => {
    const lines = [
      ...alarm('UID:a', 'TRIGGER:-PT15M', 'ACKNOWLEDGED:20260105T114600Z'),
      ...alarm('UID:b', 'RELATED-TO;RELTYPE=SNOOZE:a', 'TRIGGER;VALUE=DATE-TIME:20260105T115500Z'),
    ];
    expect(rings([[...noon, ...lines]])).toEqual(['20260105T115500Z of 20260105T120000Z']);
  });

  test('are of each instance, and an override has its own', () => {
    const weekly = [...noon, 'UID:one', 'RRULE:FREQ=WEEKLY;COUNT=3', ...alarm('TRIGGER:-PT15M')];
    const moved = [
      'UID:one',
      'RECURRENCE-ID:20260112T120000Z',
      'DTSTART:20260113T090000Z',
      'DTEND:20260113T100000Z',
      ...alarm('TRIGGER:-PT1H'),
      ...alarm('TRIGGER:-P1D'),
    ];
    expect(rings([weekly, moved])).toEqual([
      '20260105T114500Z of 20260105T120000Z',
      '20260112T090000Z of 20260113T090000Z',
      '20260113T080000Z of 20260113T090000Z',
      '20260119T114500Z of 20260119T120000Z',
    ]);
  });

  test('of a day are reckoned from its beginning where the person is', () => {
    expect(rings([['DTSTART;VALUE=DATE:20260106', ...alarm('TRIGGER:-PT15H')]])).toEqual([
      '20260105T080000Z of 20260105T230000Z',
    ]);
  });

  test('of a task are reckoned from when it is due', () => {
    const task = (...lines: readonly string[]) =>
      object(['BEGIN:VTODO', 'UID:one', 'DUE:20260105T120000Z', ...lines, 'END:VTODO']);
    const of = (...lines: readonly string[]) => {
      const alarms = emailAlarmsIn(
        task(...lines, ...alarm('TRIGGER;RELATED=END:-PT1H')),
        clocks,
        addresses,
      );
      return alarms && nextRing(alarms, clocks, 0);
    };
    expect(of()).toBe(at('20260105T110000Z'));
    expect(of('COMPLETED:20260104T120000Z')).toBeUndefined();
    expect(of('STATUS:COMPLETED')).toBeUndefined();
  });

  test('are found next, however far away', () => {
    const yearly = [...noon, 'RRULE:FREQ=YEARLY;INTERVAL=3', ...alarm('TRIGGER:-PT15M')];
    expect(next([yearly], '20260105T114500Z')).toBe('20290105T114500Z');
    expect(next([yearly], '20260105T114459Z')).toBe('20260105T114500Z');
    expect(next([[...noon, ...alarm('TRIGGER:-PT15M')]], '20260105T114500Z')).toBeUndefined();
    expect(next([[...noon, ...alarm('TRIGGER:-P90W')]], '20200101T000000Z')).toBe(
      `${digits(at('20260105T120000Z') - 90 * 7 * 86_400_000)}Z`,
    );
  });

  test('are looked for only where there may be some', () => {
    expect(mayHaveEmailAlarms(object([...noon]))).toBe(false);
    expect(mayHaveEmailAlarms(object([...noon, ...alarm('TRIGGER:-PT15M')]))).toBe(true);
    expect(
      emailAlarmsIn(
        object(
          [...noon, ...alarm('TRIGGER:-PT15M')].map((line) => line.replace('EMAIL', 'DISPLAY')),
        ),
        clocks,
        addresses,
      ),
    ).toBeUndefined();
  });
});
