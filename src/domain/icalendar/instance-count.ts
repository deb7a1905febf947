import { DAY } from './civil.ts';
import { seriesOf } from './instances.ts';
import { type Clocks, placingOf } from './placing.ts';
import type { Rule } from './recurrence/rule.ts';
import { walk } from './recurrence/walk.ts';
import type { Times } from './times.ts';

/**
 * Whether a calendar object names more instances than `most` (RFC 4791 §5.2.8), or so sparsely that they
 * cannot be counted. A rule without end is not counted: calendars are full of them, and what they come to
 * is asked for range by range.
 */
export const namesMoreThan = (times: Times, most: number, clocks: Clocks): boolean => {
  const placing = placingOf(times, clocks);
  const series = seriesOf(times, placing);
  if (series === undefined) return times.components.length > most;
  const { component, anchor } = series;
  if (component.dates.length + times.components.length > most) return true;
  return component.rules.some((rule) => {
    if (rule.count !== undefined) return rule.count > most;
    if (rule.until === undefined || !isDense(rule, anchor.wall, rule.until.wall, most))
      return false;
    const until = rule.until.wall + DAY;
    const budget = { steps: 2 * most, instances: most, exhausted: false };
    walk(
      { rule, start: anchor.wall, until, from: anchor.wall, to: Infinity },
      budget,
      () => undefined,
    );
    return budget.exhausted;
  });
};

/** Whether a rule could come to more, if it named every time that it can. */
const isDense = (
  { frequency, byHour, byMinute, bySecond }: Rule,
  start: number,
  until: number,
  most: number,
): boolean => {
  const within = (until - start) / DAY + 2;
  const inDay = (byHour?.length ?? 1) * (byMinute?.length ?? 1) * (bySecond?.length ?? 1);
  return TIMES.has(frequency) || within * inDay > most;
};

const TIMES: ReadonlySet<Rule['frequency']> = new Set(['HOURLY', 'MINUTELY', 'SECONDLY']);
