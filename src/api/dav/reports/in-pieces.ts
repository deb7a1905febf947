import { setImmediate } from 'node:timers/promises';

/** How long one answer works on its objects before it lets others go on. */
const WORK_MS = 20;
/** Objects between two looks at the clock. */
const FEW = 20;

/**
 * Pages in small pieces, between which everybody else goes on: judging objects one by one takes time,
 * and a page may hold a thousand of them.
 */
export async function* inPieces<Row>(
  pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  let began = performance.now();
  for await (const page of pages)
    for (let at = 0; at < page.length; at += FEW) {
      yield page.slice(at, at + FEW);
      if (performance.now() - began < WORK_MS) continue;
      await setImmediate();
      began = performance.now();
    }
}
