import type { Lookup } from './hierarchy.ts';
import { type ParameterName, parameters } from './parameters.ts';
import type { Row } from './row.ts';
import type { Value } from './value-type.ts';

type Json = boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Parameters that people may choose themselves (level U), but no secrets. */
const names = (Object.entries(parameters) as [ParameterName, Row<Value, Value | undefined>][])
  .filter(([, { level, type }]) => level === 'U' && !type.secret)
  .map(([name]) => name);

/** What holds for somebody of a domain who has chosen nothing, by the parameters' names; those without a value are absent. */
export const userDefaults = (
  setting: Lookup,
  domain: string | undefined,
): Readonly<Record<string, Json>> =>
  Object.fromEntries(
    names.flatMap((name): [string, Json][] => {
      const value: Value | undefined = setting(name, domain);
      return value === undefined ? [] : [[name, json(value)]];
    }),
  );

const json = (value: Value): Json => {
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(json);
  return Object.fromEntries(
    [...(value as ReadonlyMap<string, Value>)].map(([key, each]) => [key, json(each)]),
  );
};
