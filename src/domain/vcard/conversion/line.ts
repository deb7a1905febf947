import { type ContentLine, type Parameter, parametersOf } from '../../icalendar/content-lines.ts';
import { writeParameters } from '../../icalendar/writing.ts';

/** A content line with its parameters taken apart. */
export interface CardLine {
  readonly group: string;
  /** Upper case. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** As written, still escaped. */
  readonly value: string;
}

export const cardLine = ({ group, name, parameters, value }: ContentLine): CardLine => ({
  group,
  name,
  parameters: parametersOf(parameters),
  value,
});

export const contentLine = ({ group, name, parameters, value }: CardLine): ContentLine => ({
  group,
  name,
  parameters: writeParameters(parameters),
  value,
});

/** A line of no group. */
export const lineOf = (
  name: string,
  value: string,
  parameters: readonly Parameter[] = [],
): CardLine => ({ group: '', name, parameters, value });

export const isGiven = (parameters: readonly Parameter[], name: string): boolean =>
  parameters.some((parameter) => parameter.name === name);

/** The first value of a parameter. */
export const firstOf = (parameters: readonly Parameter[], name: string): string | undefined =>
  parameters.find((parameter) => parameter.name === name)?.values[0];

/** `VALUE` in lower case. */
export const valueType = ({ parameters }: CardLine): string | undefined =>
  firstOf(parameters, 'VALUE')?.toLowerCase();

export const without = (
  parameters: readonly Parameter[],
  ...names: readonly string[]
): readonly Parameter[] => parameters.filter(({ name }) => !names.includes(name));

/** The parameters with one of them set, in its place or at the end. */
export const withParameter = (
  parameters: readonly Parameter[],
  name: string,
  value: string,
): readonly Parameter[] => {
  const set = { name, values: [value] };
  const at = parameters.findIndex((parameter) => parameter.name === name);
  return at === -1 ? [...parameters, set] : parameters.with(at, set);
};

/** All TYPE values, in lower case. */
export const typesOf = (parameters: readonly Parameter[]): readonly string[] =>
  parameters
    .filter(({ name }) => name === 'TYPE')
    .flatMap(({ values }) => values.map((value) => value.toLowerCase()));

/** The parameters without some TYPE values (lower case); a TYPE with nothing left goes. */
export const withoutTypes = (
  parameters: readonly Parameter[],
  unwanted: ReadonlySet<string>,
): readonly Parameter[] =>
  parameters.flatMap(({ name, values }) => {
    if (name !== 'TYPE') return [{ name, values }];
    const left = values.filter((value) => !unwanted.has(value.toLowerCase()));
    return left.length === 0 ? [] : [{ name, values: left }];
  });

/** Whether a value begins with the scheme of a URI (RFC 3986 §3.1). */
export const isUri = (value: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(value);
