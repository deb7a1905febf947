import { badRequest } from '../errors.ts';
import { childOf, childrenOf, elementsOf, type XmlElement } from '../xml/element.ts';
import { dav, type Name } from '../xml/names.ts';
import type { PropertyRequest } from './respond.ts';

/** Properties one request may name: each costs an element in every response. */
const ASKED_LIMIT = 200;

/**
 * Which properties `DAV:propfind` or a report's root element asks for: exactly one of `DAV:prop`,
 * `DAV:allprop` (with `DAV:include`) and `DAV:propname` among its children (RFC 4918 §14.20).
 * `undefined` when it has none of them.
 *
 * @throws DavError 400 when it has several, or names more than `ASKED_LIMIT` properties.
 */
export const propertyRequestOf = (parent: XmlElement): PropertyRequest | undefined => {
  const kinds = elementsOf(parent).filter(({ name }) => selectors.has(name));
  const [selector, ...others] = kinds;
  if (selector === undefined) return undefined;
  if (others.length > 0) throw badRequest('prop, allprop and propname exclude each other.');
  if (selector.name === dav('prop')) return { kind: 'prop', asked: namedIn([selector]) };
  if (selector.name === dav('propname')) return { kind: 'propname' };
  return { kind: 'allprop', include: namedIn(childrenOf(parent, dav('include'))) };
};

const selectors: ReadonlySet<Name> = new Set([dav('prop'), dav('allprop'), dav('propname')]);

/** Each name once: asking twice would answer twice. */
const namedIn = (holders: readonly XmlElement[]): readonly XmlElement[] => {
  const named = new Map<Name, XmlElement>();
  for (const asked of holders.flatMap(elementsOf))
    if (!named.has(asked.name)) named.set(asked.name, asked);
  if (named.size > ASKED_LIMIT) throw badRequest(`More than ${ASKED_LIMIT} properties were named.`);
  return [...named.values()];
};

/** What PROPFIND asks for; without a body, `allprop` (RFC 4918 §9.1). @throws DavError 400 */
export const propfindOf = (body: XmlElement | undefined): PropertyRequest => {
  if (body === undefined) return { kind: 'allprop', include: [] };
  const request = propertyRequestOf(body);
  if (request === undefined) throw badRequest('propfind needs prop, allprop or propname.');
  return request;
};

/** One thing PROPPATCH, MKCALENDAR or MKCOL is told: a value to set, or to remove where `undefined`. */
export interface Instruction {
  readonly name: Name;
  readonly value: XmlElement | undefined;
}

/**
 * `DAV:set` and `DAV:remove` in document order (RFC 4918 §9.2); MKCALENDAR and MKCOL only know the former.
 * @throws DavError 400 for more than `ASKED_LIMIT`, or for `set` and `remove` without `DAV:prop`.
 */
export const instructionsOf = (
  parent: XmlElement,
  verbs: readonly ('set' | 'remove')[],
): readonly Instruction[] => {
  const known = verbs.map(dav);
  const instructions = elementsOf(parent)
    .filter(({ name }) => known.includes(name))
    .flatMap((verb) => {
      const prop = childOf(verb, dav('prop'));
      if (prop === undefined) throw badRequest('set and remove need a prop element.');
      return elementsOf(prop).map((value) => ({
        name: value.name,
        value: verb.name === dav('set') ? value : undefined,
      }));
    });
  if (instructions.length > ASKED_LIMIT)
    throw badRequest(`More than ${ASKED_LIMIT} properties were named.`);
  return instructions;
};
