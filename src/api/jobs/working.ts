import {
  type ClaimedJob,
  JOB_TRIES,
  type JobOutcome,
  type Jobs,
  untilNextJobTry,
} from '../../domain/kernel/jobs.ts';
import { isPassing, nameOf } from '../../projections/runtime/faults.ts';
import { inRounds } from '../in-rounds.ts';
import type { Log } from '../log.ts';
import type { Meter } from '../metrics/meter.ts';

/** What does one kind of job. */
export interface Worker {
  readonly kind: string;
  /** Whether it is done now; jobs wait while it is not. */
  wanted(): boolean;
  /** @throws what passes is tried again, anything else too, some times; then the job is given up. */
  work(job: ClaimedJob): Promise<Extract<JobOutcome, { kind: 'done' | 'again' }>>;
}

interface WorkingParts {
  readonly jobs: Jobs;
  readonly workers: readonly Worker[];
  /** The same after a restart, and no other process's. */
  readonly node: string;
  readonly log: Log;
  readonly meter: Meter;
  /** Between looks for jobs that are due, in ms. */
  readonly every?: number;
}

const TOGETHER = 16;

/** Does jobs when they are due, some at a time, until it is closed. Nodes share the work. */
export const working = (parts: WorkingParts): { wake(): void; close(): Promise<void> } => {
  const { jobs, workers, node, log, meter, every = 5000 } = parts;
  const tried = async (worker: Worker, job: ClaimedJob): Promise<JobOutcome> => {
    try {
      return await worker.work(job);
    } catch (error) {
      const trouble = nameOf(error);
      const { kind, attempt } = job;
      if (!isPassing(error) && attempt >= JOB_TRIES) {
        log('job-given-up', { kind, attempt, cause: trouble });
        return { kind: 'failed', trouble };
      }
      log('job-delayed', { kind, attempt, cause: trouble });
      return { kind: 'later', seconds: untilNextJobTry(attempt), trouble };
    }
  };

  const attend = async (job: ClaimedJob): Promise<void> => {
    const worker = workers.find(({ kind }) => kind === job.kind);
    if (worker === undefined) return;
    const outcome = await tried(worker, job);
    await jobs.settle(job, outcome);
    meter.count('daybook_jobs_total', job.kind, outcome.kind);
  };

  const rounds = inRounds<ClaimedJob>({
    begin: () => jobs.giveBack(node),
    claim: async () => {
      const kinds = workers.filter((worker) => worker.wanted()).map(({ kind }) => kind);
      return kinds.length === 0 ? [] : jobs.claim(kinds, node, TOGETHER);
    },
    attend,
    tidy: jobs.tidy,
    trouble: (error) => log('jobs-trouble', { cause: nameOf(error) }),
    every,
  });
  return { wake: rounds.wake, close: rounds.stop };
};
