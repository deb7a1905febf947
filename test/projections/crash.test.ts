import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { partitionOf } from '../../src/projections/runtime/partition.ts';
import { comparisonsOf } from '../../src/projections/verify/comparisons.ts';
import { verify } from '../../src/projections/verify/verify.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { calendarStream, codec, created, type Fixture, openFixture, stored } from './fixture.ts';
import { collectionProjection } from '../../src/projections/collection/projection.ts';

const { version } = collectionProjection;

let server: TestPostgres;
let fixture: Fixture;
beforeEach(async () => {
  server = await startPostgres();
  fixture = await openFixture({ url: server.url, drop: () => server.stop() });
});
afterEach(() => fixture.close());

const crash = async (): Promise<void> => {
  await server.kill();
  await server.restart();
};

describe('a crash of the database', () => {
  test('takes rows and places back together, and the projector with them', async () => {
    const streams = Array.from({ length: 8 }, calendarStream);
    const runtime = fixture.run('one');
    await runtime.caughtUp();
    for (const stream of streams) await fixture.record(stream, [created()]);
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(
        streams.map(async (stream) => {
          for (let count = 0; count < 20; count += 1) {
            const at = await fixture.record(stream, [stored(`${round} ${count}`)]);
            expect(await runtime.seen(stream, at, 5000)).toBe(true);
          }
        }),
      );
      // The last transactions have been answered, and are not on the disk yet.
      await crash();
    }
    for (const stream of streams)
      expect(await runtime.seen(stream, await fixture.record(stream, [stored('x')]), 5000)).toBe(
        true,
      );
    const found: unknown[] = [];
    const comparisons = comparisonsOf(fixture.model.audits);
    for await (const one of verify({ store: fixture.store, codec, comparisons })) found.push(one);
    expect(found).toEqual([]);
  });

  test('ends all leases, and no epoch is given twice', async () => {
    const tables = fixture.model.writing.collection;
    const node = (id: string) => ({ id, leaseMs: 60_000, guest: false });
    const partition = partitionOf(calendarStream());
    const others = Array.from({ length: 16 }, (_, index) => index).filter((i) => i !== partition);
    const [before] = await tables.acquire(node('a'), 1, others, version);
    if (before === undefined) throw new Error('no lease');
    await crash();
    expect(await tables.apply([before], [])).toBe(false);
    expect((await tables.tend(node('a'), [before])).kept).toEqual([]);
    const [after] = await tables.acquire(node('a'), 1, others, version);
    expect(after?.epoch).toBeGreaterThan(before.epoch);
    expect(await tables.apply([before], [])).toBe(false);
    expect(await tables.apply(after === undefined ? [] : [after], [])).toBe(true);
  });
});
