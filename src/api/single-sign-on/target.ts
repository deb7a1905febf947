/** Letters of a path to come back to. */
const LIMIT = 512;
/** Any origin: what is left of a path on it is what a browser would make of it. */
const SOMEWHERE = 'http://daybook.invalid';

/** Where somebody wanted to go, if that is a page of this server; else `undefined`. Nothing leads elsewhere. */
export const targetOf = (wanted: unknown): string | undefined => {
  if (typeof wanted !== 'string' || wanted.length > LIMIT) return undefined;
  // Browsers drop tabs and line ends, and take a backslash for a slash.
  if (!/^\/SOGo\/[\x21-\x5b\x5d-\x7e]*$/.test(wanted)) return undefined;
  const { origin, pathname, search, hash } = new URL(wanted, SOMEWHERE);
  return origin === SOMEWHERE && pathname.startsWith('/SOGo/')
    ? `${pathname}${search}${hash}`
    : undefined;
};
