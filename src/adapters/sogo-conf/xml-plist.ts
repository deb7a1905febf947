import { SaxesParser, type SaxesTagPlain } from 'saxes';
import {
  DEPTH_LIMIT,
  type Place,
  type PlistDictionary,
  type PlistEntry,
  PlistError,
  type PlistNode,
} from './plist.ts';

/** An element that is open: what it holds so far. */
interface Open {
  readonly element: string;
  readonly at: Place;
  readonly items: PlistNode[];
  readonly entries: PlistEntry[];
  key: { readonly text: string; readonly at: Place } | undefined;
  text: string;
}

const scalars = new Set(['string', 'integer', 'real', 'date', 'true', 'false', 'data', 'key']);
const containers = new Set(['plist', 'dict', 'array']);

/** An XML property list, as a file's beginning tells it. */
export const isXmlPlist = (text: string): boolean =>
  /^\uFEFF?\s*<(?:\?xml|!DOCTYPE|plist)/.test(text);

/**
 * The root dictionary of an XML property list: the other syntax that SOGo's configuration may have.
 * Entities of a document type are refused.
 * @throws PlistError for what is no such list, with line and column.
 */
export const parseXmlPlist = (source: string): PlistDictionary => {
  const parser = new SaxesParser();
  const stack: Open[] = [];
  let root: PlistNode | undefined;
  let start: Place = { line: 1, column: 1 };

  const fail = (reason: string, at: Place): never => {
    throw new PlistError(reason, at);
  };
  const here = (): Place => ({ line: parser.line, column: parser.column + 1 });

  const nodeOf = ({ element, at, items, entries, text }: Open): PlistNode => {
    switch (element) {
      case 'dict':
        return { kind: 'dictionary', entries, at };
      case 'array':
        return { kind: 'array', items, at };
      case 'true':
      case 'false':
        return { kind: 'text', text: element === 'true' ? 'YES' : 'NO', at };
      case 'data': {
        const digits = text.replace(/\s/g, '');
        if (!/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) fail('data takes base 64', at);
        return { kind: 'data', octets: new Uint8Array(Buffer.from(digits, 'base64')), at };
      }
      default:
        return { kind: 'text', text: element === 'string' ? text : text.trim(), at };
    }
  };

  const add = (node: PlistNode, parent: Open): void => {
    if (parent.element === 'array') parent.items.push(node);
    else if (parent.element === 'dict') {
      const { key } = parent;
      if (key === undefined) return fail('expected <key> before this value', node.at);
      parent.entries.push({ key: key.text, at: key.at, value: node });
      parent.key = undefined;
    } else if (root === undefined) root = node;
    else fail('expected one value in <plist>', node.at);
  };

  const opened = ({ name }: { readonly name: string }): void => {
    const parent = stack.at(-1);
    if (stack.length > DEPTH_LIMIT) fail(`nested more than ${DEPTH_LIMIT} deep`, start);
    if (!scalars.has(name) && !containers.has(name))
      fail(`<${name}> is no element of a property list`, start);
    if ((name === 'plist') !== (parent === undefined))
      fail(`<${name}> may not stand here; <plist> is outermost, and only there`, start);
    if (parent !== undefined && scalars.has(parent.element))
      fail(`<${parent.element}> holds text only`, start);
    if (name === 'key' && (parent?.element !== 'dict' || parent.key !== undefined))
      fail('expected a value, not <key>', start);
    stack.push({ element: name, at: start, items: [], entries: [], key: undefined, text: '' });
  };

  const closed = (_: SaxesTagPlain): void => {
    const open = stack.pop();
    const parent = stack.at(-1);
    if (open === undefined || parent === undefined) return;
    if (open.key !== undefined) fail(`the key ${open.key.text} has no value`, open.key.at);
    if (open.element === 'key') parent.key = { text: open.text, at: open.at };
    else add(nodeOf(open), parent);
  };

  const written = (text: string): void => {
    const open = stack.at(-1);
    if (open === undefined) return;
    if (scalars.has(open.element)) open.text += text;
    else if (text.trim() !== '') fail(`<${open.element}> holds no text of its own`, open.at);
  };

  parser.on('opentagstart', ({ name }) => {
    // The parser has read `<`, the name and one character more.
    start = { line: parser.line, column: Math.max(1, parser.column - name.length - 1) };
    opened({ name });
  });
  parser.on('closetag', closed);
  parser.on('text', written);
  parser.on('cdata', written);
  parser.on('doctype', (declaration) => {
    if (declaration.includes('[')) fail('a document type may not declare anything', here());
  });
  parser.on('error', (error) => {
    fail(error.message.replace(/^\d+:\d+: /, ''), here());
  });
  parser.write(source.replace(/^\uFEFF?\s*/, '')).close();
  if (root === undefined) return fail('expected a value in <plist>', start);
  if (root.kind !== 'dictionary') return fail('expected <dict> to open the configuration', root.at);
  return root;
};
