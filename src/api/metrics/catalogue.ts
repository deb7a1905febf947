/** Metrics that have labels name them; the values of each are few and never what people wrote. */
export interface Metric {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** One sentence, for the exposition and for docs/operations/metrics.md. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const COUNTS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/**
 * Everything the server measures of itself, by name. Closed, as the log's catalogue is: an operator
 * can read docs/operations/metrics.md once and know every series.
 */
export const metrics = {
  daybook_build_info: {
    kind: 'gauge',
    help: '1, with the version that runs.',
    labels: ['version'],
  },
  daybook_requests_total: {
    kind: 'counter',
    help: 'Requests answered, by method and status; aborted: the client went away before the end.',
    labels: ['method', 'status'],
  },
  daybook_request_seconds: {
    kind: 'histogram',
    help: 'Time from a request’s head to the end of its answer.',
    labels: ['method'],
    buckets: SECONDS,
  },
  daybook_requests_open: {
    kind: 'gauge',
    help: 'Requests that are being answered now.',
    labels: [],
  },
  daybook_append_seconds: {
    kind: 'histogram',
    help: 'Time an append to the log takes until it is durable, waiting for its turn included.',
    labels: [],
    buckets: SECONDS,
  },
  daybook_append_events: {
    kind: 'histogram',
    help: 'Events of one append: commands to one collection that arrive together go as one.',
    labels: [],
    buckets: COUNTS,
  },
  daybook_append_conflicts_total: {
    kind: 'counter',
    help: 'Appends refused because another node was quicker; each is decided and tried anew.',
    labels: [],
  },
  daybook_append_failures_total: {
    kind: 'counter',
    help: 'Appends given up because the log could not be reached or refused them.',
    labels: [],
  },
  daybook_log_transaction_appends: {
    kind: 'histogram',
    help: 'Appends written to PostgreSQL together, in one transaction.',
    labels: [],
    buckets: COUNTS,
  },
  daybook_log_up: { kind: 'gauge', help: '1 when the log answers, else 0.', labels: [] },
  daybook_log_subscription_up: {
    kind: 'gauge',
    help: '1 while this node follows the log, 0 while it waits to subscribe again.',
    labels: [],
  },
  daybook_projection_lag_events: {
    kind: 'gauge',
    help: 'Events read from the log and not yet in the rows; some 5,000 are read ahead at the most.',
    labels: [],
  },
  daybook_projection_lag_seconds: {
    kind: 'gauge',
    help: 'Age of the oldest event that this node should have projected and has not; 0 when there is none.',
    labels: [],
  },
  daybook_projection_partitions: {
    kind: 'gauge',
    help: 'Partitions of a projection that this node writes (held), and those of them that are not at the log’s end (behind).',
    labels: ['projection', 'state'],
  },
  daybook_projection_parked_streams: {
    kind: 'gauge',
    help: 'Streams that stopped at an event which could not be applied; they are served from the log.',
    labels: ['projection'],
  },
  daybook_waits_open: {
    kind: 'gauge',
    help: 'Who waits: for rows to reach a revision (rows), for anything to change in a stream (changes).',
    labels: ['waiting_for'],
  },
  daybook_cache_entries: {
    kind: 'gauge',
    help: 'Streams remembered in folded form, by kind.',
    labels: ['cache'],
  },
  daybook_cache_members: {
    kind: 'gauge',
    help: 'What those hold together: members of collections, and one for each stream.',
    labels: ['cache'],
  },
  daybook_database_connections: {
    kind: 'gauge',
    help: 'Connections of the pool that serves requests: busy and idle, and requests waiting for one.',
    labels: ['state'],
  },
  daybook_mails_waiting: {
    kind: 'gauge',
    help: 'Messages in the outbox that wait to be sent, on all nodes together.',
    labels: [],
  },
  daybook_mails_total: {
    kind: 'counter',
    help: 'Tries to send a message: sent, later (it is tried again), failed (it is given up).',
    labels: ['outcome'],
  },
  daybook_jobs_waiting: {
    kind: 'gauge',
    help: 'What is to be done at a time, as reminders, on all nodes together.',
    labels: [],
  },
  daybook_jobs_due: {
    kind: 'gauge',
    help: 'Those of them whose time has come.',
    labels: [],
  },
  daybook_jobs_total: {
    kind: 'counter',
    help: 'Tries to do such a thing: done, again (at another time), later (it is tried again), failed (it is given up).',
    labels: ['kind', 'outcome'],
  },
  daybook_log_lines_total: {
    kind: 'counter',
    help: 'Lines logged, by level and code, except requests; the codes are those of log.md.',
    labels: ['level', 'code'],
  },
} as const satisfies Readonly<Record<string, Metric>>;

type Metrics = typeof metrics;
type NamesOf<Kind extends Metric['kind']> = {
  [Name in keyof Metrics]: Metrics[Name]['kind'] extends Kind ? Name : never;
}[keyof Metrics];

export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;

type Strings<Labels extends readonly string[]> = { readonly [Index in keyof Labels]: string };

/** One string for each label, in the catalogue's order. */
export type LabelsOf<Name extends keyof Metrics> = Strings<Metrics[Name]['labels']>;
