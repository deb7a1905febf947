import type { TestModule } from 'vitest/node';
import { describe, expect, it } from 'vitest';
import { tallyLine, tallyOf } from '../reporter/tally.ts';

type State = 'passed' | 'failed' | 'skipped' | 'pending';

/** Only what the reporter asks of a test file. */
const moduleOf = (
  tests: readonly { state: State; note?: string; flaky?: boolean }[],
  errors = 0,
): TestModule =>
  ({
    relativeModuleId: 'test/some.test.ts',
    errors: () => Array.from({ length: errors }, () => ({ message: 'cannot be loaded' })),
    children: {
      allSuites: () => [],
      allTests: () =>
        tests.map(({ flaky = false, ...result }) => ({
          fullName: 'says so',
          result: () => result,
          diagnostic: () => ({ flaky }),
        })),
    },
  }) as unknown as TestModule;

describe('the last line of a test run', () => {
  it('counts passed and failed tests', () => {
    const modules = [moduleOf([{ state: 'passed' }, { state: 'failed' }, { state: 'passed' }])];
    expect(tallyLine(tallyOf(modules, 0))).toBe('2 passed, 1 failed');
  });

  it('names skipped tests only where there are any, with their reasons', () => {
    const skipped = { state: 'skipped', note: 'khal is not installed' } as const;
    const tally = tallyOf([moduleOf([{ state: 'passed' }, skipped, skipped])], 0);
    expect(tallyLine(tally)).toBe('1 passed, 0 failed, 2 skipped');
    expect([...tally.reasons]).toEqual([['khal is not installed', 2]]);
  });

  it('names what passed only when it was tried again', () => {
    const tally = tallyOf([moduleOf([{ state: 'passed' }, { state: 'passed', flaky: true }])], 0);
    expect(tallyLine(tally)).toBe('2 passed, 0 failed');
    expect(tally.unsteady).toEqual(['test/some.test.ts > says so']);
  });

  it('counts a file that cannot be loaded, an unhandled error and a test that never ended as failures', () => {
    expect(tallyLine(tallyOf([moduleOf([{ state: 'pending' }], 1)], 1))).toBe('0 passed, 3 failed');
  });
});
