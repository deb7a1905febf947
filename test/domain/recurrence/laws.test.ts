import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundsOf } from '../../../src/domain/icalendar/bounds.ts';
import { occurrencesIn, occursIn } from '../../../src/domain/icalendar/occurrences.ts';
import { newBudget } from '../../../src/domain/icalendar/recurrence/budget.ts';
import { lastOf, walk } from '../../../src/domain/icalendar/recurrence/walk.ts';
import { rules, starts } from '../../support/rules.ts';
import { at, digits, ruleOf, timesOf, zone, zones } from '../../support/times.ts';

const DAY = 86_400_000;

const counts = fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined });

const instances = (
  text: string,
  start: number,
  range: { readonly from: number; readonly to: number },
): readonly number[] | undefined => {
  const found: number[] = [];
  const budget = { ...newBudget(100_000), steps: 400_000 };
  walk({ rule: ruleOf(text), start, until: Infinity, ...range }, budget, (wall) =>
    found.push(wall),
  );
  return budget.exhausted ? undefined : found;
};

const rangeIn = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 0.3, noNaN: true }),
);
const YEARS = 6 * 365 * DAY;

describe('any rule', () => {
  test('has the same instances in a range, leapt to, as walked to from its beginning', {
    timeout: 30_000,
  }, () => {
    fc.assert(
      fc.property(rules, counts, starts, rangeIn, (text, count, start, [place, share]) => {
        const rule = count === undefined ? text : `${text};COUNT=${count}`;
        const whole = instances(rule, start, { from: -Infinity, to: start + YEARS });
        const from = start + Math.floor((place * YEARS) / 1000) * 1000;
        const to = Math.min(from + Math.floor((share * YEARS) / 1000) * 1000, start + YEARS);
        fc.pre(whole !== undefined);
        expect(instances(rule, start, { from, to })?.map(digits)).toEqual(
          whole.filter((wall) => wall >= from && wall < to).map(digits),
        );
      }),
      { numRuns: 400 },
    );
  });

  test('with COUNT has so many as it has without it, or COUNT', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 1, max: 60 }), starts, (text, count, start) => {
        const range = { from: -Infinity, to: start + YEARS };
        const whole = instances(text, start, range);
        fc.pre(whole !== undefined);
        expect(instances(`${text};COUNT=${count}`, start, range)).toEqual(
          whole.slice(0, count - 1),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('with COUNT ends where the last is that it counts', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 1, max: 60 }), starts, (text, count, start) => {
        const rule = `${text};COUNT=${count}`;
        const whole = instances(rule, start, { from: -Infinity, to: start + YEARS });
        fc.pre(whole?.length === count - 1);
        const budget = { ...newBudget(), steps: 400_000 };
        expect(lastOf(ruleOf(rule), start, count, budget)).toBe(whole.at(-1) ?? start);
      }),
      { numRuns: 100 },
    );
  });
});

const tails = fc.constantFrom(
  [],
  ['EXDATE;VALUE=DATE:20180101,20180102,20190301'],
  ['RDATE:20180105T101500Z,20190705T220000Z'],
  ['RDATE;VALUE=PERIOD:20180105T101500Z/P3D', 'EXRULE:FREQ=MONTHLY'],
);
const ends = fc.constantFrom([], ['DURATION:PT1H'], ['DURATION:P2D'], ['DURATION:P1DT5H']);
const later = fc.constantFrom(
  [],
  [
    [
      'RECURRENCE-ID;RANGE=THISANDFUTURE:20180601T080000',
      'DTSTART:20180603T123000',
      'DURATION:PT2H',
    ],
  ],
  [['RECURRENCE-ID:20180601T080000', 'DTSTART:20190101T000000Z']],
);

describe('any object', () => {
  const objects = fc.record({
    rule: rules,
    start: starts,
    count: counts,
    tail: tails,
    end: ends,
    more: later,
    tzid: fc.constantFrom(
      '',
      ';TZID=Europe/Berlin',
      ';TZID=America/New_York',
      ';TZID=Asia/Kolkata',
    ),
  });
  const clocks = { zones, floating: zone('Australia/Lord_Howe') };
  const [FROM, TO] = [at('20160101T000000Z'), at('20220101T000000Z')];

  test('has in any range what it has of the whole there, and within its bounds', {
    timeout: 30_000,
  }, () => {
    fc.assert(
      fc.property(
        objects,
        rangeIn,
        ({ rule, start, count, tail, end, more, tzid }, [place, share]) => {
          const times = timesOf(
            [
              `DTSTART${tzid}:${digits(start)}`,
              `RRULE:${rule}${count === undefined ? '' : `;COUNT=${count}`}`,
              ...tail,
              ...end,
            ],
            ...more,
          );
          const budget = () => ({ ...newBudget(100_000), steps: 400_000 });
          const whole = occurrencesIn(times, clocks, FROM, TO, budget());
          const from = FROM + Math.floor((place * (TO - FROM)) / 1000) * 1000;
          const to = Math.min(from + Math.floor((share * YEARS) / 1000) * 1000 + 1000, TO);
          const part = occurrencesIn(times, clocks, from, to, budget());
          fc.pre(!whole.exhausted && !part.exhausted);
          const isIn = (one: (typeof whole.occurrences)[number]): boolean =>
            one.end > one.start
              ? one.start < to && one.end > from
              : one.start >= from && one.start < to;
          expect(part.occurrences).toEqual(whole.occurrences.filter(isIn));
          if (!occurrencesIn(times, clocks, from, to).exhausted)
            expect(occursIn(times, clocks, from, to)).toBe(part.occurrences.length > 0);
          const bounds = boundsOf(times, zones);
          for (const one of whole.occurrences) {
            expect(one.start).toBeGreaterThanOrEqual(bounds?.start ?? Infinity);
            expect(one.end).toBeLessThanOrEqual(bounds?.end ?? -Infinity);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
