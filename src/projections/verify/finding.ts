import type { Expected, StreamId } from '../../domain/kernel/event-store.ts';
import type { ProjectionName } from '../projection.ts';

/** One way in which rows and log differ. Names what differs; never says what is in it. */
export interface Finding {
  readonly projection: ProjectionName;
  readonly stream: StreamId;
  /**
   * `missing`, `surplus` and `differs` compare the rows with the log up to the rows' own revision;
   * `behind` and `ahead` compare that revision with the log's head; `unknown` is a stream that only
   * the rows have; `parked` one that stopped at an event which could not be applied.
   */
  readonly problem: 'missing' | 'surplus' | 'differs' | 'behind' | 'ahead' | 'unknown' | 'parked';
  /** What of the stream: its own row, or one of the rows that belong to it. */
  readonly of: 'stream' | 'member' | 'tombstone' | 'entry';
  /** Resource name of a member or tombstone, collection id of an entry. */
  readonly name?: string;
  /** Which columns, for `differs`. */
  readonly columns?: readonly string[];
  /** Where the rows are, for `behind`, `ahead` and `parked`. */
  readonly applied?: Expected;
}

export type Difference = Omit<Finding, 'projection' | 'stream'>;

/** Two sets of rows by name: what only one of them has, and what both have but not alike. */
export const differences = <Row extends object>(
  of: Finding['of'],
  expected: ReadonlyMap<string, Row>,
  found: ReadonlyMap<string, Row>,
): readonly Difference[] => {
  const result: Difference[] = [];
  for (const [name, row] of expected) {
    const other = found.get(name);
    if (other === undefined) result.push({ problem: 'missing', of, name });
    else {
      const columns = differing(row, other);
      if (columns.length > 0) result.push({ problem: 'differs', of, name, columns });
    }
  }
  for (const name of found.keys())
    if (!expected.has(name)) result.push({ problem: 'surplus', of, name });
  return result;
};

/** The same for a row of which there is one at the most. */
export const rowDifferences = <Row extends object>(
  expected: Row | undefined,
  found: Row | undefined,
): readonly Difference[] => {
  const byItself = (row: Row | undefined): ReadonlyMap<string, Row> =>
    new Map(row === undefined ? [] : [['', row]]);
  return differences('stream', byItself(expected), byItself(found)).map(
    ({ name: _none, ...difference }) => difference,
  );
};

/** Keys whose values are not the same text. */
const differing = (a: object, b: object): readonly string[] => {
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return [...new Set([...left.keys(), ...right.keys()])].filter(
    (key) => textOf(left.get(key)) !== textOf(right.get(key)),
  );
};

const textOf = (value: unknown): string =>
  value instanceof Map
    ? (written([...value].toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))) ?? '')
    : (written(value) ?? '');

const written = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
