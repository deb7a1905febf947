import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { partitionOf } from '../../src/projections/runtime/partition.ts';
import {
  calendarStream,
  codec,
  created,
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

describe('an event that cannot be applied', () => {
  test('parks its stream and lets all others go on, within one batch', async () => {
    const [broken, fine] = [calendarStream(), calendarStream()];
    await fixture.record(broken, [created(), stored('a'), 'Broken', stored('b')]);
    const at = await fixture.record(fine, [created(), stored('a')]);
    const runtime = fixture.run('one');
    expect(await runtime.seen(fine, at, 2000)).toBe(true);
    await runtime.caughtUp();
    const left = await whole(fixture.model.collections.all(broken));
    expect(left?.collection.applied).toBe(1n);
    expect(left?.rows.map(({ name }) => name)).toEqual(['a']);
    expect(fixture.reports).toContainEqual({
      code: 'stream-parked',
      projection: 'collection',
      stream: broken,
      revision: 2n,
      message: 'Broken 1: event-undecodable',
    });
    expect(await fixture.model.audits.collection.parked()).toEqual([
      {
        stream: broken,
        revision: 2n,
        code: 'event-undecodable',
        message: 'Broken 1: event-undecodable',
      },
    ]);
    // Later events of the stream are passed over, those of others are not.
    const later = await fixture.record(broken, [stored('c')]);
    expect(await runtime.seen(fine, await fixture.record(fine, [stored('b')]), 2000)).toBe(true);
    expect(await runtime.seen(broken, later, 50)).toBe(false);
    expect((await runtime.lag())[0]).toMatchObject({ projection: 'collection', parked: 1 });
  });

  test('does so when only the database refuses it, and stays parked over a restart', async () => {
    const broken = calendarStream();
    let fine = calendarStream();
    while (partitionOf(fine) !== partitionOf(broken)) fine = calendarStream();
    const runtime = fixture.run('one');
    await fixture.record(broken, [created(), stored('a'), stored('nul\0name')]);
    const at = await fixture.record(fine, [created(), stored('a')]);
    expect(await runtime.seen(fine, at, 2000)).toBe(true);
    await runtime.close();
    const again = fixture.run('one');
    await fixture.record(broken, [stored('b')]);
    expect(await again.seen(fine, await fixture.record(fine, [stored('b')]), 2000)).toBe(true);
    const [parked] = await fixture.model.audits.collection.parked();
    expect(parked).toMatchObject({ stream: broken, revision: 2n, code: '22021' });
    expect(JSON.stringify(parked?.message)).not.toContain('nul');
    expect((await whole(fixture.model.collections.all(broken)))?.collection.applied).toBe(1n);
  });
});

describe('a fault that passes', () => {
  const passing: readonly (readonly [string, Error])[] = [
    ['a refused connection', Object.assign(new Error('no'), { code: 'ECONNREFUSED' })],
    ['a server that shuts down', Object.assign(new Error('no'), { code: '57P01' })],
    ['a connection cut off', new Error('Connection terminated unexpectedly')],
    ['an error that says nothing', new Error('?')],
  ];
  test.for(passing)('parks nothing: with %s, it is tried again', async ([, fault]) => {
    let faults = 5;
    const stream = calendarStream();
    const runtime = fixture.run('one', {
      codec: {
        open: async (recorded) => {
          faults -= 1;
          if (faults >= 0) throw fault;
          return codec.open(recorded);
        },
      },
    });
    const at = await fixture.record(stream, [created(), stored('a')]);
    expect(await runtime.seen(stream, at, 3000)).toBe(true);
    expect(await fixture.model.audits.collection.parked()).toEqual([]);
  });

  test('such as lost connections is ridden out', async () => {
    const stream = calendarStream();
    const runtime = fixture.run('one', { leaseMs: 300 });
    let at = await fixture.record(stream, [created()]);
    expect(await runtime.seen(stream, at, 2000)).toBe(true);
    for (let round = 0; round < 5; round += 1) {
      await fixture.pool.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
      );
      at = await fixture.record(stream, [stored(`${round}`), stored('x')]);
      expect(await runtime.seen(stream, at, 3000)).toBe(true);
    }
    await vi.waitFor(async () =>
      expect((await whole(fixture.model.collections.all(stream)))?.rows.length).toBe(6),
    );
    expect(await fixture.model.audits.collection.parked()).toEqual([]);
  });
});
