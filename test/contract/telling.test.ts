import { describe, expect, it } from 'vitest';
import { telling } from '../../src/adapters/postgres/telling.ts';

const recording = () => {
  const told: bigint[] = [];
  const others = telling(async (end) => {
    told.push(end);
  });
  return { told, others };
};

describe('other nodes are told how far the log reaches', () => {
  it('by the first append of a while itself', () => {
    const { others } = recording();
    expect(others.isDue()).toBe(true);
    others.reached(1n, true);
    expect(others.isDue()).toBe(false);
  });

  it('of the last of several appends by a telling of its own, when none follows', async () => {
    const { told, others } = recording();
    others.reached(1n, true);
    others.reached(2n, false);
    others.reached(3n, false);
    expect(told).toEqual([]);
    await expect.poll(() => told).toEqual([3n]);
  });

  it('only once, where a later append tells', async () => {
    const { told, others } = recording();
    others.reached(1n, false);
    others.reached(2n, true);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(told).toEqual([]);
  });

  it('before the store is closed', async () => {
    const { told, others } = recording();
    others.reached(7n, false);
    await others.close();
    expect(told).toEqual([7n]);
  });
});
