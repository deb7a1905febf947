import pg from 'pg';

export interface PoolParts {
  /** `postgres://…`, or a socket's. */
  readonly url: string;
  /** Connections at the most; each is made when it is first needed. */
  readonly max: number;
  /** Told when an idle connection is lost. */
  readonly report: (trouble: unknown) => void;
}

/**
 * Connections for whatever is not the log's own. Somebody waits for each answer: what takes longer
 * than this will be asked again, and meanwhile must not keep the others from being told so.
 */
export const openPool = ({ url, max, report }: PoolParts): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 5_000,
    // The server gives up a little earlier than we do: then the outcome is known.
    statement_timeout: 7_000,
    query_timeout: 7_500,
  });
  pool.on('error', (trouble) => {
    // `end` does not wait for its connections: a server that stops right after it cuts off some.
    if (!pool.ending) report(trouble);
  });
  return pool;
};
