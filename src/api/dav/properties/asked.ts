import { DavError } from '../errors.ts';
import type { Tables } from '../tables.ts';
import { childrenOf, elementsOf, type XmlElement } from '../xml/element.ts';
import { dav } from '../xml/names.ts';

/**
 * Judges the parameters of all properties that a report's root element asks for, before an answer is
 * begun. @throws DavError as the property rows' `check` says.
 */
export const checkAsked = (tables: Tables, body: XmlElement): void => {
  const checks = tables.properties.filter(({ check }) => check !== undefined);
  for (const holder of [dav('prop'), dav('include')])
    for (const asked of childrenOf(body, holder).flatMap(elementsOf))
      for (const { name, check } of checks) {
        const refusal = name === asked.name ? check?.(asked) : undefined;
        if (refusal !== undefined) throw new DavError(refusal);
      }
};
