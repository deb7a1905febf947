import { setImmediate } from 'node:timers/promises';

/** The most one batch holds; also how many events a stream may keep ready. */
export const BATCH = 512;

/** What is used of an object-mode `Readable`. */
interface ObjectStream<T> {
  read(): T | null;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'readable' | 'end' | 'close', listener: () => void): unknown;
}

/**
 * Whatever an object stream has at hand, batch by batch, until it ends or the signal aborts. Node's
 * own iteration of streams yields one item and one tick at a time. Back-pressure holds: what is not
 * taken from the stream is not asked from the server.
 *
 * @throws the stream's error; what was ready before it may be lost, so resume after the last batch.
 */
export async function* batches<T>(
  source: ObjectStream<T>,
  signal: AbortSignal,
): AsyncGenerator<readonly T[]> {
  let failure: Error | undefined;
  let over = signal.aborted;
  let wake: () => void = () => undefined;
  const finish = (): void => {
    over = true;
    wake();
  };
  // Stays attached for good: the client still emits errors after nobody reads any more.
  source.on('error', (error) => {
    failure ??= error;
    finish();
  });
  source.on('readable', () => wake());
  source.on('end', finish);
  source.on('close', finish);
  signal.addEventListener('abort', finish, { once: true });
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const batch: T[] = [];
      while (batch.length < BATCH && !signal.aborted) {
        const item = source.read();
        if (item === null) break;
        batch.push(item);
      }
      if (batch.length > 0) yield batch;
      else if (failure !== undefined) throw failure;
      else if (over) return;
      else {
        await woken;
        // The client decodes a whole packet at once but hands it on a message a tick: let it finish.
        if (!over) await setImmediate();
      }
    }
  } finally {
    signal.removeEventListener('abort', finish);
  }
}
