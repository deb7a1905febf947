import { isatty } from 'node:tty';

/** Who asks again after this, in ms, means: at once. Sooner, it is npm passing on a terminal's Ctrl-C. */
export const IMPATIENCE = 1000;

/**
 * Calls `reload` on SIGHUP, as servers do; a program of a terminal that was closed stops instead, because
 * nobody could stop it any more.
 */
export const onHangUp = (stop: AbortController, reload: () => unknown): void => {
  process.on('SIGHUP', () => {
    if (isatty(0)) stop.abort();
    else reload();
  });
};

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
