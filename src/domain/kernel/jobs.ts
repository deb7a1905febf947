import type { AccountId, Instant } from './ids.ts';

/** What is to be done at a time. There is at most one of a kind with a key. */
export interface NewJob {
  /** What kind of work it is; its worker goes by it. */
  readonly kind: string;
  readonly key: string;
  /** Whose it is: removed with the account. */
  readonly account: AccountId;
  /** What it belongs to, and is removed with: the name of a stream. */
  readonly scope: string;
  /** Milliseconds, UTC. */
  readonly due: number;
  /** What its worker has to know besides; short, and nothing that people wrote. */
  readonly note: string;
}

/** A job that this node alone may do until its lease runs out. */
export interface ClaimedJob extends NewJob {
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** Changes when somebody else takes the job, or puts it anew. */
  readonly turn: number;
}

/** What a try came to. */
export type JobOutcome =
  | { readonly kind: 'done' }
  /** It was done, and is to be done again. */
  | { readonly kind: 'again'; readonly due: number; readonly note: string }
  /** It could not be done now; `trouble` names why. */
  | { readonly kind: 'later'; readonly seconds: number; readonly trouble: string }
  | { readonly kind: 'failed'; readonly trouble: string };

export const jobStates = ['waiting', 'failed'] as const;
export type JobState = (typeof jobStates)[number];

/** How a job stands. */
export interface JobStanding {
  readonly kind: string;
  readonly scope: string;
  readonly account: AccountId;
  readonly state: JobState;
  readonly dueAt: Instant;
  readonly attempts: number;
  readonly trouble?: string;
}

/** Of the jobs that wait: how many there are, and how many of them should have been done by now. */
export interface JobCounts {
  readonly waiting: number;
  readonly due: number;
}

/**
 * Work for later, shared by all nodes: each job is given to one of them at a time, the one that is due longest first.
 * Durable once `put` has answered; at least once, so that a worker's effects have to bear repeating. Every method may
 * throw `StoreUnavailable`.
 */
export interface Jobs {
  /** Puts jobs; one that is there already is put anew, also one that is being done or failed. */
  put(jobs: readonly NewJob[]): Promise<void>;
  /** When a waiting job is due; `undefined` where there is none. */
  dueOf(kind: string, key: string): Promise<number | undefined>;
  remove(kind: string, key: string): Promise<void>;
  /** Removes all of a kind, or those that belong to something. */
  removeAll(kind: string, scope?: string): Promise<void>;
  /** Takes due ones of some kinds, which nobody else is given for as long as `JOB_LEASE`, in seconds. */
  claim(kinds: readonly string[], node: string, limit: number): Promise<readonly ClaimedJob[]>;
  /** Says what came of a try; changes nothing when the job has been put or taken since. */
  settle(claimed: ClaimedJob, outcome: JobOutcome): Promise<void>;
  /** Gives back what a node of this name had claimed before it was killed. */
  giveBack(node: string): Promise<void>;
  counts(): Promise<JobCounts>;
  /** Those of a state, by when they are due, a thousand at most. */
  list(state: JobState): Promise<readonly JobStanding[]>;
  /** Makes those due now that failed, and those that wait for another try; answers how many. */
  retry(): Promise<number>;
  /** Forgets what failed more than a month ago. */
  tidy(): Promise<void>;
  /** Removes all of an account. */
  purge(account: AccountId): Promise<void>;
}

/** Longer than any job takes. */
export const JOB_LEASE = 120;

/** Tries before a job is given up that fails for no reason that passes by itself. */
export const JOB_TRIES = 10;

/** Seconds until the next try after so many: five first, twice as long each time, an hour at the most. */
export const untilNextJobTry = (attempt: number): number =>
  Math.min(3600, 5 * 2 ** Math.min(attempt - 1, 10));
