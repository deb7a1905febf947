type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The first of a list, which is what the proxy nearest to the visitor wrote. */
const first = (value: string | string[] | undefined): string | undefined =>
  (typeof value === 'string' ? value : value?.[0])?.split(',')[0]?.trim() || undefined;

/**
 * Scheme, host and port as the visitor typed them: what a proxy says in `X-Forwarded-Proto` and
 * `X-Forwarded-Host`, else what the request itself says. Anybody can send these: only to be shown to
 * whoever sent them.
 */
export const originOf = (headers: Headers): string => {
  const scheme = first(headers['x-forwarded-proto'])?.toLowerCase() === 'https' ? 'https' : 'http';
  const host = first(headers['x-forwarded-host']) ?? first(headers['host']) ?? 'localhost';
  return `${scheme}://${host}`;
};
