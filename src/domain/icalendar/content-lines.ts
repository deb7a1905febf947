/** One unfolded line: `[group.]NAME[;parameters]:value` (RFC 5545 §3.1, RFC 6350 §3.3). */
export interface ContentLine {
  /** Before the name and its dot, as written (`item1`); '' when there is none. */
  readonly group: string;
  /** Upper case, without vCard's group. */
  readonly name: string;
  /** As written, each with its leading semicolon: `;VALUE=DATE;X-A="b:c"`; '' when there are none. */
  readonly parameters: string;
  readonly value: string;
}

/** Where iCalendar and vCard differ, and how much of either is read. */
export interface Dialect {
  /** Whether names may have a group before them, `item1.TEL`. */
  readonly groups: boolean;
  /** Whether a parameter may be only a value, `TEL;HOME:`: vCard 3.0 writers took it over from 2.1. */
  readonly bareParameters: boolean;
  /** A text with more unfolded lines is refused. */
  readonly lines: number;
}

/**
 * Hands each content line of a text to `visit`, which answers what is wrong with it, or `undefined`.
 * Lines end in CRLF or in LF alone; empty ones are borne at the text's end only.
 *
 * Answers what is wrong with the text, for people, or `undefined`. Takes time in proportion to the
 * text's length, whatever the text is.
 */
export const scanContentLines = (
  text: string,
  dialect: Dialect,
  visit: (line: ContentLine) => string | undefined,
): string | undefined => {
  if (hasForbiddenCharacter(text)) return 'the text contains a control character';
  const end = contentEnd(text);
  for (let from = 0, number = 1; from < end; number += 1) {
    if (number > dialect.lines) return `more than ${dialect.lines} lines`;
    const to = lineEnd(text, from, end);
    const raw = text.slice(from, text[to - 1] === '\r' ? to - 1 : to);
    const line = contentLine(unfold(raw), dialect);
    const wrong =
      line === undefined ? 'not a name, its parameters, a colon and a value' : visit(line);
    if (wrong !== undefined) return `line ${number}: ${wrong}`;
    from = to + 1;
  }
  return undefined;
};

/** Value of a line's parameter (the first, without quotes), or `undefined`. `name` is in upper case. */
export const parameter = (parameters: string, name: string): string | undefined => {
  for (let at = 0; at < parameters.length; ) {
    const end = parameterEnd(parameters, at + 1, true);
    const equals = parameters.indexOf('=', at);
    if (equals !== -1 && equals < end && parameters.slice(at + 1, equals).toUpperCase() === name) {
      const value = parameters.slice(equals + 1, end);
      return value.startsWith('"') ? value.slice(1, value.indexOf('"', 1)) : value;
    }
    at = end;
  }
  return undefined;
};

/** One parameter of a line: name in upper case, its values without quotes and escapes (RFC 6868). */
export interface Parameter {
  readonly name: string;
  readonly values: readonly string[];
}

/** All parameters of a line, in order; one that is only a value (`TEL;HOME:`) is a TYPE, as in vCard 2.1. */
export const parametersOf = (parameters: string): readonly Parameter[] => {
  const found: Parameter[] = [];
  for (let at = 0; at < parameters.length; ) {
    const end = parameterEnd(parameters, at + 1, true);
    const named = nameEnd(parameters, at + 1);
    if (parameters.charCodeAt(named) === EQUALS && named < end)
      found.push({
        name: parameters.slice(at + 1, named).toUpperCase(),
        values: parameterValues(parameters.slice(named + 1, end)),
      });
    else found.push({ name: 'TYPE', values: [parameters.slice(at + 1, end)] });
    at = end;
  }
  return found;
};

const parameterValues = (written: string): readonly string[] => {
  const values: string[] = [];
  for (let at = 0; at <= written.length; ) {
    const end = parameterValueEnd(written, at);
    const raw = written.slice(at, end);
    values.push(unescapeParameter(raw.startsWith('"') ? raw.slice(1, -1) : raw));
    at = end + 1;
  }
  return values;
};

/** RFC 6868 §3.1: circumflexes stand for what a parameter's value cannot hold. */
const unescapeParameter = (value: string): string =>
  value.includes('^')
    ? value.replaceAll(/\^(['^n])/g, (_, escaped: string) =>
        escaped === 'n' ? '\n' : escaped === "'" ? '"' : '^',
      )
    : value;

/** A value of type TEXT without its escapes (RFC 5545 §3.3.11, RFC 6350 §3.4). */
export const unescapeText = (value: string): string =>
  value.includes('\\')
    ? value.replaceAll(/\\(.)/gs, (_, escaped: string) =>
        escaped === 'n' || escaped === 'N' ? '\n' : escaped,
      )
    : value;

/**
 * RFC 5545 §3.1 allows no control character but the tab; XML 1.0 §2.2, in which texts are reported,
 * has no place for U+FFFE and U+FFFF either. A carriage return belongs before a line feed only.
 */
const hasForbiddenCharacter = (text: string): boolean => {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x20 && code !== 0x7f && code < 0xfffe) continue;
    if (code === 0x0a || code === 0x09) continue;
    if (code !== 0x0d || text.charCodeAt(at + 1) !== 0x0a) return true;
  }
  return false;
};

const contentEnd = (text: string): number => {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1;
  return end;
};

/** Where the line that starts at `from` ends, its continuations included. */
const lineEnd = (text: string, from: number, end: number): number => {
  let to = text.indexOf('\n', from);
  while (to !== -1 && to < end && isBlank(text.charCodeAt(to + 1))) to = text.indexOf('\n', to + 1);
  return to === -1 || to > end ? end : to;
};

/** Takes out every line end and the blank after it (RFC 5545 §3.1). */
const unfold = (raw: string): string => {
  let to = raw.indexOf('\n');
  if (to === -1) return raw;
  const parts: string[] = [];
  let from = 0;
  for (; to !== -1; from = to + 2, to = raw.indexOf('\n', from))
    parts.push(raw.slice(from, raw.charCodeAt(to - 1) === CARRIAGE_RETURN ? to - 1 : to));
  return parts.join('') + raw.slice(from);
};

const contentLine = (line: string, dialect: Dialect): ContentLine | undefined => {
  let start = 0;
  let at = nameEnd(line, 0);
  if (dialect.groups && at > 0 && line.charCodeAt(at) === DOT) {
    start = at + 1;
    at = nameEnd(line, start);
  }
  if (at === start) return undefined;
  const name = line.slice(start, at).toUpperCase();
  const parametersFrom = at;
  for (let count = 0; line.charCodeAt(at) === SEMICOLON; count += 1) {
    if (count === PARAMETERS) return undefined;
    at = parameterEnd(line, at + 1, dialect.bareParameters);
    if (at === -1) return undefined;
  }
  if (line.charCodeAt(at) !== COLON) return undefined;
  const group = start === 0 ? '' : line.slice(0, start - 1);
  return { group, name, parameters: line.slice(parametersFrom, at), value: line.slice(at + 1) };
};

/** Letters, digits, hyphen; and the underscore, which is not RFC 5545's but common in X- names. */
const nameEnd = (line: string, from: number): number => {
  let at = from;
  for (; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    const digit = code >= 0x30 && code <= 0x39;
    if (!letter && !digit && code !== 0x2d && code !== 0x5f) break;
  }
  return at;
};

/** Where the parameter that starts at `from` (after its semicolon) ends; -1 when it is none. */
const parameterEnd = (line: string, from: number, bare: boolean): number => {
  let at = nameEnd(line, from);
  if (at === from) return -1;
  if (line.charCodeAt(at) !== EQUALS) return bare ? at : -1;
  do {
    at = parameterValueEnd(line, at + 1);
    if (at === -1) return -1;
  } while (line.charCodeAt(at) === COMMA);
  return at;
};

const parameterValueEnd = (line: string, from: number): number => {
  if (line.charCodeAt(from) === QUOTE) return line.indexOf('"', from + 1) + 1 || -1;
  for (let at = from; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === QUOTE || code === SEMICOLON || code === COLON || code === COMMA) return at;
  }
  return line.length;
};

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/** Of one line. */
const PARAMETERS = 1_000;

const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const DOT = 0x2e;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
