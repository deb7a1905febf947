import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** What a run came to. A file that cannot be loaded and an unhandled error count as one failure each. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why tests were skipped, and how many for each reason. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** What `npm test` is told of a run, as JSON: it may try some files again, and then says what both runs came to. */
export interface RunReport {
  readonly tally: Pick<Tally, 'passed' | 'failed' | 'skipped'>;
  /** Files in which something failed, and what they had in the tally. */
  readonly failures: readonly FailedFile[];
}

interface FailedFile {
  /** Below the project's folder. */
  readonly file: string;
  readonly project: string;
  readonly counts: Pick<Tally, 'passed' | 'failed' | 'skipped'>;
}

/** `12 passed, 0 failed`, and `, 3 skipped` where there are any. */
export const tallyLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

export const tallyOf = (modules: readonly TestModule[], unhandled: number): Tally => {
  const count = { passed: 0, failed: unhandled, skipped: 0, pending: 0 };
  const reasons = new Map<string, number>();
  for (const module of modules) {
    const suites = [...module.children.allSuites()];
    const broken = [module, ...suites].flatMap((part) => part.errors()).length;
    count.failed += broken;
    for (const test of module.children.allTests()) {
      const result = test.result();
      count[result.state] += 1;
      if (result.state !== 'skipped') continue;
      const reason = result.note ?? (broken > 0 ? 'their set-up failed' : 'no reason given');
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  return { ...count, failed: count.failed + count.pending, reasons };
};

const reportOf = (modules: readonly TestModule[], tally: Tally): RunReport => ({
  tally: countsOf(tally),
  failures: modules.flatMap((module) => {
    const counts = tallyOf([module], 0);
    const { relativeModuleId: file, project } = module;
    return counts.failed > 0 ? [{ file, project: project.name, counts: countsOf(counts) }] : [];
  }),
});

const countsOf = ({ passed, failed, skipped }: Tally): RunReport['tally'] => ({
  passed,
  failed,
  skipped,
});

/**
 * Says last of all, alone on its line, what the run came to: `12 passed, 0 failed`. The line is printed as the
 * process ends, so that nothing can come after it. With `TALLY_FILE` a {@link RunReport} is written there instead.
 */
export const tallying = (): Reporter => {
  let last: Tally = { passed: 0, failed: 0, skipped: 0, reasons: new Map() };
  let report: RunReport | undefined;
  const file = process.env['TALLY_FILE'];
  const write = (line: string) => process.stdout.write(`${line}\n`);
  return {
    onInit(vitest) {
      if (vitest.config.watch) return;
      process.once('exit', (code) => {
        // A run that failed as a whole (nothing found, interrupted) must not read like a good one.
        const whole = code !== 0 && last.failed === 0 ? { ...last, failed: 1 } : last;
        if (file === undefined) write(tallyLine(whole));
        else
          writeFileSync(
            file,
            JSON.stringify({ failures: report?.failures ?? [], tally: countsOf(whole) }),
          );
      });
    },
    onTestRunEnd(modules, unhandled) {
      last = tallyOf(modules, unhandled.length);
      report = reportOf(modules, last);
      for (const [reason, times] of last.reasons) write(`skipped ${times}: ${reason}`);
    },
  };
};
