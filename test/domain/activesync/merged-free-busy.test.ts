import { expect, test } from 'vitest';
import { mergedFreeBusy, SLOT } from '../../../src/domain/activesync/merged-free-busy.ts';

const from = Date.parse('2030-01-07T08:10:00Z');
const at = (slots: number): number => from + slots * SLOT;

test('half hours begin where the question does, and the highest digit in each counts (MS-ASCMD 2.2.3.101)', () => {
  const range = { from, to: at(5.2) };
  expect(mergedFreeBusy([], range)).toBe('000000');
  expect(
    mergedFreeBusy(
      [
        { start: at(-3), end: at(0.1), type: 'BUSY' },
        { start: at(1), end: at(2), type: 'BUSY-TENTATIVE' },
        { start: at(1.9), end: at(2.1), type: 'BUSY' },
        { start: at(1), end: at(2), type: 'BUSY-TENTATIVE' },
        { start: at(5.1), end: at(9), type: 'BUSY-UNAVAILABLE' },
      ],
      range,
    ),
  ).toBe('222003');
});
