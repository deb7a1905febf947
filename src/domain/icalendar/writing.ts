import type { ContentLine, Parameter } from './content-lines.ts';

/** Octets of a line without its end (RFC 5545 §3.1, RFC 6350 §3.2). */
const LINE = 75;

/** Lines folded at 75 octets, never within a character, each with its CRLF. */
export const foldLine = (line: string): string => {
  if (line.length <= LINE / 3) return `${line}\r\n`;
  const parts: string[] = [];
  let from = 0;
  let octets = 0;
  for (let at = 0; at < line.length; ) {
    const point = line.codePointAt(at) ?? 0;
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (octets + size > LINE) {
      parts.push(line.slice(from, at));
      from = at;
      // The blank before a continuation counts.
      octets = 1;
    }
    octets += size;
    at += point < 0x10000 ? 1 : 2;
  }
  parts.push(line.slice(from));
  return `${parts.join('\r\n ')}\r\n`;
};

/** One content line as text, folded. */
export const writeLine = ({ group, name, parameters, value }: ContentLine): string =>
  foldLine(`${group === '' ? '' : `${group}.`}${name}${parameters}:${value}`);

/** Parameters as `ContentLine` has them, with the quotes and escapes they need (RFC 6868 §3.1). */
export const writeParameters = (parameters: readonly Parameter[]): string =>
  parameters.map(({ name, values }) => `;${name}=${values.map(writeValue).join(',')}`).join('');

const writeValue = (value: string): string => {
  const escaped = value.replaceAll('^', '^^').replaceAll('\n', '^n').replaceAll('"', "^'");
  return /[,;:]/.test(escaped) ? `"${escaped}"` : escaped;
};

/** A value of type TEXT with its escapes (RFC 5545 §3.3.11, RFC 6350 §3.4). */
export const escapeText = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    .replaceAll(/\r?\n/g, '\\n');
