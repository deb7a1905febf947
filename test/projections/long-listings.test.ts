import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StreamId } from '../../src/domain/kernel/event-store.ts';
import type { ResourceName } from '../../src/domain/kernel/ids.ts';
import type { ReadModel } from '../../src/adapters/readmodel/read-model.ts';
import type { MemberRow } from '../../src/projections/collection/rows.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { calendarStream, created, type Fixture, openFixture, stored, whole } from './fixture.ts';

let server: TestPostgres;
let fixture: Fixture;
beforeEach(async () => {
  server = await startPostgres();
  fixture = await openFixture({ url: server.url, drop: () => server.stop() });
});
afterEach(() => fixture.close());

/** More than one page of them, so that a listing keeps a connection until it is read. */
const MANY = 2500;

/** A projected collection of many members. */
const filledCalendar = async (): Promise<StreamId> => {
  const stream = calendarStream();
  await fixture.record(stream, [created()]);
  const at = await fixture.record(
    stream,
    Array.from({ length: MANY }, (_, index) => stored(`${index}.ics`)),
  );
  const runtime = fixture.run('one');
  expect(await runtime.seen(stream, at, 10_000)).toBe(true);
  await runtime.close();
  // Rows are not flushed as they are written (the log would give them again), and nothing projects any more.
  await fixture.pool.query('checkpoint');
  return stream;
};

const openTransactions = async (): Promise<number> => {
  const { rows } = await fixture.pool.query(
    "select from pg_stat_activity where state like 'idle in transaction%'",
  );
  return rows.length;
};

describe('a long listing', () => {
  test('fails, and nothing else does, when the database dies between two pages', async () => {
    const stream = await filledCalendar();
    const listing = (await fixture.model.collections.all(stream))?.members[Symbol.asyncIterator]();
    expect((await listing?.next())?.done).toBe(false);
    await server.kill();
    await server.restart();
    // The page that was asked for while the first was read may have come; none after it does.
    const rest = async (): Promise<void> => {
      while ((await listing?.next())?.done === false);
    };
    await expect(rest()).rejects.toThrow('the read model does not answer');
    await expect
      .poll(async () => (await whole(fixture.model.collections.all(stream)))?.rows.length, {
        timeout: 15_000,
      })
      .toBe(MANY);
  });

  test('may ask for octets page by page, however many listings do', async () => {
    const stream = await filledCalendar();
    const rows = fixture.consistent();
    const read = async (): Promise<number> => {
      let octets = 0;
      for await (const page of (await rows.changes(stream, 0n, 1_000_000))?.members ?? []) {
        const names: readonly ResourceName[] = page.map(({ name }) => name);
        octets += (await whole(rows.named(stream, names)))?.rows.length ?? 0;
      }
      return octets;
    };
    expect(await Promise.all(Array.from({ length: 6 }, read))).toEqual(Array(6).fill(MANY));
  });

  /** As many listings of a collection as there are connections for them, of which only a page was read. */
  const stalled = async (model: ReadModel, stream: StreamId) => {
    const listings = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const members = (await model.collections.all(stream))?.members[Symbol.asyncIterator]();
        const first = await members?.next();
        if (members === undefined || first?.done !== false) throw new Error('no listing');
        return { members, first: first.value };
      }),
    );
    // The pages after the first have come.
    await expect.poll(openTransactions, { timeout: 10_000 }).toBe(4);
    return listings;
  };

  /** Changes a member, and waits until the tables show it. */
  const change = async (stream: StreamId): Promise<bigint> => {
    const at = await fixture.record(stream, [stored('7.ics')]);
    expect(await fixture.run('two').seen(stream, at, 10_000)).toBe(true);
    return at;
  };

  const restOf = async (
    members: AsyncIterator<readonly MemberRow[]>,
  ): Promise<readonly MemberRow[]> => {
    const rows: MemberRow[] = [];
    for await (const page of { [Symbol.asyncIterator]: () => members }) rows.push(...page);
    return rows;
  };

  test('lets others go on while its reader takes nothing, and then goes on itself', async () => {
    const stream = await filledCalendar();
    const model = fixture.anotherModel({ idleMs: 100 });
    const listings = await stalled(model, stream);
    expect((await whole(model.collections.all(stream)))?.rows.length).toBe(MANY);
    for (const { members, first } of listings) {
      const rows = [...first, ...(await restOf(members))];
      expect(rows.length).toBe(MANY);
      expect(new Set(rows.map(({ name }) => name)).size).toBe(MANY);
    }
    expect(await openTransactions()).toBe(0);
  });

  test('fails where it let others go on and its collection changed meanwhile', async () => {
    const stream = await filledCalendar();
    const model = fixture.anotherModel({ idleMs: 100 });
    const listings = await stalled(model, stream);
    expect((await whole(model.collections.all(stream)))?.rows.length).toBe(MANY);
    await change(stream);
    // One of them was enough for whoever waited; the others may have kept their snapshots.
    const ends = await Promise.all(
      listings.map(({ members }) =>
        restOf(members).then(
          (rows) => rows.length,
          (error: unknown) => (error as { readonly code?: unknown }).code,
        ),
      ),
    );
    expect(ends).toContain('listing-too-slow');
    expect(ends.filter((end) => end !== 'listing-too-slow' && end !== MANY - 1000)).toEqual([]);
    expect(await openTransactions()).toBe(0);
  });

  test('keeps its connection, and so its snapshot, while nobody waits for it', async () => {
    const stream = await filledCalendar();
    const model = fixture.anotherModel({ idleMs: 1 });
    const [listing, ...others] = await stalled(model, stream);
    if (listing === undefined) throw new Error('no listing');
    const at = await change(stream);
    const revisions = (await restOf(listing.members)).map(({ revision }) => revision);
    expect(revisions.length).toBe(MANY - 1000);
    expect(revisions).not.toContain(at);
    for (const { members } of others) await members.return?.();
    expect(await openTransactions()).toBe(0);
  });

  test('gives its connection back where the tail deletes the collection', async () => {
    const stream = await filledCalendar();
    await fixture.record(stream, [{ type: 'CalendarDeleted' }]);
    const gone = await fixture.consistent().all(stream);
    expect(gone?.collection.status).toBe('deleted');
    // Whoever sees this status need not look at the members.
    expect(await openTransactions()).toBe(0);
  });

  test('gives its connection back where the old rows of the tail cannot be read', async () => {
    const stream = await filledCalendar();
    await fixture.record(stream, [stored('7.ics')]);
    const failing = fixture.consistent(undefined, {
      earlier: () => Promise.reject(new Error('not now')),
    });
    await expect(failing.all(stream)).rejects.toThrow('not now');
    expect(await openTransactions()).toBe(0);
  });
});
