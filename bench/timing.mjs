const quantile = (/** @type {readonly number[]} */ sorted, /** @type {number} */ q) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];

/** Median and 99th percentile of what was measured, in its unit. */
export const summary = (/** @type {readonly number[]} */ values) => {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), count: sorted.length };
};

/** Milliseconds one piece of work takes. */
export const once = async (/** @type {() => Promise<unknown>} */ work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

/**
 * Does a piece of work over and over, a quarter of it before the clock counts, and sums up the ms each
 * took: until the time is over or it was done often enough, but at least 5 times, and 3 times where that
 * takes longer than three times the time.
 * @param {(index: number) => Promise<unknown>} work
 * @param {{ seconds: number, most?: number }} bounds
 */
export const repeated = async (work, { seconds, most = 1000 }) => {
  let index = 0;
  const series = async (/** @type {number} */ span, /** @type {number} */ least) => {
    const times = [];
    const end = performance.now() + span;
    const tooLong = performance.now() + 3 * span;
    const enough = () => (performance.now() < tooLong ? least : Math.min(least, 3));
    while (times.length < enough() || (performance.now() < end && times.length < most)) {
      const at = index;
      index += 1;
      times.push(await once(() => work(at)));
    }
    return times;
  };
  await series(seconds * 250, 1);
  return summary(await series(seconds * 1000, 5));
};

/**
 * Works with so many workers for so many seconds; how many pieces a second were done.
 * @param {readonly ((index: number) => Promise<unknown>)[]} workers
 */
export const throughput = async (workers, /** @type {number} */ seconds) => {
  let next = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    workers.map(async (work) => {
      while (performance.now() < end) {
        const at = next;
        next += 1;
        await work(at);
      }
    }),
  );
  return (next * 1000) / (performance.now() - start);
};
