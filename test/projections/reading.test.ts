import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { StreamId } from '../../src/domain/kernel/event-store.ts';
import type { CollectionId, ResourceName, Segment } from '../../src/domain/kernel/ids.ts';
import { streams } from '../../src/domain/kernel/streams.ts';
import { consistentCollectionRows } from '../../src/projections/collection/reading.ts';
import type { CollectionRows, TagRow } from '../../src/projections/collection/rows.ts';
import { consistentHome } from '../../src/projections/home/reading.ts';
import {
  account,
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

const asked = ['a', 'b', 'c', 'd', 'e', 'f', 'never'] as ResourceName[];

/** What tags promise: rows that come from the log have more. */
const tagsAlone = <Found extends { readonly rows: readonly TagRow[] }>(found: Found | undefined) =>
  found && {
    ...found,
    rows: found.rows.map(({ name, component, etag, revision, dead, classes, formerly }) => ({
      ...{ name, component, etag, revision, dead, classes, formerly },
    })),
  };

/** Everything that can be asked of a collection. */
const answers = async (rows: CollectionRows, stream: StreamId): Promise<readonly unknown[]> => [
  await whole(rows.all(stream)),
  tagsAlone(await whole(rows.tags(stream))),
  await whole(rows.allFilled(stream)),
  await whole(rows.named(stream, asked)),
  await whole(rows.named(stream, ['b', 'never'] as ResourceName[])),
  ...(await Promise.all(
    [-1n, 0n, 2n, 5n, 7n, 100n].flatMap((since) =>
      [1, 2, 3, 100].map((limit) => whole(rows.changes(stream, since, limit))),
    ),
  )),
  await rows.collections([stream, calendarStream()]),
];

/** Runs a projector until it has seen a stream's revision, then stops it. */
const project = async (stream: StreamId, revision: bigint): Promise<void> => {
  const runtime = fixture.run('one');
  expect(await runtime.seen(stream, revision, 3000)).toBe(true);
  await runtime.close();
};

describe.each([
  ['in another database', false],
  ['in the same database, its heads read along with the rows', true],
])('with the log %s,', (_where, logHere) => {
  beforeEach(async () => {
    fixture = await openFixture(undefined, logHere);
  });
  afterEach(() => fixture.close());

  describe('what is read without a projector (read your own writes)', () => {
    const early = [created(), stored('a'), stored('b'), stored('c'), deleted('c'), stored('f')];
    const tails: readonly (readonly [
      string,
      readonly (DomainEvent | { type: 'Erased'; was: string })[],
    ])[] = [
      ['changes and a new member', [stored('b'), stored('d')]],
      ['deletions', [deleted('a'), deleted('f')]],
      [
        'members deleted and stored again, in both orders',
        [deleted('a'), stored('a'), stored('e'), deleted('e'), stored('c')],
      ],
      ['nothing but an erased event', [{ type: 'Erased', was: 'CalendarObjectStored' }]],
      ['more than one page', Array.from({ length: 30 }, (_, index) => stored(`x${index}`))],
      ['the deletion of the collection', [stored('d'), { type: 'CalendarDeleted' }]],
    ];
    for (const [what, tail] of tails)
      test(`is what the rows say later, with ${what} in the tail`, async () => {
        const stream = calendarStream();
        await project(stream, await fixture.record(stream, early));
        const at = await fixture.record(stream, tail);
        const before = await answers(fixture.consistent(), stream);
        await project(stream, at);
        expect(before).toEqual(await answers(fixture.model.collections, stream));
      });

    test('is what the rows say later, with everything in the tail', async () => {
      const stream = calendarStream();
      const at = await fixture.record(stream, early);
      const before = await answers(fixture.consistent(), stream);
      await project(stream, at);
      expect(before).toEqual(await answers(fixture.model.collections, stream));
    });

    test('is nothing for a stream that does not exist', async () => {
      const rows = fixture.consistent();
      const nowhere = calendarStream();
      expect(await rows.all(nowhere)).toBeUndefined();
      expect(await rows.collections([nowhere])).toEqual(new Map());
    });

    test('shows a home with its newest entries', async () => {
      const owner = account();
      const stream = streams.home(owner);
      const add = (id: string): DomainEvent => ({
        type: 'CollectionAdded',
        collection: id as CollectionId,
        kind: 'calendar',
        segment: id as Segment,
        properties: { displayName: id },
      });
      await project(stream, await fixture.record(stream, [add('1'), add('2'), add('3')]));
      const at = await fixture.record(stream, [
        { type: 'CollectionRemoved', collection: '2' as CollectionId },
        {
          type: 'CollectionPropertiesChanged',
          collection: '3' as CollectionId,
          change: { displayName: null, order: -1, dead: new Map([['{x}y', '<y/>']]) },
        },
        add('4'),
      ]);
      const rows = consistentHome({
        rows: fixture.model.homes,
        store: fixture.store,
        codec,
        seen: async () => false,
      });
      const before = await rows.home(owner);
      expect(before.entries.map(({ segment }) => segment)).toEqual(['3', '1', '4']);
      await project(stream, at);
      expect(before).toEqual(await fixture.model.homes.home(owner));
    });
  });

  describe('what is read beside a projector', () => {
    test('is never older than the head, while eight writers write (§8)', async () => {
      const runtime = fixture.run('one');
      const rows = fixture.consistent(runtime);
      const writer = async (): Promise<void> => {
        const stream = calendarStream();
        await fixture.record(stream, [created()]);
        for (let count = 1; count <= 25; count += 1) {
          const at = await fixture.record(stream, [stored(`${count}.ics`)]);
          const all = await whole(rows.all(stream));
          expect(all?.collection.applied).toBe(at);
          expect(all?.rows.length).toBe(count);
        }
      };
      await Promise.all(Array.from({ length: 8 }, writer));
    });

    test('leaves no transaction open when it had to ask twice', async () => {
      const stream = calendarStream();
      const many = Array.from({ length: 1200 }, (_, index) => stored(`${index}`));
      await project(stream, await fixture.record(stream, [created(), ...many]));
      await fixture.record(stream, [stored('new')]);
      for (let times = 0; times < 6; times += 1)
        expect((await whole(fixture.consistent().all(stream)))?.rows.length).toBe(1201);
      const left = await fixture.consistent().allFilled(stream);
      await left?.members[Symbol.asyncIterator]().return?.();
      const { rows } = await fixture.pool.query(
        "select from pg_stat_activity where state like 'idle in transaction%'",
      );
      expect(rows.length).toBe(0);
    });
  });
});

test('a head that came with the rows is not asked for again', async () => {
  fixture = await openFixture(undefined, true);
  const stream = calendarStream();
  await project(stream, await fixture.record(stream, [created(), stored('a')]));
  const rows = consistentCollectionRows({
    rows: fixture.model.collections,
    store: { ...fixture.store, heads: () => Promise.reject(new Error('asked')) },
    codec,
    seen: async () => false,
  });
  expect((await whole(rows.all(stream)))?.rows.length).toBe(1);
  await fixture.record(stream, [stored('b')]);
  expect((await whole(rows.all(stream)))?.rows.length).toBe(2);
  await fixture.close();
});
