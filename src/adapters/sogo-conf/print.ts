import { isSecretKey } from './compound-types.ts';
import type { Value } from './value-type.ts';

const HIDDEN = '***';

/** The text without the passwords of URLs in it. */
export const redact = (text: string): string =>
  text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*):\S*@/gi, `$1:${HIDDEN}@`)
    .replace(/([?&;]\s*pass(?:word|wd)?=)[^&;\s]*/gi, `$1${HIDDEN}`);

/** The value without anything secret: `secret` hides all of it. */
export const redacted = (value: Value, secret: boolean): Value => {
  if (secret) return HIDDEN;
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object') return value;
  return value instanceof Map
    ? new Map(
        [...(value as ReadonlyMap<string, Value>)].map(([key, each]) => [
          key,
          redacted(each, isSecretKey(key)),
        ]),
      )
    : (value as readonly Value[]).map((each) => redacted(each, false));
};

const UNQUOTED = /^[A-Za-z0-9!#$%&*+\-./:?@|~_^]+$/;
const quoted = (text: string): string =>
  UNQUOTED.test(text)
    ? text
    : `"${text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;

/** As it would stand in `sogo.conf`. */
export const printed = (value: Value): string => {
  if (typeof value === 'boolean') return value ? 'YES' : 'NO';
  if (typeof value !== 'object') return quoted(String(value));
  if (!(value instanceof Map)) return `(${(value as readonly Value[]).map(printed).join(', ')})`;
  const pairs = [...(value as ReadonlyMap<string, Value>)];
  return `{ ${pairs.map(([key, each]) => `${quoted(key)} = ${printed(each)}; `).join('')}}`;
};
