import { isDeepStrictEqual } from 'node:util';

interface Closing {
  close(): Promise<void>;
}

/** What is to be there: made anew only where the key is another than before. */
export interface Wanted<Source> {
  readonly key: unknown;
  make(): Source;
}

/**
 * Sources that can be replaced while they are asked. Whoever goes through them goes through those of the
 * moment when it began, to the end; what is replaced is closed after that.
 */
export interface LiveSources<Source> extends Iterable<Source> {
  /** All at once. One whose key is the same stays, with all that it remembers. */
  replace(wanted: readonly Wanted<Source>[]): void;
}

interface Kept<Source> {
  readonly key: unknown;
  readonly source: Source;
  users: number;
}

/** @param report told when one that was replaced does not close */
export const liveSources = <Source extends Closing>(
  first: readonly Wanted<Source>[],
  report: (trouble: unknown) => void,
): LiveSources<Source> => {
  const made = ({ key, make }: Wanted<Source>): Kept<Source> => ({ key, source: make(), users: 0 });
  let current: readonly Kept<Source>[] = first.map(made);

  const closeUnlessUsed = (one: Kept<Source>): void => {
    if (one.users === 0 && !current.includes(one)) one.source.close().catch(report);
  };

  return {
    *[Symbol.iterator]() {
      const held = current;
      for (const one of held) one.users += 1;
      try {
        for (const { source } of held) yield source;
      } finally {
        for (const one of held) {
          one.users -= 1;
          closeUnlessUsed(one);
        }
      }
    },
    replace(wanted) {
      const before = current;
      current = wanted.map(
        (one) => before.find(({ key }) => isDeepStrictEqual(key, one.key)) ?? made(one),
      );
      for (const one of before) closeUnlessUsed(one);
    },
  };
};
