import {
  type ContentLine,
  parameter,
  parametersOf,
  unescapeText,
} from '../icalendar/content-lines.ts';
import { escapeText, writeParameters } from '../icalendar/writing.ts';
import { clean } from './elements.ts';

/** The properties of a component or a card, in order. */
export type Lines = readonly ContentLine[];

export const line = (
  name: string,
  value: string,
  parameters: Readonly<Record<string, string>> = {},
): ContentLine => ({
  group: '',
  name,
  parameters: writeParameters(
    Object.entries(parameters).map(([key, each]) => ({ name: key, values: [each] })),
  ),
  value,
});

export const lineIn = (lines: Lines, name: string): ContentLine | undefined =>
  lines.find((one) => one.name === name);

/** The text of a property; '' where there is none. */
export const textIn = (lines: Lines, name: string): string => {
  const found = lineIn(lines, name);
  return found === undefined ? '' : unescapeText(found.value);
};

/** The value of a property that is a word, in upper case; '' where there is none. */
export const wordIn = (lines: Lines, name: string): string =>
  lineIn(lines, name)?.value.trim().toUpperCase() ?? '';

/** A property's parameter in upper case; '' where there is none. */
export const parameterWord = (of: ContentLine, name: string): string =>
  parameter(of.parameters, name)?.toUpperCase() ?? '';

/** The first property of a name in the place of what was there, others of the name gone; none for `undefined`. */
export const withLine = (lines: Lines, name: string, set: ContentLine | undefined): Lines => {
  const at = lines.findIndex((one) => one.name === name);
  if (at === -1) return set === undefined ? lines : [...lines, set];
  return lines.flatMap((one, index) => {
    if (one.name !== name) return [one];
    return index === at && set !== undefined ? [set] : [];
  });
};

/** A property with another value, its parameters kept; none for ''. */
export const withValue = (lines: Lines, name: string, value: string): Lines => {
  const old = lineIn(lines, name);
  if (value === '') return withLine(lines, name, undefined);
  return withLine(lines, name, old === undefined ? line(name, value) : { ...old, value });
};

/** The same for a text, escaped. */
export const withText = (lines: Lines, name: string, text: string): Lines =>
  withValue(lines, name, escapeText(clean(text)));

export const withParameter = (of: ContentLine, name: string, value: string): ContentLine => {
  const others = parametersOf(of.parameters).filter((one) => one.name !== name);
  return { ...of, parameters: writeParameters([...others, { name, values: [value] }]) };
};
