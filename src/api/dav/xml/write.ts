import type { XmlElement } from './element.ts';
import { type Name, namespaces, splitName } from './names.ts';

/**
 * Well-formed XML content. Only this module mints it, so that nothing unescaped can reach the wire.
 * The prefixes of `prefixes` are declared by the document's root; see `document`.
 */
export type Markup = string & { readonly brand: 'Markup' };

const prefixes: ReadonlyMap<string, string> = new Map([
  [namespaces.dav, 'D'],
  [namespaces.caldav, 'C'],
  [namespaces.carddav, 'CR'],
  [namespaces.calendarServer, 'CS'],
  [namespaces.apple, 'A'],
]);

const declarations = [...prefixes].map(([uri, prefix]) => ` xmlns:${prefix}="${uri}"`).join('');

/** Markup, and what XML 1.0 §2.2 forbids; in one class, so that one test settles most texts. */
const special = /[&<>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/;
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/;
/** As above; `u` keeps surrogate pairs whole. */
const everyForbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu;

/** Character by character: calendar data has an end of line every thirty, and a pattern is slow with those. */
const replacements = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  // A parser would turn a bare CR LF into LF (XML 1.0 §2.11), and the octets would not match their ETag.
  ['\r', '&#13;'],
] as const;

const escape = (text: string): string => {
  if (!special.test(text)) return text;
  let escaped = text;
  for (const [character, reference] of replacements)
    if (escaped.includes(character)) escaped = escaped.replaceAll(character, reference);
  return forbidden.test(escaped) ? escaped.replace(everyForbidden, '\ufffd') : escaped;
};

/** Character data; what XML 1.0 forbids becomes U+FFFD. */
export const text = (value: string): Markup => escape(value) as Markup;

export const nothing = '' as Markup;

export const join = (parts: readonly Markup[]): Markup => parts.join('') as Markup;

/** As `join`, for a text that grows: nothing is copied before it is written. */
export const followedBy = (before: Markup, next: Markup): Markup => (before + next) as Markup;

/** Characters of a text that is put together before it goes on: V8 keeps longer ones apart, for long. */
const PIECE = 16 * 1024;

/** What is written of each of many items, in pieces of some length. */
export function* inPieces<Item>(
  items: readonly Item[],
  write: (item: Item) => Markup,
): Generator<Markup> {
  let piece = '';
  for (const item of items) {
    piece += write(item);
    if (piece.length < PIECE) continue;
    yield piece as Markup;
    piece = '';
  }
  if (piece !== '') yield piece as Markup;
}

/** Beginnings of the opening and the closing tag of a name; unknown namespaces are declared on the spot. */
const tagsOf = (name: Name): readonly [open: string, close: string] => {
  const [uri, local] = splitName(name);
  const prefix = prefixes.get(uri);
  if (prefix !== undefined) return [`${prefix}:${local}`, `${prefix}:${local}`];
  if (uri === '') return [local, local];
  return [`X:${local} xmlns:X="${attributeValue(uri)}"`, `X:${local}`];
};

/** How an element of one name is written. */
interface Tags {
  readonly open: string;
  readonly begin: string;
  readonly end: string;
  readonly empty: Markup;
}

const remembered = new Map<Name, Tags>();
const REMEMBERED = 500;

const tags = (name: Name): Tags => {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const [open, close] = tagsOf(name);
  const made = { open, begin: `<${open}>`, end: `</${close}>`, empty: `<${open}/>` as Markup };
  // Clients choose names of dead properties: remember only so many.
  if (remembered.size < REMEMBERED) remembered.set(name, made);
  return made;
};

/** An element; without content it is written empty. `name`'s local part must be an XML name. */
export const element = (name: Name, ...content: readonly Markup[]): Markup => {
  const { begin, end, empty } = tags(name);
  let inner = '';
  for (const part of content) inner += part;
  return inner === '' ? empty : ((begin + inner + end) as Markup);
};

/** Writes elements of one name, of which an answer has thousands. */
export const elementsNamed = (name: Name): ((content: Markup) => Markup) => {
  const { begin, end, empty } = tags(name);
  return (content) => (content === '' ? empty : ((begin + content + end) as Markup));
};

/** The tags around an element's content, for whoever puts an answer together from large parts. */
export const tagPair = (name: Name): readonly [begin: string, end: string] => {
  const { begin, end } = tags(name);
  return [begin, end];
};

/** An element with attributes without namespace, by name. */
export const elementWith = (
  name: Name,
  attributes: Readonly<Record<string, string>>,
  ...content: readonly Markup[]
): Markup => {
  const { open, end } = tags(name);
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${attributeValue(value)}"`)
    .join('');
  const inner = content.join('');
  return (inner === '' ? `<${open}${written}/>` : `<${open}${written}>${inner}${end}`) as Markup;
};

/** Tabs and line feeds in attributes would otherwise be read back as spaces (XML 1.0 §3.3.3). */
const attributeValue = (value: string): string =>
  escape(value).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');

/** Element holding character data. */
export const textElement = (name: Name, value: string): Markup => element(name, text(value));

/** Beginning and end of a document around content that comes in pieces. */
export const frame = (root: Name): readonly [head: Markup, tail: Markup] => {
  const { open, end } = tags(root);
  return [
    `<?xml version="1.0" encoding="utf-8"?>\n<${open}${declarations}>` as Markup,
    `${end}\n` as Markup,
  ];
};

/** As `frame`, for a document of one namespace: in it `element('{}name')` needs no prefix. */
export const plainFrame = (
  local: string,
  namespace: string,
): readonly [head: Markup, tail: Markup] => [
  `<?xml version="1.0" encoding="utf-8"?>\n<${local} xmlns="${escape(namespace)}">` as Markup,
  `</${local}>\n` as Markup,
];

/** A whole document: XML declaration, root with all known prefixes, content. */
export const document = (root: Name, ...content: readonly Markup[]): Markup => {
  const [head, tail] = frame(root);
  return `${head}${content.join('')}${tail}` as Markup;
};

/**
 * A parsed element as self-contained XML text: every namespace it uses is declared inside it, so
 * that it can be kept as it is and stand in any document later (RFC 4918 §4.3).
 */
export const verbatim = (parsed: XmlElement): Markup => {
  const language = parsed.language;
  const own = parsed.attributes.has(LANGUAGE);
  return write(
    parsed,
    '',
    language === undefined || own ? '' : ` xml:lang="${attributeValue(language)}"`,
  );
};

const XML = 'http://www.w3.org/XML/1998/namespace';
const LANGUAGE: Name = `{${XML}}lang`;

/** `inherited`: the default namespace in force, so that only changes are declared. */
const write = (parsed: XmlElement, inherited: string, extra: string): Markup => {
  const [uri, local] = splitName(parsed.name);
  const declared = uri === inherited ? '' : ` xmlns="${attributeValue(uri)}"`;
  const attributes = [...parsed.attributes].map(([name, value], index) => {
    const [space, key] = splitName(name);
    if (space === '') return ` ${key}="${attributeValue(value)}"`;
    if (space === XML) return ` xml:${key}="${attributeValue(value)}"`;
    return ` n${index}:${key}="${attributeValue(value)}" xmlns:n${index}="${attributeValue(space)}"`;
  });
  const inner = parsed.nodes
    .map((node) => (typeof node === 'string' ? escape(node) : write(node, uri, '')))
    .join('');
  const open = `${local}${declared}${extra}${attributes.join('')}`;
  return (inner === '' ? `<${open}/>` : `<${open}>${inner}</${local}>`) as Markup;
};

/** XML text that `verbatim` made and the log kept. */
export const kept = (xml: string): Markup => xml as Markup;
