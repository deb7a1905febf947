import pg from 'pg';
import type { Cells } from './cells.ts';
import { ReadModelUnavailable } from '../../projections/runtime/writing.ts';

/** SQLSTATE classes that say that the data cannot be stored, now or ever: data, constraint, limits. */
const refusal = /^(22|23|54)/;

/**
 * Answers what the database answers. Throws its own error where it refused the data, and
 * `ReadModelUnavailable` for everything else: a lost connection, a server that is going down or
 * starting, a schema that was exchanged in between. All of these pass.
 */
export const asking = async <T>(question: Promise<T>): Promise<T> => {
  try {
    return await question;
  } catch (cause) {
    if (cause instanceof pg.DatabaseError && refusal.test(cause.code ?? '')) throw cause;
    throw new ReadModelUnavailable('the read model does not answer', { cause });
  }
};

/**
 * Asks for rows as arrays, which costs less than an object each. They are taken out of the driver's hands:
 * its queries hang together until V8 looks through the whole heap, and whatever one of them holds with it.
 */
export const inCells = async (
  on: pg.Pool | pg.PoolClient,
  query: { readonly name?: string; readonly text: string; readonly values: readonly unknown[] },
): Promise<readonly Cells[]> => {
  const values = [...query.values];
  const config: pg.QueryArrayConfig = { ...query, values, rowMode: 'array' };
  const result = await asking(on.query<Cells[number][]>(config));
  const { rows } = result;
  result.rows = [];
  values.length = 0;
  return rows;
};
