import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresJobs } from '../../src/adapters/jobs/jobs.ts';
import { migrateJobs } from '../../src/adapters/jobs/schema.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import { JOB_LEASE, type NewJob } from '../../src/domain/kernel/jobs.ts';
import { freshDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let pool: pg.Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 8 });
  await Promise.all([migrateJobs(pool), migrateJobs(pool), migrateJobs(pool)]);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  await pool.query('truncate jobs.jobs');
});

const jobs = () => postgresJobs({ pool });
const ada = 'ada' as AccountId;
const PAST = Date.UTC(2026, 0, 1);
const FUTURE = Date.UTC(2126, 0, 1);
const job = (key: string, changed: Partial<NewJob> = {}): NewJob => ({
  ...{ kind: 'test', key, account: ada, scope: 'calendar-1', due: PAST, note: '' },
  ...changed,
});
const claim = (limit = 100, node = 'one', kinds: readonly string[] = ['test']) =>
  jobs().claim(kinds, node, limit);
const keys = (claimed: readonly { readonly key: string }[]) => claimed.map(({ key }) => key);
const only = async () => {
  const [claimed, ...others] = await claim();
  if (claimed === undefined || others.length > 0) throw new Error('not one job');
  return claimed;
};
const runOut = () => pool.query("update jobs.jobs set leased_until = now() - interval '1 second'");

describe('jobs', () => {
  it('are handed back as they were put, once their time has come, the longest due first', async () => {
    await jobs().put([
      job('late', { due: PAST + 1000, note: 'a note' }),
      job('never', { due: FUTURE }),
      job('other', { kind: 'other' }),
      job('first'),
    ]);
    const claimed = await claim();
    expect(keys(claimed).toSorted()).toEqual(['first', 'late']);
    expect(claimed.find(({ key }) => key === 'late')).toMatchObject({
      ...job('late', { due: PAST + 1000, note: 'a note' }),
      attempt: 1,
    });
    expect(keys(await claim(1, 'one', ['other', 'test']))).toEqual(['other']);
    expect(await jobs().counts()).toEqual({ waiting: 4, due: 3 });
    expect(await jobs().dueOf('test', 'never')).toBe(FUTURE);
    expect(await jobs().dueOf('test', 'nothing')).toBeUndefined();
  });

  it('are given to one node each, however many ask', async () => {
    await jobs().put(Array.from({ length: 60 }, (_, i) => job(`${i}`)));
    const nodes = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((node) => jobs().claim(['test'], node, 10)),
    );
    const claimed = keys(nodes.flat());
    expect(new Set(claimed).size).toBe(claimed.length);
    while (claimed.length < 60) claimed.push(...keys(await claim()));
    expect(new Set(claimed).size).toBe(60);
    expect(await claim()).toEqual([]);
  });

  it('are there once for a key, and are put anew by whoever puts them', async () => {
    await Promise.all([
      jobs().put([job('one')]),
      jobs().put([job('one'), job('one', { note: 'b' })]),
    ]);
    expect(await jobs().counts()).toEqual({ waiting: 1, due: 1 });
    await jobs().put([job('one', { due: FUTURE })]);
    expect(await claim()).toEqual([]);
  });

  it('come back when a lease runs out, or the node that had them begins again', async () => {
    await jobs().put([job('one')]);
    expect((await only()).attempt).toBe(1);
    expect(await claim(1, 'two')).toEqual([]);
    await runOut();
    expect((await only()).attempt).toBe(2);
    await jobs().giveBack('two');
    expect(await claim(1, 'two')).toEqual([]);
    await jobs().giveBack('one');
    expect((await only()).attempt).toBe(3);
    expect(JOB_LEASE).toBeGreaterThan(30);
  });

  it('are settled: done, for another time, for another try, or given up', async () => {
    const box = jobs();
    await box.put([job('one')]);
    await box.settle(await only(), { kind: 'again', due: PAST + 5, note: 'more' });
    const again = await only();
    expect(again).toMatchObject({ due: PAST + 5, note: 'more', attempt: 1 });
    await box.settle(again, { kind: 'later', seconds: 3600, trouble: 'away' });
    expect(await claim()).toEqual([]);
    expect(await box.list('waiting')).toMatchObject([{ trouble: 'away', attempts: 1 }]);
    expect(await box.retry()).toBe(1);
    await box.settle(await only(), { kind: 'failed', trouble: 'broken' });
    expect(await claim()).toEqual([]);
    expect(await box.list('failed')).toMatchObject([
      { kind: 'test', scope: 'calendar-1', account: ada, state: 'failed', trouble: 'broken' },
    ]);
    expect(await box.retry()).toBe(1);
    await box.settle(await only(), { kind: 'done' });
    expect(await box.counts()).toEqual({ waiting: 0, due: 0 });
  });

  it('are not settled by who has them no more, nor when they were put anew meanwhile', async () => {
    const box = jobs();
    await box.put([job('one')]);
    const stale = await only();
    await runOut();
    const current = await only();
    await box.settle(stale, { kind: 'done' });
    expect(await box.counts()).toMatchObject({ waiting: 1 });
    await box.put([job('one', { note: 'new' })]);
    await box.settle(current, { kind: 'done' });
    expect(await only()).toMatchObject({ note: 'new', attempt: 1 });
  });

  it('are removed by key, by what they belong to, by kind, and with their account', async () => {
    const box = jobs();
    const put = () =>
      box.put([
        job('a'),
        job('b', { scope: 'calendar-2' }),
        job('c', { kind: 'other', account: 'eve' as AccountId }),
      ]);
    const left = async () =>
      (await box.list('waiting')).map(({ kind, scope }) => `${kind} ${scope}`);
    await put();
    await box.remove('test', 'a');
    expect((await left()).toSorted()).toEqual(['other calendar-1', 'test calendar-2']);
    await put();
    await box.removeAll('test', 'calendar-1');
    expect((await left()).toSorted()).toEqual(['other calendar-1', 'test calendar-2']);
    await box.removeAll('test');
    expect(await left()).toEqual(['other calendar-1']);
    await put();
    await box.purge(ada);
    expect(await left()).toEqual(['other calendar-1']);
  });

  it('that failed long ago are forgotten', async () => {
    const box = jobs();
    await box.put([job('one')]);
    await box.settle(await only(), { kind: 'failed', trouble: 'broken' });
    await box.tidy();
    expect(await box.list('failed')).toHaveLength(1);
    await pool.query("update jobs.jobs set failed_at = now() - interval '31 days'");
    await box.tidy();
    expect(await box.list('failed')).toEqual([]);
  });
});
