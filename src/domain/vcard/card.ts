import {
  type ContentLine,
  type Dialect,
  scanContentLines,
  unescapeText,
} from '../icalendar/content-lines.ts';

/** How vCards are written down (RFC 6350 §3.3), and the bound on their lines. */
export const VCARD_DIALECT: Dialect = { groups: true, bareParameters: true, lines: 50_000 };

/** The properties of a stored address object, in order, without its BEGIN and END. */
export const cardLines = (text: string): readonly ContentLine[] => {
  const lines: ContentLine[] = [];
  scanContentLines(text, VCARD_DIALECT, (line) => {
    if (line.name !== 'BEGIN' && line.name !== 'END') lines.push(line);
    return undefined;
  });
  return lines;
};

/** Properties whose values have parts, each a text of its own (RFC 6350 §6.2.2, §6.3.1, §6.6.4, §6.7.1). */
const structured: ReadonlySet<string> = new Set([
  'N',
  'ADR',
  'ORG',
  'NICKNAME',
  'CATEGORIES',
  'GENDER',
]);

/** The texts that a property's value holds: the whole and, where it has several, its parts; unescaped. */
export const valuesOf = ({ name, value }: ContentLine): readonly string[] => {
  const whole = unescapeText(value);
  if (!structured.has(name) || !/[;,]/.test(value)) return [whole];
  return [whole, ...partsOf(value, /[;,]/)];
};

/** Splits a value at separators that are not escaped; the parts unescaped. */
export const partsOf = (value: string, separator: RegExp): readonly string[] => {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1;
    else if (separator.test(value.charAt(at))) {
      parts.push(unescapeText(value.slice(from, at)));
      from = at + 1;
    }
  }
  parts.push(unescapeText(value.slice(from)));
  return parts;
};
