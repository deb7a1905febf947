// What npm test does in CI about tests that fail because the machine is busy: their files are run once more, in a
// new process, and the tally is that of both runs. Typed by second-try.d.mts.

/** Projects of vitest.config.ts whose tests wait for other programs. A write lost once is never tried again. */
const waiting = new Set(['projections', 'contract', 'protocol', 'program', 'clients']);
/** So many files are tried again; where more fail, it is not the machine. */
const AT_MOST = 6;

export const mayBeTheMachine = ({ tally, failures }) =>
  failures.length > 0 &&
  failures.length <= AT_MOST &&
  failures.every(({ project }) => waiting.has(project)) &&
  // Otherwise something failed outside any file.
  failures.reduce((sum, { counts }) => sum + counts.failed, 0) === tally.failed;

/** The first run's tally, with the second's in place of what the files tried again had in it. */
export const combined = (first, second) => {
  const of = (/** @type {'passed' | 'failed' | 'skipped'} */ state) =>
    first.tally[state] -
    first.failures.reduce((sum, { counts }) => sum + counts[state], 0) +
    second.tally[state];
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
};
