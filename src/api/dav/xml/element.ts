import type { Name } from './names.ts';

/** One element of a parsed request body. Small by construction: see the bounds in `parse.ts`. */
export interface XmlElement {
  readonly name: Name;
  /** By Clark name; an attribute without prefix has no namespace (`{}name`). Declarations are absent. */
  readonly attributes: ReadonlyMap<Name, string>;
  /** Elements and character data in document order; comments and instructions are gone. */
  readonly nodes: readonly (XmlElement | string)[];
  /** The `xml:lang` in force here, inherited or own (RFC 4918 §4.3). */
  readonly language?: string;
}

/** Child elements, in document order. */
export const elementsOf = (element: XmlElement): readonly XmlElement[] =>
  element.nodes.filter((node) => typeof node !== 'string');

/** The first child of a name. */
export const childOf = (element: XmlElement, name: Name): XmlElement | undefined =>
  elementsOf(element).find((child) => child.name === name);

/** All children of a name. */
export const childrenOf = (element: XmlElement, name: Name): readonly XmlElement[] =>
  elementsOf(element).filter((child) => child.name === name);

/** The element's own character data, descendants' left out, as it stands (untrimmed). */
export const textOf = (element: XmlElement): string =>
  element.nodes.filter((node) => typeof node === 'string').join('');

/** Value of an attribute without namespace. */
export const attributeOf = (element: XmlElement, name: string): string | undefined =>
  element.attributes.get(`{}${name}`);
