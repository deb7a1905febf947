import type pg from 'pg';

/** Where a source's table or view is. */
export interface View {
  readonly connection: pg.PoolConfig;
  /** Perhaps a schema, then the table. */
  readonly name: readonly string[];
}

/**
 * Reads `postgresql://USER:PASSWORD@HOST:PORT/DATABASE/[SCHEMA.]TABLE`. Every part may hold `%40`
 * escapes, so a host may be a socket's folder: `%2Frun%2Fpostgresql`. What is left out is as libpq has it.
 */
export const parseViewUrl = (text: string): View => {
  const url = new URL(text);
  const [database = '', table = ''] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const part = (value: string): string | undefined =>
    value === '' ? undefined : decodeURIComponent(value);
  const [host, user, password] = [url.hostname, url.username, url.password].map(part);
  return {
    connection: {
      database,
      ...(host === undefined ? {} : { host: host.replace(/^\[(.*)\]$/, '$1') }),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
    },
    name: table.split('.'),
  };
};
