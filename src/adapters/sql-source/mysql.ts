import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import mysql, {
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
  type SslOptions,
} from 'mysql2/promise';
import {
  CONNECT_PATIENCE,
  CONNECTIONS,
  type Database,
  type Dialect,
  QUERY_PATIENCE,
  type Row,
} from './database.ts';
import type { Address } from './view-url.ts';

/** TLS to MySQL, by SOGo's parameters MySQL4SSL…: paths of PEM files. */
export interface MysqlTls {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

const asOctets = (expression: string): string => `cast(${expression} as binary)`;

const dialect: Dialect = {
  identifier: (name) => `\`${name.replaceAll('`', '``')}\``,
  placeholder: () => '?',
  text: (expression) => `convert(${expression} using utf8mb4)`,
  // Its collations take u for ü, and pass over spaces at the end.
  exact: asOctets,
  like: (expression, placeholder) =>
    `${expression} collate utf8mb4_unicode_ci like ${placeholder} escape '|'`,
  hasWord: (expression, placeholder) =>
    `locate(${asOctets(`concat(' ', ${placeholder}, ' ')`)}, ${asOctets(
      `concat(' ', regexp_replace(${expression}, '[[:space:]]+', ' '), ' ')`,
    )}) > 0`,
  wholeRow: 'entry.*',
};

/** Access denied to the table, to the column; a view that nobody can write to; a server for reading only. */
const NOT_ALLOWED = new Set([1142, 1143, 1288, 1290, 1348, 1836]);
/** Longer than the column; a check or a trigger says no. */
const REFUSED = new Set([1406, 1644, 3819, 4025]);

const tlsOptions = async ({ ca, cert, key }: MysqlTls): Promise<SslOptions> => {
  const read = async (name: keyof SslOptions, path: string | undefined): Promise<SslOptions> =>
    path === undefined ? {} : { [name]: await readFile(path, 'utf8') };
  return {
    rejectUnauthorized: true,
    verifyIdentity: true,
    ...(await read('ca', ca)),
    ...(await read('cert', cert)),
    ...(await read('key', key)),
  };
};

/** The library compares a certificate with a host's name only. */
class NotVerifiable extends Error {
  override readonly name = 'NotVerifiable';
  readonly code = 'ERR_TLS_CERT_ALTNAME_INVALID';
}

const poolFor = async ({ host, ...address }: Address, tls: MysqlTls | undefined): Promise<Pool> => {
  if (tls !== undefined && isIP(host ?? '') !== 0)
    throw new NotVerifiable('with TLS the host of a viewURL has to be a name, not an address');
  return mysql.createPool({
    ...address,
    ...(host?.startsWith('/') === true ? { socketPath: host } : { host: host ?? 'localhost' }),
    ...(tls === undefined ? {} : { ssl: await tlsOptions(tls) }),
    charset: 'utf8mb4',
    connectTimeout: CONNECT_PATIENCE,
    connectionLimit: CONNECTIONS,
    maxPreparedStatements: 64,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
};

const withoutPassword = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name.toLowerCase() !== 'c_password'));

class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code = 'ETIMEDOUT';
}

/** People in MySQL or MariaDB. */
export const mysqlDatabase = (address: Address, tls: MysqlTls | undefined): Database => {
  let opened: Promise<Pool> | undefined;
  const pool = (): Promise<Pool> => {
    opened ??= poolFor(address, tls).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };

  /** Work over one connection, which is closed when it takes too long. */
  const over = async <Result>(
    work: (connection: PoolConnection) => Promise<Result>,
  ): Promise<Result> => {
    let taken: PoolConnection | undefined;
    let isLate = false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        isLate = true;
        taken?.destroy();
        reject(new NoAnswer('the database does not answer'));
      }, QUERY_PATIENCE);
    });
    const working = async (): Promise<Result> => {
      const connection = await (await pool()).getConnection();
      taken = connection;
      try {
        if (isLate) throw new NoAnswer('the database answered too late');
        return await work(connection);
      } finally {
        connection.release();
      }
    };
    try {
      return await Promise.race([working(), late]);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    dialect,
    ask: ({ text, values }) =>
      over(async (connection) => {
        const [rows] = await connection.execute<RowDataPacket[]>(text, [...values] as string[]);
        return rows.map(withoutPassword);
      }),
    looseColumns: (table, columns) =>
      over(async (connection) => {
        const asked = columns.map((name, at) => `collation(${dialect.identifier(name)}) as c${at}`);
        const [[row]] = await connection.query<RowDataPacket[]>(
          `select ${asked.join(', ')} from ${table} limit 1`,
        );
        // Others might have to be converted, and letters be lost on the way.
        const isLoose = (at: number) => /^utf8mb4_\w+_ci$/.test(String(row?.[`c${at}`]));
        return new Set(columns.filter((_, at) => isLoose(at)));
      }),
    async change({ text, values }) {
      try {
        return await over(async (connection) => {
          // A password that does not fit is to be refused, never cut.
          await connection.query("set session sql_mode = concat(@@sql_mode, ',STRICT_ALL_TABLES')");
          const asked = connection.execute<ResultSetHeader>(text, [...values] as string[]);
          return (await asked)[0].affectedRows;
        });
      } catch (error) {
        const number = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
        if (NOT_ALLOWED.has(number)) return 'not-allowed';
        if (REFUSED.has(number)) return 'refused';
        throw error;
      }
    },
    async close() {
      await (await opened?.catch(() => undefined))?.end();
    },
  };
};
