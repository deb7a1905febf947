import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Worker, working } from '../../../src/api/jobs/working.ts';
import { silentMeter } from '../../../src/api/metrics/meter.ts';
import { StoreUnavailable } from '../../../src/domain/kernel/event-store.ts';
import type { AccountId } from '../../../src/domain/kernel/ids.ts';
import {
  type ClaimedJob,
  JOB_TRIES,
  type JobOutcome,
  type Jobs,
  untilNextJobTry,
} from '../../../src/domain/kernel/jobs.ts';
import type { Logged } from '../../support/dav.ts';

const due: ClaimedJob[] = [];
const settled: JobOutcome[] = [];
const [logged, asked]: [Logged['code'][], (readonly string[])[]] = [[], []];
let claiming: () => Promise<void> = async () => undefined;
let running: { wake(): void; close(): Promise<void> } | undefined;

const nothing = async (): Promise<never> => {
  throw new Error('nobody asks this');
};
const jobs: Jobs = {
  ...{ put: nothing, dueOf: nothing, remove: nothing, removeAll: nothing, counts: nothing },
  ...{ list: nothing, retry: nothing, purge: nothing },
  giveBack: async () => undefined,
  tidy: async () => undefined,
  async claim(kinds, _, limit) {
    await claiming();
    asked.push(kinds);
    return due.splice(0, limit);
  },
  async settle(_, outcome) {
    settled.push(outcome);
  },
};
const job = (attempt = 1): ClaimedJob => ({
  ...{ kind: 'test', key: 'one', account: 'ada' as AccountId, scope: 's', due: 0, note: '' },
  ...{ attempt, turn: attempt },
});
const start = (work: Worker['work'], wanted = true): void => {
  const worker: Worker = { kind: 'test', wanted: () => wanted, work };
  const log = (code: Logged['code']): void => {
    logged.push(code);
  };
  running = working({ jobs, workers: [worker], node: 'n', log, meter: silentMeter, every: 5 });
};
const expectSettled = (wanted: readonly Partial<JobOutcome>[]) =>
  expect.poll(() => settled, { timeout: 10_000, interval: 5 }).toMatchObject(wanted);

beforeEach(() => {
  for (const list of [due, settled, logged, asked]) list.length = 0;
  claiming = async () => undefined;
});
afterEach(() => running?.close());

describe('doing jobs', () => {
  it('settles them with what their worker says', async () => {
    due.push(job());
    start(async () => ({ kind: 'again', due: 7, note: 'n' }));
    await expectSettled([{ kind: 'again', due: 7, note: 'n' }]);
  });

  it('tries those again that fail, less and less often, and gives up in the end', async () => {
    due.push(job(1), job(JOB_TRIES - 1), job(JOB_TRIES));
    start(async () => {
      throw new TypeError('broken');
    });
    await expectSettled([
      { kind: 'later', seconds: 5, trouble: 'TypeError' },
      { kind: 'later', seconds: untilNextJobTry(JOB_TRIES - 1) },
      { kind: 'failed', trouble: 'TypeError' },
    ]);
    expect(logged.toSorted()).toEqual(['job-delayed', 'job-delayed', 'job-given-up']);
    expect(untilNextJobTry(1000)).toBe(3600);
  });

  it('does not give up for what passes by itself', async () => {
    due.push(job(JOB_TRIES * 10));
    start(async () => {
      throw new StoreUnavailable('away');
    });
    await expectSettled([{ kind: 'later', seconds: 3600 }]);
  });

  it('leaves those that are not wanted', async () => {
    start(async () => ({ kind: 'done' }), false);
    running?.wake();
    await running?.close();
    expect(asked).toEqual([]);
  });

  it('goes on after trouble with the table', async () => {
    let tries = 0;
    claiming = async () => {
      tries += 1;
      if (tries < 3) throw new StoreUnavailable('away');
    };
    due.push(job());
    start(async () => ({ kind: 'done' }));
    await expectSettled([{ kind: 'done' }]);
    expect(logged).toEqual(['jobs-trouble', 'jobs-trouble']);
  });

  it('is closed once what is under way is settled', async () => {
    let finish = (): void => undefined;
    let begun = false;
    due.push(job());
    start(
      () =>
        new Promise((resolve) => {
          begun = true;
          finish = () => resolve({ kind: 'done' });
        }),
    );
    await expect.poll(() => begun, { timeout: 10_000, interval: 5 }).toBe(true);
    const closed = running?.close();
    finish();
    await closed;
    expect(settled).toEqual([{ kind: 'done' }]);
  });
});
