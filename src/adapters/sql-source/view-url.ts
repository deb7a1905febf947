/** How to reach a database; what is left out is as its own library has it. */
export interface Address {
  readonly database: string;
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
}

/** Where a source's table or view is. */
export interface View {
  readonly kind: 'postgresql' | 'mysql';
  readonly address: Address;
  /** Perhaps a schema, then the table. */
  readonly name: readonly string[];
}

/**
 * Reads `postgresql://USER:PASSWORD@HOST:PORT/DATABASE/[SCHEMA.]TABLE`, or the same with `mysql`. Every part
 * may hold `%40` escapes, so a host may be a socket (MySQL) or its folder (PostgreSQL): `%2Frun%2Fpostgresql`.
 */
export const parseViewUrl = (text: string): View => {
  const url = new URL(text);
  const [database = '', table = ''] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const part = (value: string): string | undefined =>
    value === '' ? undefined : decodeURIComponent(value);
  const [host, user, password] = [url.hostname, url.username, url.password].map(part);
  return {
    kind: url.protocol === 'mysql:' ? 'mysql' : 'postgresql',
    address: {
      database,
      ...(host === undefined ? {} : { host: host.replace(/^\[(.*)\]$/, '$1') }),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
    },
    name: table.split('.'),
  };
};
