import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StreamId } from '../../src/domain/kernel/event-store.ts';
import { collectionProjection } from '../../src/projections/collection/projection.ts';
import { nameOf } from '../../src/projections/runtime/faults.ts';
import { projected } from '../../src/projections/runtime/projector.ts';
import { rebuild } from '../../src/projections/runtime/rebuild.ts';
import { comparisonsOf } from '../../src/projections/verify/comparisons.ts';
import { verify } from '../../src/projections/verify/verify.ts';
import {
  calendarStream,
  codec,
  created,
  deleted,
  type Fixture,
  openFixture,
  stored,
  whole,
} from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

const findings = async (): Promise<readonly unknown[]> => {
  const comparisons = comparisonsOf(fixture.model.audits);
  const found: unknown[] = [];
  for await (const one of verify({ store: fixture.store, codec, comparisons })) found.push(one);
  return found;
};

const schemas = async (): Promise<readonly string[]> => {
  const { rows } = await fixture.pool.query<{ nspname: string }>(
    "select nspname from pg_namespace where nspname ~ '^(collection|home|account)' order by 1",
  );
  return rows.map(({ nspname }) => nspname);
};

/** Writes on, one event at a time, until told to stop; each must be seen. */
const writing = (
  streams: readonly StreamId[],
  seen: (stream: StreamId, at: bigint) => Promise<boolean>,
) => {
  let isDone = false;
  const write = async (stream: StreamId): Promise<number> => {
    let count = 0;
    while (!isDone) {
      const event = count % 3 === 2 ? deleted(`${count - 1}`) : stored(`${count}`);
      expect(await seen(stream, await fixture.record(stream, [event]))).toBe(true);
      count += 1;
    }
    return count;
  };
  const all = streams.map(write);
  return {
    stop: async (): Promise<number> => {
      isDone = true;
      return (await Promise.all(all)).reduce((a, b) => a + b, 0);
    },
  };
};

describe('a rebuild', () => {
  const streams = Array.from({ length: 6 }, calendarStream);

  const started = async () => {
    const runtime = fixture.run('one', { leaseMs: 600 });
    for (const stream of streams) {
      const events = Array.from({ length: 200 }, (_, index) => stored(`old ${index}`));
      const at = await fixture.record(stream, [created(), ...events]);
      expect(await runtime.seen(stream, at, 5000)).toBe(true);
    }
    return runtime;
  };

  test('repairs the rows beside writers that lose nothing and notice nothing', async () => {
    const runtime = await started();
    await fixture.pool.query("update collection.members set etag = 'wrong' where name = 'old 7'");
    const writers = writing(streams, (stream, at) => runtime.seen(stream, at, 5000));
    const progress: number[] = [];
    const { events } = await fixture.rebuild('collection', {
      onProgress: (done) => progress.push(done),
    });
    await writers.stop();
    expect(events).toBeGreaterThanOrEqual(6 * 201);
    expect(progress.at(-1)).toBe(events);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(await findings()).toEqual([]);
    expect(await schemas()).toEqual(['account', 'collection', 'home']);
  });

  test('by another process hands the server new tables without a restart', async () => {
    const runtime = await started();
    const model = fixture.anotherModel();
    const other = projected(collectionProjection, model.writing.collection);
    const writers = writing(streams, (stream, at) => runtime.seen(stream, at, 5000));
    const report = (): void => undefined;
    await rebuild({ projection: other, store: fixture.store, codec, report });
    await rebuild({ projection: other, store: fixture.store, codec, report });
    expect(await writers.stop()).toBeGreaterThan(0);
    expect(await findings()).toEqual([]);
  });

  test('hands an idle server new tables, too', async () => {
    const runtime = await started();
    const tables = async (): Promise<unknown> =>
      (await fixture.pool.query("select 'collection.checkpoints'::regclass::oid")).rows[0];
    const old = await tables();
    await fixture.rebuild('collection');
    expect(await tables()).not.toEqual(old);
    await vi.waitFor(async () => {
      const taken = await fixture.pool.query('select distinct holder from collection.checkpoints');
      expect(taken.rows).toEqual([{ holder: 'one' }]);
    }, 15_000);
    const [stream] = streams;
    if (stream === undefined) throw new Error('no stream');
    expect(await runtime.seen(stream, await fixture.record(stream, [stored('x')]), 15_000)).toBe(
      true,
    );
  });

  test('that is interrupted leaves the live rows as they were, and can be run again', async () => {
    await started();
    const abort = new AbortController();
    const interrupted = fixture.rebuild('collection', {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(interrupted).rejects.toThrow();
    expect(await findings()).toEqual([]);
    expect((await fixture.rebuild('collection')).events).toBe(6 * 201);
    expect(await findings()).toEqual([]);
  });

  test('that died half-way is no obstacle to the next', async () => {
    await started();
    await fixture.pool.query(
      'create schema collection_next; create table collection_next.about (x int)',
    );
    await fixture.rebuild('collection');
    expect(await findings()).toEqual([]);
  });

  test('waits for one that is under way, of the same projection only', async () => {
    await started();
    const both = await Promise.all([
      fixture.rebuild('collection'),
      fixture.rebuild('collection'),
      fixture.rebuild('home'),
      fixture.rebuild('account'),
    ]);
    expect(both.map(({ projection }) => projection)).toEqual([
      'collection',
      'collection',
      'home',
      'account',
    ]);
    expect(await findings()).toEqual([]);
  });

  test('does not wait for who still reads a long listing, which ends in an error or whole', async () => {
    const runtime = await started();
    const [stream] = streams;
    if (stream === undefined) throw new Error('no stream');
    const more = Array.from({ length: 2500 }, (_, index) => stored(`more ${index}`));
    const at = await fixture.record(stream, more);
    expect(await runtime.seen(stream, at, 5000)).toBe(true);
    const begun = async () => {
      const listing = await fixture.model.collections.all(stream);
      const pages = listing?.members[Symbol.asyncIterator]();
      await pages?.next();
      return pages;
    };
    const [one, other] = [await begun(), await begun()];
    await fixture.rebuild('collection');
    expect((await whole(fixture.model.collections.all(stream)))?.rows.length).toBe(2700);
    // Never a part that looks like the whole: what is missing would be deleted, to a client.
    let count = 1000;
    const rest = async (): Promise<number> => {
      for (let step = await one?.next(); step?.done === false; step = await one?.next())
        count += step.value.length;
      return count;
    };
    const outcome = await rest().catch(nameOf);
    expect([2700, 'tables-exchanged']).toContain(outcome);
    await other?.return?.();
    const { rows } = await fixture.pool.query(
      "select from pg_stat_activity where state like 'idle in transaction%'",
    );
    expect(rows.length).toBe(0);
  });
});

describe('tables of another version', () => {
  test('are rebuilt at start before the node is called caught up', async () => {
    const first = fixture.run('one');
    const stream = calendarStream();
    expect(
      await first.seen(stream, await fixture.record(stream, [created(), stored('a')]), 2000),
    ).toBe(true);
    await first.close();
    await fixture.pool.query(
      'update collection.about set version = 0; delete from collection.members',
    );
    const runtime = fixture.run('one', {
      leaseMs: 300,
      projections: [projected(collectionProjection, fixture.model.writing.collection)],
    });
    expect(runtime.isCaughtUp()).toBe(false);
    await runtime.caughtUp();
    expect((await whole(fixture.model.collections.all(stream)))?.rows.length).toBe(1);
    // The projectors may see the new tables a moment before the rebuild has said so.
    await expect
      .poll(() => fixture.reports, { timeout: 5000 })
      .toContainEqual({ code: 'projection-rebuilt', projection: 'collection', events: 2 });
    const { rows } = await fixture.pool.query('select version from collection.about');
    expect(rows).toEqual([{ version: collectionProjection.version }]);
    expect(await runtime.seen(stream, await fixture.record(stream, [stored('b')]), 2000)).toBe(
      true,
    );
  });
});
