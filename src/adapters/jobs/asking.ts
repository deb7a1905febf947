import pg from 'pg';
import { StoreUnavailable } from '../../domain/kernel/event-store.ts';

/** SQLSTATE classes that say that what was asked is at fault: data, constraint, rights, limits. */
const refusal = /^(22|23|42|54)/;

/** Throws the database's own error where it refused what was asked, and `StoreUnavailable` for what passes. */
export const asking = async <T>(question: Promise<T>): Promise<T> => {
  try {
    return await question;
  } catch (cause) {
    if (cause instanceof pg.DatabaseError && refusal.test(cause.code ?? '')) throw cause;
    throw new StoreUnavailable('the table of jobs does not answer', { cause });
  }
};
