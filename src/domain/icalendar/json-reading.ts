import { type TypedProperty, untypedLine, type Vocabulary } from './typed-properties.ts';
import type { TypedValue } from './typed-values.ts';
import { writeLine } from './writing.ts';

/** What JSON that should hold calendars or cards (RFC 7265, RFC 7095) came to. */
export type JsonReading =
  | { readonly text: string }
  /** For people. */
  | { readonly invalid: string };

/** The value of a JSON text; `undefined` where it is none. */
export const parsedJson = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

/** Thrown within this room only, and answered as `invalid`. */
class NotAForm extends Error {}

/** @throws NotAForm */
export const wrong = (reason: string): never => {
  throw new NotAForm(reason);
};

/** What `read` gives, or what was wrong with it. */
export const reading = (read: () => string): JsonReading => {
  try {
    return { text: read() };
  } catch (error) {
    if (error instanceof NotAForm) return { invalid: error.message };
    throw error;
  }
};

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** An array, or nothing else. @throws NotAForm */
export const listOf = (value: unknown): readonly unknown[] =>
  isList(value) ? value : wrong('an array is missing');

/** A property's line with its line end. @throws NotAForm */
export const propertyLine = (property: unknown, vocabulary: Vocabulary): string => {
  const [name, parameters, type, ...values] = listOf(property);
  if (typeof name !== 'string' || typeof type !== 'string')
    return wrong('a property is its name, parameters, type and values');
  if (typeof parameters !== 'object' || parameters === null || isList(parameters))
    return wrong(`the parameters of ${quoted(name)} are no object`);
  const given = Object.entries(parameters).map(([key, value]: [string, unknown]) => ({
    name: key.toLowerCase(),
    values: (isList(value) ? value : [value]).map((each) =>
      typeof each === 'string' ? each : wrong(`a parameter of ${quoted(name)} is no string`),
    ),
  }));
  const typed: TypedProperty = {
    name: name.toLowerCase(),
    group: given.find((parameter) => parameter.name === 'group')?.values[0] ?? '',
    parameters: given.filter((parameter) => parameter.name !== 'group'),
    type: type.toLowerCase(),
    values: values.map((value) => typedValue(value) ?? wrong(`${quoted(name)} has no such value`)),
  };
  const line = untypedLine(typed, vocabulary);
  return line === undefined
    ? wrong(`${quoted(name)} has a value that is no ${quoted(type)}`)
    : writeLine(line);
};

const quoted = (name: string): string => JSON.stringify(name.slice(0, 60));

const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

const isTextList = (value: unknown): value is readonly string[] =>
  isList(value) && value.every((each) => typeof each === 'string');

const typedValue = (value: unknown): TypedValue | undefined => {
  if (isScalar(value) || typeof value === 'boolean') return value;
  if (isList(value)) {
    const parts = value.filter((part) => isScalar(part) || isTextList(part));
    return parts.length === value.length ? parts : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const parts: [string, string | number | readonly (string | number)[]][] = [];
  for (const [name, part] of Object.entries(value) as [string, unknown][]) {
    if (isScalar(part)) parts.push([name, part]);
    else if (isList(part) && part.every(isScalar)) parts.push([name, part.filter(isScalar)]);
    else return undefined;
  }
  return Object.fromEntries(parts);
};
