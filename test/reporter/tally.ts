import type { Reporter, TestModule } from 'vitest/node';

/** What a run came to. A file that cannot be loaded and an unhandled error count as one failure each. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why tests were skipped, and how many for each reason. */
  readonly reasons: ReadonlyMap<string, number>;
  /** Tests that failed and then passed: to be looked into, though nothing stays failed. */
  readonly unsteady: readonly string[];
}

/** `12 passed, 0 failed`, and `, 3 skipped` where there are any. */
export const tallyLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

export const tallyOf = (modules: readonly TestModule[], unhandled: number): Tally => {
  const count = { passed: 0, failed: unhandled, skipped: 0, pending: 0 };
  const reasons = new Map<string, number>();
  const unsteady: string[] = [];
  for (const module of modules) {
    const suites = [...module.children.allSuites()];
    const broken = [module, ...suites].flatMap((part) => part.errors()).length;
    count.failed += broken;
    for (const test of module.children.allTests()) {
      const result = test.result();
      count[result.state] += 1;
      if (test.diagnostic()?.flaky === true)
        unsteady.push(`${module.relativeModuleId} > ${test.fullName}`);
      if (result.state !== 'skipped') continue;
      const reason = result.note ?? (broken > 0 ? 'their set-up failed' : 'no reason given');
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  return { ...count, failed: count.failed + count.pending, reasons, unsteady };
};

/**
 * Says last of all, alone on its line, what the run came to: `12 passed, 0 failed`. The line is
 * printed as the process ends, so that nothing can come after it; CI reads it.
 */
export const tallying = (): Reporter => {
  let last: Tally = { passed: 0, failed: 0, skipped: 0, reasons: new Map(), unsteady: [] };
  const write = (line: string) => process.stdout.write(`${line}\n`);
  return {
    onInit(vitest) {
      if (vitest.config.watch) return;
      process.once('exit', (code) => {
        // A run that failed as a whole (nothing found, interrupted) must not read like a good one.
        write(tallyLine(code !== 0 && last.failed === 0 ? { ...last, failed: 1 } : last));
      });
    },
    onTestRunEnd(modules, unhandled) {
      last = tallyOf(modules, unhandled.length);
      for (const name of last.unsteady) write(`passed only when tried again: ${name}`);
      for (const [reason, times] of last.reasons) write(`skipped ${times}: ${reason}`);
    },
  };
};
