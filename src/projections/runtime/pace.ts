/**
 * How far apart batches begin while nobody waits for their rows, in milliseconds. A batch costs about
 * the same for one event as for twenty, so under load a few milliseconds' patience saves most of it;
 * a lone event finds the last batch long past and does not wait.
 */
const APART = 10;

export interface Pace {
  /** Resolves when the next batch may begin. */
  next(): Promise<void>;
  /** Somebody waits for rows: batches begin at once until the answer is called. */
  hurry(): () => void;
}

export const startPace = (): Pace => {
  let began = Number.NEGATIVE_INFINITY;
  let hurried = 0;
  let wake = (): void => undefined;
  return {
    async next() {
      const rest = began + APART - performance.now();
      if (rest > 0 && hurried === 0)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, rest);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      began = performance.now();
    },
    hurry() {
      hurried += 1;
      wake();
      return () => {
        hurried -= 1;
      };
    },
  };
};
