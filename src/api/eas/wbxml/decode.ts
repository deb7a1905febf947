import { isUtf8 } from 'node:buffer';
import { EasRefusal } from '../errors.ts';
import { tagAt } from './tags.ts';

/** Bounds on a body beside its size. */
const BOUNDS = { depth: 32, elements: 200_000 } as const;

/** What comes next in a document. */
export type WbxmlEvent =
  | { readonly kind: 'open'; readonly tag: string }
  | { readonly kind: 'text'; readonly value: string | Uint8Array }
  | { readonly kind: 'close' };

/** Hands out a document's events one by one; `undefined` after its root element has ended. */
export interface WbxmlSource {
  /** @throws EasRefusal InvalidWbxml */
  next(): WbxmlEvent | undefined;
}

/** Global tokens that ActiveSync uses (MS-ASWBXML 2.1.2.2). */
const SWITCH_PAGE = 0x00;
const END = 0x01;
const STR_I = 0x03;
const OPAQUE = 0xc3;

const UTF_8 = 106;
const CLOSE: WbxmlEvent = { kind: 'close' };

const malformed = (reason: string): EasRefusal => new EasRefusal('InvalidWbxml', reason);

/** Octets of a body with a place in them. */
const octetsOf = (body: Buffer) => {
  let at = 0;
  const octet = (): number => {
    const value = body[at];
    if (value === undefined) throw malformed('The document ends too early.');
    at += 1;
    return value;
  };
  return {
    octet,
    /** A multi-octet integer of 32 bits at most (WBXML 1.3 §5.1). */
    integer(): number {
      let value = 0;
      for (let count = 0; count < 5; count += 1) {
        const next = octet();
        value = value * 128 + (next & 0x7f);
        if (next < 0x80) return value;
      }
      throw malformed('A number is too long.');
    },
    /** So many octets, not copied. */
    span(length: number): Buffer {
      if (length > body.length - at) throw malformed('A length reaches past the end.');
      at += length;
      return body.subarray(at - length, at);
    },
    /** What stands before the next NUL, which is passed over. */
    untilNul(): Buffer {
      const end = body.indexOf(0, at);
      if (end < 0) throw malformed('A string has no end.');
      const span = body.subarray(at, end);
      at = end + 1;
      return span;
    },
  };
};

/** Version, public identifier, charset, string table (WBXML 1.3 §5.1 to 5.8). */
const passHeader = ({ octet, integer, span }: ReturnType<typeof octetsOf>): void => {
  const version = octet();
  if (version < 1 || version > 3) throw malformed('This is no WBXML.');
  // A public identifier of 0 is an index into the string table instead.
  if (integer() === 0) integer();
  if (integer() !== UTF_8) throw malformed('The charset must be UTF-8.');
  span(integer());
};

/**
 * Reads a WBXML document as ActiveSync has it: one code page at a time, inline strings and opaque data, no
 * attributes, no string table, no entities (MS-ASWBXML 2.1.2). Nothing is read before it is asked for; what follows
 * the root element is not read at all. Unknown tags have names that begin with `unknown:`.
 */
export const decodeWbxml = (body: Buffer): WbxmlSource => {
  const octets = octetsOf(body);
  let page = 0;
  let depth = 0;
  let elements = 0;
  let hasBegun = false;
  /** An element without content was opened: it closes before anything else. */
  let closes = false;

  const open = (token: number): WbxmlEvent => {
    if (token >= 0x80) throw malformed('Attributes are not used.');
    if ((token & 0x3f) < 0x05) throw malformed('A global token is not used.');
    elements += 1;
    if (elements > BOUNDS.elements) throw malformed('There are too many elements.');
    if (depth >= BOUNDS.depth) throw malformed('Elements are nested too deeply.');
    hasBegun = true;
    depth += 1;
    closes = (token & 0x40) === 0;
    return { kind: 'open', tag: tagAt(page, token & 0x3f) };
  };

  const close = (): WbxmlEvent => {
    closes = false;
    depth -= 1;
    return CLOSE;
  };

  const text = (): WbxmlEvent => {
    const span = octets.untilNul();
    if (!isUtf8(span)) throw malformed('A string is not UTF-8.');
    return { kind: 'text', value: span.toString() };
  };

  return {
    next() {
      if (!hasBegun) passHeader(octets);
      else if (depth === 0) return undefined;
      if (closes) return close();
      for (;;) {
        const token = octets.octet();
        if (token === SWITCH_PAGE) {
          page = octets.octet();
          continue;
        }
        if (depth === 0) return open(token);
        if (token === END) return close();
        if (token === STR_I) return text();
        if (token === OPAQUE) return { kind: 'text', value: octets.span(octets.integer()) };
        return open(token);
      }
    },
  };
};
