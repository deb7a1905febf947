import pg from 'pg';
import { StoreUnavailable } from '../../domain/kernel/event-store.ts';

/**
 * SQLSTATE classes and codes (PostgreSQL, appendix A) that say nothing against what was asked: the
 * server is stopping, starting, full, read-only for a fail-over, or does not let us in.
 */
const PASSING = [
  '08', // connection exception
  '25006', // read_only_sql_transaction
  '28', // invalid authorization
  '3D', // the database does not exist (yet)
  '40', // transaction rollback: deadlock, serialization
  '53', // insufficient resources
  '55P03', // lock_not_available
  '57', // operator intervention, statement_timeout among them
  '58', // system error: input or output
] as const;

/** Whether asking again later may succeed. Errors without a SQLSTATE come from the connection. */
export const isPassing = (error: unknown): boolean => {
  if (!(error instanceof pg.DatabaseError)) return true;
  const code = error.code ?? '';
  return PASSING.some((prefix) => code.startsWith(prefix));
};

/** What the port throws instead of a passing error; any other error is given back as it is. */
export const asUnavailable = (error: unknown): unknown =>
  error instanceof StoreUnavailable || !isPassing(error)
    ? error
    : new StoreUnavailable(error instanceof Error ? error.message : String(error), {
        cause: error,
      });
