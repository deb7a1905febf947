import { isUtf8 } from 'node:buffer';
import type { Data, Element } from '../../../domain/activesync/data.ts';
import { EasRefusal } from '../errors.ts';
import type { WbxmlSource } from './decode.ts';

/**
 * Reads what an element holds, up to and including its end; its beginning was read already.
 * @throws EasRefusal InvalidXml where it is not what the schema has there, and what the source throws
 */
export type Reader<T> = (source: WbxmlSource) => T;

const invalid = (reason: string): EasRefusal => new EasRefusal('InvalidXml', reason);

/** The next event of an element that is open: there is one, or the document ends too early. */
const within = (source: WbxmlSource): NonNullable<ReturnType<WbxmlSource['next']>> => {
  const event = source.next();
  if (event === undefined) throw invalid('The document ends too early.');
  return event;
};

/** Passes over the rest of an element. */
const skip = (source: WbxmlSource): void => {
  for (let depth = 1; depth > 0; ) {
    const { kind } = within(source);
    if (kind === 'open') depth += 1;
    else if (kind === 'close') depth -= 1;
  }
};

const asText = (value: string | Uint8Array): string => {
  if (typeof value === 'string') return value;
  if (!isUtf8(value)) throw invalid('Text is not UTF-8.');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();
};

/** What stands in an element that has no others: strings and opaque data may both be used for either. */
const leaf = (source: WbxmlSource): readonly (string | Uint8Array)[] => {
  const parts: (string | Uint8Array)[] = [];
  for (;;) {
    const event = within(source);
    if (event.kind === 'close') return parts;
    if (event.kind === 'open') throw invalid(`There is an element where text belongs.`);
    parts.push(event.value);
  }
};

/** Text of so many characters at most. */
export const text =
  (most = 1024): Reader<string> =>
  (source) => {
    const whole = leaf(source).map(asText).join('');
    if (whole.length > most) throw invalid('A text is too long.');
    return whole;
  };

/** The text of an element that may have others besides, of 1,024 characters at most. */
export const ownText: Reader<string> = (source) => {
  let whole = '';
  for (;;) {
    const event = within(source);
    if (event.kind === 'close') return whole;
    if (event.kind === 'open') skip(source);
    else whole += asText(event.value);
    if (whole.length > 1024) throw invalid('A text is too long.');
  }
};

/** Octets, of so many at most; text counts as its UTF-8. */
export const octets =
  (most: number): Reader<Uint8Array> =>
  (source) => {
    const parts = leaf(source).map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
    const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    if (whole.length > most) throw invalid('There are too many octets.');
    return whole;
  };

/** A whole number without sign, of nine digits at most. */
export const integer: Reader<number> = (source) => {
  const digits = text(20)(source).trim();
  if (!/^\d{1,9}$/.test(digits)) throw invalid('This is no number.');
  return Number(digits);
};

/** A boolean; an empty element is true (MS-ASDTYPE 2.1). */
export const flag: Reader<boolean> = (source) => {
  const word = text(20)(source).trim();
  if (word === '' || word === '1') return true;
  if (word === '0') return false;
  throw invalid('This is no boolean.');
};

/** An element that says something by being there, whatever it holds. */
export const presence: Reader<true> = (source) => {
  skip(source);
  return true;
};

/** How many elements of application data one item may have. */
const DATA_LIMIT = 20_000;

/** Elements as they are, for the mappings of `domain/activesync`; what has no known tag is left out. */
export const data: Reader<Data> = (source) => {
  let count = 0;
  const children = (): Data | string | Uint8Array => {
    const elements: Element[] = [];
    const parts: (string | Uint8Array)[] = [];
    for (;;) {
      const event = within(source);
      if (event.kind === 'text') parts.push(event.value);
      else if (event.kind === 'close') break;
      else if (event.tag.startsWith('unknown:')) skip(source);
      else {
        count += 1;
        if (count > DATA_LIMIT) throw invalid('An item has too many elements.');
        elements.push({ tag: event.tag, value: children() });
      }
    }
    if (elements.length > 0) return elements;
    const [only = ''] = parts;
    return parts.length < 2 ? only : parts.map(asText).join('');
  };
  const whole = children();
  return typeof whole === 'string' || whole instanceof Uint8Array ? [] : whole;
};

type Field<T> = { readonly tag: string; readonly read: Reader<T>; readonly most?: number };
interface Optional<T> extends Field<T> {
  readonly kind: 'optional';
}
interface Required<T> extends Field<T> {
  readonly kind: 'required';
}
interface Repeated<T> extends Field<T> {
  readonly kind: 'repeated';
  readonly most: number;
}

/** A child that may be there once. */
export const optional = <T>(tag: string, read: Reader<T>): Optional<T> => ({
  kind: 'optional',
  tag,
  read,
});

/** A child that has to be there, once. */
export const required = <T>(tag: string, read: Reader<T>): Required<T> => ({
  kind: 'required',
  tag,
  read,
});

/** Children of one tag, so many at most. */
export const repeated = <T>(tag: string, read: Reader<T>, most: number): Repeated<T> => ({
  kind: 'repeated',
  tag,
  read,
  most,
});

type AnyField = Optional<unknown> | Required<unknown> | Repeated<unknown>;
type ValueOf<F> =
  F extends Optional<infer T>
    ? T | undefined
    : F extends Required<infer T>
      ? T
      : F extends Repeated<infer T>
        ? readonly T[]
        : never;
type ValuesOf<Fields> = { readonly [Key in keyof Fields]: ValueOf<Fields[Key]> };

/**
 * An element with children, by name. Their order does not matter, for clients do not keep it; children that are
 * not named are passed over.
 */
export const fields = <const Fields extends Readonly<Record<string, AnyField>>>(
  all: Fields,
): Reader<ValuesOf<Fields>> => {
  const byTag = new Map(Object.entries(all).map(([key, field]) => [field.tag, { key, field }]));
  const required = Object.entries(all).filter(([, field]) => field.kind === 'required');
  const lists = Object.entries(all).filter(([, field]) => field.kind === 'repeated');
  return (source) => {
    const found = new Map<string, unknown>();
    const many = new Map<string, unknown[]>(lists.map(([key]) => [key, []]));
    for (;;) {
      const event = within(source);
      if (event.kind === 'close') break;
      if (event.kind === 'text') continue;
      const known = byTag.get(event.tag);
      if (known === undefined) {
        skip(source);
        continue;
      }
      const { key, field } = known;
      const list = many.get(key);
      if (list === undefined) {
        if (found.has(key)) throw invalid(`${field.tag} is there twice.`);
        found.set(key, field.read(source));
      } else {
        if (list.length >= (field.most ?? 0)) throw invalid(`There are too many of ${field.tag}.`);
        list.push(field.read(source));
      }
    }
    for (const [key, { tag }] of required) if (!found.has(key)) throw invalid(`${tag} is missing.`);
    // The names are those of `all`, and each value came out of its own reader.
    return Object.fromEntries([...found, ...many]) as ValuesOf<Fields>;
  };
};

/** One of several children, by its tag. */
export type Choice<Readers extends Readonly<Record<string, Reader<unknown>>>> = {
  readonly [Key in keyof Readers]: {
    readonly tag: Key;
    readonly value: ReturnType<Readers[Key]>;
  };
}[keyof Readers];

/** An element whose children have several tags and count in their order; others are passed over. */
export const choices =
  <const Readers extends Readonly<Record<string, Reader<unknown>>>>(
    readers: Readers,
    most: number,
  ): Reader<readonly Choice<Readers>[]> =>
  (source) => {
    const chosen: Choice<Readers>[] = [];
    for (;;) {
      const event = within(source);
      if (event.kind === 'close') return chosen;
      if (event.kind === 'text') continue;
      const read = Object.hasOwn(readers, event.tag) ? readers[event.tag] : undefined;
      if (read === undefined) {
        skip(source);
        continue;
      }
      if (chosen.length >= most) throw invalid('There are too many elements.');
      // The tag is a key of `readers`, and the value came out of its reader.
      chosen.push({ tag: event.tag, value: read(source) } as Choice<Readers>);
    }
  };

/** A whole document with a root element of that tag. */
export const readDocument = <T>(source: WbxmlSource, root: string, read: Reader<T>): T => {
  const first = source.next();
  if (first?.kind !== 'open' || first.tag !== root) throw invalid(`The root is not ${root}.`);
  return read(source);
};
