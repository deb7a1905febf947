import type { Data, Element } from '../../../domain/activesync/data.ts';
import { type Tag, tagNamed } from './tags.ts';

/** WBXML 1.3, unknown public identifier, UTF-8, no string table (MS-ASWBXML 2.1.1). */
const HEADER = Buffer.from([0x03, 0x01, 0x6a, 0x00]);
const SWITCH_PAGE = 0x00;
const END = 0x01;
const STR_I = 0x03;
const OPAQUE = 0xc3;
const CONTENT = 0x40;

/** Bounds on an answer: whoever makes longer ones should have cut them (`Sync` has `MoreAvailable`). */
const BOUNDS = { depth: 32, octets: 256 * 1024 * 1024 } as const;

/** What XML 1.0 §2.2 has no place for, and NUL, which ends a string; also halves of surrogate pairs. */
const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/;
const everyIllegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

/** An answer was made that cannot be written: a mistake of ours. */
class Unwritable extends Error {
  override readonly name = 'Unwritable';
  readonly code = 'eas-answer-unwritable';
}

/** Octets that grow. */
const growing = () => {
  let octets = Buffer.allocUnsafe(4096);
  let used = 0;
  const room = (more: number): void => {
    if (used + more <= octets.length) return;
    if (used + more > BOUNDS.octets) throw new Unwritable('an answer is too long');
    const larger = Buffer.allocUnsafe(Math.max(octets.length * 2, used + more));
    octets.copy(larger, 0, 0, used);
    octets = larger;
  };
  return {
    octet(value: number): void {
      room(1);
      octets[used] = value;
      used += 1;
    },
    text(value: string): void {
      room(value.length * 3);
      used += octets.write(value, used);
    },
    span(value: Uint8Array): void {
      room(value.length);
      octets.set(value, used);
      used += value.length;
    },
    whole: (): Buffer => octets.subarray(0, used),
  };
};

type Out = ReturnType<typeof growing>;

const writeInteger = (out: Out, value: number): void => {
  const digits = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift((rest & 0x7f) | 0x80);
  for (const digit of digits) out.octet(digit);
};

const writeText = (out: Out, value: string): void => {
  out.octet(STR_I);
  out.text(illegal.test(value) ? value.replace(everyIllegal, '') : value);
  out.octet(0);
};

const tagOf = (name: string): Tag => {
  const tag = tagNamed(name);
  if (tag === undefined) throw new Unwritable(`there is no tag ${name}`);
  return tag;
};

/**
 * An element as a WBXML document. Text loses what XML 1.0 cannot hold; an element of no length is written
 * empty. @throws Unwritable for a tag that the code pages do not have, and beyond `BOUNDS`
 */
export const encodeWbxml = (root: Element): Buffer => {
  const out = growing();
  out.span(HEADER);
  let page = 0;

  const writeOpen = (name: string, hasContent: boolean): void => {
    const tag = tagOf(name);
    if (tag.page !== page) {
      page = tag.page;
      out.octet(SWITCH_PAGE);
      out.octet(page);
    }
    out.octet(hasContent ? tag.token | CONTENT : tag.token);
  };

  const writeAll = (elements: Data, depth: number): void => {
    if (depth > BOUNDS.depth) throw new Unwritable('an answer is nested too deeply');
    for (const element of elements) write(element, depth);
  };

  const write = ({ tag, value }: Element, depth: number): void => {
    writeOpen(tag, value.length > 0);
    if (value.length === 0) return;
    if (typeof value === 'string') writeText(out, value);
    else if (value instanceof Uint8Array) {
      out.octet(OPAQUE);
      writeInteger(out, value.length);
      out.span(value);
    } else writeAll(value, depth + 1);
    out.octet(END);
  };

  write(root, 1);
  return out.whole();
};
