import type {
  CardFilter,
  ParameterFilter,
  PropertyFilter,
  Test,
} from '../../../domain/vcard/filter.ts';
import { badRequest, refuse } from '../errors.ts';
import { propertyName } from '../objects/address-data.ts';
import { cardPropertyNamed } from '../workarounds.ts';
import { attributeOf, elementsOf, type XmlElement } from '../xml/element.ts';
import { carddav, type Name } from '../xml/names.ts';
import { verbatim } from '../xml/write.ts';
import { oneOf, textMatchOf, type TextMatchDefaults } from './text-match.ts';

/** Conditions in one filter: each is tried on every card. */
const CONDITIONS = 100;

const defaults: TextMatchDefaults = {
  collation: 'i;unicode-casemap',
  unsupported: carddav('supported-collation'),
};

/**
 * Reads `CARDDAV:filter` (RFC 6352 §10.5).
 *
 * @throws DavError 403 `supported-filter` with the element that is none of its own, `supported-collation`
 * (§8.6.1); 400 for a missing name, a value that is none, contradictions and too many conditions.
 */
export const cardFilterOf = (filter: XmlElement): CardFilter => {
  const read = reader();
  const properties = elementsOf(filter).map((child) => {
    if (child.name !== carddav('prop-filter')) throw unsupported(child);
    return read.property(child);
  });
  return { test: testOf(filter), properties };
};

const testOf = (element: XmlElement): Test => oneOf(element, 'test', ['anyof', 'allof'], 'anyof');

const reader = () => {
  let conditions = 0;
  const count = (): void => {
    conditions += 1;
    if (conditions > CONDITIONS) throw badRequest(`More than ${CONDITIONS} conditions.`);
  };

  const property = (element: XmlElement): PropertyFilter => {
    count();
    const { name, group } = propertyName(nameIn(element));
    const named = { name: cardPropertyNamed(name), group };
    const children = elementsOf(element);
    if (isNotDefined(children)) return { ...named, rule: 'is-not-defined' };
    const texts = [];
    const parameters = [];
    for (const child of children) {
      count();
      if (child.name === TEXT_MATCH) texts.push(textMatchOf(child, defaults));
      else if (child.name === carddav('param-filter')) parameters.push(parameter(child));
      else throw unsupported(child);
    }
    return { ...named, rule: { test: testOf(element), texts, parameters } };
  };

  const parameter = (element: XmlElement): ParameterFilter => {
    const name = nameIn(element).toUpperCase();
    const children = elementsOf(element);
    if (isNotDefined(children)) return { name, rule: 'is-not-defined' };
    const [match, ...others] = children;
    if (match === undefined) return { name, rule: 'is-defined' };
    if (match.name !== TEXT_MATCH) throw unsupported(match);
    if (others.length > 0) throw badRequest('A param-filter has one text-match.');
    return { name, rule: textMatchOf(match, defaults) };
  };

  return { property };
};

const TEXT_MATCH: Name = carddav('text-match');

const isNotDefined = (children: readonly XmlElement[]): boolean => {
  if (!children.some(({ name }) => name === carddav('is-not-defined'))) return false;
  if (children.length > 1) throw badRequest('is-not-defined stands alone.');
  return true;
};

const nameIn = (element: XmlElement): string => {
  const name = attributeOf(element, 'name')?.trim() ?? '';
  if (name === '') throw badRequest('A filter has no name.');
  return name;
};

const unsupported = (element: XmlElement) =>
  refuse(403, carddav('supported-filter'), { content: verbatim({ ...element, nodes: [] }) });
