import { type ContentLine, parametersOf, unescapeText } from '../../icalendar/content-lines.ts';
import { escapeText, writeParameters } from '../../icalendar/writing.ts';
import { clean } from '../elements.ts';
import type { Field } from '../fields.ts';
import type { Context } from '../item-class.ts';
import type { Lines } from '../properties.ts';

/** What is needed to tell of a card. */
export interface CardView {
  readonly context: Context;
  /** Whether it is a vCard 4.0. */
  readonly isFour: boolean;
}

export type CardField = Field<Lines, CardView>;

/** TYPE values in lower case, however they are listed. */
export const typesOf = ({ parameters }: ContentLine): ReadonlySet<string> => {
  if (parameters === '') return NONE;
  return new Set(
    parametersOf(parameters)
      .filter(({ name }) => name === 'TYPE')
      .flatMap(({ values }) => values.flatMap((value) => value.toLowerCase().split(','))),
  );
};
const NONE: ReadonlySet<string> = new Set();

/** How much a property is preferred: 1 the most (RFC 6350 §5.3); vCard 3.0 knows only TYPE=PREF. */
export const preferenceOf = (line: ContentLine): number => {
  const said = parametersOf(line.parameters).find(({ name }) => name === 'PREF')?.values[0];
  if (said !== undefined && /^\d{1,3}$/.test(said)) return Number(said);
  return typesOf(line).has('pref') ? 1 : 101;
};

/** The parts of a structured value as written. */
const rawParts = (value: string): readonly string[] => {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1;
    else if (value[at] === ';') {
      parts.push(value.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, value.slice(from)];
};

/** A part of a structured value; '' where it has none. */
export const partIn = (line: ContentLine | undefined, at: number): string =>
  clean(unescapeText(rawParts(line?.value ?? '')[at] ?? ''));

/** A value with one part set, the others as written. */
export const withPart = (value: string, at: number, text: string): string => {
  const parts = [...rawParts(value)];
  while (parts.length <= at) parts.push('');
  return parts.with(at, escapeText(clean(text))).join(';');
};

export const without = (line: ContentLine, unwanted: string): ContentLine => {
  const parameters = parametersOf(line.parameters);
  const left = parameters.filter(({ name }) => name !== unwanted);
  // What is not touched stays as it is written.
  return left.length === parameters.length ? line : { ...line, parameters: writeParameters(left) };
};

/** Some lines with others in the place of some of them; what is new goes to the end. */
export const replacing = (
  lines: Lines,
  changes: ReadonlyMap<ContentLine, ContentLine | undefined>,
  added: Lines,
): Lines => [
  ...lines.flatMap((one) => (changes.has(one) ? (changes.get(one) ?? []) : [one])),
  ...added,
];
