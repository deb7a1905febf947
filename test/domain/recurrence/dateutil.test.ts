import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newBudget } from '../../../src/domain/icalendar/recurrence/budget.ts';
import { walk } from '../../../src/domain/icalendar/recurrence/walk.ts';
import { at, digits, ruleOf } from '../../support/times.ts';

interface Case {
  readonly rule: string;
  readonly start: string;
  readonly end: string;
  /** The first so many after `start`. */
  readonly dates: readonly string[];
}

const { cases, dateutil } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../corpus/recurrence/dateutil.json'), 'utf8'),
) as { readonly dateutil: string; readonly cases: readonly Case[] };

const MOST = Math.max(...cases.map(({ dates }) => dates.length));

/** In pieces, as an index of the first so many would be asked for. */
const found = ({ rule, start, end }: Case): readonly string[] => {
  const dates: string[] = [];
  const budget = { ...newBudget(MOST), steps: 1_000_000 };
  const range = { start: at(start), until: Infinity, from: -Infinity, to: at(end) + 1 };
  walk({ rule: ruleOf(rule), ...range }, budget, (wall) => dates.push(digits(wall)));
  return dates;
};

describe(`python-dateutil ${dateutil} and we agree on`, () => {
  test.each(cases)('$rule from $start', (one) => {
    expect(found(one)).toEqual(one.dates);
  });
});
