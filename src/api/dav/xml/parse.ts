import { LRUCache } from 'lru-cache';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { badRequest, DavError } from '../errors.ts';
import { decodeXml, isReadable } from './decode.ts';
import type { XmlElement } from './element.ts';
import { type Name, nameOf } from './names.ts';

/**
 * Bounds on a document beside its size. Depth: saxes takes time quadratic in it. Elements and
 * attributes: four octets of input become some hundred of memory; a multiget needs one for each href.
 */
const XML_BOUNDS = { depth: 100, elements: 20_000, attributes: 64 } as const;

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const LANGUAGE: Name = '{http://www.w3.org/XML/1998/namespace}lang';

interface Open {
  readonly name: Name;
  readonly attributes: ReadonlyMap<Name, string>;
  readonly nodes: (XmlElement | string)[];
  readonly language?: string;
}

/**
 * A request body as a tree of elements with Clark names.
 *
 * @throws DavError 400 when it is not well-formed with namespaces, has a document type declaration
 * (no entity but XML's own five is ever expanded) or exceeds `XML_BOUNDS`; 415 for another charset.
 */
export const parseXml = (octets: Uint8Array, contentType?: string): XmlElement => {
  const source = decodeXml(octets, contentType);
  const known = recent.get(source);
  if (known !== undefined) return copyOf(known);
  try {
    const root = parse(source);
    if (source.length > SHORT) return root;
    recent.set(source, root);
    return copyOf(root);
  } catch (error) {
    if (error instanceof DavError) throw error;
    // saxes repeats the offending text at length; what a person needs stands at the beginning.
    const detail = error instanceof Error ? error.message.slice(0, 200) : '';
    throw badRequest(`The body is not well-formed XML: ${detail}`);
  }
};

/** Characters of documents that are remembered, for clients ask the same thing all day. */
const SHORT = 1000;
const recent = new LRUCache<string, XmlElement>({ max: 200 });

/** Each request has elements of its own: what is known of one must not be taken for another's. */
const copyOf = (element: XmlElement): XmlElement => ({
  ...element,
  nodes: element.nodes.map((node) => (typeof node === 'string' ? node : copyOf(node))),
});

const parse = (source: string): XmlElement => {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let attributes = 0;

  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && !isReadable(encoding))
      throw badRequest('XML must be encoded in UTF-8 or UTF-16.');
  });
  parser.on('doctype', () => {
    throw badRequest('Document type declarations are refused.');
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > XML_BOUNDS.attributes) throw badRequest('An element has too many attributes.');
  });
  parser.on('opentag', (tag) => {
    elements += 1;
    attributes = 0;
    if (open.length >= XML_BOUNDS.depth) throw badRequest('The XML is nested too deeply.');
    if (elements > XML_BOUNDS.elements) throw badRequest('The XML has too many elements.');
    open.push(opened(tag, open.at(-1)?.language));
  });
  const addText = (text: string): void => {
    open.at(-1)?.nodes.push(text);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    const parent = open.at(-1);
    if (closed === undefined) return;
    if (parent === undefined) root = closed;
    else parent.nodes.push(closed);
  });
  parser.write(source).close();
  if (root === undefined) throw badRequest('The body holds no XML element.');
  return root;
};

const noAttributes: ReadonlyMap<Name, string> = new Map();

const attributesOf = (tag: SaxesTagNS): ReadonlyMap<Name, string> => {
  const given = Object.values(tag.attributes).filter(({ uri }) => uri !== XMLNS);
  if (given.length === 0) return noAttributes;
  return new Map(given.map(({ uri, local, value }) => [nameOf(uri, local), value]));
};

const opened = (tag: SaxesTagNS, inherited: string | undefined): Open => {
  const attributes = attributesOf(tag);
  const language = attributes.get(LANGUAGE) ?? inherited;
  return {
    name: nameOf(tag.uri, tag.local),
    attributes,
    nodes: [],
    ...(language === undefined ? {} : { language }),
  };
};
