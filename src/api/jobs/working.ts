import {
  type ClaimedJob,
  JOB_TRIES,
  type JobOutcome,
  type Jobs,
  untilNextJobTry,
} from '../../domain/kernel/jobs.ts';
import { isPassing, nameOf, pause } from '../../projections/runtime/faults.ts';
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
/** Looks between removals of what failed long ago. */
const TIDY = 1000;

/** Does jobs when they are due, some at a time, until it is closed. Nodes share the work. */
export const working = (parts: WorkingParts): { wake(): void; close(): Promise<void> } => {
  const { jobs, workers, node, log, meter, every = 5000 } = parts;
  const stop = new AbortController();
  const { signal } = stop;
  let look = new AbortController();

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

  const workOff = async (): Promise<void> => {
    for (;;) {
      const kinds = workers.filter((worker) => worker.wanted()).map(({ kind }) => kind);
      const due =
        signal.aborted || kinds.length === 0 ? [] : await jobs.claim(kinds, node, TOGETHER);
      if (due.length === 0) return;
      // One that could not be settled is claimed again when its lease has run out.
      await Promise.all(due.map((job) => attend(job).catch(trouble)));
    }
  };

  const trouble = (error: unknown): void => log('jobs-trouble', { cause: nameOf(error) });

  const run = async (): Promise<void> => {
    let begun = false;
    for (let round = 0; !signal.aborted; round += 1) {
      try {
        if (!begun) await jobs.giveBack(node);
        begun = true;
        look = new AbortController();
        await workOff();
        if (round % TIDY === 0) await jobs.tidy();
      } catch (error) {
        trouble(error);
      }
      await pause(every, AbortSignal.any([signal, look.signal]));
    }
  };

  const running = run();
  return {
    wake: () => look.abort(),
    async close() {
      stop.abort();
      await running;
    },
  };
};
