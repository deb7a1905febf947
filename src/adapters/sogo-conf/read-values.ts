import type { ModuleName } from '../../domain/account/user-source.ts';
import type { Dictionary, Value } from './value-type.ts';

// The checker put there what the row's type read; these only say so to the compiler.

export const text = (value: Value | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

export const texts = (value: Value | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

export const flag = (value: Value | undefined): boolean => value === true;

export const number = (value: Value | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;

export const dictionaryOf = (value: Value | undefined): Dictionary =>
  value instanceof Map ? value : new Map();

export const dictionariesOf = (value: Value | undefined): readonly Dictionary[] =>
  Array.isArray(value) ? value.filter((each): each is Dictionary => each instanceof Map) : [];

const modules = ['Mail', 'Calendar', 'ActiveSync'] as const;

/** ModulesConstraints of a source: for each module, attributes and the value that each has to have. */
export const constraintsOf = (
  source: Dictionary,
): ReadonlyMap<ModuleName, ReadonlyMap<string, string>> => {
  const constraints = dictionaryOf(source.get('ModulesConstraints'));
  return new Map(
    modules
      .filter((module) => constraints.has(module))
      .map((module) => {
        const wanted = [...dictionaryOf(constraints.get(module))].map(
          ([name, value]) => [name, text(value) ?? ''] as const,
        );
        return [module, new Map(wanted)] as const;
      }),
  );
};
