import { describe, expect, test } from 'vitest';
import { busyTimes, coalesced, freeBusyText } from '../../../src/domain/icalendar/free-busy.ts';
import { newBudget } from '../../../src/domain/icalendar/recurrence/budget.ts';
import { at, digits, object, zone, zones } from '../../support/times.ts';

const range = { from: at('20260105T000000Z'), to: at('20260112T000000Z') };
const busy = (...components: readonly (readonly string[])[]) =>
  busyTimes(
    object(...components),
    { zones, floating: zone('Europe/Berlin') },
    range,
    newBudget(),
  ).map(({ start, end, type }) => `${digits(start)}Z/${digits(end)}Z ${type}`);
const hour = ['DTSTART:20260105T090000Z', 'DURATION:PT1H'];

describe('busy times (RFC 4791 §7.10)', () => {
  test.each([
    [[], ['BUSY']],
    [['STATUS:CONFIRMED'], ['BUSY']],
    [['STATUS:TENTATIVE'], ['BUSY-TENTATIVE']],
    [['STATUS:CANCELLED'], []],
    [['STATUS:X-OTHER'], ['BUSY']],
    [['TRANSP:OPAQUE'], ['BUSY']],
    [['TRANSP:TRANSPARENT'], []],
    [['TRANSP:TRANSPARENT', 'STATUS:TENTATIVE'], []],
  ])('of an event with %j are %j', (lines, types) => {
    expect(busy([...hour, ...lines])).toEqual(
      types.map((type) => `20260105T090000Z/20260105T100000Z ${type}`),
    );
  });

  test('follow each instance and its override, within the range', () => {
    expect(
      busy(
        ['DTSTART:20251231T230000Z', 'DURATION:PT2H', 'RRULE:FREQ=DAILY;COUNT=7'],
        [
          'RECURRENCE-ID:20260105T230000Z',
          'DTSTART:20260108T090000Z',
          'DURATION:PT1H',
          'STATUS:TENTATIVE',
        ],
      ),
    ).toEqual([
      '20260105T000000Z/20260105T010000Z BUSY',
      '20260106T230000Z/20260107T010000Z BUSY',
      '20260108T090000Z/20260108T100000Z BUSY-TENTATIVE',
    ]);
  });

  test('of a day are those of the calendar’s zone', () => {
    expect(busy(['DTSTART;VALUE=DATE:20260106'])).toEqual([
      '20260105T230000Z/20260106T230000Z BUSY',
    ]);
  });

  test('are none of what has no length, of tasks and of journals', () => {
    expect(busy(['DTSTART:20260105T090000Z'])).toEqual([]);
    expect(busy(['BEGIN:VTODO', 'UID:one', ...hour, 'END:VTODO'])).toEqual([]);
  });

  test('are what a VFREEBUSY tells, but the free time', () => {
    expect(
      busy([
        'BEGIN:VFREEBUSY',
        'UID:one',
        'FREEBUSY;FBTYPE=FREE:20260105T090000Z/PT1H',
        'FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260105T100000Z/PT1H,20260201T100000Z/PT1H',
        'FREEBUSY;FBTYPE=X-OTHER:20260105T110000Z/20260105T120000Z',
        'END:VFREEBUSY',
      ]),
    ).toEqual([
      '20260105T100000Z/20260105T110000Z BUSY-UNAVAILABLE',
      '20260105T110000Z/20260105T120000Z BUSY',
    ]);
  });

  test('that touch or overlap are one, kind by kind', () => {
    const times = [
      { start: 5, end: 7, type: 'BUSY' },
      { start: 0, end: 2, type: 'BUSY' },
      { start: 1, end: 6, type: 'BUSY-TENTATIVE' },
      { start: 2, end: 4, type: 'BUSY' },
      { start: 3, end: 3, type: 'BUSY' },
    ] as const;
    expect(coalesced(times)).toEqual([
      { start: 0, end: 4, type: 'BUSY' },
      { start: 1, end: 6, type: 'BUSY-TENTATIVE' },
      { start: 5, end: 7, type: 'BUSY' },
    ]);
  });

  test('are told without the ends that were not asked for', () => {
    const text = freeBusyText([], { from: -Infinity, to: range.to }, { uid: 'x', now: range.from });
    expect(text).not.toContain('DTSTART');
    expect(text).toContain('DTEND:20260112T000000Z\r\n');
    expect(text).toContain('DTSTAMP:20260105T000000Z\r\n');
  });
});
