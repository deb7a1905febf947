import { SaxesParser } from 'saxes';
import type { Name } from './names.ts';
import { SamlRefused } from './refusal.ts';

export interface XmlElement {
  readonly name: Name;
  /** By name; those with a namespace as `{namespace}name`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own character data. */
  readonly text: string;
}

/** Bounds beside the size: saxes takes time quadratic in the depth. */
const BOUNDS = { depth: 40, elements: 2000, attributes: 64 } as const;
/** The same for a file that an administrator wrote or fetched. */
const FILE_BOUNDS = { ...BOUNDS, elements: 100_000 } as const;

interface Open {
  readonly name: Name;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const refuse = (): never => {
  throw new SamlRefused('structure');
};

const XMLNS = 'http://www.w3.org/2000/xmlns/';

const parse = (source: string, bounds: typeof BOUNDS | typeof FILE_BOUNDS): XmlElement => {
  const isFile = bounds === FILE_BOUNDS;
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let attributes = 0;
  parser.on('doctype', refuse);
  if (!isFile) {
    // What canonicalization leaves out of a signature, nobody but a forger has a use for.
    parser.on('comment', refuse);
    parser.on('processinginstruction', refuse);
  }
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > bounds.attributes) refuse();
  });
  parser.on('opentag', ({ uri, local, attributes: given }) => {
    elements += 1;
    attributes = 0;
    if (open.length >= bounds.depth || elements > bounds.elements) refuse();
    const kept = Object.values(given).filter((one) => one.uri !== XMLNS);
    open.push({
      name: `{${uri}}${local}`,
      attributes: new Map(
        kept.map((one) => [one.uri === '' ? one.local : `{${one.uri}}${one.local}`, one.value]),
      ),
      children: [],
      text: '',
    });
  });
  const addText = (text: string): void => {
    const innermost = open.at(-1);
    if (innermost !== undefined) innermost.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const parent = open.at(-1);
    if (parent === undefined) root = closed;
    else parent.children.push(closed);
  });
  parser.write(source).close();
  return root ?? refuse();
};

const read = (source: string, bounds: typeof BOUNDS | typeof FILE_BOUNDS): XmlElement => {
  try {
    return parse(source, bounds);
  } catch (cause) {
    if (cause instanceof SamlRefused) throw cause;
    throw new SamlRefused('unreadable', { cause });
  }
};

/**
 * A message as a tree. @throws SamlRefused when it is not well-formed with namespaces, has a document type,
 * a comment or a processing instruction, or exceeds the bounds.
 */
export const readMessage = (source: string): XmlElement => read(source, BOUNDS);

/** The same for metadata, which people may comment. @throws SamlRefused */
export const readFileXml = (source: string): XmlElement => read(source, FILE_BOUNDS);

export const childrenOf = ({ children }: XmlElement, name: Name): readonly XmlElement[] =>
  children.filter((child) => child.name === name);

/** The only child of a name, if there is one. @throws SamlRefused when there are several */
export const onlyChild = (element: XmlElement, name: Name): XmlElement | undefined => {
  const [first, ...others] = childrenOf(element, name);
  return others.length === 0 ? first : refuse();
};

/** An element and all below it, in document order. */
export const allIn = (element: XmlElement): readonly XmlElement[] => {
  const found: XmlElement[] = [];
  const waiting = [element];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    found.push(next);
    waiting.push(...next.children.toReversed());
  }
  return found;
};

/** Character data without the space around it that pretty printing leaves. */
export const textOf = (element: XmlElement | undefined): string => element?.text.trim() ?? '';

/** The text as an attribute's value or character data. */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** The element as a document of its own, whose prefixes are gone; its text stands before its children. */
export const xmlOf = ({ name, attributes, children, text }: XmlElement): string => {
  const end = name.lastIndexOf('}');
  const [namespace, local] = [name.slice(1, end), name.slice(end + 1)];
  const plain = [...attributes].filter(([one]) => !one.startsWith('{'));
  const written = plain.map(([one, value]) => ` ${one}="${escaped(value)}"`).join('');
  const content = `${escaped(text)}${children.map(xmlOf).join('')}`;
  return `<${local} xmlns="${escaped(namespace)}"${written}>${content}</${local}>`;
};
