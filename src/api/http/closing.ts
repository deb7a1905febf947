import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** How long what is under way may take once the server is to stop: service managers kill after ten seconds. */
const GRACE_MS = 7_000;
/** How often connections are closed that have had their last answer. */
const LOOK_MS = 50;

/**
 * Takes no more requests and finishes those under way; whoever has not taken his answer when the time
 * is over loses his connection. `app.close()` alone closes the connections that are idle at that
 * moment: one that falls idle later would keep the process until its keep-alive ends, and a client
 * that stopped reading for ever.
 */
export const closeInTime = async (
  app: Pick<FastifyInstance, 'server' | 'close'>,
  graceMs = GRACE_MS,
): Promise<void> => {
  const idle = setInterval(() => app.server.closeIdleConnections(), LOOK_MS);
  const late = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(late);
  }
};

/** How long the whole of stopping may take. */
const STOP_MS = 9_000;

/**
 * Whether everything closed before the time was over. A database that neither answers nor hangs up
 * would keep it for as long as a projection may take; nothing is lost when the process ends without:
 * what was answered is on disk, and leases run out.
 *
 * @throws what closing throws in time.
 */
export const closedInTime = async (
  close: () => Promise<void>,
  limitMs = STOP_MS,
): Promise<boolean> => {
  const timer = new AbortController();
  const late = sleep(limitMs, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([close().then(() => true), late]);
  } finally {
    timer.abort();
  }
};
