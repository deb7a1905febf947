import type { IncomingHttpHeaders } from 'node:http';

/** Preferences that are honoured somewhere (RFC 8144 §2 to §4), as `Preference-Applied` says them. */
export type Preference = 'return=minimal' | 'return=representation' | 'depth-noroot';

/**
 * What a client would rather have: the `Prefer` header (RFC 7240 §2), and `Brief: t`, with which older
 * clients ask for `return=minimal`. Whatever is unknown or malformed is passed over, as §2 demands.
 */
export const prefers = (headers: IncomingHttpHeaders, preference: Preference): boolean =>
  preferred(headers).has(preference) ||
  (preference === 'return=minimal' && isBrief(headers) && !hasReturn(headers));

const isBrief = ({ brief }: IncomingHttpHeaders): boolean =>
  String(brief ?? '')
    .trim()
    .toLowerCase() === 't';

const hasReturn = (headers: IncomingHttpHeaders): boolean =>
  [...preferred(headers)].some((preference) => preference.startsWith('return='));

/** Names and values in lower case; the first of a name counts (RFC 7240 §2). */
const preferred = ({ prefer }: IncomingHttpHeaders): ReadonlySet<string> => {
  const header = Array.isArray(prefer) ? prefer.join(',') : prefer;
  if (header === undefined) return none;
  const first = new Map<string, string>();
  for (const element of header.toLowerCase().match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/gs) ?? []) {
    const [, name, token, quoted = token] =
      /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*(?:([\w!#$%&'*+.^`|~-]+)|"([^"]*)"))?/.exec(element) ??
      [];
    if (name !== undefined && !first.has(name))
      first.set(name, quoted ? `${name}=${quoted}` : name);
  }
  return new Set(first.values());
};

const none: ReadonlySet<string> = new Set();

/** `Preference-Applied` for those of the honoured preferences that `Prefer` asked for (RFC 7240 §3). */
export const appliedHeaders = (
  headers: IncomingHttpHeaders,
  ...honoured: readonly Preference[]
): Readonly<Record<string, string>> => {
  const said = preferred(headers);
  const applied = honoured.filter((preference) => said.has(preference));
  return applied.length === 0 ? {} : { 'preference-applied': applied.join(', ') };
};

/** What answers vary with that honour these preferences. */
export const varyHeaders = (
  honoured: readonly Preference[] = [],
): Readonly<Record<string, string>> => {
  if (honoured.length === 0) return {};
  return { vary: honoured.includes('return=minimal') ? 'Prefer, Brief' : 'Prefer' };
};
