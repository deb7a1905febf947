import type { Lag, ProjectionRuntime } from '../../projections/runtime/runtime.ts';
import type { JobCounts } from '../../domain/kernel/jobs.ts';
import type { Reading } from './meter.ts';

/** A bounded memory, as far as its size goes. */
export interface CacheSize {
  readonly cache: string;
  readonly entries: number;
  readonly members: number;
}

/** A pool of connections, as far as its size goes. */
export interface PoolSize {
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
}

export interface ReadingParts {
  readonly version: string;
  readonly runtime: Pick<ProjectionRuntime, 'lag' | 'pending' | 'waits'>;
  healthy(): Promise<boolean>;
  /** Messages that wait to be sent. */
  mailsWaiting(): Promise<number>;
  /** What is to be done at a time. */
  jobs(): Promise<JobCounts>;
  caches(): readonly CacheSize[];
  pool(): PoolSize;
}

const ofProjection = ({ projection, held, behind, parked }: Lag): readonly Reading[] => [
  { name: 'daybook_projection_partitions', labels: [projection, 'held'], value: held },
  { name: 'daybook_projection_partitions', labels: [projection, 'behind'], value: behind },
  { name: 'daybook_projection_parked_streams', labels: [projection], value: parked },
];

const ofCache = ({ cache, entries, members }: CacheSize): readonly Reading[] => [
  { name: 'daybook_cache_entries', labels: [cache], value: entries },
  { name: 'daybook_cache_members', labels: [cache], value: members },
];

/**
 * What every gauge stands at, with one question to the log; those that only the log could tell are left
 * out while it is away, and `daybook_log_up` says so.
 */
export const readings = (parts: ReadingParts): (() => Promise<readonly Reading[]>) => {
  /** Since when the log's end was not reached, as seen by whoever scrapes. */
  let behindSince: number | undefined;

  const lagSeconds = (behind: boolean, oldest: string | undefined): number => {
    if (!behind && oldest === undefined) {
      behindSince = undefined;
      return 0;
    }
    behindSince ??= performance.now();
    const noticed = performance.now() - behindSince;
    const age = oldest === undefined ? 0 : Date.now() - Date.parse(oldest);
    return Math.max(noticed, age, 0) / 1000;
  };

  return async () => {
    const [up, lags, mails, jobs] = await Promise.all([
      parts.healthy(),
      parts.runtime.lag().catch((): readonly Lag[] => []),
      parts.mailsWaiting().catch(() => undefined),
      parts.jobs().catch(() => undefined),
    ]);
    const { events, oldest, subscribed } = parts.runtime.pending();
    const behind = !up || lags.some((lag) => lag.behind > 0);
    const waits = parts.runtime.waits();
    const { busy, idle, waiting } = parts.pool();
    return [
      { name: 'daybook_build_info', labels: [parts.version], value: 1 },
      { name: 'daybook_log_up', labels: [], value: up ? 1 : 0 },
      { name: 'daybook_log_subscription_up', labels: [], value: subscribed ? 1 : 0 },
      { name: 'daybook_projection_lag_events', labels: [], value: events },
      { name: 'daybook_projection_lag_seconds', labels: [], value: lagSeconds(behind, oldest) },
      { name: 'daybook_waits_open', labels: ['rows'], value: waits.rows },
      { name: 'daybook_waits_open', labels: ['changes'], value: waits.changes },
      { name: 'daybook_database_connections', labels: ['busy'], value: busy },
      { name: 'daybook_database_connections', labels: ['idle'], value: idle },
      { name: 'daybook_database_connections', labels: ['waiting'], value: waiting },
      ...(mails === undefined
        ? []
        : [{ name: 'daybook_mails_waiting', labels: [], value: mails } as const]),
      ...(jobs === undefined
        ? []
        : ([
            { name: 'daybook_jobs_waiting', labels: [], value: jobs.waiting },
            { name: 'daybook_jobs_due', labels: [], value: jobs.due },
          ] as const)),
      ...lags.flatMap(ofProjection),
      ...parts.caches().flatMap(ofCache),
    ];
  };
};
