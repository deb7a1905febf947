import type { Place, PlistDictionary, PlistEntry, PlistNode } from './plist.ts';

/** What a parameter's value is once it has been read. */
export type Value = string | number | boolean | readonly Value[] | Dictionary;
export interface Dictionary extends ReadonlyMap<string, Value> {}

/** How a value of the file becomes a typed one, and what to say where it can't. */
export interface ValueType<Read extends Value> {
  /** For a table: `bool`, `seconds`, `list of roles`. */
  readonly name: string;
  /** Follows "takes": `YES or NO`. */
  readonly expected: string;
  /** Never to be shown. */
  readonly secret: boolean;
  /** `undefined` once the reading was told what is wrong. */
  read(node: PlistNode, reading: Reading): Read | undefined;
}

/** What there is to say about a parameter that is set. */
export interface Standing {
  readonly secret: boolean;
  readonly inEffect: boolean;
  /** The larger thing that is not in effect, and this with it. */
  readonly because?: string;
  /** Why Daybook has no use for it, where it never will. */
  readonly needless?: string;
}

/** Where a type says what it found, in one place of the configuration. */
export interface Reading {
  /** As an administrator would say it: `domains.acme.com.SOGoUserSources[0].viewURL`. */
  readonly path: string;
  /** This isn't what the type takes. */
  wrong(node: PlistNode, expected: string): undefined;
  error(at: Place, message: string): undefined;
  warn(at: Place, message: string): void;
  /** A parameter that the file sets, for whoever asks what is set and what it does. */
  found(entry: PlistEntry, value: Value, is: Standing): void;
  /** Whether no other place of the configuration has claimed the name. */
  unique(name: string): boolean;
  /** A part of it; a secret part's text is never repeated. */
  within(path: string, secret?: boolean): Reading;
}

/** The entries that count: of equal keys the last, as GNUstep has it, with a warning for the others. */
export const effectiveEntries = (
  { entries }: PlistDictionary,
  reading: Reading,
): readonly PlistEntry[] => {
  const last = new Map(entries.map((entry) => [entry.key, entry]));
  return entries.filter((entry) => {
    const winner = last.get(entry.key);
    if (winner === undefined || winner === entry) return true;
    reading
      .within(entry.key)
      .warn(entry.at, `stands again in line ${winner.at.line}, and only that one counts`);
    return false;
  });
};

/** A type whose values are one text each; `of` answers `undefined` for what is no such value. */
export const scalar = <Read extends Value>(
  name: string,
  expected: string,
  of: (text: string) => Read | undefined,
): ValueType<Read> => ({
  name,
  expected,
  secret: false,
  read(node, reading) {
    const value = node.kind === 'text' ? of(node.text) : undefined;
    return value ?? reading.wrong(node, expected);
  },
});
