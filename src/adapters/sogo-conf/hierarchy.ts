import type { Checked } from './check.ts';
import { type ParameterName, type ParameterValue, parameters } from './parameters.ts';
import type { Dictionary, Value } from './value-type.ts';

/**
 * What a parameter is worth: for a user (U), else in his domain (D and U), else at the root, else by
 * default. `user` holds what the person chose, already of the parameter's type.
 */
export type Lookup = <Name extends ParameterName>(
  name: Name,
  domain?: string,
  user?: Dictionary,
) => ParameterValue<Name>;

export const hierarchy =
  ({ root, domains }: Pick<Checked, 'root' | 'domains'>): Lookup =>
  <Name extends ParameterName>(name: Name, domain?: string, user?: Dictionary) => {
    const { level, fallback } = parameters[name];
    const places = [
      level === 'U' ? user : undefined,
      level === 'S' || domain === undefined ? undefined : domains.get(domain.toLowerCase()),
      root,
    ];
    const found = places.find((place) => place?.has(name));
    const value: Value | undefined = found === undefined ? fallback : found.get(name);
    // The checker put there what the row's type read.
    return value as ParameterValue<Name>;
  };
