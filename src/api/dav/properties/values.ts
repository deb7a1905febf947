import type { Subject } from '../tables.ts';
import { childrenOf, elementsOf, textOf, type XmlElement } from '../xml/element.ts';
import { dav, type Name } from '../xml/names.ts';
import { parseXml } from '../xml/parse.ts';
import { document, element, kept, type Markup } from '../xml/write.ts';
import { deadOf, rowsFor } from './respond.ts';

/** One property with its element, as an answer would have it; `undefined` when it has no value. */
export const propertyMarkup = (subject: Subject, name: Name): Markup | undefined => {
  const dead = deadOf(subject)?.get(name);
  if (dead !== undefined) return kept(dead);
  const content = rowsFor(subject.view.tables, subject.place).get(name)?.read(subject);
  return typeof content === 'string' ? element(name, content) : undefined;
};

const read = (property: Markup): XmlElement | undefined =>
  elementsOf(parseXml(Buffer.from(document(dav('prop'), property))))[0];

/** The `DAV:href`s directly in a property. */
export const hrefsIn = (property: Markup): readonly string[] => {
  const element = read(property);
  return element === undefined ? [] : childrenOf(element, dav('href')).map(textOf);
};

/** All texts in a property, at any depth. */
export const textsIn = (property: Markup): readonly string[] => {
  const element = read(property);
  return element === undefined ? [] : texts(element);
};

const texts = (element: XmlElement): readonly string[] =>
  element.nodes.flatMap((node) => (typeof node === 'string' ? [node.trim()] : texts(node)));
