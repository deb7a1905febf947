import { readFileSync } from 'node:fs';

/**
 * Milliseconds that this thread has worked: what the scheduler counted where it tells (Linux), so that
 * what else the machine was doing does not count; the clock elsewhere.
 */
const worked = (): number => {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
};

/** The least milliseconds of work that a few runs took, or the first that stays below `enough`. */
export const fastest = (enough: number, work: () => unknown): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5 && least >= enough; run += 1) {
    const started = worked();
    work();
    least = Math.min(least, worked() - started);
  }
  return least;
};

/** Milliseconds a test with `fastest` may take on a machine that is busy with other things. */
export const PATIENCE = 60_000;
