import { isUtf8 } from 'node:buffer';
import { loginAsTyped } from '../dav/workarounds.ts';

/** What a client sent to prove who it is. */
export interface Credentials {
  readonly login: string;
  readonly password: string;
}

/** For every 401 (RFC 7617 §2, §2.1). */
export const CHALLENGE = 'Basic realm="SOGo", charset="UTF-8"';

/**
 * Basic credentials of an Authorization header, `undefined` when it is absent, of another scheme or
 * malformed. They are UTF-8, unless the protocol has programs that know no better.
 */
export const basicCredentials = (
  authorization: string | undefined,
  textOf: (octets: Buffer) => string | undefined = utf8,
): Credentials | undefined => {
  const token = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const pair = textOf(Buffer.from(token, 'base64'));
  const colon = pair?.indexOf(':') ?? -1;
  // RFC 7617 §2: neither holds control characters.
  if (pair === undefined || colon < 1 || /\p{Cc}/u.test(pair)) return undefined;
  return { login: loginAsTyped(pair.slice(0, colon)), password: pair.slice(colon + 1) };
};

const utf8 = (octets: Buffer): string | undefined =>
  isUtf8(octets) ? octets.toString() : undefined;

/** As most programs have it; what is no UTF-8 is Latin-1, as older programs of Windows have it. */
export const utf8OrLatin1 = (octets: Buffer): string => utf8(octets) ?? octets.toString('latin1');
