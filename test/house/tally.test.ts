import type { TestModule } from 'vitest/node';
import { describe, expect, it } from 'vitest';
import { combined, mayBeTheMachine } from '../../scripts/second-try.mjs';
import { type RunReport, tallyLine, tallyOf } from '../reporter/tally.ts';

type State = 'passed' | 'failed' | 'skipped' | 'pending';

/** Only what the reporter asks of a test file. */
const moduleOf = (tests: readonly { state: State; note?: string }[], errors = 0): TestModule =>
  ({
    errors: () => Array.from({ length: errors }, () => ({ message: 'cannot be loaded' })),
    children: {
      allSuites: () => [],
      allTests: () => tests.map((result) => ({ result: () => result })),
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

  it('counts a file that cannot be loaded, an unhandled error and a test that never ended as failures', () => {
    expect(tallyLine(tallyOf([moduleOf([{ state: 'pending' }], 1)], 1))).toBe('0 passed, 3 failed');
  });
});

describe('trying files of a run again', () => {
  const failing = (project: string, failed = 1): RunReport => ({
    tally: { passed: 10, failed, skipped: 2 },
    failures: [{ file: 'test/a.test.ts', project, counts: { passed: 3, failed: 1, skipped: 1 } }],
  });

  it('counts the second run in place of the first for what was tried again', () => {
    const second = { tally: { passed: 4, failed: 0, skipped: 1 } };
    expect(combined(failing('program'), second)).toEqual({ passed: 11, failed: 0, skipped: 2 });
    const failed = { tally: { passed: 3, failed: 1, skipped: 1 } };
    expect(combined(failing('program'), failed)).toEqual({ passed: 10, failed: 1, skipped: 2 });
  });

  it('is for tests that wait for other programs', () => {
    expect(mayBeTheMachine(failing('program'))).toBe(true);
    expect(mayBeTheMachine(failing('durability'))).toBe(false);
    expect(mayBeTheMachine(failing('domain'))).toBe(false);
    expect(mayBeTheMachine({ ...failing('program'), failures: [] })).toBe(false);
  });

  it('is not for an error outside any file, nor for many files', () => {
    expect(mayBeTheMachine(failing('program', 2))).toBe(false);
    const [file] = failing('program').failures;
    const many = Array.from({ length: 7 }, () => file as RunReport['failures'][number]);
    const tally = { passed: 0, failed: 7, skipped: 0 };
    expect(mayBeTheMachine({ tally, failures: many })).toBe(false);
  });
});
