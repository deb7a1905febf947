import pg from 'pg';
import { role } from './cluster.ts';

/** The database inside the cluster. */
const database = 'daybook';

/** Two numbers nobody else uses: the first is "dayb" in ASCII. */
const key = '1684107618, 1';

/**
 * One process's claim on the server: a session that holds a shared lock as long as the process lives.
 * The system ends it with the process, however that dies, so nothing has to be cleaned up.
 */
export interface Membership {
  /** Settles when the session is over, whoever ended it. */
  readonly over: Promise<string>;
  /**
   * Gives the claim up.
   *
   * @returns true when nobody else has one. Then whoever comes next waits until this session ends:
   *   the server may be stopped. False: others use it, and the session is closed.
   */
  leave(): Promise<boolean>;
}

/** For `pg` and for psql: the query part names the socket's directory. */
export const urlOf = (socketDirectory: string, name = database): string =>
  `postgresql:///${name}?host=${encodeURIComponent(socketDirectory)}&user=${role}`;

const sqlState = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined;

// SQLSTATEs, PostgreSQL's appendix A.
const noSuchDatabase = '3D000';
const tooManyConnections = '53300';
const existsAlready = ['42P04', '23505'];

/** Two processes may find it missing at once. */
const createDatabase = async (socketDirectory: string): Promise<void> => {
  const client = new pg.Client({ connectionString: urlOf(socketDirectory, 'postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`create database ${pg.escapeIdentifier(database)}`);
  } catch (error) {
    if (!existsAlready.includes(sqlState(error) ?? '')) throw error;
  } finally {
    await client.end();
  }
};

interface Session {
  readonly client: pg.Client;
  readonly over: Promise<string>;
}

const connected = async (socketDirectory: string): Promise<Session> => {
  const client = new pg.Client({
    connectionString: urlOf(socketDirectory),
    application_name: 'daybook-user',
    connectionTimeoutMillis: 10_000,
    query_timeout: 20_000,
  });
  const over = new Promise<string>((resolve) => {
    client.on('error', (error: Error) => {
      resolve(error.message);
    });
    client.on('end', () => {
      resolve('the connection ended');
    });
  });
  try {
    await client.connect();
    return { client, over };
  } catch (error) {
    if (sqlState(error) !== noSuchDatabase) throw error;
    await createDatabase(socketDirectory);
    return connected(socketDirectory);
  }
};

/**
 * Whether joining may succeed a moment later: the server is coming, going or full. Errors without an
 * SQLSTATE come from the socket.
 */
export const mayPass = (error: unknown): boolean => {
  const state = sqlState(error);
  return state === undefined || state.startsWith('57P') || state === tooManyConnections;
};

/** Claims the server. Waits while somebody is stopping it, and then fails with its connection. */
export const join = async (socketDirectory: string): Promise<Membership> => {
  const { client, over } = await connected(socketDirectory);
  try {
    await client.query(`select pg_advisory_lock_shared(${key})`);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return {
    over,
    leave: async () => {
      await client.query(`select pg_advisory_unlock_shared(${key})`);
      // Of any number that leave at once, exactly one gets it: the last to have let go.
      const { rows } = await client.query<{ alone: boolean }>(
        `select pg_try_advisory_lock(${key}) as alone`,
      );
      if (rows[0]?.alone === true) return true;
      await client.end();
      return false;
    },
  };
};
