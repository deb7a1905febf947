import {
  DEPTH_LIMIT,
  type Place,
  type PlistArray,
  type PlistData,
  type PlistDictionary,
  type PlistEntry,
  PlistError,
  type PlistNode,
  type PlistText,
  placesOf,
} from './plist.ts';

const UNQUOTED = /[A-Za-z0-9!#$%&*+\-./:?@|~_^]/;
const WHITE = /[ \t\r\n\v\f\u2028\u2029]/;
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  t: '\t',
  r: '\r',
  n: '\n',
  v: '\v',
  f: '\f',
};

/**
 * Reads GNUstep's old-style (OpenStep) property lists, the syntax of `sogo.conf`: the root dictionary.
 * @throws PlistError where the text leaves the syntax, with line and column.
 */
export const parseOpenStep = (source: string): PlistDictionary => {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const placeOf = placesOf(text);
  let at = 0;
  const here = (): Place => placeOf(at);

  const fail = (reason: string, where = at): never => {
    throw new PlistError(reason, placeOf(where));
  };
  const found = (): string => (at < text.length ? `'${text[at] ?? ''}'` : 'the end of the file');

  const skip = (): void => {
    for (;;) {
      while (WHITE.test(text[at] ?? '')) at += 1;
      if (text.startsWith('/*', at)) {
        const end = text.indexOf('*/', at + 2);
        if (end < 0) fail('this comment is never closed by */');
        at = end + 2;
      } else if (text.startsWith('//', at)) {
        const end = text.indexOf('\n', at);
        at = end < 0 ? text.length : end + 1;
      } else return;
    }
  };

  const escape = (): string => {
    const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3));
    if (octal !== null) {
      at += octal[0].length;
      return String.fromCharCode(Number.parseInt(octal[0], 8));
    }
    const hex = /^[Uu]([0-9A-Fa-f]{1,4})/.exec(text.slice(at, at + 5));
    if (hex?.[1] !== undefined) {
      at += hex[0].length;
      return String.fromCharCode(Number.parseInt(hex[1], 16));
    }
    const character = text[at] ?? '';
    at += 1;
    return ESCAPES[character] ?? character;
  };

  const quoted = (): string => {
    const start = at;
    at += 1;
    let out = '';
    while (text[at] !== '"') {
      if (at >= text.length) fail('this string is never closed by "', start);
      if (text[at] === '\\') {
        at += 1;
        out += escape();
      } else {
        out += text[at] ?? '';
        at += 1;
      }
    }
    at += 1;
    return out;
  };

  const string = (what: string): string => {
    if (text[at] === '"') return quoted();
    const start = at;
    while (UNQUOTED.test(text[at] ?? '')) at += 1;
    if (at === start) fail(`expected ${what}, found ${found()}`);
    return text.slice(start, at);
  };

  const data = (): PlistText | PlistData => {
    const start = at;
    const place = here();
    const end = text.indexOf('>', at);
    if (end < 0) fail('this data is never closed by >');
    const inside = text.slice(at + 1, end);
    at = end + 1;
    const typed = /^\*[IRBD]\s*"?([^"]*)"?\s*$/.exec(inside);
    if (typed?.[1] !== undefined) return { kind: 'text', text: typed[1].trim(), at: place };
    const digits = inside.replace(/\s/g, '');
    if (!/^([0-9A-Fa-f]{2})*$/.test(digits)) fail('data takes pairs of hexadecimal digits', start);
    const octets = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    return { kind: 'data', octets, at: place };
  };

  const array = (depth: number): PlistArray => {
    const place = here();
    at += 1;
    const items: PlistNode[] = [];
    for (;;) {
      skip();
      if (text[at] === ')') break;
      items.push(value(depth));
      skip();
      if (text[at] === ',') at += 1;
      else if (text[at] !== ')') fail(`expected , or ) in an array, found ${found()}`);
    }
    at += 1;
    return { kind: 'array', items, at: place };
  };

  const dictionary = (depth: number): PlistDictionary => {
    const place = here();
    at += 1;
    const entries: PlistEntry[] = [];
    for (;;) {
      skip();
      if (text[at] === '}') break;
      const keyPlace = here();
      const key = string('a key or }');
      skip();
      if (text[at] !== '=') fail(`expected = after ${key}, found ${found()}`);
      at += 1;
      skip();
      entries.push({ key, at: keyPlace, value: value(depth) });
      skip();
      if (text[at] === ';') at += 1;
      else if (text[at] !== '}') fail(`expected ; after the value of ${key}, found ${found()}`);
    }
    at += 1;
    return { kind: 'dictionary', entries, at: place };
  };

  const value = (depth: number): PlistNode => {
    if (depth > DEPTH_LIMIT) fail(`nested more than ${DEPTH_LIMIT} deep`);
    if (text[at] === '{') return dictionary(depth + 1);
    if (text[at] === '(') return array(depth + 1);
    if (text[at] === '<') return data();
    const place = here();
    return { kind: 'text', text: string('a value'), at: place };
  };

  skip();
  if (text[at] !== '{') fail(`expected { to open the configuration, found ${found()}`);
  const root = dictionary(1);
  skip();
  if (at < text.length) fail(`expected nothing after the closing }, found ${found()}`);
  return root;
};
