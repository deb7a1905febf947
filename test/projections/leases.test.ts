import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StreamId } from '../../src/domain/kernel/event-store.ts';
import { partitionOf } from '../../src/projections/runtime/partition.ts';
import type { ProjectionRuntime } from '../../src/projections/runtime/runtime.ts';
import type { Lease, Place } from '../../src/projections/runtime/writing.ts';
import {
  calendarStream,
  codec,
  created,
  type Fixture,
  openFixture,
  stored,
  whole,
} from './fixture.ts';
import { stepsOf } from '../../src/projections/runtime/steps.ts';
import { collectionProjection } from '../../src/projections/collection/projection.ts';

const { version } = collectionProjection;

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

const node = (id: string, leaseMs = 60_000) => ({ id, leaseMs, guest: false });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const steps = async (stream: StreamId) => {
  const recorded = [];
  for await (const batch of fixture.store.read(stream, 0n)) recorded.push(...batch);
  return stepsOf(collectionProjection, codec, recorded);
};

const held = async (runtime: ProjectionRuntime): Promise<readonly number[]> =>
  (await runtime.lag()).map((one) => one.held);

describe('a lease', () => {
  const places = async (): Promise<unknown> =>
    (await fixture.pool.query('select partition, place from collection.checkpoints order by 1'))
      .rows;

  test('that was lost writes nothing: no rows, no place', async () => {
    const tables = fixture.model.writing.collection;
    const [early, late] = [calendarStream(), calendarStream()];
    await fixture.record(early, [created(), stored('a')]);
    await fixture.record(late, [created(), stored('a')]);
    const mine = await tables.acquire(node('old', 1), 16, [], version);
    expect(mine.length).toBe(16);
    const leaseOf = (stream: StreamId): Lease => {
      const lease = mine.find(({ partition }) => partition === partitionOf(stream));
      if (lease === undefined) throw new Error('no lease');
      return { ...lease, place: '5' as Place };
    };
    expect(await tables.apply([leaseOf(early)], await steps(early))).toBe(true);
    await pause(5);
    const taken = await tables.acquire(
      node('new'),
      1,
      range(16).filter((one) => one !== partitionOf(late)),
      version,
    );
    expect(taken.map(({ partition }) => partition)).toEqual([partitionOf(late)]);
    const before = await places();
    expect(await tables.apply([leaseOf(late)], await steps(late))).toBe(false);
    // One that is held does not help one that is not.
    const both = [leaseOf(early), leaseOf(late)].map((lease) => ({
      ...lease,
      place: '9' as Place,
    }));
    if (partitionOf(early) !== partitionOf(late))
      expect(await tables.apply(both, [...(await steps(early)), ...(await steps(late))])).toBe(
        false,
      );
    expect(await fixture.model.collections.all(late)).toBeUndefined();
    expect(await places()).toEqual(before);
    const parked = { stream: late, revision: 0n, code: 'x', message: 'x' };
    expect(await tables.park(leaseOf(late), parked)).toBe(false);
    expect(await tables.parked()).toEqual([]);
  });

  test('is not given while another holds it, nor for tables of another version', async () => {
    const tables = fixture.model.writing.collection;
    expect(await tables.acquire(node('a'), 10, [], version + 1)).toEqual([]);
    expect((await tables.acquire(node('a'), 10, [], version)).length).toBe(10);
    expect((await tables.acquire(node('b'), 16, [], version)).length).toBe(6);
    expect(await tables.acquire(node('c'), 16, [], version)).toEqual([]);
    expect((await tables.acquire(node('a'), 16, [], version)).length).toBe(10);
  });
});

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('nodes', () => {
  const leaseMs = 400;
  const everyStream = async (runtime: ProjectionRuntime, count = 40): Promise<void> => {
    const streams = range(count).map(() => calendarStream());
    const seen = streams.map(async (stream) =>
      runtime.seen(stream, await fixture.record(stream, [created(), stored('a')]), 3000),
    );
    expect(await Promise.all(seen)).not.toContain(false);
  };

  test('share the partitions equally, and one takes over when the other stops', async () => {
    const one = fixture.run('one', { leaseMs });
    await one.caughtUp();
    expect(await held(one)).toEqual([16, 16, 16]);
    await everyStream(one);
    const model = fixture.anotherModel();
    const two = fixture.run('two', { leaseMs, projections: fixture.projections(model) });
    await vi.waitFor(async () => {
      expect(await held(one)).toEqual([8, 8, 8]);
      expect(await held(two)).toEqual([8, 8, 8]);
    }, 3000);
    await everyStream(one);
    await everyStream(two);
    await one.close();
    await vi.waitFor(async () => expect(await held(two)).toEqual([16, 16, 16]), 3000);
    await everyStream(two);
  });

  test('take over from one that died, after its lease', async () => {
    const mortal = fixture.mortal();
    const one = fixture.run('one', { leaseMs, projections: mortal.projections });
    await one.caughtUp();
    const two = fixture.run('two', { leaseMs });
    await vi.waitFor(async () => expect(await held(two)).toEqual([8, 8, 8]), 3000);
    mortal.die();
    await everyStream(two);
    await vi.waitFor(async () => expect(await held(two)).toEqual([16, 16, 16]), 5000);
  });

  test('that restart under their name do not wait for their own lease', async () => {
    const mortal = fixture.mortal();
    const one = fixture.run('one', { projections: mortal.projections });
    await one.caughtUp();
    mortal.die();
    const again = fixture.run('one');
    await vi.waitFor(async () => expect(await held(again)).toEqual([16, 16, 16]), 1000);
    await everyStream(again);
  });

  test('that are guests work alone, and leave everything to a node that comes', async () => {
    const guest = fixture.run('guest', { leaseMs, guest: true });
    await guest.caughtUp();
    expect(await held(guest)).toEqual([16, 16, 16]);
    await everyStream(guest);
    const one = fixture.run('one', { leaseMs });
    await vi.waitFor(async () => expect(await held(one)).toEqual([16, 16, 16]), 3000);
    expect(await held(guest)).toEqual([0, 0, 0]);
    await everyStream(guest);
  });

  test('tell those who watch a stream, whoever writes its rows', async () => {
    const one = fixture.run('one', { leaseMs });
    const two = fixture.run('two', { leaseMs });
    await vi.waitFor(async () => expect(await held(two)).toEqual([8, 8, 8]), 3000);
    const stream = calendarStream();
    const told: string[] = [];
    const ends = [one, two].map((runtime, index) =>
      runtime.watch(stream, (revision) => told.push(`${index} ${revision}`)),
    );
    await fixture.record(stream, [created()]);
    await vi.waitFor(() => expect(told.toSorted()).toEqual(['0 0', '1 0']), 2000);
    for (const end of ends) end();
    const at = await fixture.record(stream, [stored('a')]);
    expect(await two.seen(stream, at, 2000)).toBe(true);
    expect(told.length).toBe(2);
  });
});

describe('a restart', () => {
  test('goes on where the last one was dropped, between two batches', async () => {
    const stream = calendarStream();
    for (let round = 0; round < 4; round += 1) {
      const mortal = fixture.mortal();
      const runtime = fixture.run('one', { projections: mortal.projections });
      const events = range(300).map((index) => stored(`${round}-${index}`));
      await fixture.record(stream, round === 0 ? [created(), ...events] : events);
      if (round % 2 === 0) await runtime.seen(stream, BigInt(round * 300 + 100), 2000);
      // No goodbye: in the middle of whatever it does.
      mortal.die();
    }
    const last = fixture.run('one');
    expect(await last.seen(stream, 1200n, 3000)).toBe(true);
    const all = await whole(fixture.model.collections.all(stream));
    expect(all?.rows.length).toBe(1200);
    expect(new Set(all?.rows.map(({ revision }) => revision)).size).toBe(1200);
  });

  test('does not read again what idle partitions have passed', async () => {
    const stream = calendarStream();
    const one = fixture.run('one', { leaseMs: 150 });
    const at = await fixture.record(stream, [created(), ...range(50).map((i) => stored(`${i}`))]);
    expect(await one.seen(stream, at, 2000)).toBe(true);
    const end = await fixture.store.end();
    await vi.waitFor(async () => {
      const { rows } = await fixture.pool.query(
        'select distinct place from collection.checkpoints union select place from home.checkpoints',
      );
      expect(rows).toEqual([{ place: end }]);
    }, 2000);
    await one.close();
    const after: unknown[] = [];
    const two = fixture.run('two', {
      store: {
        ...fixture.store,
        subscribe: (place, signal) => {
          after.push(place);
          return fixture.store.subscribe(place, signal);
        },
      },
    });
    await two.caughtUp();
    expect(after).toEqual([end]);
  });
});
