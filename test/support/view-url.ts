import type { TestPostgres } from './postgres.ts';

/** A table's URL as sogo.conf would have it: the socket's folder as an escaped host. */
export const viewUrlOf = (server: Pick<TestPostgres, 'url'>, table: string): string => {
  const url = new URL(server.url.replace('postgresql:///', 'postgresql://h/'));
  const host = encodeURIComponent(url.searchParams.get('host') ?? '');
  return `postgresql://${url.searchParams.get('user') ?? ''}@${host}${url.pathname}/${table}`;
};
