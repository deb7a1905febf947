/** Where something stands in a file: line and column count from 1, in characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A value of a property list. Numbers and booleans are text; whoever reads a parameter types it. */
export type PlistNode = PlistText | PlistData | PlistArray | PlistDictionary;
export interface PlistText {
  readonly kind: 'text';
  readonly text: string;
  readonly at: Place;
}
export interface PlistData {
  readonly kind: 'data';
  readonly octets: Uint8Array;
  readonly at: Place;
}
export interface PlistArray {
  readonly kind: 'array';
  readonly items: readonly PlistNode[];
  readonly at: Place;
}
export interface PlistDictionary {
  readonly kind: 'dictionary';
  /** In the file's order, equal keys included. */
  readonly entries: readonly PlistEntry[];
  readonly at: Place;
}
export interface PlistEntry {
  readonly key: string;
  readonly at: Place;
  readonly value: PlistNode;
}

/** Levels of nesting that either syntax may have. */
export const DEPTH_LIMIT = 64;

/** The text leaves the syntax; `line` and `column` say where. */
export class PlistError extends Error {
  override readonly name = 'PlistError';
  readonly code = 'configuration-syntax';
  readonly at: Place;
  readonly reason: string;
  constructor(reason: string, at: Place) {
    super(`line ${at.line}, column ${at.column}: ${reason}`);
    this.at = at;
    this.reason = reason;
  }
}

/** Turns offsets into places, a text's lines counted once. */
export const placesOf = (text: string): ((offset: number) => Place) => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
};
