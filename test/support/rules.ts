import fc from 'fast-check';
import { at } from './times.ts';

const list = (low: number, high: number, most: number, signed = false) =>
  fc
    .uniqueArray(
      fc
        .integer({ min: low, max: high })
        .chain((n) => (signed ? fc.constantFrom(n, -n) : fc.constant(n))),
      { minLength: 1, maxLength: most },
    )
    .map((numbers) => numbers.join(','));
const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
const weekdays = (ordinals: boolean) =>
  fc
    .uniqueArray(
      ordinals
        ? fc
            .tuple(fc.constantFrom('', '1', '2', '5', '-1', '-2'), weekday)
            .map((pair) => pair.join(''))
        : weekday,
      { minLength: 1, maxLength: 4 },
    )
    .map((days) => days.join(','));

const part = (name: string, values: fc.Arbitrary<string>, freq: number) =>
  fc.option(
    values.map((value) => `;${name}=${value}`),
    { nil: '', freq },
  );

/** Any rule of RFC 5545, sparse enough that walking it from the start takes no time. */
export const rules: fc.Arbitrary<string> = fc
  .constantFrom('YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY')
  .chain((frequency) =>
    fc.tuple(
      fc.constant(`FREQ=${frequency}`),
      part('INTERVAL', fc.integer({ min: 1, max: 5 }).map(String), 2),
      part('WKST', weekday, 1),
      part('BYMONTH', list(1, 12, 4), 1),
      part('BYWEEKNO', list(1, 53, 3, true), frequency === 'YEARLY' ? 1 : 10),
      part('BYYEARDAY', list(1, 366, 5, true), 8),
      part('BYMONTHDAY', list(1, 31, 4, true), 2),
      part('BYDAY', weekdays(frequency === 'YEARLY' || frequency === 'MONTHLY'), 2),
      part('BYHOUR', list(0, 23, 3), 3),
      part('BYMINUTE', list(0, 59, 2), 5),
      part('BYSETPOS', list(1, 4, 2, true), 5),
    ),
  )
  .map((parts) => parts.join(''));

/** Wall times, on the half hour, of some eight years. */
export const starts: fc.Arbitrary<number> = fc
  .integer({ min: 0, max: 3000 * 48 })
  .map((halves) => at('20150101T000000') + halves * 1_800_000);
