/** Cookies looked at; browsers send fewer. */
const LIMIT = 50;

/** A cookie's value (RFC 6265 §5.4), `undefined` when it was not sent. The first of several counts. */
export const cookieOf = (header: string | undefined, name: string): string | undefined => {
  for (const pair of (header ?? '').split(';', LIMIT)) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
};

interface CookieParts {
  readonly name: string;
  /** Of characters that need no escape. */
  readonly value: string;
  readonly path: string;
  /** Not for scripts. */
  readonly hidden: boolean;
  /** Only over TLS. */
  readonly secure: boolean;
  /** Seconds; absent: until the browser is closed; 0: now. */
  readonly age?: number;
}

/**
 * A `Set-Cookie` value (RFC 6265 §4.1). `SameSite=Lax`: other sites can lead here, and send nothing. The age is
 * said in seconds: a date has a comma, and there are clients that split at it.
 */
export const setCookie = ({ name, value, path, hidden, secure, age }: CookieParts): string =>
  [
    `${name}=${value}`,
    `Path=${path}`,
    ...(age === undefined ? [] : [`Max-Age=${age}`]),
    ...(hidden ? ['HttpOnly'] : []),
    ...(secure ? ['Secure'] : []),
    'SameSite=Lax',
  ].join('; ');
