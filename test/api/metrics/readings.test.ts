import { expect, it } from 'vitest';
import { readings, type ReadingParts } from '../../../src/api/metrics/readings.ts';

const still: ReadingParts = {
  version: '1',
  runtime: {
    lag: async () => [{ projection: 'collection', held: 16, behind: 0, parked: 0 }],
    pending: () => ({ events: 0, oldest: undefined, subscribed: true }),
    waits: () => ({ rows: 0, changes: 2 }),
  },
  healthy: async () => true,
  mailsWaiting: async () => 3,
  jobs: async () => ({ waiting: 2, due: 1 }),
  caches: () => [{ cache: 'calendar', entries: 1, members: 7 }],
  pool: () => ({ busy: 1, idle: 2, waiting: 0 }),
};

const valuesOf = async (ask: ReturnType<typeof readings>): Promise<ReadonlyMap<string, number>> =>
  new Map((await ask()).map(({ name, labels, value }) => [[name, ...labels].join(' '), value]));

it('a node that has projected everything is 0 seconds behind', async () => {
  const values = await valuesOf(readings(still));
  expect(values.get('daybook_projection_lag_seconds')).toBe(0);
  expect(values.get('daybook_log_up')).toBe(1);
  expect(values.get('daybook_waits_open changes')).toBe(2);
  expect(values.get('daybook_mails_waiting')).toBe(3);
  expect(values.get('daybook_cache_members calendar')).toBe(7);
});

it('a node is as many seconds behind as its oldest event is old', async () => {
  const oldest = new Date(Date.now() - 90_000).toISOString();
  const pending = () => ({ events: 3, oldest, subscribed: true });
  const values = await valuesOf(readings({ ...still, runtime: { ...still.runtime, pending } }));
  expect(values.get('daybook_projection_lag_seconds')).toBeGreaterThanOrEqual(90);
  expect(values.get('daybook_projection_lag_events')).toBe(3);
});

it('a node that cannot ask the log is behind for as long as it could not', async () => {
  const lag = async (): Promise<never> => {
    throw new Error('gone');
  };
  const runtime = { ...still.runtime, lag };
  const ask = readings({ ...still, healthy: async () => false, runtime });
  await ask();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const values = await valuesOf(ask);
  expect(values.get('daybook_log_up')).toBe(0);
  expect(values.get('daybook_projection_lag_seconds')).toBeGreaterThan(0.01);
  expect(values.has('daybook_projection_partitions collection held')).toBe(false);
});
