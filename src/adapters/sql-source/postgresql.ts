import pg from 'pg';
import {
  CONNECT_PATIENCE,
  CONNECTIONS,
  type Database,
  type Dialect,
  QUERY_PATIENCE,
  type Row,
} from './database.ts';
import type { Address } from './view-url.ts';

const dialect: Dialect = {
  // SOGo leaves names unquoted, so that PostgreSQL reads them in small letters.
  identifier: (name) =>
    pg.escapeIdentifier(/^[A-Za-z_][\w$]*$/.test(name) ? name.toLowerCase() : name),
  placeholder: (index) => `$${index}::text`,
  text: (expression) => `${expression}::text`,
  exact: (expression) => expression,
  like: (expression, placeholder) => `${expression} ilike ${placeholder} escape '|'`,
  hasWord: (expression, placeholder) =>
    `${placeholder} = any(regexp_split_to_array(btrim(${expression}), '\\s+'))`,
  wholeRow: "to_jsonb(entry) - 'c_password' as entry",
};

/** Not allowed; a view that nobody can write to. */
const NOT_ALLOWED = new Set(['42501', '55000', '25006']);
/** Longer than the column; a check or a trigger says no. */
const REFUSED = new Set(['22001', '23514', 'P0001']);

/** People in PostgreSQL. `report` is told of connections that break while nobody uses them. */
export const postgresqlDatabase = (
  address: Address,
  report: (trouble: unknown) => void,
): Database => {
  const pool = new pg.Pool({
    ...address,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_PATIENCE,
    query_timeout: QUERY_PATIENCE,
    application_name: 'daybook',
  });
  pool.on('error', report);
  const rowOf = (row: Row): Row =>
    typeof row['entry'] === 'object' && row['entry'] !== null ? (row['entry'] as Row) : row;
  return {
    dialect,
    async ask({ text, values }) {
      const { rows } = await pool.query<Row>(text, [...values]);
      return rows.map(rowOf);
    },
    async change({ text, values }) {
      try {
        return (await pool.query(text, [...values])).rowCount ?? 0;
      } catch (error) {
        const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
        if (NOT_ALLOWED.has(code)) return 'not-allowed';
        if (REFUSED.has(code)) return 'refused';
        throw error;
      }
    },
    close: () => pool.end(),
  };
};
