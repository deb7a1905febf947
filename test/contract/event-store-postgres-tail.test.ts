import { describe, expect, it } from 'vitest';
import { positionOf } from '../../src/adapters/postgres/rows.ts';
import { logTail } from '../../src/adapters/postgres/tail.ts';
import type { Recorded } from '../../src/domain/kernel/event-store.ts';
import { envelope, newStream } from './event-store/samples.ts';

const at = (number: bigint): Recorded => ({
  ...envelope(),
  stream: newStream(),
  revision: 0n,
  position: positionOf(number),
});

describe('The end of the PostgreSQL log (ADR 0004)', () => {
  it('hands a batch to whoever stands right before it, without a look at the table', () => {
    const tail = logTail();
    const standing = tail.stand(100n);
    const batch = [at(101n), at(102n)];
    tail.committed(101n, 102n, () => batch);
    expect(standing.take()).toEqual(batch);
    expect(standing.at).toBe(102n);
    expect(standing.behind()).toBe(false);
  });

  it('leaves to the table what follows a batch that was not handed over', () => {
    const tail = logTail();
    const standing = tail.stand(100n);
    tail.committed(102n, 102n, () => [at(102n)]);
    expect(standing.take()).toEqual([]);
    expect(standing.at).toBe(100n);
    expect(standing.behind()).toBe(true);
  });

  it('hands nothing over to whoever reads the table, which may hold the batch already', () => {
    const tail = logTail();
    const standing = tail.stand(100n);
    // Another node's 102 is heard of before the answer to our own 101.
    tail.reaches(102n);
    standing.reading();
    tail.committed(101n, 101n, () => [at(101n)]);
    standing.moved(102n);
    expect(standing.take()).toEqual([]);
    expect(standing.behind()).toBe(false);
  });

  it('keeps only so much in memory for a subscriber that is busy', () => {
    const tail = logTail();
    const standing = tail.stand(0n);
    for (let number = 1n; number <= 5_000n; number += 1n)
      tail.committed(number, number, () => [at(number)]);
    const handed = standing.take();
    expect(handed).toHaveLength(2_000);
    expect(standing.at).toBe(2_000n);
    expect(standing.behind()).toBe(true);
  });

  it('keeps only so many octets in memory for a subscriber that is busy', () => {
    const tail = logTail();
    const standing = tail.stand(0n);
    const payload = new Uint8Array(64 * 1024);
    for (let number = 1n; number <= 200n; number += 1n)
      tail.committed(number, number, () => [{ ...at(number), payload }]);
    expect(standing.take()).toHaveLength(64);
    expect(standing.at).toBe(64n);
    expect(standing.behind()).toBe(true);
  });

  it('does not build events that nobody stands before', () => {
    const tail = logTail();
    tail.stand(3n);
    tail.committed(101n, 101n, () => {
      throw new Error('asked for');
    });
    expect(tail.watched()).toBe(true);
  });
});
