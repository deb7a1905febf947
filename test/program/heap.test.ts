import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const compiled = join(import.meta.dirname, '..', '..', 'dist', 'api', 'heap.js');

/** Replaces what it holds over and over, as a server its caches; prints the most its heap was, in MiB. */
const busy = `
  const held = Array.from({ length: 200_000 }, (_, at) => ({ at, text: ['a', at] }));
  gc();
  gc();
  let most = 0;
  for (let round = 0; round < 1_000_000; round += 1) {
    held[(round * 7919) % held.length] = { round, text: ['a', round] };
    if (round % 10_000 === 0) most = Math.max(most, process.memoryUsage().heapTotal);
  }
  console.log(Math.round(most / 2 ** 20));`;

const mostOf = async (before: string): Promise<number> => {
  const program = before + busy;
  const { stdout } = await run(process.execPath, [
    ...['--expose-gc', '--input-type=module'],
    ...['--eval', program],
  ]);
  return Number(stdout);
};

describe('the heap of a busy program', () => {
  test('stays smaller than V8 would let it grow', async () => {
    const small = `import { keepHeapSmall } from ${JSON.stringify(compiled)}; keepHeapSmall();`;
    const [kept, usual] = [await mostOf(small), await mostOf('')];
    expect(kept).toBeLessThan(usual * 0.85);
  });
});
