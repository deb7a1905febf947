import type { PlistNode } from '../../src/adapters/sogo-conf/plist.ts';

/** A property list without its places: text, octets, arrays and maps; of equal keys the last. */
export const plain = (node: PlistNode): unknown => {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'data':
      return node.octets;
    case 'array':
      return node.items.map(plain);
    case 'dictionary':
      return new Map(node.entries.map(({ key, value }) => [key, plain(value)]));
  }
};
