import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Excerpt, excerptOf, newRoom } from '../../../src/domain/icalendar/excerpt.ts';
import { occurrencesIn } from '../../../src/domain/icalendar/occurrences.ts';
import { calendarTimes } from '../../../src/domain/icalendar/times.ts';
import { UTC } from '../../../src/domain/icalendar/zones/zone.ts';
import { rules, starts } from '../../support/rules.ts';
import { at, digits, object, zone, zones } from '../../support/times.ts';

type Lines = readonly string[];
const ranged = (as: 'expand' | 'limit', from: string, to: string): Excerpt => ({
  parts: undefined,
  recurrence: { as, range: { from: at(from), to: at(to) } },
  freeBusy: undefined,
});
/** Components of the excerpt, each as its lines that say when it is. */
const made = (
  components: readonly Lines[],
  as: 'expand' | 'limit',
  [from, to]: readonly [string, string],
  floating = UTC,
): readonly Lines[] => {
  const text = excerptOf(
    object(...components),
    ranged(as, from, to),
    { zones, floating },
    newRoom(),
  );
  return text
    .split('BEGIN:VEVENT\r\n')
    .slice(1)
    .map((part) => part.split('\r\n').filter((line) => WHEN.test(line)));
};
const WHEN = /^(?:DTSTART|DTEND|DUE|DURATION|RECURRENCE-ID|RRULE|RDATE|EXDATE|X-)/;
const year = ['20260101T000000Z', '20270101T000000Z'] as const;

describe('expand (RFC 4791 §9.6.5)', () => {
  test('keeps days as days, whatever the zone of who asks', () => {
    const days = [
      'DTSTART;VALUE=DATE:20260328',
      'DTEND;VALUE=DATE:20260330',
      'RRULE:FREQ=DAILY;COUNT=2',
    ];
    expect(made([days], 'expand', year, zone('America/Sao_Paulo'))).toEqual([
      [
        'DTSTART;VALUE=DATE:20260328',
        'DTEND;VALUE=DATE:20260330',
        'RECURRENCE-ID;VALUE=DATE:20260328',
      ],
      [
        'DTSTART;VALUE=DATE:20260329',
        'DTEND;VALUE=DATE:20260331',
        'RECURRENCE-ID;VALUE=DATE:20260329',
      ],
    ]);
  });

  test('keeps floating times floating', () => {
    const local = ['DTSTART:20260328T090000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=2'];
    expect(made([local], 'expand', year, zone('Europe/Berlin')).at(-1)).toEqual([
      'DTSTART:20260329T090000',
      'DURATION:PT1H',
      'RECURRENCE-ID:20260329T090000',
    ]);
  });

  test('says when something ends where a day has not 24 hours', () => {
    const across = [
      'DTSTART;TZID=Europe/Berlin:20260327T120000',
      'DURATION:P1D',
      'RRULE:FREQ=DAILY;COUNT=2',
    ];
    expect(made([across], 'expand', year)).toEqual([
      ['DTSTART:20260327T110000Z', 'DURATION:P1D', 'RECURRENCE-ID:20260327T110000Z'],
      ['DTSTART:20260328T110000Z', 'DTEND:20260329T100000Z', 'RECURRENCE-ID:20260328T110000Z'],
    ]);
  });

  test('takes the end of a PERIOD for that of its instance', () => {
    const period = [
      'DTSTART:20260101T090000Z',
      'DURATION:PT1H',
      'RDATE;VALUE=PERIOD:20260102T090000Z/PT3H',
    ];
    expect(made([period], 'expand', year)[1]).toEqual([
      'DTSTART:20260102T090000Z',
      'DTEND:20260102T120000Z',
      'RECURRENCE-ID:20260102T090000Z',
    ]);
  });

  test('describes instances by the override that stands for them and all later ones', () => {
    const components = [
      [
        'DTSTART;TZID=Europe/Berlin:20260105T090000',
        'DURATION:PT1H',
        'RRULE:FREQ=DAILY;COUNT=4',
        'X-WHICH:first',
      ],
      [
        'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260107T090000',
        'DTSTART;TZID=Europe/Berlin:20260107T100000',
        'DURATION:PT2H',
        'X-WHICH:second',
      ],
    ];
    expect(made(components, 'expand', year).slice(2)).toEqual([
      [
        'DTSTART:20260107T090000Z',
        'DURATION:PT2H',
        'RECURRENCE-ID:20260107T080000Z',
        'X-WHICH:second',
      ],
      [
        'DTSTART:20260108T090000Z',
        'DURATION:PT2H',
        'RECURRENCE-ID:20260108T080000Z',
        'X-WHICH:second',
      ],
    ]);
  });

  test('refers to no zone anywhere', () => {
    const refers = [
      'DTSTART;TZID=Europe/Berlin:20260105T090000',
      'X-SEEN;TZID=Europe/Berlin:20260105T080000',
    ];
    expect(made([refers], 'expand', year)).toEqual([
      ['DTSTART:20260105T080000Z', 'X-SEEN:20260105T070000Z'],
    ]);
  });

  test('makes a task that is only due due at each instance', () => {
    const task = [
      'BEGIN:VTODO',
      'UID:one',
      'DUE;TZID=Europe/Berlin:20260105T090000',
      'RRULE:FREQ=DAILY;COUNT=2',
      'END:VTODO',
    ];
    const text = excerptOf(
      object(task),
      ranged('expand', ...year),
      { zones, floating: UTC },
      newRoom(),
    );
    expect(text.match(/^(?:DUE|RECURRENCE-ID).*(?=\r$)/gm)).toEqual([
      'DUE:20260105T080000Z',
      'RECURRENCE-ID:20260105T080000Z',
      'DUE:20260106T080000Z',
      'RECURRENCE-ID:20260106T080000Z',
    ]);
  });

  test('writes nothing beyond the year 9999', () => {
    const late = [
      'DTSTART:99991231T230000Z',
      'DTEND:99991231T235959Z',
      'RRULE:FREQ=YEARLY',
      'X-A:1',
    ];
    const range = ['99990101T000000Z', '99991231T235959Z'] as const;
    expect(made([late], 'expand', range)).toHaveLength(1);
    const long = [
      'DTSTART:20000101T000000Z',
      'DTEND:99980101T000000Z',
      'RRULE:FREQ=YEARLY;COUNT=9',
    ];
    expect(made([long], 'expand', year).at(-1)?.[1]).toBe('DTEND:99991231T235959Z');
  });

  test('has components for exactly the occurrences there are, however the object recurs', () => {
    fc.assert(
      fc.property(rules, starts, fc.integer({ min: 0, max: 2500 }), (rule, start, days) => {
        const text = object(
          [
            `DTSTART;TZID=Europe/Berlin:${digits(start).replace('Z', '')}`,
            'DURATION:PT90M',
            `RRULE:${rule}`,
          ],
          [
            `RECURRENCE-ID;TZID=Europe/Berlin:${digits(start).replace('Z', '')}`,
            'DTSTART:20180103T000000Z',
          ],
        );
        const from = at('20150101T000000Z') + days * 86_400_000;
        const range = { from, to: from + 30 * 86_400_000 };
        const reading = calendarTimes(text);
        if ('invalid' in reading) throw new Error(reading.invalid);
        const clocks = { zones, floating: UTC };
        const { occurrences, exhausted } = occurrencesIn(
          reading.times,
          clocks,
          range.from,
          range.to,
        );
        fc.pre(!exhausted);
        const excerpt: Excerpt = {
          parts: undefined,
          recurrence: { as: 'expand', range },
          freeBusy: undefined,
        };
        const expanded = excerptOf(text, excerpt, clocks, newRoom());
        expect(expanded.match(/^DTSTART:.*(?=\r$)/gm) ?? []).toEqual(
          occurrences.map(({ start: moment }) => `DTSTART:${digits(moment)}Z`),
        );
      }),
      { numRuns: 100 },
    );
  }, 30_000);

  test('is refused when there is too much to make', { timeout: 30_000 }, () => {
    const clocks = { zones, floating: UTC };
    const expand = ranged('expand', '20200101T000000Z', '21200101T000000Z');
    const endless = (frequency: string) =>
      object(['DTSTART:20200101T000000Z', `RRULE:FREQ=${frequency}`]);
    expect(excerptOf(endless('SECONDLY'), expand, clocks, newRoom())).toBe('too much');
    expect(excerptOf(endless('DAILY'), expand, clocks, newRoom())).toBe('too much');
    expect(excerptOf(endless('MONTHLY'), expand, clocks, newRoom())).not.toBe('too much');
    const room = newRoom();
    expect(excerptOf(endless('MONTHLY'), expand, clocks, room)).not.toBe('too much');
    expect(room.instances).toBe(newRoom().instances - 1200);
    room.instances = 1000;
    expect(excerptOf(endless('MONTHLY'), expand, clocks, room)).toBe('too much');
  });
});

describe('limit-recurrence-set (RFC 4791 §9.6.6)', () => {
  const master = ['DTSTART:20260105T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'];
  const moved = (id: string, to: string, range = '') => [
    `RECURRENCE-ID${range}:${id}`,
    `DTSTART:${to}`,
    'DURATION:PT1H',
  ];
  const january = ['20260110T000000Z', '20260111T000000Z'] as const;
  const kept = (...overrides: readonly Lines[]) =>
    made([master, ...overrides], 'limit', january).length - 1;

  test('keeps an override that takes place in the range, or would have', () => {
    expect(kept(moved('20260601T090000Z', '20260110T120000Z'))).toBe(1);
    expect(kept(moved('20260110T090000Z', '20260601T120000Z'))).toBe(1);
    expect(kept(moved('20260109T090000Z', '20260109T120000Z'))).toBe(0);
    expect(kept(moved('20260111T090000Z', '20260111T000000Z'))).toBe(0);
  });

  test('keeps one that stands for later instances, unless all come after the range', () => {
    const RANGE = ';RANGE=THISANDFUTURE';
    expect(kept(moved('20260106T090000Z', '20260106T120000Z', RANGE))).toBe(1);
    expect(kept(moved('20260201T090000Z', '20260201T120000Z', RANGE))).toBe(0);
  });
});
