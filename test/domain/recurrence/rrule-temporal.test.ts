import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { newBudget } from '../../../src/domain/icalendar/recurrence/budget.ts';
import { walk } from '../../../src/domain/icalendar/recurrence/walk.ts';
import { rules, starts } from '../../support/rules.ts';
import { at, digits, ruleOf } from '../../support/times.ts';

/** Always the same rules: it has faults of its own, and nobody's change here should meet a new one. */
const SEED = 5545;
const FEW = 6;
const DAY = 86_400_000;

/** What that library finds after DTSTART, or nothing when it gives up. */
const theirs = (rule: string, start: number, end: number): readonly string[] | undefined => {
  try {
    const found = new RRuleTemporal({
      rruleString: `DTSTART:${digits(start)}Z\nRRULE:${rule};UNTIL=${digits(end)}Z`,
      temporal: Temporal,
      maxIterations: 2_000,
      cache: false,
    }).all((_, index) => index < FEW + 1);
    return found
      .map((one) => digits(one.epochMilliseconds))
      .filter((date) => date !== digits(start))
      .slice(0, FEW);
  } catch {
    return undefined;
  }
};

const ours = (rule: string, start: number, end: number): readonly string[] => {
  const found: string[] = [];
  const budget = { ...newBudget(FEW), steps: 400_000 };
  walk({ rule: ruleOf(rule), start, until: end, from: -Infinity, to: Infinity }, budget, (wall) =>
    found.push(digits(wall)),
  );
  return found;
};

describe('rrule-temporal and we agree on', () => {
  /**
   * What it reads otherwise than RFC 5545 §3.3.10, and python-dateutil judges: it leaves other parts out
   * of account beside BYYEARDAY, BYWEEKNO and, in a YEARLY rule, BYMONTHDAY; and of weekdays with and
   * without ordinals the ones without.
   */
  const otherwise =
    /BYYEARDAY|BYWEEKNO|YEARLY.*BYMONTHDAY.*BYDAY|\d[A-Z]{2},[A-Z]|=[^;]*[A-Z]{2},-?\d/;
  const plain = rules.filter((rule) => !otherwise.test(rule));

  test('any rule', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(plain, starts, (rule, start) => {
        const end = start + (rule.includes('HOURLY') ? 60 : 2000) * DAY;
        const expected = theirs(rule, start, end);
        fc.pre(expected !== undefined);
        expect(ours(rule, start, end)).toEqual(expected);
      }),
      { numRuns: 100, seed: SEED },
    );
  });

  test('days that are skipped (RFC 7529 §4.1)', () => {
    const frequency = fc.constantFrom(
      'FREQ=MONTHLY',
      'FREQ=MONTHLY;INTERVAL=5',
      'FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=30',
      'FREQ=YEARLY',
    );
    const skip = fc.constantFrom('OMIT', 'BACKWARD', 'FORWARD');
    const start = fc.constantFrom(
      at('20240131T120000'),
      at('20240229T090000'),
      at('20230115T000000'),
    );
    fc.assert(
      fc.property(frequency, skip, start, (text, skipped, from) => {
        const rule = `RSCALE=GREGORIAN;${text};SKIP=${skipped}`;
        const end = from + 3000 * DAY;
        expect(ours(rule, from, end)).toEqual(theirs(rule, from, end));
      }),
      { numRuns: 60, seed: SEED },
    );
  });
});
