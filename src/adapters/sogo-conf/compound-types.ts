import { text } from './scalar-types.ts';
import { effectiveEntries, type Dictionary, type Value, type ValueType } from './value-type.ts';
import type { PlistNode } from './plist.ts';

/** An array of values of one type; `length` where it has to have one. */
export const list = <Item extends Value>(
  item: ValueType<Item>,
  length?: number,
): ValueType<readonly Item[]> => {
  const expected = `an array${length === undefined ? '' : ` of ${length}`}, as ( … ), each ${item.expected}`;
  return {
    name: `list of ${item.name}`,
    expected,
    secret: item.secret,
    read(node, reading) {
      if (node.kind !== 'array' || (length !== undefined && node.items.length !== length))
        return reading.wrong(node, expected);
      const items = node.items.map((each, index) =>
        item.read(each, reading.within(`[${index}]`, item.secret)),
      );
      const read = items.filter((each) => each !== undefined);
      return read.length === items.length ? read : undefined;
    },
  };
};

/** Keys whose values are nobody's business, in dictionaries of any shape. */
const SECRET_KEY = /passw|secret|passphrase|answer/i;
export const isSecretKey = (key: string): boolean => SECRET_KEY.test(key);

/** A dictionary whose values are all of one type. */
export const dictionary = <Item extends Value>(
  item: ValueType<Item>,
): ValueType<Dictionary & ReadonlyMap<string, Item>> => {
  const expected = `a dictionary, as { name = value; }${item === anything ? '' : `, each value ${item.expected}`}`;
  return {
    name: item === anything ? 'dictionary' : `dictionary of ${item.name}`,
    expected,
    secret: item.secret,
    read(node, reading) {
      if (node.kind !== 'dictionary') return reading.wrong(node, expected);
      const entries = effectiveEntries(node, reading);
      const read = new Map<string, Item>();
      for (const { key, value } of entries) {
        const typed = item.read(value, reading.within(`.${key}`, item.secret || isSecretKey(key)));
        if (typed !== undefined) read.set(key, typed);
      }
      return read.size === entries.length ? read : undefined;
    },
  };
};

/** Any text, array or dictionary: for parts that only their reader can judge. */
const anything: ValueType<Value> = {
  name: 'value',
  expected: 'text, an array or a dictionary',
  secret: false,
  read: (node, reading) => valueOf(node) ?? reading.wrong(node, 'text, an array or a dictionary'),
};

const valueOf = (node: PlistNode): Value | undefined => {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'data':
      return undefined;
    case 'array': {
      const items = node.items.map(valueOf);
      return items.every((each) => each !== undefined) ? items : undefined;
    }
    case 'dictionary': {
      const entries = node.entries.map(({ key, value }) => [key, valueOf(value)] as const);
      const read = new Map<string, Value>();
      for (const [key, value] of entries) {
        if (value === undefined) return undefined;
        read.set(key, value);
      }
      return read;
    }
  }
};

export const anyDictionary = dictionary(anything);
export const texts = list(text);
