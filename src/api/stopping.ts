/** Who asks again after this, in ms, means: at once. Sooner, it is npm passing on a terminal's Ctrl-C. */
export const IMPATIENCE = 1000;

/** Aborted when this process is asked to stop: by a signal, or because nobody reads its output any more. */
export const askedToStop = (): AbortController => {
  const stop = new AbortController();
  let askedAt = Number.POSITIVE_INFINITY;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (performance.now() - askedAt > IMPATIENCE) process.exit(130);
      askedAt = Math.min(askedAt, performance.now());
      stop.abort();
    });
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    // Whoever read our output has seen enough.
    if (code === 'EPIPE') stop.abort();
  });
  return stop;
};
