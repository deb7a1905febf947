/** Where to listen: a TCP address or a socket's path. */
export type Listen = { readonly host: string; readonly port: number } | { readonly path: string };

const FORM = /^(?:(?<six>\[[0-9A-Fa-f:.]+\])|(?<host>[^:[\]\s]+))?:?(?<port>\d{1,5})$/;

/**
 * `127.0.0.1:20000`, `[::1]:20000`, `20000`, `*:20000` or `unix:/run/daybook.sock`; `undefined` for
 * anything else.
 */
export const parseListen = (text: string): Listen | undefined => {
  if (text.startsWith('unix:')) return text.length > 5 ? { path: text.slice(5) } : undefined;
  const { six, host, port: digits } = FORM.exec(text)?.groups ?? {};
  const port = Number(digits ?? Number.NaN);
  const bare = /^\d+$/.test(text);
  if (!(port <= 65_535) || (!bare && !text.includes(':'))) return undefined;
  if (bare) return { host: '127.0.0.1', port: Number(text) };
  const named = six?.slice(1, -1) ?? host ?? '*';
  return { host: named === '*' ? '::' : named, port };
};
