import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Revision, StreamId } from '../../src/domain/kernel/event-store.ts';
import type { CollectionRows, MemberRow } from '../../src/projections/collection/rows.ts';
import type { ProjectionRuntime } from '../../src/projections/runtime/runtime.ts';
import {
  calendarStream,
  created,
  deleted,
  type Fixture,
  openFixture,
  stored,
  whole,
} from './fixture.ts';

let fixture: Fixture;
let runtime: ProjectionRuntime;
beforeAll(async () => {
  fixture = await openFixture();
  runtime = fixture.run('one');
});
afterAll(() => fixture.close());

type Act =
  | { readonly write: 'store' | 'delete'; readonly name: string }
  | { readonly sync: number };

const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        write: fc.constant('store' as const),
        name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        write: fc.constant('delete' as const),
        name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ sync: fc.integer({ min: 1, max: 3 }) }) },
  ),
  { maxLength: 25 },
);

/** A client as RFC 6578 wants it: one page of changes at a time, then the page's last revision as token. */
const client = (rows: CollectionRows, stream: StreamId) => {
  const copy = new Map<string, MemberRow>();
  let token: Revision = -1n;
  return {
    copy,
    /** Whether there may be more. */
    async sync(limit: number): Promise<boolean> {
      const answer = await whole(rows.changes(stream, token, limit));
      if (answer === undefined) throw new Error('no collection');
      for (const row of answer.rows) {
        if ('gone' in row) copy.delete(row.name);
        else copy.set(row.name, row);
      }
      const isTruncated = answer.rows.length === limit;
      token = isTruncated ? (answer.rows.at(-1)?.revision ?? token) : answer.collection.applied;
      return isTruncated;
    },
  };
};

const expectAgreement = async (
  rows: CollectionRows,
  settle: (stream: StreamId, at: Revision) => Promise<unknown>,
) =>
  fc.assert(
    fc.asyncProperty(acts, async (sequence) => {
      const stream = calendarStream();
      const live = new Set<string>();
      await settle(stream, await fixture.record(stream, [created()]));
      const one = client(rows, stream);
      for (const act of sequence) {
        if ('sync' in act) await one.sync(act.sync);
        else if (act.write === 'store' || live.has(act.name)) {
          const event = act.write === 'store' ? stored(act.name) : deleted(act.name);
          if (act.write === 'store') live.add(act.name);
          else live.delete(act.name);
          await settle(stream, await fixture.record(stream, [event]));
        }
      }
      while (await one.sync(2));
      const listing = await whole(rows.all(stream));
      const byName = (a: MemberRow, b: MemberRow): number => (a.name < b.name ? -1 : 1);
      expect([...one.copy.values()].toSorted(byName)).toEqual(listing?.rows.toSorted(byName));
      expect([...one.copy.keys()].toSorted()).toEqual([...live].toSorted());
    }),
    { numRuns: 30 },
  );

describe('sync tokens (RFC 6578 §3)', () => {
  test('lead any interleaving of writes and pages to what a full listing shows', () =>
    expectAgreement(fixture.model.collections, (stream, at) => runtime.seen(stream, at, 2000)));

  test('do so when every write is read before its projection', () =>
    expectAgreement(fixture.consistent(runtime), async () => undefined));
});
