import { DavError } from '../errors.ts';
import type { Property, Tables } from '../tables.ts';
import { childrenOf, elementsOf, type XmlElement } from '../xml/element.ts';
import { dav } from '../xml/names.ts';

/**
 * Judges the parameters of all properties that a report's root element asks for, before an answer is
 * begun. @throws DavError as the property rows' `check` says.
 */
export const checkAsked = (tables: Tables, body: XmlElement): void => {
  const checks = checksIn(tables);
  for (const holder of holders)
    for (const asked of childrenOf(body, holder).flatMap(elementsOf))
      for (const { name, check } of checks) {
        const refusal = name === asked.name ? check?.(asked) : undefined;
        if (refusal !== undefined) throw new DavError(refusal);
      }
};

const holders = [dav('prop'), dav('include')];

const known = new WeakMap<Tables, readonly Property[]>();

/** The rows that have parameters; looked for once per table. */
const checksIn = (tables: Tables): readonly Property[] => {
  const checks = known.get(tables) ?? tables.properties.filter(({ check }) => check !== undefined);
  known.set(tables, checks);
  return checks;
};
