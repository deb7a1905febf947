/**
 * How often the other nodes are told of appends, in milliseconds. Each telling wakes a process of the
 * server's for every connection that listens, our own included, and costs more than a fifth of an append.
 */
const EVERY = 10;

/** When the other nodes are told how far the log reaches. */
export interface Telling {
  /** Whether the next batch is to tell them itself. */
  isDue(): boolean;
  /** A batch reached `end`, and told of it or did not. */
  reached(end: bigint, told: boolean): void;
  /** Tells them what they have not heard yet. */
  close(): Promise<void>;
}

/**
 * The first append of a while tells the others at once; those right behind it leave it to one that comes
 * later, or, when none comes, to a telling of its own. Whoever misses that looks for himself (`wakeUp`).
 * @param tell fails where the server is away.
 */
export const telling = (tell: (end: bigint) => Promise<unknown>): Telling => {
  let last = Number.NEGATIVE_INFINITY;
  let untold: bigint | undefined;
  let timer: NodeJS.Timeout | undefined;

  const settled = (): void => {
    clearTimeout(timer);
    timer = undefined;
    untold = undefined;
    last = performance.now();
  };

  const catchUp = async (): Promise<void> => {
    const end = untold;
    if (end === undefined) return;
    settled();
    await tell(end).catch(() => undefined);
  };

  return {
    isDue: () => performance.now() - last >= EVERY,
    reached(end, told) {
      if (told) {
        settled();
        return;
      }
      untold = end;
      timer ??= setTimeout(() => void catchUp(), 2 * EVERY).unref();
    },
    close: catchUp,
  };
};
